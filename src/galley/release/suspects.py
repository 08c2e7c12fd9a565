"""Which records a damaged part file hurts: row group by row group, record hash by record hash."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from galley.kernel.language import Text
from galley.release.label_columns import LabelColumn
from galley.release.layout import DATA, RECORDS
from galley.release.media import MEDIA_STRUCT
from galley.release.record_hash import HASHED_COLUMNS, record_hash

__all__ = ["Suspects", "check_part", "find_suspects", "suspect_hashes"]

IDS_MAX: Final = 10
_HASH_BYTES: Final = 32
_UNREADABLE: Final = (pa.ArrowException, OSError, KeyError, TypeError, ValueError, msgspec.MsgspecError)
"""What damaged pages, missing columns and values of other types raise on the way to a record's hash."""

Suspects = tuple[tuple[str, ...], Text]
"""Ids of records (IDS_MAX at most) and the finding in words."""


def find_suspects(folder: Path, path: str) -> Suspects:
    """What is wrong inside a Parquet part whose hash does not fit."""
    hashes = _hashes_of(folder, path)
    try:
        file = pq.ParquetFile(folder / path, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as problem:
        return (), Text(f"its footer cannot be read ({_short(problem)})", f"文件尾无法读取（{_short(problem)}）")
    with file:
        ids, unreadable = _examine(file, hashes, ())
    if unreadable:
        places = ", ".join(unreadable)
        return tuple(ids[:IDS_MAX]), Text(f"row group {places} cannot be read", f"行组 {places} 无法读取")
    if ids:
        return _named(ids)
    return (), Text("every record is intact; the damage is in the file's structure", "各条记录完好；损坏在文件结构处")


def check_part(folder: Path, path: str, labels: Sequence[LabelColumn]) -> Suspects | None:
    """Recompute every record of an intact Parquet part: its hash, its medium, its typed labels; None when all agree."""
    with pq.ParquetFile(folder / path, page_checksum_verification=True) as file:
        ids, unreadable = _examine(file, _hashes_of(folder, path), labels)
    if unreadable:  # its SHA-256 fits, so it was written like this
        return tuple(ids[:IDS_MAX]), Text("row groups cannot be read", "行组无法读取")
    return _named(ids) if ids else None


def suspect_hashes(folder: Path, path: str) -> Suspects:
    """Which records a damaged record-hash file is wrong about, told by the Parquet part beside it."""
    name = path.removeprefix(f"{RECORDS}/").removesuffix(".sha256s")
    part = f"{DATA}/{name}.parquet"
    try:
        with pq.ParquetFile(folder / part, page_checksum_verification=True) as file:
            ids, unreadable = _examine(file, (folder / path).read_bytes(), ())
    except (pa.ArrowException, OSError) as problem:
        return (), Text(f"{part} cannot be read ({_short(problem)})", f"{part} 无法读取（{_short(problem)}）")
    if ids and not unreadable:
        return _named(ids)
    return (), Text("record hashes were changed", "记录哈希被改动")


def _hashes_of(folder: Path, path: str) -> bytes:
    name = path.removeprefix(f"{DATA}/").removesuffix(".parquet")
    place = folder / RECORDS / f"{name}.sha256s"
    return place.read_bytes() if place.is_file() else b""


def _named(ids: list[str]) -> Suspects:
    shown = ", ".join(ids[:IDS_MAX])
    return tuple(ids[:IDS_MAX]), Text(f"{len(ids)} records differ: {shown}", f"{len(ids)} 条记录不符：{shown}")


def _examine(file: pq.ParquetFile, hashes: bytes, labels: Sequence[LabelColumn]) -> tuple[list[str], list[str]]:
    """(ids of records that differ, row groups that cannot be read with their record range)."""
    ids: list[str] = []
    unreadable: list[str] = []
    first = 0
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        try:
            table = file.read_row_group(group)
            ids += _differing(table, hashes[first * _HASH_BYTES : (first + rows) * _HASH_BYTES], labels)
        except _UNREADABLE:
            unreadable.append(f"{group} ({first}-{first + rows - 1})")
            ids += _ids(file, group)
        first += rows
    return ids, unreadable


def _ids(file: pq.ParquetFile, group: int) -> list[str]:
    """The ids of an unreadable row group whose id column can still be read, when they are few enough to be told."""
    if file.metadata.row_group(group).num_rows > IDS_MAX:
        return []
    try:
        return [str(name) for name in file.read_row_group(group, columns=["id"]).column("id").to_pylist()]
    except (pa.ArrowException, OSError):
        return []  # the caller reports the row group either way


def _differing(table: pa.Table, hashes: bytes, labels: Sequence[LabelColumn]) -> list[str]:
    """Ids of the rows whose hash is not the one on file, or whose medium or typed labels are not those hashed."""
    rows = table.select([name for name in HASHED_COLUMNS if name in table.schema.names]).to_pylist()
    wrong = _media_differing(table, [row["blob"] for row in rows])
    if labels:
        decoded = [None if row["labels"] is None else msgspec.json.decode(row["labels"]) for row in rows]
        for column in labels:
            held, expected = table.column(column.name).to_pylist(), column.array(decoded).to_pylist()
            wrong |= {place for place in range(len(rows)) if held[place] != expected[place]}
    for place, row in enumerate(rows):
        if record_hash(row) != hashes[place * _HASH_BYTES : (place + 1) * _HASH_BYTES]:
            wrong.add(place)
    return [str(rows[place]["id"]) for place in sorted(wrong)]


def _media_differing(table: pa.Table, blobs: Sequence[str | None]) -> set[int]:
    wrong = set()
    for field in table.schema:
        if field.type != MEDIA_STRUCT:
            continue
        for place, value in enumerate(table.column(field.name)):
            held = value.as_py()
            if held is not None and hashlib.sha256(held["bytes"] or b"").hexdigest() != blobs[place]:
                wrong.add(place)
    return wrong


def _short(problem: BaseException) -> str:
    return str(problem).splitlines()[0][:120] if str(problem) else type(problem).__name__
