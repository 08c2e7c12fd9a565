"""Exact answers compared: numbers as numbers, LaTeX boxes opened, text without what does not matter. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from galley.annotate.verifiers.model import Case, Exact, Finding, How
from galley.kernel.language import Text

__all__ = ["answer_text", "boxed", "check_exact", "number_of", "same_answer"]

_TEXT_MAX: Final = 100_000
_NUMBER: Final = re.compile(r"[-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?(?:\s*/\s*[-+]?\d[\d,]*)?%?")
_FRACTION: Final = re.compile(r"\\[dt]?frac\s*\{\s*([-+]?[\d,.]+)\s*\}\s*\{\s*([-+]?[\d,.]+)\s*\}")
_BOX: Final = re.compile(r"\\(?:boxed|fbox)\s*\{")
_NOISE: Final = re.compile(r"\\[,;:! ]|\\left|\\right|\\displaystyle|[$￥¥€£]|\\\(|\\\)|\\\[|\\\]|\s+")
_WORDS: Final = re.compile(r"\\(?:text|mathrm|mathbf|textbf)\s*\{([^{}]*)\}")
_DIGITS_MAX: Final = 60

RIGHT: Final = Text("The answer is right.", "答案正确。")
WRONG: Final = Text("The answer is not the expected one.", "答案与标准答案不符。")
NO_ANSWER: Final = Text("There is no answer to check yet.", "尚无可校验的答案。")
NO_TRUTH: Final = Text("The record holds nothing to check against.", "记录中没有可对照的答案。")


def check_exact(verifier: Exact, case: Case) -> Finding:
    """Whether the answer is the record's."""
    truth, said = answer_text(case.record.get(verifier.field)), answer_text(case.labels.get(verifier.control))
    if not truth.strip():
        return Finding(verifier=verifier.name, passed=None, message=NO_TRUTH)
    if not said.strip():
        return Finding(verifier=verifier.name, passed=None, message=NO_ANSWER)
    right = same_answer(said, truth, verifier.how)
    return Finding(verifier=verifier.name, passed=right, message=RIGHT if right else WRONG)


def answer_text(value: Any) -> str:
    """The text of a value: itself, or what the last message of a conversation says."""
    if isinstance(value, Mapping) and isinstance(value.get("messages"), list) and value["messages"]:
        last = value["messages"][-1]
        return answer_text(last.get("content")) if isinstance(last, Mapping) else ""
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    return str(value)[-_TEXT_MAX:] if isinstance(value, str | int | float) else ""


def same_answer(said: str, truth: str, how: How = "auto") -> bool:
    """Whether two answers are the same. `boxed` wants a box in what was said; the truth may be with or without one."""
    if how == "boxed" and boxed(said) is None:
        return False
    if how == "text":
        return _plain(said) == _plain(truth)
    mine, yours = _final(said), _final(truth)
    left, right = number_of(mine, anywhere=how == "number"), number_of(yours, anywhere=how == "number")
    if how == "number" or (left is not None and right is not None):
        return left is not None and left == right
    return _plain(mine) == _plain(yours)


def boxed(text: str) -> str | None:
    r"""What is in the last \boxed{…}, braces balanced; None when there is none."""
    found = None
    for match in _BOX.finditer(text):
        depth = 1
        for place in range(match.end(), len(text)):
            depth += {"{": 1, "}": -1}.get(text[place], 0)
            if depth == 0:
                found = text[match.end() : place]
                break
        else:
            break  # this one never closes, and so none behind it does more
    return found


def _final(text: str) -> str:
    """The final answer in a text: in its last box, else behind the last #### (GSM8K), else all of it."""
    inner = boxed(text)
    return inner if inner is not None else text.rpartition("####")[2]


def number_of(text: str, *, anywhere: bool = False) -> Fraction | None:
    """The number a text is, exactly (1,234.50, 3/4, \\frac{3}{4}, 1e3, 12.5%); with `anywhere` the last one in it."""
    plain = unicodedata.normalize("NFKC", _FRACTION.sub(r"\1/\2", text.replace("\\%", "%").replace("−", "-")))
    if anywhere:
        numbers = _NUMBER.findall(plain)
        return _value(numbers[-1]) if numbers else None
    bare = _NOISE.sub("", plain).rstrip(".。")
    return _value(bare) if _NUMBER.fullmatch(bare) else None


def _value(text: str) -> Fraction | None:
    if len(text) > _DIGITS_MAX:  # Fraction would work for long on 1e999999
        return None
    bare = re.sub(r"[\s,%]", "", text).rstrip(".")
    over, _, under = bare.partition("/")
    try:
        value = Fraction(over.rstrip(".")) / (Fraction(under) if under else 1)
    except (ValueError, ZeroDivisionError):
        return None
    return value / 100 if text.endswith("%") else value


def _plain(text: str) -> str:
    """Text without case, width, white space, LaTeX dress and the full stop at its end."""
    folded = unicodedata.normalize("NFKC", _WORDS.sub(r"\1", text)).casefold()
    return _NOISE.sub("", folded).strip(".。,，!！")
