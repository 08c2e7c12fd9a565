"""Model servers: the protocol against the real `label-studio-ml`, addresses, bounds, retries, and what is kept."""

import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from galley_ml import serve_model
from hypothesis import given
from hypothesis import strategies as st

from galley.access.errors import LinkError
from galley.access.keys import Key
from galley.access.links import open_link
from galley.annotate import service as queue
from galley.annotate.backend import rules, service
from galley.annotate.backend.client import MlClient
from galley.annotate.backend.errors import (
    BackendAnswerError,
    BackendGoneError,
    BackendNameError,
    BackendPlaceError,
    BackendRefusedError,
    BackendSecretError,
    BackendUnknownError,
)
from galley.annotate.backend.media import LINK_SECONDS, MediaLinks
from galley.annotate.backend.model import Backend, BackendChange, NewBackend, Reach
from galley.annotate.backend.service import Office
from galley.annotate.backend.vault import Vault, open_vault
from galley.annotate.backend.wire import Call, send
from galley.annotate.model import Answer, Project
from galley.annotate.predictions import service as predictions
from galley.annotate.studio.repo import add_contents
from galley.kernel.canonical import canonical_json
from galley.kernel.errors import GalleyError
from galley.labels.schema import schema_dict, schema_digest
from galley.labels.schema_text import schema_from_yaml
from galley.store.workspace import Workspace
from galley.testing.memory import FakeClock

SCHEMA = schema_from_yaml("controls:\n  - {name: topic, type: classify, choices: [sport, money]}\n")
LOGIN: dict[str, Any] = {"username": "ann", "password": "secret"}
HERE = Reach(private=("127.0.0.1",))
TEXTS = [
    "the team won the cup",
    "oil profit fell on the market",
    "a poison text",
    "rain all day",
    "nothing at all",
    "bank rates",
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A running label-studio-ml server that asks for a password; it takes seconds to load scikit-learn."""
    with serve_model(tmp_path_factory.mktemp("model"), "ann:secret") as found:
        yield found


@pytest.fixture
def office(workspace: Workspace) -> Office:
    """Model servers on this machine are allowed."""
    return service.open_office(workspace.database, workspace.database.house(), workspace.blobs, FakeClock(), reach=HERE)


def _project(office: Office, texts: list[str]) -> Project:
    office.blobs.put(canonical_json(schema_dict(SCHEMA)))
    project = queue.open_project(
        office.database, office.clock, line="l", purpose="label", schema_sha256=schema_digest(SCHEMA)
    )
    items = [f"item{place}" for place in range(len(texts))]
    queue.add_items(office.database, project, items)
    with office.database.connection() as connection:
        add_contents(connection, project.id, items, [json.dumps({"text": text}) for text in texts])
    return project


def _backend(office: Office, project: Project, url: str, **more: Any) -> Backend:
    return service.add_backend(office, project.id, NewBackend(name="topics", url=url, **more))


# --- the real package -------------------------------------------------------------------------------------------------


def test_a_real_model_prelabels_a_project(office: Office, model: tuple[str, Path]) -> None:
    project = _project(office, TEXTS)
    backend = _backend(office, project, model[0], batch=4, **LOGIN)
    health = service.test_backend(office, project.id, backend.id)
    assert (health.up, service.find_backend(office, project.id, backend.id).state) == (True, "up")
    report = service.prelabel(office, project.id, backend.id)
    assert (report.asked, report.predicted, report.failed, report.model_version) == (6, 3, 3, "topics-1")
    found = predictions.predictions_for(office.database, project.id, [f"item{place}" for place in range(6)])
    assert {item: given[0].body["topic"] for item, given in found.items()} == {
        "item0": "sport",
        "item1": "money",
        "item5": "money",
    }
    assert all(0.5 < given[0].score <= 1 for given in found.values() if given[0].score is not None)
    wrong = predictions.errors_page(office.database, project.id)
    assert {(each.item, each.code) for each in wrong} == {
        ("item2", "GLY-ANN-193"), ("item3", "GLY-LAB-003"), ("item4", "GLY-ANN-197"),
    }  # fmt: skip
    assert next(each for each in wrong if each.item == "item3").raw.count("weather") == 1
    # What it said, and what it failed on a moment ago, is not asked again.
    assert service.prelabel(office, project.id, backend.id).asked == 0
    later = office.clock.now() + timedelta(seconds=1)
    again = service.prelabel(office, project.id, backend.id, since=later)
    assert (again.asked, again.predicted) == (3, 3)


def test_a_real_model_is_told_of_answers(office: Office, model: tuple[str, Path], workspace: Workspace) -> None:
    project = _project(office, TEXTS[:1])
    backend = _backend(office, project, model[0], notify=True, **LOGIN)
    service.test_backend(office, project.id, backend.id)
    house = workspace.database.house()
    assert service.tell_answers(house, lambda _: office) == 0  # reading begins now
    ann = queue.ensure_labeler(office.database, office.clock, "ann", "person")
    (lease,) = queue.claim(office.database, office.clock, project, ann.id)
    queue.submit(
        office.database,
        office.clock,
        ann.id,
        Answer(slot=lease.slot, token=lease.token, body={"topic": "sport"}, client_id="c"),
    )
    assert service.tell_answers(house, lambda _: office) == 1
    assert service.tell_answers(house, lambda _: office) == 0
    told = _until(lambda: model[1].exists() and [json.loads(line) for line in model[1].read_text().splitlines()])
    assert [each["event"] for each in told] == ["ANNOTATION_CREATED"]
    assert told[0]["annotation"]["result"][0]["value"] == {"choices": ["sport"]}
    assert told[0]["task"]["data"] == {"text": TEXTS[0]}
    service.tell(office, project.id, backend.id, "START_TRAINING")


def _until(work: Callable[[], Any]) -> Any:
    for _ in range(100):
        if found := work():
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came")


def test_a_real_model_helps_while_somebody_labels(office: Office, model: tuple[str, Path]) -> None:
    project = _project(office, TEXTS[:1])
    backend = _backend(office, project, model[0], interactive=True, **LOGIN)
    drawn = {"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": ["money"]}}
    raw, labels = service.interactive(office, project.id, backend.id, "item0", [drawn])
    assert (len(raw), labels) == (1, [{"topic": "money"}])
    assert predictions.page(office.database, project.id) == []


def test_a_password_is_asked_for(office: Office, model: tuple[str, Path]) -> None:
    project = _project(office, TEXTS[:1])
    backend = service.add_backend(office, project.id, NewBackend(name="topics", url=model[0]))
    assert not service.test_backend(office, project.id, backend.id).up
    with pytest.raises(BackendRefusedError) as caught:
        service.predict(office, project.id, backend.id, ["item0"])
    assert caught.value.facts["status"] == 401
    service.change_backend(office, project.id, backend.id, BackendChange(**LOGIN))
    assert service.test_backend(office, project.id, backend.id).up
    assert service.predict(office, project.id, backend.id, ["item0"]).predicted == 1


# --- looking after them -----------------------------------------------------------------------------------------------


def test_passwords_are_locked_to_their_place(office: Office, workspace: Workspace) -> None:
    project = _project(office, [])
    _backend(office, project, "http://127.0.0.1:9", username="ann", password="very secret")
    with office.database.connection() as connection:
        row = connection.execute("SELECT secret FROM annotate.backend").fetchone()
    assert row is not None
    assert b"secret" not in bytes(row[0])
    place = f"{office.database.organisation}/{project.id}/topics"
    again = open_vault(workspace.database.house(), FakeClock())
    assert again.unlock(bytes(row[0]), place) == "very secret"
    for vault, where in ((again, place + "x"), (Vault([bytes(32)]), place)):
        with pytest.raises(BackendSecretError):
            vault.unlock(bytes(row[0]), where)


def test_names_and_changes(office: Office) -> None:
    project = _project(office, [])
    first = _backend(office, project, "http://127.0.0.1:9", password="p", username="u")
    with pytest.raises(BackendNameError):
        _backend(office, project, "http://127.0.0.1:9")
    other = service.add_backend(office, project.id, NewBackend(name="b", url="http://127.0.0.1:9"))
    with pytest.raises(BackendNameError):
        service.change_backend(office, project.id, other.id, BackendChange(name="topics"))
    changed = service.change_backend(office, project.id, first.id, BackendChange(name="c", batch=5))
    assert (changed.name, changed.batch, changed.has_password, changed.url) == ("c", 5, True, first.url)
    service.remove_backend(office, project.id, first.id)
    with pytest.raises(BackendUnknownError):
        service.find_backend(office, project.id, first.id)
    assert [each.name for each in service.backends(office, project.id)] == ["b"]


def test_a_server_that_is_not_there(office: Office) -> None:
    project = _project(office, TEXTS[:1])
    backend = _backend(office, project, f"http://127.0.0.1:{_free_port()}")
    assert not service.test_backend(office, project.id, backend.id).up
    with pytest.raises(BackendGoneError):
        service.prelabel(office, project.id, backend.id)
    assert service.find_backend(office, project.id, backend.id).state == "down"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host", "http://", "//host", "http://user:pw@host", "http://host/?a=b", "http://host/#x", "http://ho st",
        "http://host:99999", "http://host/a b", "javascript:alert(1)", "http://host\r\nX: y", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_server(url: str) -> None:
    with pytest.raises(BackendPlaceError):
        rules.check_place(url, Reach())


@pytest.mark.parametrize(
    ("address", "private", "good"),
    [
        ("93.184.216.34", (), True), ("127.0.0.1", (), False), ("10.0.0.5", (), False), ("169.254.169.254", (), False),
        ("::1", (), False), ("::ffff:127.0.0.1", (), False), ("fd00::1", (), False), ("0.0.0.0", (), False),
        ("10.0.0.5", ("10.0.0.0/8",), True), ("10.0.0.5", ("ml.internal",), True), ("10.0.0.5", ("other",), False),
        ("192.168.1.1", ("10.0.0.0/8",), False), ("64:ff9b::7f00:1", (), False),
    ],
)  # fmt: skip
def test_private_addresses_are_refused_unless_named(address: str, private: tuple[str, ...], good: bool) -> None:
    reach = Reach(private=private)
    if good:
        rules.check_address("http://ml.internal", "ml.internal", address, reach)
        return
    with pytest.raises(BackendPlaceError):
        rules.check_address("http://ml.internal", "ml.internal", address, reach)


def test_only_hosts_of_the_list_are_asked() -> None:
    reach = Reach(only=("ml.example.org", "10.0.0.0/8"))
    assert rules.check_place("https://ml.example.org/a/", reach) == ("https", "ml.example.org", 443, "/a")
    assert rules.check_place("http://10.1.2.3:9090", reach)[2] == 9090
    for url in ("http://example.org", "http://ml.example.org.evil.net", "http://11.0.0.1"):
        with pytest.raises(BackendPlaceError):
            rules.check_place(url, reach)


def test_the_checked_address_is_the_one_connected_to(plain: "Plain", monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that says a public address first and a private one later gains nothing: it is asked once a request."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def lookup(host: str, port: int, *more: Any, **named: Any) -> list[Any]:
        if host != "ml.test":
            return list(real(host, port, *more, **named))
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    plain.answers = [(200, {}, b"{}")]
    url = plain.url.replace("127.0.0.1", "ml.test")
    assert send(Call("GET", url, "/health", None, 5), Reach(private=("127.0.0.0/8",))).status == 200
    assert asked == ["ml.test"]
    with pytest.raises(BackendPlaceError):
        send(Call("GET", url, "/health", None, 5), Reach(private=("127.0.0.0/8",)))
    assert plain.heard == 1


class Plain:
    """A server that answers what it is told to, and counts."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.drip = 0.0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.requests.append((self.path, dict(self.headers), body))
                status, headers, answer = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                try:
                    for place in range(len(answer) if outer.drip else 1):
                        self.wfile.write(answer[place : place + 1] if outer.drip else answer)
                        self.wfile.flush()
                        time.sleep(outer.drip)
                except OSError:
                    return

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def heard(self) -> int:
        return len(self.requests)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def plain() -> Iterator[Plain]:
    """A plain server."""
    found = Plain()
    yield found
    found.stop()


def test_a_redirect_is_checked_like_the_first_address(plain: Plain) -> None:
    plain.answers = [(307, {"Location": "http://169.254.169.254/latest/meta-data"}, b"")]
    with pytest.raises(BackendPlaceError):
        send(Call("GET", plain.url, "/health", None, 5, ("a", "b")), HERE)
    assert plain.heard == 1
    other = Plain()
    try:
        plain.answers = [(307, {"Location": other.url + "/health"}, b"")]
        other.answers = [(200, {}, b"{}")]
        send(Call("GET", plain.url, "/health", None, 5, ("a", "b")), HERE)
        assert "Authorization" in plain.requests[-1][1]
        assert "Authorization" not in other.requests[-1][1]
    finally:
        other.stop()
    plain.answers = [(307, {"Location": plain.url + "/health"}, b"")]
    with pytest.raises(BackendRefusedError):
        send(Call("GET", plain.url, "/health", None, 5), HERE)


def test_answers_are_bounded_in_size_and_time(plain: Plain) -> None:
    plain.answers = [(200, {}, b"x" * 5000)]
    with pytest.raises(BackendAnswerError):
        send(Call("GET", plain.url, "/health", None, 5), Reach(private=("127.0.0.1",), answer_bytes=4999))
    plain.answers, plain.drip = [(200, {}, b"x" * 100)], 0.05
    with pytest.raises(BackendGoneError) as caught:
        send(Call("GET", plain.url, "/health", None, 0.3), HERE)
    assert "0.3 s" in caught.value.message()


# --- predictions ------------------------------------------------------------------------------------------------------


def _client(plain: Plain, waits: list[float] | None = None) -> MlClient:
    return MlClient(url=plain.url, reach=HERE, seconds=5, sleep=(waits if waits is not None else []).append)


def _results(*elements: Any, **more: Any) -> bytes:
    return json.dumps({"results": list(elements), **more}).encode()


def test_a_busy_server_is_asked_again_with_growing_waits(plain: Plain) -> None:
    plain.answers = [(503, {}, b""), (429, {}, b""), (200, {}, _results({"result": [], "score": 1}))]
    waits: list[float] = []
    found, _ = _client(plain, waits).predict([{"id": 1, "data": {}}])
    assert (plain.heard, waits, len(found)) == (3, [0.5, 1.0], 1)
    plain.answers = [(503, {}, b"")]
    with pytest.raises(BackendGoneError):
        _client(plain).predict([{"id": 1, "data": {}}])
    assert plain.heard == 6


def test_results_belong_to_their_tasks(plain: Plain) -> None:
    plain.answers = [
        (
            200,
            {},
            _results(
                [{"result": [1]}, {"result": [2], "score": float("nan")}],
                None,
                {},
                {"result": [3], "score": True},
                model_version="v",
            ),
        )
    ]
    found, version = _client(plain).predict([{"id": place} for place in range(4)])
    assert version == "v"
    assert [[said.result for said in group] for group in found if not isinstance(group, GalleyError)] == [
        [[1], [2]],
        [],
        [],
        [[3]],
    ]
    assert all(said.score is None for group in found if not isinstance(group, GalleyError) for said in group)


def test_a_list_of_another_length_is_no_answer(plain: Plain) -> None:
    """Rather than guess which prediction is whose, tasks are asked about one by one."""
    two = _results({"result": []}, {"result": []})
    one, other = _results({"result": [7]}), _results({"result": [8]})
    # All three, the first, the other two, the second, the third.
    plain.answers = [(200, {}, body) for body in (two, two, other, one, two)]
    found, _ = _client(plain).predict([{"id": 1}, {"id": 2}, {"id": 3}])
    kinds = [type(each).__name__ if isinstance(each, GalleyError) else [s.result for s in each] for each in found]
    assert kinds == ["BackendAnswerError", [[7]], "BackendAnswerError"]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["results", "result", "score", "model_version"]), inner, max_size=4), max_leaves=12), st.integers(0, 3))  # fmt: skip
def test_any_answer_is_predictions_or_a_clear_error(answer: Any, count: int) -> None:
    try:
        found, version = rules.read_predictions(answer, count)
    except BackendAnswerError:
        return
    assert (len(found), isinstance(version, str)) == (count, True)


def test_halves_lose_nothing() -> None:
    for count in range(2, 9):
        first, second = rules.halves(list(range(count)))
        assert [*first, *second] == list(range(count))
        assert first
        assert second


def test_predictions_for_is_one_query_and_the_newest_word(office: Office) -> None:
    project = _project(office, ["a", "b"])
    one, two = (queue.ensure_labeler(office.database, office.clock, name, "machine").id for name in ("m1", "m2"))
    new = predictions.NewPrediction
    for labeler, topic, score, version in (
        (one, "sport", 0.4, "v1"),
        (one, "money", 0.6, "v2"),
        (two, "sport", 0.9, "v1"),
    ):
        said = new(item="item0", body={"topic": topic}, score=score, model_version=version)
        assert predictions.add_predictions(office.database, office.clock, project.id, labeler, [said]) == 1
        assert predictions.add_predictions(office.database, office.clock, project.id, labeler, [said]) == 0
    with office.database.connection() as connection:
        found = predictions.predictions_in(connection, project.id, ["item0", "item1"])
    assert [(each.labeler, each.body["topic"], each.model_version) for each in found["item0"]] == [
        (two, "sport", "v1"),
        (one, "money", "v2"),
    ]
    assert list(found) == ["item0"]


def test_media_are_links_for_one_blob_and_some_minutes() -> None:
    clock, keys = FakeClock(), [Key(1, bytes(32))]
    links = MediaLinks(base="https://g.example", organisation=4, project=7, fences=(("10.0.0.0/8",),))
    data = json.dumps({"image": "blob:" + "a" * 64, "text": "blob: no"})
    shown = json.loads(links.rewrite(data, keys, clock))
    assert shown["text"] == "blob: no"
    base, _, link = shown["image"].rpartition("/")
    assert base == "https://g.example/api/v1/media"
    claim = open_link(keys, link, clock.now(), "10.1.1.1")
    assert (claim.path, claim.organisation, claim.project, claim.do, claim.person) == ("a" * 64, 4, 7, "view", None)
    late = clock.now() + timedelta(seconds=LINK_SECONDS)
    for now, address in ((late, "10.1.1.1"), (clock.now(), "11.1.1.1")):
        with pytest.raises(LinkError):
            open_link(keys, link, now, address)
