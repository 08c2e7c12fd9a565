"""The operator battery can fail: an honest operator passes every check, and each broken promise is found by its check."""

import socket
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from galley.clean.operator import Operator, WholeSetOperator
from galley.kernel.extension import Able, NoParams
from galley.kernel.ids import child_id
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes, Verdict
from galley.kernel.ports import Desk
from galley.testing.batches import records, text_row
from galley.testing.operator_contract import OPERATOR_CHECKS, ContractBrokenError, case_for, check_operator
from galley.testing.operator_runs import OperatorClass


class UpperParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How short is too short."""

    shortest: int = 3


class Upper(Operator[UpperParams]):
    """Writes texts in upper case and drops the short ones."""

    name = "text.upper"
    summary = Text("Writes text in upper case.", "将文本改为大写。")
    Params = UpperParams
    able = Able(modalities=("text",), edits=True)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        out = OutcomeBuilder(batch.num_rows)
        texts = batch.column("text").to_pylist()
        raised = [text if text is None else text.upper() for text in texts]
        changed = np.array([text != new for text, new in zip(texts, raised, strict=True)], dtype=bool)
        sizes = [
            size if not new else len(new.encode())
            for new, size in zip(raised, batch.column("bytes").to_pylist(), strict=True)
        ]
        out.edit("text", pa.array(raised, pa.large_string()), changed, "text.upper")
        out.edit("bytes", pa.array(sizes, pa.int64()), changed, "text.upper")
        for place, text in enumerate(texts):
            if text is not None and len(text) < self.params.shortest:
                out.drop(place, "text.short", f"{len(text)} characters")
        return out.build()


class Repeated(WholeSetOperator):
    """Drops every text that was seen before, in order of id."""

    name = "text.repeated"
    summary = Text("Drops repeated texts.", "丢弃重复文本。")
    able = Able(modalities=("text",), whole_set=True)
    schema: ClassVar[pa.Schema] = pa.schema([("id", pa.string()), ("kept", pa.string())])

    def survey(self, batch: pa.RecordBatch, desk: Desk) -> pa.Table:
        texts = batch.filter(pc.equal(batch.column("modality"), "text"))
        return pa.table({"id": texts.column("id"), "text": texts.column("text")})

    def plan(self, surveys: Iterator[pa.Table], desk: Desk) -> pa.Table:
        first: dict[str | None, str] = {}
        rows = []
        for row in sorted((row for survey in surveys for row in survey.to_pylist()), key=lambda row: str(row["id"])):
            kept = first.setdefault(row["text"], row["id"])
            if kept != row["id"]:
                rows.append({"id": row["id"], "kept": kept})
        return pa.Table.from_pylist(rows, schema=self.schema)

    def apply(self, batch: pa.RecordBatch, plan: pa.Table, desk: Desk) -> Outcomes:
        out = OutcomeBuilder(batch.num_rows)
        kept = dict(zip(plan.column("id").to_pylist(), plan.column("kept").to_pylist(), strict=True))
        for place, identity in enumerate(batch.column("id").to_pylist()):
            if identity in kept:
                out.drop(place, "text.repeated", "", (kept[identity],))
        return out.build()


class Halves(Operator[NoParams]):
    """Splits every text in two."""

    name = "text.halves"
    summary = Text("Splits texts in two.", "将文本一分为二。")
    able = Able(modalities=("text",), splits=True)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        out = OutcomeBuilder(batch.num_rows)
        for place, row in enumerate(batch.to_pylist()):
            if row["modality"] == "text" and row["text"]:
                out.replace(Verdict.SPLIT, [place], [row["id"]], _halves(row), "text.halves")
        return out.build()


def _halves(row: dict[str, Any]) -> pa.RecordBatch:
    middle = len(row["text"]) // 2
    return records(
        [
            {**row, "id": child_id((row["id"],), "halves", place), "text": part, "bytes": len(part.encode())}
            for place, part in enumerate((row["text"][:middle], row["text"][middle:]))
        ]
    )


@pytest.mark.parametrize("honest", [Upper, Repeated, Halves])
def test_an_honest_operator_passes(honest: OperatorClass) -> None:
    check_operator(honest)


def _named(**names: Any) -> OperatorClass:
    return type("Wrong", (Upper,), names)


def _applied(after: Callable[[Any, pa.RecordBatch, Desk, Outcomes], Outcomes], **names: Any) -> OperatorClass:
    def apply(self: Any, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        return after(self, batch, desk, Upper.apply(self, batch, desk))

    return type("Wrong", (Upper,), {"apply": apply, **names})


def _dropping(choose: Callable[[Any, pa.RecordBatch, Desk], int | None], reason: str = "text.odd") -> OperatorClass:
    def apply(self: Any, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        out = OutcomeBuilder(batch.num_rows)
        place = choose(self, batch, desk) if batch.num_rows else None
        if place is not None:
            out.drop(place, reason)
        return out.build()

    return type("Wrong", (Upper,), {"apply": apply, "able": Able()})


class LooseParams(msgspec.Struct):
    """Accepts anything, and can be changed."""

    shortest: int = 3


class OneWay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Comes back from JSON as something else."""

    shortest: Any = (1, 2)


def _uses_network(_self: Any, _batch: pa.RecordBatch, _desk: Desk, outcomes: Outcomes) -> Outcomes:
    socket.getaddrinfo("localhost", 80)
    return outcomes


def _raises_on_null(self: Any, batch: pa.RecordBatch, desk: Desk, outcomes: Outcomes) -> Outcomes:
    for text in batch.column("text").to_pylist():
        if text is None and "text" in batch.column("modality").to_pylist():
            raise ValueError("no text")
    return outcomes


def _short(_self: Any, _batch: pa.RecordBatch, _desk: Desk, outcomes: Outcomes) -> Outcomes:
    return Outcomes(outcomes.verdicts[1:], outcomes.reasons[1:], outcomes.details[1:], {}, {})


def _wrong_type(_self: Any, _batch: pa.RecordBatch, _desk: Desk, outcomes: Outcomes) -> Outcomes:
    columns = {"text": outcomes.columns["text"].cast(pa.string())} if "text" in outcomes.columns else {}
    return Outcomes(outcomes.verdicts, outcomes.reasons, outcomes.details, {}, columns)


def _sizes_forgotten(_self: Any, _batch: pa.RecordBatch, _desk: Desk, outcomes: Outcomes) -> Outcomes:
    changed = pa.array([text and text + "é" for text in outcomes.columns["text"].to_pylist()], pa.large_string())
    return Outcomes(outcomes.verdicts, outcomes.reasons, outcomes.details, {}, {"text": changed})


def _idle_edit(_self: Any, _batch: pa.RecordBatch, _desk: Desk, outcomes: Outcomes) -> Outcomes:
    return Outcomes(outcomes.verdicts, outcomes.reasons, outcomes.details, {}, {})


def _lost_blob(_self: Any, batch: pa.RecordBatch, _desk: Desk, _outcomes: Outcomes) -> Outcomes:
    out = OutcomeBuilder(batch.num_rows)
    every = np.ones(batch.num_rows, dtype=bool)
    out.edit("blob", pa.array(["f" * 64] * batch.num_rows, pa.string()), every, "text.blob")
    return out.build()


def _orphans(_self: Any, batch: pa.RecordBatch, _desk: Desk, outcomes: Outcomes) -> Outcomes:
    child = records([text_row("child", "x")])
    return Outcomes(outcomes.verdicts, outcomes.reasons, outcomes.details, {}, outcomes.columns, child, (("nobody",),))


def _writes_input(_self: Any, batch: pa.RecordBatch, _desk: Desk, outcomes: Outcomes) -> Outcomes:
    if batch.num_rows:
        address = batch.column("bytes").buffers()[1].address
        import ctypes

        ctypes.memset(address + batch.column("bytes").offset * 8, 7, 1)
    return outcomes


class _Counter:
    """State shared by instances, as a careless cache would be."""

    calls = 0


def _count(_self: Any, batch: pa.RecordBatch, _desk: Desk) -> int | None:
    _Counter.calls += 1
    return int(_Counter.calls % batch.num_rows)


def _remembers(self: Any, _batch: pa.RecordBatch, _desk: Desk) -> int | None:
    seen: int = getattr(self, "seen", 0)
    self.seen = seen + 1
    return 0 if seen > 2 else None


def _by_clock(_self: Any, batch: pa.RecordBatch, desk: Desk) -> int | None:
    return int(desk.clock.now().timestamp() // 3600 % batch.num_rows)


class Unsorted(Repeated):
    """Decides in order of arrival."""

    def plan(self, surveys: Iterator[pa.Table], desk: Desk) -> pa.Table:
        seen: set[str | None] = set()
        rows = []
        for row in (row for survey in surveys for row in survey.to_pylist()):
            if row["text"] in seen:
                rows.append({"id": row["id"], "kept": row["id"]})
            seen.add(row["text"])
        return pa.Table.from_pylist(sorted(rows, key=lambda row: str(row["id"])), schema=self.schema)


BROKEN = [
    ("description", _named(name="Upper"), "dotted"),
    ("description", _named(summary=Text("Upper case.", "Upper case.")), "Chinese"),
    ("params", _named(Params=LooseParams), "typo"),
    ("params", _named(Params=OneWay), "through JSON"),
    ("hostile", _applied(_raises_on_null), "no text"),
    ("capabilities", _named(able=Able(modalities=("text",))), "able.edits is False"),
    ("capabilities", _named(able=Able(modalities=("image",), edits=True)), "modality text"),
    ("capabilities", _named(able=Able(modalities=("text",), edits=True, whole_set=True)), "whole_set"),
    ("capabilities", _applied(_uses_network), "GLY-TST-002"),
    ("conservation", _applied(_short), "went in"),
    ("conservation", _applied(_wrong_type), "not an Array of large_string"),
    ("conservation", _applied(_sizes_forgotten), "`bytes` says"),
    ("conservation", _applied(_idle_edit), "no column of it changed"),
    ("conservation", _applied(_lost_blob), "not in the store"),
    ("conservation", _applied(_orphans), "parents named"),
    ("reasons", _dropping(lambda *_: 0, "too_short"), "too_short"),
    ("reasons", _dropping(lambda *_: 0, "image.short"), "image.short"),
    ("determinism", _dropping(_count), "in one run"),
    ("determinism", _dropping(_by_clock), "in one run"),
    ("retry", _dropping(_remembers), "in one run"),
    ("cuts", _dropping(lambda *_: 0), "in one run"),
    ("plan", Unsorted, "the plan differs"),
    ("no_mutation", _applied(_writes_input), "input batch changed"),
]


@pytest.mark.parametrize(
    ("name", "wrong", "words"), BROKEN, ids=[f"{one[0]}-{place}" for place, one in enumerate(BROKEN)]
)
def test_each_broken_promise_is_found_by_its_check(name: str, wrong: OperatorClass, words: str) -> None:
    check = next(check for check in OPERATOR_CHECKS if check.name == name)
    with pytest.raises(ContractBrokenError) as caught:
        check(case_for(wrong))
    assert words in caught.value.message("en")
    assert caught.value.advice("zh") in str(check.fix.zh)
    assert "Fix: " + check.fix.en in str(caught.value)


def test_every_check_has_a_broken_operator() -> None:
    assert {one[0] for one in BROKEN} == {check.name for check in OPERATOR_CHECKS}


def test_the_network_is_back_after_the_check() -> None:
    with pytest.raises(ContractBrokenError):
        next(check for check in OPERATOR_CHECKS if check.name == "capabilities")(case_for(_applied(_uses_network)))
    assert socket.getaddrinfo("127.0.0.1", 80)
    assert "connect" not in vars(socket.socket)
