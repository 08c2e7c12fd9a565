"""One pass over a version that counts what the metrics of the standards need; memory: some 40 bytes a record.

Columns are counted by Arrow; only contents are hashed and only labels are checked record by record.
"""

import hashlib
import heapq
from collections import Counter
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from galley.assess.contents import Contents
from galley.catalog.reader import VersionReader
from galley.kernel.errors import GalleyError
from galley.kernel.record import BASES, GRADES, MODALITIES
from galley.labels.choices import paths_of, words
from galley.labels.errors import LabelValueError
from galley.labels.label_type import Content
from galley.labels.schema import Control, LabelSchema, labels_check

__all__ = ["Scan", "classes_of", "scan"]

BLOBS_SAMPLED: Final = 1000
"""Blobs read back and hashed: below one wrong in 1,000 shows with 63 %, one in 330 with 95 % probability."""

EXAMPLES: Final = 10

_BITS: Final = {"format": 1, "untraceable": 2, "type": 4, "empty": 8, "unreadable": 16}
"""Faults that indicators join: one record with two of them is one bad record."""


class Scan(msgspec.Struct, kw_only=True):
    """Counts over all records, and up to ten example ids for each kind of fault."""

    records: int = 0
    bytes: int = 0
    modalities: Counter[str] = msgspec.field(default_factory=Counter)
    media_types: Counter[str] = msgspec.field(default_factory=Counter)
    faults: dict[str, list[str]] = msgspec.field(default_factory=dict)  # name -> example ids
    fault_counts: Counter[str] = msgspec.field(default_factory=Counter)
    joined: Counter[int] = msgspec.field(default_factory=Counter)  # faults of a record as bits -> records
    duplicates: int = 0  # records whose content an earlier record has
    relabelled_duplicates: int = 0  # of which the label differs from that record's
    timed: int = 0
    oldest: str | None = None
    newest: str | None = None
    labelled: int = 0
    decided_by: Counter[str] = msgspec.field(default_factory=Counter)
    classes: dict[str, Counter[str]] = msgspec.field(default_factory=dict)  # classify control -> class -> records
    times: Counter[str] = msgspec.field(default_factory=Counter)  # by month
    blobs_held: int = 0  # records whose content is a blob
    blobs_read: int = 0  # different blobs sampled

    def share(self, *faults: str) -> float | None:
        """The share of records without any of these faults; None when there are no records.

        Where blobs were sampled, the sample stands for all of them.
        """
        if not self.records:
            return None
        if len(faults) == 1 and faults[0] not in _BITS:
            return 1 - self.fault_counts[faults[0]] / self.records
        wanted = sum(_BITS[name] for name in faults)
        certain = wanted & ~_BITS["unreadable"]
        weight = self.blobs_held / self.blobs_read if self.blobs_read else 1.0
        bad = sum(
            float(count) if held & certain else count * weight for held, count in self.joined.items() if held & wanted
        )
        return max(0.0, 1 - bad / self.records)

    def within(self, since: object, until: object) -> float | None:
        """The share of records dated within these years, months or the months of these days; None: an open side."""
        if not self.records:
            return None
        first, last = str(since or "")[:7], str(until or "")[:7]
        inside = sum(
            count for month, count in self.times.items() if month >= first and (not last or month[: len(last)] <= last)
        )
        return inside / self.records

    def fault(self, name: str, count: int, examples: list[str]) -> None:
        """Count a fault that so many records have."""
        if count:
            self.fault_counts[name] += count
            held = self.faults.setdefault(name, [])
            held += examples[: EXAMPLES - len(held)]


def classes_of(control: Control) -> tuple[str, ...]:
    """The classes a classify control offers, as `Scan.classes` names them (a taxonomy's leaves as `animal / cat`)."""
    params = getattr(control.label_type, "params", None)
    choices = getattr(params, "choices", ())
    if getattr(params, "mode", "") == "hierarchical":
        return tuple(" / ".join(path) for path, leaf in paths_of(choices) if leaf)
    return words(choices)


def scan(version: VersionReader, schema: LabelSchema | None, seed: bytes) -> Scan:
    """Count everything in one pass, then read a random sample of the blobs back."""
    found = Scan()
    contents = Contents(version.rows)
    blobs = _Sample(seed)
    ends: list[int] = []
    for shard in version.manifest.shards:
        table = version.table(shard)
        bits = _look(found, table)
        filled = table.filter(pa.array(bits & _BITS["empty"] == 0))
        contents.add(_digests(filled), _label_digests(filled))
        ends.append(contents.added)
        blobs.look(table, bits)
        if schema is not None:
            _look_at_labels(found, table, schema)
        found.joined.update(dict(enumerate(np.bincount(bits, minlength=32).tolist())))
    repeats = contents.repeats()
    found.duplicates, found.relabelled_duplicates = len(repeats.repeated), len(repeats.relabelled)
    for name, places in (("duplicate", repeats.repeated), ("contradiction", repeats.relabelled)):
        found.fault(name, len(places), [_id_at(version, ends, int(place)) for place in places[:EXAMPLES]])
    blobs.read_back(found, version)
    return found


def _look(found: Scan, table: pa.Table) -> Any:
    """Count the columns of one shard; the faults of each record as bits."""
    found.records += table.num_rows
    found.bytes += int(pc.sum(table["bytes"]).as_py() or 0)
    _count(found.modalities, table["modality"])
    _count(found.media_types, table["media_type"])
    _look_at_times(found, table["time"])
    bits = np.zeros(table.num_rows, dtype=np.int64)
    for name, wrong in (("format", _malformed(table)), ("untraceable", _untraced(table)), ("type", _mistyped(table))):
        _mark(found, table, bits, name, wrong)
    blank = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(table["text"]), ""), True)
    found.blobs_held += table.num_rows - table["blob"].null_count
    hollow = pc.or_(pc.is_null(table["blob"]), pc.equal(table["bytes"], 0))
    _mark(found, table, bits, "empty", pc.and_(blank, hollow))
    return bits


def _mark(found: Scan, table: pa.Table, bits: Any, name: str, wrong: Any) -> None:
    mask = wrong.to_numpy() if isinstance(wrong, pa.ChunkedArray) else wrong.to_numpy(zero_copy_only=False)
    bits[mask] |= _BITS[name]
    places = np.flatnonzero(mask)
    found.fault(name, len(places), table["id"].take(pa.array(places[:EXAMPLES])).to_pylist())


def _malformed(table: pa.Table) -> Any:
    known = [
        pc.is_in(table[column], pa.array(words_, pa.string()))
        for column, words_ in (("modality", MODALITIES), ("grade", GRADES), ("basis", BASES))
    ]
    return pc.invert(pc.and_(pc.and_(known[0], known[1]), known[2]))


def _untraced(table: pa.Table) -> Any:
    missing = [pc.equal(pc.fill_null(table[column], ""), "") for column in ("license", "source", "uri")]
    return pc.or_(pc.or_(missing[0], missing[1]), missing[2])


def _mistyped(table: pa.Table) -> Any:
    pairs = pc.binary_join_element_wise(table["modality"], table["media_type"], "\n")
    wrong = [
        pair
        for pair in pc.unique(pairs).to_pylist()
        if pair.partition("\n")[0] not in ("any", pair.partition("\n")[2].partition("/")[0])
    ]
    return pc.is_in(pairs, pa.array(wrong, pa.string()))


def _look_at_times(found: Scan, column: Any) -> None:
    times = pc.filter(column, pc.fill_null(pc.not_equal(column, ""), False))
    if not len(times):
        return
    found.timed += len(times)
    bounds = pc.min_max(times).as_py()
    found.oldest = min(filter(None, (found.oldest, bounds["min"])))
    found.newest = max(filter(None, (found.newest, bounds["max"])))
    _count(found.times, pc.utf8_slice_codeunits(times, 0, 7))


def _count(counts: Counter[str], column: Any) -> None:
    for pair in pc.value_counts(column).to_pylist():
        counts[pair["values"]] += pair["counts"]


def _digests(table: pa.Table) -> list[bytes]:
    pairs = zip(table["text"].to_pylist(), table["blob"].to_pylist(), strict=True)
    return [
        bytes.fromhex(blob)[:16] if blob is not None else hashlib.sha256(text.encode()).digest()[:16]
        for text, blob in pairs
    ]


def _label_digests(table: pa.Table) -> list[bytes]:
    if "labels" not in table.column_names:
        return [b"\0" * 8] * table.num_rows
    held = table["labels"].to_pylist()
    known = {label: hashlib.sha256((label or "").encode()).digest()[:8] for label in set(held)}
    return [known[label] for label in held]


def _id_at(version: VersionReader, ends: list[int], place: int) -> str:
    """The id of the record that was added to the contents at a place: its shard is read once more."""
    nth = int(np.searchsorted(ends, place, side="right"))
    table = version.table(version.manifest.shards[nth])
    bits = _look(Scan(), table)
    inside = np.flatnonzero(bits & _BITS["empty"] == 0)
    return str(table["id"][int(inside[place - (ends[nth - 1] if nth else 0)])])


class _Sample:
    """The blobs of lowest rank under the seed: a uniform sample that needs no list of all of them."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._chosen: dict[str, tuple[bytes, str, int]] = {}  # blob -> rank, first record, its faults

    def look(self, table: pa.Table, bits: Any) -> None:
        """Consider the blobs of one shard."""
        rows = zip(table["blob"].to_pylist(), table["id"].to_pylist(), bits.tolist(), strict=True)
        for blob, record, held in rows:
            if blob is not None and blob not in self._chosen:
                rank = hashlib.sha256(self._seed + b"\0" + blob.encode()).digest()
                self._chosen[blob] = (rank, record, held)
        if len(self._chosen) > BLOBS_SAMPLED:
            best = heapq.nsmallest(BLOBS_SAMPLED, self._chosen.items(), key=lambda item: item[1][0])
            self._chosen = dict(best)

    def read_back(self, found: Scan, version: VersionReader) -> None:
        """Read the sampled blobs; a record whose blob is lost or changed is unreadable."""
        for blob, (_, record, held) in sorted(self._chosen.items(), key=lambda item: item[1][0]):
            found.blobs_read += 1
            try:
                version.blobs.get(blob)
            except GalleyError:
                found.fault("unreadable", 1, [record])
                found.joined[held] -= 1
                found.joined[held | _BITS["unreadable"]] += 1


def _look_at_labels(found: Scan, table: pa.Table, schema: LabelSchema) -> None:
    if "labels" not in table.column_names:
        found.decided_by["nobody"] += table.num_rows
        return
    _count(found.decided_by, pc.fill_null(table["decided_by"], "nobody"))
    held = table.filter(pc.fill_null(pc.not_equal(table["labels"], ""), False))
    found.labelled += held.num_rows
    # What classes may be does not depend on the record: equal labels are checked once.
    alike = all(control.type.partition("@")[0] == "classify" for control in schema.controls)
    known: dict[str, bool] = {}
    columns = (held[name].to_pylist() for name in ("id", "labels", "modality", "text", "width", "height"))
    for record, labels, modality, text, width, height in zip(*columns, strict=True):
        valid = known.get(labels)
        if valid is None:
            content = Content(modality=modality, text=text, width=width, height=height)
            valid = _valid(schema, labels, content)
            if alike:
                known[labels] = valid
        if not valid:
            found.fault("label", 1, [record])
    for pair in pc.value_counts(held["labels"]).to_pylist():
        _count_classes(found, msgspec.json.decode(pair["values"]), pair["counts"], schema)


def _valid(schema: LabelSchema, labels: str, content: Content) -> bool:
    try:
        labels_check(schema, msgspec.json.decode(labels), content)
    except LabelValueError:
        return False
    return True


def _count_classes(found: Scan, labels: Any, records: int, schema: LabelSchema) -> None:
    for control in schema.of_type("classify"):
        counts = found.classes.setdefault(control.name, Counter())
        value = labels.get(control.name) if isinstance(labels, dict) else None
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                counts[" / ".join(map(str, one)) if isinstance(one, list) else str(one)] += records
