"""text.dedup: which texts are the same, who survives, and that order and cut do not matter."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.clean.ext.text_dedup import DedupParams, TextDedup
from galley.testing.batches import records, text_row
from galley.testing.memory import memory_desk
from galley.testing.operator_runs import judge, plan_of

DESK = memory_desk()


def _rows(texts: list[str | None]) -> list[dict[str, Any]]:
    return [{**text_row(str(place), text), "id": f"{place:032x}"} for place, text in enumerate(texts)]


def _survivors(params: DedupParams, texts: list[str | None]) -> dict[int, int]:
    plan, _ = plan_of(TextDedup(params), [records(_rows(texts))], DESK)
    return {int(row["id"], 16): int(row["survivor"], 16) for row in plan.to_pylist()}


@pytest.mark.parametrize(
    ("one", "other", "ignored_by"),
    [
        ("same", "same", "nothing needed"),
        ("", "", "nothing needed"),
        ("two  words\n", "two words", "space"),
        ("全角　空格", "全角 空格", "space"),
        ("ＡＢＣ，", "ABC,", "width"),
        ("Hello", "hELLO", "case"),
        ("ÀÉ", "àé", "case"),
        ("你好，世界！", "你好世界", "punctuation"),
        ("a\u200bb", "ab", "nothing needed"),
        ("a\0b", "ab", "nothing needed"),
    ],
)
def test_same(one: str, other: str, ignored_by: str) -> None:
    kinds: tuple[Any, ...] = ("space", "width", "case", "punctuation")
    without = tuple(kind for kind in kinds if kind != ignored_by)
    expected: dict[int, int] = {} if ignored_by in kinds else {1: 0}
    assert _survivors(DedupParams(ignore=kinds), [one, other]) == {1: 0}
    assert _survivors(DedupParams(ignore=without), [one, other]) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("a b", "ab"), ("数据标注", "数据标柱"), ("x", "x x"), ("", "a"), ("e\u0301", "e")]
)
def test_different(one: str, other: str) -> None:
    assert _survivors(DedupParams(ignore=("space", "width", "case", "punctuation")), [one, other]) == {}


def test_drops_name_the_survivor_and_records_without_text_stay() -> None:
    batch = records(_rows(["twice", None, "once", "twice", None]))
    ((_, outcomes),) = judge(TextDedup(DedupParams()), [batch], DESK).raw
    assert outcomes.reasons == ("", "", "", "text.duplicate", "")
    assert outcomes.related == {3: (f"{0:032x}",)}


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from(["a", "a ", "b", "B", "中", ""]), max_size=12),
    st.randoms(use_true_random=False),
    st.integers(0, 12),
)
def test_order_and_cut_do_not_matter(texts: list[str], random: Any, cut: int) -> None:
    rows = _rows(list(texts))
    operator = TextDedup(DedupParams())
    expected, _ = plan_of(operator, [records(rows)], DESK)
    random.shuffle(rows)
    found, _ = plan_of(operator, [records(rows[:cut]), records(rows[cut:])], DESK)
    assert found.equals(expected)
    groups: dict[str, int] = {}
    for place, text in enumerate(texts):
        groups.setdefault(text.strip(), place)
    dropped = {place: groups[text.strip()] for place, text in enumerate(texts) if groups[text.strip()] != place}
    assert {int(row["id"], 16): int(row["survivor"], 16) for row in found.to_pylist()} == dropped


def test_case_growing_in_bytes_fits() -> None:
    # U+023A (2 bytes) is 3 bytes in lower case: the output buffer must not be sized by the input alone.
    assert _survivors(DedupParams(ignore=("case",)), ["Ⱥ" * 1000, "ⱥ" * 1000]) == {1: 0}


def test_plan_over_many_batches_of_one_record() -> None:
    batches = [records([row]) for row in _rows(["x", "y", "x", "z", "y", "x"])]
    plan, _ = plan_of(TextDedup(DedupParams()), batches, DESK)
    assert isinstance(plan, pa.Table)
    assert [int(one, 16) for one in plan.column("id").to_pylist()] == [2, 4, 5]
