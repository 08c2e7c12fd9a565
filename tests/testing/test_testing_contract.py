"""Every built-in extension passes the battery of its kind, and each battery sees an extension that breaks its word."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from galley.annotate.aggregator import Aggregator, Consensus, Judgements
from galley.annotate.ext.majority import Majority
from galley.annotate.ext.simulated import Simulated
from galley.annotate.ext.text_classifier import TextClassifier
from galley.annotate.labeler import Question
from galley.annotate.learner import Features, Learner, Model
from galley.assess.metric import Metric, Reading
from galley.catalog.reader import VersionReader
from galley.kernel.canonical import canonical_json
from galley.kernel.extension import KINDS, Extension, Kind, NoParams, find
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.labels.schema import schema_from_dict
from galley.testing.contract import check
from galley.testing.extension_contract import ExtensionContractError, check_extension
from galley.testing.memory import memory_desk
from galley.testing.metric_contract import SCHEMA
from galley.testing.versions import text_row

NEEDED: dict[str, dict[str, Any]] = {
    "csv": {"path": "x", "text": "text"},
    "dialogue": {"edit": True},
    "jsonl": {"path": "x"},
    "http": {"urls": ["http://127.0.0.1/"]},
    "imported": {"format": "jsonl", "path": "x"},
    "rubric": {"criteria": [{"name": "clear"}]},
    "objects": {"url": "s3://bucket/prefix"},
    "simulated": {"truth": "meta.tone"},
}
"""Parameters of extensions that cannot be made without any."""


def ours(kind: Kind) -> list[str]:
    """Built-in names: a plug-in of somebody else is not ours to vouch for."""
    return sorted(point.name for point in entry_points(group=f"galley.{kind}") if point.value.startswith("galley."))


def _given(found: type[Extension[Any]]) -> dict[str, Any]:
    """Parameters for the required fields, from their types, unless named above."""
    given = dict(NEEDED.get(found.name, {}))
    for field in msgspec.structs.fields(found.Params):
        if field.required and field.encode_name not in given:
            given[field.encode_name] = ["a", "b"] if "tuple" in str(field.type) else "x"
    return {name: value for name, value in given.items() if name in found.Params.__struct_fields__}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in KINDS for name in ours(kind)])
def test_every_built_in_keeps_the_promises_of_any_extension(kind: Kind, name: str) -> None:
    found = find(kind, name)
    check_extension(found, _given(found))


@pytest.mark.parametrize("name", ours("aggregator"))
def test_aggregators(name: str) -> None:
    check("aggregator", find("aggregator", name))


@pytest.mark.parametrize("params", [{"model": "one_coin"}, {"shrink": 2.0}, {"rounds_max": 3}], ids=str)
def test_dawid_skene_set_up_otherwise(params: dict[str, Any]) -> None:
    check("aggregator", find("aggregator", "dawid_skene"), params)


@pytest.mark.parametrize("name", ours("learner"))
def test_learners(name: str) -> None:
    check("learner", find("learner", name))


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("text_classifier", {"method": "logistic"}),
        ("image_classifier", {"method": "spread"}),
        ("image_classifier", {"method": "vectors"}),
    ],
)
def test_learners_set_up_otherwise(name: str, params: dict[str, Any]) -> None:
    check("learner", find("learner", name), params)


ROWS = [
    text_row(f"{place}", f"text {place}", meta=canonical_json({"tone": tone} if tone else {}).decode())
    for place, tone in enumerate(["good", "bad", "neither", "good", "", "bad"])
]


@pytest.mark.parametrize(
    ("name", "params", "answered"),
    [
        ("simulated", {"truth": "meta.tone", "error_rate": 0.3, "adjudicator_error_rate": 0.2}, 5 * 7 * 4),
        ("imported", {"format": "jsonl", "path": "labels.jsonl", "labelers": ["a", "b"]}, 2 * 7),
        ("person", {"names": ["me", "you"]}, 0),
    ],
)
def test_labelers(name: str, params: dict[str, Any], answered: int, tmp_path: Path) -> None:
    lines = [{"id": ROWS[place]["id"], "labels": {"tone": "good"}} for place in (0, 3)]
    (tmp_path / "labels.jsonl").write_bytes(b"\n".join(canonical_json(line) for line in lines))
    desk = memory_desk(tmp_path)
    found = find("labeler", name)
    check("labeler", found, params, schema=schema_from_dict(SCHEMA), records=ROWS, desk=desk)
    # The kit's own check says how much was answered, so that silence is not taken for consent.
    from galley.testing.labeler_contract import check_labeler

    schema = schema_from_dict(SCHEMA)
    assert check_labeler(found, params, schema=schema, records=ROWS, desk=desk) == answered  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ours("metric"))
def test_metrics(name: str) -> None:
    check("metric", find("metric", name))


@pytest.mark.parametrize("kind", ["operator", "exporter"])
def test_older_batteries_are_reached_by_the_same_door(kind: Kind, tmp_path: Path) -> None:
    names = {"operator": "text.length", "exporter": "jsonl"}
    material = {"place": tmp_path} if kind == "exporter" else {}
    check(kind, find(kind, names[kind]), None, **material)


def test_connectors_and_label_types_are_reached_by_the_same_door(tmp_path: Path) -> None:
    from galley.labels.label_type import Content

    (tmp_path / "a.txt").write_text("one")
    check("connector", find("connector", "files"), {"path": "*.txt"}, base=tmp_path)
    check(
        "label_type", find("label_type", "classify"), {"choices": ["a", "b"]}, raw_values=["a", "b"], content=Content()
    )
    with pytest.raises(TypeError, match="base"):
        check("connector", find("connector", "files"), {"path": "*.txt"})
    with pytest.raises(ExtensionContractError, match="kind"):
        check("metric", find("connector", "files"))


# --- Batteries see what is wrong ---------------------------------------------------------------------------------


class LoosePar(msgspec.Struct, frozen=True):
    limit: int = 1


def _like(found: type[Extension[Any]], **members: Any) -> type[Any]:
    return type(found.__name__, (found,), {"__doc__": "A twin with one fault.", **members})


@pytest.mark.parametrize(
    ("members", "promise"),
    [
        ({"name": "Not Good"}, "dotted lower case"),
        ({"version": 0}, "from 1"),
        ({"summary": Text("Only English.", "Only English.")}, "English and Chinese"),
        ({"__doc__": None}, "doc string"),
        ({"needs": ("Media Files",)}, "extras"),
        ({"Params": LoosePar, "name": "loose"}, "refuse unknown"),
        ({"version": 2}, "entry point"),
    ],
)
def test_a_declaration_that_lacks_something(members: dict[str, Any], promise: str) -> None:
    with pytest.raises(ExtensionContractError, match=promise):
        check_extension(_like(Majority, **members))


class _Twin(Majority):
    name = "twin"


class _First(_Twin):
    """The first judgement of an item wins: depends on the order."""

    def aggregate(self, judgements: Judgements) -> Consensus:
        found = super().aggregate(judgements)
        label = np.array(found.label)
        for place in range(len(judgements.item))[::-1]:
            label[judgements.item[place]] = judgements.label[place]
        return msgspec.structs.replace(found, label=label)


class _Contrary(_Twin):
    """Says something nobody said."""

    def aggregate(self, judgements: Judgements) -> Consensus:
        found = super().aggregate(judgements)
        width = max(1, len(judgements.classes))
        return msgspec.structs.replace(found, label=np.where(found.label < 0, -1, (found.label + 1) % width))


class _Sure(_Twin):
    """Is sure of items nobody judged."""

    def aggregate(self, judgements: Judgements) -> Consensus:
        found = super().aggregate(judgements)
        return msgspec.structs.replace(found, confidence=np.ones(len(found.label)))


class _Sorting(_Twin):
    """Sorts what it was given."""

    def aggregate(self, judgements: Judgements) -> Consensus:
        judgements.label[::-1].sort()
        return super().aggregate(judgements)


@pytest.mark.parametrize(
    ("broken", "promise"),
    [(_First, "do not depend on the order"), (_Contrary, "unanimous"), (_Sure, "confidence 0"), (_Sorting, "stay")],
)
def test_broken_aggregators(broken: type[Aggregator[Any]], promise: str) -> None:
    with pytest.raises(ExtensionContractError, match=promise):
        check("aggregator", broken)


class _Model:
    def __init__(self, inner: Model, spoil: Any) -> None:
        self.classes = inner.classes
        self._inner, self._spoil = inner, spoil

    def predict(self, features: Features) -> Any:
        return self._spoil(self._inner.predict(features))


class _Moody(TextClassifier):
    """Never twice the same model."""

    name = "twin"
    turns = 0

    def fit(self, features: Features, labels: Any, seed: bytes, rest: Features | None = None) -> Model:
        _Moody.turns += 1
        mood = 1 / (2 + _Moody.turns)
        inner = super().fit(features, labels, seed, rest)
        return _Model(inner, lambda said: (1 - mood) * said + mood / said.shape[1])


class _Doubled(TextClassifier):
    """Probabilities of two."""

    name = "twin"

    def fit(self, features: Features, labels: Any, seed: bytes, rest: Features | None = None) -> Model:
        return _Model(super().fit(features, labels, seed, rest), lambda said: 2 * said)


class _Dull(TextClassifier):
    """Learns nothing."""

    name = "twin"

    def fit(self, features: Features, labels: Any, seed: bytes, rest: Features | None = None) -> Model:
        return _Model(super().fit(features, labels, seed, rest), lambda said: np.full_like(said, 1 / said.shape[1]))


@pytest.mark.parametrize(("broken", "promise"), [(_Moody, "equal model"), (_Doubled, "sum to 1"), (_Dull, "learned")])
def test_broken_learners(broken: type[Learner[Any]], promise: str) -> None:
    with pytest.raises(ExtensionContractError, match=promise):
        check("learner", broken)


class _Tired(Simulated):
    """Answers the first five questions only."""

    name = "twin"
    asked = 0

    def answer(self, question: Question, desk: Desk) -> dict[str, Any] | None:
        self.asked += 1
        return super().answer(question, desk) if self.asked <= 5 else None


class _Free(Simulated):
    """Makes up classes."""

    name = "twin"

    def answer(self, question: Question, desk: Desk) -> dict[str, Any] | None:
        return {"tone": "made up"}


@pytest.mark.parametrize(("broken", "promise"), [(_Tired, "order or time"), (_Free, "tone")])
def test_broken_labelers(broken: type[Simulated], promise: str) -> None:
    schema = schema_from_dict(SCHEMA)
    with pytest.raises(Exception, match=promise):
        check("labeler", broken, {"truth": "meta.tone"}, schema=schema, records=ROWS, desk=memory_desk())


class _Silent(Metric[NoParams]):
    """Neither a value nor a reason."""

    name = "twin"
    summary = Text("Says nothing.", "不作说明。")
    reading: dict[str, Any] = {}

    def measure(self, version: VersionReader, context: dict[str, Any], desk: Desk) -> list[Reading]:
        plain = {"standard": "galley", "code": "x", "title_en": "X", "title_zh": "某项"}
        return [Reading(**{**plain, **self.reading})]


def _says(**reading: Any) -> type[Metric[Any]]:
    return _like(_Silent, reading=reading)


class _Cut(_Silent):
    """Counts shards."""

    def measure(self, version: VersionReader, context: dict[str, Any], desk: Desk) -> list[Reading]:
        (found,) = super().measure(version, context, desk)
        return [
            msgspec.structs.replace(
                found, value=float(len(version.manifest.shards)), unit="shards", method_en="counted", method_zh="计数"
            )
        ]


class _Stutter(_Silent):
    """Reads twice."""

    def measure(self, version: VersionReader, context: dict[str, Any], desk: Desk) -> list[Reading]:
        return super().measure(version, context, desk) * 2


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        (_Silent, "says why"),
        (_says(not_measured_en="because", not_measured_zh="because"), "says why"),
        (_says(value=0.5), "method"),
        (_says(value=0.5, method_en="m", method_zh="法", not_measured_en="x"), "no reason"),
        (_says(value=1.5, method_en="m", method_zh="法"), "share"),
        (_says(value=0.5, low=0.6, confidence=0.9, method_en="m", method_zh="法"), "bounds"),
        (_says(value=0.5, low=0.4, method_en="m", method_zh="法"), "confidence"),
        (_says(title_zh="X"), "titles"),
        (_Cut, "cut into shards"),
        (_Stutter, "once"),
    ],
)
def test_broken_metrics(broken: type[Metric[Any]], promise: str) -> None:
    with pytest.raises(ExtensionContractError, match=promise):
        check("metric", broken)
