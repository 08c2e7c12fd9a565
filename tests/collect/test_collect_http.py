"""http: a real server over sockets that breaks in every way it can."""

import gzip
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.collect.errors import NothingFoundError, SettingError
from galley.collect.fetch import Fetcher, FetchRules, check_url
from galley.collect.remote_errors import BadUrlError, TooSlowError, VariableMissingError
from galley.kernel.addresses import refused_kind
from galley.kernel.ports import Desk
from galley.testing.connector_contract import Collect, check_connector, drafts, spoiled
from galley.testing.memory import FakeClock

GIF = b"GIF89a\x02\0\x03\0\0\0\0"
BODY = GIF + bytes(range(256)) * 6000  # 1.5 MB: several reads
MODIFIED = "Sun, 13 Sep 2020 12:26:40 GMT"

Script = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Plays the script of a path and records what was asked."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        self.server.scripts[self.path](self)
        self.close_connection = True

    do_HEAD = do_GET

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""

    def answer(self, status: int, data: bytes = b"", **headers: str) -> None:
        """A whole response; a Content-Length in the headers wins over the true one."""
        self.send_response(status)
        for name, value in {"Content_Length": str(len(data)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def times(self) -> int:
        """How often this path was asked so far, this time included."""
        return sum(1 for path, _ in self.server.asked if path == self.path)


class Server(ThreadingHTTPServer):
    """A local server with a script a path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scripts: dict[str, Script] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}{path}"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def fetch(server: Server, collect: Collect) -> Callable[..., Any]:
    """The one record a script leads to."""

    def run(script: Script, path: str = "/a.gif", **params: Any) -> Any:
        server.scripts[path] = script
        settings = {"allow_private": ["127.0.0.1"], "backoff_seconds": 0.001, "timeout_seconds": 5.0, **params}
        (item,) = collect("http", urls=[server.url(path)], **settings)
        return item

    return run


def ranged(handler: Handler, *, cut: int | None, tag: str | None = '"v1"', data: bytes = BODY) -> None:
    """Serves a body with ranges, breaking off after `cut` bytes of it."""
    start = 0
    asked = handler.headers.get("Range")
    if asked and handler.headers.get("If-Range") in (tag, MODIFIED):
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
    extra = {"ETag": tag} if tag else {}
    handler.send_response(206 if start else 200)
    for name, value in {"Content-Length": str(len(data) - start), **extra}.items():
        handler.send_header(name, value)
    if start:
        handler.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
    handler.end_headers()
    handler.wfile.write(data[start:] if cut is None else data[start : start + cut])
    handler.wfile.flush()


def test_content_and_what_the_server_says(fetch: Callable[..., Any], server: Server) -> None:
    item = fetch(lambda handler: handler.answer(200, GIF, Content_Type="image/png", Last_Modified=MODIFIED))
    assert (item.key, item.modality, item.media_type) == (server.url("/a.gif"), "image", "image/gif")
    assert (item.width, item.time, item.meta) == (2, "2020-09-13T12:26:40Z", {"content_type": "image/png"})
    assert server.asked[0][1]["Accept-Encoding"] == "identity"
    text = fetch(lambda handler: handler.answer(200, "您好".encode(), Content_Type="text/html; charset=x"), "/b")
    assert (text.text, text.media_type, text.time) == ("您好", "text/html", None)
    page = fetch(lambda handler: handler.answer(200, b"<html>gone", Content_Type="text/html"), "/c.jpg")
    assert page.code == "GLY-COL-026"


def test_a_broken_transfer_is_resumed_where_it_broke(fetch: Callable[..., Any], server: Server, desk: Desk) -> None:
    item = fetch(lambda handler: ranged(handler, cut=400_000 if handler.times() < 4 else None), attempts=5)
    assert desk.blobs.get(item.blob) == BODY
    starts = [int(headers["Range"].strip("bytes=-")) for _, headers in server.asked[1:]]
    assert len(starts) == 3
    assert starts == sorted(set(starts))
    assert {headers.get("If-Range") for _, headers in server.asked[1:]} == {'"v1"'}


def test_a_transfer_that_never_ends_well_is_spoiled(fetch: Callable[..., Any], server: Server) -> None:
    item = fetch(lambda handler: ranged(handler, cut=0 if handler.headers.get("Range") else 1000), attempts=3)
    assert item.code == "GLY-COL-074"
    assert f"1000 of {len(BODY)}" in item.message
    assert item.excerpt[:6] == b"GIF89a"
    assert len(server.asked) == 3


def test_content_that_changed_meanwhile_is_read_anew(fetch: Callable[..., Any], desk: Desk) -> None:
    def script(handler: Handler) -> None:
        if handler.times() == 1:
            ranged(handler, cut=400_000)
        else:
            ranged(handler, cut=None, tag='"v2"', data=BODY[::-1])

    assert desk.blobs.get(fetch(script, "/a.bin").blob) == BODY[::-1]


def test_without_a_validator_a_broken_transfer_starts_anew(
    fetch: Callable[..., Any], server: Server, desk: Desk
) -> None:
    item = fetch(lambda handler: ranged(handler, cut=400_000 if handler.times() == 1 else None, tag=None))
    assert desk.blobs.get(item.blob) == BODY
    assert [headers.get("Range") for _, headers in server.asked] == [None, None]


def test_a_server_without_ranges_is_read_past_what_we_have(fetch: Callable[..., Any], desk: Desk) -> None:
    def script(handler: Handler) -> None:
        handler.answer(200, BODY[:500_000] if handler.times() == 1 else BODY, ETag='"x"', Content_Length=str(len(BODY)))

    assert desk.blobs.get(fetch(script).blob) == BODY


def test_errors_are_retried_as_the_server_asks(
    fetch: Callable[..., Any], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(Fetcher.__init__, "__defaults__", (waits.append,))

    def script(handler: Handler) -> None:
        when = ("7", "Thu, 01 Jan 2026 00:00:30 GMT", "99999", None)[min(handler.times(), 4) - 1]
        if when is None:
            handler.answer(200, GIF)
        else:
            handler.answer(429 if handler.times() == 1 else 503, Retry_After=when)

    assert fetch(script).media_type == "image/gif"
    assert waits == [7.0, 30.0, 60.0]
    item = fetch(lambda handler: handler.answer(500), "/b", attempts=3, backoff_seconds=2.0)
    assert (item.code, waits[3:]) == ("GLY-COL-073", [2.0, 4.0])
    gone = fetch(lambda handler: handler.answer(404), "/c")
    assert (gone.code, sum(path == "/c" for path, _ in server.asked)) == ("GLY-COL-073", 1)


@pytest.mark.parametrize(
    "target",
    [
        "http://localhost:{port}/secret",
        "http://127.0.0.2:{port}/secret",
        "http://2130706434:{port}/secret",
        "http://[::ffff:127.0.0.2]:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0:{port}/secret",
    ],
)
def test_a_redirect_into_the_own_network_is_refused(fetch: Callable[..., Any], server: Server, target: str) -> None:
    location = target.format(port=server.server_port)
    item = fetch(lambda handler: handler.answer(302, Location=location))
    assert item.code == "GLY-COL-071"
    assert [path for path, _ in server.asked] == ["/a.gif"]


def test_redirects_are_followed_within_bounds(fetch: Callable[..., Any], server: Server) -> None:
    server.scripts["/end.gif"] = lambda handler: handler.answer(200, GIF)
    item = fetch(lambda handler: handler.answer(301, Location="/end.gif"))
    assert item.meta == {"redirected_to": server.url("/end.gif")}
    assert item.key == server.url("/a.gif")
    loop = fetch(lambda handler: handler.answer(302, Location="/loop"), "/loop", max_redirects=3)
    assert (loop.code, sum(path == "/loop" for path, _ in server.asked)) == ("GLY-COL-072", 4)
    for bad in ("file:///etc/passwd", "http://user:password@127.0.0.1/", "gopher://x/"):
        refused = fetch(lambda handler, bad=bad: handler.answer(302, Location=bad))
        assert refused.code == "GLY-COL-072"
        assert "password" not in refused.message.replace("user:password@", "")


def test_the_checked_address_is_the_one_connected_to(
    server: Server, collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name answers with a public address first, with our own network ever after."""
    asked: list[str] = []
    connected: list[Any] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address: Any, **_: Any) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError("no such luck")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    (item,) = collect("http", urls=["http://rebind.example/x"], attempts=3, backoff_seconds=0.001)
    assert connected == ["93.184.216.34"]
    assert spoiled([item])[0].code == "GLY-COL-071"  # the second resolution is checked again, and refused
    assert asked == ["rebind.example"] * 2


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", (address, port)) for address in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    (item,) = collect("http", urls=["http://mixed.example/x"])
    assert spoiled([item])[0].code == "GLY-COL-071"


def test_sizes_are_bounded(fetch: Callable[..., Any], desk: Desk) -> None:
    assert fetch(lambda handler: handler.answer(200, BODY), max_bytes=1000).code == "GLY-COL-027"
    bomb = gzip.compress(b"\0" * (48 * 1024 * 1024))
    item = fetch(lambda handler: handler.answer(200, bomb, Content_Encoding="gzip"), "/bomb")
    assert item.code == "GLY-COL-038"
    assert desk.blobs.content == {}  # type: ignore[attr-defined]  # neither left anything behind
    good = fetch(lambda handler: handler.answer(200, gzip.compress(GIF), Content_Encoding="gzip"), "/good")
    assert good.bytes == len(GIF)
    odd = fetch(lambda handler: handler.answer(200, GIF, Content_Encoding="br"), "/odd")
    assert odd.code == "GLY-COL-074"


def test_a_silent_server_and_an_aborting_one_are_given_up(fetch: Callable[..., Any], server: Server) -> None:
    release = threading.Event()
    item = fetch(lambda handler: bool(release.wait(5)), "/slow", timeout_seconds=0.1, attempts=2)
    release.set()
    assert item.code == "GLY-COL-074"

    def abort(handler: Handler) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    assert fetch(abort, "/abort", attempts=2).code == "GLY-COL-074"


def test_a_deadline_ends_what_trickles(server: Server) -> None:
    class Hurrying(FakeClock):
        def now(self) -> Any:
            self.moment += timedelta(seconds=10)
            return self.moment

    server.scripts["/a"] = lambda handler: handler.answer(200, BODY)
    rules = FetchRules(allow_private=("127.0.0.1",), deadline_seconds=35)
    answer = Fetcher(rules, Hurrying()).get(server.url("/a"))
    with pytest.raises(TooSlowError):
        list(answer.chunks)


def test_a_token_goes_to_its_own_host_only(
    fetch: Callable[..., Any], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_TOKEN", "s3cret")
    server.scripts["/end.gif"] = lambda handler: handler.answer(200, GIF)
    away = server.url("/end.gif", "localhost")
    fetch(
        lambda handler: handler.answer(302, Location=away),
        token_env="SOME_TOKEN",
        allow_private=["127.0.0.1", "localhost"],
    )
    assert [headers.get("Authorization") for _, headers in server.asked] == ["Bearer s3cret", None]
    with pytest.raises(VariableMissingError):
        fetch(lambda handler: handler.answer(200, GIF), token_env="NOT_SET_ANYWHERE")


def test_lists_are_sorted_checked_and_repeats_are_told(
    server: Server, collect: Collect, tmp_path: Path, desk: Desk
) -> None:
    server.scripts["/a"] = server.scripts["/b"] = lambda handler: handler.answer(200, b"text", ETag='"1"')
    lines = [server.url("/b"), "# comment", "", server.url("/a"), server.url("/b") + "#part"]
    (tmp_path / "urls.txt").write_text("\n".join(lines))
    found = collect("http", list="urls.txt", allow_private=["127.0.0.1"], check="head")
    assert [item.key for item in drafts(found)] == [server.url("/a"), server.url("/b")]
    assert [item.code for item in spoiled(found)] == ["GLY-COL-020"]
    (tmp_path / "urls.txt").write_text("# nothing\n")
    with pytest.raises(NothingFoundError):
        collect("http", list="urls.txt")
    with pytest.raises(SettingError):
        collect("http", list="urls.txt", urls=["http://a"])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a/b",
        "http://",
        "http://u:p@a/",
        "a/b",
        "http://[::1",
        "http://a:99999/",
        "//x",
        "http://a b/",
        "http://´/",
        "http://a%00b/",
    ],
)
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(BadUrlError):
        check_url(url)


def test_urls_get_one_spelling() -> None:
    assert check_url(" HTTP://Example.COM/a b/中?q=中#x") == "http://example.com/a%20b/%E4%B8%AD?q=%E4%B8%AD"
    assert check_url("http://[::1]:8080") == "http://[::1]:8080/"
    assert check_url("http://例子.测试/") == "http://xn--fsqu00a.xn--0zwm56d/"
    assert check_url("http://a/%E4%B8%AD") == "http://a/%E4%B8%AD"


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "168.63.129.16",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "nonsense",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_refused(address: str) -> None:
    kind = refused_kind(address)
    assert kind is not None
    assert kind.en != kind.zh


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_that_are_public(address: str) -> None:
    assert refused_kind(address) is None


@settings(max_examples=500)
@given(st.text(max_size=40))
def test_a_checked_url_stays_as_it_is(text: str) -> None:
    try:
        url = check_url("http://" + text)
    except BadUrlError:
        return
    assert check_url(url) == url
    assert " " not in url


def test_the_contract(server: Server, tmp_path: Path) -> None:
    server.scripts["/a.gif"] = lambda handler: handler.answer(200, GIF, ETag='"1"')
    server.scripts["/gone"] = lambda handler: handler.answer(404)
    server.scripts["/text"] = lambda handler: handler.answer(200, "您好".encode())
    urls = [server.url(path) for path in ("/a.gif", "/text", "/gone", "/text")]

    def touch() -> None:
        server.scripts["/a.gif"] = lambda handler: handler.answer(200, GIF[::-1], ETag='"2"')

    params = {"urls": urls, "allow_private": ["127.0.0.1"], "check": "head"}
    found = check_connector("http", params, tmp_path, touch)
    assert [item.code for item in spoiled(found)] == ["GLY-COL-073", "GLY-COL-020"]
