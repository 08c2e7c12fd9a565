"""Generated values of forms and recordings (needs hypothesis): numbers, ratings, dates and segments with options."""

from typing import Any

from hypothesis import strategies as st

__all__ = ["FORM_OPTIONS", "segments"]

SAID = ["今天天气很好", "今天，天气好。", "the cat sat", "The cat sat.", ""]
tenths = st.integers(0, 100).map(lambda part: part / 10)
dates = st.dates().map(lambda day: day.isoformat())
times = st.datetimes().map(lambda moment: moment.isoformat(timespec="minutes"))


def segments(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Segments of a recording, with more parts."""
    one = st.fixed_dictionaries(
        {"start": st.integers(0, 9000), "long": st.integers(1, 4000), "label": st.sampled_from(["cat", "dog"]), **parts}
    )
    return st.lists(one, max_size=4).map(
        lambda found: [
            {name: part for name, part in item.items() if name != "long"}
            | {"start": item["start"] / 1000, "end": (item["start"] + item["long"]) / 1000}
            for item in found
        ]
    )


apart = st.lists(st.sampled_from(["cat", "dog", ""]), max_size=5).map(
    lambda found: [
        {"start": 2.0 * place, "end": 2.0 * place + 1.5, "label": label} for place, label in enumerate(found) if label
    ]
)
marks = st.dictionaries(st.just("noisy"), st.sampled_from(["yes", "no"]), max_size=1)
LABELS = {"labels": ["cat", "dog"]}

FORM_OPTIONS: dict[str, list[tuple[dict[str, Any], st.SearchStrategy[Any]]]] = {
    "number": [
        ({}, st.floats(-1e9, 1e9)),
        ({"min": 0, "max": 10, "step": 0.1}, tenths),
        ({"min": -5}, st.integers(-5, 2**53)),
    ],
    "rating": [({}, st.integers(1, 5)), ({"max": 10}, st.integers(1, 10))],
    "date": [
        ({}, dates),
        ({"time": True}, times),
        ({"tolerance_days": 30}, st.dates().map(str)),
        ({"min": "2000-01-01", "max": "2000-02-29"}, st.sampled_from(["2000-01-01", "2000-02-28", "2000-02-29"])),
    ],
    "segment": [
        ({**LABELS, "attributes": {"noisy": ["yes", "no"]}, "threshold": 0.3}, segments(attributes=marks)),
        ({**LABELS, "transcribe": True}, segments(text=st.sampled_from(SAID))),
        (
            {**LABELS, "transcribe": True, "diarise": True, "speakers": ["A", "B"]},
            segments(text=st.sampled_from(SAID), speaker=st.sampled_from(["A", "B", None])),
        ),
        ({**LABELS, "diarise": True, "overlap": "none"}, apart),
    ],
}
"""For each type a few options with values that fit them."""
