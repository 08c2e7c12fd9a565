"""Spans: UTF-16 offsets agree with the encoder, and tags and spans are two forms of one thing."""

from hypothesis import given
from hypothesis import strategies as st

from galley.kernel.span import TaggedSpan, Utf16Offsets, crossing, overlap_length, spans_of_tags, tags_of_spans

texts = st.text(st.sampled_from("aé中𠮷😀\n"), max_size=40)


@given(texts)
def test_utf16_offsets_agree_with_the_encoder(text: str) -> None:
    offsets = Utf16Offsets(text)
    hit = set()
    for place in range(len(text) + 1):
        units = len(text[:place].encode("utf-16-le")) // 2
        assert offsets.to_utf16(place) == units
        assert offsets.to_code_points(units) == place
        hit.add(units)
    for units in range(len(text.encode("utf-16-le")) // 2 + 1):
        assert (offsets.to_code_points(units) is None) == (units not in hit)


def test_overlaps() -> None:
    assert overlap_length((0, 3), (2, 5)) == 1
    assert overlap_length((0, 2), (2, 5)) == 0
    assert crossing((0, 3), (2, 5))
    assert not crossing((0, 5), (2, 5))
    assert not crossing((0, 2), (2, 5))


def test_tags_of_every_dialect() -> None:
    expected = [TaggedSpan(0, 2, "PER"), TaggedSpan(2, 3, "PER"), TaggedSpan(4, 5, "LOC")]
    assert spans_of_tags(["B-PER", "I-PER", "B-PER", "O", "B-LOC"]) == expected
    assert spans_of_tags(["B-PER", "E-PER", "S-PER", "O", "S-LOC"]) == expected
    assert spans_of_tags(["B-PER", "L-PER", "U-PER", "O", "U-LOC"]) == expected
    assert spans_of_tags(["I-PER", "I-PER", "B-PER", "O", "I-LOC"]) == expected
    assert spans_of_tags(["B-A", "I-B"]) == [TaggedSpan(0, 1, "A"), TaggedSpan(1, 2, "B")]
    assert spans_of_tags([]) == []


def test_what_tags_cannot_hold_is_named() -> None:
    tokens = [(0, 3), (4, 6), (6, 9)]
    spans = [TaggedSpan(4, 9, "B"), TaggedSpan(0, 9, "A"), TaggedSpan(1, 3, "C")]
    tags, lost = tags_of_spans(tokens, spans)
    assert tags == ["B-A", "I-A", "I-A"]
    assert lost == [0, 2]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.sampled_from(["A", "B-1"])), max_size=6))
def test_spans_survive_tags(gaps: list[tuple[int, int, str]]) -> None:
    spans, place = [], 0
    for gap, length, label in gaps:
        spans.append(TaggedSpan(place + gap, place + gap + length, label))
        place += gap + length
    tags, lost = tags_of_spans([(at, at + 1) for at in range(place + 1)], spans)
    assert lost == []
    assert spans_of_tags(tags) == spans
