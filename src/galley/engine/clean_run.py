"""A run of clean steps over a set of shards: segments, plans, and the whole set's accounts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from galley.catalog.manifest import FileRef
from galley.engine.counts import ConservationError, Counts, total
from galley.engine.job import Job
from galley.engine.pool import Pool
from galley.engine.segment import OpStep, plan_job, segment_job, step_of
from galley.engine.shard import ShardResult, StepCounts, WorkResult
from galley.kernel.extension import find

__all__ = ["CleanResult", "Ticked", "in_order", "merge_steps", "run_clean"]

Ticked = Callable[[int], None]
"""Called with a number of records each time some are done; for progress bars."""


@dataclass
class CleanResult:
    """What clean steps made of a set of shards."""

    shards: list[ShardResult]
    steps: list[StepCounts]
    events: list[FileRef] = field(default_factory=list)
    quarantine: list[FileRef] = field(default_factory=list)
    plans: dict[int, str] = field(default_factory=dict)  # step number -> SHA-256 of the plan


@dataclass
class _Segment:
    steps: list[OpStep]
    survey: OpStep | None


def run_clean(shards: list[ShardResult], specs: list[dict[str, Any]], pool: Pool, ticked: Ticked) -> CleanResult:
    """Run operators (as `extension.spec_of` dicts, numbered from 1) over shards.

    The result depends on nothing but the arguments' values: not on the pool's size, on what died in between, or on which
    work had been done before.
    """
    result = CleanResult(shards=shards, steps=[])
    plan: FileRef | None = None
    for segment in _segments(specs):
        steps = [msgspec.structs.replace(segment.steps[0], plan=plan), *segment.steps[1:]] if plan else segment.steps
        jobs = [segment_job(shard, steps, segment.survey) for shard in result.shards]
        before = sum(shard.rows for shard in result.shards)
        done = in_order(pool.run(jobs), jobs, ticked)
        _take(result, done, before, steps)
        plan = None
        if segment.survey is not None:
            surveys = [each.extra for each in done if each.extra is not None]
            job = plan_job(surveys, segment.survey)
            (made,) = in_order(pool.run([job]), [job], _silent)
            plan = made.extra
            if plan is not None:
                result.plans[segment.survey.number] = plan.sha256
    return result


def _segments(specs: list[dict[str, Any]]) -> Iterator[_Segment]:
    """Cut the steps at every whole-set operator: its survey ends a segment, its apply begins the next."""
    steps: list[OpStep] = []
    for number, spec in enumerate(specs, start=1):
        step = step_of(number, spec)
        if find("operator", step.op).able.whole_set:
            yield _Segment(steps=steps, survey=step)
            steps = []
        steps.append(step)
    if steps:
        yield _Segment(steps=steps, survey=None)


def _take(result: CleanResult, done: list[WorkResult], before: int, steps: list[OpStep]) -> None:
    result.shards = [shard for each in done for shard in each.shards]
    result.events += [each.events for each in done if each.events is not None]
    result.quarantine += [each.quarantine for each in done if each.quarantine is not None]
    summed = merge_steps([each.steps for each in done])
    result.steps += summed
    if steps:
        _check(before, summed, sum(shard.rows for shard in result.shards))


def _check(before: int, steps: list[StepCounts], after: int) -> None:
    """The law over the whole set: what one step hands on the next one reads, and the last one's is what is stored."""
    expected = before
    for each in steps:
        if each.counts.read != expected:
            detail = f"{expected} records were handed to the step, it read {each.counts.read}"
            raise ConservationError(step=each.step, op=each.op, detail=detail)
        each.counts.check(each.step, each.op)
        expected = each.counts.out
    if steps and expected != after:
        last = steps[-1]
        detail = f"{expected} records should be stored, {after} are"
        raise ConservationError(step=last.step, op=last.op, detail=detail)


def merge_steps(parts: Iterable[tuple[StepCounts, ...]]) -> list[StepCounts]:
    """The counts of the same steps over several shards, summed."""
    grouped: dict[int, list[StepCounts]] = {}
    for part in parts:
        for each in part:
            grouped.setdefault(each.step, []).append(each)
    return [_summed(grouped[number]) for number in sorted(grouped)]


def _summed(parts: list[StepCounts]) -> StepCounts:
    reasons: dict[str, int] = {}
    for part in parts:
        for name, count in part.reasons.items():
            reasons[name] = reasons.get(name, 0) + count
    counts: Counts = total(part.counts for part in parts)
    return StepCounts(step=parts[0].step, op=parts[0].op, counts=counts, reasons=dict(sorted(reasons.items())))


def in_order(results: Iterable[tuple[Job, WorkResult]], jobs: list[Job], ticked: Ticked) -> list[WorkResult]:
    """Results in the order of their jobs, ticking progress as they come in any order."""
    place = {id(job): number for number, job in enumerate(jobs)}
    found: list[WorkResult | None] = [None] * len(jobs)
    for job, result in results:
        found[place[id(job)]] = result
        ticked(job.size)
    return [result for result in found if result is not None]


def _silent(_count: int) -> None:
    """No progress to show."""
