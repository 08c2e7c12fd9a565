"""Imports: every row accounted for, repeated and resumed without doubling, hostile bodies contained, memory flat."""

import gzip
import io
import itertools
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from galley.annotate.content import repo, service
from galley.annotate.content.errors import BodyCutError, ImportErrorsError, RestLostError, RootError
from galley.annotate.content.model import Counts, Import
from galley.annotate.content.rules import BATCH_ROWS, content_id, parse_row
from galley.annotate.flow.service import NewProject, create
from galley.kernel.errors import GalleyError, StateError
from galley.kernel.language import Text
from galley.labels.schema_text import schema_from_yaml
from galley.line.importing import Delivery, Dock, ImportSettings, import_blob, import_body, import_folder, inside_roots
from galley.store.workspace import Workspace
from galley.testing.held import held_bytes
from galley.testing.memory import FakeClock

SCHEMA = "name: topics\ncontrols:\n  - {{name: topic, type: classify, field: {field}, choices: [World, Sports]}}\n"


class Rig:
    """A workspace with an open project."""

    def __init__(self, workspace: Workspace, field: str = "text") -> None:
        self.workspace = workspace
        self.clock = FakeClock()
        self.database = workspace.database
        self.project = self.another("news", field)

    def another(self, name: str, field: str = "text") -> int:
        read = schema_from_yaml(SCHEMA.format(field=field))
        return create(self.database, self.workspace.blobs, self.clock, NewProject(name=name, schema=read)).id

    def deliver(self, name: str = "body", tell: Callable[[Counts], None] = lambda _: None, **settings: Any) -> Delivery:
        dock = Dock(database=self.database, blobs=self.workspace.blobs, clock=self.clock, project=self.project)
        wanted = ImportSettings(**settings)
        number = service.open_import(self.database, self.clock, self.project, name, wanted)
        return Delivery(dock=dock, import_id=number, settings=wanted, name=name, tell=tell)

    def bring(self, data: bytes, name: str = "body", **settings: Any) -> Import:
        return import_body(self.deliver(name, **settings), io.BytesIO(data).read)

    def contents(self) -> dict[str, Any]:
        rows = self.sql("SELECT item, data::text FROM annotate.content WHERE project = %s", self.project)
        return {item: msgspec.json.decode(data) for item, data in rows}

    def slots(self) -> int:
        return int(self.sql("SELECT count(*) FROM annotate.slot WHERE project = %s", self.project)[0][0])

    def errors(self, found: Import) -> list[tuple[int, int, str]]:
        return [(one.row, one.line, one.code) for one in service.import_errors(self.database, found.id)]

    def sql(self, statement: str, *facts: Any) -> list[Any]:
        with self.database.connection() as connection:
            return connection.execute(statement, facts).fetchall()


@pytest.fixture
def rig(workspace: Workspace) -> Rig:
    return Rig(workspace)


def counts(found: Import) -> tuple[int, int, int, int]:
    return found.read, found.added, found.already, found.failed


def lines(*rows: Any) -> bytes:
    return b"\n".join(row if isinstance(row, bytes) else msgspec.json.encode(row) for row in rows) + b"\n"


ROWS = [{"text": f"item {number}"} for number in range(7)]


def test_lines_become_items_with_slots_and_their_own_bytes(rig: Rig) -> None:
    body = b'{"text": "spaced  out",  "n": 1.50}\n' + lines({"id": "mine", "text": "b"}, {"id": 7, "text": "c"})
    found = rig.bring(body, "a.jsonl")
    assert (found.state, counts(found)) == ("done", (3, 3, 0, 0))
    assert rig.slots() == 3
    raw = rig.sql("SELECT data::text FROM annotate.content WHERE item NOT IN ('mine', '7')")
    assert raw == [('{"text": "spaced  out",  "n": 1.50}',)]
    assert {"mine", "7"} < set(rig.contents())


def test_the_same_rows_again_are_counted_and_not_doubled(rig: Rig) -> None:
    first = rig.bring(lines(*ROWS))
    second = rig.bring(lines(*ROWS, {"text": "new"}))
    assert counts(first) == (7, 7, 0, 0)
    assert counts(second) == (8, 1, 7, 0)
    assert rig.slots() == 8
    other_spelling = b"[" + b",\n".join(b'{ "text" :\n"item %d"}' % n for n in range(7)) + b"]"
    assert counts(rig.bring(other_spelling)) == (7, 0, 7, 0)


def test_an_id_stands_for_one_content(rig: Rig) -> None:
    assert counts(rig.bring(lines({"id": "a", "text": "one"}))) == (1, 1, 0, 0)
    found = rig.bring(
        lines({"id": "a", "text": "two"}, {"id": "b", "text": "x"}, {"id": "b", "text": "y"}, {"id": "b", "text": "x"})
    )
    assert counts(found) == (4, 1, 1, 2)
    assert rig.errors(found) == [(1, 1, "GLY-ANN-154"), (3, 3, "GLY-ANN-154")]
    assert rig.contents()["a"]["text"] == "one"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b"not json", "GLY-ANN-150"),
        (b"[1, 2]", "GLY-ANN-150"),
        (b'{"text": "' + b"\xff\xfe" + b'"}', "GLY-ANN-150"),
        (b'{"text": "a\\u0000b"}', "GLY-ANN-155"),
        (b'{"text": "\\ud800"}', "GLY-ANN-150"),
        (b'{"text": "\\x"}', "GLY-ANN-150"),
        (b'{"text": "x", "deep": ' + b"[" * 80 + b"]" * 80 + b"}", "GLY-ANN-150"),
        (b'{"text": "x", "deep": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "GLY-ANN-150"),
        (b'{"title": "no text"}', "GLY-ANN-153"),
        (b'{"id": "", "text": "x"}', "GLY-ANN-151"),
        (b'{"id": "a\\nb", "text": "x"}', "GLY-ANN-151"),
        (b'{"id": [], "text": "x"}', "GLY-ANN-151"),
        (b'{"data": 3, "annotations": []}', "GLY-ANN-152"),
        (b'{"text": "x", "n": NaN}', "GLY-ANN-150"),
    ],
)
def test_a_row_that_cannot_be_read_costs_itself_alone(rig: Rig, row: bytes, code: str) -> None:
    found = rig.bring(lines({"text": "中文"}, row, ROWS[1]), "x.jsonl")
    assert (found.state, counts(found)) == ("done", (3, 2, 0, 1))
    assert rig.errors(found) == [(2, 2, code)]


def test_what_json_allows_postgresql_takes(rig: Rig) -> None:
    odd = [
        b'{"text":"\\\\u0000"}',
        b'{"text":"\\ud83d\\ude00"}',
        b'{"text":"x","n":1e300,"m":-0.0,"k":123456789012345678901234567890}',
        '{"text":"中文\u2028"}'.encode(),
    ]
    assert counts(rig.bring(lines(*odd), "x.jsonl")) == (4, 4, 0, 0)


def test_one_deep_line_among_a_hundred_thousand(rig: Rig) -> None:
    rows = [b'{"text":"%d"}' % number for number in range(20_000)]
    rows[12_345] = b'{"text":' + b"[" * 5000 + b"]" * 5000 + b"}"
    found = rig.bring(lines(*rows))
    assert counts(found) == (20_000, 19_999, 0, 1)
    assert rig.errors(found) == [(12_346, 12_346, "GLY-ANN-150")]
    assert len(service.written_batches(rig.database, found.id)) == 20_000 // BATCH_ROWS


def test_too_many_errors_end_the_import(rig: Rig) -> None:
    body = lines(ROWS[0], b"x", b"y", b"z")
    with pytest.raises(ImportErrorsError):
        rig.bring(body, "x.jsonl", errors_max=2)
    (found,) = service.imports(rig.database, rig.project)
    assert (found.state, counts(found)) == ("failed", (4, 1, 0, 3))
    assert found.error is not None
    assert found.error["code"] == "GLY-ANN-162"
    assert counts(rig.bring(body, "x.jsonl", errors_max=3)) == (4, 0, 1, 3)


# --- formats ----------------------------------------------------------------------------------------------------------


def test_a_list_is_streamed_and_a_broken_one_keeps_its_beginning(rig: Rig) -> None:
    assert counts(rig.bring(msgspec.json.encode(ROWS), "x.json")) == (7, 7, 0, 0)
    with pytest.raises(RestLostError):
        rig.bring(msgspec.json.encode([{"text": "p"}, {"text": "q"}])[:-1] + b", oops]", "x.json")
    (found, _) = service.imports(rig.database, rig.project)
    assert (found.state, found.added + found.already) == ("failed", 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_tables_in_the_encodings_people_have(rig: Rig, encoding: str) -> None:
    text = "id,text\n" + "".join(f'{n},"今天的新闻，第“{n}”条, 我们的生活和工作都在变化"\n' for n in range(50))
    assert counts(rig.bring(text.encode(encoding), "x.csv")) == (50, 50, 0, 0)
    assert rig.contents()["7"]["text"].startswith("今天的新闻，第“7”条,")


def test_tables_with_broken_quotes_lose_only_those_rows(rig: Rig) -> None:
    body = b'text,n\nfine,1\n"x"y,4\nthree,4,5\nlast,6\n"open,2\nalso fine,3\n'
    found = rig.bring(body, "x.csv")
    assert counts(found) == (6, 3, 0, 3)
    assert [line for _, line, _ in rig.errors(found)] == [3, 4, 6]
    tabs = rig.bring(b"text\tn\na, b\t1\n", "x.tsv")
    assert counts(tabs) == (1, 1, 0, 0)


def test_packed_lines_and_bombs(rig: Rig) -> None:
    assert counts(rig.bring(gzip.compress(lines(*ROWS)), "x.jsonl.gz")) == (7, 7, 0, 0)
    bomb = gzip.compress(lines({"text": "first"}) + b" " * 30_000_000, 9)
    found = rig.bring(bomb, "x.jsonl.gz")
    assert (found.added, found.failed) == (1, 1)
    assert rig.errors(found)[0][2] == "GLY-COL-038"
    cut = rig.bring(gzip.compress(lines(*({"text": f"c{n}"} for n in range(5000))))[:-200], "x.jsonl.gz")
    assert cut.failed == 1
    assert rig.errors(cut)[0][2] == "GLY-COL-035"


def test_parquet_rows_and_the_media_in_them(workspace: Workspace) -> None:
    rig = Rig(workspace, "image")
    pixels = _png(3, 2)
    table = pa.table(
        {
            "id": ["a", "b"],
            "image": [{"bytes": pixels, "path": "a.png"}, {"bytes": pixels, "path": "b.png"}],
            "n": [1, 2],
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    found = rig.bring(sink.getvalue(), "x.parquet")
    assert counts(found) == (2, 2, 0, 0)
    reference = rig.contents()["a"]["image"]
    assert workspace.blobs.get(reference.removeprefix("blob:")) == pixels
    with pytest.raises(RestLostError):
        rig.bring(b"PAR1 not really PAR1", "x.parquet")


def _png(width: int, height: int) -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (width, height), (1, 2, 3)).save(sink, "PNG")
    return sink.getvalue()


def _wav(seconds: float) -> bytes:
    data = bytes(int(16_000 * seconds))
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(data),
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        8000,
        16000,
        2,
        16,
        b"data",
        len(data),
    )
    return head + data


MEDIA = "any"


def test_nobody_names_stored_bytes_that_are_not_theirs(workspace: Workspace) -> None:
    """A reference to a blob is made by an import alone: whoever could write one could read what others stored."""
    foreign = f"blob:{workspace.blobs.put(b'somebody else has this')}"
    rig = Rig(workspace, "image")
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": ["p"], "image": [foreign]}), sink)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("stolen.txt", foreign)
    bodies = {
        "x.jsonl": lines({"id": "j", "image": foreign}),
        "x.csv": f"id,image\nc,{foreign}\n".encode(),
        "x.parquet": sink.getvalue(),
        "x.zip": packed.getvalue(),
    }
    for name, body in bodies.items():
        found = rig.bring(body, name)
        assert (found.added, found.failed) == (0, 1), name
        assert rig.errors(found)[0][2] == "GLY-ANN-157", name
    assert rig.contents() == {}


def test_an_archive_of_everything(workspace: Workspace) -> None:
    rig = Rig(workspace, MEDIA)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("a/one.png", _png(30, 20))
        archive.writestr("two.wav", _wav(1.5))
        archive.writestr("rows.jsonl", lines({"any": "r1"}, {"any": "r2"}, b"broken"))
        archive.writestr("../evil.txt", b"x")
        archive.writestr("note.txt", "你好")
    found = rig.bring(sink.getvalue(), "in.zip")
    assert counts(found) == (7, 5, 0, 2)
    assert {code for _, _, code in rig.errors(found)} == {"GLY-COL-060", "GLY-ANN-150"}
    by_name = {data["name"]: data for data in rig.contents().values() if "name" in data}
    assert (by_name["a/one.png"]["width"], by_name["a/one.png"]["height"]) == (30, 20)
    assert by_name["two.wav"]["duration"] == 1.5
    assert by_name["note.txt"]["any"] == "你好"
    assert counts(rig.bring(sink.getvalue(), "in.zip")) == (7, 0, 5, 2)


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (30, 20)), (3, (30, 20)), (6, (20, 30)), (8, (20, 30)), (99, (30, 20))]
)
def test_pictures_are_as_wide_as_people_see_them(workspace: Workspace, orientation: int, size: tuple[int, int]) -> None:
    rig = Rig(workspace, MEDIA)
    exif = Image.Exif()
    exif[274] = orientation
    picture, sink = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (30, 20)).save(picture, "JPEG", exif=exif)
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("turned.jpg", picture.getvalue())
    rig.bring(sink.getvalue(), "in.zip")
    [content] = rig.contents().values()
    assert (content["width"], content["height"]) == size


def test_a_hostile_archive_is_contained(workspace: Workspace) -> None:
    rig = Rig(workspace, MEDIA)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.txt", "good")
        archive.writestr("zeros.bin", bytes(40_000_000))
        archive.writestr("never.txt", "read")
    found = rig.bring(bomb.getvalue(), "in.zip")
    assert counts(found) == (2, 1, 0, 1)
    assert rig.errors(found)[0][2] == "GLY-COL-065"
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    found = rig.bring(tar.getvalue(), "in.tar")
    assert counts(found) == (1, 0, 0, 1)


def test_folders_only_below_the_roots(workspace: Workspace, tmp_path: Path) -> None:
    rig = Rig(workspace, MEDIA)
    root = tmp_path / "in"
    (root / "batch").mkdir(parents=True)
    (root / "batch" / "one.png").write_bytes(_png(3, 4))
    (root / "batch" / "rows.csv").write_text("any\nx\ny\n")
    (tmp_path / "secret").mkdir()
    (root / "out").symlink_to(tmp_path / "secret")
    found = import_folder(rig.deliver("batch"), inside_roots((root,), "batch"))
    assert counts(found) == (3, 3, 0, 0)
    for path in ("out", "../secret", "/etc", "missing", "a\0b"):
        with pytest.raises(RootError):
            inside_roots((root,), path)
    with pytest.raises(RootError):
        inside_roots((), "batch")


def test_label_studio_tasks_bring_their_annotations(rig: Rig) -> None:
    result = [{"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": ["World"]}}]
    tasks = [
        {"id": n, "data": {"text": f"t{n}"}, "annotations": [{"id": n, "completed_by": 1, "result": result}]}
        for n in range(5)
    ]
    found = rig.bring(msgspec.json.encode(tasks), "export.json")
    assert (counts(found), found.answers) == ((5, 5, 0, 0), 5)
    assert rig.sql("SELECT count(*) FROM annotate.slot WHERE state = 'submitted'") == [(5,)]
    again = rig.bring(msgspec.json.encode(tasks), "export.json")
    assert (again.read, again.added, again.already) == (5, 0, 5)


# --- bad days ---------------------------------------------------------------------------------------------------------


class Lost(StateError):
    """What a job that lost its lease raises."""

    code = "GLY-TST-901"
    text = Text("lost", "丢失")
    resumable = True


def _rows(count: int) -> bytes:
    return lines(*(b'{"text":"row %d"}' % number for number in range(count)))


def test_a_killed_import_resumes_exactly(rig: Rig) -> None:
    body = lines(*(b'{"text":"row %d"}' % n for n in range(12_000)), b"bad")
    sha256 = rig.workspace.blobs.put(body)
    calls = itertools.count()

    def die(_: Counts) -> None:
        if next(calls) == 1:
            raise Lost

    delivery = rig.deliver("x.jsonl", die)
    with pytest.raises(Lost):
        import_blob(delivery, sha256)
    part = service.find_import(rig.database, rig.project, delivery.import_id)
    assert part.state == "running"
    assert 0 < part.read < 12_001
    whole = import_blob(delivery, sha256)
    assert (whole.state, counts(whole)) == ("done", (12_001, 12_000, 0, 1))
    assert rig.slots() == 12_000
    assert len(rig.errors(whole)) == 1


def test_two_workers_on_one_import_write_each_batch_once(rig: Rig) -> None:
    sha256 = rig.workspace.blobs.put(_rows(6000))
    delivery = rig.deliver("x.jsonl")
    stale = service.written_batches
    seen: list[GalleyError] = []

    def other(_: Counts) -> None:
        if not seen:
            seen.append(BodyCutError())
            import_blob(
                Delivery(
                    dock=delivery.dock,
                    import_id=delivery.import_id,
                    settings=delivery.settings,
                    name="x.jsonl",
                    tell=lambda _: None,
                ),
                sha256,
            )

    import_blob(
        Delivery(
            dock=delivery.dock, import_id=delivery.import_id, settings=delivery.settings, name="x.jsonl", tell=other
        ),
        sha256,
    )
    found = delivery.told()
    assert counts(found) == (6000, 6000, 0, 0)
    assert len(stale(rig.database, found.id)) == 2


def test_a_body_that_breaks_off_keeps_what_came(rig: Rig) -> None:
    body = _rows(7000)
    source = io.BytesIO(body[:60_000])

    def read(size: int) -> bytes:
        data = source.read(min(size, 10_000))
        if not data:
            raise BodyCutError
        return data

    with pytest.raises(BodyCutError):
        import_body(rig.deliver("x.jsonl"), read)
    (cut,) = service.imports(rig.database, rig.project)
    whole_lines = body[:60_000].count(b"\n")
    assert (cut.state, cut.added) == ("failed", whole_lines)
    assert counts(rig.bring(body, "x.jsonl")) == (7000, 7000 - whole_lines, whole_lines, 0)


def test_what_an_import_does_depends_on_what_it_brings(rig: Rig) -> None:
    """No more rows pass through the plan in a full project than in an empty one."""
    queries = ("add_content", "add_new_content")
    empty = [_rows_touched(rig, f"a{query}", query) for query in queries]
    rig.bring(_rows(15_000))
    for query, before in zip(queries, empty, strict=True):
        assert _rows_touched(rig, f"b{query}", query) <= before


def test_a_row_that_is_known_sends_its_batch_the_careful_way(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever row it is, first or last in the order of ids, nothing is lost with the attempt that failed."""
    ways: list[str] = []
    careful = repo.add_content

    def noted(*given: Any) -> Any:
        ways.append("careful")
        return careful(*given)

    monkeypatch.setattr(repo, "add_content", noted)
    assert counts(rig.bring(lines({"id": "a", "text": "1"}, {"id": "z", "text": "1"}))) == (2, 2, 0, 0)
    assert not ways
    for known, added in (("a", "b"), ("z", "c")):
        assert counts(rig.bring(lines({"id": known, "text": "1"}, {"id": added, "text": "1"}))) == (2, 1, 1, 0)
    assert (len(ways), rig.slots(), set(rig.contents())) == (2, 4, {"a", "b", "c", "z"})


def _rows_touched(rig: Rig, name: str, query: str) -> float:
    facts = {"project": rig.project, "overlap": 1, "priority": 0, "pool": "", "node": None, "now": rig.clock.now()}
    facts |= {"items": "\n".join(f"{name}{n}" for n in range(50)), "datas": "\n".join(['{"text":"x"}'] * 50)}
    with rig.database.connection() as connection:
        (plan,) = connection.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + repo.QUERIES[query], facts).fetchall()
    return sum(_rows_of(plan[0][0]["Plan"]))


def _rows_of(node: dict[str, Any]) -> Iterator[float]:
    yield (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    for below in node.get("Plans", ()):
        yield from _rows_of(below)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_body(rig: Rig) -> None:
    line = b'{"text":"' + b"x" * 20_000 + b' %07d"}\n'
    total = 10_000  # 200 MB

    def produce() -> Iterator[bytes]:
        for number in range(total):
            yield line % number

    rest, source = bytearray(), produce()

    def read(size: int) -> bytes:
        while len(rest) < size and (more := next(source, b"")):
            rest.extend(more)
        data = bytes(rest[:size])
        del rest[:size]
        return data

    delivered = rig.deliver("x.jsonl")
    found, peak = held_bytes(lambda: import_body(delivered, read))
    assert counts(found) == (total, total, 0, 0)
    assert peak < 100_000_000


def test_ids_follow_from_content_not_from_spelling() -> None:
    one = parse_row(b'{"text":"a","n":1}')
    two = parse_row(b'{ "n":1, "text":"a" }')
    assert one.item == two.item == content_id({"text": "a", "n": 1})
    assert len(one.item) == 20
    assert parse_row(b'{"data":{"text":"a","n":1},"id":5}').item == "5"
    assert parse_row(b'{"data":{"text":"a","n":1}}') == one
