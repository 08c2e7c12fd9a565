"""text.length and text.characters: what they measure, in Chinese and English."""

from typing import Any

import pytest

from galley.clean.ext.text_edit import BoundsError
from galley.kernel.extension import ParamsError, make
from galley.kernel.outcome import Outcomes
from galley.testing.batches import records, text_row
from galley.testing.memory import memory_desk


def _judge(name: str, params: dict[str, Any], *texts: str | None) -> Outcomes:
    operator: Any = make("operator", name, params)
    batch = records([text_row(str(place), text) for place, text in enumerate(texts)])
    outcomes = operator.apply(batch, memory_desk())
    assert isinstance(outcomes, Outcomes)
    return outcomes


@pytest.mark.parametrize(
    ("text", "characters", "words", "lines"),
    [
        ("", 0, 0, 0),
        ("   ", 3, 0, 1),
        ("one two", 7, 2, 1),
        ("数据标注", 4, 4, 1),
        ("用 PyTorch2 训练", 13, 4, 1),
        ("a\nb\n", 4, 2, 2),
        ("a\n\nb", 4, 2, 3),
        ("𠮷野家", 3, 3, 1),
        ("a\0b", 3, 2, 1),
    ],
)
def test_length_counts(text: str, characters: int, words: int, lines: int) -> None:
    sizes = {"characters": characters, "words": words, "lines": lines, "bytes": len(text.encode())}
    for name, size in sizes.items():
        fitting = {"characters_min": None, f"{name}_min": size, f"{name}_max": size}
        assert _judge("text.length", fitting, text).reasons == ("",)
        short = _judge("text.length", {"characters_min": None, f"{name}_min": size + 1}, text)
        assert short.reasons == ("text.too_short",)
        assert short.details == (f"{name} {size} < {size + 1}",)
        if size:
            long = _judge("text.length", {"characters_min": None, f"{name}_max": size - 1}, text)
            assert long.reasons == ("text.too_long",)


def test_length_drops_only_the_empty_by_default_and_keeps_records_without_text() -> None:
    assert _judge("text.length", {}, "", None, "x").reasons == ("text.too_short", "", "")


@pytest.mark.parametrize(
    ("params", "text", "reason"),
    [
        ({}, "数据标注是人工智能产业的重要环节，标注质量直接影响模型的效果。", ""),
        ({}, "The quick brown fox jumps over 2 lazy dogs.", ""),
        ({}, "1234567890 1234567890", "text.few_letters"),
        ({"letters_min": None}, "1234567890 1234567890", "text.many_digits"),
        ({"letters_min": None}, "!!!???...,,,abc", "text.many_punctuation"),
        ({"letters_min": None}, "$$$+++===abc", "text.many_special"),
        ({"letters_min": None}, "\0\0\0\0abc", "text.many_special"),
        ({"letters_min": None}, "a          b", "text.many_space"),
        ({"letters_min": None}, "　　　　中", "text.many_space"),
        ({"cjk_min": 0.5}, "English text only", "text.few_cjk"),
        ({"cjk_min": 0.5}, "中文文本 with ok", "text.few_cjk"),
        ({"cjk_min": 0.5}, "中文文本 ok", ""),
        ({"cjk_max": 0.1}, "カタカナ한글", "text.many_cjk"),
        ({}, "", ""),
    ],
)
def test_characters(params: dict[str, Any], text: str, reason: str) -> None:
    assert _judge("text.characters", params, text).reasons == (reason,)


def test_characters_says_the_share() -> None:
    (detail,) = _judge("text.characters", {}, "12345678ab").details
    assert detail == "share of letters 0.200 < 0.400"


@pytest.mark.parametrize("name", ["text.length", "text.characters"])
def test_crossed_bounds_are_refused(name: str) -> None:
    field = "words" if name == "text.length" else "digits"
    with pytest.raises(BoundsError):
        make("operator", name, {f"{field}_min": 1, f"{field}_max": 0})


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ParamsError):
        make("operator", "text.characters", {"digits_max": 1.5})
