"""What every exporter shares: reading labelled rows, writing files that count themselves, and counting losses."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.canonical import canonical_json
from galley.labels.label_type import Content
from galley.labels.schema import Control, LabelSchema, schema_from_dict
from galley.release.errors import ExportEmptyError, ExportPlaceError, VersionDamagedError
from galley.release.exporter import ExportReport, Loss
from galley.release.folder import FolderWriter, HashedFile
from galley.release.media import file_name
from galley.release.parts import decode_labels

__all__ = ["REPORT", "Export", "Labelled", "content_of", "labelled_rows", "need_controls", "schema_of"]

REPORT: Final = "export-report.json"
_EXAMPLES_MAX: Final = 10
_COPY_BYTES: Final = 1024 * 1024


class Labelled(NamedTuple):
    """One record: its row in the joined table and its decoded labels, None when it is unlabelled."""

    row: dict[str, Any]
    labels: dict[str, Any] | None


def labelled_rows(version: VersionReader) -> Iterator[Labelled]:
    """Every record of a version in order, one shard in memory."""
    for table in version.tables():
        for row in table.to_pylist():
            yield Labelled(row, decode_labels(row))


def content_of(row: dict[str, Any]) -> Content:
    """What label types may know about a record."""
    return Content(modality=row["modality"], text=row["text"], width=row["width"], height=row["height"])


def schema_of(version: VersionReader) -> LabelSchema | None:
    """The version's label schema."""
    found = version.label_schema()
    return None if found is None else schema_from_dict(found)


def need_controls(version: VersionReader, kinds: tuple[str, ...], form: str) -> tuple[Control, ...]:
    """The controls of these label types; raises ExportEmptyError when there is none."""
    schema = schema_of(version)
    found = tuple(control for control in schema.controls if _kind(control) in kinds) if schema is not None else ()
    if not found:
        needs = " / ".join(kinds)
        raise ExportEmptyError(format=form, detail=f"no {needs} control", needs=needs)
    return found


def _kind(control: Control) -> str:
    return control.type.partition("@")[0]


@dataclass
class _Tally:
    detail: str
    count: int = 0
    examples: list[str] = field(default_factory=list)


class Export:
    """One export being written into an empty folder; `finish` writes and returns the report."""

    def __init__(self, form: str, version: VersionReader, out: Path) -> None:
        if not out.is_dir() or any(out.iterdir()):
            raise ExportPlaceError(folder=str(out))
        self.folder = FolderWriter(out, durable=False)
        self.records = self.skipped = 0
        self._media_files = self._media_bytes = 0  # counted, not listed: there may be millions
        self._form = form
        self._version = version
        self._losses: dict[str, _Tally] = {}
        self._notes: list[str] = []

    def lose(self, code: str, record: str, detail: str, count: int = 1) -> None:
        """Count something of a record that the format cannot hold; `detail` is one sentence a code."""
        if count <= 0:
            return
        tally = self._losses.setdefault(code, _Tally(detail))
        tally.count += count
        if len(tally.examples) < _EXAMPLES_MAX and record not in tally.examples:
            tally.examples.append(record)

    def skip(self, code: str, record: str, detail: str) -> None:
        """Leave a whole record out, which is a loss."""
        self.skipped += 1
        self.lose(code, record, detail)

    def note(self, sentence: str) -> None:
        """Say something about the export as a whole, once."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    def lose_controls(self, labelled: Labelled, held: set[str]) -> None:
        """Count the answers to controls that the format has no place for."""
        others = [
            name for name, value in (labelled.labels or {}).items() if name not in held and value not in (None, [])
        ]
        self.lose("control", labelled.row["id"], "Answers to other controls have no place in this format.", len(others))

    def media(self, row: dict[str, Any], folder: str) -> str:
        """Copy a record's medium below `folder` under its id and return the path; names from outside are never used."""
        extension = file_name("", row["media_type"])
        path = f"{folder}/{row['id']}{extension}"
        with self._version.blobs.open(row["blob"]) as source, self.folder.open(path) as target:
            while chunk := source.read(_COPY_BYTES):
                target.write(chunk)
        if target.sha256() != row["blob"]:
            raise VersionDamagedError(record=row["id"], detail=f"its blob no longer has the hash {row['blob']}")
        self._media_files += 1
        self._media_bytes += target.size
        return path

    def label(self, path: str, data: bytes) -> None:
        """Write the small label file of one record."""
        with self.folder.open(path) as file:
            file.write(data)
        self._media_files += 1
        self._media_bytes += len(data)

    def open(self, path: str) -> HashedFile:
        """A new file; close it and hand it to `folder.note`."""
        return self.folder.open(path)

    def stream(self, path: str, lines: Iterator[bytes]) -> None:
        """Write a file from its pieces as they come."""
        with self.folder.open(path) as file:
            for line in lines:
                file.write(line)
        self.folder.note(path, file)

    def text(self, path: str, encoding: str, write: Callable[[io.TextIOWrapper], None]) -> None:
        """Write a text file by a function of the open file; line ends are written as given."""
        file = self.folder.open(path)
        with io.TextIOWrapper(io.BufferedWriter(file), encoding=encoding, newline="") as wrapped:
            write(wrapped)
        self.folder.note(path, file)

    def finish(self) -> ExportReport:
        """Write `export-report.json` (which the report itself does not count) and return it."""
        report = ExportReport(
            format=self._form,
            version=self._version.name,
            root=self._version.root,
            records=self.records,
            skipped=self.skipped,
            files=len(self.folder.entries) + self._media_files,
            bytes=self.folder.bytes + self._media_bytes,
            losses=tuple(
                Loss(code=code, count=tally.count, detail=tally.detail, examples=tuple(tally.examples))
                for code, tally in sorted(self._losses.items())
            ),
            notes=tuple(self._notes),
        )
        with self.folder.open(REPORT) as file:
            file.write(canonical_json(msgspec.to_builtins(report)) + b"\n")
        return report
