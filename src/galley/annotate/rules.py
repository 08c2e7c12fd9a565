"""The queue's decisions, pure: which changes of a slot are legal, and what an item needs next."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal

from galley.annotate.model import State

__all__ = ["TRANSITIONS", "Change", "NextStep", "lease_seconds", "may_review", "next_state", "next_step"]

Change = Literal["claim", "submit", "late", "skip", "release", "expire", "return", "void"]
NextStep = Literal["wait", "enough", "another", "adjudicate"]

TRANSITIONS: Final[dict[tuple[State, Change], State]] = {
    ("ready", "claim"): "leased",
    ("leased", "submit"): "submitted",
    ("ready", "late"): "submitted",  # by whose lease ran out last, nobody else having taken the slot
    ("leased", "late"): "submitted",  # the same, who was given it again meanwhile
    ("leased", "skip"): "skipped",
    ("leased", "release"): "ready",
    ("leased", "expire"): "ready",
    ("submitted", "return"): "void",
    ("ready", "void"): "void",
    ("leased", "void"): "void",
    ("submitted", "void"): "void",
    ("skipped", "void"): "void",
}
"""Every legal change; what is not here leaves the slot as it is."""

_LEASE_SECONDS_MIN: Final = 600.0


def next_state(state: State, change: Change) -> State | None:
    """The state after a change, or None when the change is not legal."""
    return TRANSITIONS.get((state, change))


def lease_seconds(slow_answer_seconds: float) -> float:
    """How long a lease should last: twice the 95th percentile of answering times, ten minutes at least."""
    return max(_LEASE_SECONDS_MIN, 2.0 * slow_answer_seconds)


def may_review(reviewer: int, authors: Sequence[int | None]) -> bool:
    """Nobody reviews work on an item that is their own."""
    return reviewer not in authors


def next_step(opinions: Sequence[str], overlap: int, most: int) -> NextStep:
    """What an item needs, given the opinions so far (equal strings agree), the overlap it began with and the most allowed.

    Unanimous at the overlap, or later more than half for one opinion, is enough; otherwise another opinion is asked
    for until `most`, and then somebody decides.
    """
    if len(opinions) < overlap:
        return "wait"
    leading = max(Counter(opinions).values(), default=0)
    if leading == len(opinions) or (len(opinions) > overlap and 2 * leading > len(opinions)):
        return "enough"
    return "another" if len(opinions) < most else "adjudicate"
