"""Data over HTTP: uploads that resume, imports that may be repeated, exports that may be cut, jobs that can be seen."""

import csv
import gzip
import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pyarrow as pa
import pytest
from galley_floor import Floor, open_floor

from galley.access.model import Role, Verb
from galley.annotate import repo as queue
from galley.annotate.content import repo as content_repo
from galley.annotate.content import uploads
from galley.annotate.content.errors import UploadExpiredError, UploadOffsetError
from galley.annotate.flow.service import NewProject, create
from galley.annotate.service import ensure_labeler, place_many
from galley.kernel.clock import SystemClock
from galley.labels.schema_text import schema_from_yaml
from galley.store.blobs import StoredBlobs
from galley.store.workspace import Workspace
from galley.worker.jobs.kinds import KINDS
from galley.worker.jobs.runner import Runner

SCHEMA = "name: t\ncontrols:\n  - {name: topic, type: classify, field: text, choices: [World, Sports]}\n"
OCTETS = {"content-type": "application/offset+octet-stream"}


class Yard:
    """A floor with a project, and whoever brings data."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.manager = floor.person("manager", Role.MANAGER)
        self.project = create(
            floor.database, floor.ports.blobs, floor.clock, NewProject(name="p", schema=schema_from_yaml(SCHEMA))
        ).id
        self.base = f"/api/v1/orgs/{{org}}/projects/{self.project}"

    def open(self, size: int, **facts: Any) -> str:
        answer = self.floor.post("/api/v1/orgs/{org}/uploads", by=self.manager, json={"bytes": size, **facts})
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    def piece(self, where: str, offset: int, data: bytes) -> httpx.Response:
        return self.floor.patch(where, by=self.manager, headers={**OCTETS, "upload-offset": str(offset)}, content=data)

    def bring(self, body: bytes, **query: Any) -> httpx.Response:
        return self.floor.post(f"{self.base}/imports/stream", by=self.manager, params=query, content=body)

    def export(self, **query: Any) -> httpx.Response:
        return self.floor.get(f"{self.base}/export", by=self.manager, params=query)

    def work(self, **settings: Any) -> None:
        runner = Runner(self.floor.ports.workspace, self.floor.clock, KINDS, settings=settings)
        while runner.run_once():
            pass

    def answer(self, labels: dict[str, str], name: str = "person-1") -> None:
        database = self.floor.database
        labeler = ensure_labeler(database, self.floor.clock, name, "person")
        with database.connection() as connection:
            project = next(one for one in queue.projects(connection) if one.id == self.project)
        given = [(item, {"topic": topic}) for item, topic in labels.items()]
        assert not place_many(database, self.floor.clock, project, labeler.id, given).unplaced


@pytest.fixture
def yard(workspace: Workspace) -> Iterator[Yard]:
    with open_floor(workspace) as floor:
        yield Yard(floor)


def rows(count: int, first: int = 0) -> bytes:
    return b"".join(b'{"id":"i%05d","text":"row %d"}\n' % (n, n) for n in range(first, first + count))


# --- uploads ----------------------------------------------------------------------------------------------------------


def test_an_upload_in_pieces_becomes_a_blob(yard: Yard) -> None:
    body = rows(1000)
    where = yard.open(len(body), name="x.jsonl", sha256=hashlib.sha256(body).hexdigest())
    for place in range(0, len(body), 10_000):
        told = yard.floor.call("HEAD", where, by=yard.manager)
        assert (told.status_code, told.headers["upload-offset"]) == (200, str(place))
        answer = yard.piece(where, place, body[place : place + 10_000])
        assert answer.status_code == 204, answer.text
    view = yard.floor.get(where, by=yard.manager).json()
    assert (view["state"], view["received"]) == ("complete", len(body))
    assert yard.floor.ports.blobs.get(view["sha256"]) == body
    assert list(yard.floor.ports.workspace.shelf.names("uploads/")) == []


def test_a_wrong_offset_names_the_right_one(yard: Yard) -> None:
    where = yard.open(10)
    assert yard.piece(where, 0, b"abc").headers["upload-offset"] == "3"
    for offset in (0, 2, 4, 10):
        refused = yard.piece(where, offset, b"x")
        assert (refused.status_code, refused.headers["upload-offset"]) == (409, "3")
        assert refused.json()["code"] == "GLY-ANN-171"
    assert yard.piece(where, 3, b"defghij!").status_code == 400  # longer than announced
    assert yard.piece(where, 3, b"defghij").headers["upload-offset"] == "10"


@pytest.mark.parametrize("offset", ["", "-1", "x", "9" * 30, "٣"])
def test_an_offset_must_be_a_number(yard: Yard, offset: str) -> None:
    where = yard.open(10)
    headers = [(b"content-type", OCTETS["content-type"].encode()), (b"upload-offset", offset.encode())]
    headers.append((b"authorization", f"Bearer {yard.manager.token}".encode()))
    answer = yard.floor.client.patch(where, headers=httpx.Headers(headers), content=b"x")
    assert answer.status_code == 400
    wrong = yard.floor.patch(where, by=yard.manager, headers={"upload-offset": "0"}, json={})
    assert wrong.status_code == 415


def test_what_is_not_what_was_announced_is_refused(yard: Yard) -> None:
    where = yard.open(3, sha256="0" * 64)
    assert yard.piece(where, 0, b"abc").json()["code"] == "GLY-ANN-173"
    assert yard.floor.get(where, by=yard.manager).json()["state"] == "failed"
    assert yard.piece(where, 3, b"").status_code == 409


def test_concurrent_senders_write_each_byte_once(yard: Yard) -> None:
    body = bytes(range(256)) * 400
    where = yard.open(len(body), sha256=hashlib.sha256(body).hexdigest())
    number = int(where.rpartition("/")[2])
    ports = yard.floor.ports

    def send() -> None:
        while True:
            found = uploads.find_upload(yard.floor.database, number)
            if found.state == "complete":
                return
            place = found.received
            piece = io.BytesIO(body[place : place + 7000])
            try:
                uploads.receive(yard.floor.database, yard.floor.clock, ports.workspace.shelf, number, place, piece.read)
            except (UploadOffsetError, UploadExpiredError):
                continue

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = uploads.find_upload(yard.floor.database, number)
    assert found.blob is not None
    assert ports.blobs.get(found.blob) == body


@pytest.mark.parametrize("step", ["parts", "put_stream"])
def test_who_finishes_an_upload_a_moment_later_is_told_it_is_complete(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    body = b"twice finished"
    where = yard.open(len(body), sha256=hashlib.sha256(body).hexdigest())
    number, shelf = int(where.rpartition("/")[2]), yard.floor.ports.workspace.shelf
    database, clock = yard.floor.database, yard.floor.clock
    owner: Any = content_repo if step == "parts" else StoredBlobs
    real = getattr(owner, step)

    def after_the_other(*given: Any) -> Any:
        monkeypatch.setattr(owner, step, real)
        uploads.complete_upload(database, clock, shelf, number)
        return real(*given)

    monkeypatch.setattr(owner, step, after_the_other)
    told = uploads.receive(database, clock, shelf, number, 0, io.BytesIO(body).read)
    assert (told.state, yard.floor.ports.blobs.get(told.blob or "")) == ("complete", body)


def test_quota_expiry_and_cancelling(yard: Yard) -> None:
    floor = yard.floor
    floor._insert(
        "INSERT INTO annotate.upload_quota (organisation, bytes) VALUES (%s, 100) RETURNING bytes",
        (floor.organisation,),
    )
    where = yard.open(60)
    full = floor.post("/api/v1/orgs/{org}/uploads", by=yard.manager, json={"bytes": 41})
    assert (full.status_code, full.json()["code"]) == (409, "GLY-ANN-175")
    yard.piece(where, 0, b"abc")
    assert floor.delete(where, by=yard.manager).status_code == 204
    other = yard.open(90)
    yard.piece(other, 0, b"abc")
    floor.clock.advance(uploads.EXPIRY_SECONDS + 1)
    late = yard.piece(other, 3, b"d")
    assert (late.status_code, late.json()["code"]) == (409, "GLY-ANN-174")
    assert uploads.expire_uploads(floor.ports.house, floor.clock, floor.ports.workspace.shelf) == 1
    assert list(floor.ports.workspace.shelf.names("uploads/")) == []
    assert floor.get(other, by=yard.manager).json()["state"] == "expired"
    yard.open(100)


def test_uploads_and_imports_are_one_organisation_s(yard: Yard) -> None:
    floor = yard.floor
    where = yard.open(5)
    stranger = floor.person("stranger", Role.MANAGER, organisation=floor.another("other"))
    assert floor.get(where, by=stranger).status_code in (403, 404)
    theirs = where.replace(f"/orgs/{floor.organisation}/", f"/orgs/{stranger.organisation}/")
    assert floor.get(theirs, by=stranger).status_code == 404
    assert floor.patch(theirs, by=stranger, headers={**OCTETS, "upload-offset": "0"}, content=b"x").status_code == 404
    assert floor.get(where, by=floor.annotators[0]).status_code == 403


# --- imports ----------------------------------------------------------------------------------------------------------


def test_a_body_is_imported_as_it_arrives_and_again(yard: Yard) -> None:
    first = yard.bring(rows(6000) + b"oops\n", name="x.jsonl")
    assert first.status_code == 201, first.text
    told = first.json()
    assert [told[name] for name in ("state", "read", "added", "already", "failed")] == ["done", 6001, 6000, 0, 1]
    again = yard.bring(gzip.compress(rows(6100)), name="x.jsonl.gz").json()
    assert [again[name] for name in ("read", "added", "already", "failed")] == [6100, 100, 6000, 0]
    errors = yard.floor.get(
        f"{yard.base}/imports/{told['id']}/errors", by=yard.manager, headers={"accept-language": "zh"}
    )
    (error,) = errors.json()["items"]
    assert (error["row"], error["line"], error["code"], error["excerpt"]) == (6001, 6001, "GLY-ANN-150", "oops")
    assert "不是" in error["message"]
    listed = yard.floor.get(f"{yard.base}/imports", by=yard.manager, params={"limit": 1}).json()
    assert [one["id"] for one in listed["items"]] == [again["id"]]
    assert listed["next"]
    assert yard.floor.get(f"{yard.base}/imports/999999", by=yard.manager).status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [({"format": "xml"}, 400), ({"errors_max": "-1"}, 400), ({"overlap": "x"}, 400), ({"encoding": "klingon"}, 400)],
)
def test_wrong_settings_are_told(yard: Yard, query: dict[str, str], status: int) -> None:
    assert yard.bring(b"a,b\n1,2\n", **query).status_code == status


def test_an_import_job_from_an_upload(yard: Yard) -> None:
    body = rows(5500)
    where = yard.open(len(body), name="x.jsonl")
    number = int(where.rpartition("/")[2])
    yard.piece(where, 0, body)
    started = yard.floor.post(f"{yard.base}/imports", by=yard.manager, json={"upload": number})
    assert started.status_code == 202, started.text
    job = f"{yard.base}/jobs/{started.json()['job']['id']}"
    assert yard.floor.get(job, by=yard.manager).json()["state"] == "waiting"
    yard.work()
    done = yard.floor.get(job, by=yard.manager).json()
    assert (done["state"], done["result"]["added"], done["progress"]["read"]) == ("done", 5500, 5500), done
    view = yard.floor.get(f"{yard.base}/imports/{started.json()['import_id']}", by=yard.manager).json()
    assert (view["state"], view["added"]) == ("done", 5500)
    assert yard.floor.post(f"{job}/cancel", by=yard.manager).status_code == 409
    assert yard.floor.post(f"{yard.base}/imports", by=yard.manager, json={}).status_code == 400
    assert yard.floor.post(f"{yard.base}/imports", by=yard.manager, json={"upload": 10**6}).status_code == 404


def test_a_role_in_one_project_brings_in_no_upload_of_the_organisation(yard: Yard) -> None:
    body = rows(3)
    where = yard.open(len(body), name="x.jsonl")
    yard.piece(where, 0, body)
    lead = yard.floor.person("lead")
    yard.floor.grant(lead, yard.project, Role.MANAGER)
    wanted = {"upload": int(where.rpartition("/")[2])}
    refused = yard.floor.post(f"{yard.base}/imports", by=lead, json=wanted)
    assert (refused.status_code, refused.json()["code"]) == (404, "GLY-ANN-170")
    assert yard.floor.post(f"{yard.base}/imports", by=yard.manager, json=wanted).status_code == 202


@pytest.mark.parametrize("task", [False, True])
def test_nobody_names_stored_bytes_by_their_hash(yard: Yard, task: bool) -> None:
    """Whoever could, would be given the bytes of others: in an export, or through a model server."""
    foreign = yard.floor.ports.blobs.put(b"of somebody else")
    rows_sent = [
        b'{"text": "blob:%b"}' % foreign.encode(),
        b'{"text": "x", "more": [{"deep": "blob:%b"}]}' % foreign.encode(),
        b'{"text": "\\u0062l\\u006Fb:%b"}' % foreign.encode(),
        b'{"text": "a blob: of words"}',
    ]
    if task:
        sent = b"[" + b",".join(b'{"data": %b, "annotations": []}' % row for row in rows_sent) + b"]"
        plain = b"[" + b",".join(b'{"data": %b}' % row for row in rows_sent) + b"]"
        found = [yard.bring(each, format="label-studio").json() for each in (sent, plain)]
    else:
        found = [yard.bring(b"\n".join(rows_sent) + b"\n", name="x.jsonl").json()]
    assert [(each["read"], each["failed"]) for each in found] == [(4, 3)] * len(found), found
    items, _ = _lines(yard.export(include="all"))
    assert {item["data"]["text"] for item in items} == {"a blob: of words"}


def test_an_unfinished_upload_and_a_forbidden_folder_fail_with_their_reason(yard: Yard, tmp_path: Path) -> None:
    where = yard.open(10)
    floor = yard.floor
    one = floor.post(f"{yard.base}/imports", by=yard.manager, json={"upload": int(where.rpartition("/")[2])}).json()
    two = floor.post(f"{yard.base}/imports", by=yard.manager, json={"folder": "../etc"}).json()
    (tmp_path / "in" / "day").mkdir(parents=True)
    (tmp_path / "in" / "day" / "a.txt").write_text("hello")
    three = floor.post(f"{yard.base}/imports", by=yard.manager, json={"folder": "day"}).json()
    yard.work(import_roots=[f"acme={tmp_path / 'in'}"])
    told = [floor.get(f"{yard.base}/jobs/{each['job']['id']}", by=yard.manager).json() for each in (one, two, three)]
    assert [(each["state"], (each["error"] or {}).get("code")) for each in told] == [
        ("failed", "GLY-ANN-176"),
        ("failed", "GLY-ANN-165"),
        ("done", None),
    ]
    views = [
        floor.get(f"{yard.base}/imports/{each['import_id']}", by=yard.manager).json() for each in (one, two, three)
    ]
    assert [each["state"] for each in views] == ["failed", "failed", "done"]


def test_a_folder_named_for_one_organisation_is_closed_to_others(yard: Yard, tmp_path: Path) -> None:
    for name in ("acme", "bees"):
        (tmp_path / name / f"of-{name}").mkdir(parents=True)
        (tmp_path / name / f"of-{name}" / "a.txt").write_text(name)
    asked = [{"folder": "of-acme"}, {"folder": "of-bees"}, {"folder": "../bees/of-bees"}]
    jobs = [yard.floor.post(f"{yard.base}/imports", by=yard.manager, json=each).json()["job"]["id"] for each in asked]
    yard.work(import_roots=[f"acme={tmp_path / 'acme'}", f"bees={tmp_path / 'bees'}"])
    told = [yard.floor.get(f"{yard.base}/jobs/{job}", by=yard.manager).json() for job in jobs]
    assert [(each["state"], (each["error"] or {}).get("code")) for each in told] == [
        ("done", None),
        ("failed", "GLY-ANN-165"),
        ("failed", "GLY-ANN-165"),
    ]


# --- exports ----------------------------------------------------------------------------------------------------------


def _lines(answer: httpx.Response) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    assert answer.status_code == 200, answer.text
    found = [json.loads(line) for line in answer.text.splitlines()]
    items = [line for line in found if "galley" not in line]
    end = found[-1].get("galley") if found else None
    return items, end if end and end.get("end") else None


def test_an_export_says_what_it_shows_and_that_it_is_whole(yard: Yard) -> None:
    yard.bring(rows(3000))
    yard.answer({f"i{n:05d}": "World" for n in range(0, 3000, 2)})
    answer = yard.export()
    items, end = _lines(answer)
    assert end == {"end": True, "items": 1500, "watermark": answer.headers["galley-watermark"]}
    assert [item["id"] for item in items] == sorted(f"i{n:05d}" for n in range(0, 3000, 2))
    assert items[0]["data"] == {"id": "i00000", "text": "row 0"}
    assert items[0]["answers"][0]["labels"] == {"topic": "World"}
    everything, _ = _lines(yard.export(include="all"))
    assert len(everything) == 3000
    rest, end = _lines(yard.export(cursor="i01000", watermark=answer.headers["galley-watermark"]))
    assert [item["id"] for item in rest] == [item["id"] for item in items if item["id"] > "i01000"]
    assert end is not None
    assert end["watermark"] == answer.headers["galley-watermark"]


def test_an_increment_holds_what_changed_since(yard: Yard) -> None:
    yard.bring(rows(50))
    yard.answer({"i00001": "World", "i00002": "World"})
    before = yard.export().headers["galley-watermark"]
    nothing, end = _lines(yard.export(after=before))
    assert nothing == []
    assert end is not None
    yard.answer({"i00003": "Sports", "i00007": "World"})
    answer = yard.export(after=before)
    items, end = _lines(answer)
    assert [item["id"] for item in items] == ["i00003", "i00007"]
    assert end is not None
    items, _ = _lines(yard.export(after=end["watermark"]))
    assert items == []
    for wrong in ("x", "1", "-1.0", "9" * 30 + ".0"):
        assert yard.export(after=wrong).status_code == 400


def test_exports_of_chosen_labels_and_other_formats(yard: Yard) -> None:
    yard.bring(rows(4), overlap=3)
    with yard.floor.database.connection() as connection:
        project = next(one for one in queue.projects(connection) if one.id == yard.project)
    from galley.annotate.service import Batch, ensure_slots

    ensure_slots(yard.floor.database, project, "label", ["i00000"], Batch(overlap=3, pool="annotate"))
    for name, topic in (("person-1", "World"), ("person-2", "Sports"), ("person-3", "Sports")):
        yard.answer({"i00000": topic}, name)
    items, _ = _lines(yard.export(answers="chosen"))
    assert items == [{"id": "i00000", "data": {"id": "i00000", "text": "row 0"}, "labels": {"topic": "Sports"}}]
    table = yard.export(format="csv").text.splitlines()
    assert table[0] == "id,text,topic,labeler,labeler_kind,revision,created_at"
    assert [line.split(",")[2] for line in table[1:]] == ["World", "Sports", "Sports"]
    tasks = yard.export(format="label-studio").json()
    assert [one["result"][0]["value"] for one in tasks[0]["annotations"]] == [
        {"choices": [t]} for t in ("World", "Sports", "Sports")
    ]
    assert len(yard.export(format="label-studio", include="all").json()) == 4
    assert yard.export(format="label-studio", answers="chosen").json()[0]["annotations"][0]["result"][0]["value"] == {
        "choices": ["Sports"]
    }


def test_a_table_holds_nothing_that_a_spreadsheet_would_run(yard: Yard) -> None:
    hostile = ["=cmd|'/c calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", "＝1"]
    yard.bring(b"".join(json.dumps({"id": f"={n}", "text": text}).encode() + b"\n" for n, text in enumerate(hostile)))
    _, *told = csv.reader(yard.export(format="csv", include="all").text.splitlines())
    assert sorted((row[0], row[1]) for row in told) == [(f"'={n}", f"'{text}") for n, text in enumerate(hostile)]
    items, _ = _lines(yard.export(include="all"))
    assert sorted(item["data"]["text"] for item in items) == sorted(hostile), "JSON keeps what came"


def test_an_export_may_be_packed(yard: Yard) -> None:
    yard.bring(rows(3000))
    yard.answer({f"i{n:05d}": "World" for n in range(3000)})
    headers = {"authorization": f"Bearer {yard.manager.token}"}
    where = f"{yard.base}/export".replace("{org}", str(yard.floor.organisation))
    with yard.floor.client.stream("GET", where, headers={**headers, "accept-encoding": "zstd"}) as answer:
        assert answer.headers["content-encoding"] == "zstd"
        packed = b"".join(answer.iter_raw())
    plain = pa.CompressedInputStream(io.BytesIO(packed), "zstd").read()
    assert len(plain.splitlines()) == 3001
    with yard.floor.client.stream("GET", where, headers={**headers, "accept-encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(b"".join(answer.iter_raw())).splitlines()[:3000] == plain.splitlines()[:3000]


def test_who_may_only_look_may_not_take(yard: Yard) -> None:
    looker = yard.floor.person("looker", Role.MANAGER, scopes=[Verb.DATA_VIEW, Verb.PROJECT_READ])
    for person, status in ((looker, 403), (yard.floor.annotators[0], 403), (yard.manager, 200)):
        assert yard.floor.get(f"{yard.base}/export", by=person).status_code == status
    assert yard.floor.post(f"{yard.base}/exports", by=looker, json={"format": "csv"}).status_code == 403


def test_a_snapshot_is_made_by_a_job_and_fetched_by_a_link(yard: Yard) -> None:
    yard.bring(rows(30))
    yard.answer({f"i{n:05d}": "World" for n in range(10)})
    started = yard.floor.post(f"{yard.base}/exports", by=yard.manager, json={"format": "csv"})
    assert started.status_code == 202, started.text
    job = f"{yard.base}/jobs/{started.json()['id']}"
    assert yard.floor.post(f"{job}/link", by=yard.manager).status_code == 409
    yard.work()
    told = yard.floor.get(job, by=yard.manager).json()
    assert told["state"] == "done", told
    assert told["result"]["report"]["records"] == 10
    assert "blob" not in told["result"]
    link = yard.floor.post(f"{job}/link", by=yard.manager).json()
    taken = yard.floor.get(link["href"])
    assert taken.status_code == 200
    with zipfile.ZipFile(io.BytesIO(taken.content)) as archive:
        assert "export-report.json" in archive.namelist()
    assert yard.floor.post(f"{yard.base}/exports", by=yard.manager, json={"format": "odd"}).status_code == 400


def test_the_clock_of_the_floor_is_its_own(yard: Yard) -> None:
    """Expiry follows the server's clock, not the machine's."""
    where = yard.open(1)
    view = yard.floor.get(where, by=yard.manager).json()
    expires = msgspec.convert(view["expires_at"], type=type(SystemClock().now()))
    assert expires == yard.floor.clock.now() + timedelta(seconds=uploads.EXPIRY_SECONDS)
