"""Settling and bisection: the law of conservation on one batch, and what breaks it."""

import pyarrow as pa
import pytest
from galley_trouble import Orphan, Raise, Split, Upper, Vanish, WordParams
from hypothesis import given
from hypothesis import strategies as st

from galley.engine.bisect import OPERATOR_RAISED, judge
from galley.engine.counts import ConservationError
from galley.engine.settle import Step, settle
from galley.kernel.errors import TransientError
from galley.kernel.extension import NoParams
from galley.kernel.ids import record_id
from galley.kernel.outcome import OutcomeBuilder, Outcomes, Verdict
from galley.testing.batches import records, text_row
from galley.testing.memory import memory_desk

STEP = Step(number=1, op="trouble@1")
DESK = memory_desk()


def texts_batch(texts: list[str]) -> pa.RecordBatch:
    return records([text_row(str(place), text) for place, text in enumerate(texts)])


def test_everything_not_mentioned_is_kept() -> None:
    batch = texts_batch(["a", "b"])
    settled = settle(batch, OutcomeBuilder(2).build(), STEP)
    assert settled.batch.equals(batch)
    assert settled.counts.kept == 2
    assert settled.events.num_rows == 0


def test_an_edit_changes_only_the_records_it_claims() -> None:
    batch = texts_batch(["small", "LARGE"])
    settled = settle(batch, Upper(NoParams()).apply(batch, DESK), STEP)
    assert settled.batch.column("text").to_pylist() == ["SMALL", "LARGE"]
    assert (settled.counts.edited, settled.counts.kept) == (1, 1)
    assert settled.events.column("reason").to_pylist() == ["trouble.upper"]


def test_children_stand_in_place_of_their_parent_and_name_it() -> None:
    batch = texts_batch(["a", "b|c", "d"])
    settled = settle(batch, Split(NoParams()).apply(batch, DESK), STEP)
    assert settled.batch.column("text").to_pylist() == ["a", "b", "c", "d"]
    assert settled.counts.split == 1
    assert settled.counts.born == 2
    (event,) = settled.events.to_pylist()
    assert event["id"] == record_id("test", "1")
    assert event["related"] == settled.batch.column("id").to_pylist()[1:3]


@pytest.mark.parametrize("culprit", [Vanish, Orphan])
def test_a_batch_that_does_not_add_up_is_refused(culprit: type[Vanish] | type[Orphan]) -> None:
    batch = texts_batch(["a", "b"])
    with pytest.raises(ConservationError):
        settle(batch, culprit(NoParams()).apply(batch, DESK), STEP)


def test_an_unknown_verdict_is_refused() -> None:
    batch = texts_batch(["a"])
    outcomes = OutcomeBuilder(1).build()
    outcomes.verdicts[0] = 9
    with pytest.raises(ConservationError):
        settle(batch, outcomes, STEP)


def test_ids_cannot_be_edited() -> None:
    batch = texts_batch(["a"])
    builder = OutcomeBuilder(1)
    builder.edit("id", pa.array(["other"]), pa.array([True]).to_numpy(zero_copy_only=False), "trouble.id")
    with pytest.raises(ConservationError):
        settle(batch, builder.build(), STEP)


def test_outcomes_have_no_truth_value() -> None:
    with pytest.raises(TypeError):
        bool(OutcomeBuilder(1).build())


@given(st.lists(st.sampled_from(["fine", "POISON", "also fine"]), max_size=60))
def test_bisection_fails_exactly_the_records_that_raise(texts: list[str]) -> None:
    batch = texts_batch(texts)
    outcomes = judge(batch, lambda piece: Raise(WordParams()).apply(piece, DESK))
    failed = [verdict == Verdict.FAIL for verdict in outcomes.verdicts]
    assert failed == [text == "POISON" for text in texts]
    settled = settle(batch, outcomes, STEP)
    assert settled.counts.failed == texts.count("POISON")
    assert settled.quarantine.column("excerpt").to_pylist() == [b"POISON"] * texts.count("POISON")
    assert set(settled.quarantine.column("code").to_pylist()) <= {OPERATOR_RAISED}


def test_bisection_keeps_edits_of_the_halves() -> None:
    batch = texts_batch(["one", "POISON", "two", "three"])

    def apply(piece: pa.RecordBatch) -> Outcomes:
        Raise(WordParams()).apply(piece, DESK)
        return Upper(NoParams()).apply(piece, DESK)

    settled = settle(batch, judge(batch, apply), STEP)
    assert settled.batch.column("text").to_pylist() == ["ONE", "TWO", "THREE"]


def test_bisection_lets_trouble_that_is_nobodys_fault_through() -> None:
    def full_disk(piece: pa.RecordBatch) -> Outcomes:
        raise TransientError

    with pytest.raises(TransientError):
        judge(texts_batch(["a", "b"]), full_disk)
