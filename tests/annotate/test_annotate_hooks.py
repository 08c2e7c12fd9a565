"""Webhooks: each event told to each who asked, signed as the standard says, again after a failure, to nobody else."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from galley.annotate import service as queue
from galley.annotate.hooks import rules, service
from galley.annotate.hooks.errors import HookEventError, HookUnknownError, HookUrlError
from galley.annotate.hooks.model import MadeHook, NewHook
from galley.annotate.hooks.service import Answered
from galley.annotate.model import Answer
from galley.store.database import Database
from galley.testing.memory import FakeClock


class Receiver:
    """A real HTTP server that remembers what it was told and answers as it is told to."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/heard"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def post(url: str, headers: dict[str, str], body: bytes) -> Answered:
    try:
        return Answered(status=httpx.post(url, headers=headers, content=body, timeout=5).status_code)
    except httpx.HTTPError as problem:
        return Answered(status=None, problem=str(problem))


def answer_some(database: Database, clock: FakeClock, count: int, line: str = "line") -> None:
    project = queue.open_project(database, clock, line=line, purpose="label", schema_sha256="0" * 64)
    queue.add_items(database, project, [f"{line}-{number}" for number in range(count)])
    person = queue.ensure_labeler(database, clock, "ann", "person").id
    for lease in queue.claim(database, clock, project, person, queue.Request(count=count)):
        queue.submit(database, clock, person, Answer(slot=lease.slot, token=lease.token, body=1, client_id="c"))


def fan_out(house: Database, clock: FakeClock, count: int = 1) -> None:
    """The next events, so many; the database's own vacuum has transactions, too, and may hold them back for a moment."""
    until, read = time.monotonic() + 30, 0
    while read < count and time.monotonic() < until:
        read += service.fan_out(house, clock)
    assert read == count


def listening(database: Database, clock: FakeClock, url: str, *events: str) -> MadeHook:
    made = service.make(database, clock, NewHook(url=url, events=events or ("submitted",)))
    service.fan_out(database.house(), clock)  # from here on
    return made


def test_signatures_are_those_of_the_standard() -> None:
    """The worked example of standardwebhooks.com."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    wanted = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert rules.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == wanted


def test_every_event_is_told_once_and_can_be_checked(database: Database, clock: FakeClock, receiver: Receiver) -> None:
    made = listening(database, clock, receiver.url)
    answer_some(database, clock, 5)
    house = database.house()
    fan_out(house, clock, 5)
    assert service.fan_out(house, clock) == 0
    assert service.deliver(house, clock, post) == 5
    assert service.deliver(house, clock, post) == 0
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == len(receiver.heard) == 5
    for headers, body in receiver.heard:
        assert rules.verify(made.secret, headers, body, clock.now())
        assert not rules.verify(made.secret, headers, body + b" ", clock.now())
        assert not rules.verify(made.secret, headers, body, clock.now() + timedelta(minutes=6))
    assert {one.state for one in service.deliveries(database, made.hook.id)} == {"told"}


def test_a_receiver_that_fails_is_told_again_with_the_same_id(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    made = listening(database, clock, receiver.url)
    answer_some(database, clock, 1)
    house = database.house()
    fan_out(house, clock)
    receiver.statuses = [500, 302]
    assert service.deliver(house, clock, post) == 1
    assert service.hooks(database)[0].state == "failing"
    assert service.deliver(house, clock, post) == 0  # not before its time
    for _ in range(2):
        clock.advance(120)
        assert service.deliver(house, clock, post) == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    [told] = service.deliveries(database, made.hook.id)
    assert (told.state, told.attempts, told.status) == ("told", 3, 204)
    assert service.hooks(database)[0].state == "active"


def test_a_crash_while_telling_tells_again(database: Database, clock: FakeClock, receiver: Receiver) -> None:
    listening(database, clock, receiver.url)
    answer_some(database, clock, 1)
    house = database.house()
    fan_out(house, clock)

    def killed(*_: object) -> Answered:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.deliver(house, clock, killed)
    assert service.deliver(house, clock, post) == 0  # perhaps another process is telling it right now
    clock.advance(61)
    assert service.deliver(house, clock, post) == 1
    assert len(receiver.heard) == 1


def test_it_gives_up_in_the_end_or_at_once_when_told_gone(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    made = listening(database, clock, receiver.url)
    answer_some(database, clock, 1, "first")
    house = database.house()
    fan_out(house, clock)
    receiver.statuses = [503] * rules.GIVE_UP_AFTER
    for _ in range(rules.GIVE_UP_AFTER):
        assert service.deliver(house, clock, post) == 1
        clock.advance(11 * 3600)
    assert service.deliver(house, clock, post) == 0
    [given_up] = service.deliveries(database, made.hook.id)
    assert (given_up.state, given_up.attempts) == ("given-up", rules.GIVE_UP_AFTER)
    service.tell_again(database, clock, made.hook.id, given_up.id)
    receiver.statuses = [410]
    service.deliver(house, clock, post)
    assert service.deliveries(database, made.hook.id)[0].state == "given-up"


def test_nobody_hears_of_others_nor_of_what_they_did_not_ask_for(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    house = database.house()
    with house.connection() as connection:
        connection.execute(
            "INSERT INTO access.organisation (id, slug, name, kind, created_at) VALUES (7, 'b', 'B', 'client', now())"
        )
    other = database.of(7)
    listening(other, clock, receiver.url, "submitted")
    listening(database, clock, receiver.url, "returned")
    answer_some(database, clock, 3)
    fan_out(house, clock, 3)
    assert service.deliver(house, clock, post) == 0
    mine = service.hooks(database)[0].id
    with pytest.raises(HookUnknownError):
        service.remove(other, mine)
    answer_some(other, clock, 2)
    fan_out(house, clock, 2)
    assert service.deliver(house, clock, post) == 2
    assert service.deliveries(database, mine) == []


@pytest.mark.parametrize(
    "url", ["ftp://x/", "http://", "https://user:pw@x/", "https://x/\\y", "http://[::1", "javascript:1"]
)
def test_addresses_that_are_none_are_refused(database: Database, clock: FakeClock, url: str) -> None:
    with pytest.raises(HookUrlError):
        service.make(database, clock, NewHook(url=url, events=("submitted",)))


@pytest.mark.parametrize("events", [(), ("exploded",)])
def test_events_that_do_not_happen_are_refused(database: Database, clock: FakeClock, events: tuple[str, ...]) -> None:
    with pytest.raises(HookEventError):
        service.make(database, clock, NewHook(url="https://example.org/", events=events))


def test_told_things_are_forgotten_after_a_month(database: Database, clock: FakeClock, receiver: Receiver) -> None:
    made = listening(database, clock, receiver.url)
    answer_some(database, clock, 2)
    house = database.house()
    fan_out(house, clock, 2)
    service.deliver(house, clock, post)
    assert service.forget(house, clock) == 0
    clock.advance(31 * 86400)
    assert service.forget(house, clock) == 2
    assert service.deliveries(database, made.hook.id) == []
