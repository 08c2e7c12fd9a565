"""The duty that sees how far people agree, day by day: Krippendorff's alpha with its interval, kept as one row a day.

The mathematics is `assess/agreement.py`, the answers are the queue's: only what stands above both can bring them
together. A day is made again while its answers come, ten minutes apart at most often; at most 200 of its items are
compared, those whose ids come first: ids say nothing about answers, so they stand for the day.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from galley.annotate.counters import series
from galley.annotate.counters.series import AgreementDue
from galley.annotate.flow.advance import answer_distance
from galley.annotate.flow.versions import schema_at
from galley.assess.agreement import Agreement, krippendorff_alpha
from galley.kernel.canonical import canonical_json
from galley.kernel.clock import Clock
from galley.kernel.errors import GalleyError
from galley.kernel.ports import Blobs
from galley.store.database import Database

__all__ = ["agree"]

_ITEMS: Final = 200
_DAYS_A_TURN: Final = 4
_BACK: Final = timedelta(days=7)
_AGAIN: Final = timedelta(minutes=10)
_NOTHING: Final = Agreement(alpha=None, low=None, high=None, items=0, answers=0, observed=0, expected=0, sampled=False)


def agree(house: Database, blobs: Blobs, clock: Clock) -> int:
    """Make the agreement of a few days that need it; how many. Answers are read and written in short statements of their
    own, and compared outside any transaction."""
    now = clock.now()
    with house.connection() as connection:
        since = (now - _BACK).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        due = series.agreement_due(connection, since, now - _AGAIN, _DAYS_A_TURN)
    for one in due:
        _make(house, blobs, now, one)
    return len(due)


def _make(house: Database, blobs: Blobs, now: datetime, due: AgreementDue) -> None:
    day = datetime.combine(due.day, time(), UTC)
    with house.connection() as connection:
        answers = series.overlap(connection, due.project, day, _ITEMS + 1)
    sampled = len(answers) > _ITEMS
    compared = {item: answers[item] for item in sorted(answers)[:_ITEMS]}
    found = _agreement(blobs, due, compared) if compared else _NOTHING
    facts = {"organisation": due.organisation, "project": due.project, "day": due.day, "submitted": due.submitted}
    facts |= {"alpha": found.alpha, "low": found.low, "high": found.high, "items": found.items}
    facts |= {"answers": found.answers, "sampled": sampled, "now": now}
    with house.connection() as connection:
        series.save_agreement(connection, facts)


def _agreement(blobs: Blobs, due: AgreementDue, answers: dict[str, list[object]]) -> Agreement:
    try:
        schema = schema_at(blobs, due.schema_sha256)
    except GalleyError:
        return _NOTHING  # its schema cannot be read: the day has no number, and the others do
    return krippendorff_alpha(
        answers,
        lambda left, right: answer_distance(schema, left, right),
        key=canonical_json,
        seed=f"agreement {due.project} {due.day}".encode(),
    )
