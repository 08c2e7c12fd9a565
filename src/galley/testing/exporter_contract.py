"""The contract battery for exporters: what a release promises its readers, as checks all exporters pass alike.

    @pytest.mark.parametrize("check", EXPORTER_CHECKS, ids=lambda check: check.__name__)
    def test_contract(check, tmp_path):
        check(case_for("my-format", {}, tmp_path))

A broken promise raises ExporterBrokenError, which says what was seen. The battery's version is hostile: file keys that
climb out of folders, texts full of quotes, line breaks, emoji, formulas and NULs, pictures with turned boxes.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.errors import InputError, StateError
from galley.kernel.extension import make, params_schema
from galley.kernel.language import Text
from galley.kernel.ports import Blobs
from galley.release.exporter import Exporter, ExportReport
from galley.release.layout import check_path
from galley.testing.held import held_bytes
from galley.testing.memory import MemoryBlobs, memory_desk
from galley.testing.versions import media_row, text_row, version_of

__all__ = ["EXPORTER_CHECKS", "HOSTILE_KEYS", "HOSTILE_SCHEMA", "HOSTILE_TEXTS", "Case", "case_for", "hostile_version"]

HOSTILE_KEYS: Final = (
    "../../../etc/passwd",
    "/absolute",
    "C:\\windows\\x",
    "new\nline",
    'quote"and,comma',
    "汉字/路径.png",
    "🍜" * 40,
    "a" * 300,
    "nul\0byte",
    ".hidden",
)
HOSTILE_TEXTS: Final = (
    '=HYPERLINK("http://example.org")',
    'He said: "a,b"\r\nthen left\n\nfor good',
    "emoji 🍜👩‍👩‍👧 and e\u0301 and \u202eright-to-left\u202c",
    "nul \0 and \x01 control",
    "line\u2028separator\u0085next",
    "在北京的 ACME 公司，price=3",
    "-1",
    " ",
    "\ufeffmark",
    "x" * 5000,
)
_SHAPES: Final = ({"x": 1.5, "y": 1.0, "width": 4.0, "height": 3.0, "rotation": 0.0, "label": "car"},)

HOSTILE_SCHEMA: Final[dict[str, Any]] = {
    "format": "galley-labels/1",
    "name": "hostile",
    "controls": [
        {
            "name": "tone",
            "type": "classify@1",
            "required": False,
            "field": "text",
            "options": {"choices": ["=good", "好,的"]},
        },
        {
            "name": "spans",
            "type": "span@1",
            "required": False,
            "field": "text",
            "options": {"labels": ["PER son", "地点"], "attributes": {"sure": ["yes", "no"]}},
        },
        {
            "name": "boxes",
            "type": "box@1",
            "required": False,
            "field": "image",
            "options": {"labels": ["car", "人 行"], "attributes": {"hidden": ["yes"]}},
        },
        {"name": "outlines", "type": "polygon@1", "required": False, "field": "image", "options": {"labels": ["car"]}},
        {"name": "points", "type": "keypoint@1", "required": False, "field": "image", "options": {"labels": ["nose"]}},
    ],
}


class ExporterBrokenError(InputError):
    """An exporter does not keep a promise."""

    code = "GLY-TST-003"
    text = Text(
        "{exporter} breaks the exporter contract ({check}): {found}", "导出器 {exporter} 违反契约（{check}）：{found}"
    )
    hint = Text("See galley.testing.exporter_contract.", "参见 galley.testing.exporter_contract。")


@dataclass(frozen=True)
class Case:
    """An exporter, and an empty place to write to."""

    name: str
    params: Mapping[str, Any]
    place: Path

    def make(self) -> Exporter[Any]:
        """A fresh exporter."""
        return cast(Exporter[Any], make("exporter", self.name, dict(self.params)))

    def run(self, version: VersionReader, folder: str) -> tuple[Path, ExportReport]:
        """Export into a new folder below the place."""
        out = self.place / "inner" / folder
        out.mkdir(parents=True)
        return out, self.make().write(version, out, memory_desk(self.place))

    def need(self, condition: bool, check: str, found: str) -> None:
        """Raise ExporterBrokenError unless the condition holds."""
        if not condition:
            raise ExporterBrokenError(exporter=self.name, check=check, found=found)


def case_for(name: str, params: Mapping[str, Any], place: Path) -> Case:
    """The case of an installed exporter."""
    return Case(name, params, place)


def _text_labels(place: int, text: str) -> dict[str, Any] | None:
    if place % 5 == 4:
        return None
    spans: list[dict[str, Any]] = []
    if len(text) > 6:
        spans = [
            {"start": 0, "end": 5, "label": "PER son", "attributes": {"sure": "yes"}},
            {"start": 1, "end": 3, "label": "地点"},  # nested, and inside a word
        ]
    return {"spans": spans, "tone": "=good"}


def _image_labels(place: int) -> dict[str, Any] | None:
    if place % 5 == 4:
        return None
    turned = {**_SHAPES[0], "x": 0.0, "y": 0.0, "rotation": 30.0, "label": "人 行", "attributes": {"hidden": "yes"}}
    outline = {"points": [[1.0, 1.0], [6.0, 1.0], [6.0, 5.0]], "label": "car"}
    return {"boxes": [*_SHAPES, turned], "outlines": [outline], "points": [{"x": 2.0, "y": 3.0, "label": "nose"}]}


def hostile_version(blobs: Blobs, *, rounds: int = 1, shard_rows: int = 4) -> VersionReader:
    """Texts and pictures that break careless writers, labelled by simulated people and a machine."""
    rows: list[dict[str, Any]] = []
    labels: list[dict[str, Any] | None] = []
    for turn in range(rounds):
        for place, key in enumerate(HOSTILE_KEYS):
            text = HOSTILE_TEXTS[place % len(HOSTILE_TEXTS)]
            rows.append(text_row(f"{turn}t{key}", text, meta='{"note":"=1+1\\n\\"q\\""}') | {"key": key})
            labels.append(_text_labels(place, text))
            size = {} if place == 3 else {"width": 8, "height": 6}
            rows.append(media_row(f"{turn}i{key}", f"picture {place}".encode(), blobs, **size) | {"key": key})
            labels.append(None if place == 3 else _image_labels(place))
    decided = ["nobody" if held is None else ("machine", "human")[at % 3 > 0] for at, held in enumerate(labels)]
    return version_of(
        rows,
        blobs,
        schema=HOSTILE_SCHEMA,
        labels=labels,
        shard_rows=shard_rows,
        decided_by=decided,
        labeler_kind=["machine" if by == "machine" else "simulated" if by == "human" else "none" for by in decided],
        confidence=[0.875 if by == "machine" else None for by in decided],
    )


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(place.relative_to(folder)): hashlib.sha256(place.read_bytes()).hexdigest()
        for place in sorted(folder.rglob("*"))
        if place.is_file()
    }


# --- The checks --------------------------------------------------------------------------------------------------


def declares_itself(case: Case) -> None:
    """Name, version, both languages, and a schema of the parameters."""
    found = type(case.make())
    case.need(found.name == case.name, "declares_itself", f"its name is {found.name}")
    case.need(found.version >= 1, "declares_itself", "its version is below 1")
    case.need(bool(found.summary.en and found.summary.zh), "declares_itself", "a summary is missing")
    case.need(bool(params_schema(found)), "declares_itself", "its parameters have no schema")


def counts_every_record(case: Case) -> None:
    """Exported and skipped make all, and every skipped record stands in a loss."""
    version = hostile_version(MemoryBlobs())
    _, report = case.run(version, "out")
    total = report.records + report.skipped
    case.need(total == version.rows, "counts_every_record", f"{total} of {version.rows} records are accounted for")
    lost = sum(loss.count for loss in report.losses)
    case.need(report.skipped <= lost, "counts_every_record", f"{report.skipped} skipped, {lost} losses counted")


def losses_name_records(case: Case) -> None:
    """Losses have unique codes, positive counts, a sentence, and examples that are records."""
    version = hostile_version(MemoryBlobs())
    _, report = case.run(version, "out")
    ids = {record for table in version.tables() for record in table.column("id").to_pylist()}
    codes = [loss.code for loss in report.losses]
    case.need(codes == sorted(set(codes)), "losses_name_records", f"codes repeat or are unsorted: {codes}")
    for loss in report.losses:
        good = loss.count > 0 and loss.detail and 0 < len(loss.examples) <= 10 and set(loss.examples) <= ids
        case.need(bool(good), "losses_name_records", f"loss {loss.code} is incomplete")


def report_is_on_disk(case: Case) -> None:
    """`export-report.json` equals the returned report and counts the other files and their bytes."""
    out, report = case.run(hostile_version(MemoryBlobs()), "out")
    held = msgspec.json.decode((out / "export-report.json").read_bytes(), type=ExportReport)
    case.need(held == report, "report_is_on_disk", "the file says something else than the returned report")
    files = [place for place in out.rglob("*") if place.is_file() and place.name != "export-report.json"]
    sizes = sum(place.stat().st_size for place in files)
    found = f"it says {report.files} files, {report.bytes} bytes; there are {len(files)}, {sizes}"
    case.need((report.files, report.bytes) == (len(files), sizes), "report_is_on_disk", found)


def same_bytes_twice(case: Case) -> None:
    """Equal input gives equal bytes, and the shard cut leaves no trace but the version's root."""
    first, _ = case.run(hostile_version(MemoryBlobs()), "a")
    second, _ = case.run(hostile_version(MemoryBlobs()), "b")
    case.need(_digests(first) == _digests(second), "same_bytes_twice", "two runs differ")
    cut = hostile_version(MemoryBlobs(), shard_rows=7)
    third, _ = case.run(cut, "c")
    one, other = _digests(first), _digests(third)
    case.need(set(one) == set(other), "same_bytes_twice", "another shard cut gives other files")
    root = hostile_version(MemoryBlobs()).root.encode()
    for path in one:
        written = (third / path).read_bytes().replace(cut.root.encode(), root)
        same = written == (first / path).read_bytes()
        case.need(same, "same_bytes_twice", f"{path} depends on the shard cut")


def stays_in_its_folder(case: Case) -> None:
    """Whatever records are called, files are written below `out` only, under plain names."""
    out, _ = case.run(hostile_version(MemoryBlobs()), "out")
    outside = [place for place in case.place.rglob("*") if place.is_file() and not place.is_relative_to(out)]
    case.need(not outside, "stays_in_its_folder", f"{outside} lies outside")
    for path in _digests(out):
        check_path(path)


def refuses_a_used_folder(case: Case) -> None:
    """A folder that holds something is refused and left as it is."""
    out = case.place / "used"
    out.mkdir()
    (out / "mine.txt").write_bytes(b"mine")
    try:
        case.make().write(hostile_version(MemoryBlobs()), out, memory_desk(case.place))
    except StateError:
        case.need(_digests(out).keys() == {"mine.txt"}, "refuses_a_used_folder", "it wrote into it")
    else:
        case.need(False, "refuses_a_used_folder", "it wrote into a folder in use")


def unlabelled_is_said(case: Case) -> None:
    """A version without a label schema is exported whole or refused as input, never half."""
    version = version_of([text_row(str(place), "text") for place in range(3)], MemoryBlobs())
    out = case.place / "inner" / "bare"
    out.mkdir(parents=True)
    try:
        report = case.make().write(version, out, memory_desk(case.place))
    except InputError as refusal:
        case.need(bool(refusal.message("zh")), "unlabelled_is_said", "the refusal has no Chinese text")
    else:
        case.need(report.records == 3, "unlabelled_is_said", f"{report.records} of 3 records exported")


def memory_is_flat(case: Case) -> None:
    """Eight times the records take no more memory: only one shard is held."""
    peaks = []
    for rounds in (4, 32):
        version = hostile_version(MemoryBlobs(), rounds=rounds, shard_rows=20)
        _, peak = held_bytes(partial(case.run, version, f"rounds{rounds}"))
        peaks.append(peak)
    allowed = peaks[0] * 1.5 + 200_000
    case.need(peaks[1] <= allowed, "memory_is_flat", f"{peaks[0]} bytes for 80 records, {peaks[1]} for 640")


EXPORTER_CHECKS: Final[tuple[Callable[[Case], None], ...]] = (
    declares_itself,
    counts_every_record,
    losses_name_records,
    report_is_on_disk,
    same_bytes_twice,
    stays_in_its_folder,
    refuses_a_used_folder,
    unlabelled_is_said,
    memory_is_flat,
)
