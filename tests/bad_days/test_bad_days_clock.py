"""Clocks that jump by hours and days, forwards and back, in the middle of work: nothing is lost, nobody is out for ever."""

import contextlib
import random
import time
from datetime import timedelta
from typing import Any

import pytest
from galley_floor import Floor, Person

from galley.access import people, throttle
from galley.access.errors import SignInError, ThrottledError
from galley.access.people import Visit
from galley.annotate import service as queue
from galley.annotate.flow import service as flow
from galley.annotate.flow.model import END, Annotate, Edge, Graph, Settings
from galley.annotate.flow.service import NewProject
from galley.annotate.hooks import service as hooks
from galley.annotate.hooks.model import NewHook
from galley.annotate.hooks.service import Answered
from galley.annotate.work.service import forget_preferences
from galley.labels.schema_text import schema_from_yaml

SCHEMA = "name: t\ncontrols:\n  - {name: topic, type: classify, field: text, choices: [World, Sports]}\n"
ITEMS = 30
OVERLAP = 2


def project_of(floor: Floor) -> int:
    node = Annotate(name="annotate", overlap=OVERLAP)
    settings = Settings(graph=Graph(nodes=(node,), edges=(Edge(source="annotate", to=END),)))
    new = NewProject(name="clock", schema=schema_from_yaml(SCHEMA), settings=settings)
    made = flow.create(floor.database, floor.ports.blobs, floor.clock, new).id
    contents = [(f"i{n:03}", {"text": f"t{n}"}) for n in range(ITEMS)]
    flow.add_items(floor.database, floor.ports.blobs, floor.clock, made, contents)
    return made


class Work:
    """Somebody's claims and answers in one project."""

    def __init__(self, floor: Floor, project: int) -> None:
        self.floor, self.path = floor, f"/api/v1/orgs/{{org}}/projects/{project}/work"
        self.told: dict[tuple[int, str], int] = {}
        self.late: set[tuple[int, str]] = set()

    def claim(self, by: Person, count: int = 1) -> list[dict[str, Any]]:
        answer = self.floor.post(f"{self.path}/claim", by=by, json={"count": count})
        assert answer.status_code == 200, answer.text
        leases: list[dict[str, Any]] = answer.json()["leases"]
        return leases

    def submit(self, by: Person, lease: dict[str, Any]) -> bool:
        client = f"c{by.person}-{lease['slot']}"
        sent = {"slot": lease["slot"], "token": lease["token"], "client_id": client, "labels": {"topic": "World"}}
        answer = self.floor.post(f"{self.path}/submit", by=by, json=sent)
        assert answer.status_code == 200, answer.text
        receipt = answer.json()["receipt"]
        if receipt["accepted"]:
            assert self.told.setdefault((lease["slot"], client), receipt["revision"]) == receipt["revision"]
        else:
            self.late.add((lease["slot"], client))
        return bool(receipt["accepted"])


def jump(floor: Floor, seconds: float) -> None:
    """Move the clock, back as well."""
    floor.clock.advance(seconds)


def expire(floor: Floor) -> int:
    """What the duty does."""
    return queue.expire(floor.ports.house, floor.clock) + forget_preferences(floor.ports.house, floor.clock)


HOUR, DAY = 3600.0, 86400.0


@pytest.mark.parametrize("seed", range(3))
def test_work_goes_on_whatever_the_clock_does(floor: Floor, seed: int) -> None:
    draw = random.Random(seed)
    work = Work(floor, project_of(floor))
    held: dict[str, list[dict[str, Any]]] = {person.name: [] for person in floor.annotators}
    for _ in range(60):
        person = draw.choice(floor.annotators)
        step = draw.random()
        if step < 0.25:
            jump(floor, draw.choice([-30 * DAY, -2 * DAY, -5 * HOUR, 5 * HOUR, 2 * DAY, 30 * DAY]))
            expire(floor)
        elif step < 0.6 or not held[person.name]:
            known = {lease["slot"] for lease in held[person.name]}
            # A slot that came again came with a lease of its own: the old one is kept too, and answered as well.
            held[person.name] += [lease for lease in work.claim(person, 3) if lease["slot"] not in known]
        else:
            lease = held[person.name].pop(draw.randrange(len(held[person.name])))
            accepted = work.submit(person, lease)
            assert accepted == work.submit(person, lease), "sent again it is the same"
    jump(floor, 2 * DAY)
    expire(floor)
    for person in floor.annotators:  # all that is left can be done
        while leases := work.claim(person, 10):
            for lease in leases:
                work.submit(person, lease)
    with floor.ports.house.connection() as connection:
        rows = connection.execute("SELECT slot, client_id, id FROM annotate.revision").fetchall()
        late = set(connection.execute("SELECT slot, client_id FROM annotate.orphan").fetchall())
        states = connection.execute("SELECT state, count(*) FROM annotate.slot GROUP BY state").fetchall()
    assert {(slot, client): number for slot, client, number in rows} == work.told
    assert len(rows) == len(work.told) == ITEMS * OVERLAP
    assert late == work.late
    assert dict(states) == {"submitted": ITEMS * OVERLAP}


@pytest.mark.parametrize("ahead", [3 * DAY, 400 * DAY])
def test_no_lease_is_for_ever_after_the_clock_came_back(floor: Floor, ahead: float) -> None:
    """A server whose clock was ahead leased everything and stopped: with the right time somebody else has it."""
    work = Work(floor, project_of(floor))
    one, other, third = floor.annotators
    jump(floor, ahead)
    assert len(work.claim(one, ITEMS)) == ITEMS
    assert len(work.claim(other, ITEMS)) == ITEMS
    jump(floor, -ahead)
    leases = work.claim(third, 5)  # whoever finds nothing looks for what is over first
    expire(floor)
    with floor.ports.house.connection() as connection:
        held = connection.execute("SELECT count(*) FROM annotate.slot WHERE state = 'leased'").fetchone()
    assert held == (5,)
    assert [work.submit(third, lease) for lease in leases] == [True] * 5


def test_a_lease_of_today_is_kept_when_the_clock_steps_back_a_little(floor: Floor) -> None:
    work = Work(floor, project_of(floor))
    (lease,) = work.claim(floor.annotators[0])
    jump(floor, -600)
    assert expire(floor) == 0
    assert work.submit(floor.annotators[0], lease)


def test_returned_work_waits_for_nobody_for_ever(floor: Floor) -> None:
    project = project_of(floor)
    work = Work(floor, project)
    with floor.ports.house.connection() as connection:
        labeler = queue.ensure_labeler(floor.database, floor.clock, "gone", "person").id
        connection.execute(
            "UPDATE annotate.slot SET prefer_worker = %s, prefer_until = %s",
            (labeler, floor.clock.now() + timedelta(days=400)),
        )
    assert expire(floor) == ITEMS * OVERLAP
    assert len(work.claim(floor.annotators[0], 5)) == 5


@pytest.mark.parametrize("hours", [-24 * 400, -24, 24, 24 * 400])
def test_nobody_is_locked_out_for_ever(floor: Floor, hours: int) -> None:
    """Failures that closed a door, then a jump: after the longest wait there is, the right password is heard."""
    house, visit = floor.ports.house, Visit(address="10.1.1.1", agent="x")
    good = "correct horse battery staple"
    with house.transaction() as connection:
        people.insert_person(
            connection, people.login_of("wei@acme.cn"), floor.clock.now(), name="W", language="en", password=good
        )

    def enter(password: str) -> bool:
        with contextlib.suppress(SignInError):
            people.sign_in(house, floor.clock, login="wei@acme.cn", password=password, visit=visit)
            return True
        return False

    def guess_on() -> None:
        for _ in range(40):
            enter("wrong wrong wrong")

    with pytest.raises(ThrottledError):
        guess_on()
    with pytest.raises(ThrottledError):
        enter(good)
    jump(floor, hours * HOUR)
    waits = [each.wait_seconds_max for each in (throttle.PAIR, throttle.ACCOUNT, throttle.ADDRESS)]
    if hours < 0:
        with contextlib.suppress(ThrottledError):
            enter("wrong wrong wrong")  # counts again from now on
    jump(floor, max(waits) + 1)
    assert enter(good)


@pytest.mark.parametrize("hours", [-24 * 400, 24 * 400])
def test_sessions_end_and_others_begin(floor: Floor, hours: int) -> None:
    """A session from another time is good or not, but whoever signs in again is let in, and no session lives for ever."""
    house, visit = floor.ports.house, Visit(address="10.1.1.1", agent="x")
    good = "correct horse battery staple"
    with house.transaction() as connection:
        people.insert_person(
            connection, people.login_of("wei@acme.cn"), floor.clock.now(), name="W", language="en", password=good
        )
    first = people.sign_in(house, floor.clock, login="wei@acme.cn", password=good, visit=visit)
    jump(floor, hours * HOUR)
    second = people.sign_in(house, floor.clock, login="wei@acme.cn", password=good, visit=visit)
    seen = floor.get("/api/v1/me", headers={"cookie": f"galley_session={second.secret}"})
    assert seen.status_code == 200, seen.text
    if hours > 0:
        assert floor.get("/api/v1/me", headers={"cookie": f"galley_session={first.secret}"}).status_code == 401
    jump(floor, 24 * 60 * HOUR)
    assert floor.get("/api/v1/me", headers={"cookie": f"galley_session={second.secret}"}).status_code == 401


def test_webhooks_are_told_after_the_clock_came_back(floor: Floor) -> None:
    """A delivery that failed when the clock was ahead is not put off until that time comes again."""
    work = Work(floor, project_of(floor))
    heard: list[bytes] = []
    status = 500

    def post(url: str, headers: dict[str, str], body: bytes) -> Answered:
        heard.append(body)
        return Answered(status=status)

    hooks.make(floor.database, floor.clock, NewHook(url="https://example.org/h", events=("submitted",)))
    hooks.fan_out(floor.ports.house, floor.clock)  # webhooks are told of what comes after this
    jump(floor, 400 * DAY)
    (lease,) = work.claim(floor.annotators[0])
    work.submit(floor.annotators[0], lease)
    until = time.monotonic() + 30  # another transaction of the server can hold events back for a moment
    while not hooks.fan_out(floor.ports.house, floor.clock) and time.monotonic() < until:
        time.sleep(0.01)
    assert hooks.deliver(floor.ports.house, floor.clock, post) == 1
    status = 204
    jump(floor, -400 * DAY)
    # What is due within the longest wait there is, counted from the right time, is told.
    jump(floor, 2 * DAY)
    assert hooks.deliver(floor.ports.house, floor.clock, post) == 1
    assert len(heard) == 2
