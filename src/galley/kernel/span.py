"""Spans of text: offsets in code points with an exclusive end, other tools' offsets, overlaps, and BIO tags."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

__all__ = ["Span", "TaggedSpan", "Utf16Offsets", "crossing", "overlap_length", "spans_of_tags", "tags_of_spans"]

Span = tuple[int, int]

_BMP_LAST: Final = "\uffff"


class Utf16Offsets:
    """Translates between code points and UTF-16 units (what JavaScript, and so Label Studio, counts) in one text.

    A text without astral characters (almost all) costs one scan and no table.
    """

    def __init__(self, text: str) -> None:
        self._length = len(text)
        astral = (
            []
            if text.isascii() or max(text, default="") <= _BMP_LAST
            else [place for place, character in enumerate(text) if character > _BMP_LAST]
        )
        self._astral = astral
        # UTF-16 place of each astral character: its code point place plus the pairs before it.
        self._units = [place + before for before, place in enumerate(astral)]

    def to_utf16(self, offset: int) -> int:
        """The UTF-16 offset of a code point offset."""
        return offset + bisect_left(self._astral, offset)

    def to_code_points(self, offset: int) -> int | None:
        """The code point offset of a UTF-16 offset; None in the middle of a pair, which is no place in the text."""
        before = bisect_left(self._units, offset)
        if before and self._units[before - 1] + 1 == offset:
            return None
        return offset - before


def overlap_length(left: Span, right: Span) -> int:
    """How many characters two spans share."""
    return max(0, min(left[1], right[1]) - max(left[0], right[0]))


def crossing(left: Span, right: Span) -> bool:
    """Whether two spans overlap without one containing the other."""
    if not overlap_length(left, right):
        return False
    inside = left[0] >= right[0] and left[1] <= right[1]
    around = left[0] <= right[0] and left[1] >= right[1]
    return not (inside or around)


class TaggedSpan(NamedTuple):
    """A run of tokens under one label; `end` is exclusive."""

    start: int
    end: int
    label: str


def spans_of_tags(tags: Iterable[str]) -> list[TaggedSpan]:
    """The spans of BIO, IOB1 or BIOES (BILOU) tags; a run that starts with I is read as a run, as conlleval does."""
    spans: list[TaggedSpan] = []
    start, label = 0, ""
    place = -1
    for place, tag in enumerate(tags):
        prefix, _, name = tag.partition("-")
        begins = prefix in ("B", "S", "U") or (prefix in ("I", "E", "L", "M") and name != label)
        if label and (begins or prefix == "O"):
            spans.append(TaggedSpan(start, place, label))
            label = ""
        if begins:
            start, label = place, name
        if label and prefix in ("E", "L", "S", "U"):
            spans.append(TaggedSpan(start, place + 1, label))
            label = ""
    if label:
        spans.append(TaggedSpan(start, place + 1, label))
    return spans


def tags_of_spans(tokens: Sequence[Span], spans: Sequence[TaggedSpan]) -> tuple[list[str], list[int]]:
    """BIO tags of tokens (given by their offsets) and the places in `spans` that tags cannot hold.

    A span is held when it begins and ends with a token and no span before it (by start, longest first) took a token of
    it; so of nested spans the outer one is kept.
    """
    tags = ["O"] * len(tokens)
    starts, ends = [token[0] for token in tokens], [token[1] for token in tokens]
    lost: list[int] = []
    for place in sorted(range(len(spans)), key=lambda at: (spans[at].start, -spans[at].end, at)):
        span = spans[place]
        first, last = bisect_left(starts, span.start), bisect_right(ends, span.end)
        fits = first < last and starts[first] == span.start and ends[last - 1] == span.end
        if not fits or any(tag != "O" for tag in tags[first:last]):
            lost.append(place)
            continue
        tags[first:last] = [f"B-{span.label}", *[f"I-{span.label}"] * (last - first - 1)]
    return tags, sorted(lost)
