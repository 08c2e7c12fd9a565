"""Review: nobody reviews their own work; accept, fix, return; rework comes back to the same person first."""

import pytest

from galley.annotate import review, service
from galley.annotate.errors import (
    OrphanReviewError,
    OwnWorkError,
    ReasonUnknownError,
    RevisionStaleError,
    SlotNotSubmittedError,
)
from galley.annotate.model import Answer, Lease, Project, Review
from galley.annotate.service import Batch, Request
from galley.store.database import Database
from galley.testing.memory import FakeClock

REVIEW = Request(stage="review", count=10)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def project(database: Database, clock: FakeClock) -> Project:
    return service.open_project(database, clock, line="signs", purpose="seed", schema_sha256="5" * 64)


@pytest.fixture
def people(database: Database, clock: FakeClock) -> list[int]:
    return [service.ensure_labeler(database, clock, name, "person").id for name in ("worker", "reviewer", "other")]


def labelled(database: Database, clock: FakeClock, project: Project, worker: int) -> tuple[Lease, int]:
    service.add_items(database, project, ["a"])
    [lease] = service.claim(database, clock, project, worker)
    sent = Answer(slot=lease.slot, token=lease.token, body="cat", client_id="c")
    return lease, service.submit(database, clock, worker, sent).revision or 0


def under_review(database: Database, clock: FakeClock, project: Project, reviewer: int, slot: int) -> Lease:
    review.add_reviews(database, project, [slot])
    [lease] = service.claim(database, clock, project, reviewer, REVIEW)
    assert lease.target == slot
    return lease


def test_reviews_are_opened_once_and_only_for_answers(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["b"], Batch(overlap=2))
    lease, _ = labelled(database, clock, project, people[0])
    ready = [slot.id for slot in service.slots_of(database, project, ["b"])]
    assert len(review.add_reviews(database, project, [lease.slot, *ready])) == 1
    assert review.add_reviews(database, project, [lease.slot]) == []


def test_nobody_is_given_or_may_decide_on_their_own_work(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    lease, _ = labelled(database, clock, project, people[0])
    [slot] = review.add_reviews(database, project, [lease.slot])
    assert service.claim(database, clock, project, people[0], REVIEW) == []
    with database.connection() as connection:  # past the claim, by force
        connection.execute(
            "UPDATE annotate.slot SET state = 'leased', worker = %s, lease_token = %s, lease_until = now() WHERE id = %s",
            [people[0], lease.token, slot],
        )
    forced = Lease(
        slot=slot, item="a", slot_no=1, target=lease.slot, stage="review", pool="", attempt=1,
        token=lease.token, until=lease.until,
    )  # fmt: skip
    with pytest.raises(OwnWorkError):
        review.decide(database, clock, people[0], forced, Review(verdict="accept"), "v")


def test_accepting_keeps_the_answer(database: Database, clock: FakeClock, project: Project, people: list[int]) -> None:
    lease, revision = labelled(database, clock, project, people[0])
    held = under_review(database, clock, project, people[1], lease.slot)
    receipt = review.decide(database, clock, people[1], held, Review(verdict="accept"), "v")
    assert receipt.accepted
    assert review.decide(database, clock, people[1], held, Review(verdict="accept"), "v") == receipt
    [judgement] = service.judgements(database, project)
    assert (judgement.body, judgement.revision, judgement.author) == ("cat", revision, people[0])
    [verdict] = service.judgements(database, project, "review")
    assert verdict.body["verdict"] == "accept"
    assert review.add_reviews(database, project, [lease.slot]) == []


def test_fixing_appends_to_the_answer_and_names_the_author(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    lease, revision = labelled(database, clock, project, people[0])
    held = under_review(database, clock, project, people[1], lease.slot)
    with pytest.raises(RevisionStaleError):
        review.decide(database, clock, people[1], held, Review(verdict="fix", body="dog", base=revision - 1), "v")
    assert len(service.history(database, lease.slot)) == 1
    assert review.decide(
        database, clock, people[1], held, Review(verdict="fix", body="dog", base=revision), "v"
    ).accepted
    [judgement] = service.judgements(database, project)
    assert (judgement.body, judgement.rev, judgement.labeler, judgement.author) == ("dog", 2, people[0], people[1])
    assert [one.base for one in service.history(database, lease.slot)] == [None, revision]


def test_returning_opens_the_next_attempt_for_the_same_person_first(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    worker, reviewer, other = people
    lease, _ = labelled(database, clock, project, worker)
    service.add_items(database, project, ["z1", "z2", "z3"])
    held = under_review(database, clock, project, reviewer, lease.slot)
    with pytest.raises(ReasonUnknownError):
        review.decide(database, clock, reviewer, held, Review(verdict="return", reason="meh"), "v")
    returned = Review(verdict="return", reason="wrong", note="it is a dog")
    receipt = review.decide(database, clock, reviewer, held, returned, "v")
    assert review.decide(database, clock, reviewer, held, returned, "v") == receipt
    assert list(service.judgements(database, project)) == []
    assert "a" not in {x.item for x in service.claim(database, clock, project, other, Request(count=1))}
    [again] = service.claim(database, clock, project, worker)
    assert (again.item, again.attempt) == ("a", 2), "ahead of everything else"
    sent = Answer(slot=again.slot, token=again.token, body="dog", client_id="c")
    assert service.submit(database, clock, worker, sent).accepted
    second = under_review(database, clock, project, reviewer, again.slot)
    assert review.decide(database, clock, reviewer, second, Review(verdict="accept"), "v").accepted
    assert [one.body for one in service.judgements(database, project)] == ["dog"]


def test_returned_work_goes_to_anybody_after_a_day(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    worker, reviewer, other = people
    lease, _ = labelled(database, clock, project, worker)
    held = under_review(database, clock, project, reviewer, lease.slot)
    review.decide(database, clock, reviewer, held, Review(verdict="return", reason="missing"), "v")
    assert service.claim(database, clock, project, other) == []
    clock.advance(24 * 3600)
    assert [found.item for found in service.claim(database, clock, project, other)] == ["a"]


def test_a_verdict_on_work_that_was_voided_meanwhile_is_refused(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    lease, _ = labelled(database, clock, project, people[0])
    held = under_review(database, clock, project, people[1], lease.slot)
    service.void_slots(database, clock, project, [lease.slot], "bad batch")
    with pytest.raises(SlotNotSubmittedError):
        review.decide(database, clock, people[1], held, Review(verdict="accept"), "v")


def test_a_late_verdict_is_kept_and_changes_nothing(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    lease, _ = labelled(database, clock, project, people[0])
    held = under_review(database, clock, project, people[1], lease.slot)
    clock.advance(1e6)
    service.expire(database, clock)
    receipt = review.decide(database, clock, people[1], held, Review(verdict="return", reason="wrong"), "v")
    assert (receipt.accepted, receipt.reason) == (False, "expired")
    assert [one.body for one in service.judgements(database, project)] == ["cat"]
    with pytest.raises(OrphanReviewError):
        review.settle_orphan(database, clock, receipt.orphan or 0, adopt=True)
    review.settle_orphan(database, clock, receipt.orphan or 0, adopt=False)


def test_one_reviewer_may_review_both_answers_to_an_item(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a"], Batch(overlap=2))
    slots = []
    for worker in people[:2]:
        [lease] = service.claim(database, clock, project, worker)
        sent = Answer(slot=lease.slot, token=lease.token, body="cat", client_id="c")
        assert service.submit(database, clock, worker, sent).accepted
        slots.append(lease.slot)
    assert len(review.add_reviews(database, project, slots)) == 2
    held = service.claim(database, clock, project, people[2], REVIEW)
    assert sorted(lease.target or 0 for lease in held) == sorted(slots)


def test_a_skipped_review_goes_to_another_reviewer(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    lease, _ = labelled(database, clock, project, people[0])
    held = under_review(database, clock, project, people[1], lease.slot)
    service.skip(database, clock, people[1], held, "conflict-of-interest")
    assert service.claim(database, clock, project, people[1], REVIEW) == []
    [other] = service.claim(database, clock, project, people[2], REVIEW)
    assert other.target == lease.slot
