"""The error budget: how many failed records a run may have. Pure."""

from collections.abc import Callable, Iterable

from galley.engine.shard import StepCounts
from galley.line.outcome import BudgetError

__all__ = ["check_budget", "most_common"]


def check_budget(
    *, read: int, failed: int, budget: float, steps: Iterable[StepCounts], unread: Callable[[], dict[str, int]]
) -> None:
    """Raise BudgetError when more than `budget` of the records read have failed so far.

    `unread` tells by code what could not be read; it is asked only for the error, because it reads the quarantine.
    """
    if read and failed > budget * read:
        reasons: dict[str, int] = unread()
        for step in steps:
            for name, count in step.reasons.items():
                if name.startswith("fail "):
                    reasons[name.removeprefix("fail ")] = reasons.get(name.removeprefix("fail "), 0) + count
        raise BudgetError(
            failed=failed, read=read, share=f"{failed / read:.2%}", budget=f"{budget:.2%}", reasons=most_common(reasons)
        )


def most_common(reasons: dict[str, int], show: int = 3) -> str:
    """The most frequent reasons with their counts, for one line of text."""
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} × {count}" for name, count in ranked[:show]) or "-"
