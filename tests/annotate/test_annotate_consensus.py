"""Consensus: accuracy on real crowds, laws every aggregator obeys, and cases where weighing workers matters."""

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.annotate.aggregator import Aggregator, Judgements
from galley.annotate.ext.dawid_skene import DawidSkene, DawidSkeneParams
from galley.annotate.ext.majority import Majority
from galley.kernel.draw import generator
from galley.kernel.extension import NoParams, make

SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
EVERY = [
    Majority(NoParams()),
    DawidSkene(DawidSkeneParams()),
    DawidSkene(DawidSkeneParams(model="one_coin")),
    DawidSkene(DawidSkeneParams(shrink=5.0)),
]


def judgements_of(rows: list[tuple[str, str, str]]) -> Judgements:
    items, workers, classes = (tuple(sorted({row[place] for row in rows})) for place in range(3))
    columns = [
        np.array([names.index(row[place]) for row in rows], dtype=np.int64)
        for place, names in enumerate((items, workers, classes))
    ]
    return Judgements(
        item=columns[0], worker=columns[1], label=columns[2], items=items, workers=workers, classes=classes
    )


def crowd(task: str) -> tuple[Judgements, npt.NDArray[np.int64]]:
    path = SHARED / "crowd_snow2008" / f"{task}.csv"
    if not path.exists():
        pytest.skip("the set crowd_snow2008 is not in the shared data (GALLEY_SHARED_DATA)")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    judgements = judgements_of([(row["item"], row["worker"], row["label"]) for row in rows])
    gold = {row["item"]: judgements.classes.index(row["gold"]) for row in rows}
    return judgements, np.array([gold[item] for item in judgements.items])


@pytest.mark.parametrize(
    ("task", "majority", "dawid_skene"), [("rte", 700, 743), ("temp", 434, 435), ("wsd", 176, 176)]
)
def test_accuracy_on_real_crowds(task: str, majority: int, dawid_skene: int) -> None:
    """Right items of 800, 462 and 177: .8750/.9288, .9394/.9416, .9944/.9944."""
    judgements, gold = crowd(task)
    assert np.sum(Majority(NoParams()).aggregate(judgements).label == gold) >= majority
    found = DawidSkene(DawidSkeneParams()).aggregate(judgements)
    assert np.sum(found.label == gold) >= dawid_skene
    assert found.converged


ROWS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz"), st.sampled_from("123")), min_size=1, max_size=40
)


@pytest.mark.parametrize("aggregator", EVERY)
@given(rows=ROWS, seed=st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_laws(aggregator: Aggregator[Any], rows: list[tuple[str, str, str]], seed: Any) -> None:
    judgements = judgements_of(rows)
    found = aggregator.aggregate(judgements)
    shuffled = list(rows)
    seed.shuffle(shuffled)
    again = aggregator.aggregate(judgements_of(shuffled))
    assert found.label.tolist() == again.label.tolist()
    assert found.confidence.tobytes() == again.confidence.tobytes()
    assert np.all((found.confidence >= 0) & (found.confidence <= 1))
    for code, item in enumerate(judgements.items):
        said = {label for name, _, label in rows if name == item}
        chosen = judgements.classes[found.label[code]]
        if len(said) == 1:
            assert chosen in said


@pytest.mark.parametrize("aggregator", EVERY)
def test_an_item_nobody_judged_has_no_label(aggregator: Aggregator[Any]) -> None:
    one = np.array([1, 1])
    judgements = Judgements(
        item=one, worker=np.array([0, 1]), label=one, items=("a", "b"), workers=("u", "v"), classes=("x", "y")
    )
    found = aggregator.aggregate(judgements)
    assert found.label.tolist() == [-1, 1]
    assert found.confidence[0] == 0.0
    empty = aggregator.aggregate(judgements_of([]))
    assert len(empty.label) == 0


def synthetic(skills: list[float], items: int = 400, classes: int = 3) -> tuple[Judgements, npt.NDArray[np.int64]]:
    dice = generator(b"crowd".ljust(16, b"-"))
    truth = dice.integers(0, classes, items)
    rows = []
    for worker, skill in enumerate(skills):
        slip = dice.integers(1, classes, items)
        said = np.where(dice.random(items) < skill, truth, (truth + slip) % classes)
        rows += [(f"{place:04d}", f"w{worker}", str(label)) for place, label in enumerate(said)]
    return judgements_of(rows), truth


def test_weighing_workers_beats_counting_them() -> None:
    judgements, truth = synthetic([0.95, 0.9, 0.3, 0.3, 0.3, 0.3])
    counted = np.mean(Majority(NoParams()).aggregate(judgements).label == truth)
    weighed = np.mean(DawidSkene(DawidSkeneParams()).aggregate(judgements).label == truth)
    assert weighed >= 0.93
    assert weighed > counted + 0.05


def test_a_tie_goes_to_the_more_agreeing_voter() -> None:
    rows = [(f"x{place}", worker, "1") for place in range(5) for worker in ("good", "fine")]
    rows += [(f"x{place}", "odd", "2") for place in range(5)]
    rows += [("tied", "good", "1"), ("tied", "odd", "2")]
    judgements = judgements_of(rows)
    found = Majority(NoParams()).aggregate(judgements)
    assert judgements.classes[found.label[judgements.items.index("tied")]] == "1"
    assert found.confidence[judgements.items.index("tied")] == 0.5


def test_one_round_is_not_called_converged() -> None:
    judgements, _ = synthetic([0.6, 0.6, 0.6], items=100)
    found = DawidSkene(DawidSkeneParams(rounds_max=1)).aggregate(judgements)
    assert not found.converged
    assert found.rounds == 1


def test_they_are_installed() -> None:
    assert isinstance(make("aggregator", "majority", {}), Majority)
    assert isinstance(make("aggregator", "dawid_skene", {"shrink": 5}), DawidSkene)
