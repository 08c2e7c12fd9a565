"""Plans of lots: the standard's tables and their laws, exact risks, verdicts, switching."""

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.assess.bounds import error_budget, hypergeometric_cdf, upper_errors
from galley.assess.errors import LotTermsError
from galley.assess.lot_chances import cdf, likely_upper, pmf
from galley.assess.lot_plans import (
    ExactTerms,
    Look,
    Plan,
    StandardTerms,
    Terms,
    acceptance_probability,
    judge,
    plan_of,
    risks_of,
)
from galley.assess.lot_switching import LotOutcome, Scheme, after, followed, resumed
from galley.assess.lot_tables import AQLS, LETTERS, LEVELS, Severity, cell_of, code_letter
from galley.kernel.draw import generator

SEVERITIES: tuple[Severity, ...] = ("normal", "tightened", "reduced")
LETTER_ROWS = LETTERS[:16]


# --- tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lot", "level", "letter"),
    [
        (2, "II", "A"), (8, "III", "B"), (9, "II", "B"), (90, "I", "C"), (150, "II", "F"), (280, "S-4", "E"),
        (281, "I", "F"), (500, "II", "H"), (501, "II", "J"), (1200, "II", "J"), (1201, "II", "K"), (3201, "II", "L"),
        (10_000, "S-3", "F"), (10_001, "S-4", "H"), (35_001, "I", "L"), (150_001, "S-1", "D"), (500_000, "II", "P"),
        (500_001, "II", "Q"), (10**9, "III", "R"), (500_001, "S-4", "K"), (500_001, "S-3", "H"),
    ],
)  # fmt: skip
def test_code_letters(lot: int, level: str, letter: str) -> None:
    assert code_letter(lot, level) == letter


@pytest.mark.parametrize(
    ("letter", "aql", "severity", "cell"),
    [
        ("J", "1.0", "normal", ("J", 80, 2)),
        ("K", "1.0", "normal", ("K", 125, 3)),
        ("L", "0.65", "normal", ("L", 200, 3)),
        ("L", "4.0", "normal", ("L", 200, 14)),
        ("F", "0.65", "normal", ("F", 20, 0)),
        ("F", "1.5", "normal", ("G", 32, 1)),  # down
        ("F", "1.0", "normal", ("E", 13, 0)),  # up, to the plan that accepts none
        ("M", "6.5", "normal", ("L", 200, 21)),  # up, at the other end
        ("A", "10", "normal", ("C", 5, 1)),
        ("R", "0.015", "normal", ("P", 800, 0)),
        ("R", "0.010", "normal", ("Q", 1250, 0)),
        ("J", "1.0", "tightened", ("J", 80, 1)),
        ("L", "2.5", "tightened", ("L", 200, 8)),
        ("M", "4.0", "tightened", ("M", 315, 18)),
        ("N", "4.0", "tightened", ("M", 315, 18)),
        ("F", "1.0", "tightened", ("F", 20, 0)),
        ("G", "1.0", "tightened", ("J", 80, 1)),
        ("R", "0.025", "tightened", ("S", 3150, 1)),  # the one plan of letter S
        ("R", "0.015", "tightened", ("Q", 1250, 0)),
        ("J", "1.0", "reduced", ("J", 32, 1)),
        ("H", "1.0", "reduced", ("J", 32, 1)),
        ("L", "2.5", "reduced", ("L", 80, 6)),
        ("K", "10", "reduced", ("K", 50, 10)),
        ("R", "0.025", "reduced", ("N", 200, 0)),
        ("B", "4.0", "reduced", ("B", 2, 0)),
    ],
)
def test_cells_of_the_master_tables(letter: str, aql: str, severity: Severity, cell: tuple[str, int, int]) -> None:
    assert cell_of(letter, aql, severity) == cell


def _cells(severity: Severity) -> dict[tuple[int, int], tuple[str, int, int]]:
    return {
        (row, column): cell_of(letter, aql, severity)
        for row, letter in enumerate(LETTER_ROWS)
        for column, aql in enumerate(AQLS)
    }


@pytest.mark.parametrize("severity", SEVERITIES)
def test_arrows_land_on_plans_of_the_same_column(severity: Severity) -> None:
    for (_, column), (letter, size, accept) in _cells(severity).items():
        if letter != "S":
            assert cell_of(letter, AQLS[column], severity) == (letter, size, accept)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_plans_repeat_along_diagonals(severity: Severity) -> None:
    own = {place: cell[2] for place, cell in _cells(severity).items() if cell[0] == LETTER_ROWS[place[0]]}
    for (row, column), accept in own.items():
        assert own.get((row + 1, column - 1), accept) == accept


@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_larger_lot_is_never_sampled_less_and_a_looser_aql_never_accepts_less(severity: Severity) -> None:
    cells = _cells(severity)
    for row, column in itertools.product(range(15), range(16)):
        ours, next_row = cells[row, column], cells[row + 1, column]
        assert next_row[1] >= ours[1] or next_row[2] == 0  # back up to the plan that accepts none
    for row, column in itertools.product(range(16), range(15)):
        assert cells[row, column + 1][2] >= cells[row, column][2]


def test_at_the_aql_a_plan_accepts_and_tightened_never_accepts_more() -> None:
    """The idea of the tables, computed: lots at the AQL mostly pass; tightened is at least as strict, reduced laxer."""
    for letter, aql in itertools.product(LETTER_ROWS, AQLS):
        chance = {}
        for severity in SEVERITIES:
            _, size, accept = cell_of(letter, aql, severity)
            share = float(aql) / 100
            chance[severity] = sum(math.comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(accept + 1))
        assert 0.86 <= chance["normal"] <= 1
        assert chance["tightened"] <= chance["normal"] + 1e-12
        assert chance["reduced"] >= chance["normal"] - 0.03


@pytest.mark.parametrize(("lot", "level"), [(1, "II"), (0, "I"), (100, "IV"), (100, "s-1")])
def test_lots_and_levels_that_do_not_exist_are_refused(lot: int, level: str) -> None:
    with pytest.raises(LotTermsError):
        code_letter(lot, level)


def test_an_aql_that_is_not_in_the_standard_is_refused() -> None:
    with pytest.raises(LotTermsError):
        StandardTerms(aql="2.0")
    with pytest.raises(LotTermsError):
        cell_of("J", "1", "normal")


def test_every_level_names_a_letter_for_every_range() -> None:
    for letters in LEVELS.values():
        assert len(letters) == 15
        assert list(letters) == sorted(letters)


# --- risks -------------------------------------------------------------------------------------------------------


def test_a_standard_plan_says_what_it_does_to_a_bad_lot() -> None:
    """Points known from the literature: level II accepts lots with 5 % wrong far too often for a 95 % promise."""
    terms = StandardTerms(aql="1.0", bad_share=0.05)
    plan = plan_of(terms, 1000)
    assert (plan.letter, plan.sample, plan.accept, plan.reject) == ("J", 80, 2, 3)
    risks = risks_of(plan, terms)
    assert risks.accept_bad == pytest.approx(0.2186, abs=0.0001)  # 0.2306 for an endless series of lots
    lax = StandardTerms(aql="4.0", bad_share=0.05)
    assert risks_of(plan_of(lax, 5000), lax).accept_bad == pytest.approx(0.92, abs=0.01)
    assert risks.reject_good < 0.06
    assert acceptance_probability(plan, round(risks.consumer_share * 1000)) <= Fraction(1, 10)
    assert acceptance_probability(plan, round(risks.consumer_share * 1000) - 1) > Fraction(1, 10)
    chances = [chance for _, chance in risks.curve]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 1


@pytest.mark.parametrize(
    ("sample", "accept", "percent", "chance"),
    [(80, 2, 1.03, 0.95), (80, 2, 6.52, 0.10), (20, 0, 0.256, 0.95), (20, 0, 10.9, 0.10), (200, 5, 1.31, 0.95)],
)
def test_published_points_of_operating_characteristics(sample: int, accept: int, percent: float, chance: float) -> None:
    plan = Plan(lot=1_000_000, looks=(Look(sample=sample, accept=accept, alpha="1/20"),))
    found = float(acceptance_probability(plan, round(percent * 10_000)))
    assert found == pytest.approx(chance, abs=0.003)


@pytest.mark.parametrize("lot", [2, 20, 61, 300, 2000, 40_000])
@pytest.mark.parametrize("early", [True, False])
def test_an_exact_plan_keeps_its_promise_for_every_bad_lot(lot: int, early: bool) -> None:
    terms = ExactTerms(early=early)
    plan = plan_of(terms, lot)
    worst = acceptance_probability(plan, error_budget(lot, 0.95) + 1)
    assert worst <= Fraction(1, 20)
    if plan.sample < lot:
        assert acceptance_probability(plan, error_budget(lot, 0.98)) >= Fraction(88, 100)


def test_a_lot_too_small_to_prove_anything_is_inspected_whole() -> None:
    plan = plan_of(ExactTerms(), 15)
    assert (plan.sample, plan.accept) == (15, 0)
    assert judge(plan, [False] * 15).verdict == "accepted"
    assert judge(plan, [True, *[None] * 14]).verdict == "rejected"


def test_two_looks_are_computed_as_they_are_drawn() -> None:
    plan = Plan(lot=40, looks=(Look(sample=8, accept=0, alpha="1/100"), Look(sample=20, accept=2, alpha="1/25")))
    random = generator(b"two looks" * 2)
    wrong = [place < 5 for place in range(40)]
    accepted = 0
    for _ in range(2000):
        drawn = [wrong[place] for place in random.permutation(40)[:20]]
        accepted += judge(plan, drawn).verdict == "accepted"
    assert accepted / 2000 == pytest.approx(float(acceptance_probability(plan, 5)), abs=0.03)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_what_is_told_and_guessed_in_floating_point_is_what_exact_arithmetic_says(data: st.DataObject) -> None:
    population = data.draw(st.integers(1, 400))
    errors, sample = data.draw(st.integers(0, population)), data.draw(st.integers(0, population))
    for wrong in {0, sample // 20, sample // 3, sample}:
        exactly = hypergeometric_cdf(wrong, population, errors, sample)
        assert cdf(wrong, population, errors, sample) == pytest.approx(float(exactly), abs=1e-9)
        if sample:
            proved = upper_errors(population, sample, wrong, Fraction(1, 20))
            assert abs(likely_upper(population, sample, wrong, 0.05) - proved) <= 1
    assert math.fsum(pmf(k, population, errors, sample) for k in range(sample + 1)) == pytest.approx(1)


def test_a_verdicts_bound_is_the_exact_one() -> None:
    plan = plan_of(ExactTerms(early=False), 1500)
    for wrong in (0, 3, plan.accept, plan.reject, plan.sample):
        marks = [place < wrong for place in range(plan.sample)]
        bound = upper_errors(1500, plan.sample, wrong, Fraction(1, 20))
        assert judge(plan, marks).accuracy_bound == 1 - bound / 1500


@pytest.mark.parametrize(
    ("terms", "lot"),
    [
        (ExactTerms(expected=0.951, power=0.999), 500_000),
        (ExactTerms(accuracy=0.9999, expected=0.99999), 500_000),
        (ExactTerms(expected=0.95), 30_000),
    ],
)
def test_a_plan_nobody_can_inspect_is_refused_rather_than_computed(terms: ExactTerms, lot: int) -> None:
    with pytest.raises(LotTermsError, match="at most can be"):
        plan_of(terms, lot)


@pytest.mark.parametrize("facts", [{"confidence": 1e-12}, {"accuracy": 0.99999}, {"power": 0.9999}, {"expected": 0.9}])
def test_terms_beyond_reason_are_refused(facts: dict[str, float]) -> None:
    with pytest.raises(LotTermsError):
        ExactTerms(**facts)  # type: ignore[arg-type]


# --- judging -----------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_stopping_early_never_changes_a_verdict(data: st.DataObject) -> None:
    several: list[Terms] = [ExactTerms(), ExactTerms(early=False), StandardTerms(), StandardTerms(aql="6.5", level="I")]
    terms = data.draw(st.sampled_from(several))
    plan = plan_of(terms, data.draw(st.integers(2, 700)))
    marks: list[bool | None] = [*data.draw(st.lists(st.booleans(), min_size=plan.sample, max_size=plan.sample))]
    final = judge(plan, marks)
    assert final.verdict != "open"
    for known in range(plan.sample):
        so_far = judge(plan, [*marks[:known], *[None] * (plan.sample - known)])
        assert so_far.verdict in ("open", final.verdict)
        assert so_far.missing <= plan.sample - known
        if so_far.verdict == "accepted":
            assert so_far.accuracy_bound > 0 or isinstance(terms, StandardTerms)


def test_an_accepted_exact_lot_has_reached_its_accuracy() -> None:
    plan = plan_of(ExactTerms(), 2000)
    first, last = plan.looks
    clean = judge(plan, [*[False] * first.sample, *[None] * (plan.sample - first.sample)])
    assert (clean.verdict, clean.missing) == ("accepted", 0)
    assert clean.accuracy_bound >= 0.95
    some = judge(plan, [*[True] * last.accept, *[False] * (plan.sample - last.accept)])
    assert some.verdict == "accepted"
    assert some.accuracy_bound >= 0.95
    over = judge(plan, [*[True] * plan.reject, *[False] * (plan.sample - plan.reject)])
    assert over.verdict == "rejected"
    assert over.accuracy_bound < 0.95


def test_one_mark_an_item() -> None:
    with pytest.raises(Exception, match="one mark an item"):
        judge(plan_of(StandardTerms(), 100), [False])


# --- switching ---------------------------------------------------------------------------------------------------


def _lot(accepted: bool, wrong: int = 0, letter: str = "K", aql: str = "1.0") -> LotOutcome:
    return LotOutcome(accepted=accepted, letter=letter, aql=aql, wrong=wrong)


def test_two_of_five_tighten_and_five_in_a_row_relax() -> None:
    assert followed([_lot(False)]).severity == "normal"
    assert followed([_lot(False), *[_lot(True)] * 3, _lot(False)]).severity == "tightened"
    assert followed([_lot(False), *[_lot(True)] * 4, _lot(False)]).severity == "normal"
    bad = followed([_lot(False), _lot(False)])
    assert followed([_lot(False), _lot(False), *[_lot(True)] * 4]).severity == "tightened"
    assert followed([_lot(False), _lot(False), *[_lot(True)] * 5]).severity == "normal"
    assert bad == Scheme(severity="tightened")


def test_five_rejected_under_tightened_inspection_discontinue_it() -> None:
    lots = [_lot(False), _lot(False), *[_lot(False), _lot(True)] * 4]
    assert not followed(lots).discontinued
    stopped = followed([*lots, _lot(False)])
    assert stopped.discontinued
    assert after(stopped, _lot(True)) == stopped
    again = resumed(stopped)
    assert (again.severity, again.rejected, again.discontinued) == ("tightened", 0, False)


def test_reduced_inspection_is_earned_by_points_and_needs_consent() -> None:
    # K at AQL 1.0 accepts 3, at 0.65 it accepts 2: a lot with 2 wrong earns 3 points, one with 3 wrong loses all.
    assert followed([_lot(True, 2)] * 10).severity == "normal"
    assert followed([_lot(True, 2)] * 9, reduced_allowed=True).score == 27
    assert followed([_lot(True, 2)] * 10, reduced_allowed=True).severity == "reduced"
    assert followed([*[_lot(True, 2)] * 9, _lot(True, 3)], reduced_allowed=True).score == 0
    # Ac 0 and 1 earn 2 points a lot.
    small = _lot(True, 0, letter="E")
    assert followed([small] * 14, reduced_allowed=True).score == 28
    reduced = followed([small] * 15, reduced_allowed=True)
    assert reduced.severity == "reduced"
    assert after(reduced, _lot(False)).severity == "normal"
    assert after(reduced, _lot(True), steady=False).severity == "normal"
    assert after(reduced, _lot(True)).severity == "reduced"


def test_the_tightest_aql_has_no_tighter_one() -> None:
    assert followed([LotOutcome(accepted=True, letter="Q", aql="0.010", wrong=0)]).score == 2
