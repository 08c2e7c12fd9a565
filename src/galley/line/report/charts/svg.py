"""SVG as nested function calls: elements with escaped attributes, texts in both languages, readable numbers."""

import math
from collections.abc import Sequence

from markupsafe import Markup, escape

from galley.kernel.language import Text

__all__ = ["drawing", "hover", "label", "length", "nice_ticks", "tag"]


def tag(name: str, *inside: str, **attributes: str | float | None) -> Markup:
    """An element; `class_` gives `class`, other underscores hyphens, numbers lose idle digits, None leaves out."""
    words = Markup("").join(
        Markup(' {}="{}"').format(_name(key), length(value) if isinstance(value, int | float) else value)
        for key, value in attributes.items()
        if value is not None
    )
    body = Markup("").join(escape(part) for part in inside)
    return Markup("<{0}{1}>{2}</{0}>").format(name, words, body)


def _name(key: str) -> str:
    return {"viewBox": "viewBox", "preserveAspectRatio": "preserveAspectRatio"}.get(
        key, key.strip("_").replace("_", "-")
    )


def length(value: float) -> str:
    """A number with at most two digits after the point and no idle ones."""
    text = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def hover(text: Text) -> Markup:
    """A title in both languages: what a pointer or a screen reader finds."""
    return tag("title", text.en if text.en == text.zh else f"{text.en} / {text.zh}")


def label(text: Text | str, **attributes: str | float | None) -> Markup:
    """A text element; a Text gives one a language, of which the page shows one."""
    if isinstance(text, str):
        return tag("text", text, **attributes)
    known = attributes.pop("class_", None)
    words = "" if known is None else f" {known}"
    return Markup("").join(
        tag("text", spoken, class_=f"{language}{words}", **attributes)
        for language, spoken in (("en", text.en), ("zh", text.zh))
    )


def drawing(title: Text, told: Text, parts: Sequence[str], **attributes: str | float | None) -> Markup:
    """A whole picture with its name and what it tells, for those who cannot see it."""
    heading = [hover(title), tag("desc", f"{told.en} / {told.zh}")]
    return tag("svg", *heading, *parts, role="img", **attributes)


def nice_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers that cover [low, high], about as many as wanted."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    raw = (high - low) / max(1, wanted - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(place * step, 10) for place in range(first, last + 1)]
