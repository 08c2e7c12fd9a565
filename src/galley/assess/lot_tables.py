"""The tables of GB/T 2828.1-2012 (identical with ISO 2859-1:1999): code letters and single sampling plans.

The standard numbers letters and AQLs so that its master tables run along diagonals: with A = 0 … R = 15 and
AQL 0.010 = 0 … AQL 10 = 15, the plan of a cell depends on (letter + AQL) alone. What is written down here is each
table's first diagonal and the acceptance numbers that follow; every cell between or beside them is an arrow. Arrows are
followed to the nearest plan of their column: in normal and reduced inspection the first cell below the plan that
accepts none points back up to it, all others above the diagonals point down, those below them up; where a column ends,
its arrows point the only way left. Checked cell by cell against two independent transcriptions of the printed tables.
One cell is told in two ways: tightened, letter A, AQL 10, is a plan (n = 2, Ac 0) in the transcription of
GB/T 2828.1-2012 followed here, an arrow to letter D in the older ANSI/ASQ Z1.4.
"""

from bisect import bisect_left
from typing import Final, Literal

from galley.assess.errors import LotTermsError

__all__ = ["AQLS", "LETTERS", "LEVELS", "Severity", "cell_of", "code_letter", "tighter_aql"]

Severity = Literal["normal", "tightened", "reduced"]

AQLS: Final = (
    "0.010", "0.015", "0.025", "0.040", "0.065", "0.10", "0.15", "0.25", "0.40", "0.65", "1.0", "1.5", "2.5", "4.0",
    "6.5", "10",
)  # fmt: skip
"""Acceptance quality limits in percent nonconforming, as the standard writes them."""

LETTERS: Final = "ABCDEFGHJKLMNPQRS"
"""Code letters; S exists for one tightened plan only."""

LEVELS: Final[dict[str, str]] = {
    "S-1": "AAAABBBBCCCCDDD",
    "S-2": "AAABBBCCCDDDEEE",
    "S-3": "AABBCCDDEEFFGGH",
    "S-4": "AABCCDEEFGGHJJK",
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
"""Inspection level -> the code letter of each range of lot sizes (table 1)."""

_LARGEST: Final = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
"""The last lot size of each range but the open one; ranges begin at 2."""

_SIZES: Final = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150)
_REDUCED_SIZES: Final = (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800)

_FIRST: Final[dict[Severity, int]] = {"normal": 14, "tightened": 15, "reduced": 14}
"""Letter + AQL of the diagonal that accepts none."""

_NUMBERS: Final[dict[Severity, tuple[int, tuple[int, ...]]]] = {
    "normal": (3, (1, 2, 3, 5, 7, 10, 14, 21)),
    "tightened": (3, (1, 2, 3, 5, 8, 12, 18)),
    "reduced": (4, (1, 2, 3, 5, 6, 8, 10)),
}
"""How many diagonals further the plans that accept some begin, and their acceptance numbers."""


def code_letter(lot: int, level: str) -> str:
    """The code letter of a lot size at an inspection level (table 1); raises LotTermsError."""
    if level not in LEVELS:
        raise LotTermsError(detail=f"level = {level}")
    if lot < 2:
        raise LotTermsError(detail=f"lot = {lot}")
    return LEVELS[level][bisect_left(_LARGEST, lot)]


def cell_of(letter: str, aql: str, severity: Severity) -> tuple[str, int, int]:
    """(letter, sample size, acceptance number) of tables 2-A, 2-B, 2-C, arrows followed; raises LotTermsError.

    The letter is the one whose plan is used. The rejection number is always the acceptance number + 1.
    """
    if aql not in AQLS:
        raise LotTermsError(detail=f"aql = {aql}")
    if letter not in LETTERS[:16]:
        raise LotTermsError(detail=f"letter = {letter}")
    row, column = LETTERS.index(letter), AQLS.index(aql)
    plans = _column(column, severity)
    if row not in plans:
        above, below = [r for r in plans if r < row], [r for r in plans if r > row]
        row = above[-1] if above and (not below or _points_up(row + column, severity)) else below[0]
    sizes = _REDUCED_SIZES if severity == "reduced" else _SIZES
    return LETTERS[row], sizes[row], plans[row]


def _points_up(diagonal: int, severity: Severity) -> bool:
    return severity != "tightened" and diagonal == _FIRST[severity] + 1


def _column(column: int, severity: Severity) -> dict[int, int]:
    """Row -> acceptance number of the plans printed in a column, from the top."""
    first = _FIRST[severity] - column
    gap, numbers = _NUMBERS[severity]
    rows = {first: 0} | {first + gap + place: number for place, number in enumerate(numbers)}
    # Beyond R there is one row more, tightened only, and one plan in it: it ends the column of AQL 0.025.
    last = 16 if severity == "tightened" and AQLS[column] == "0.025" else 15
    return {row: number for row, number in sorted(rows.items()) if 0 <= row <= last}


def tighter_aql(aql: str) -> str | None:
    """The next smaller AQL, or None below the smallest."""
    place = AQLS.index(aql)
    return AQLS[place - 1] if place else None
