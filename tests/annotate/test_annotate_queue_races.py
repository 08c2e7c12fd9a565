"""The queue under real threads: what research calls the races (a) to (e), plus expiry, replays and bulk work at once."""

import functools
import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import pytest

from galley.annotate import repo, review, service
from galley.annotate.model import Answer, Lease, Project, Receipt, Review
from galley.annotate.service import Batch, Request
from galley.store.database import Database
from galley.testing.memory import FakeClock

SCHEMA = "5" * 64
CLOCK = FakeClock()


@pytest.fixture
def project(database: Database) -> Project:
    return service.open_project(database, CLOCK, line="signs", purpose="seed", schema_sha256=SCHEMA)


def people(database: Database, count: int) -> list[int]:
    return [service.ensure_labeler(database, CLOCK, f"p{number}", "person").id for number in range(count)]


def together(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the works in threads that leave one barrier at once; their results, or the first error."""
    barrier = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)
    failures: list[BaseException] = []

    def run(place: int) -> None:
        barrier.wait()
        try:
            results[place] = works[place]()
        except BaseException as problem:  # broad: raised again below
            failures.append(problem)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results


def answer(lease: Lease, body: Any = "cat") -> Answer:
    return Answer(slot=lease.slot, token=lease.token, body=body, client_id=f"c{lease.slot}")


def test_a_one_claim_never_takes_two_slots_of_an_item(database: Database, project: Project) -> None:
    service.add_items(database, project, ["a", "b", "c"], Batch(overlap=5))
    [person] = people(database, 1)
    leases = service.claim(database, CLOCK, project, person, Request(count=10))
    assert sorted(lease.item for lease in leases) == ["a", "b", "c"]


def test_b_parallel_claims_of_one_worker_never_give_an_item_twice(database: Database, project: Project) -> None:
    """Double clicks and several tabs: every answer is a right the worker holds, once an item."""
    service.add_items(database, project, [f"i{number}" for number in range(6)], Batch(overlap=6))
    [person] = people(database, 1)
    claim = functools.partial(service.claim, database, CLOCK, project, person, Request(count=2))
    for _ in range(3):
        results = together([claim] * 8)
        held = {lease.slot: lease.item for leases in results for lease in leases}
        assert len(set(held.values())) == len(held)
    slots = service.slots_of(database, project, [f"i{number}" for number in range(6)])
    taken = Counter(slot.item for slot in slots if slot.worker == person)
    assert max(taken.values()) == 1


def test_b_the_database_itself_refuses_the_same_person_twice(database: Database, project: Project) -> None:
    """The guard behind the claim: without the NOT EXISTS and the gate, the unique index still says no."""
    service.add_items(database, project, ["a"], Batch(overlap=2))
    [person] = people(database, 1)
    service.claim(database, CLOCK, project, person)
    with pytest.raises(psycopg.errors.UniqueViolation), database.connection() as connection:
        connection.execute(
            "UPDATE annotate.slot SET state = 'leased', worker = %s, lease_token = gen_random_uuid(),"
            " lease_until = now() WHERE state = 'ready'",
            [person],
        )


def test_b_a_claim_that_meets_the_guard_tries_again(
    database: Database, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot taken just before another claim of the same worker ended: made here by failing the first attempt."""
    service.add_items(database, project, ["a"])
    [person] = people(database, 1)
    real, calls = repo.claim, []

    def stale(connection: Any, facts: dict[str, Any]) -> list[Lease] | None:
        calls.append(1)
        if len(calls) == 1:
            raise psycopg.errors.UniqueViolation
        return real(connection, facts)

    monkeypatch.setattr(repo, "claim", stale)
    assert len(service.claim(database, CLOCK, project, person)) == 1


def test_c_and_d_a_claim_reads_the_index_in_order_from_where_the_worker_was(
    database: Database, project: Project
) -> None:
    """No sort over the pool, no rescan of what the worker has done: rows read do not grow with the queue."""
    items = [f"i{number:05}" for number in range(6000)]
    service.add_items(database, project, items, Batch(overlap=2))
    [person] = people(database, 1)
    done = items[:3000]  # their other slots stay ready, all over the index, and are not for this worker
    leases = service.claim(database, CLOCK, project, person, Request(count=3000))
    service.submit_many(database, CLOCK, person, [answer(lease) for lease in leases])
    facts = {"project": project.id, "stage": "label", "pool": "", "worker": person, "k": 3, "seconds": 60.0}
    facts |= {"now": CLOCK.now(), "wrap": False}
    with database.connection() as connection:
        explained: Any = "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) " + repo.QUERIES["claim"]
        plan = "\n".join(str(row[0]) for row in connection.execute(explained, facts))
    assert len(done) == 3000
    assert "Seq Scan" not in plan, plan
    scans = plan.split("slot_open")[1:]
    assert len(scans) == 2, plan
    for scan in scans:
        dropped = re.search(r"Rows Removed by Filter: (\d+)", scan)
        assert dropped is None or int(dropped[1]) < 50, plan


def test_young_statistics_do_not_mislead_the_planner(database: Database, project: Project) -> None:
    """Analysed while nobody had answered anything: claim and submit must still find their rows by key."""
    items = [f"i{number:05}" for number in range(6000)]
    service.add_items(database, project, items, Batch(overlap=2))
    model = service.ensure_labeler(database, CLOCK, "model", "machine").id
    service.place_many(database, CLOCK, project, model, [(item, 1) for item in items[:3000]])
    [person] = people(database, 1)
    [lease] = service.claim(database, CLOCK, project, person)
    claim = {"project": project.id, "stage": "label", "pool": "", "worker": person, "k": 1, "seconds": 60.0}
    submit = {"slot": lease.slot, "token": lease.token, "labeler": person, "client_id": "c", "body": "1"}
    for query, facts in (("submit", submit | {"sha256": SCHEMA}), ("claim", claim | {"wrap": False})):
        with database.connection() as connection:
            explained: Any = "EXPLAIN " + repo.QUERIES[query]
            plan = "\n".join(str(row[0]) for row in connection.execute(explained, facts | {"now": CLOCK.now()}))
        assert "slot_once" not in plan, plan
        assert "slot_lease" not in plan, plan
        assert "Seq Scan on slot" not in plan, plan


def test_hundreds_of_concurrent_claims_without_doubles(database: Database, project: Project) -> None:
    service.add_items(database, project, [f"i{number:03}" for number in range(120)], Batch(overlap=3))
    crowd = people(database, 24)

    def shift(person: int) -> int:
        done = 0
        while leases := service.claim(database, CLOCK, project, person, Request(count=4)):
            for lease in leases:
                assert service.submit(database, CLOCK, person, answer(lease, person)).accepted
                done += 1
        return done

    finished = together([functools.partial(shift, person) for person in crowd])
    assert sum(finished) == 360
    found = [(one.item, one.labeler) for one in service.judgements(database, project)]
    assert len(found) == len(set(found)) == 360
    assert set(Counter(item for item, _ in found).values()) == {3}
    assert len(service.outbox(database, limit=1000)) == 360


def test_the_end_of_a_project_hides_nothing(database: Database, project: Project) -> None:
    """More people than slots: each slot is given to exactly one of them, none is left over."""
    service.add_items(database, project, ["a", "b", "c"], Batch(overlap=2))
    crowd = people(database, 12)
    claims = [functools.partial(service.claim, database, CLOCK, project, person) for person in crowd]
    leases = [lease for found in together(claims) for lease in found]
    late = [lease for person in crowd for lease in service.claim(database, CLOCK, project, person)]
    assert len({lease.slot for lease in leases}) == len(leases)
    assert len({lease.slot for lease in late}) == 6


def test_a_submission_sent_many_times_at_once_is_stored_once(database: Database, project: Project) -> None:
    service.add_items(database, project, ["a"])
    [person] = people(database, 1)
    [lease] = service.claim(database, CLOCK, project, person)
    receipts: list[Receipt] = together([lambda: service.submit(database, CLOCK, person, answer(lease))] * 12)
    assert len(set(receipts)) == 1
    assert receipts[0].accepted
    assert len(service.history(database, lease.slot)) == 1
    assert review.orphans(database, project) == []


def test_a_late_submission_racing_the_new_holder_is_stored_once_each(database: Database, project: Project) -> None:
    clock = FakeClock()
    service.add_items(database, project, [f"i{number}" for number in range(20)])
    early, later = people(database, 2)
    old = service.claim(database, clock, project, early, Request(count=20, seconds=10))
    clock.advance(10)
    service.expire(database, clock)
    new = service.claim(database, clock, project, later, Request(count=20))
    works = [functools.partial(service.submit, database, clock, early, answer(lease, "old")) for lease in old]
    works += [functools.partial(service.submit, database, clock, later, answer(lease, "new")) for lease in new]
    receipts = together(works)
    assert [receipt.accepted for receipt in receipts] == [False] * 20 + [True] * 20
    assert {one.body for one in service.judgements(database, project)} == {"new"}
    assert len(review.orphans(database, project)) == 20


def test_the_reaper_racing_submissions_loses_nothing(database: Database, project: Project) -> None:
    clock = FakeClock()
    service.add_items(database, project, [f"i{number}" for number in range(40)])
    [person] = people(database, 1)
    leases = service.claim(database, clock, project, person, Request(count=40, seconds=10))
    clock.advance(10)
    works: list[Callable[[], Any]] = [lambda: service.expire(database, clock, 7)] * 4
    works += [
        functools.partial(service.submit_many, database, clock, person, [answer(lease) for lease in leases[part::4]])
        for part in range(4)
    ]
    receipts = [receipt for found in together(works)[4:] for receipt in found]
    accepted = sum(receipt.accepted for receipt in receipts)
    assert len(receipts) == 40
    assert len(list(service.judgements(database, project))) == accepted
    assert len(review.orphans(database, project)) == 40 - accepted


def test_machines_that_push_the_same_items_at_once_fill_each_slot_once(database: Database, project: Project) -> None:
    items = [f"i{number:03}" for number in range(300)]
    service.add_items(database, project, items, Batch(overlap=2))
    models = [service.ensure_labeler(database, CLOCK, f"m{number}", "machine").id for number in range(3)]
    pushes = [
        functools.partial(service.place_many, database, CLOCK, project, model, [(item, model) for item in items])
        for model in models * 2
    ]
    together(pushes)
    for model in models:
        service.place_many(database, CLOCK, project, model, [(item, model) for item in items])
    found = [(one.item, one.labeler) for one in service.judgements(database, project)]
    assert len(found) == len(set(found)) == 600


def test_skips_and_extra_slots_at_once_number_slots_apart(database: Database, project: Project) -> None:
    service.add_items(database, project, ["a"], Batch(overlap=6))
    crowd = people(database, 6)
    leases = [service.claim(database, CLOCK, project, person)[0] for person in crowd]
    works: list[Callable[[], Any]] = [
        functools.partial(service.skip, database, CLOCK, person, lease, "unclear")
        for person, lease in zip(crowd, leases, strict=True)
    ]
    works += [lambda: service.ensure_slots(database, project, "label", ["a"], Batch(overlap=8))] * 3
    together(works)
    slots = service.slots_of(database, project, ["a"])
    assert len({slot.slot_no for slot in slots}) == len(slots)
    assert sum(slot.state == "ready" for slot in slots) >= 8


def test_two_reviewers_and_a_lead_at_once_leave_one_verdict(database: Database, project: Project) -> None:
    service.add_items(database, project, [f"i{number}" for number in range(8)])
    worker, reviewer = people(database, 2)
    leases = service.claim(database, CLOCK, project, worker, Request(count=8))
    service.submit_many(database, CLOCK, worker, [answer(lease) for lease in leases])
    review.add_reviews(database, project, [lease.slot for lease in leases])
    held = service.claim(database, CLOCK, project, reviewer, Request(stage="review", count=8))
    verdict = Review(verdict="return", reason="wrong")
    works: list[Callable[[], Any]] = [
        functools.partial(review.decide, database, CLOCK, reviewer, lease, verdict, "v") for lease in held * 2
    ]
    receipts = together(works)
    assert receipts[:8] == receipts[8:]
    assert all(receipt.accepted for receipt in receipts)
    assert service.progress(database, project) == {"label": {"void": 8, "ready": 8}, "review": {"submitted": 8}}
