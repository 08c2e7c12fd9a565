"""Equal contents: the sorted digests against a dictionary, colliding halves, and the memory they take."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.assess.contents import Contents
from galley.testing.held import held_bytes


def model(pairs: list[tuple[bytes, bytes]]) -> tuple[list[int], list[int]]:
    first: dict[bytes, bytes] = {}
    repeated, relabelled = [], []
    for place, (content, label) in enumerate(pairs):
        if content in first:
            repeated.append(place)
            if first[content] != label:
                relabelled.append(place)
        first.setdefault(content, label)
    return repeated, relabelled


def found(pairs: list[tuple[bytes, bytes]], cut: int) -> tuple[list[int], list[int]]:
    contents = Contents(len(pairs))
    for part in (pairs[:cut], pairs[cut:]):
        contents.add([content for content, _ in part], [label for _, label in part])
    repeats = contents.repeats()
    return repeats.repeated.tolist(), repeats.relabelled.tolist()


# Halves from two values each: contents that share their first 64 bits are common, as they never are in life.
_HALF = st.sampled_from([b"a" * 8, b"b" * 8])
_PAIRS = st.lists(st.tuples(st.builds(lambda high, low: high + low, _HALF, _HALF), _HALF), max_size=30)


@settings(max_examples=200, deadline=None)
@given(_PAIRS, st.integers(0, 30))
def test_repeats_are_those_of_a_dictionary(pairs: list[tuple[bytes, bytes]], cut: int) -> None:
    assert found(pairs, cut) == model(pairs)


def test_a_record_takes_some_forty_bytes() -> None:
    rows, part = 400_000, 4000
    draw = np.random.Generator(np.random.Philox(1))

    def fill() -> None:
        contents = Contents(rows)
        for _ in range(rows // part):
            digests = draw.integers(0, 2**62, (part, 2)).tobytes()
            contents.add([digests[place : place + 16] for place in range(0, part * 16, 16)], [b"\0" * 8] * part)
        contents.repeats()

    _, peak = held_bytes(fill)
    assert peak < 43 * rows
