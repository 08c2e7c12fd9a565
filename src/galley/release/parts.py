"""The parts of a release being written: Parquet, record hashes and TC609 lines, row group by row group."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

import msgspec
import pyarrow as pa

from galley.kernel.limits import EMBED_BYTES_MAX
from galley.kernel.ports import Blobs
from galley.kernel.record import LABELS_SCHEMA, RECORD_SCHEMA
from galley.release.errors import VersionDamagedError
from galley.release.features import features_json
from galley.release.folder import FolderWriter
from galley.release.label_columns import LabelColumn
from galley.release.layout import MEDIA, data_part, hash_part, tc609_part
from galley.release.media import MEDIA_STRUCT, column_of, file_name
from galley.release.parquet_part import GROUP_BYTES, GROUP_ROWS, open_parquet
from galley.release.record_hash import record_hash
from galley.release.tc609 import Tc609Count, Tc609Facts, check_line, to_line
from galley.release.tree import RootBuilder

__all__ = ["PART_BYTES", "Built", "Parts", "Plan", "TableBuilder", "decode_labels", "groups", "plan"]

PART_BYTES: Final = 256 * 1024 * 1024
"""Content bytes a part at least before the next begins: what hubs and query engines like to read."""

_COPY_BYTES: Final = 1024 * 1024
_LABEL_FIELDS: Final = tuple(field for field in LABELS_SCHEMA if field.name != "id")
_UNLABELLED: Final[dict[str, Any]] = {
    "labels": None,
    "decided_by": "nobody",
    "labeler_kind": "none",
    "confidence": None,
    "judgements": 0,
}


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of a release: identity, content, labels, then provenance."""

    schema: pa.Schema
    media: tuple[str, ...]  # media columns: image, audio, video, file
    labels: tuple[LabelColumn, ...]
    classes: dict[str, tuple[str, ...]]


def plan(modalities: Sequence[str], labels: tuple[LabelColumn, ...]) -> Plan:
    """The columns for a version with these modalities and typed label columns."""
    media = tuple(sorted({column_of(modality) for modality in modalities if modality != "text"}))
    classes = {column.name: column.classes for column in labels if column.classes}
    first = [RECORD_SCHEMA.field("id"), RECORD_SCHEMA.field("text")]
    first += [pa.field(name, MEDIA_STRUCT) for name in media]
    if media:
        first.append(pa.field("media_path", pa.string()))
    first += [pa.field(column.name, column.type) for column in labels]
    rest = [field for field in RECORD_SCHEMA if field.name not in ("id", "text")]
    schema = pa.schema([*first, *_LABEL_FIELDS, *rest])
    metadata = {b"huggingface": features_json(schema)}
    return Plan(schema=schema.with_metadata(metadata), media=media, labels=labels, classes=classes)


def groups(tables: Iterator[pa.Table]) -> Iterator[tuple[pa.Table, int]]:
    """Row groups cut from the tables by rows and content bytes alone, with those bytes: the shard cut leaves no trace."""
    pending: list[pa.Table] = []
    rows = weight = 0
    for table in tables:
        start = 0
        for place, size in enumerate(table.column("bytes").to_pylist()):
            rows += 1
            weight += size if size <= EMBED_BYTES_MAX else 0
            if rows >= GROUP_ROWS or weight >= GROUP_BYTES:
                pending.append(table.slice(start, place + 1 - start))
                yield pa.concat_tables(pending), weight
                pending, start, rows, weight = [], place + 1, 0, 0
        if start < table.num_rows:
            pending.append(table.slice(start))
    if pending:
        yield pa.concat_tables(pending), weight


class Built(NamedTuple):
    """A released row group with the rows it was made of, their decoded labels, and the paths of media beside it."""

    table: pa.Table
    rows: list[dict[str, Any]]
    labels: list[dict[str, Any] | None]
    paths: list[str | None]


class TableBuilder:
    """Turns joined tables into released ones: media embedded or stored beside, labels typed."""

    def __init__(self, folder: FolderWriter, plan: Plan, blobs: Blobs) -> None:
        self._folder = folder
        self._plan = plan
        self._blobs = blobs

    def build(self, table: pa.Table) -> Built:
        """One row group."""
        rows = [{**_UNLABELLED, **row} for row in table.to_pylist()]
        labels = [decode_labels(row) for row in rows]
        embedded, paths = self._media(rows)
        return Built(self._table(table, labels, embedded, paths), rows, labels, paths)

    def _media(self, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any] | None], list[str | None]]:
        embedded: list[dict[str, Any] | None] = []
        paths: list[str | None] = []
        for row in rows:
            if row["blob"] is None:
                embedded.append(None)
                paths.append(None)
                continue
            name = file_name(row["blob"], row["media_type"])
            if row["bytes"] <= EMBED_BYTES_MAX:
                embedded.append({"bytes": self._blob(row), "path": name})
                paths.append(None)
            else:
                embedded.append(None)
                paths.append(self._copy(row, f"{MEDIA}/{name}"))
        return embedded, paths

    def _blob(self, row: dict[str, Any]) -> bytes:
        data = self._blobs.get(row["blob"])
        if len(data) != row["bytes"]:
            raise VersionDamagedError(record=row["id"], detail=f"its blob has {len(data)} bytes, not {row['bytes']}")
        return data

    def _copy(self, row: dict[str, Any], path: str) -> str:
        if path in self._folder.entries:
            return path
        with self._blobs.open(row["blob"]) as source, self._folder.open(path) as target:
            while chunk := source.read(_COPY_BYTES):
                target.write(chunk)
        if target.sha256() != row["blob"]:
            raise VersionDamagedError(record=row["id"], detail=f"its blob no longer has the hash {row['blob']}")
        self._folder.note(path, target)
        return path

    def _table(
        self,
        table: pa.Table,
        labels: list[dict[str, Any] | None],
        embedded: list[dict[str, Any] | None],
        paths: list[str | None],
    ) -> pa.Table:
        typed = {column.name: column.array(labels) for column in self._plan.labels}
        columns = [column_of(modality) for modality in table.column("modality").to_pylist()]
        arrays = []
        for field in self._plan.schema:
            if field.name in self._plan.media:
                held = [
                    value if column == field.name else None for column, value in zip(columns, embedded, strict=True)
                ]
                arrays.append(pa.array(held, MEDIA_STRUCT))
            elif field.name == "media_path":
                arrays.append(pa.array(paths, pa.string()))
            elif field.name in typed:
                arrays.append(typed[field.name])
            elif field.name in table.schema.names:
                arrays.append(table.column(field.name))
            else:
                arrays.append(pa.array([_UNLABELLED[field.name]] * table.num_rows, field.type))
        return pa.Table.from_arrays(arrays, schema=self._plan.schema)


class Parts:
    """Writes row groups into numbered parts and keeps the tree over all record hashes."""

    def __init__(self, folder: FolderWriter, plan: Plan, blobs: Blobs, facts: Tc609Facts) -> None:
        self.tree = RootBuilder()
        self.tc609 = Tc609Count()
        self.parts = 0
        self._folder = folder
        self._plan = plan
        self._builder = TableBuilder(folder, plan, blobs)
        self._facts = facts
        self._open: _Part | None = None

    def add(self, table: pa.Table, weight: int) -> None:
        """Write one row group."""
        if self._open is None:
            self._open = _Part(self._folder, self._plan.schema, number=self.parts, first=self.tree.size)
            self.parts += 1
        built, rows, labels, paths = self._builder.build(table)
        self._open.parquet.write_table(built, row_group_size=GROUP_ROWS)
        for place, row in enumerate(rows):
            try:
                digest = record_hash(row)
            except ValueError as problem:  # NaN and infinities have no canonical form
                raise VersionDamagedError(record=row["id"], detail=str(problem)) from problem
            self.tree.add(digest)
            self._open.tree.add(digest)
            self._open.hashes.write(digest)
            self._open.lines.write(self._line(row, labels[place], paths[place], self._open.number))
        self._open.rows += len(rows)
        self._open.weight += weight
        if self._open.weight >= PART_BYTES:
            self.close()

    def close(self) -> None:
        """Finish the open part, if any."""
        if self._open is not None:
            self._open.finish(self._folder)
            self._open = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        elif self._open is not None:
            self._open.abandon()

    def _line(self, row: dict[str, Any], labels: dict[str, Any] | None, path: str | None, part: int) -> bytes:
        content = row["text"] if row["blob"] is None else path or f"{data_part(part)}#id={row['id']}"
        line = to_line(row, labels, content or "", self._facts)
        self.tc609.add(check_line(msgspec.json.decode(line)), time_known=row["time"] is not None)
        return line


class _Part:
    """The three open files of one part."""

    def __init__(self, folder: FolderWriter, schema: pa.Schema, *, number: int, first: int) -> None:
        self.number = number
        self.first = first
        self.rows = self.weight = 0
        self.tree = RootBuilder()
        self.data = folder.open(data_part(number))
        self.hashes = folder.open(hash_part(number))
        self.lines = folder.open(tc609_part(number))
        self.parquet = open_parquet(self.data, schema)

    def abandon(self) -> None:
        """Close the files without caring what is in them."""
        for file in (self.data, self.hashes, self.lines):
            file.close()

    def finish(self, folder: FolderWriter) -> None:
        """Close the files and note them."""
        self.parquet.close()
        root = self.tree.root().hex()
        for path, file in (
            (data_part(self.number), self.data),
            (hash_part(self.number), self.hashes),
            (tc609_part(self.number), self.lines),
        ):
            file.close()
            folder.note(path, file, rows=self.rows, first_record=self.first, records_root=root)


def decode_labels(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The labels of a row of a joined table; None when it is unlabelled or the version has none."""
    if row.get("labels") is None:
        return None
    try:
        labels: dict[str, Any] = msgspec.json.decode(row["labels"], type=dict[str, Any])
    except msgspec.DecodeError as problem:
        raise VersionDamagedError(record=row["id"], detail=f"its labels are no JSON object: {problem}") from problem
    return labels
