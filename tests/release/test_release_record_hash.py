"""The canonical bytes of records: RFC 8785, whatever is in them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.kernel.canonical import canonical_json
from galley.release.record_hash import HASHED_COLUMNS, record_bytes, record_hash
from galley.testing.versions import text_row

ROW = {**text_row("a", "x"), "labels": None, "decided_by": "nobody", "labeler_kind": "none", "confidence": None}


@given(
    text=st.text(),
    meta=st.text(),
    confidence=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    judgements=st.integers(0, 2**31 - 1),
)
def test_the_bytes_are_canonical_json(text: str, meta: str, confidence: float | None, judgements: int) -> None:
    row = {**ROW, "text": text, "meta": meta, "confidence": confidence, "judgements": judgements}
    assert record_bytes(row) == canonical_json({name: row[name] for name in HASHED_COLUMNS})


@pytest.mark.parametrize("column", HASHED_COLUMNS)
def test_every_column_counts(column: str) -> None:
    row: dict[str, Any] = {**ROW, "judgements": 0}
    assert record_hash({**row, column: "changed"}) != record_hash(row) if column != "confidence" else True
    if column == "confidence":
        assert record_hash({**row, column: 0.5}) != record_hash(row)


def test_an_unlabelled_row_is_a_row_with_the_columns_of_nobody() -> None:
    assert record_hash(text_row("a", "x")) == record_hash({**ROW, "judgements": 0})


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(ValueError, match=r"[nN]a[nN]"):
        record_hash({**ROW, "confidence": float("nan")})
