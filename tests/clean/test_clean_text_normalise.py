"""text.normalise: what it changes, what it must leave alone, and that once is enough."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from galley.clean.ext.text_normalise import NormaliseParams, TextNormalise, normalise_text
from galley.kernel.outcome import Verdict
from galley.testing.batches import records, text_row
from galley.testing.memory import memory_desk

DEFAULT = NormaliseParams()


@pytest.mark.parametrize(
    ("text", "expected", "params"),
    [
        ("cafe\u0301", "café", {}),
        ("Ａｂｃ１２３，你好！（注）", "Abc123，你好！（注）", {}),
        ("Ａ１", "Ａ１", {"width": "keep"}),
        ("全　角\u00a0空格", "全 角 空格", {}),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd", {}),
        ("a  \n\n\n\n b\t\n", "a\n\n b", {}),
        ("a  b\t\tc", "a b c", {"spaces": "collapse"}),
        (" a \r\n", " a \n", {"spaces": "keep"}),
        ("零\u200b宽\ufeff字\u00ad符\u202e", "零宽字符", {}),
        ("a\0b\x07c\x9b", "abc", {}),
        ("a\0b", "a\0b", {"invisible": False}),
        ("中\u200d文", "中文", {}),
        ("👩\u200d💻", "👩\u200d💻", {}),
        ("क्\u200dष", "क्\u200dष", {}),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f", {}),
        ("hi\U000e0068\U000e0069", "hi", {}),
        ("①㎏ﬁ，你……好：", "1kgfi，你……好：", {"form": "NFKC"}),
        ("ｶﾞ", "ガ", {"form": "NFKC"}),
        ("①ﬁ", "①ﬁ", {}),
        ("e\u0301", "e\u0301", {"form": "none"}),
        ("", "", {}),
        ("   \n ", "", {}),
        ("\U0010ffff\U00020000𠮷", "\U00020000𠮷", {}),
    ],
)
def test_normalise(text: str, expected: str, params: dict[str, Any]) -> None:
    operator = TextNormalise(NormaliseParams(**params))
    outcomes = operator.apply(records([text_row("a", text)]), memory_desk())
    if text == expected:
        assert outcomes.count(Verdict.KEEP) == 1
        assert not outcomes.columns
    else:
        assert outcomes.reasons == ("text.normalised",)
        assert outcomes.columns["text"].to_pylist() == [expected]
        assert outcomes.columns["bytes"].to_pylist() == [len(expected.encode())]


def test_only_the_changed_rows_are_edits() -> None:
    texts = ["fine", None, "two  \nlines", "也很好。", ""]
    outcomes = TextNormalise(DEFAULT).apply(
        records([text_row(str(place), text) for place, text in enumerate(texts)]), memory_desk()
    )
    assert outcomes.verdicts.tolist() == [0, 0, Verdict.EDIT, 0, 0]
    assert outcomes.columns["text"].to_pylist() == ["fine", None, "two\nlines", "也很好。", ""]


_params = st.builds(
    NormaliseParams,
    form=st.sampled_from(["NFC", "NFKC", "none"]),
    width=st.sampled_from(["alphanumeric", "keep"]),
    spaces=st.sampled_from(["tidy", "collapse", "keep"]),
    invisible=st.booleans(),
)
_tricky = st.text(
    alphabet=st.sampled_from(
        "aＡé\u0301\u0327\u200d\u200b\u00ad \t\n\r\u3000，…．．①中가\u1100\u1161\u11a8\U000e0061🏴👩\u00a8\u2126"
    )
)


@settings(deadline=None, max_examples=300)  # the first example compiles the kernels
@given(text=st.one_of(_tricky, st.text(alphabet=st.characters(exclude_categories=["Cs"]))), params=_params)
@example(text="\U000e0061\u200d", params=NormaliseParams())
@example(text="ﬁ\u200d", params=NormaliseParams(form="NFKC"))
@example(text="．\u0301", params=NormaliseParams(form="NFKC"))
def test_once_is_enough_and_kernel_and_text_agree(text: str, params: NormaliseParams) -> None:
    once = normalise_text(text, params)
    assert normalise_text(once, params) == once
    # Skipped, rewritten by the kernel or by the slower path: the operator must say what normalise_text says.
    outcomes = TextNormalise(params).apply(records([text_row("a", text)]), memory_desk())
    found = outcomes.columns["text"].to_pylist()[0] if outcomes.count(Verdict.EDIT) else text
    assert found == once
    assert (outcomes.count(Verdict.EDIT) == 1) == (once != text)


def test_a_ten_megabyte_line() -> None:
    text = "行\u200b " * 2_000_000
    (found,) = TextNormalise(DEFAULT).apply(records([text_row("a", text)]), memory_desk()).columns["text"].to_pylist()
    assert found == ("行 " * 2_000_000).rstrip()
