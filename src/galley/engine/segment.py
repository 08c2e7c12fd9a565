"""Segments: a shard through several clean steps in one pass, in a worker.

A recipe's steps are cut at every operator that needs the whole set: it ends one segment with its survey and begins the
next with its plan. Between two cuts a shard is read once and written once, whatever the number of operators.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, Protocol, cast

import msgspec
import pyarrow as pa

from galley.catalog.manifest import FileRef
from galley.engine.bisect import judge
from galley.engine.counts import Counts, total
from galley.engine.job import Job, Slice
from galley.engine.settle import Settled, Step, settle
from galley.engine.shard import ShardResult, StepCounts, WorkResult, read_parquet, store_table, work_key
from galley.kernel.errors import GalleyError
from galley.kernel.extension import make
from galley.kernel.language import Text
from galley.kernel.outcome import EVENT_SCHEMA, OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk
from galley.kernel.record import QUARANTINE_SCHEMA, RECORD_SCHEMA

__all__ = ["OpStep", "plan_job", "segment_job", "step_of"]

BATCH_ROWS = 512
"""Rows an operator sees at once: bounds what one bad record drags along before bisection."""


class WorkerKilledError(GalleyError):
    """The record made its worker process die."""

    code = "GLY-ENG-022"
    text = Text("This record makes the worker process die in step {step}.", "该记录会使第 {step} 步的工作进程崩溃。")
    hint = Text("It is in quarantine; look at its excerpt.", "该记录已隔离；请查看其内容摘录。")


class OpStep(msgspec.Struct, frozen=True, kw_only=True):
    """One clean step with everything that decides what it does."""

    number: int
    spec: dict[str, Any]  # extension.spec_of: name, version, filled params
    plan: FileRef | None = None

    @property
    def op(self) -> str:
        """name@version."""
        return f"{self.spec['name']}@{self.spec['version']}"


class _Applies(Protocol):
    def apply(self, batch: pa.RecordBatch, *rest: Any) -> Outcomes: ...


class _WholeSet(Protocol):
    def survey(self, batch: pa.RecordBatch, desk: Desk) -> pa.Table: ...

    def plan(self, surveys: Iterator[pa.Table], desk: Desk) -> pa.Table: ...


def step_of(number: int, spec: dict[str, Any]) -> OpStep:
    """A step without a plan."""
    return OpStep(number=number, spec=spec)


def segment_job(shard: ShardResult, steps: list[OpStep], survey: OpStep | None) -> Job:
    """The job that takes one shard through some steps and, at the end, surveys it for a whole-set step."""
    payload = {
        "shard": msgspec.to_builtins(shard),
        "steps": msgspec.to_builtins(steps),
        "survey": msgspec.to_builtins(survey),
    }
    key = work_key(
        "segment",
        input=shard.data.sha256,
        steps=[{"number": step.number, **step.spec, "plan": step.plan and step.plan.sha256} for step in steps],
        survey=survey and survey.spec,
    )
    return Job(
        key=key,
        function="galley.engine.segment:perform_segment",
        payload=payload,
        size=shard.rows,
        bytes=shard.data.bytes * 4,  # zstd text unpacks to about four times its size
    )


def plan_job(surveys: list[FileRef], step: OpStep) -> Job:
    """The job that turns all surveys of a whole-set step into its plan."""
    payload = {"surveys": msgspec.to_builtins(surveys), "step": msgspec.to_builtins(step)}
    key = work_key("plan", surveys=[survey.sha256 for survey in surveys], spec=step.spec)
    size = sum(survey.bytes for survey in surveys)
    return Job(key=key, function="galley.engine.segment:perform_plan", payload=payload, size=1, bytes=size * 2)


def perform_segment(payload: dict[str, Any], part: Slice, desk: Desk) -> WorkResult:
    """Do a segment job (see `segment_job`)."""
    shard = msgspec.convert(payload["shard"], ShardResult)
    steps = msgspec.convert(payload["steps"], list[OpStep])
    survey = msgspec.convert(payload["survey"], OpStep | None)
    table = read_parquet(desk.blobs, shard.data)
    batch = _one_batch(table.slice(part.start, None if part.stop is None else part.stop - part.start))
    batch, settled = _without_poison(batch, part, steps)
    counted: list[StepCounts] = []
    for step in steps:
        batch, taken = _apply(batch, step, desk)
        settled += taken
        counted.append(_step_counts(step, taken))
    events = pa.concat_tables([EVENT_SCHEMA.empty_table(), *(each.events for each in settled)])
    quarantine = pa.concat_tables([QUARANTINE_SCHEMA.empty_table(), *(each.quarantine for each in settled)])
    output = pa.Table.from_batches([batch], schema=RECORD_SCHEMA)
    return WorkResult(
        key=segment_job(shard, steps, survey).key,
        shards=(ShardResult(rows=output.num_rows, data=store_table(desk.blobs, output)),) if output.num_rows else (),
        steps=tuple(_with_poisoned(counted, part)),
        events=store_table(desk.blobs, events) if events.num_rows else None,
        quarantine=store_table(desk.blobs, quarantine) if quarantine.num_rows else None,
        extra=None if survey is None else store_table(desk.blobs, _survey(output, survey, desk)),
    )


def perform_plan(payload: dict[str, Any], part: Slice, desk: Desk) -> WorkResult:
    """Do a plan job (see `plan_job`)."""
    del part  # a plan cannot be cut
    step = msgspec.convert(payload["step"], OpStep)
    surveys = msgspec.convert(payload["surveys"], list[FileRef])
    operator = cast(_WholeSet, make("operator", step.op, step.spec["params"]))
    plan = operator.plan((read_parquet(desk.blobs, survey) for survey in surveys), desk)
    return WorkResult(key=plan_job(surveys, step).key, shards=(), steps=(), extra=store_table(desk.blobs, plan))


def _one_batch(table: pa.Table) -> pa.RecordBatch:
    batches = table.combine_chunks().cast(RECORD_SCHEMA).to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=RECORD_SCHEMA)


def _apply(batch: pa.RecordBatch, step: OpStep, desk: Desk) -> tuple[pa.RecordBatch, list[Settled]]:
    operator = cast(_Applies, make("operator", step.op, step.spec["params"]))
    if step.plan is not None:
        plan = read_parquet(desk.blobs, step.plan)
        apply = partial(_apply_planned, operator, plan, desk)
    else:
        apply = partial(_apply_plain, operator, desk)
    where = Step(number=step.number, op=step.op)
    taken = [
        settle(piece, judge(piece, apply), where)
        for piece in (batch.slice(start, BATCH_ROWS) for start in range(0, batch.num_rows, BATCH_ROWS))
    ]
    if not taken:
        return batch, []
    return _one_batch(pa.Table.from_batches([each.batch for each in taken], schema=RECORD_SCHEMA)), taken


def _apply_plain(operator: _Applies, desk: Desk, batch: pa.RecordBatch) -> Outcomes:
    return operator.apply(batch, desk)


def _apply_planned(operator: _Applies, plan: pa.Table, desk: Desk, batch: pa.RecordBatch) -> Outcomes:
    return operator.apply(batch, plan, desk)


def _survey(output: pa.Table, step: OpStep, desk: Desk) -> pa.Table:
    operator = cast(_WholeSet, make("operator", step.op, step.spec["params"]))
    return operator.survey(_one_batch(output), desk)


def _without_poison(batch: pa.RecordBatch, part: Slice, steps: list[OpStep]) -> tuple[pa.RecordBatch, list[Settled]]:
    """Fail the records known to kill a worker before any operator sees them."""
    if not part.poison or not steps:
        return batch, []
    builder = OutcomeBuilder(batch.num_rows)
    problem = WorkerKilledError(step=steps[0].number)
    for place in part.poison:
        builder.fail(place, problem.code, str(problem))
    taken = settle(batch, builder.build(), Step(number=steps[0].number, op=steps[0].op))
    return taken.batch, [taken]


def _with_poisoned(counted: list[StepCounts], part: Slice) -> list[StepCounts]:
    if not part.poison or not counted:
        return counted
    killed = Counts(read=len(part.poison), failed=len(part.poison))
    reasons = dict(counted[0].reasons)
    reasons[f"fail {WorkerKilledError.code}"] = len(part.poison)
    first = msgspec.structs.replace(counted[0], counts=counted[0].counts + killed, reasons=reasons)
    return [first, *counted[1:]]


def _step_counts(step: OpStep, taken: list[Settled]) -> StepCounts:
    reasons: dict[str, int] = {}
    for each in taken:
        for verdict, reason in zip(
            each.events.column("verdict").to_pylist(), each.events.column("reason").to_pylist(), strict=True
        ):
            name = f"{verdict} {reason}"
            reasons[name] = reasons.get(name, 0) + 1
    return StepCounts(
        step=step.number,
        op=step.op,
        counts=total(each.counts for each in taken),
        reasons=dict(sorted(reasons.items())),
    )
