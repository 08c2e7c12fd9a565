"""Bounds against brute force, validity against adversarial populations, and a certificate nobody can alter."""

import functools
import itertools
import math
from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import pytest
from scipy.stats import hypergeom

from galley.assess.bounds import (
    acceptance_number,
    at_most,
    clopper_pearson,
    error_budget,
    hypergeometric_cdf,
    sample_size,
    upper_errors,
    zero_error_sample,
)
from galley.assess.certificate import (
    AuditRecord,
    Certificate,
    Commitment,
    Frame,
    Gold,
    HumanCommitment,
    RoundOrder,
    Terms,
    TermsError,
    audit_record,
    audits_root,
    climb,
    commitment_digest,
    draw_of,
    human_alpha,
    human_budget,
    ids_root,
    issue,
    labels_root,
    round_alpha,
    seed_of,
)
from galley.assess.certificate_check import certified_labels, recompute, recompute_plain
from galley.assess.certificate_words import statement
from galley.kernel.draw import generator

FIVE = Fraction(1, 20)


def unequal(left: Any, right: Any) -> float:
    return float(left != right)


# --- bounds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("population", "size"), [(1, 1), (5, 2), (7, 7), (9, 4), (10, 0)])
def test_cdf_is_the_count_over_all_samples(population: int, size: int) -> None:
    for errors in range(population + 1):
        shown = [sum(item < errors for item in drawn) for drawn in itertools.combinations(range(population), size)]
        for wrong in range(-1, size + 1):
            expected = Fraction(sum(k <= wrong for k in shown), len(shown))
            assert hypergeometric_cdf(wrong, population, errors, size) == expected


@pytest.mark.parametrize("alpha", [Fraction(1, 20), Fraction(1, 100), Fraction(1, 3)])
def test_acceptance_number_and_upper_bound_are_the_brute_force_ones(alpha: Fraction) -> None:
    for population in (1, 2, 6, 11):
        for size in range(population + 1):
            for budget in range(-1, population + 1):
                if budget < 0:
                    proving = []
                elif budget + 1 > population:
                    proving = list(range(size + 1))
                else:
                    proving = [
                        k for k in range(size + 1) if hypergeometric_cdf(k, population, budget + 1, size) <= alpha
                    ]
                assert acceptance_number(population, budget, size, alpha) == max(proving, default=-1)
            for wrong in range(size + 1):
                possible = [
                    errors
                    for errors in range(wrong, population - size + wrong + 1)
                    if hypergeometric_cdf(wrong, population, errors, size) > alpha
                ]
                assert upper_errors(population, size, wrong, alpha) == max(possible)


@pytest.mark.parametrize(
    ("population", "errors", "size", "wrong"), [(7600, 381, 300, 8), (1797, 90, 80, 1), (10**6, 50001, 400, 12)]
)
def test_integers_agree_with_scipy(population: int, errors: int, size: int, wrong: int) -> None:
    ours = float(hypergeometric_cdf(wrong, population, errors, size))
    assert math.isclose(ours, float(hypergeom.cdf(wrong, population, errors, size)), rel_tol=1e-7)


def test_bounds_never_miss_more_often_than_alpha() -> None:
    """Exact coverage, no simulation: sum the probability of every sample count whose bound is below the truth."""
    population, size, alpha = 60, 17, Fraction(1, 20)
    for errors in range(population + 1):
        missed = Fraction(0)
        for wrong in range(max(0, size - population + errors), min(size, errors) + 1):
            if upper_errors(population, size, wrong, alpha) < errors:
                missed += hypergeometric_cdf(wrong, population, errors, size) - hypergeometric_cdf(
                    wrong - 1, population, errors, size
                )
        assert missed <= alpha


def test_sizes_reach_what_they_promise() -> None:
    assert zero_error_sample(10**6, 50_000, FIVE) == 59  # the textbook number
    smallest = zero_error_sample(1000, 50, FIVE)
    assert acceptance_number(1000, 50, smallest, FIVE) == 0
    assert acceptance_number(1000, 50, smallest - 1, FIVE) == -1
    size = sample_size(population=2000, budget=100, expected=40, alpha=FIVE, power=Fraction(9, 10))
    accept = acceptance_number(2000, 100, size, FIVE)
    assert hypergeometric_cdf(accept, 2000, 40, size) >= Fraction(9, 10)
    assert sample_size(population=200, budget=3, expected=3, alpha=FIVE, power=Fraction(9, 10)) >= 198


def test_budget_is_the_floor_of_the_decimal_as_written() -> None:
    assert error_budget(20, 0.95) == 1  # (1 - 0.95) * 20 is 1.0000000000000009 in binary
    assert error_budget(19, 0.95) == 0
    assert error_budget(1000, 0.9) == 100  # 99.99999999999997 in binary


def test_at_most_decides_the_boundary_exactly() -> None:
    boundary = hypergeometric_cdf(2, 50, 10, 20)
    assert at_most(2, population=50, errors=10, sample=20, alpha=boundary)
    assert not at_most(2, population=50, errors=10, sample=20, alpha=boundary - Fraction(1, 10**30))


def test_clopper_pearson_is_the_published_interval() -> None:
    low, high = clopper_pearson(4, 20, 0.95)
    assert round(low, 4) == 0.0573
    assert round(high, 4) == 0.4366
    assert clopper_pearson(0, 30, 0.95)[0] == 0.0
    assert clopper_pearson(30, 30, 0.95)[1] == 1.0


# --- terms -------------------------------------------------------------------------------------------------------


def test_risk_is_never_spent_twice() -> None:
    terms = Terms()
    spent = human_alpha(terms) + sum(round_alpha(terms, place) for place in range(len(terms.round_shares)))
    assert spent <= FIVE
    assert human_alpha(Terms(gold="human")) == 0


@pytest.mark.parametrize(
    "wrong",
    [{"accuracy": 1.0}, {"confidence": 0.0}, {"round_shares": (0.9, 0.2)}, {"round_shares": ()}, {"tolerance": 1.0}],
)
def test_terms_that_contradict_themselves_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(TermsError):
        Terms(**wrong)


# --- the climb keeps its promise ---------------------------------------------------------------------------------


def population_of(kind: str, size: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which of the ordered items are wrong: adversarial shapes around the budget."""
    dice = generator(kind.encode().ljust(16, b"-"))
    place = np.arange(size) / size
    share = {
        "calm": np.full(size, 0.01),
        "shuffled": np.full(size, 0.12),
        "ramp": place**3 * 0.5,
        "cliff": np.where(place > 0.55, 0.6, 0.0),
        "backwards": np.where(place < 0.2, 0.3, 0.02),
        "at the limit": np.full(size, 0.0667),
        "bad": np.full(size, 0.3),
    }[kind]
    return np.asarray(dice.random(size) < share)


@pytest.mark.parametrize("human_error", [0.0, 0.04])
@pytest.mark.parametrize("kind", ["calm", "shuffled", "ramp", "cliff", "backwards", "at the limit", "bad"])
def test_the_climb_errs_in_at_most_alpha_of_the_draws(kind: str, human_error: float) -> None:
    items, ordered, draws, audit = 2000, 1500, 2000, 120
    wrong = population_of(kind, ordered)
    order = [f"{place:05d}" for place in range(ordered)]
    terms = Terms(gold="human" if human_error == 0 else "measured", round_shares=(1.0,))
    commitment = commit(terms, items, order, [0] * ordered, 400, audit, human_error=human_error)
    total = np.concatenate([[0], np.cumsum(wrong)])
    dice = generator(b"draws".ljust(16, b"-"))  # a million hashes less than kernel.draw, and as uniform
    broken = 0
    for _ in range(draws):
        drawn = [order[place] for place in dice.permutation(ordered)[:audit]]
        found = climb(commitment, order, {item: bool(wrong[int(item)]) for item in drawn})
        broken += found.accepted > 0 and int(total[found.accepted]) > found.budget
    # 2,000 draws at the promised 5 % leave a standard deviation of 9.7; three of them above is chance, more is a bug.
    assert broken <= 130


def test_the_climb_spends_its_risk_exactly() -> None:
    """With one error too many right at the start, the chance to be fooled is the hypergeometric tail, to the digit."""
    order = [f"{place:02d}" for place in range(12)]
    terms = Terms(accuracy=0.75, confidence=0.6, gold="human", round_shares=(1.0,))
    commitment = commit(terms, 12, order, [0] * 12, 1, 4)
    bad = set(order[2:6])  # four errors; three are allowed
    fooled = samples = 0
    for drawn in itertools.combinations(order, 4):
        found = climb(commitment, order, {item: item in bad for item in drawn})
        fooled += len(bad & set(order[: found.accepted])) > 3
        samples += 1
    allowed = acceptance_number(12, 3, 4, Fraction(2, 5))
    assert Fraction(fooled, samples) == hypergeometric_cdf(allowed, 12, 4, 4)
    assert 0 < fooled / samples <= 0.4


def test_the_climb_is_worth_having() -> None:
    order = [f"{place:05d}" for place in range(1500)]
    commitment = commit(Terms(gold="human", round_shares=(1.0,)), 2000, order, [0] * 1500, 500, 200)
    drawn = draw_of(commitment, order)
    assert climb(commitment, order, dict.fromkeys(drawn, False)).accepted == 1500
    assert climb(commitment, order, dict.fromkeys(drawn, True)).accepted == 0
    late = climb(commitment, order, {item: int(item) >= 1000 for item in drawn})
    found = [int(item) for item in sorted(drawn) if int(item) >= 1000]
    allowed = acceptance_number(1500, 100, 200, FIVE)
    assert late.accepted == found[allowed]  # zero-based place of the next error is the size just before it
    assert late.wrong == allowed
    assert [passed for *_, passed in late.steps] == [True] * (allowed + 1) + [False]


# --- certificates ------------------------------------------------------------------------------------------------


def commit(
    terms: Terms,
    items: int,
    order: list[str],
    labels: list[Any],
    start: int,
    audit: int,
    *,
    human_error: float = 0.02,
) -> Commitment:
    return Commitment(
        round=0,
        terms=terms,
        items=items,
        items_root=ids_root([f"{place:05d}" for place in range(items)]),
        order_root=ids_root(order),
        labels_root=labels_root(labels),
        start=start,
        human_error=human_error,
        undecided=0,
        alpha=str(round_alpha(terms, 0)),
        audit_size=audit,
    )


@functools.cache
def certificate_of(
    terms: Terms, *, human_wrong_every: int = 10**9, gold: Gold | None = None, human_audit: int = 250
) -> tuple[Certificate, Frame, list[AuditRecord]]:
    """A whole audit of 2,000 items: the machine is right on the first 1,200 of 1,500, people have the rest."""
    items = [f"{place:05d}" for place in range(2000)]
    order = items[:1500]
    labels = [["yes"] if place < 1200 else ["no"] for place in range(1500)]
    first = commit(terms, 2000, order, labels, 600, 150)
    audits = [
        audit_record(
            part="machine",
            round_no=0,
            item=item,
            labels=(labels[int(item)], ["yes"]),
            tolerance=terms.tolerance,
            distance=unequal,
        )
        for item in draw_of(first, order)
    ]
    verdicts = {audit.item: audit.wrong for audit in audits}
    machine = climb(first, order, verdicts)
    accepted = set(order[: machine.accepted])
    human = tuple(
        (item, ["no"] if int(item) % human_wrong_every == 1 else ["yes"])
        for item in items
        if item not in accepted and item not in verdicts
    )
    commitments: list[Commitment | HumanCommitment] = [first]
    if terms.gold == "measured":
        second = HumanCommitment(
            machine=commitment_digest(first),
            terms=terms,
            items_root=first.items_root,
            population=len(human),
            labels_root=labels_root([[item, label] for item, label in human]),
            budget=human_budget(terms, machine, items=2000),
            undecided=0,
            alpha=str(human_alpha(terms)),
            audit_size=min(human_audit, len(human)),
        )
        commitments.append(second)
        given = dict(human)
        audits += [
            audit_record(
                part="human",
                round_no=0,
                item=item,
                labels=(given[item], ["yes"]),
                tolerance=terms.tolerance,
                distance=unequal,
            )
            for item in draw_of(second, [item for item, _ in human])
        ]
    frame = Frame(
        items=tuple(items), orders=(RoundOrder(round=0, ids=tuple(order), labels=tuple(labels)),), human=human
    )
    process = gold if gold is not None else Gold(description="two adjudicators", agreement=0.99, pairs=100)
    return issue(terms=terms, gold=process, frame=frame, commitments=commitments, audits=audits), frame, audits


@pytest.mark.parametrize("gold", ["human", "measured"])
def test_an_honest_certificate_recomputes(gold: Any) -> None:
    certificate, frame, audits = certificate_of(Terms(gold=gold))
    assert certificate.issued
    assert certificate.bound is not None
    assert certificate.bound <= certificate.budget == 100
    assert 1200 <= certificate.machine.accepted < 1350
    assert certificate.machine.wrong > 0
    assert [check for check in recompute(certificate, frame, audits) if not check.ok] == []
    # What is published is JSON: nothing may be lost on the way.
    again = msgspec.json.decode(msgspec.json.encode(certificate), type=Certificate)
    assert [check for check in recompute(again, frame, audits) if not check.ok] == []


def test_plain_json_recomputes_and_nonsense_is_a_failed_check() -> None:
    certificate, frame, audits = certificate_of(Terms())
    plain = [msgspec.json.decode(msgspec.json.encode(part)) for part in (certificate, frame, audits)]
    assert all(check.ok for check in recompute_plain(*plain))
    shapeless: list[Any] = [{}, {**plain[0], "items": "many"}, {**plain[0], "terms": {"accuracy": 7.0}}]
    for wrong in shapeless:
        assert [check.name for check in recompute_plain(wrong, plain[1], plain[2])] == ["shape"]


def test_the_certified_labels_are_gold_then_machine_then_human() -> None:
    certificate, frame, audits = certificate_of(Terms(), human_wrong_every=100)
    labels = certified_labels(certificate, frame, audits)
    gold = {audit.item: audit.gold for audit in audits}
    human = dict(frame.human)
    accepted = dict(zip(frame.orders[0].ids, frame.orders[0].labels, strict=True))
    assert set(labels) == set(frame.items)
    for place, (item, label) in enumerate(labels.items()):
        machine = accepted[item] if place < certificate.machine.accepted else None
        assert label == gold.get(item, machine or human.get(item))
    assert None not in labels.values()


def failed(certificate: Certificate, frame: Frame, audits: list[AuditRecord]) -> set[str]:
    return {check.name for check in recompute(certificate, frame, audits) if not check.ok}


@pytest.mark.parametrize("place", [0, 77, 149, 150, 399])
@pytest.mark.parametrize(
    "change",
    [{"gold": ["maybe"]}, {"label": ["maybe"]}, {"item": "00000x"}, {"distance": 0.5}, {"round": 1}, {"part": "x"}],
)
def test_any_altered_audit_entry_is_found(place: int, change: dict[str, Any]) -> None:
    certificate, frame, audits = certificate_of(Terms())
    altered = list(audits)
    altered[place] = msgspec.structs.replace(audits[place], **change)
    assert "audits" in failed(certificate, frame, altered)


def test_a_forger_who_also_rewrites_the_hash_is_found_by_the_draw_and_the_counts() -> None:
    certificate, frame, audits = certificate_of(Terms())
    tried = certificate.machine.steps[-1][0]
    swapped = next(place for place, audit in enumerate(audits) if audit.wrong and int(audit.item) < tried)
    hidden = list(audits)
    hidden[swapped] = msgspec.structs.replace(audits[swapped], gold=audits[swapped].label, distance=0.0, wrong=False)
    forged = msgspec.structs.replace(certificate, audits_root=audits_root(hidden))
    assert "bounds" in failed(forged, frame, hidden)
    kinder = [audit for audit in audits if not audit.wrong]
    forged = msgspec.structs.replace(certificate, audits=len(kinder), audits_root=audits_root(kinder))
    assert {"draw", "bounds"} <= failed(forged, frame, kinder)
    lucky = msgspec.structs.replace(certificate.commitments[0], beacon="try again")
    forged = msgspec.structs.replace(certificate, commitments=(lucky,))
    assert "draw" in failed(forged, frame, audits)


def test_altered_lists_and_terms_are_found() -> None:
    certificate, frame, audits = certificate_of(Terms())
    assert "items" in failed(certificate, msgspec.structs.replace(frame, items=frame.items[1:]), audits)
    order = frame.orders[0]
    relabelled = msgspec.structs.replace(order, labels=(["no"], *order.labels[1:]))
    assert "commitments" in failed(certificate, msgspec.structs.replace(frame, orders=(relabelled,)), audits)
    human = ((frame.human[0][0], ["no"]), *frame.human[1:])
    assert "human" in failed(certificate, msgspec.structs.replace(frame, human=human), audits)
    assert "bounds" in failed(certificate, msgspec.structs.replace(frame, human=frame.human[1:]), audits)
    looser = msgspec.structs.replace(certificate, terms=Terms(accuracy=0.9))
    assert "rounds" in failed(looser, frame, audits)
    boasted = msgspec.structs.replace(certificate, bound=0)
    assert failed(boasted, frame, audits) == {"bounds"}


def test_a_gold_process_nobody_measured_gives_no_certificate() -> None:
    certificate, _, _ = certificate_of(Terms(), gold=Gold(description="an expert"))
    assert certificate.refusal is not None
    assert certificate.refusal.code == "gold_unmeasured"
    assert certificate_of(Terms(gold="human"), gold=Gold())[0].issued


def test_people_who_err_too_often_give_no_certificate_and_a_way_out() -> None:
    good, _, _ = certificate_of(Terms(), human_wrong_every=1000)
    bad, frame, audits = certificate_of(Terms(), human_wrong_every=10)
    assert good.issued
    assert bad.refusal is not None
    assert bad.refusal.code == "errors_too_many"
    assert "overlap" in bad.refusal.hint_en
    assert failed(bad, frame, audits) == {"issued"}


def test_errors_found_among_peoples_labels_are_corrected_and_not_counted() -> None:
    whole, frame, audits = certificate_of(Terms(), human_wrong_every=10, human_audit=10**6)
    assert whole.human_wrong > 50
    assert whole.human_bound == 0  # everything was relabelled, nothing can be left
    assert whole.issued
    assert failed(whole, frame, audits) == set()
    lost = [msgspec.structs.replace(audit, gold=None, distance=1.0, wrong=True) for audit in audits]
    blind = issue(terms=Terms(), gold=whole.gold, frame=frame, commitments=whole.commitments, audits=lost)
    assert blind.human_bound == blind.human_wrong  # not corrected, not credited


def test_the_bound_on_what_people_left_misses_at_most_alpha_of_the_draws() -> None:
    """Exactly: sum the probability of every count of found errors whose credited bound is below what is left."""
    population, size, alpha = 60, 25, Fraction(1, 20)
    for errors in range(population + 1):
        missed = Fraction(0)
        for wrong in range(max(0, size - population + errors), min(size, errors) + 1):
            if upper_errors(population, size, wrong, alpha) - wrong < errors - wrong:
                missed += hypergeometric_cdf(wrong, population, errors, size) - hypergeometric_cdf(
                    wrong - 1, population, errors, size
                )
        assert missed <= alpha


def test_no_relabelling_audit_no_certificate() -> None:
    certificate, _, _ = certificate_of(Terms(), human_audit=0)
    assert certificate.refusal is not None
    assert certificate.refusal.code == "human_unmeasured"


def test_the_statement_says_in_words_what_gold_was() -> None:
    declared = statement(certificate_of(Terms(gold="human"))[0])
    measured = statement(certificate_of(Terms())[0])
    assert "by declaration" in declared.en
    assert "声明" in declared.zh
    assert "99.0 %" in measured.en
    refused = statement(certificate_of(Terms(), human_wrong_every=10)[0])
    assert refused.en.startswith("No certificate")
    assert refused.zh.startswith("未签发")


def test_the_seed_follows_from_every_field_of_the_commitment() -> None:
    base = commit(Terms(), 2000, ["00001"], [0], 1, 1)
    seeds = {seed_of(base)}
    for change in ({"round": 1}, {"audit_size": 0}, {"model": "m"}, {"beacon": "b"}, {"undecided": 1}, {"start": 0}):
        seeds.add(seed_of(msgspec.structs.replace(base, **change)))
    assert len(seeds) == 7
