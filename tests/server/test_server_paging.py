"""Pages by key, and how deep JSON may be."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.server.body import DEPTH_MAX, check_depth, decoded
from galley.server.errors import CursorError, JsonDepthError, JsonError
from galley.server.paging import cursor, page, place

WHOLE = st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)


@given(WHOLE, st.text(max_size=50))
def test_a_cursor_comes_back_as_it_was_given(number: int, text: str) -> None:
    assert place(cursor(number, text), int, str) == (number, text)


@given(st.text(max_size=80))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    try:
        found = place(text, int)
    except CursorError:
        return
    assert found is not None
    assert isinstance(found[0], int)


@pytest.mark.parametrize("wrong", [cursor("a"), cursor(1, 2), cursor(2**63), cursor(), "", "=", "é", "a" * 2000])
def test_a_cursor_of_another_list_is_refused(wrong: str) -> None:
    with pytest.raises(CursorError):
        place(wrong, int)


@given(st.sets(st.integers(1, 1000), max_size=40), st.integers(1, 10))
def test_pages_in_turn_are_the_list(rows: set[int], limit: int) -> None:
    ordered, seen, after, pages = sorted(rows), [], None, 0
    while True:
        (last,) = place(after, int) or (0,)
        one = page([row for row in ordered if row > last][: limit + 1], limit, key=lambda row: (row,))
        seen += one.items
        pages += 1
        assert len(one.items) <= limit
        if one.next is None:
            break
        after = one.next
    assert seen == ordered
    assert pages == max(1, -(-len(ordered) // limit))


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


JSON = st.recursive(
    st.none() | st.integers() | st.text(alphabet='ab"\\[]{}', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='a"[{\\', max_size=3), inner, max_size=3)
    ),
    max_leaves=30,
)


@given(JSON, st.integers(0, 6))
def test_depth_is_what_it_is_whatever_stands_in_strings(value: Any, limit: int) -> None:
    body = json.dumps(value, ensure_ascii=False).encode()
    if depth(value) > limit:
        with pytest.raises(JsonDepthError):
            check_depth(body, limit)
    else:
        check_depth(body, limit)


def test_the_deepest_allowed_is_read_and_one_deeper_is_not() -> None:
    assert depth(decoded(b"[" * DEPTH_MAX + b"]" * DEPTH_MAX)) == DEPTH_MAX
    with pytest.raises(JsonDepthError):
        decoded(b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1))


def test_a_hundred_thousand_items_are_read() -> None:
    assert len(decoded(json.dumps([{"n": n} for n in range(100_000)]).encode())) == 100_000


def test_where_the_mistake_is_told_in_characters() -> None:
    with pytest.raises(JsonError) as told:
        decoded('{"名字": "好",\n "二": }'.encode())
    assert (told.value.facts["line"], told.value.facts["column"]) == (2, 7)
