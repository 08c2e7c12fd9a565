"""The contract every learner keeps: features without labels, equal models from equal seeds, probabilities that sum to 1.

from galley.testing.learner_contract import check_learner
check_learner(MyLearner)                                  # on generated texts or pictures of three kinds
check_learner(MyLearner, records=table, labels=labels, desk=desk)   # on your own, for other modalities
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from galley.annotate.learner import Learner, Model
from galley.kernel.draw import derive_seed, generator
from galley.kernel.ports import Blobs, Desk
from galley.kernel.record import RECORD_SCHEMA
from galley.testing.batches import encoded_image
from galley.testing.extension_contract import check_extension, hold
from galley.testing.memory import memory_desk
from galley.testing.versions import media_row, text_row

__all__ = ["check_learner", "learnable_images", "learnable_texts"]

_SEED: Final = b"learner contract".ljust(32)
_WORDS: Final = {
    "sport": ["match", "goal", "team", "striker", "比赛", "进球", "球队", "前锋"],
    "money": ["bank", "share", "price", "market", "银行", "股票", "价格", "市场"],
    "weather": ["rain", "cloud", "wind", "storm", "下雨", "多云", "大风", "暴雨"],
}
_ODD: Final = ("", " ", "🍜", "\u202e", "x" * 2000)


def learnable_texts(each: int = 14) -> tuple[pa.Table, list[str]]:
    """Texts of three kinds that words tell apart, in two languages, and their labels; odd ones are among them."""
    draw = generator(derive_seed(_SEED, "texts"))
    rows, labels = [], []
    for place in range(each * 3):
        label = sorted(_WORDS)[place % 3]
        words = [_WORDS[label][draw.integers(8)] for _ in range(6)]
        rows.append(text_row(f"{place}", " ".join(words)))
        labels.append(label)
    for place, text in enumerate(_ODD):
        rows.append(text_row(f"odd-{place}", text))
        labels.append(sorted(_WORDS)[place % 3])
    return pa.Table.from_pylist(rows, schema=RECORD_SCHEMA), labels


def learnable_images(blobs: Blobs, each: int = 12) -> tuple[pa.Table, list[str]]:
    """Pictures of bars, lying, standing and leaning, with noise, and their labels."""
    draw = generator(derive_seed(_SEED, "images"))
    row, column = np.mgrid[0:16, 0:16]
    drawn = {"lying": row, "standing": column, "leaning": row + column}
    rows, labels = [], []
    for place in range(each * 3):
        label = sorted(drawn)[place % 3]
        bars = ((drawn[label] + draw.integers(4)) // 3 % 2) * 200
        pixels = np.clip(bars + draw.integers(0, 40, (16, 16)), 0, 255).astype(np.uint8)
        rows.append(media_row(f"{place}.png", encoded_image(pixels), blobs, width=16, height=16))
        labels.append(label)
    return pa.Table.from_pylist(rows, schema=RECORD_SCHEMA), labels


def check_learner(
    found: type[Learner[Any]],
    params: Mapping[str, Any] | None = None,
    *,
    records: pa.Table | None = None,
    labels: Sequence[str] | None = None,
    desk: Desk | None = None,
) -> None:
    """Run the battery; raises ExtensionContractError at the first broken promise."""
    check_extension(found, params)
    filled = msgspec.convert(dict(params or {}), found.Params)
    desk = desk or memory_desk()
    if records is None or labels is None:
        images = "image" in found.able.modalities
        records, labels = learnable_images(desk.blobs) if images else learnable_texts()
    features = found(filled).features(records, desk)
    hold(features.shape[0] == records.num_rows, "features have one row a record", features.shape, records.num_rows)
    again = found(filled).features(records, desk)
    hold(_bytes(features) == _bytes(again), "the same records give the same features")
    found(filled).features(records.slice(0, 1), desk)
    cut = records.num_rows * 2 // 3
    for rest in (None, features[cut:]):
        _check_fit(lambda: found(filled), features, list(labels), cut, rest)
    for few in (["only"] * cut, ["a", *["b"] * (cut - 1)], [f"own-{place % (cut // 3)}" for place in range(cut)]):
        model = found(filled).fit(features[:cut], few, _SEED, features[cut:])
        _check_model(model, features, few)
    one = found(filled).fit(features[:1], ["alone"], _SEED)
    _check_model(one, features, ["alone"])


def _check_fit(make: Any, features: Any, labels: list[str], cut: int, rest: Any) -> None:
    before = _bytes(features)
    model = make().fit(features[:cut], labels[:cut], _SEED, rest)
    said = _check_model(model, features, labels[:cut])
    twin = make().fit(features[:cut], labels[:cut], _SEED, rest).predict(features)
    hold(np.array_equal(said, twin), "equal inputs and seed give an equal model", np.abs(said - twin).max())
    hold(np.array_equal(said, model.predict(features)), "a model answers the same twice")
    turned = model.predict(features[::-1])[::-1]
    hold(np.allclose(said, turned, rtol=0, atol=1e-6), "a row's answer does not depend on its place")
    model_of = make().fit(features[:cut], labels[:cut], derive_seed(_SEED, "other"), rest)
    _check_model(model_of, features, labels[:cut])
    hold(_bytes(features) == before, "fitting and predicting leave the features as they are")
    guessed = [model.classes[code] for code in said[cut:].argmax(axis=1)]
    right = sum(guess == label for guess, label in zip(guessed, labels[cut:], strict=True))
    most = max(labels[cut:].count(label) for label in set(labels))
    hold(right > most, "what easy examples show is learned", right, len(guessed), most)


def _check_model(model: Model, features: Any, labels: Sequence[str]) -> Any:
    hold(tuple(model.classes) == tuple(sorted(set(labels))), "the classes are those seen, sorted", model.classes)
    said = np.asarray(model.predict(features))
    hold(said.shape == (features.shape[0], len(model.classes)), "one probability a row and class", said.shape)
    hold(bool(np.all(np.isfinite(said)) and np.all(said >= 0)), "probabilities are numbers from 0", said.min())
    away = np.abs(said.sum(axis=1) - 1).max()
    hold(bool(away <= 1e-6), "probabilities of a row sum to 1", away)
    return said


def _bytes(features: Any) -> bytes:
    if hasattr(features, "indptr"):
        return b"".join(
            np.ascontiguousarray(part).tobytes() for part in (features.data, features.indices, features.indptr)
        )
    return np.ascontiguousarray(features).tobytes()
