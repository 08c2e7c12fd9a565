"""Reading for the report: examples of what happened to records, labels as they lie in the version, quarantine.

Memory is bounded by one shard and by what is shown; every choice of examples is a draw that only the seed decides.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from galley.catalog.reader import VersionReader
from galley.engine.shard import read_parquet
from galley.kernel.draw import derive_seed, sample
from galley.kernel.ports import Blobs, Desk
from galley.line.account import RunAccount
from galley.line.outcome import RunResult
from galley.line.report.cards import Card, card_of, first_difference
from galley.line.report.shield import guards_personal_data, shielded

__all__ = ["Example", "Labels", "Material", "Sample", "find_rows", "gather"]

EXAMPLES: Final = 6  # a reason
REASONS_SHOWN: Final = 24  # with examples; the others are counted all the same
SAMPLES: Final = 24
QUARANTINED: Final = 50


@dataclass(frozen=True)
class Example:
    """One record some step did not simply keep."""

    detail: str
    before: Card
    after: Card | None = None  # of an edit that is seen
    kept: Card | None = None  # the survivor of a duplicate
    shielded: bool = False  # what it was before is not shown, because it held personal data


@dataclass(frozen=True)
class Sample:
    """One labelled record."""

    card: Card
    labels: Mapping[str, Any] | None
    decided_by: str
    labeler_kind: str
    confidence: float | None


@dataclass
class Labels:
    """What the label columns hold."""

    rows: int = 0
    decided: Counter[str] = field(default_factory=Counter)
    classes: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)  # control -> class -> who decided -> n
    answered: Counter[str] = field(default_factory=Counter)  # control -> records
    wanted: dict[str, Any] = field(default_factory=dict)  # id -> labels, of the ids asked for
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True)
class Material:
    """Everything the sections are made from."""

    result: RunResult
    schema: Mapping[str, Any] | None  # the label schema as plain values
    rows: int  # records of the end result
    examples: Mapping[tuple[int, str], tuple[Example, ...]]  # (step, "drop text.too_short") -> examples
    labels: Labels | None
    quarantine: tuple[Mapping[str, Any], ...]
    quarantined: int
    unread: Mapping[str, int]  # code -> records that could not be read


def gather(
    result: RunResult, version: VersionReader, collected: VersionReader | None, desk: Desk, wanted: Collection[str]
) -> Material:
    """Read what the report shows; `wanted` are the ids whose labels the certificate's picture needs."""
    blobs, account = version.blobs, result.account
    labels = None
    if any(shard.labels is not None for shard in version.manifest.shards):
        labels = _labels(version, derive_seed(desk.seed, "report", "samples"), frozenset(wanted))
    rows, total, unread = _quarantine(account, blobs)
    return Material(
        result=result,
        schema=version.label_schema(),
        rows=version.rows,
        examples=_examples(account, version, collected, desk),
        labels=labels,
        quarantine=rows,
        quarantined=total,
        unread=unread,
    )


def find_rows(version: VersionReader | None, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The rows of some ids, by id; ids that are not in the version are absent."""
    wanted = pa.array(sorted(set(ids)), pa.string())
    found: dict[str, dict[str, Any]] = {}
    for shard in version.manifest.shards if version is not None and len(wanted) else ():
        held = read_parquet(version.blobs, shard.data, columns=["id"]).column("id")  # type: ignore[union-attr]
        mask = pc.is_in(held, value_set=wanted)
        if pc.any(mask).as_py():
            table = read_parquet(version.blobs, shard.data).filter(mask)  # type: ignore[union-attr]
            found.update({row["id"]: row for row in table.to_pylist()})
    return found


# --- events --------------------------------------------------------------------------------------------------------


def _examples(
    account: RunAccount, version: VersionReader, collected: VersionReader | None, desk: Desk
) -> dict[tuple[int, str], tuple[Example, ...]]:
    events = _drawn(account, version.blobs, derive_seed(desk.seed, "report", "examples"))
    touched = {event["id"] for group in events.values() for event in group}
    kept = {event["related"][0] for group in events.values() for event in group if event["related"]}
    before: Mapping[str, Mapping[str, Any]] = find_rows(collected, touched | kept)
    if guards_personal_data(account):
        before = shielded(before, desk)
    after = find_rows(version, touched | kept)
    return {
        group: tuple(found for event in rows if (found := _example(event, before, after, version.blobs)) is not None)
        for group, rows in events.items()
    }


def _drawn(account: RunAccount, blobs: Blobs, seed: bytes) -> dict[tuple[int, str], list[dict[str, Any]]]:
    """Some events of each reason. A draw of draws is a draw, because the order of ids is the same everywhere."""
    most = sorted(
        ((step.step, name, count) for step in account.steps for name, count in step.reasons.items()),
        key=lambda found: (-found[2], found[0], found[1]),
    )
    shown = {(step, name) for step, name, _ in most[:REASONS_SHOWN]}
    held: dict[tuple[int, str], dict[str, dict[str, Any]]] = {}
    for file in account.events:
        groups: dict[tuple[int, str], dict[str, int]] = {}
        table = read_parquet(blobs, file)
        columns = [table.column(name).to_pylist() for name in ("step", "verdict", "reason", "id")]
        for place, (step, verdict, reason, record) in enumerate(zip(*columns, strict=True)):
            group = (step, f"{verdict} {reason}")
            if group in shown:
                groups.setdefault(group, {})[record] = place
        for group, places in groups.items():
            known = held.setdefault(group, {})
            for record in sample(places, EXAMPLES, seed):
                known[record] = table.slice(places[record], 1).to_pylist()[0]
    return {group: [rows[record] for record in sample(rows, EXAMPLES, seed)] for group, rows in sorted(held.items())}


def _example(
    event: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], blobs: Blobs
) -> Example | None:
    record = event["id"]
    old, new = before.get(record), after.get(record)
    shown = new if old is None else old
    if shown is None:
        return None
    if event["verdict"] == "edit" and "text.pii" in event["reason"]:  # masked in both, so once is enough
        return Example(event["detail"], card_of(new or shown, blobs), shielded=True)
    place = 0
    changed = None
    if event["verdict"] == "edit" and old is not None and new is not None:
        place = first_difference(old["text"] or "", new["text"] or "")
        if (old["text"], old["blob"]) != (new["text"], new["blob"]):
            changed = card_of(new, blobs, place)
    twin = None
    if event["verdict"] == "drop" and event["related"]:
        kept = after.get(event["related"][0]) or before.get(event["related"][0])
        twin = None if kept is None else card_of(kept, blobs)
    return Example(event["detail"], card_of(shown, blobs, place), changed, twin)


# --- labels --------------------------------------------------------------------------------------------------------


def _labels(version: VersionReader, seed: bytes, wanted: frozenset[str]) -> Labels:
    found = Labels()
    drawn: list[str] = []
    classified = {
        control["name"]
        for control in (version.label_schema() or {}).get("controls", ())
        if control["type"].partition("@")[0] == "classify"
    }
    for shard in version.manifest.shards:
        if shard.labels is None:
            continue
        table = read_parquet(version.blobs, shard.labels, columns=["id", "labels", "decided_by"])
        ids, texts, deciders = (table.column(name).to_pylist() for name in ("id", "labels", "decided_by"))
        for record, text, decider in zip(ids, texts, deciders, strict=True):
            _count(found, None if text is None else msgspec.json.decode(text), decider, classified)
            if record in wanted:
                found.wanted[record] = None if text is None else msgspec.json.decode(text)
        drawn = sample([*drawn, *ids], SAMPLES, seed)
    found.samples = _samples(version, drawn)
    return found


def _count(found: Labels, labels: Mapping[str, Any] | None, decider: str, classified: set[str]) -> None:
    found.rows += 1
    found.decided[decider] += 1
    for control, value in (labels or {}).items():
        found.answered[control] += 1
        for name in _names(value) if isinstance(value, list) or control in classified else ():
            found.classes.setdefault(control, {}).setdefault(name, Counter())[decider] += 1


def _names(value: Any) -> list[str]:
    """The classes one answer names: itself, each of several, a taxonomy path, or the label of each region."""
    if not isinstance(value, list):
        return [str(value)]
    names = []
    for part in value:
        if isinstance(part, Mapping):
            names.append(str(part.get("label", "")) or "–")
        else:
            names.append(" › ".join(map(str, part)) if isinstance(part, list) else str(part))
    return names


def _samples(version: VersionReader, drawn: list[str]) -> tuple[Sample, ...]:
    rows = find_rows(version, drawn)
    told: dict[str, dict[str, Any]] = {}
    wanted = pa.array(drawn, pa.string())
    for shard in version.manifest.shards:
        if shard.labels is not None:
            table = read_parquet(version.blobs, shard.labels)
            told.update(
                {row["id"]: row for row in table.filter(pc.is_in(table.column("id"), value_set=wanted)).to_pylist()}
            )
    return tuple(
        Sample(
            card=card_of(rows[record], version.blobs),
            labels=None if told[record]["labels"] is None else msgspec.json.decode(told[record]["labels"]),
            decided_by=told[record]["decided_by"],
            labeler_kind=told[record]["labeler_kind"],
            confidence=told[record]["confidence"],
        )
        for record in drawn
    )


# --- quarantine ----------------------------------------------------------------------------------------------------


def _quarantine(account: RunAccount, blobs: Blobs) -> tuple[tuple[dict[str, Any], ...], int, dict[str, int]]:
    shown: list[dict[str, Any]] = []
    total = 0
    unread: Counter[str] = Counter()
    for file in account.quarantine:
        table = read_parquet(blobs, file, columns=["id", "source", "key", "step", "op", "code", "message"])
        total += table.num_rows
        unread.update(table.filter(pc.equal(table.column("step"), 0)).column("code").to_pylist())
        shown += table.slice(0, max(0, QUARANTINED - len(shown))).to_pylist()
    return tuple(shown), total, dict(sorted(unread.items()))
