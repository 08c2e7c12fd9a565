"""The duty that moves items along their graphs: reads the outbox, decides by the rules, applies it in one transaction.

Its place in the outbox moves in the transaction that applies what was decided, so every event is dealt with exactly
once, whatever is killed. What is decided depends on the whole state of an item, so several events about it count once.
"""

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import psycopg

from galley.annotate.answers import StoredAnswer
from galley.annotate.flow import repo
from galley.annotate.flow.graph import Plan, plan_of
from galley.annotate.flow.model import Annotate, GoldRecord, ItemState, LabelerFacts, Moves, Settings, Work
from galley.annotate.flow.rules import Tools, gold_due, next_moves, released_nodes, urgency_of
from galley.kernel.clock import Clock
from galley.kernel.errors import TransientError
from galley.kernel.ports import Blobs
from galley.labels.schema import LabelSchema, merge_labels, record_distance
from galley.labels.schema_text import schema_of_data
from galley.store.database import Connection, Database

__all__ = ["CONSENSUS", "Mover", "advance", "advance_all", "answer_distance", "mover_of"]

READER: Final = "flow"
CONSENSUS: Final = "consensus"
"""The labeler whose answers are merged ones."""

_MOVING: Final = frozenset({"submitted", "revised", "reviewed", "returned", "voided", "moved"})
_GOLD_DAYS: Final = 30
_GOLD_PRIORITY: Final = 1_000_000
"""Above ordinary work, so that gold comes up while the record that asked for it is fresh."""
_HELD_AT_ONCE: Final = 2000


def advance(house: Database, blobs: Blobs, clock: Clock, limit: int = 2000) -> int:
    """Deal with up to `limit` events; how many. Call again while it returns more than none."""
    with house.transaction() as connection:
        place = repo.lock_reader(connection, READER)
        if place is None:
            repo.first_reader(connection, READER)
            place = repo.lock_reader(connection, READER)
            if place is None:
                return 0  # another process is at it
        events = repo.read_events(connection, place, limit)
        if not events:
            return repo.end_drains(connection)
        by_project: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for event in events:
            by_project[int(event["project"])].append(event)
        for found in repo.graphs(connection, sorted(by_project)):
            _deal(connection, blobs, clock, found, by_project[int(found["id"])])
        last = events[-1]
        repo.save_reader(connection, READER, (str(last["tx"]), int(last["id"])))
    return len(events)


def _deal(
    connection: Connection, blobs: Blobs, clock: Clock, found: Mapping[str, Any], events: Sequence[Mapping[str, Any]]
) -> None:
    """Deal with one project's events; what cannot be decided is put aside for a lead, and holds up nothing else."""
    try:
        with connection.transaction():
            mover_of(connection, blobs, clock.now(), found).hear(events)
        return
    except psycopg.OperationalError:
        raise  # the connection or a deadlock: everything is done again
    except Exception as problem:  # broad: one project's mistake must not stop the others'
        if isinstance(problem, TransientError):
            raise
    for event in events:
        try:
            with connection.transaction():
                mover_of(connection, blobs, clock.now(), found).hear([event])
        except psycopg.OperationalError:
            raise
        except Exception as problem:  # broad: kept with the item, where a lead sees it
            facts = {"organisation": found["organisation"], "project": found["id"], "item": event["item"]}
            repo.put_aside(connection, facts | {"error": f"{type(problem).__name__}: {problem}", "now": clock.now()})


def advance_all(house: Database, blobs: Blobs, clock: Clock) -> int:
    """Advance until nothing is left to hear; how many events. For tests and for commands that wait."""
    total = 0
    while done := advance(house, blobs, clock):
        total += done
    return total


@functools.lru_cache(maxsize=256)
def _plan(settings: bytes) -> tuple[Settings, Plan | None]:
    found = msgspec.json.decode(settings, type=Settings)
    return found, None if found.graph is None else plan_of(found.graph)


@functools.lru_cache(maxsize=64)
def _schema(blobs: Any, sha256: str) -> LabelSchema:
    return schema_of_data(msgspec.json.decode(blobs.get(sha256)))


def mover_of(connection: Connection, blobs: Blobs, now: datetime, found: Mapping[str, Any]) -> "Mover":
    """The mover of a project as `repo.graphs` gives it."""
    settings, plan = _plan(msgspec.json.encode(found["settings"]))
    return Mover(
        connection=connection,
        blobs=blobs,
        now=now,
        project=int(found["id"]),
        organisation=int(found["organisation"]),
        salt=str(found["salt"]),
        schema_sha256=str(found["schema_sha256"]),
        settings=settings,
        plan=plan,
    )


def answer_distance(schema: LabelSchema, one: Any, other: Any) -> float:
    """By the schema; answers that do not fit it (made under a former one) are the same or they are not."""
    try:
        return record_distance(schema, one, other)
    except Exception:  # broad: whatever a label type stumbles over, the answers cannot be compared by it
        return 0.0 if one == other else 1.0


def _merge(schema: LabelSchema, bodies: Sequence[Any]) -> Any:
    """By the schema; of answers that do not fit it, the most frequent, and of those the first."""
    try:
        return merge_labels(schema, list(bodies), [1.0] * len(bodies))
    except Exception:  # broad: as above
        return max(bodies, key=lambda body: sum(body == other for other in bodies))


@dataclass(frozen=True, kw_only=True)
class Mover:
    """Moves the items of one project, in the caller's transaction."""

    connection: Connection
    blobs: Blobs
    now: datetime
    project: int
    organisation: int
    salt: str
    schema_sha256: str
    settings: Settings
    plan: Plan | None

    def hear(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Deal with the events of this project."""
        if self.settings.gold is not None:
            self._gold([event for event in events if event["event"] == "submitted" and event["labeler"] is not None])
        if self.plan is not None:
            items = sorted({str(event["item"]) for event in events if event["event"] in _MOVING})
            self.release(self.move(items))

    def release(self, batches: set[int]) -> None:
        """Let batches through that have all come to a node, and those that come to one by it."""
        while batches and self.plan is not None:
            batches = self._release(batches)

    def _tools(self, labelers: Mapping[int, LabelerFacts]) -> Tools:
        blobs: Any = self.blobs  # a port need not say that it can be hashed
        schema = functools.partial(_schema, blobs, self.schema_sha256)  # read only when answers are compared
        return Tools(
            distance=lambda one, other: answer_distance(schema(), one, other),
            merge=lambda bodies: _merge(schema(), bodies),
            seed=self.salt.encode(),
            labelers=labelers,
        )

    def move(self, items: Sequence[str], *, released: bool = False) -> set[int]:
        """Decide on items and apply it; the batches in which something moved."""
        assert self.plan is not None
        if not items:
            return set()
        places = {str(row["id"]): row for row in repo.lock_places(self.connection, self.project, items)}
        states = self._states(places, released)
        tools = self._tools(self._facts(states))
        moves = {state.item: next_moves(self.plan, state, tools) for state in states}
        self._apply(moves, places)
        moved = {item for item, move in moves.items() if (move.node, move.held) != _where(places[item])}
        return {int(places[item]["batch"]) for item in moved if places[item]["batch"] is not None}

    def _states(self, places: Mapping[str, Mapping[str, Any]], released: bool) -> list[ItemState]:
        assert self.plan is not None
        rows = repo.works(self.connection, self.project, sorted(places))
        bodies: dict[int, Any] = {}
        if self.plan.compares:
            slots = [int(row["id"]) for row in rows if row["state"] == "submitted" and row["target"] is None]
            bodies = repo.bodies(self.connection, slots)
        works: dict[str, list[Work]] = defaultdict(list)
        for row in rows:
            facts = {name: value for name, value in row.items() if name != "item"}
            works[str(row["item"])].append(Work(**facts, body=bodies.get(int(row["id"]))))
        return [
            ItemState(item=item, node=row["node"], batch=row["batch"], released=released, works=tuple(works[item]))
            for item, row in places.items()
        ]

    def _facts(self, states: Iterable[ItemState]) -> dict[int, LabelerFacts]:
        assert self.plan is not None
        if not self.plan.asks_people:
            return {}
        who = {work.labeler for state in states for work in state.works if work.labeler is not None}
        return {
            int(row["id"]): LabelerFacts(
                gold=row["correct"] / row["seen"] if row["seen"] else None,
                skills=row["skills"],
                review_percent=row["review_percent"],
            )
            for row in repo.labeler_facts(self.connection, self.project, sorted(who))
        }

    def _apply(self, moves: Mapping[str, Moves], places: Mapping[str, Mapping[str, Any]]) -> None:
        stale = [slot for move in moves.values() for slot in move.void]
        if stale:
            repo.void_stale(self.connection, stale, self.now)
        merges = [(item, move.merge) for item, move in moves.items() if move.merge is not None]
        if merges:
            stored = [StoredAnswer.of(merge.body) for _, merge in merges]
            repo.store_merges(
                self.connection,
                {
                    "project": self.project,
                    "items": [item for item, _ in merges],
                    "pools": [merge.node for _, merge in merges],
                    "bodies": [body.text for body in stored],
                    "sha256s": [body.sha256 for body in stored],
                    "labeler": self._machine(),
                    "now": self.now,
                },
            )
        opens = [(item, wanted) for item, move in moves.items() for wanted in move.opens]
        if opens:
            facts: dict[str, Any] = {"project": self.project, "items": [item for item, _ in opens]}
            facts |= {"stages": [wanted.stage for _, wanted in opens], "pools": [wanted.node for _, wanted in opens]}
            facts |= {"targets": [wanted.target for _, wanted in opens]}
            facts |= {"priorities": [self._priority(places[item]) for item, _ in opens]}
            repo.open_slots(self.connection, facts)
        changed = {
            item: move
            for item, move in moves.items()
            if (move.node, move.held, move.answer) != (*_where(places[item]), places[item]["answer"])
        }
        if changed:
            placed: dict[str, Any] = {"project": self.project, "now": self.now, "items": list(changed)}
            placed |= {"nodes": [m.node for m in changed.values()], "helds": [m.held for m in changed.values()]}
            repo.place_items(self.connection, placed | {"answers": [m.answer for m in changed.values()]})

    def _priority(self, place: Mapping[str, Any]) -> int:
        due = place["due_at"]
        return urgency_of(place["priority"], seconds_left=None if due is None else (due - self.now).total_seconds())

    def _machine(self) -> int:
        facts = {"organisation": self.organisation, "name": CONSENSUS, "now": self.now}
        return repo.ensure_machine(self.connection, facts)

    # --- batches ------------------------------------------------------------------------------------------------------

    def _release(self, batches: set[int]) -> set[int]:
        """Let the batches through that have all come to a node; the batches that moved by it."""
        assert self.plan is not None
        standing: dict[int, dict[str | None, int]] = defaultdict(dict)
        held: dict[int, set[str]] = defaultdict(set)
        for row in repo.batch_standing(self.connection, sorted(batches)):
            counts = standing[int(row["batch"])]
            counts[row["node"]] = counts.get(row["node"], 0) + int(row["items"])
            if row["held"]:
                held[int(row["batch"])].add(str(row["node"]))
        moved: set[int] = set()
        for batch, counts in sorted(standing.items()):
            for node in released_nodes(self.plan, counts):
                while node in held[batch] and (items := repo.held_items(self.connection, batch, node, _HELD_AT_ONCE)):
                    moved |= self.move(items, released=True)
        return moved

    # --- gold ---------------------------------------------------------------------------------------------------------

    def _gold(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Count answers, see which gold was answered right, and open gold for those whose turn it is."""
        gold = self.settings.gold
        assert gold is not None
        answers: dict[int, int] = defaultdict(int)
        for event in events:
            answers[int(event["labeler"])] += 1
        seen: dict[int, int] = defaultdict(int)
        correct: dict[int, int] = defaultdict(int)
        revisions = [int(event["revision"]) for event in events if event["revision"] is not None]
        distance = self._tools({}).distance
        for row in repo.gold_answers(self.connection, revisions):
            seen[row["labeler"]] += 1
            correct[row["labeler"]] += distance(row["given"], row["known"]) <= gold.distance
        if not answers:
            return
        who = sorted(answers)
        counted: dict[str, Any] = {"project": self.project, "labelers": who, "answers": [answers[one] for one in who]}
        counted |= {"seen": [seen[one] for one in who], "correct": [correct[one] for one in who], "now": self.now}
        due = [
            int(row["labeler"])
            for row in repo.count_answers(self.connection, counted)
            if self._any_due(row, answers[int(row["labeler"])])
        ]
        if due:
            facts = {"project": self.project, "labelers": sorted(due), "salt": self.salt, "pool": self._entry_pool()}
            facts |= {"priority": _GOLD_PRIORITY, "until": self.now + timedelta(days=_GOLD_DAYS)}
            repo.plant_gold(self.connection, facts)

    def _any_due(self, row: Mapping[str, Any], new: int) -> bool:
        """Whether one of a labeler's newest answers was to be followed by gold."""
        gold = self.settings.gold
        assert gold is not None
        total = int(row["answers"])
        records = (
            GoldRecord(answers=number, seen=row["seen"], right=row["correct"])
            for number in range(total - new + 1, total + 1)
        )
        return any(gold_due(record, gold, self.salt.encode(), int(row["labeler"])) for record in records)

    def _entry_pool(self) -> str:
        """Where gold is handed out: the first stage that people answer."""
        if self.plan is None:
            return ""
        return next((node.name for node in self.plan.graph.nodes if isinstance(node, Annotate)), "")


def _where(place: Mapping[str, Any]) -> tuple[str | None, bool]:
    return place["node"], bool(place["held"])
