"""text.repetition: what counts as saying it again, by words in English and by characters in Chinese."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from galley.clean.ext.text_repetition import RepetitionParams, TextRepetition
from galley.testing.batches import records, text_row
from galley.testing.memory import memory_desk

SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))

OFF: dict[str, Any] = {
    "lines": 1.0,
    "line_text": 1.0,
    "paragraphs": 1.0,
    "paragraph_text": 1.0,
    "top_ngrams": (1.0,) * 3,
    "repeated_ngrams": (1.0,) * 6,
}
PROSE = (
    "Data annotation decides how good a model can become, because the model repeats what people have told it. "
    "An annotator therefore needs clear rules, enough time and somebody to ask when an example fits no rule at all."
)
CHINESE = (
    "数据标注是人工智能产业的重要环节，标注质量直接影响模型的效果，因此需要建立严格的质量管理体系。"
    "从业人员应当熟悉业务规则，对每一条记录认真核对，发现问题及时反馈，由质检人员复核后才能交付给客户使用。"
)


def _judge(text: str | None, **params: Any) -> tuple[str, str]:
    batch = records([text_row("before", "x y z " * 50), text_row("a", text)])
    outcomes = TextRepetition(RepetitionParams(**params)).apply(batch, memory_desk())
    return outcomes.reasons[1], outcomes.details[1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (PROSE, ""),
        (CHINESE, ""),
        (None, ""),
        ("", ""),
        ("\n\n\n", ""),
        ("buy it now " * 20, "text.repeated_phrase"),
        ("立即购买" * 20, "text.repeated_phrase"),
        ("点击这里立即购买优惠商品" * 10, "text.repeated_phrase"),
        (f"{PROSE}\n{PROSE}\n{PROSE}", "text.repeated_lines"),
        (f"{CHINESE}\n{CHINESE}\n{CHINESE}", "text.repeated_lines"),
        ("short words only", ""),
        ("哈哈哈哈", ""),
    ],
)
def test_defaults(text: str | None, reason: str) -> None:
    assert _judge(text)[0] == reason


@pytest.mark.parametrize(
    ("text", "rule", "share"),
    [
        ("a\nb\na\n", "lines", "0.333"),
        ("a\n  a \n\na", "lines", "0.667"),  # blanks around a line do not make it another
        ("aaa\nb\naaa", "line_text", "0.429"),
        ("a\nb\n\na\nb\n\nc", "paragraphs", "0.333"),
        ("a\nb\n\na\nb", "paragraph_text", "0.500"),
        ("甲\n乙\n甲", "line_text", "0.333"),
    ],
)
def test_shares_of_parts(text: str, rule: str, share: str) -> None:
    reason, detail = _judge(text, **{**OFF, rule: 0.0})
    assert reason == f"text.repeated_{'lines' if rule.startswith('line') else 'paragraphs'}"
    assert detail.endswith(f" {share} > 0")


def test_a_paragraph_of_one_line_is_not_that_line_again() -> None:
    assert _judge("a\n\nb\n\nc", **{**OFF, "lines": 0.0, "paragraphs": 0.0}) == ("", "")


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("a b c d a b e f", "share of the top 2-gram 0.500 > 0"),  # a b: 2 x 2 of 8 letters
        ("aa b c d aa b e f", "share of the top 2-gram 0.600 > 0"),  # 2 x 3 of 10
        (
            "甲乙丙丁戊己甲乙丙丁庚辛",
            "share of the top 2-gram 0.667 > 0",
        ),  # 4 characters count as two words: 2 x 4 of 12
        ("甲乙丙丁戊己甲乙丙庚辛壬", ""),  # three in common are less than two words
    ],
)
def test_top_ngram(text: str, detail: str) -> None:
    assert _judge(text, **{**OFF, "top_ngrams": (0.0, 1.0, 1.0), "units_min": 1})[1] == detail


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("a b c d e x a b c d e y", "share of repeated 5-grams 0.417 > 0"),  # 5 of 12
        ("a b c d e f a b c d e f", "share of repeated 5-grams 0.417 > 0"),  # without overlap: 5 of 12, not 6
        ("a b c d x a b c d y", ""),
        ("零一二三四五六七八九甲零一二三四五六七八九乙", "share of repeated 5-grams 0.455 > 0"),  # 10 of 22
    ],
)
def test_repeated_ngrams(text: str, detail: str) -> None:
    found = _judge(text, **{**OFF, "repeated_ngrams": (0.0,) + (1.0,) * 5, "units_min": 1})
    assert found[1] == detail


def test_short_texts_are_not_judged_by_ngrams() -> None:
    assert _judge("no no no no no no", units_min=7) == ("", "")
    assert _judge("no no no no no no", units_min=6)[0] == "text.repeated_phrase"


def test_many_records_share_one_scratch_table() -> None:
    """Stamps instead of clearing: the same text must measure the same after any number of others."""
    rows = [text_row(str(place), PROSE if place % 2 else "buy it now " * 20) for place in range(3000)]
    outcomes = TextRepetition(RepetitionParams()).apply(records(rows), memory_desk())
    assert outcomes.reasons == ("text.repeated_phrase", "") * 1500


def test_a_long_line_is_bounded() -> None:
    assert _judge("重复" * 2_000_000)[0] == "text.repeated_phrase"


def test_real_documents_are_seldom_called_repetitive() -> None:
    path = SHARED / "docs_neardup" / "docs.jsonl.gz"
    if not path.exists():
        pytest.skip("docs_neardup is not here (set GALLEY_SHARED_DATA)")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [text_row(str(place), json.loads(line)["text"]) for place, line in enumerate(lines)]
    outcomes = TextRepetition(RepetitionParams()).apply(records(rows), memory_desk())
    dropped = sum(reason != "" for reason in outcomes.reasons)
    assert 0 < dropped / len(rows) < 0.35  # pages of code samples and tables do repeat themselves
