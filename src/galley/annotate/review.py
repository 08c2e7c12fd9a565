"""Use cases of review and late work: accept, fix or return submitted answers; decide on answers that came too late."""

from collections.abc import Sequence
from typing import Any, Final

import psycopg

from galley.annotate import repo, service
from galley.annotate.answers import StoredAnswer
from galley.annotate.errors import (
    AlreadyAnsweredError,
    OrphanReviewError,
    OrphanSettledError,
    OrphanUnknownError,
    OwnWorkError,
    ReasonUnknownError,
    RevisionStaleError,
    SlotNotSubmittedError,
    SlotUnknownError,
)
from galley.annotate.model import RETURN_REASONS, Correction, Lease, OrphanAnswer, Project, Receipt, Review
from galley.annotate.rules import may_review, next_state
from galley.kernel.clock import Clock
from galley.kernel.errors import invariant
from galley.store.database import Connection, Database

__all__ = ["add_reviews", "decide", "orphans", "revise", "settle_orphan"]

_PREFER_SECONDS: Final = 24 * 3600.0
"""How long returned work waits for the person who did it before anybody may take it."""


def add_reviews(database: Database, project: Project, slots: Sequence[int], pool: str = "") -> list[int]:
    """Open one review for each submitted slot that has none; the ids of the review slots."""
    with database.transaction() as connection:
        repo.lock_items(connection, project.id, repo.items_of_slots(connection, project.id, slots))
        return repo.add_reviews(connection, {"project": project.id, "slots": list(slots), "pool": pool})


def decide(database: Database, clock: Clock, labeler: int, lease: Lease, review: Review, client_id: str) -> Receipt:
    """Give the verdict on the slot under review, in one transaction; sending it again gives the same receipt.

    `fix` appends a revision to the reviewed slot (RevisionStaleError when it is not based on the newest); `return`
    voids the slot and opens its next attempt for the same person. A verdict whose lease was lost is kept as an orphan.
    """
    if review.verdict == "return" and review.reason not in RETURN_REASONS:
        raise ReasonUnknownError(reason=review.reason, known=", ".join(RETURN_REASONS))
    stored = StoredAnswer.of(
        {"verdict": review.verdict, "reason": review.reason, "note": review.note, "body": review.body}
    )
    facts = {"slot": lease.slot, "labeler": labeler, "client_id": client_id, "now": clock.now()}
    facts |= {"body": stored.text, "sha256": stored.sha256, "reason": review.reason}

    def work(connection: Connection) -> Receipt:
        with connection.transaction():
            # The slot under review first, here and wherever both are locked.
            target = _submitted_target(connection, lease)
            slot = repo.lock_slot(connection, lease.slot)
            if slot is None:
                raise SlotUnknownError(slot=lease.slot)
            if slot["token"] != lease.token or slot["worker"] != labeler or next_state(slot["state"], "submit") is None:
                return service.store_late(connection, facts)
            if target["state"] != "submitted":
                raise SlotNotSubmittedError(slot=target["id"], state=target["state"])
            if not may_review(labeler, [target["worker"]]):
                raise OwnWorkError(labeler=labeler, item=target["item"])
            _apply(connection, facts, target, review)
            return Receipt(accepted=True, revision=repo.close_review(connection, facts))

    return database.retried(work)


def _submitted_target(connection: Connection, lease: Lease) -> dict[str, Any]:
    target = None if lease.target is None else repo.lock_slot(connection, lease.target)
    if target is None:
        raise SlotUnknownError(slot=lease.target)
    return target


def _apply(connection: Connection, facts: dict[str, Any], target: dict[str, Any], review: Review) -> None:
    if review.verdict == "fix":
        fixed = StoredAnswer.of(review.body)
        correction = facts | {"body": fixed.text, "sha256": fixed.sha256, "client_id": f"review:{facts['slot']}"}
        _append(connection, target["id"], review.base, correction)
    elif review.verdict == "return":
        returned = {"slot": target["id"], "reason": review.reason, "seconds": _PREFER_SECONDS, "now": facts["now"]}
        invariant(repo.return_slot(connection, returned) is not None, "a submitted slot can be returned")


def revise(database: Database, clock: Clock, labeler: int, correction: Correction) -> Receipt:
    """Correct one's own submitted answer: append a revision based on the newest; raises RevisionStaleError otherwise."""
    stored = StoredAnswer.of(correction.body)
    facts = {"slot": correction.slot, "labeler": labeler, "client_id": correction.client_id, "now": clock.now()}
    facts |= {"body": stored.text, "sha256": stored.sha256}

    def work(connection: Connection) -> Receipt:
        with connection.transaction():
            found = repo.lock_slot(connection, correction.slot)
            if found is None:
                raise SlotUnknownError(slot=correction.slot)
            known = repo.find_receipt(connection, facts)
            if known is not None:
                return known
            if found["state"] != "submitted" or found["worker"] != labeler:
                return service.store_late(connection, facts)
            return Receipt(accepted=True, revision=_append(connection, correction.slot, correction.base, facts))

    return database.retried(work)


def _append(connection: Connection, slot: int, base: int | None, facts: dict[str, Any]) -> int:
    newest = repo.head_revision(connection, slot)
    if newest != base:
        raise RevisionStaleError(base=base, slot=slot, newest=newest)
    return repo.append_revision(connection, {**facts, "base": base})


def orphans(database: Database, project: Project) -> list[OrphanAnswer]:
    """The late answers that wait for a lead, oldest first."""
    with database.connection() as connection:
        return repo.orphans(connection, project.id)


def settle_orphan(database: Database, clock: Clock, orphan: int, *, adopt: bool) -> None:
    """Decide on a late answer: adopt it as one more answer to its item, or dismiss it (it is kept either way).

    Raises OrphanUnknownError, OrphanSettledError for the opposite decision, AlreadyAnsweredError when the labeler has
    another answer to the item, OrphanReviewError for a late verdict.
    """
    settled = "adopted" if adopt else "dismissed"
    with database.transaction() as connection:
        found = repo.lock_orphan(connection, orphan)
        if found is None:
            raise OrphanUnknownError(orphan=orphan)
        if found["settled"] is not None:
            if found["settled"] != settled:
                raise OrphanSettledError(orphan=orphan, settled=found["settled"])
            return
        if adopt and found["stage"] == "review":
            raise OrphanReviewError(orphan=orphan)
        if adopt:
            try:
                repo.adopt_orphan(connection, orphan, clock.now())
            except psycopg.errors.UniqueViolation as problem:
                raise AlreadyAnsweredError(labeler=found["labeler"], item=found["item"]) from problem
        repo.settle_orphan(connection, orphan, settled, clock.now())
