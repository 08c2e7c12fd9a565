"""Use cases of collecting: from a source to shards of records and their quarantine. Run inside a worker."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import pyarrow as pa

from galley.collect.connector import Connector, Draft, Spoiled, Unit
from galley.collect.errors import ListedTwiceError
from galley.collect.model import SourceSpec
from galley.collect.rules import Occurrences, drafts_to_table
from galley.kernel import limits
from galley.kernel.extension import make
from galley.kernel.ports import Desk

__all__ = ["connector_of", "list_units", "op_of", "read_group", "shards_of"]


def connector_of(spec: SourceSpec) -> Connector[Any]:
    """The connector of a source with its parameters checked; raises ExtensionUnknownError or ParamsError."""
    return cast(Connector[Any], make("connector", spec.connector, spec.params))


def op_of(connector: Connector[Any]) -> str:
    """The connector as quarantine and provenance name it: name@version."""
    return f"{connector.name}@{connector.version}"


def list_units(connector: Connector[Any], desk: Desk) -> Iterator[Unit]:
    """The units of a source, making sure that they are sorted and no key comes twice."""
    last: str | None = None
    for unit in connector.units(desk):
        if last is not None and unit.key <= last:
            raise ListedTwiceError(source=connector.name, key=unit.key)
        last = unit.key
        yield unit


def shards_of(
    unit: Unit,
    connector: Connector[Any],
    spec: SourceSpec,
    desk: Desk,
    rows: int = limits.SHARD_ROWS,
    size_bytes: int = limits.SHARD_BYTES,
) -> Iterator[tuple[pa.RecordBatch, pa.Table]]:
    """The shards of one unit, see read_group."""
    return read_group([unit], connector, spec, desk, rows=rows, size_bytes=size_bytes)


def read_group(
    units: Sequence[Unit],
    connector: Connector[Any],
    spec: SourceSpec,
    desk: Desk,
    *,
    rows: int = limits.SHARD_ROWS,
    size_bytes: int = limits.SHARD_BYTES,
) -> Iterator[tuple[pa.RecordBatch, pa.Table]]:
    """(records, quarantine) shard by shard, of at most `rows` drafts and `size_bytes` of inline text each.

    The cut is a pure function of the units' content. A single record larger than `size_bytes` is a shard of its own. Key
    repeats within the group are quarantined here; across groups the engine finds them (rules.find_duplicate_ids).
    """
    op = op_of(connector)
    kept = Occurrences() if connector.keys_may_repeat() else None
    waiting: list[Draft | Spoiled] = []
    filled = 0
    for unit in units:
        for draft in connector.read(unit, desk):
            size = _inline_bytes(draft)
            if waiting and (len(waiting) >= rows or filled + size > size_bytes):
                yield drafts_to_table(waiting, spec, op, kept)
                waiting, filled = [], 0
            waiting.append(draft)
            filled += size
    if waiting:
        yield drafts_to_table(waiting, spec, op, kept)


def _inline_bytes(draft: Draft | Spoiled) -> int:
    if isinstance(draft, Spoiled):
        return len(draft.excerpt)
    return draft.bytes if draft.text is not None else 0
