"""Collecting as jobs of the engine: a source's listing is cut into groups, and each group becomes shards in a worker.

A group's result is found again by the stamps of its units (size and time, an ETag), like `make` does; a unit without a
stamp is always read again.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from galley.collect.connector import Draft, Spoiled, Unit
from galley.collect.errors import DuplicateKeyError
from galley.collect.model import SourceSpec
from galley.collect.rules import drafts_to_table, group_units
from galley.collect.service import connector_of, list_units, op_of, read_group
from galley.engine.counts import Counts
from galley.engine.job import Job, Slice
from galley.engine.shard import ShardResult, StepCounts, WorkResult, read_parquet, store_table, work_key
from galley.kernel.errors import GalleyError
from galley.kernel.extension import spec_of
from galley.kernel.ids import record_id
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.kernel.record import QUARANTINE_SCHEMA, RECORD_SCHEMA

__all__ = ["group_jobs", "perform_group", "perform_repeats", "repeats_job"]


class UnitKilledError(GalleyError):
    """Reading a unit made its worker process die."""

    code = "GLY-COL-090"
    text = Text("Reading this makes the worker process die.", "读取该数据会使工作进程崩溃。")
    hint = Text("It is in quarantine; look at the file.", "该数据已隔离；请检查源文件。")


def group_jobs(spec: SourceSpec, desk: Desk, *, rows: int, size_bytes: int) -> list[Job]:
    """The jobs that read one source, in order."""
    connector = connector_of(spec)
    return [
        _group_job(spec, spec_of(connector), units, rows=rows, size_bytes=size_bytes)
        for units in group_units(list_units(connector, desk), rows, size_bytes)
    ]


def _group_job(spec: SourceSpec, connector: dict[str, Any], units: list[Unit], *, rows: int, size_bytes: int) -> Job:
    payload = {"spec": spec, "units": units, "rows": rows, "size_bytes": size_bytes}
    stamped = all(unit.stamp for unit in units)
    key = work_key(
        "collect",
        connector=connector,
        source=[spec.name, spec.license, spec.basis, spec.grade],
        units=[[unit.key, unit.uri, unit.stamp] for unit in units],
        cut=[rows, size_bytes],
    )
    return Job(
        key=key if stamped else "",
        function="galley.collect.jobs:perform_group",
        payload={**msgspec.to_builtins(payload), "key": key},
        size=len(units),
        bytes=min(sum(unit.bytes for unit in units), 4 * size_bytes),
    )


def perform_group(payload: dict[str, Any], part: Slice, desk: Desk) -> WorkResult:
    """Do a group job: read its units into shards."""
    spec = msgspec.convert(payload["spec"], SourceSpec)
    units = msgspec.convert(payload["units"], list[Unit])
    connector = connector_of(spec)
    poisoned = [units[place] for place in part.poison]
    healthy = [unit for place, unit in enumerate(units[part.start : part.stop], part.start) if place not in part.poison]
    shards: list[ShardResult] = []
    bad = [_killed(poisoned, spec, op_of(connector))]
    pieces: Iterator[tuple[pa.RecordBatch, pa.Table]] = read_group(
        healthy, connector, spec, desk, rows=payload["rows"], size_bytes=payload["size_bytes"]
    )
    for records, quarantine in pieces:
        if records.num_rows:
            table = pa.Table.from_batches([records], schema=RECORD_SCHEMA)
            shards.append(ShardResult(rows=records.num_rows, data=store_table(desk.blobs, table)))
        bad.append(quarantine)
    return _result(payload["key"], op_of(connector), shards, pa.concat_tables(bad), desk)


def _killed(units: list[Unit], spec: SourceSpec, op: str) -> pa.Table:
    problem = UnitKilledError()
    drafts: list[Draft | Spoiled] = [
        Spoiled(key=unit.key, uri=unit.uri, code=problem.code, message=problem.message()) for unit in units
    ]
    return drafts_to_table(drafts, spec, op)[1]


def repeats_job(shard: ShardResult, repeats: dict[str, int]) -> Job:
    """The job that moves records whose key came before (in an earlier shard) from a shard to its quarantine.

    `repeats` says for each such id how often it came in the shards before this one.
    """
    payload = {"shard": msgspec.to_builtins(shard), "repeats": repeats}
    key = work_key("repeats", input=shard.data.sha256, repeats=repeats)
    return Job(
        key=key,
        function="galley.collect.jobs:perform_repeats",
        payload={**payload, "key": key},
        size=shard.rows,
        bytes=shard.data.bytes * 4,
    )


def perform_repeats(payload: dict[str, Any], part: Slice, desk: Desk) -> WorkResult:
    """Do a repeats job."""
    del part  # moving rows runs no foreign code
    shard = msgspec.convert(payload["shard"], ShardResult)
    repeats: dict[str, int] = payload["repeats"]
    table = read_parquet(desk.blobs, shard.data)
    again = pa.array([record in repeats for record in table.column("id").to_pylist()])
    moved = table.filter(again).to_pylist()
    rows = []
    for row in moved:
        problem = DuplicateKeyError(key=row["key"], occurrence=repeats[row["id"]])
        content = row["text"].encode() if row["text"] is not None else f"sha256:{row['blob']}".encode()
        rows.append(
            {
                **{name: row[name] for name in ("source", "key", "uri")},
                "id": record_id(row["source"], row["key"], repeats[row["id"]]),
                "step": 0,
                "op": "collect",
                "code": problem.code,
                "message": problem.message(),
                "excerpt": content[:4096],
            }
        )
    left = table.filter(pc.invert(again))
    shards = [ShardResult(rows=left.num_rows, data=store_table(desk.blobs, left))] if left.num_rows else []
    quarantine = pa.Table.from_pylist(rows, schema=QUARANTINE_SCHEMA)
    return _result(payload["key"], "collect", shards, quarantine, desk)


def _result(key: str, op: str, shards: list[ShardResult], quarantine: pa.Table, desk: Desk) -> WorkResult:
    kept, failed = sum(shard.rows for shard in shards), quarantine.num_rows
    counts = Counts(read=kept + failed, kept=kept, failed=failed)
    reasons: dict[str, int] = {}
    for code in quarantine.column("code").to_pylist():
        reasons[f"fail {code}"] = reasons.get(f"fail {code}", 0) + 1
    return WorkResult(
        key=key,
        shards=tuple(shards),
        steps=(StepCounts(step=0, op=op, counts=counts, reasons=dict(sorted(reasons.items()))),),
        quarantine=store_table(desk.blobs, quarantine) if failed else None,
    )
