"""Which of our languages a client asks for."""

from functools import lru_cache

from galley.kernel.language import Language

__all__ = ["language_asked"]


@lru_cache(maxsize=256)
def language_asked(accept_language: str) -> Language:
    """The best of our languages for an Accept-Language header (RFC 9110 12.5.4); English when it names none."""
    best: tuple[float, Language] = (0.0, "en")
    for part in accept_language[:200].split(","):
        tag, _, weight = part.strip().lower().partition(";")
        language: Language | None = (
            "zh" if tag.startswith("zh") else "en" if tag.startswith("en") or tag == "*" else None
        )
        quality = _quality(weight)
        if language is not None and quality > best[0]:
            best = (quality, language)
    return best[1]


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
