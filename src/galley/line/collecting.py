"""The collect stage of a run: every source read into shards, repeated records found across all of them."""

from dataclasses import dataclass

import msgspec
import pyarrow as pa

from galley.catalog.manifest import FileRef
from galley.collect.jobs import group_jobs, repeats_job
from galley.collect.model import SourceSpec
from galley.collect.rules import find_duplicate_ids
from galley.collect.service import connector_of
from galley.engine.clean_run import in_order
from galley.engine.pool import Pool
from galley.engine.shard import ShardResult, WorkResult, read_parquet
from galley.kernel.extension import spec_of
from galley.kernel.ports import Desk
from galley.line.account import SourceAccount
from galley.line.recipe import Recipe
from galley.line.screen import Screen

__all__ = ["Collected", "collect"]


@dataclass(frozen=True)
class Collected:
    """What the sources brought."""

    shards: list[ShardResult]
    quarantine: list[FileRef]
    sources: list[SourceAccount]


def collect(recipe: Recipe, desk: Desk, pool: Pool, screen: Screen) -> Collected:
    """Read every source of a recipe, in the recipe's order."""
    shards: list[ShardResult] = []
    quarantine: list[FileRef] = []
    sources: list[SourceAccount] = []
    for spec in recipe.collect:
        jobs = group_jobs(spec, desk, rows=recipe.engine.shard_rows, size_bytes=recipe.engine.shard_bytes)
        units = sum(job.size for job in jobs)
        screen.begin("collect", units)
        results = in_order(pool.run(jobs), jobs, screen.advance)
        if connector_of(spec).keys_may_repeat() and len(jobs) > 0:
            results = _without_repeats(results, desk, pool)
        screen.end("collect")
        found = [shard for result in results for shard in result.shards]
        shards += found
        quarantine += [result.quarantine for result in results if result.quarantine is not None]
        sources.append(_account(spec, units, results))
    return Collected(shards=shards, quarantine=quarantine, sources=sources)


def _without_repeats(results: list[WorkResult], desk: Desk, pool: Pool) -> list[WorkResult]:
    """Records whose key came in an earlier shard go to quarantine: an id must name one record."""
    shards = [shard for result in results for shard in result.shards]
    ids = [_ids(shard, desk) for shard in shards]
    twice = find_duplicate_ids(ids)
    if not twice:
        return results
    seen: dict[str, int] = {}
    jobs = []
    for shard, column in zip(shards, ids, strict=True):
        here = [record for record in column.to_pylist() if record in twice]
        repeats = {record: seen[record] for record in here if record in seen}
        for record in here:
            seen[record] = seen.get(record, 0) + 1
        jobs.append(repeats_job(shard, repeats))
    mended = in_order(pool.run(jobs), jobs, lambda _count: None)
    unread = [msgspec.structs.replace(each, shards=()) for each in results]
    return [*unread, *mended]


def _ids(shard: ShardResult, desk: Desk) -> pa.ChunkedArray:
    return read_parquet(desk.blobs, shard.data, columns=["id"]).column("id")


def _account(spec: SourceSpec, units: int, results: list[WorkResult]) -> SourceAccount:
    records = sum(shard.rows for result in results for shard in result.shards)
    return SourceAccount(
        name=spec.name,
        connector=spec_of(connector_of(spec)),
        license=spec.license,
        basis=spec.basis,
        grade=spec.grade,
        units=units,
        records=records,
        failed=sum(step.counts.failed for result in results for step in result.steps),
    )
