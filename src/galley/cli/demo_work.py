"""The demo's project half done: its items are the line's scans, and all work on them goes through the API and its queue.

Nobody really labelled anything: answers are SIMULATED from the known digits with an error now and then, which the
project's description says, too.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
from litestar.testing import TestClient

from galley.kernel.draw import generator
from galley.server.ports import Ports
from galley.worker.duties import DUTIES
from galley.worker.duty import Floor, Rota

__all__ = ["DemoClock", "Scan", "Seeding", "scans_of"]

_LEFT_TO_PROVIDERS: Final = ("answer_nodes", "tell_models", "deliver")
_GRAPH: Final[dict[str, Any]] = {
    "nodes": [
        {"kind": "annotate", "name": "label", "title": "Label 标注"},
        {
            "kind": "router",
            "name": "sample",
            "title": "A quarter is reviewed 抽四分之一审核",
            "branches": [{"on": "check", "percent": 25}, {"on": "pass"}],
        },
        {"kind": "review", "name": "review", "title": "Review 审核"},
    ],
    "edges": [
        {"from": "label", "to": "sample"},
        {"from": "sample", "to": "review", "on": "check"},
        {"from": "sample", "to": "end", "on": "pass"},
        {"from": "review", "to": "end"},
        {"from": "review", "to": "label", "on": "return"},
    ],
}
_DESCRIPTION: Final = (
    "The demo's scans, half of them answered. The answers and verdicts so far are SIMULATED; nobody gave them. "
    "演示扫描图，已完成一半。至此的回答与审核结论均为模拟，并非真人所做。"
)
_GUIDELINE: Final = """# Which digit is it? 这是哪个数字？

Choose the digit the writer meant. 选择书写者想写的数字。

- A **7** may have a bar through it. **7** 中间可能有一横。
- A closed loop at the bottom makes a **6**, at the top a **9**. 下方闭合为 **6**，上方闭合为 **9**。
- When two digits are equally likely, take the one with fewer strokes. 两者均有可能时，选笔画较少者。
"""


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """One cleaned scan: its record, its picture, the digit it is known to be, and what the line's model thought."""

    id: str
    blob: str
    digit: str
    guess: str | None
    confidence: float | None


class DemoClock:
    """Hours of work in seconds: a clock that begins in the past and moves when it is told to."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """The moment it stands at."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)


def scans_of(rows: Iterator[Mapping[str, Any]], truth: Path) -> list[Scan]:
    """The scans among labelled records, with the digits known from `truth.csv`."""
    with truth.open(encoding="utf-8", newline="") as file:
        known = {row["key"]: row["digit"] for row in csv.DictReader(file)}
    found = []
    for row in rows:
        key = row["key"].rpartition("/")[2]
        machine = row["decided_by"] == "machine" and row["labels"] is not None
        found.append(
            Scan(
                id=row["id"],
                blob=row["blob"],
                digit=known[key],
                guess=json.loads(row["labels"])["digit"] if machine else None,
                confidence=row["confidence"] if machine else None,
            )
        )
    return found


class Seeding:
    """One run of the demo's work, by people who are signed in (`secrets`: session by role)."""

    def __init__(self, ports: Ports, client: "TestClient[Any]", clock: DemoClock, secrets: Mapping[str, str]) -> None:
        self._ports = ports
        self._client = client
        self._clock = clock
        self._secrets = secrets
        self._draw = generator(b"galley demo floor".ljust(32, b"\0"))
        self._sent = 0
        self._base = ""
        self._digits: dict[str, str] = {}
        duties = [duty for duty in DUTIES if duty.name not in _LEFT_TO_PROVIDERS]
        self._rota = Rota(Floor(workspace=ports.workspace, house=ports.house, clock=clock), duties, lambda *_: None)

    def ask(self, method: str, path: str, by: str, body: Any = None) -> Any:
        """One request by somebody; its answer. Raises RuntimeError when it is refused: the demo is wrong then."""
        told = self._client.request(
            method,
            path if path.startswith("/") else f"{self._base}/{path}",
            headers={"cookie": f"galley_session={self._secrets[by]}", "x-galley-csrf": "1"},
            **({} if body is None else {"json": body}),
        )
        if told.status_code >= 300:
            raise RuntimeError(f"{method} {path} by {by}: {told.status_code} {told.text[:500]}")
        return told.json() if told.content else None

    def follow(self) -> None:
        """Let the duties do what follows from what was done, until nothing is left."""
        for _ in range(20):
            if self._rota.run_once() == 0:
                return

    def open_project(self, organisation: int, schema: str, scans: list[Scan]) -> int:
        """A project with a guideline, its items, gold and what the model thinks; its id."""
        from galley.annotate.flow.service import add_items
        from galley.annotate.predictions.service import NewPrediction, add_predictions
        from galley.annotate.service import ensure_labeler

        self._digits = {scan.id: scan.digit for scan in scans}
        settings = {"graph": _GRAPH, "description": _DESCRIPTION, "gold": {"rate": 0.1, "floor": 0.02}}
        body = {"name": "digits 手写数字", "schema": schema, "guideline": _GUIDELINE, "settings": settings}
        project = int(self.ask("POST", f"/api/v1/orgs/{organisation}/projects", "manager", body)["id"])
        self._base = f"/api/v1/orgs/{organisation}/projects/{project}"
        database = self._ports.database.of(organisation)
        contents = ((scan.id, {"image": f"blob:{scan.blob}"}) for scan in scans)
        add_items(database, self._ports.blobs, self._clock, project, contents)
        guesses = [
            NewPrediction(
                item=scan.id, body={"digit": scan.guess}, score=scan.confidence, model_version="digits.labelled"
            )
            for scan in scans
            if scan.guess is not None
        ]
        machine = ensure_labeler(database, self._clock, "image_classifier of the demo's line", "machine")
        add_predictions(database, self._clock, project, machine.id, guesses)
        gold = [{"item": scan.id, "body": {"digit": scan.digit}} for scan in scans[:: max(len(scans) // 24, 1)]]
        self.ask("PUT", "gold", "manager", {"answers": gold, "source": "UCI, as published"})
        return project

    def label(self, by: str, count: int, *, errs: float) -> int:
        """Somebody answers so many items, wrongly in a share of them; how many there were."""
        leases = self.ask("POST", "work/claim", by, {"count": 1})["leases"]
        done = 0
        while leases and done < count:
            [lease] = leases
            seconds = float(self._draw.uniform(2.5, 9.0))
            self._clock.advance(seconds)
            digit = self._digits[lease["item"]]
            if self._draw.random() < errs:
                digit = str((int(digit) + int(self._draw.integers(1, 10))) % 10)
            milliseconds = int(seconds * 1000)
            body = self._answer(lease) | {
                "labels": {"digit": digit},
                "activity": {
                    "v": 1,
                    "duration_ms": milliseconds,
                    "input": [[max(milliseconds - 200, 0), milliseconds]],
                },
                "next": 1 if done + 1 < count else 0,
            }
            leases = self.ask("POST", "work/submit", by, body)["leases"]
            done += 1
        return done

    def review(self, by: str, count: int) -> dict[str, int]:
        """Somebody reviews so many answers: right ones are accepted, wrong ones fixed or returned with a comment."""
        told = {"accept": 0, "fix": 0, "return": 0}
        while sum(told.values()) < count:
            leases = self.ask("POST", "reviews/claim", by, {"count": min(count - sum(told.values()), 20)})["leases"]
            if not leases:
                break
            verdicts = [self._verdict(lease, told) for lease in leases]
            self.ask("POST", "reviews/verdicts", by, {"verdicts": verdicts})
        return told

    def _verdict(self, lease: Mapping[str, Any], told: dict[str, int]) -> dict[str, Any]:
        self._clock.advance(4)
        given, digit = lease["before"]["body"]["digit"], self._digits[lease["item"]]
        said = self._answer(lease)
        if given == digit:
            word = "accept"
        elif told["fix"] >= told["return"]:
            word = "return"
            comment = {
                "client_id": said["client_id"],
                "kind": "wrong",
                "body": f"{digit}, not {given}: look at the loop. 应为 {digit}，不是 {given}：请看闭合处。",
                "anchor": {"control": "digit"},
            }
            said |= {"reason": "wrong", "note": "see the guideline 请参阅规范", "comments": [comment]}
        else:
            word = "fix"
            said |= {"labels": {"digit": digit}, "base": lease["before"]["revision"]}
        told[word] += 1
        return said | {"verdict": word}

    def inspect(self, by: str, count: int) -> int:
        """Put what is finished forward as a lot, draw its sample and look at some of it; the lot's id."""
        made = self.ask("POST", "lots", by, {"name": "First lot 第一批", "terms": {"kind": "exact", "early": False}})
        lot = int(made["lot"]["id"])
        self.ask("POST", f"lots/{lot}/draw", by, {"beacon": "demo"})
        for drawn in self.ask("GET", f"lots/{lot}/sample?limit={count}", by)["items"]:
            self._clock.advance(3)
            wrong = drawn["answers"][0]["digit"] != self._digits[drawn["item"]]
            mark = {"item": drawn["item"], "wrong": wrong, **({"reason": "wrong"} if wrong else {})}
            self.ask("POST", f"lots/{lot}/marks", by, mark)
        return lot

    def _answer(self, lease: Mapping[str, Any]) -> dict[str, Any]:
        self._sent += 1
        return {"slot": lease["slot"], "token": lease["token"], "client_id": f"demo-{self._sent}"}
