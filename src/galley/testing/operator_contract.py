"""The contract battery for operators: what the engine relies on, as checks a built-in and a third party's pass alike.

    from galley.testing.operator_contract import check_operator
    check_operator(MyOperator, {"limit": 3})

or one test a check: `@pytest.mark.parametrize("check", OPERATOR_CHECKS, ids=str)` with `check(case_for(MyOperator))`.
A broken promise raises ContractBrokenError, which says what was seen and what to change.
"""

import re
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import pyarrow as pa

from galley.clean.operator import Operator, WholeSetOperator
from galley.kernel.canonical import digest_of
from galley.kernel.errors import GalleyError, InputError
from galley.kernel.extension import params_schema, spec_of
from galley.kernel.language import Text
from galley.kernel.outcome import Outcomes, Verdict
from galley.kernel.ports import Desk
from galley.kernel.record import MODALITIES, RECORD_SCHEMA
from galley.testing.batches import hostile_batches, sample_batches
from galley.testing.memory import memory_desk
from galley.testing.operator_runs import Judged, OperatorClass, cuts_of, judge, plan_of, scratch_desk

__all__ = ["OPERATOR_CHECKS", "Case", "Check", "ContractBrokenError", "case_for", "check_operator"]

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_CODE: Final = re.compile(r"GLY-[A-Z]{3}-\d{3}")
_RECORD_ID: Final = re.compile(r"[0-9a-f]{32}")
_CJK: Final = re.compile(r"[\u4e00-\u9fff]")


class ContractBrokenError(InputError):
    """An operator does not keep a promise the engine relies on."""

    code = "GLY-TST-001"
    text = Text("{op} breaks the operator contract ({check}): {found}", "算子 {op} 违反了算子契约（{check}）：{found}")
    hint = Text("{fix_en}", "{fix_zh}")

    def __str__(self) -> str:
        return f"{self.message('en')}\nFix: {self.advice('en')}"


@dataclass(frozen=True)
class Case:
    """One operator with its parameters, ordinary batches to run it on, and a desk that has their blobs."""

    operator: OperatorClass
    params: msgspec.Struct
    batches: tuple[pa.RecordBatch, ...]
    desk: Desk

    def make(self) -> Operator[Any] | WholeSetOperator:
        """A fresh instance."""
        return self.operator(self.params)

    def hostile(self) -> list[pa.RecordBatch]:
        """Hostile batches, with their blobs on the desk."""
        return hostile_batches(self.desk.blobs)


@dataclass(frozen=True)
class Check:
    """One promise: its name, what to change when it is broken, and how it is tried (yields what is wrong)."""

    name: str
    fix: Text
    tried: Callable[[Case], Iterator[str]]

    def __call__(self, case: Case) -> None:
        """Raise ContractBrokenError at the first thing found."""
        try:
            found = next(self.tried(case), None)
        except GalleyError as problem:
            found = f"it raised {problem.code} {problem}"
        if found is not None:
            raise ContractBrokenError(
                op=case.operator.name, check=self.name, found=found, fix_en=self.fix.en, fix_zh=self.fix.zh
            )

    def __str__(self) -> str:
        return self.name


def case_for(
    operator: OperatorClass,
    params: dict[str, Any] | None = None,
    batches: Sequence[pa.RecordBatch] = (),
    desk: Desk | None = None,
) -> Case:
    """A case; without batches, a mixture of every modality. Given batches with blobs, give the desk that has them."""
    desk = desk or memory_desk()
    chosen = tuple(batches) or tuple(sample_batches(desk.blobs))
    return Case(operator, msgspec.convert(params or {}, operator.Params), chosen, desk)


def check_operator(
    operator: OperatorClass,
    params: dict[str, Any] | None = None,
    batches: Sequence[pa.RecordBatch] = (),
    desk: Desk | None = None,
) -> None:
    """Run the whole battery; raises ContractBrokenError at the first broken promise."""
    case = case_for(operator, params, batches, desk)
    for check in OPERATOR_CHECKS:
        check(case)


# --- The promises ------------------------------------------------------------------------------------------------


def _description(case: Case) -> Iterator[str]:
    operator = case.operator
    if not _NAME.fullmatch(operator.name):
        yield f"the name '{operator.name}' is not dotted lower case"
    if operator.version < 1:
        yield f"the version is {operator.version}"
    if operator.kind != "operator":
        yield f"the kind is '{operator.kind}'"
    if not operator.summary.en.strip() or _CJK.search(operator.summary.en):
        yield "the English summary is empty or not English"
    if not _CJK.search(operator.summary.zh):
        yield "the Chinese summary is empty or not Chinese"


def _params(case: Case) -> Iterator[str]:
    if not case.operator.Params.__struct_config__.forbid_unknown_fields:
        yield "Params accepts unknown fields, so a typo in a recipe would pass unseen"
    if not case.operator.Params.__struct_config__.frozen:
        yield "Params is not frozen"
    again = msgspec.json.decode(msgspec.json.encode(case.params), type=case.operator.Params)
    if again != case.params:
        yield f"the params change through JSON: {case.params} became {again}"
    if "$defs" not in params_schema(case.operator):
        yield "the params have no JSON schema"
    if digest_of(spec_of(case.make())) != digest_of(spec_of(case.operator(again))):
        yield "the params have no stable hash"


def _capabilities(case: Case) -> Iterator[str]:
    able = case.operator.able
    if able.whole_set != issubclass(case.operator, WholeSetOperator):
        yield "able.whole_set must be True for a WholeSetOperator and False for an Operator"
    unknown = set(able.modalities) - set(MODALITIES)
    if unknown:
        yield f"able.modalities names {sorted(unknown)}; known are {', '.join(MODALITIES)}"
    allowed = {Verdict.EDIT: able.edits, Verdict.SPLIT: able.splits, Verdict.MERGE: able.merges}
    batches = [*case.batches, *case.hostile()]
    with _no_network() if not able.needs_network else _nothing():
        judged = judge(case.make(), batches, scratch_desk(case.desk))
    for batch, outcomes in judged.raw:
        for verdict, declared in allowed.items():
            if outcomes.count(verdict) and not declared:
                yield f"it gives the verdict {verdict.word} but able.{verdict.word}s is False"
        kinds = batch.column("modality").to_pylist()
        for place, kind in enumerate(kinds):
            if able.modalities and kind not in able.modalities and outcomes.verdicts[place] != Verdict.KEEP:
                yield f"it touched a record of modality {kind}: {outcomes.reasons[place]} {outcomes.details[place]}"


def _conservation(case: Case) -> Iterator[str]:
    desk = scratch_desk(case.desk)
    for batch, outcomes in judge(case.make(), [*case.batches, *case.hostile()], desk).raw:
        yield from _one_verdict_each(batch, outcomes)
        yield from _columns_fit(batch, outcomes, desk)
        yield from _family(batch, outcomes)


def _one_verdict_each(batch: pa.RecordBatch, outcomes: Outcomes) -> Iterator[str]:
    counts = {len(outcomes.verdicts), len(outcomes.reasons), len(outcomes.details)}
    if counts != {batch.num_rows}:
        yield f"{batch.num_rows} records went in, {sorted(counts)} verdicts, reasons and details came out"
        return
    for place, number in enumerate(outcomes.verdicts.tolist()):
        if number not in list(Verdict):
            yield f"{number} is no verdict"
        elif (number == Verdict.KEEP) != (outcomes.reasons[place] == ""):
            yield f"a {Verdict(number).word} has the reason '{outcomes.reasons[place]}'"


def _columns_fit(batch: pa.RecordBatch, outcomes: Outcomes, desk: Desk) -> Iterator[str]:
    for name, values in outcomes.columns.items():
        if name not in RECORD_SCHEMA.names or name in ("id", "source", "key"):
            yield f"it edits the column '{name}', which is not its to edit"
            return
        field = RECORD_SCHEMA.field(name)
        if isinstance(values, pa.ChunkedArray) or values.type != field.type:
            yield f"the edited column '{name}' is a {type(values).__name__} of {values.type}, not an Array of {field.type}"
            return
        if len(values) != batch.num_rows:
            yield f"the edited column '{name}' has {len(values)} values for {batch.num_rows} records"
            return
    edited = {name: values.to_pylist() for name, values in outcomes.columns.items()}
    for place in (outcomes.verdicts == Verdict.EDIT).nonzero()[0].tolist():
        before = batch.slice(place, 1).to_pylist()[0]
        after = {**before, **{name: values[place] for name, values in edited.items()}}
        if after == before:
            yield f"record {before['id']} is said to be edited, but no column of it changed"
        yield from _content_agrees(before, after, desk)


def _content_agrees(before: dict[str, Any], after: dict[str, Any], desk: Desk) -> Iterator[str]:
    for name, value in after.items():
        if value is None and not RECORD_SCHEMA.field(name).nullable:
            yield f"column '{name}' became null"
    if after["text"] != before["text"]:
        if after["text"] is None:
            yield "an edit took the text away; drop the record instead"
        elif after["modality"] == "text" and after["bytes"] != len(after["text"].encode()):
            yield f"the text was edited to {len(after['text'].encode())} UTF-8 bytes, but `bytes` says {after['bytes']}"
    if after["blob"] != before["blob"]:
        if after["blob"] is None or not desk.blobs.has(after["blob"]):
            yield "the blob was edited to one that is not in the store"
        elif after["bytes"] != desk.blobs.size(after["blob"]):
            yield f"the blob was edited, but `bytes` says {after['bytes']}, not {desk.blobs.size(after['blob'])}"


def _family(batch: pa.RecordBatch, outcomes: Outcomes) -> Iterator[str]:
    ids = batch.column("id").to_pylist()
    children = outcomes.children.to_pylist() if outcomes.children is not None else []
    if outcomes.children is not None and not outcomes.children.schema.equals(RECORD_SCHEMA):
        yield "the children do not have the record schema"
        return
    if len(outcomes.parents) != len(children):
        yield f"{len(children)} children have {len(outcomes.parents)} lists of parents"
        return
    replaced = {
        ids[place]
        for place, number in enumerate(outcomes.verdicts.tolist())
        if number in (Verdict.SPLIT, Verdict.MERGE)
    }
    named = {parent for parents in outcomes.parents for parent in parents}
    if named != replaced:
        yield f"parents named and records split or merged differ: {sorted(named ^ replaced)[:3]}"
    child_ids = [child["id"] for child in children]
    if len(set(child_ids)) != len(child_ids) or set(child_ids) & set(ids):
        yield "children share an id with one another or with an input record"
    if any(not _RECORD_ID.fullmatch(child) for child in child_ids):
        yield "a child's id does not come from kernel.ids.child_id"
    if any(not parents for parents in outcomes.parents):
        yield "a child names no parent"


def _reasons(case: Case) -> Iterator[str]:
    prefix = case.operator.name.split(".", maxsplit=1)[0] + "."
    seen: set[str] = set()
    for _, outcomes in judge(case.make(), [*case.batches, *case.hostile()], scratch_desk(case.desk)).raw:
        for number, reason in zip(outcomes.verdicts.tolist(), outcomes.reasons, strict=True):
            for code in reason.split(",") if reason else ():
                seen.add(code)
                failed = number == Verdict.FAIL and _CODE.fullmatch(code)
                if not failed and not (_NAME.fullmatch(code) and code.startswith(prefix)):
                    yield f"'{code}' is neither '{prefix}<lower_case>' nor, for a failure, an error code GLY-XXX-000"
    if len(seen) > 40:
        yield f"{len(seen)} different reasons, e.g. {sorted(seen)[:3]}: values seem to be inside the codes"


def _determinism(case: Case) -> Iterator[str]:
    if not case.operator.able.deterministic:
        return
    first, second = scratch_desk(case.desk), scratch_desk(case.desk, hours_later=1000)
    yield from _differences(judge(case.make(), case.batches, first), judge(case.make(), case.batches, second))
    if first.blobs.written != second.blobs.written:
        yield "the two runs wrote different blobs"


def _retry(case: Case) -> Iterator[str]:
    if not case.operator.able.deterministic:
        return
    desk, operator = scratch_desk(case.desk), case.make()
    first = judge(operator, case.batches, desk)
    written = set(desk.blobs.written)
    yield from _differences(first, judge(operator, case.batches, desk))
    yield from _differences(first, judge(case.make(), case.batches, desk))
    if set(desk.blobs.written) != written:
        yield "a retry wrote blobs the first run did not"


def _cuts(case: Case) -> Iterator[str]:
    if not case.operator.able.deterministic:
        return
    whole = [pa.Table.from_batches([*case.batches]).combine_chunks().to_batches()[0]]
    expected = judge(case.make(), whole, scratch_desk(case.desk))
    for cut in cuts_of(whole[0]):
        yield from _differences(expected, judge(case.make(), cut, scratch_desk(case.desk)))


def _plan(case: Case) -> Iterator[str]:
    if not issubclass(case.operator, WholeSetOperator):
        return
    whole = [pa.Table.from_batches([*case.batches]).combine_chunks().to_batches()[0]]
    expected, surveyed = plan_of(case.operator(case.params), whole, scratch_desk(case.desk))
    ids = expected.column("id").to_pylist() if "id" in expected.column_names else None
    if ids is None or "id" not in surveyed:
        yield "surveys and plan must carry the column `id`"
        return
    if ids != sorted(ids):
        yield "the plan is not sorted by id"
    known = set(whole[0].column("id").to_pylist())
    if not set(ids) <= known:
        yield f"the plan names ids nobody surveyed: {sorted(set(ids) - known)[:3]}"
    kept = [one.id for one in judge(case.make(), whole, scratch_desk(case.desk)).records if one.verdict == "keep"]
    if set(kept) & set(ids):
        yield "the plan lists records that are kept"
    for cut in cuts_of(whole[0]):
        found, _ = plan_of(case.operator(case.params), cut, scratch_desk(case.desk))
        if not found.equals(expected):
            yield f"cut into {len(cut)} surveys the plan differs: {found.num_rows} rows instead of {expected.num_rows}"
    empty, _ = plan_of(case.operator(case.params), [], scratch_desk(case.desk))
    if empty.num_rows or empty.schema != expected.schema:
        yield "a plan over no surveys must be an empty table of the same columns"


def _no_mutation(case: Case) -> Iterator[str]:
    for batch in [*case.batches, *case.hostile()]:
        before = batch.serialize().to_pybytes()
        judge(case.make(), [batch], scratch_desk(case.desk))
        if batch.serialize().to_pybytes() != before:
            yield "the bytes of the input batch changed"


def _hostile(case: Case) -> Iterator[str]:
    for batch in case.hostile():
        pieces = [batch, *(batch.slice(place, 1) for place in range(batch.num_rows))]
        for piece in pieces if batch.num_rows > 1 else [batch]:
            try:
                judge(case.make(), [piece], scratch_desk(case.desk))
            except Exception as problem:  # broad: this is the check: whatever it raised, name the record
                keys = piece.column("key").to_pylist()
                if piece.num_rows <= 1:
                    culprit = f"record '{keys[0]}'" if keys else "a batch of no records"
                    yield f"{culprit}: {type(problem).__name__}: {problem}"
    # A batch may raise although none of its records does when judged alone.
    try:
        judge(case.make(), case.hostile(), scratch_desk(case.desk))
    except Exception as problem:  # broad: this is the check
        yield f"only in company of other records: {type(problem).__name__}: {problem}"


def _differences(expected: Judged, found: Judged) -> Iterator[str]:
    others = {one.id: one for one in found.records}
    for one in expected.records:
        other = others.get(one.id)
        if other != one:
            yield f"record {one.id} got {one} in one run and {other} in another"
    if len(others) != len(expected.records):
        yield f"{len(expected.records)} verdicts in one run, {len(others)} in another"


@contextmanager
def _no_network() -> Iterator[None]:
    def refused(*_: object, **__: object) -> None:
        raise _NetworkUsedError

    sockets: Any = socket.socket
    lookup, sockets.connect, socket.getaddrinfo = socket.getaddrinfo, refused, refused  # type: ignore[assignment]
    try:
        yield
    finally:
        del sockets.connect
        socket.getaddrinfo = lookup


@contextmanager
def _nothing() -> Iterator[None]:
    yield


class _NetworkUsedError(InputError):
    code = "GLY-TST-002"
    text = Text("it used the network, but able.needs_network is False", "它使用了网络，但 able.needs_network 为 False")


OPERATOR_CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "description",
        Text(
            "Give the class a dotted lower-case `name`, a `version` >= 1 and a `summary` in both languages.",
            "请给出以点分隔的小写 `name`、不小于 1 的 `version`，以及中英文 `summary`。",
        ),
        _description,
    ),
    Check(
        "params",
        Text(
            "Declare `Params` as `msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True` of plain values.",
            "请将 `Params` 声明为 frozen、forbid_unknown_fields 的 msgspec.Struct，字段只用普通值。",
        ),
        _params,
    ),
    Check(
        "hostile",
        Text(
            "Never raise for a bad record: `OutcomeBuilder.fail(place, code, detail)` or drop it with a reason.",
            "不要因坏记录抛出异常：请用 `OutcomeBuilder.fail` 标记失败，或给出原因后丢弃。",
        ),
        _hostile,
    ),
    Check(
        "capabilities",
        Text(
            "Declare in `able` what the operator does, and keep records whose modality is not in `able.modalities`.",
            "请在 `able` 中如实声明能力；不属于 `able.modalities` 的记录必须原样保留。",
        ),
        _capabilities,
    ),
    Check(
        "conservation",
        Text(
            "One verdict a record; edits keep type, length and the agreement of `bytes` with the content; children name parents.",
            "每条记录恰有一个结论；编辑须保持类型、长度以及 `bytes` 与内容一致；子记录须指明父记录。",
        ),
        _conservation,
    ),
    Check(
        "reasons",
        Text(
            "Use constant reason codes such as `text.too_short` and put the values into `detail`.",
            "请使用固定的原因代码（如 `text.too_short`），具体数值写入 `detail`。",
        ),
        _reasons,
    ),
    Check(
        "determinism",
        Text(
            "Use only the input, the params and `desk.seed`: no clock, no `random`, no set order.",
            "只能依赖输入、参数和 `desk.seed`：不得使用时钟、`random` 或集合的遍历顺序。",
        ),
        _determinism,
    ),
    Check(
        "retry",
        Text(
            "Keep no state between batches that changes a verdict; write the same blobs for the same input.",
            "批次之间不要保留会影响结论的状态；相同输入须写出相同的数据块。",
        ),
        _retry,
    ),
    Check(
        "cuts",
        Text(
            "Judge each record by itself (or by the plan): its neighbours in the batch must not matter.",
            "逐条（或依据计划）判断记录：同批次的其他记录不得影响结论。",
        ),
        _cuts,
    ),
    Check(
        "plan",
        Text(
            "Sort by record id before deciding; return only ids that are not kept, sorted, always the same columns.",
            "决定之前先按记录 id 排序；计划只含不保留的 id，按序排列，列始终相同。",
        ),
        _plan,
    ),
    Check(
        "no_mutation",
        Text(
            "Never write into the buffers of the input batch; make new arrays.", "不要改写输入批次的内存，请新建数组。"
        ),
        _no_mutation,
    ),
)
"""Every promise, in the order that finds the plainest cause first."""
