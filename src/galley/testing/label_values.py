"""Generated label values (needs hypothesis): for each built-in type controls, contents and raw values that fit them."""

from typing import Any, cast

from hypothesis import strategies as st

from galley.kernel.errors import invariant
from galley.kernel.extension import make
from galley.labels.label_type import Content, LabelType
from galley.testing.dialogue_values import DIALOGUE_CASES
from galley.testing.form_values import FORM_OPTIONS
from galley.testing.image_values import IMAGE_OPTIONS
from galley.testing.label_contract import Beside

Case = tuple[LabelType[Any], list[Any], Content, Beside]

__all__ = ["Case", "cases_of", "label_type", "several"]

TEXT = "中𠮷文 and 😀 text"
IMAGE = Content(modality="image", width=640, height=481)
TEXT_CONTENT = Content(modality="text", text=TEXT)
PHRASES = [
    "今天天气很好",
    "今天天气真好！",
    "今天，天气好。",
    "the cat sat",
    "The cat sat.",
    "a cat sat on it",
    "２０２０年 the end",
    "",
]

coordinates = st.integers(0, 200_000).map(lambda thousandths: thousandths / 1000)
lengths = st.integers(1, 200_000).map(lambda thousandths: thousandths / 1000)
labels = st.sampled_from(["cat", "dog"])
marks = st.dictionaries(st.just("hidden"), st.sampled_from(["yes", "no"]), max_size=1)
REGION = {"labels": ["cat", "dog"], "attributes": {"hidden": ["yes", "no"], "remark": []}}


def label_type(name: str, **options: Any) -> LabelType[Any]:
    """A label type with options."""
    found = make("label_type", name, options)
    invariant(isinstance(found, LabelType), "a label_type entry point names a LabelType", name=name)
    return cast(LabelType[Any], found)


def several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Values that differ and values that agree, as labelers give."""
    return st.lists(values, min_size=2, max_size=4)


def cases_of(name: str) -> st.SearchStrategy[Case]:
    """Everything the contract battery needs for one label type."""
    return _CASES[name]


def _case(
    options: st.SearchStrategy[LabelType[Any]],
    values: st.SearchStrategy[Any],
    content: Content = Content(),
    beside: Beside | None = None,
) -> st.SearchStrategy[Case]:
    return st.tuples(options, several(values), st.just(content), st.just(beside or {}))


def _types(name: str, **options: st.SearchStrategy[Any]) -> st.SearchStrategy[LabelType[Any]]:
    return st.fixed_dictionaries(options).map(lambda filled: label_type(name, **filled))


TAXONOMY = [{"value": "a", "children": ["x", {"value": "y", "children": ["z"]}]}, {"value": "b", "children": ["x"]}]
INNER = [["a"], ["a", "x"], ["a", "y"], ["a", "y", "z"], ["b"], ["b", "x"]]
LEAVES = [["a", "x"], ["a", "y", "z"], ["b", "x"]]
words = st.lists(st.sampled_from("pqrs"), unique=True, max_size=4)
spans = st.lists(
    st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 5), labels, marks),
    max_size=5,
    unique_by=lambda span: (span[0], min(span[0] + span[1], len(TEXT)), span[2]),
).map(
    lambda found: [
        {"start": start, "end": min(start + length, len(TEXT)), "label": label, "attributes": attributes}
        for start, length, label, attributes in found
    ]
)
flat_spans = st.lists(st.tuples(st.booleans(), labels), min_size=4, max_size=4).map(
    lambda found: [
        {"start": 3 * place, "end": 3 * place + 2, "label": label}
        for place, (there, label) in enumerate(found)
        if there
    ]
)
boxes = st.lists(
    st.fixed_dictionaries(
        {"x": coordinates, "y": coordinates, "width": lengths, "height": lengths, "label": labels, "attributes": marks},
    ),
    max_size=4,
)
turned_boxes = st.lists(
    st.fixed_dictionaries(
        {
            "x": coordinates, "y": coordinates, "width": lengths, "height": lengths, "label": labels,
            "rotation": st.one_of(st.just(0), st.integers(0, 359_999).map(lambda part: part / 1000)),
        },
    ),
    max_size=3,
)  # fmt: skip
polygons = st.lists(
    st.tuples(coordinates, coordinates, st.lists(st.tuples(lengths, lengths), min_size=1, max_size=5), labels),
    max_size=3,
).map(
    lambda found: [
        {"points": [[x, y], [x + 7.5, y + 0.25], *[[x + dx, y + dy + 9] for dx, dy in more]], "label": label}
        for x, y, more, label in found
    ]
)
keypoints = st.lists(
    st.fixed_dictionaries({"x": coordinates, "y": coordinates, "label": labels, "attributes": marks}), max_size=5
)
SPANS = [
    {"start": 0, "end": 2, "label": "cat"},
    {"start": 1, "end": 4, "label": "dog"},
    {"start": 9, "end": 11, "label": "cat"},
]
links = st.lists(
    st.tuples(st.permutations(SPANS), st.sampled_from(["owns", "likes"]), st.sampled_from(["one", "both"])), max_size=4
).map(
    lambda found: list(
        {
            (str(sorted(map(str, ends[:2])) if direction == "both" else ends[:2]), label, direction): {
                "head": ends[0], "tail": ends[1], "label": label, "direction": direction,
            }
            for ends, label, direction in found
        }.values()
    )
)  # fmt: skip
phrases = st.one_of(st.sampled_from(PHRASES), st.text(st.sampled_from("今天儿 a'B,，１1"), max_size=8))

_CASES: dict[str, st.SearchStrategy[Case]] = {
    "classify": st.one_of(
        _case(_types("classify", choices=st.just(["p", "q", "r", 4])), st.sampled_from(["p", "q", "r", "4"])),
        _case(
            _types("classify", mode=st.just("multi"), choices=st.just(list("pqrs")), max=st.sampled_from([None, 4])),
            words,
        ),
        _case(
            _types("classify", mode=st.just("multi"), choices=st.just(list("pqrs")), min=st.just(1), max=st.just(2)),
            st.lists(st.sampled_from("pqrs"), unique=True, min_size=1, max_size=2),
        ),
        _case(
            _types("classify", mode=st.just("hierarchical"), choices=st.just(TAXONOMY)),
            st.lists(st.sampled_from(INNER), unique_by=tuple, max_size=3),
        ),
        _case(
            _types("classify", mode=st.just("hierarchical"), choices=st.just(TAXONOMY), leaves_only=st.just(True),
                   min=st.just(1), max=st.just(2)),
            st.lists(st.sampled_from(LEAVES), unique_by=tuple, min_size=1, max_size=2),
        ),
    ),
    "span": st.one_of(
        _case(_types("span", **{key: st.just(value) for key, value in REGION.items()}, match=st.sampled_from(["exact", "overlap"])), spans, TEXT_CONTENT),
        _case(_types("span", labels=st.just(["cat", "dog"]), overlap=st.sampled_from(["none", "nested"]), match=st.sampled_from(["exact", "overlap"])), flat_spans, TEXT_CONTENT),
    ),
    "relation": _case(
        _types("relation", spans=st.just("spans"), labels=st.just(["owns", "likes"])), links, TEXT_CONTENT,
        beside={"spans": (label_type("span", labels=["cat", "dog"]), SPANS)},
    ),
    "box": st.one_of(
        _case(_types("box", **{key: st.just(value) for key, value in REGION.items()}, threshold=st.sampled_from([0.3, 0.5])), boxes, IMAGE),
        _case(_types("box", labels=st.just(["cat", "dog"])), turned_boxes, IMAGE),
    ),
    "polygon": _case(_types("polygon", labels=st.just(["cat", "dog"]), outside=st.just("clip")), polygons, IMAGE),
    "keypoint": _case(_types("keypoint", **{key: st.just(value) for key, value in REGION.items()}, tolerance=st.sampled_from([5.0, 80.0])), keypoints, IMAGE),
    "transcript": _case(
        _types("transcript", unit=st.sampled_from(["auto", "character", "word"]), digits=st.sampled_from(["keep", "read"]),
               erhua=st.sampled_from(["keep", "drop"])),
        phrases,
    ),
    "text": _case(_types("text", min_length=st.just(0)), phrases),
    **DIALOGUE_CASES,
    **{
        name: _case(_types(name, **{key: st.just(value) for key, value in options.items()}), values, IMAGE)
        for name, (options, values) in IMAGE_OPTIONS.items()
    },
    **{
        name: st.one_of([
            _case(_types(name, **{key: st.just(value) for key, value in options.items()}), values)
            for options, values in several_options
        ])
        for name, several_options in FORM_OPTIONS.items()
    },
}  # fmt: skip
