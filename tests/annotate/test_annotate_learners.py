"""Learners: strong on few labels, deterministic, calm about odd input, in Chinese too."""

import csv
import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from PIL import Image
from scipy import sparse
from sklearn.datasets import load_digits

from galley.annotate.ext.held_out import choose, split
from galley.annotate.ext.image_classifier import ImageClassifier, ImageClassifierParams
from galley.annotate.ext.text_classifier import TextClassifier, TextClassifierParams
from galley.annotate.learner import Learner, Model
from galley.kernel.draw import generator
from galley.kernel.extension import make
from galley.testing.memory import memory_desk

SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
SEED = b"learners".ljust(32, b"-")
DESK = memory_desk()

SUBJECTS = ["股市", "银行", "油价", "利率", "球队", "联赛", "射门", "教练"]
PREDICATES = ["今天上涨", "昨日下跌", "表现出色", "引发关注", "遭遇重挫", "再创新高"]


def headlines() -> tuple[list[str], list[str]]:
    dice = generator(SEED)
    texts, labels = [], []
    for _ in range(240):
        subject, other = (int(code) for code in dice.integers(0, 4, 2))
        sport = bool(dice.integers(0, 2))
        texts.append(
            f"{SUBJECTS[subject + 4 * sport]}{PREDICATES[int(dice.integers(0, 6))]}，{SUBJECTS[other + 4 * sport]}"
        )
        labels.append("体育" if sport else "财经")
    return texts, labels


def digits() -> tuple[pa.Table, npt.NDArray[np.str_]]:
    found = load_digits()
    blobs = []
    for image in found.images:
        file = io.BytesIO()
        Image.fromarray((image * 15).astype(np.uint8)).save(file, "PNG")
        blobs.append(DESK.blobs.put(file.getvalue()))
    return pa.table({"blob": blobs}), found.target.astype(str)


def accuracy(model: Model, features: Any, truth: Any) -> float:
    return float(np.mean(np.array(model.classes)[model.predict(features).argmax(axis=1)] == truth))


@pytest.mark.parametrize("method", ["bayes", "logistic"])
def test_chinese_headlines(method: Any) -> None:
    texts, labels = headlines()
    learner = TextClassifier(TextClassifierParams(method=method))
    features = learner.features(pa.table({"text": texts}), DESK)
    model = learner.fit(features[:40], labels[:40], SEED, features[40:])
    assert model.classes == ("体育", "财经")
    assert accuracy(model, features[40:], labels[40:]) >= 0.93


def agnews() -> tuple[Any, npt.NDArray[np.str_]]:
    path = SHARED / "agnews_test" / "test.csv"
    if not path.exists():
        pytest.skip("the set agnews_test is not in the shared data (GALLEY_SHARED_DATA)")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[:3000]
    learner = TextClassifier(TextClassifierParams())
    return learner.features(pa.table({"text": [row[1] + " " + row[2] for row in rows]}), DESK), np.array(
        [row[0] for row in rows]
    )


def test_news_from_300_labels_and_the_unlabelled_rest() -> None:
    features, truth = agnews()
    learner = TextClassifier(TextClassifierParams())
    order = generator(SEED).permutation(len(truth))
    known, rest = order[:300], order[300:]
    alone = accuracy(learner.fit(features[known], truth[known].tolist(), SEED), features[rest], truth[rest])
    helped = accuracy(
        learner.fit(features[known], truth[known].tolist(), SEED, features[rest]), features[rest], truth[rest]
    )
    assert alone >= 0.74
    assert helped >= 0.84
    assert helped > alone + 0.03


def test_digits_from_100_labels() -> None:
    records, truth = digits()
    learner = ImageClassifier(ImageClassifierParams())
    features = learner.features(records, DESK)
    order = generator(SEED).permutation(len(truth))
    known, rest = order[:100], order[100:]
    model = learner.fit(features[known], truth[known].tolist(), SEED, features[rest])
    assert accuracy(model, features[rest], truth[rest]) >= 0.96
    vectors = ImageClassifier(ImageClassifierParams(method="vectors"))
    assert accuracy(vectors.fit(features[known], truth[known].tolist(), SEED), features[rest], truth[rest]) >= 0.93


def cases() -> list[tuple[Learner[Any], Any, list[str]]]:
    texts, labels = headlines()
    reader = TextClassifier(TextClassifierParams())
    seer = ImageClassifier(ImageClassifierParams())
    records, truth = digits()
    return [
        (reader, reader.features(pa.table({"text": texts}), DESK), labels),
        (seer, seer.features(records.slice(0, 240), DESK), truth[:240].tolist()),
    ]


def test_the_same_input_gives_the_same_bytes_and_rows_sum_to_one() -> None:
    for (learner, features, labels), (_, again, _) in zip(cases(), cases(), strict=True):
        first, second = (
            learner.fit(rows[:60], labels[:60], SEED, rows[60:]).predict(rows) for rows in (features, again)
        )
        assert first.tobytes() == second.tobytes()
        assert np.allclose(first.sum(axis=1), 1.0)
        assert first.min() >= 0.0


def test_few_rows_one_class_and_empty_content() -> None:
    for learner, features, labels in cases():
        one = learner.fit(features[:3], ["same"] * 3, SEED, features[3:])
        assert one.classes == ("same",)
        assert one.predict(features[:5]).tolist() == [[1.0]] * 5
        two = [0, next(place for place, label in enumerate(labels) if label != labels[0])]
        tiny = learner.fit(features[two], [labels[place] for place in two], SEED, features[10:])
        assert tiny.predict(features).shape == (240, 2)
        lone = learner.fit(features[:60], labels[:60], SEED)
        assert lone.predict(features[60:]).shape[0] == 180
    empty = TextClassifier(TextClassifierParams()).features(pa.table({"text": ["", None, " "]}), DESK)
    assert empty.shape[0] == 3
    plain = Image.new("L", (5, 3), 7)
    file = io.BytesIO()
    plain.save(file, "PNG")
    flat = ImageClassifier(ImageClassifierParams()).features(
        pa.table({"blob": [DESK.blobs.put(file.getvalue())]}), DESK
    )
    assert flat.shape == (1, 128)
    assert np.isfinite(flat).all()


def test_text_that_does_not_cluster_by_class_is_not_harmed_by_the_unlabelled_rest() -> None:
    """Two strong topics, but the class hides in one rare word: EM alone would learn the topics."""
    dice = generator(b"topics".ljust(32, b"-"))
    size = 600
    topic, label = dice.integers(0, 2, size), dice.integers(0, 2, size)
    matrix = np.zeros((size, 42))
    for row in range(size):
        matrix[row, 20 * topic[row] + dice.integers(0, 20, 12)] = 1.0
        matrix[row, 40 + label[row]] = 0.6
    features, labels = sparse.csr_matrix(matrix), [str(code) for code in label]
    guarded = TextClassifier(TextClassifierParams())
    driven = TextClassifier(TextClassifierParams(unlabelled_weights=(1.0,)))
    known, rest = slice(0, 90), slice(90, size)
    kept = accuracy(guarded.fit(features[known], labels[known], SEED, features[rest]), features[rest], labels[rest])
    lost = accuracy(driven.fit(features[known], labels[known], SEED, features[rest]), features[rest], labels[rest])
    assert kept >= 0.9
    assert kept >= lost


def test_every_class_keeps_a_row_to_learn_from() -> None:
    codes = np.array([0] * 50 + [1])
    for start in range(20):
        learn, check = split(codes, bytes([start]) * 32)
        assert 1 in codes[learn]
        assert sorted([*learn.tolist(), *check.tolist()]) == list(range(51))


def test_a_confident_candidate_that_is_wrong_loses() -> None:
    codes = np.array([0, 1] * 20)
    right = np.where(np.eye(2)[codes] > 0, 2.0, 0.0)
    place, heat = choose([-right, right], codes)
    assert place == 1
    assert heat < 20.0  # half an error of doubt


def test_they_are_installed() -> None:
    assert isinstance(make("learner", "text_classifier", {"method": "logistic"}), TextClassifier)
    assert isinstance(make("learner", "image_classifier", {}), ImageClassifier)
