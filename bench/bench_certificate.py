"""The certificate benchmark: what a 95 % promise costs in human labels, and how often it is broken.

    python bench/bench_certificate.py [--sets agnews digits] [--draws 400] [--seeds 5] [--out FILE]

Sets: AG News test (7,600 items, 4 classes; from GALLEY_SHARED_DATA) and scikit-learn's digits (1,797, 10 classes).
Humans are gold here (`gold: human`): the benchmark is about the machine's part. For each model seed the loop learns
once, by its pre-registered stop rule; then many audits are drawn. Baselines, at an equal random seed set and with the
same learner: label everything; fixed confidence; point-estimate threshold on a random validation sample; isotonic
calibration; normal-approximation (CLT) bound; and the exact climb without the active loop.
cost = human labels / N, audits and validation included. broken = final accuracy below 95 %.
"""

import argparse
import csv
import io
import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.isotonic import IsotonicRegression

from galley.annotate.ext.image_classifier import ImageClassifier, ImageClassifierParams
from galley.annotate.ext.text_classifier import TextClassifier, TextClassifierParams
from galley.annotate.learner import Learner
from galley.assess.bounds import acceptance_number, clopper_pearson, error_budget
from galley.assess.certificate import Commitment, climb, draw_of, round_alpha
from galley.kernel.draw import derive_seed, generator
from galley.line.loop import AskPeople, Frozen, LoopParams, Ports, Purpose, Work, begin, freeze, settle
from galley.testing.memory import memory_desk

SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
ACCURACY = 0.95
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass
class Task:
    """One labelled set with its learner and features."""

    name: str
    ids: list[str]
    truth: npt.NDArray[np.str_]
    features: Any
    learner: Learner[Any]
    seed_labels: int  # of the one-shot baselines
    validation: int


def agnews() -> Task | None:
    path = SHARED / "agnews_test" / "test.csv"
    if not path.exists():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    learner = TextClassifier(TextClassifierParams())
    records = pa.table({"text": [row[1] + " " + row[2] for row in rows]})
    return Task(
        name="agnews",
        ids=[f"{place:06d}" for place in range(len(rows))],
        truth=np.array([row[0] for row in rows]),
        features=learner.features(records, memory_desk()),
        learner=learner,
        seed_labels=1000,
        validation=400,
    )


def digits() -> Task:
    found, desk = load_digits(), memory_desk()
    blobs = []
    for image in found.images:
        file = io.BytesIO()
        Image.fromarray((image * 15).astype(np.uint8)).save(file, "PNG")
        blobs.append(desk.blobs.put(file.getvalue()))
    learner = ImageClassifier(ImageClassifierParams())
    return Task(
        name="digits",
        ids=[f"{place:06d}" for place in range(len(blobs))],
        truth=found.target.astype(str),
        features=learner.features(pa.table({"blob": blobs}), desk),
        learner=learner,
        seed_labels=200,
        validation=150,
    )


# --- our loop ----------------------------------------------------------------------------------------------------


def asker(task: Task) -> AskPeople:
    known = dict(zip(task.ids, task.truth.tolist(), strict=True))

    def ask(item_ids: Sequence[str], purpose: Purpose, round_no: int) -> Mapping[str, Any]:
        return {item: [known[item]] for item in item_ids}

    return ask


def fast_draw(work: Work, frozen: Frozen, commitment: Commitment, wrong: Bools) -> tuple[float, float] | None:
    """Cost and accuracy of one audit draw, or None when the loop would audit again (then `settle` tells)."""
    order = frozen.order.ids
    verdicts = dict(zip(order, wrong.tolist(), strict=True))
    drawn = draw_of(commitment, order)
    found = climb(commitment, order, {item: verdicts[item] for item in drawn})
    if found.accepted < frozen.plan.accepted * work.params.reaudit_below:
        return None
    left = int(wrong[: found.accepted].sum()) - found.wrong
    cost = sum(work.asked.values()) + len(order) - found.accepted + found.audited
    return cost / len(work.ids), 1 - left / len(work.ids)


def full_draw(work: Work, frozen: Frozen, beacon: str, known: dict[str, str]) -> tuple[float, float]:
    result = settle(work, frozen, beacon)
    right = sum(final.value == [known[final.id]] for final in result.finals)
    return sum(result.asked.values()) / len(work.ids), right / len(work.ids)


def our_loop(task: Task, seeds: int, draws: int, params: LoopParams) -> list[tuple[float, float]]:
    known = dict(zip(task.ids, task.truth.tolist(), strict=True))
    outcomes: list[tuple[float, float]] = []
    for model in range(seeds):
        started = time.perf_counter()
        work = begin(
            items=task.ids,
            features=task.features,
            learner=task.learner,
            ports=Ports(ask_people=asker(task), commit=lambda payload: None),
            params=params,
            seed=derive_seed(b"bench", task.name, model),
        )
        frozen = freeze(work, 0)
        trained = time.perf_counter() - started
        wrong = np.array(
            [label != [known[item]] for item, label in zip(frozen.order.ids, frozen.order.labels, strict=True)]
        )
        first = settle(work, frozen, "draw 0")
        committed = first.certificate.commitments[0]
        again = 0
        rows = []
        for draw in range(draws):
            commitment = msgspec.structs.replace(committed, beacon=f"draw {draw}")
            quick = fast_draw(work, frozen, commitment, wrong)
            if draw == 0 and quick is not None:
                assert round(quick[0] * len(work.ids)) == sum(first.asked.values()), "the short cut must be exact"
            if quick is None:
                again += 1
                quick = full_draw(work, frozen, f"draw {draw}", known)
            rows.append(quick)
        outcomes += rows
        costs = np.array(rows)[:, 0]
        print(
            f"  {task.name} model {model}: {len(work.trace)} rounds, {sum(work.asked.values())} labels before the audit, "
            f"audit {frozen.plan.audit_size}, planned {frozen.plan.total / len(work.ids):.3f}, "
            f"cost {costs.mean():.3f} (p95 {np.quantile(costs, 0.95):.3f}), broken {np.mean(np.array(rows)[:, 1] < ACCURACY):.3f}, "
            f"re-audited {again}, training {trained:.1f} s",
            flush=True,
        )
    return outcomes


# --- baselines ---------------------------------------------------------------------------------------------------


@dataclass
class OneShot:
    """One model trained on a random seed set; the rest in order of confidence."""

    items: int
    spent: int
    confidence: Floats  # falling
    wrong: Bools

    def outcome(self, accepted: int, audited: Bools) -> tuple[float, float]:
        """Cost and accuracy when the first `accepted` go to the machine; audited items are corrected."""
        inside = audited[:accepted]
        left = int((self.wrong[:accepted] & ~inside).sum())
        cost = self.spent + len(self.wrong) - accepted + int(inside.sum())
        return cost / self.items, 1 - left / self.items


def one_shot(task: Task, model: int) -> OneShot:
    dice = generator(derive_seed(b"one shot", task.name, model))
    order = dice.permutation(len(task.ids))
    known, rest = np.sort(order[: task.seed_labels]), np.sort(order[task.seed_labels :])
    fitted = task.learner.fit(
        task.features[known], task.truth[known].tolist(), derive_seed(b"fit", model), task.features[rest]
    )
    guess = fitted.predict(task.features[rest])
    sure = guess.max(axis=1).round(6)
    wrong = np.array(fitted.classes)[guess.argmax(axis=1)] != task.truth[rest]
    rank = np.argsort(-sure, kind="stable")
    return OneShot(items=len(task.ids), spent=len(known), confidence=sure[rank], wrong=wrong[rank])


def fixed(threshold: float) -> Callable[[OneShot, Bools], int]:
    return lambda shot, audited: int((shot.confidence >= threshold).sum())


def _grid(shot: OneShot) -> list[int]:
    return [math.ceil(len(shot.wrong) * step / 40) for step in range(1, 41)]


def point(shot: OneShot, audited: Bools) -> int:
    """The largest set whose estimated errors fit the budget."""
    budget, best = error_budget(shot.items, ACCURACY), 0
    for size in _grid(shot):
        seen = int(audited[:size].sum())
        if seen and size * (shot.wrong[:size] & audited[:size]).sum() / seen <= budget:
            best = size
    return best


def isotonic(shot: OneShot, audited: Bools) -> int:
    """The largest set whose calibrated chances of error add up to the budget."""
    curve = IsotonicRegression(increasing=False, out_of_bounds="clip", y_min=0.0, y_max=1.0)
    curve.fit(shot.confidence[audited], shot.wrong[audited].astype(float))
    expected = np.cumsum(curve.predict(shot.confidence))
    return int((expected <= error_budget(shot.items, ACCURACY)).sum())


def clt(shot: OneShot, audited: Bools) -> int:
    """Climb with a normal-approximation upper bound instead of the exact one."""
    budget, best = error_budget(shot.items, ACCURACY), 0
    for size in _grid(shot):
        seen = int(audited[:size].sum())
        share = float((shot.wrong[:size] & audited[:size]).sum()) / seen if seen else 1.0
        if not seen or size * (share + 1.645 * math.sqrt(share * (1 - share) / seen)) > budget:
            break
        best = size
    return best


def exact_climb(shot: OneShot, audited: Bools) -> int:
    """The certificate's climb, without the active loop."""
    terms = LoopParams(gold="human", round_shares=(1.0,)).terms
    budget = error_budget(shot.items, ACCURACY)
    allowed = acceptance_number(len(shot.wrong), budget, int(audited.sum()), round_alpha(terms, 0))
    errors = np.flatnonzero(shot.wrong & audited)
    return int(errors[allowed]) if len(errors) > allowed else len(shot.wrong)


RULES: list[tuple[str, Callable[[OneShot, Bools], int], bool]] = [
    ("(b1) fixed confidence 0.7", fixed(0.7), False),
    ("(b1) fixed confidence 0.9", fixed(0.9), False),
    ("(b2) point estimate", point, True),
    ("(b3) isotonic", isotonic, True),
    ("(b4) CLT bound", clt, True),
    ("exact climb, one-shot model", exact_climb, True),
]


def baselines(task: Task, seeds: int, draws: int) -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {"(a) label everything": [(1.0, 1.0)]}
    for model in range(seeds):
        shot = one_shot(task, model)
        for name, rule, validated in RULES:
            dice = generator(derive_seed(b"validation", task.name, name, model))
            for _ in range(draws if validated else 1):
                audited = np.zeros(len(shot.wrong), dtype=np.bool_)
                if validated:
                    audited[dice.permutation(len(audited))[: task.validation]] = True
                found.setdefault(name, []).append(shot.outcome(rule(shot, audited), audited))
    return found


# --- report ------------------------------------------------------------------------------------------------------


def row(name: str, outcomes: list[tuple[float, float]]) -> str:
    costs, accuracies = np.array(outcomes).T
    broken = int((accuracies < ACCURACY).sum())
    low, high = clopper_pearson(broken, len(outcomes), 0.95)
    return (
        f"| {name} | {costs.mean():.3f} | {np.quantile(costs, 0.95):.3f} | {broken}/{len(outcomes)} = "
        f"{broken / len(outcomes):.3f} [{low:.3f}, {high:.3f}] | {accuracies.mean():.4f} | {accuracies.min():.4f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", default=["agnews", "digits"])
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--params", default="{}", help="JSON of LoopParams that differ from the defaults")
    given = parser.parse_args()
    params = msgspec.convert({**msgspec.json.decode(given.params), "gold": "human"}, LoopParams)
    lines = []
    for name in given.sets:
        task = agnews() if name == "agnews" else digits()
        if task is None:
            print(f"{name}: the set is not in the shared data; skipped")
            continue
        lines += [
            "",
            f"{task.name}: N = {len(task.ids)}, {given.seeds} models x {given.draws} audit draws; baselines: "
            f"{task.seed_labels} seed labels, {task.validation} validated",
            "",
            "| rule | cost / N mean | p95 | broken [95 % interval] | accuracy mean | worst |",
            "|---|---|---|---|---|---|",
        ]
        lines += [row(*entry) for entry in baselines(task, given.seeds, given.draws).items()]
        lines.append(row("**galley loop + exact audit**", our_loop(task, given.seeds, given.draws, params)))
    text = "\n".join(lines)
    print(text)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
