"""Words and numbers of the report: both languages side by side, safe for HTML, and safe for the reader's eye."""

import math
import re
from typing import Final

from markupsafe import Markup

from galley.kernel.language import Text

__all__ = ["at_least", "count", "excerpt", "fraction", "percent", "say", "short", "t", "visible"]

_BOTH: Final = Markup('<span class="en" lang="en">{}</span><span class="zh" lang="zh-Hans">{}</span>')
_CODE: Final = re.compile("`([^`]+)`")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNSEEN: Final = re.compile("[\x80-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]")


def t(en: object, zh: object) -> Markup:
    """Both languages, one of which the page shows; both are escaped unless they are markup already."""
    return _BOTH.format(en, zh)


def say(text: Text, **facts: object) -> Markup:
    """A text in both languages with its placeholders filled; what stands between backticks is shown as code."""
    return t(_coded(text.say("en", **facts)), _coded(text.say("zh", **facts)))


def _coded(text: str) -> Markup:
    parts = _CODE.split(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts)
    )


def count(number: float) -> str:
    """A whole number with thousands marked."""
    return f"{number:,.0f}"


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage; neither 0 nor 100 unless it is exactly that."""
    shown = f"{100 * share:.{digits}f}"
    least = 10.0**-digits
    if share > 0 and float(shown) == 0:
        return f"<{least:g}%"
    if share < 1 and float(shown) == 100:
        return f">{100 - least:g}%"
    return f"{shown}%"


def at_least(share: float, digits: int = 1) -> str:
    """A lower bound as a percentage, rounded down: a promise is never rounded up."""
    scale = 10**digits
    return f"{math.floor(round(100 * share * scale, 6)) / scale:.{digits}f}%"


def fraction(value: float) -> str:
    """A bare value to three digits."""
    return f"{value:.3f}"


def short(digest: str) -> str:
    """The beginning of a hash or an id, enough to tell it from others."""
    return digest[:12]


def visible(text: str) -> str:
    """A text with characters that show nothing, or turn what surrounds them, made visible."""
    seen = _CONTROL.sub(lambda found: chr(0x2421 if found.group() == "\x7f" else 0x2400 + ord(found.group())), text)
    return _UNSEEN.sub("\ufffd", seen)


def excerpt(text: str, *, around: int = 0, length: int = 240) -> str:
    """At most `length` characters of a text, from shortly before place `around`, with `…` where it was cut."""
    start = max(0, around - length // 4)
    if start and len(text) - start < length:
        start = max(0, len(text) - length)
    end = start + length
    return ("…" if start else "") + visible(text[start:end]) + ("…" if end < len(text) else "")
