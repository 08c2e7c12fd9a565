"""A line that ran, seen over HTTP: its picture, its versions record by record, its release down to the last proof."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from galley_floor import Floor, Person

from galley.access.model import Role
from galley.catalog.manifest import Manifest, ShardRef
from galley.kernel.merkle import verify_inclusion
from galley.ledger.notes import open_checkpoint, parse_verifier_key
from galley.line.kitchen import RunOptions
from galley.line.run import run_line
from galley.store.database import HOME
from galley.store.workspace import Workspace

RECIPE = """
line: colours
collect:
  - {from: jsonl, path: items.jsonl, text_field: text, id_field: id, license: CC0-1.0, basis: owned}
clean:
  - {op: text.length, characters_min: 7}
annotate:
  schema: labels.yaml
  mode: human
  target: {accuracy: 0.8, confidence: 0.9}
  overlap: 2
  people: [{labeler: simulated, truth: meta.colour, error_rate: 0.01}]
assess: {standards: [tc609-04]}
release: {name: test/colours, version: 1.0.0, to: release}
"""
SCHEMA = "name: colours\ncontrols:\n  - {name: colour, type: classify, field: text, choices: [red, green]}\n"
ALL = f"/api/v1/orgs/{HOME}"


class Ran:
    """The floor's workspace after a run of the line, and somebody of each role."""

    def __init__(self, floor: Floor, folder: Path) -> None:
        self.floor = floor
        items = [{"id": str(n), "text": f"item {n:03}", "colour": "red" if n % 3 else "green"} for n in range(90)]
        items += [{"id": "short", "text": "item", "colour": "red"}]
        (folder / "items.jsonl").write_bytes(b"\n".join(msgspec.json.encode(item) for item in items) + b"\nnot json\n")
        (folder / "labels.yaml").write_text(SCHEMA)
        (folder / "line.yaml").write_text(RECIPE + "engine: {error_budget: 0.5}\n")
        self.result = run_line(folder / "line.yaml", floor.ports.workspace.path, RunOptions(workers=1))
        self.folder = folder / "release"
        self.manager = floor.person("manager", Role.MANAGER, organisation=HOME)

    def get(self, path: str, status: int = 200, by: Person | None = None, **kwargs: Any) -> Any:
        found = self.floor.get(f"{ALL}{path}", by=by or self.manager, **kwargs)
        assert found.status_code == status, found.text
        return found if status not in (200,) or "json" not in found.headers["content-type"] else found.json()


@pytest.fixture
def ran(floor: Floor, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Ran:
    monkeypatch.setenv("GALLEY_DATABASE_URL", database_url)
    return Ran(floor, tmp_path)


def test_a_line_is_a_picture_from_collect_to_release(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def watched(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(str(query))
        return execute(self, query, *args, **kwargs)

    ran.get("/lines")
    monkeypatch.setattr(psycopg.Cursor, "execute", watched)
    [listed] = ran.get("/lines")["items"]
    assert sum("line." in statement for statement in sent) == 2
    assert (listed["line"], listed["status"]) == ("colours", "done")
    told = ran.get("/lines/colours")
    picture = told["picture"]
    flow = [(one["stage"], one["status"], one["records_in"], one["records_out"]) for one in picture["stages"]]
    assert flow[:3] == [("collect", "done", 92, 91), ("clean", "done", 91, 90), ("annotate", "done", 90, 90)]
    assert [one[0] for one in flow[3:]] == ["assess", "release", "verify"]
    assert picture["slowest"] in {one[0] for one in flow}
    assert picture["steps"][0]["counts"]["dropped"] == 1
    assert list(picture["steps"][0]["reasons"].values()) == [1]
    assert picture["reasons"] == {"text.too_short": ["too short", "过短"]}
    assert picture["quarantined"] == 1
    assert {one["purpose"] for one in told["projects"]} >= {"label"}
    [run] = ran.get("/lines/colours/runs")["items"]
    assert ran.get(f"/lines/colours/runs/{run['run']}")["run"] == run["run"]
    [failed] = ran.get("/lines/colours/quarantine")["items"]
    assert (failed["step"], failed["excerpt"], failed["binary"]) == (0, "not json", False)
    ran.get("/lines/none", 404)
    ran.get("/lines/none/quarantine", 404)
    ran.get(f"/lines/other/runs/{run['run']}", 404)


def test_a_page_of_the_runs_report_runs_nothing(ran: Ran) -> None:
    [run] = ran.get("/lines/colours/runs")["items"]
    page = ran.get(f"/lines/colours/runs/{run['run']}/report.html")
    [release] = ran.get("/releases")["items"]
    assert ran.get(f"/releases/{release['id']}/report.html").content == page.content
    assert b"<html" in page.content
    policy = page.headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "script" not in policy
    numbers = ran.get(f"/releases/{release['id']}/report")
    assert numbers["readings"]
    assert numbers["labels"]["people"] >= 90
    codes = {name.split(" ")[1] for step in numbers["counts"]["steps"] for name in step["reasons"]}
    assert set(numbers["reasons"]) == codes
    assert (len(numbers["audits"]), numbers["certificate"]["issued"]) == (numbers["certificate"]["audits"], True)


def test_versions_are_paged_and_their_records_too(ran: Ran) -> None:
    versions = ran.get("/versions?line=colours")["items"]
    assert [one["name"] for one in versions] == ["colours.labelled", "colours.clean", "colours.collected"]
    first = ran.get("/versions?limit=1")
    assert ran.get(f"/versions?limit=1&after={first['next']}")["items"] == versions[1:2]
    labelled, clean, collected = (one["id"] for one in versions)
    told = ran.get(f"/versions/{clean}")
    assert (told["version"]["rows"], told["labelled"], told["children"][0]["id"]) == (90, False, labelled)
    assert ["id", "string"] in told["columns"]
    seen: list[str] = []
    after = ""
    while True:
        page = ran.get(f"/versions/{labelled}/records?limit=40{after}")
        seen += [one["id"] for one in page["items"]]
        assert all(one["labels"]["colour"] in ("red", "green") for one in page["items"])
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) == 90
    story = ran.get(f"/lines/colours/records/{seen[0]}")
    assert (story["ended"], story["steps"][0]["op"]) == ("kept", "collect")
    ran.get("/lines/colours/records/ffffffffffff", 400)
    compared = ran.get(f"/versions/compare?left={collected}&right={clean}")
    assert compared["totals"] == {"added": 0, "removed": 1, "changed": 0, "relabelled": 0}
    [gone] = compared["items"]
    assert {"field": "text", "left": "item", "right": None} in gone["fields"]
    first = ran.get(f"/versions/compare?left={clean}&right={labelled}&limit=50")
    assert (first["totals"]["relabelled"], len(first["items"])) == (90, 50)
    assert "labels.colour" in {field["field"] for field in first["items"][0]["fields"]}
    rest = ran.get(f"/versions/compare?left={clean}&right={labelled}&limit=50&after={first['next']}")
    assert (len(rest["items"]), rest["next"]) == (40, None)
    assert ran.get(f"/versions/compare?left={clean}&right={clean}")["items"] == []
    ran.get("/versions/999999", 404)


def test_a_release_can_be_verified_with_what_is_sent(ran: Ran) -> None:
    [head] = ran.get("/releases?line=colours")["items"]
    assert (head["name"], head["rows"], head["certified"], head["simulated"]) == ("test/colours", 90, True, True)
    one = f"/releases/{head['id']}"
    proofs = ran.get(f"{one}/proofs")
    manifest = base64.b64decode(proofs["manifest"])
    assert hashlib.sha256(manifest).hexdigest() == proofs["manifest_sha256"]
    assert manifest == ran.get(f"{one}/files/manifest.json").content
    keys = [parse_verifier_key(line) for line in proofs["log_keys"]]
    assert {"release", "certificate", "provenance"} <= {said["name"] for said in proofs["statements"]}
    for said in proofs["statements"]:
        log = said["log"]
        entry = base64.b64decode(log["entry"])
        assert hashlib.sha256(b"\0" + entry).hexdigest() == log["leaf"]
        checkpoint = open_checkpoint(log["checkpoint"].encode(), keys)
        path = [base64.b64decode(node) for node in log["hashes"]]
        assert verify_inclusion(
            bytes.fromhex(log["leaf"]), log["index"], checkpoint.size, proof=path, root=checkpoint.root
        )
    listed: list[Any] = []
    after: str | None = ""
    while after is not None:
        page = ran.get(f"{one}/files?limit=5{after}")
        listed += page["items"]
        after = None if page["next"] is None else f"&after={page['next']}"
    assert len(listed) == head["files"] - 1 + sum(file["sealed"] for file in listed)
    for file in listed:
        sent = ran.get(f"{one}/files/{file['path']}")
        assert hashlib.sha256(sent.content).hexdigest() == file["sha256"]
    view = ran.get(one)
    assert view["card"].startswith("---")
    assert view["root"] == ran.result.release_root


def test_the_certificate_tells_every_number_of_its_bound(ran: Ran) -> None:
    [head] = ran.get("/releases")["items"]
    told = ran.get(f"/releases/{head['id']}/certificate")
    assert (told["issued"], told["target"], told["confidence"], told["items"]) == (True, 0.8, 0.9, 90)
    assert told["bound"] == sum(part["bound"] or 0 for part in told["parts"]) <= told["budget"]
    assert told["certified"] == 1 - told["bound"] / told["items"]
    assert all(len(one["seed"]) == 64 for one in told["rounds"])
    assert [one["logged"]["index"] < told["logged"]["index"] for one in told["rounds"]] == [True] * len(told["rounds"])
    assert sum(one["audit_size"] for one in told["rounds"]) >= told["audits"]


def test_files_are_sent_in_parts_and_nothing_else_is(ran: Ran) -> None:
    [head] = ran.get("/releases")["items"]
    one = f"/releases/{head['id']}/files"
    whole = ran.get(f"{one}/README.md").content
    part = ran.get(f"{one}/README.md", 206, headers={"range": "bytes=4-9"})
    assert (part.content, part.headers["content-range"]) == (whole[4:10], f"bytes 4-9/{len(whole)}")
    ran.get(f"{one}/README.md", 416, headers={"range": f"bytes={len(whole)}-"})
    (ran.folder / "secret.txt").write_text("not listed")
    (ran.folder / "README.md").unlink()
    (ran.folder / "README.md").symlink_to("/etc/passwd")
    for wrong in ("secret.txt", "README.md", "none", "../line.yaml", "data/../secret.txt", "/etc/passwd", "data"):
        found = ran.floor.get(f"{ALL}{one}/{wrong}", by=ran.manager)
        assert found.status_code in (400, 404), (wrong, found.status_code)
        assert b"root:" not in found.content
    (ran.folder / "manifest.json").write_bytes(b"{}")
    ran.get(f"{one}/evidence/counts.json", 404)


def test_who_may_see_lines_and_releases_and_who_may_take_data_away(ran: Ran) -> None:
    [head] = ran.get("/releases")["items"]
    release = f"/releases/{head['id']}"
    lines = {Role.OWNER, Role.MANAGER, Role.CLIENT, Role.AUDITOR}
    data = {Role.OWNER, Role.MANAGER, Role.CLIENT}
    for role in Role:
        by = ran.floor.person(f"a-{role}", role, organisation=HOME)
        for path in ("/lines", "/versions", "/lines/colours"):
            assert ran.floor.get(f"{ALL}{path}", by=by).status_code == (200 if role in lines else 403), (role, path)
        expected = 200 if role in lines | {Role.INSPECTOR} else 403
        for path in (release, f"{release}/proofs", f"{release}/files/evidence/counts.json"):
            assert ran.floor.get(f"{ALL}{path}", by=by).status_code == expected, (role, path)
        found = ran.floor.get(f"{ALL}{release}/files/data/part-00000.parquet", by=by)
        assert found.status_code == (200 if role in data else 403), role
    other = ran.floor.owner  # of another organisation
    for path in ("/lines/colours", "/versions", release, f"{release}/files/README.md"):
        assert ran.floor.get(f"{ALL}{path}", by=other).status_code == 404
        mine = ran.floor.get(f"/api/v1/orgs/{{org}}{path}", by=other)
        assert mine.status_code == 404 or mine.json()["items"] == []


def test_shards_that_both_versions_have_are_not_read_to_compare_them(workspace: Workspace) -> None:
    from galley.catalog.compare import compare
    from galley.catalog.manifest import FileRef
    from galley.catalog.reader import VersionReader

    shard = ShardRef(rows=3, data=FileRef(sha256="0" * 64, bytes=1))  # there is no such blob
    reader = VersionReader("x", Manifest(shards=(shard,)), workspace.blobs)
    assert compare(reader, reader).entries == ()
