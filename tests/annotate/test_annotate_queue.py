"""The annotation queue on PostgreSQL, one labeler after another: leases, answers, late work, bulk work."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from galley.annotate import review, service
from galley.annotate.errors import (
    AlreadyAnsweredError,
    AnswerBodyError,
    LabelerKindError,
    LeaseLostError,
    OrphanSettledError,
    OrphanUnknownError,
    ProjectSchemaError,
    ProjectUnknownError,
    ReasonUnknownError,
    RevisionStaleError,
    SlotUnknownError,
)
from galley.annotate.model import Answer, Correction, Lease, Project, Receipt
from galley.annotate.service import Batch, Request
from galley.store.database import Database
from galley.testing.memory import FakeClock

SCHEMA = "5" * 64


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def project(database: Database, clock: FakeClock) -> Project:
    return service.open_project(database, clock, line="signs", purpose="seed", schema_sha256=SCHEMA)


@pytest.fixture
def people(database: Database, clock: FakeClock) -> list[int]:
    return [service.ensure_labeler(database, clock, name, "person").id for name in ("安", "Bo", "Cy", "Di")]


def answer(lease: Lease, body: Any = "cat", client_id: str = "") -> Answer:
    return Answer(slot=lease.slot, token=lease.token, body=body, client_id=client_id or f"c{lease.slot}")


def bodies(database: Database, project: Project) -> list[tuple[str, Any]]:
    return [(one.item, one.body) for one in service.judgements(database, project)]


def test_projects_and_labelers_are_made_once(database: Database, clock: FakeClock, project: Project) -> None:
    again = service.open_project(database, clock, line="signs", purpose="seed", schema_sha256=SCHEMA)
    assert again == project
    other = service.open_project(database, clock, line="signs", purpose="audit", schema_sha256=SCHEMA)
    assert service.projects(database) == [project, other]
    assert service.get_project(database, "signs", "audit") == other
    with pytest.raises(ProjectSchemaError):
        service.open_project(database, clock, line="signs", purpose="seed", schema_sha256="6" * 64)
    with pytest.raises(ProjectUnknownError):
        service.get_project(database, "signs", "none")
    person = service.ensure_labeler(database, clock, "ann", "person")
    assert service.ensure_labeler(database, clock, "ann", "person") == person
    with pytest.raises(LabelerKindError):
        service.ensure_labeler(database, clock, "ann", "machine")
    assert service.labelers(database) == [person]


def test_items_are_queued_once(database: Database, project: Project) -> None:
    assert service.add_items(database, project, ["a", "b", "a"], Batch(overlap=2)) == 2
    assert service.add_items(database, project, ["b", "c"], Batch(overlap=2)) == 1
    assert service.progress(database, project) == {"label": {"ready": 6}}


def test_every_item_is_answered_exactly_as_often_as_wanted(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, [f"i{n}" for n in range(10)], Batch(overlap=2))
    for person in people:
        while leases := service.claim(database, clock, project, person, Request(count=3)):
            for lease in leases:
                assert service.submit(database, clock, person, answer(lease, person)).accepted
    assert service.progress(database, project) == {"label": {"submitted": 20}}
    found = bodies(database, project)
    assert [item for item, _ in found] == sorted(f"i{n}" for n in range(10) for _ in range(2))
    assert len(set(found)) == 20, "never the same person twice on an item"


def test_a_claim_never_holds_two_slots_of_one_item(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a", "b"], Batch(overlap=4))
    leases = service.claim(database, clock, project, people[0], Request(count=8))
    assert sorted(lease.item for lease in leases) == ["a", "b"]
    for lease in leases:
        service.submit(database, clock, people[0], answer(lease))
    assert service.claim(database, clock, project, people[0], Request(count=8)) == []


def test_own_leases_come_back_first_and_renewed(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, [f"i{n}" for n in range(5)])
    first = service.claim(database, clock, project, people[0], Request(count=2, seconds=100))
    clock.advance(60)
    again = service.claim(database, clock, project, people[0], Request(count=3, seconds=100))
    assert [(lease.slot, lease.token) for lease in again[:2]] == [(lease.slot, lease.token) for lease in first]
    assert len(again) == 3
    assert (again[0].until - first[0].until).total_seconds() == 60
    fewer = service.claim(database, clock, project, people[0], Request(count=1))
    assert [lease.slot for lease in fewer] == [again[0].slot]


def test_priority_then_random_order_then_pools(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, [f"i{n:02}" for n in range(20)])
    service.add_items(database, project, ["urgent"], Batch(priority=5))
    service.add_items(database, project, ["zh"], Batch(pool="zh", priority=99))
    order = [lease.item for lease in service.claim(database, clock, project, people[0], Request(count=30))]
    assert order[0] == "urgent"
    assert len(order) == 21
    assert order[1:] != sorted(order[1:])
    elsewhere = service.claim(database, clock, project, people[1], Request(count=2, pools=("zh", "")))
    assert [lease.pool for lease in elsewhere] == ["zh"]


def test_reprioritised_and_later_items_are_reached_past_the_cursor(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    """The cursor of a worker is a short cut: what appears before it, or is lifted above it, is still found."""
    service.add_items(database, project, [f"i{n:02}" for n in range(20)])
    for lease in service.claim(database, clock, project, people[0], Request(count=10)):
        service.submit(database, clock, people[0], answer(lease))
    waiting = sorted({f"i{n:02}" for n in range(20)} - {item for item, _ in bodies(database, project)})
    assert service.reprioritise(database, project, "label", {waiting[-1]: 7, waiting[0]: -7}) == 2
    first = service.claim(database, clock, project, people[0], Request(count=1))
    assert first[0].item == waiting[-1]
    service.add_items(database, project, [f"late{n}" for n in range(20)])
    seen = set()
    while leases := service.claim(database, clock, project, people[0], Request(count=4)):
        for lease in leases:
            seen.add(lease.item)
            service.submit(database, clock, people[0], answer(lease))
    assert seen == set(waiting) | {f"late{n}" for n in range(20)}


def test_a_replayed_answer_gets_the_same_receipt(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a"])
    [lease] = service.claim(database, clock, project, people[0])
    receipt = service.submit(database, clock, people[0], answer(lease))
    clock.advance(10_000)
    assert service.submit(database, clock, people[0], answer(lease)) == receipt
    assert service.submit_many(database, clock, people[0], [answer(lease)]) == [receipt]
    assert len(service.history(database, lease.slot)) == 1
    assert [event.event for event in service.outbox(database)] == ["submitted"]


def test_expiry_gives_the_slot_to_another_and_late_work_is_kept(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a"])
    [late] = service.claim(database, clock, project, people[0], Request(seconds=60))
    assert service.expire(database, clock) == 0
    assert service.claim(database, clock, project, people[1]) == []
    clock.advance(60)
    [taken] = service.claim(database, clock, project, people[1])  # no reaper needed
    assert taken.slot == late.slot
    assert taken.token != late.token
    receipt = service.submit(database, clock, people[0], answer(late, "late"))
    assert (receipt.accepted, receipt.reason) == (False, "taken")
    assert service.submit(database, clock, people[0], answer(late, "late")) == receipt
    assert service.submit(database, clock, people[1], answer(taken, "good", "x")).accepted
    assert service.submit(database, clock, people[0], answer(late, "late")) == receipt
    assert bodies(database, project) == [("a", "good")]
    [orphan] = review.orphans(database, project)
    assert (orphan.id, orphan.body, orphan.labeler) == (receipt.orphan, "late", people[0])


def test_late_work_is_accepted_while_nobody_else_took_the_slot(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a", "b", "c", "d"])
    one, two, three, four = service.claim(database, clock, project, people[0], Request(count=4, seconds=60))
    clock.advance(3600)
    assert service.submit(database, clock, people[0], answer(one)).accepted
    assert service.expire(database, clock) == 3
    receipt = service.submit(database, clock, people[0], answer(two))
    assert receipt.accepted
    assert service.submit(database, clock, people[0], answer(two)) == receipt
    assert not service.submit(database, clock, people[1], answer(three, "foreign", "y")).accepted, "never theirs"
    again = {lease.slot: lease for lease in service.claim(database, clock, project, people[0], Request(count=2))}
    assert service.submit(database, clock, people[0], answer(three)).accepted, "theirs again under another token"
    assert service.release(database, people[0], again[four.slot])
    [other] = service.claim(database, clock, project, people[1], Request(count=1))
    assert other.slot == four.slot
    assert service.submit(database, clock, people[0], answer(four)).reason == "taken"
    assert service.release(database, people[1], other)
    assert service.submit(database, clock, people[0], answer(four, "cat", "again")).accepted, "nobody has it any more"


def test_late_work_on_an_item_that_is_theirs_otherwise_is_kept_for_a_lead(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a"], Batch(overlap=2))
    [first] = service.claim(database, clock, project, people[0], Request(count=1, seconds=60))
    clock.advance(3600)
    assert service.expire(database, clock) == 1
    with database.connection() as connection:  # so that what is placed takes the other slot
        connection.execute(
            "UPDATE annotate.slot SET prefer_worker = %s, prefer_until = %s WHERE id = %s",
            [people[1], clock.now() + timedelta(days=1), first.slot],
        )
    assert service.place_many(database, clock, project, people[0], [("a", "dog")]).placed == 1
    assert service.submit(database, clock, people[0], answer(first)).reason == "expired"


def test_a_lead_adopts_or_dismisses_late_work(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a", "b"])
    held = service.claim(database, clock, project, people[0], Request(count=2, seconds=60))
    clock.advance(60)
    service.expire(database, clock)
    assert len(service.claim(database, clock, project, people[1], Request(count=2))) == 2
    one, two = (service.submit(database, clock, people[0], answer(lease, "late")).orphan or 0 for lease in held)
    review.settle_orphan(database, clock, one, adopt=True)
    review.settle_orphan(database, clock, one, adopt=True)
    review.settle_orphan(database, clock, two, adopt=False)
    assert bodies(database, project) == [(held[0].item, "late")]
    assert review.orphans(database, project) == []
    with pytest.raises(OrphanSettledError):
        review.settle_orphan(database, clock, two, adopt=True)
    with pytest.raises(OrphanUnknownError):
        review.settle_orphan(database, clock, 999, adopt=True)


def test_a_second_answer_of_one_labeler_is_not_adopted(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a"])
    [late] = service.claim(database, clock, project, people[0])
    assert service.release(database, people[0], late)
    orphan = service.submit(database, clock, people[0], answer(late, "late")).orphan or 0
    [lease] = service.claim(database, clock, project, people[0])
    service.submit(database, clock, people[0], answer(lease, "again", "other"))
    with pytest.raises(AlreadyAnsweredError):
        review.settle_orphan(database, clock, orphan, adopt=True)
    assert len(review.orphans(database, project)) == 1


def test_anothers_lease_and_unknown_slots(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a"])
    [lease] = service.claim(database, clock, project, people[0])
    receipt = service.submit(database, clock, people[1], answer(lease, "foreign"))
    assert (receipt.accepted, receipt.reason) == (False, "taken")
    assert not service.release(database, people[1], lease)
    with pytest.raises(LeaseLostError):
        service.skip(database, clock, people[1], lease, "unclear")
    with pytest.raises(SlotUnknownError):
        service.submit(database, clock, people[0], Answer(slot=999, token=lease.token, body=1, client_id="c"))
    assert service.submit(database, clock, people[0], answer(lease, "own")).accepted


def test_release_gives_the_slot_to_anybody(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a"])
    [lease] = service.claim(database, clock, project, people[0])
    assert service.release(database, people[0], lease)
    assert not service.release(database, people[0], lease)
    [again] = service.claim(database, clock, project, people[0])
    assert again.token != lease.token


def test_heartbeat_keeps_all_leases_of_a_labeler(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a", "b", "c"])
    service.claim(database, clock, project, people[0], Request(count=2, seconds=60))
    service.claim(database, clock, project, people[1], Request(count=1, seconds=60))
    clock.advance(50)
    assert service.renew(database, clock, people[0], 60) == 2
    clock.advance(50)
    assert service.expire(database, clock) == 1


def test_a_skipped_item_goes_to_somebody_else_once(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a"])
    [lease] = service.claim(database, clock, project, people[0])
    with pytest.raises(ReasonUnknownError):
        service.skip(database, clock, people[0], lease, "bored")
    replacement = service.skip(database, clock, people[0], lease, "unclear")
    assert service.claim(database, clock, project, people[0]) == []
    [other] = service.claim(database, clock, project, people[1])
    assert other.slot == replacement
    assert service.submit(database, clock, people[0], answer(lease)).reason == "done"
    assert service.progress(database, project) == {"label": {"leased": 1, "skipped": 1}}


def test_ensure_slots_adds_what_is_missing_once(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a", "b"], Batch(overlap=2))
    assert service.ensure_slots(database, project, "label", ["a"], Batch(overlap=3, priority=1)) == 1
    assert service.ensure_slots(database, project, "label", ["a"], Batch(overlap=3, priority=1)) == 0
    assert service.ensure_slots(database, project, "adjudicate", ["a", "b"]) == 2
    for person in people[:3]:
        for lease in service.claim(database, clock, project, person, Request(count=2)):
            service.submit(database, clock, person, answer(lease))
    assert len(bodies(database, project)) == 5
    request = Request(stage="adjudicate", count=2)
    deciders = {person: service.claim(database, clock, project, person, request) for person in people}
    assert deciders[people[0]] == [], "whoever labelled an item does not adjudicate it"
    assert sum(len(leases) for leases in deciders.values()) == 2


def test_voided_slots_no_longer_count(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a", "b"])
    one, two = service.claim(database, clock, project, people[0], Request(count=2))
    service.submit(database, clock, people[0], answer(one))
    assert service.void_slots(database, clock, project, [one.slot, two.slot], "bad batch") == 2
    assert service.void_slots(database, clock, project, [one.slot], "bad batch") == 0
    assert service.submit(database, clock, people[0], answer(two)).reason == "void"
    assert bodies(database, project) == []


def test_a_labeler_revises_only_the_newest_answer(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, ["a"])
    [lease] = service.claim(database, clock, project, people[0])
    first = service.submit(database, clock, people[0], answer(lease, "cat")).revision or 0
    correction = Correction(slot=lease.slot, base=first, body="dog", client_id="r1")
    second = review.revise(database, clock, people[0], correction)
    assert review.revise(database, clock, people[0], correction) == second
    stale = Correction(slot=lease.slot, base=first, body="cow", client_id="r2")
    with pytest.raises(RevisionStaleError):
        review.revise(database, clock, people[0], stale)
    foreign = Correction(slot=lease.slot, base=second.revision or 0, body="cow", client_id="r3")
    assert not review.revise(database, clock, people[1], foreign).accepted
    assert [(one.rev, one.body) for one in service.history(database, lease.slot)] == [(1, "cat"), (2, "dog")]
    assert bodies(database, project) == [("a", "dog")]


@pytest.mark.parametrize("body", ["a\0b", {"k\0": 1}, "\ud800", 2**60, float("nan"), object()])
def test_answers_that_cannot_be_stored_are_refused_before_anything_happens(
    database: Database, clock: FakeClock, project: Project, people: list[int], body: Any
) -> None:
    service.add_items(database, project, ["a"])
    [lease] = service.claim(database, clock, project, people[0])
    with pytest.raises(AnswerBodyError):
        service.submit(database, clock, people[0], answer(lease, body))
    assert service.submit(database, clock, people[0], answer(lease, "fine")).accepted


@pytest.mark.parametrize(
    "body", [None, True, "\\u0000", "汉字 😀", 1.5, 0.1, -0.0, {"b": [1, {}], "a": ""}, [], 2**53 - 1]
)
def test_answers_come_back_as_they_were_given(
    database: Database, clock: FakeClock, project: Project, people: list[int], body: Any
) -> None:
    service.add_items(database, project, ["a"])
    [lease] = service.claim(database, clock, project, people[0])
    service.submit(database, clock, people[0], answer(lease, body))
    assert bodies(database, project) == [("a", body)]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE annotate.revision SET body = '1'", "DELETE FROM annotate.revision", "TRUNCATE annotate.revision"],
)
def test_the_database_refuses_to_rewrite_answers(
    database: Database, clock: FakeClock, project: Project, people: list[int], statement: Any
) -> None:
    service.add_items(database, project, ["a"])
    [lease] = service.claim(database, clock, project, people[0])
    service.submit(database, clock, people[0], answer(lease))
    refused = (
        psycopg.errors.IntegrityConstraintViolation,
        psycopg.errors.FeatureNotSupported,
        psycopg.errors.InsufficientPrivilege,
    )
    with pytest.raises(refused), database.connection() as connection:
        connection.execute(statement)
    assert bodies(database, project) == [("a", "cat")]


def test_machines_and_imports_answer_in_bulk(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    items = [f"i{n:05}" for n in range(5000)]
    service.add_items(database, project, items, Batch(overlap=2))
    model = service.ensure_labeler(database, clock, "model", "machine").id
    first = service.place_many(database, clock, project, model, ((item, item) for item in items[:3000]))
    assert (first.placed, first.already, first.unplaced) == (3000, 0, ())
    again = service.place_many(database, clock, project, model, [(item, item) for item in [*items, "unknown"]])
    assert (again.placed, again.already, again.unplaced) == (2000, 3000, ("unknown",))
    file = service.ensure_labeler(database, clock, "export.json", "imported").id
    assert service.place_many(database, clock, project, file, [(item, 1) for item in items[:10]]).placed == 10
    full = service.place_many(database, clock, project, people[0], [(item, 1) for item in items[:11]])
    assert (full.placed, len(full.unplaced)) == (1, 10)
    found = list(service.judgements(database, project))
    assert [one.item for one in found] == sorted([*items, *items[:11]])
    assert [one.labeler_kind for one in found[:2]] == ["machine", "imported"]
    some = list(service.judgements(database, project, items=["i00010", "i00000", "nobody"]))
    assert [(one.item, one.labeler_name) for one in some] == [
        ("i00000", "model"), ("i00000", "export.json"), ("i00010", "model"), ("i00010", "安"),
    ]  # fmt: skip


def test_leased_slots_are_submitted_in_bulk_and_lost_ones_kept(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, [f"i{n}" for n in range(30)])
    leases = service.claim(database, clock, project, people[0], Request(count=30, seconds=60))
    assert len(leases) == 30
    assert service.release(database, people[0], leases[7])
    receipts = service.submit_many(database, clock, people[0], [answer(lease, lease.item) for lease in leases])
    assert [receipt.accepted for receipt in receipts] == [place != 7 for place in range(30)]
    assert receipts[7].reason == "expired"
    assert service.submit_many(database, clock, people[0], [answer(lease, lease.item) for lease in leases]) == receipts
    assert len(bodies(database, project)) == 29


def test_projects_do_not_mix(database: Database, clock: FakeClock, project: Project, people: list[int]) -> None:
    other = service.open_project(database, clock, line="bees", purpose="seed", schema_sha256=SCHEMA)
    service.add_items(database, project, ["a"])
    service.add_items(database, other, ["a"])
    [here] = service.claim(database, clock, project, people[0], Request(count=5))
    [there] = service.claim(database, clock, other, people[0], Request(count=5))
    service.submit(database, clock, people[0], answer(here, "here"))
    service.submit(database, clock, people[0], answer(there, "there"))
    assert bodies(database, project) == [("a", "here")]
    assert bodies(database, other) == [("a", "there")]


def test_the_outbox_is_read_place_by_place(
    database: Database, clock: FakeClock, project: Project, people: list[int]
) -> None:
    service.add_items(database, project, [f"i{n}" for n in range(7)])
    receipts: list[Receipt] = []
    for lease in service.claim(database, clock, project, people[0], Request(count=7)):
        receipts.append(service.submit(database, clock, people[0], answer(lease)))
    place, seen = ("0", 0), []
    while page := service.outbox(database, place, limit=3):
        seen += [event.revision for event in page]
        place = (page[-1].tx, page[-1].id)
    assert seen == [receipt.revision for receipt in receipts]


def test_the_outbox_is_in_the_order_of_transactions_not_of_their_digits(
    database: Database, clock: FakeClock, project: Project
) -> None:
    with database.connection() as connection:
        for number in (9, 10, 99, 100):
            connection.execute(
                "INSERT INTO annotate.outbox (tx, project, event, slot, item, at)"
                " VALUES (%s::text::xid8, %s, 'voided', %s, 'a', now())",
                [str(number), project.id, number],
            )
    assert [event.slot for event in service.outbox(database)] == [9, 10, 99, 100]
