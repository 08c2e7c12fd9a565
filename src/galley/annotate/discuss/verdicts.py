"""Verdicts as they are sent: many at once, each on its own, fixes checked against the project's schema."""

from collections.abc import Sequence

import msgspec

from galley.annotate.discuss import repo
from galley.annotate.flow.content import content_of_data
from galley.annotate.flow.versions import schema_at
from galley.annotate.model import Receipt
from galley.annotate.review import Decision, decide_slot
from galley.kernel.clock import Clock
from galley.kernel.errors import GalleyError
from galley.kernel.ports import Blobs
from galley.labels.schema import labels_check
from galley.store.database import Database

__all__ = ["decide_many"]


def decide_many(
    database: Database, blobs: Blobs, clock: Clock, project: int, labeler: int, decisions: Sequence[Decision]
) -> list[Receipt | GalleyError]:
    """What became of each verdict, in their order; one that fails does not touch the others."""
    fixes = [decision.slot for decision in decisions if decision.review.verdict == "fix"]
    known = {}
    if fixes:
        with database.connection() as connection:
            known = {int(row["slot"]): row for row in repo.under_review(connection, project, fixes)}
    found: list[Receipt | GalleyError] = []
    for decision in decisions:
        checked = decision
        try:
            row = known.get(decision.slot)
            if row is not None:
                schema = schema_at(blobs, row["schema_sha256"])
                body = labels_check(schema, decision.review.body, content_of_data(row["data"]))
                checked = _with(decision, body)
            found.append(decide_slot(database, clock, labeler, checked))
        except GalleyError as problem:
            found.append(problem)
    return found


def _with(decision: Decision, body: object) -> Decision:
    review = msgspec.structs.replace(decision.review, body=body)
    return msgspec.structs.replace(decision, review=review)
