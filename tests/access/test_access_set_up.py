"""The first owner: by the printed link, once, by one, and never when somebody is there."""

import re
import threading
from pathlib import Path

import httpx
import pytest
from galley_floor import Floor, open_served

from galley.access import people, set_up
from galley.access.errors import EmailError, PasswordWeakError, SetUpError
from galley.access.people import SignedIn, Visit
from galley.access.set_up import FirstOwner
from galley.store.database import Database
from galley.testing.memory import FakeClock

VISIT = Visit(address="10.2.3.4", agent="Firefox")
GOOD = "correct horse battery staple"


def first(login: str = "li@acme.cn", password: str = GOOD) -> FirstOwner:
    return FirstOwner(organisation="蓝湖数据", name="Li Wei", login=login, password=password, language="zh")


def link(house: Database, clock: FakeClock) -> str:
    secret = set_up.make_link(house, clock)
    assert secret is not None
    return secret


def count(house: Database) -> tuple[int, int, int]:
    with house.connection() as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM access.person), (SELECT count(*) FROM access.member),"
            " (SELECT count(*) FROM access.session)"
        ).fetchone()
    assert row is not None
    return (row[0], row[1], row[2])


def test_the_first_owner_owns_home_under_its_new_name(house: Database, clock: FakeClock) -> None:
    assert not set_up.is_open(house, clock), "nobody made a link"
    secret = link(house, clock)
    assert set_up.is_open(house, clock)
    signed = set_up.set_up(house, clock, secret, first(), VISIT)
    [place] = people.places(house, signed.person, clock)
    assert (place.id, place.slug, place.name, place.kind, place.roles) == (1, "home", "蓝湖数据", "operator", ["owner"])
    assert not set_up.is_open(house, clock)
    again = people.sign_in(house, clock, login="LI@acme.cn", password=GOOD, visit=VISIT)
    assert again.person == signed.person


def test_a_link_is_good_once_and_no_other_makes_a_second_owner(house: Database, clock: FakeClock) -> None:
    secret, other = link(house, clock), link(house, clock)
    set_up.set_up(house, clock, secret, first(), VISIT)
    for used in (secret, other, "never made", ""):
        with pytest.raises(SetUpError):
            set_up.set_up(house, clock, used, first("wang@acme.cn"), VISIT)
    assert set_up.make_link(house, clock) is None
    assert count(house)[:2] == (1, 1)


@pytest.mark.parametrize(("days", "good"), [(6, True), (8, False)])
def test_a_link_ends_after_a_week(house: Database, clock: FakeClock, days: int, good: bool) -> None:
    secret = link(house, clock)
    clock.advance(days * 86_400)
    assert set_up.is_open(house, clock) is good
    if good:
        set_up.set_up(house, clock, secret, first(), VISIT)
    else:
        with pytest.raises(SetUpError):
            set_up.set_up(house, clock, secret, first(), VISIT)


def test_a_link_ends_when_somebody_came_otherwise(house: Database, clock: FakeClock) -> None:
    secret = link(house, clock)
    with house.transaction() as connection:
        people.insert_person(connection, people.login_of("root"), clock.now(), name="", language="en", password=None)
    assert not set_up.is_open(house, clock)
    with pytest.raises(SetUpError):
        set_up.set_up(house, clock, secret, first(), VISIT)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [(first(password="password"), PasswordWeakError), (first(login="no name"), EmailError)],
)
def test_what_cannot_be_used_leaves_the_link_good(
    house: Database, clock: FakeClock, wrong: FirstOwner, error: type[Exception]
) -> None:
    secret = link(house, clock)
    with pytest.raises(error):
        set_up.set_up(house, clock, secret, wrong, VISIT)
    assert count(house) == (0, 0, 0)
    set_up.set_up(house, clock, secret, first(), VISIT)
    assert count(house) == (1, 1, 1)


def test_of_many_at_once_one_is_first(house: Database, clock: FakeClock) -> None:
    secrets = [link(house, clock) for _ in range(4)]
    done: list[SignedIn | SetUpError] = []

    def begin(number: int) -> None:
        try:
            done.append(set_up.set_up(house, clock, secrets[number], first(f"li-{number}@acme.cn"), VISIT))
        except SetUpError as problem:
            done.append(problem)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([each for each in done if isinstance(each, SignedIn)]) == 1
    assert len(done) == 4
    assert count(house) == (1, 1, 1)


def test_no_secret_is_in_the_database(house: Database, clock: FakeClock) -> None:
    secret = link(house, clock)
    with house.connection() as connection:
        [row] = connection.execute("SELECT s::text FROM access.set_up s").fetchall()
    assert secret not in row[0]


def test_over_the_wire_a_floor_with_people_has_nothing_to_set_up(floor: Floor) -> None:
    assert floor.get("/api/v1/set-up").json() == {"open": False}
    body = {"ticket": "x", "organisation": "A", "name": "B", "email": "b@acme.cn", "password": GOOD}
    answer = floor.post("/api/v1/set-up", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "GLY-ACC-020")
    assert "set-cookie" not in answer.headers


@pytest.mark.slow
def test_serving_prints_the_link_until_somebody_used_it(tmp_path: Path, database_url: str) -> None:
    environment = {"GALLEY_DATABASE_URL": database_url, "GALLEY_LANG": "en"}
    with open_served(tmp_path, environment=environment) as served:
        told = served.log.read_text(encoding="utf-8")
        found = re.search(rf"{re.escape(served.url)}/set-up#ticket=([\w-]+)", told)
        assert found is not None, told
        assert "Nobody is here yet" in told
        assert served.client.get("/api/v1/set-up").json() == {"open": True}
        body = {"ticket": found[1], "organisation": "Blue Lake", "name": "Li", "email": "li@acme.cn", "password": GOOD}
        with httpx.Client(base_url=served.url) as browser:
            assert browser.post("/api/v1/set-up", json=body).status_code == 200
            me = browser.get("/api/v1/me").json()
        assert (me["login"], me["operator"], me["places"][0]["name"]) == ("li@acme.cn", True, "Blue Lake")
        assert served.client.get("/api/v1/set-up").json() == {"open": False}
        assert served.stop() == 0
        assert found[1] not in served.log.read_text(encoding="utf-8").replace(found[0], "")
    with open_served(tmp_path, environment=environment | {"GALLEY_LANG": "zh"}) as served:
        told = served.log.read_text(encoding="utf-8")
        assert "Galley 已启动" in told
        assert "set-up" not in told
