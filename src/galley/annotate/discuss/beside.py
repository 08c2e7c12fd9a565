"""What stands beside the answer somebody decides on: other answers, earlier ones, what a model thought.

For whoever holds the lease, and without names: who said it must not decide which answer is taken.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from galley.annotate.discuss import repo
from galley.annotate.model import Stage
from galley.annotate.predictions.service import predictions_in
from galley.annotate.work.errors import NotHeldError
from galley.store.database import Database

__all__ = ["Candidate", "candidates"]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One answer beside; `name` tells those of a kind apart: A, B, … for people's answers, the model of a prelabel."""

    kind: Literal["answer", "attempt", "revision", "prelabel"]
    name: str
    body: Any
    at: datetime | None = None
    score: float | None = None  # prelabel: how sure the model was
    reason: str | None = None  # attempt: why it was returned
    note: str = ""


def letter(place: int) -> str:
    """A, B, … Z, AA, AB, … for 0, 1, …"""
    before, last = divmod(place, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


def candidates(database: Database, project: int, stage: Stage, slot: int, labeler: int) -> list[Candidate]:
    """All there is to compare with; raises NotHeldError unless the labeler holds the lease.

    Other people's answers first, then earlier attempts and revisions of the answer under review, then prelabels.
    """
    facts: dict[str, Any] = {"project": project, "stage": stage, "slot": slot, "labeler": labeler}
    with database.connection() as connection:
        held = repo.held(connection, facts)
        if held is None:
            raise NotHeldError(slot=slot)
        found = [
            Candidate(kind="answer", name=letter(place), body=row["body"], at=row["at"])
            for place, row in enumerate(repo.answers_beside(connection, {**facts, **held}))
        ]
        if held["target"] is not None:
            attempts = repo.returned_before(connection, project, held["target"])
            revisions = repo.revisions_before(connection, held["target"])
            found += [_attempt(row, place) for place, row in enumerate(attempts, 1) if row["answer"] is not None]
            found += [
                Candidate(kind="revision", name=str(place), body=row["body"], at=row["at"])
                for place, row in enumerate(revisions, 1)
            ]
        prelabels = predictions_in(connection, project, [held["item"]]).get(held["item"], [])
    return found + [
        Candidate(kind="prelabel", name=one.model_version, body=one.body, at=one.created_at, score=one.score)
        for one in prelabels
    ]


def _attempt(row: dict[str, Any], place: int) -> Candidate:
    verdict = row["verdict"] or {}
    return Candidate(
        kind="attempt",
        name=str(place),
        body=row["answer"],
        at=row["created_at"],
        reason=verdict.get("reason"),
        note=verdict.get("note") or "",
    )
