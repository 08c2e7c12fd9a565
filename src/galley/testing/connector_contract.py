"""The contract every connector keeps, built in or third-party: a battery of checks over a live source."""

from collections.abc import Callable, Sequence

from galley.collect.connector import Draft, Spoiled

__all__ = ["Collect", "drafts", "spoiled"]

Collect = Callable[..., list[Draft | Spoiled]]
"""A fixture that reads a whole source: `collect("jsonl", path="*.jsonl")`."""


def drafts(found: Sequence[Draft | Spoiled]) -> list[Draft]:
    """The records that could be read."""
    return [item for item in found if isinstance(item, Draft)]


def spoiled(found: Sequence[Draft | Spoiled]) -> list[Spoiled]:
    """The records that could not."""
    return [item for item in found if isinstance(item, Spoiled)]
