"""Use cases of review and late work: accept, fix or return submitted answers; decide on answers that came too late."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from galley.annotate import repo, service
from galley.annotate.answers import StoredAnswer
from galley.annotate.discuss import repo as said
from galley.annotate.discuss import service as discuss
from galley.annotate.discuss.model import NewComment
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
from galley.annotate.model import RETURN_REASONS, Correction, Lease, OrphanAnswer, Project, Receipt, Review, Stage
from galley.annotate.rules import may_review, next_state
from galley.kernel.clock import Clock
from galley.kernel.errors import invariant
from galley.store.database import Connection, Database

__all__ = ["Decision", "add_reviews", "decide", "decide_slot", "orphans", "revise", "settle_orphan"]

_PREFER_SECONDS: Final = 24 * 3600.0
"""How long returned work waits for the person who did it before anybody may take it."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict as it is sent."""

    slot: int  # the review's
    token: UUID
    review: Review
    client_id: str
    comments: tuple[NewComment, ...] = ()
    project: int | None = None  # when given, the slot must be of it
    stage: Stage | None = None  # when given, the slot must be of it: a reviewer does not accept for the client

    @classmethod
    def of(cls, lease: Lease, review: Review, client_id: str) -> "Decision":
        """The verdict of whoever holds a lease."""
        return cls(slot=lease.slot, token=lease.token, review=review, client_id=client_id)


def add_reviews(database: Database, project: Project, slots: Sequence[int], pool: str = "") -> list[int]:
    """Open one review for each submitted slot that has none; the ids of the review slots."""
    with database.transaction() as connection:
        repo.lock_items(connection, project.id, repo.items_of_slots(connection, project.id, slots))
        return repo.add_reviews(connection, {"project": project.id, "slots": list(slots), "pool": pool})


def decide(
    database: Database,
    clock: Clock,
    labeler: int,
    lease: Lease,
    review: Review,
    client_id: str,
) -> Receipt:
    """Give the verdict on the slot under review, in one transaction; sending it again gives the same receipt.

    `fix` appends a revision to the reviewed slot (RevisionStaleError when it is not based on the newest); `return`
    voids the slot and opens its next attempt for the same person, or, where a machine answered, leaves it to the
    project's graph. A verdict whose lease was lost is kept as an orphan.
    """
    return decide_slot(database, clock, labeler, Decision.of(lease, review, client_id))


def decide_slot(database: Database, clock: Clock, labeler: int, decision: Decision) -> Receipt:
    """Like `decide`, knowing of the lease only its slot and token; comments are stored with the verdict."""
    review = decision.review
    if review.verdict == "return" and review.reason not in RETURN_REASONS:
        raise ReasonUnknownError(reason=review.reason, known=", ".join(RETURN_REASONS))
    for comment in decision.comments:
        discuss.check(comment)
    stored = StoredAnswer.of(
        {"verdict": review.verdict, "reason": review.reason, "note": review.note, "body": review.body}
    )
    facts = {"slot": decision.slot, "labeler": labeler, "client_id": decision.client_id, "now": clock.now()}
    facts |= {"body": stored.text, "sha256": stored.sha256, "reason": review.reason}

    def work(connection: Connection) -> Receipt:
        with connection.transaction():
            target, lost = _held(connection, labeler, decision)
            if lost:
                return service.store_late(connection, facts)
            if target["state"] != "submitted":
                raise SlotNotSubmittedError(slot=target["id"], state=target["state"])
            if not may_review(labeler, [target["worker"]]) or said.is_own_work(connection, labeler, target["id"]):
                raise OwnWorkError(labeler=labeler, item=target["item"])
            for comment in decision.comments:
                discuss.store(connection, clock, target["project"], target["id"], labeler, comment)
            _apply(connection, facts, target, review)
            return Receipt(accepted=True, revision=repo.close_review(connection, facts))

    return database.retried(work)


def _held(connection: Connection, labeler: int, decision: Decision) -> tuple[dict[str, Any], bool]:
    """The slot under review, locked, and whether the lease on its review was lost."""
    # Which slot a review is about never changes, so it may be read before either is locked. The slot under review is
    # locked first, here and wherever both are.
    seen = said.target_of(connection, decision.slot)
    target = None if seen is None else repo.lock_slot(connection, seen)
    slot = repo.lock_slot(connection, decision.slot)
    if target is None or slot is None or (decision.project or slot["project"]) != slot["project"]:
        raise SlotUnknownError(slot=decision.slot)
    if (decision.stage or slot["stage"]) != slot["stage"]:
        raise SlotUnknownError(slot=decision.slot)
    mine = slot["token"] == decision.token and slot["worker"] == labeler
    return target, not mine or next_state(slot["state"], "submit") is None


def _apply(connection: Connection, facts: dict[str, Any], target: dict[str, Any], review: Review) -> None:
    if review.verdict == "fix":
        fixed = StoredAnswer.of(review.body)
        correction = facts | {"body": fixed.text, "sha256": fixed.sha256, "client_id": f"review:{facts['slot']}"}
        _append(connection, target["id"], review.base, correction)
    elif review.verdict == "return":
        returned = {"slot": target["id"], "reason": review.reason, "seconds": _PREFER_SECONDS, "now": facts["now"]}
        if said.return_machine(connection, returned):
            return
        again = repo.return_slot(connection, returned)
        invariant(again is not None, "a submitted slot can be returned")
        said.link_rework(connection, int(again or 0), target["id"])


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
    another answer to the item or has decided on others' answers to it, OrphanReviewError for a late verdict.
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
        if adopt and found["stage"] in ("review", "accept"):
            raise OrphanReviewError(orphan=orphan)
        if adopt and said.has_judged(connection, orphan):
            raise AlreadyAnsweredError(labeler=found["labeler"], item=found["item"])
        if adopt:
            try:
                repo.adopt_orphan(connection, orphan, clock.now())
            except psycopg.errors.UniqueViolation as problem:
                raise AlreadyAnsweredError(labeler=found["labeler"], item=found["item"]) from problem
        repo.settle_orphan(connection, orphan, settled, clock.now())
