"""What totals mean, pure: progress of a node and a project, a person's figures, percentiles, the slowest step."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from galley.annotate.counters.model import Effort, Hour, NodeProgress, NodeTotals, PersonStats

__all__ = [
    "bucket_seconds",
    "done_share",
    "node_progress",
    "open_and_done",
    "open_slots",
    "percentile_bucket",
    "person_stats",
    "share",
    "slowest",
    "without_gold",
]

_BUCKET_FIRST_SECONDS: Final = 0.1
_BUCKET_GROWTH: Final = 1.2
_SPEED_ANSWERS_MIN: Final = 5
_WORK_STAGES: Final = ("label", "adjudicate")


def bucket_seconds(bucket: int) -> float:
    """Where a bucket of the distribution of answering times ends; see `annotate.pace_bucket_v1`."""
    return _BUCKET_FIRST_SECONDS * _BUCKET_GROWTH**bucket


def percentile_bucket(buckets: Sequence[tuple[int, int]], part: float) -> int | None:
    """The bucket that holds the given part of the answers, short ones first; None without answers."""
    total = sum(answers for _, answers in buckets)
    so_far = 0
    for bucket, answers in sorted(buckets):
        so_far += answers
        if total and so_far >= part * total:
            return bucket
    return None


def share(part: int, whole: int) -> float | None:
    """A part of a whole; None of nothing."""
    return part / whole if whole else None


def open_slots(node: NodeTotals) -> int:
    """Slots of a node that are ready or leased."""
    return node.made - node.submitted - node.skipped - node.void_open


def node_progress(node: NodeTotals, hours: Iterable[Hour], days: float) -> NodeProgress:
    """A node now, and the days its open slots take at the rate of its stage over the last `days`."""
    a_day = sum(hour.submitted for hour in hours if hour.stage == node.stage) / days
    waiting = open_slots(node)
    return NodeProgress(
        stage=node.stage,
        pool=node.pool,
        open=waiting,
        submitted=node.submitted - node.void_submitted,
        skipped=node.skipped - node.void_skipped,
        void=node.void_open + node.void_submitted + node.void_skipped,
        returned=node.returned,
        seconds_per_answer=node.counted_ms / 1000 / node.timed if node.timed else None,
        days_left=waiting / a_day if a_day else None,
    )


def open_and_done(nodes: Iterable[NodeTotals]) -> tuple[int, int]:
    """(open slots, slots with an answer that counts)."""
    known = list(nodes)
    return sum(open_slots(node) for node in known), sum(node.submitted - node.void_submitted for node in known)


def done_share(waiting: int, done: int) -> float | None:
    """How much of the work that is known is done."""
    return share(done, waiting + done)


def slowest(nodes: Iterable[NodeProgress]) -> str | None:
    """The node whose open slots take longest at its present rate; one that nobody works on is slower than any other."""
    waiting = [node for node in nodes if node.open > 0]
    if not waiting:
        return None
    found = max(waiting, key=lambda node: (node.days_left is None, node.days_left or 0.0, node.open))
    return f"{found.stage}/{found.pool}" if found.pool else found.stage


def person_stats(efforts: Iterable[Effort]) -> list[PersonStats]:
    """The table of people out of their rows by stage, which stand together."""
    return [_one(list(rows)) for _, rows in itertools.groupby(efforts, key=lambda effort: effort.labeler)]


def _one(rows: list[Effort]) -> PersonStats:
    first = rows[0]
    answers = sum(row.submitted for row in rows if row.stage in _WORK_STAGES)
    counted_hours = sum(row.counted_ms for row in rows) / 3_600_000
    timed = sum(row.timed for row in rows)
    measured = timed >= _SPEED_ANSWERS_MIN and counted_hours > 0
    return PersonStats(
        labeler=first.labeler,
        name=first.name,
        kind=first.kind,
        answers=answers,
        reviews=sum(row.submitted for row in rows) - answers,
        units=sum(row.units for row in rows),
        counted_hours=counted_hours,
        raw_hours=sum(row.raw_ms for row in rows) / 3_600_000,
        answers_an_hour=timed / counted_hours if measured else None,
        returned_share=share(sum(row.returned for row in rows), answers),
        gold_answers=first.seen or 0,
        gold_accuracy=share(first.correct or 0, first.seen or 0),
        assisted_answers=first.assisted or 0,
        kept_share=share(first.kept or 0, first.shown or 0),
        skipped=sum(row.skipped for row in rows),
        late=sum(row.late for row in rows),
        last_at=max(row.last_at for row in rows),
    )


def without_gold(found: PersonStats) -> PersonStats:
    """A person's figures as they see them: who knows how many known answers they met can guess which those were."""
    return msgspec.structs.replace(found, gold_answers=0, gold_accuracy=None)
