"""Fetching one URL: to a checked address only, with bounded redirects, retries and resumed transfers.

The name is resolved once a connection, every address it has is checked, and the connection goes to exactly that address,
so a second answer of the name server (DNS rebinding) changes nothing. Proxies of the environment are not used: they would
resolve names for us.
"""

import email.utils
import http.client
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

import msgspec

from galley.collect.errors import RecordError, TooLargeError, UnpacksTooLargeError
from galley.collect.packed import BOMB_FLOOR_BYTES
from galley.collect.remote_errors import (
    AddressRefusedError,
    BadUrlError,
    ChangedMeanwhileError,
    HttpStatusError,
    RedirectError,
    TooSlowError,
    TransferError,
)
from galley.kernel import limits
from galley.kernel.addresses import refused_kind
from galley.kernel.clock import Clock

__all__ = ["Answer", "FetchRules", "Fetcher", "check_url"]

CHUNK_BYTES: Final = 256 * 1024
_RETRIED: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_FAULTS: Final = (OSError, http.client.HTTPException)
_PRINTABLE: Final = "!#$%&'()*+,-./:;=?@[]_~"


class FetchRules(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of a fetch."""

    allow_private: tuple[str, ...] = ()  # hosts (as written in the URL) that may be inside a private network
    max_bytes: int = limits.BLOB_BYTES_MAX
    max_redirects: int = 5
    attempts: int = 4
    backoff_seconds: float = 1.0  # before the second attempt; doubles
    max_wait_seconds: float = 60.0  # longest wait, whatever Retry-After asks
    timeout_seconds: float = 30.0  # for connecting, and for every read
    deadline_seconds: float = 3600.0  # for one URL, everything included
    token: str | None = None  # sent as a bearer token, to the first host only


class Answer(NamedTuple):
    """The head of a successful response and its content."""

    url: str  # after redirects
    content_type: str
    modified: str | None  # Last-Modified
    chunks: Iterator[bytes]
    close: Callable[[], None]  # for an answer whose chunks are not read


class _Head(NamedTuple):
    """One open response."""

    connection: http.client.HTTPConnection
    response: http.client.HTTPResponse
    url: str

    def close(self) -> None:
        """Give the socket back."""
        self.response.close()
        self.connection.close()

    def validator(self) -> str | None:
        """What a resumed transfer must match: a strong ETag, or the modification time."""
        tag = self.response.headers.get("ETag", "")
        if tag and not tag.startswith("W/"):
            return str(tag)
        return self.response.headers.get("Last-Modified")

    def length(self) -> int | None:
        """Content-Length, when the server says it and the transfer is not chunked."""
        said = self.response.headers.get("Content-Length", "")
        return int(said) if said.isdigit() and not self.response.chunked else None


def check_url(url: str) -> str:
    """A URL in one spelling (no fragment, spaces and non-ASCII escaped); raises BadUrlError."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
        ascii_host = host.encode("idna").decode() if host and not host.isascii() else host
    except ValueError as problem:
        raise BadUrlError(url=url[:200], reason=str(problem)) from problem
    if parts.scheme.lower() not in ("http", "https") or not ascii_host:
        raise BadUrlError(url=url[:200], reason="http(s)://host/…")
    if parts.username is not None or parts.password is not None:
        raise BadUrlError(url=f"{parts.scheme}://…@{host}", reason="user:password@")
    if not re.fullmatch(r"[0-9A-Za-z._-]+|[0-9A-Fa-f:.]+", ascii_host):
        raise BadUrlError(url=url[:200], reason="host")
    place = f"[{ascii_host}]" if ":" in ascii_host else ascii_host.lower()
    place += f":{port}" if port is not None else ""
    path = quote(parts.path or "/", safe=_PRINTABLE)
    return urlunsplit((parts.scheme.lower(), place, path, quote(parts.query, safe=_PRINTABLE), ""))


class Fetcher:
    """Fetches URLs under one set of rules."""

    def __init__(self, rules: FetchRules, clock: Clock, sleep: Callable[[float], None] = time.sleep) -> None:
        self._rules, self._clock, self._sleep = rules, clock, sleep

    def stamp(self, url: str) -> str:
        """What a HEAD request says of the content's version; empty when it says nothing."""
        try:
            head = self._retried(url, "HEAD", {}, self._clock.now())
        except RecordError:
            return ""  # reading will say what is wrong
        head.close()
        validator = head.validator()
        return f"{validator}-{head.length()}" if validator else ""

    def get(self, url: str) -> Answer:
        """Open a URL; raises RecordError. The chunks raise RecordError too, ChangedMeanwhileError when a broken transfer
        cannot be continued where it broke: then start again."""
        began = self._clock.now()
        head = self._retried(url, "GET", {}, began)
        headers = head.response.headers
        return Answer(
            url=head.url,
            content_type=headers.get("Content-Type", ""),
            modified=headers.get("Last-Modified"),
            chunks=_unzipped(self._body(head, began), url, headers.get("Content-Encoding", "identity").lower()),
            close=head.close,
        )

    def _body(self, head: _Head, began: datetime) -> Iterator[bytes]:
        """The bytes of a response, continued by Range requests when the transfer breaks."""
        url, validator, total = head.url, head.validator(), head.length()
        seen = failures = 0
        try:
            while True:
                self._check_deadline(url, began)
                try:
                    chunk, fault = head.response.read(CHUNK_BYTES), ""
                except _FAULTS as problem:
                    chunk, fault = b"", _reason(problem)
                if chunk:
                    seen += len(chunk)
                    if seen > self._rules.max_bytes:
                        raise TooLargeError(limit=self._rules.max_bytes)
                    yield chunk
                    continue
                if not fault and total in (None, seen):
                    return
                failures += 1
                if failures >= self._rules.attempts:
                    reason = fault or f"{seen} of {total} bytes"
                    raise TransferError(url=url, attempts=failures, reason=reason)
                self._sleep(min(self._rules.backoff_seconds * 2 ** (failures - 1), self._rules.max_wait_seconds))
                head.close()
                head = self._resumed(url, seen, validator, began)
        finally:
            head.close()

    def _resumed(self, url: str, seen: int, validator: str | None, began: datetime) -> _Head:
        """The response that goes on at byte `seen`; raises ChangedMeanwhileError when there is none."""
        if validator is None and seen:
            raise ChangedMeanwhileError(url=url)
        ranged = {"Range": f"bytes={seen}-", "If-Range": validator} if validator and seen else {}
        try:
            head = self._retried(url, "GET", ranged, began)
        except HttpStatusError as problem:
            if problem.facts["status"] in (412, 416):
                raise ChangedMeanwhileError(url=url) from problem
            raise
        if head.validator() == validator:
            if head.response.status == 206 and head.response.headers.get("Content-Range", "").startswith(
                f"bytes {seen}-"
            ):
                return head
            if head.response.status == 200 and _skipped(head, seen):
                return head  # the server knows no ranges, but the content is the same
        head.close()
        raise ChangedMeanwhileError(url=url)

    def _retried(self, url: str, method: str, headers: dict[str, str], began: datetime) -> _Head:
        """A successful response, after as many attempts as the rules allow."""
        rules, good = self._rules, (200, 203, 206) if headers else (200, 203)
        attempt = 0
        while True:
            attempt += 1
            self._check_deadline(url, began)
            asked: float | None = None
            try:
                head = self._followed(url, method, headers)
            except _FAULTS as fault:
                problem: RecordError = TransferError(url=url, attempts=attempt, reason=_reason(fault))
            else:
                status = head.response.status
                if status in good:
                    return head
                asked = _retry_after(head.response.headers.get("Retry-After"), self._clock.now())
                head.close()
                problem = HttpStatusError(url=url, status=status, attempts=attempt)
                if status not in _RETRIED:
                    raise problem
            if attempt >= rules.attempts:
                raise problem
            wait = asked if asked is not None else rules.backoff_seconds * 2 ** (attempt - 1)
            self._sleep(min(wait, rules.max_wait_seconds))

    def _followed(self, url: str, method: str, headers: dict[str, str]) -> _Head:
        """The first response that is no redirect; every hop is checked like the first."""
        first_host = urlsplit(url).netloc
        for _ in range(self._rules.max_redirects + 1):
            parts = urlsplit(url)
            own = {"Authorization": f"Bearer {self._rules.token}"} if self._rules.token else {}
            head = self._requested(parts, method, {**headers, **(own if parts.netloc == first_host else {})})
            location = head.response.headers.get("Location")
            if head.response.status not in _REDIRECTS or location is None:
                return head
            head.close()
            try:
                target = check_url(urljoin(url, location))
            except (BadUrlError, ValueError) as problem:
                raise RedirectError(url=url, reason=str(problem)) from problem
            if url.startswith("https:") and not target.startswith("https:"):
                raise RedirectError(url=url, reason="https → http")
            url = target
        raise RedirectError(url=url, reason=f"more than {self._rules.max_redirects}")

    def _requested(self, parts: SplitResult, method: str, headers: dict[str, str]) -> _Head:
        connection = self._connected(parts)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = {
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "User-Agent": "galley",
            "Connection": "close",
            **headers,
        }
        try:
            connection.request(method, target, headers=sent)
            return _Head(connection, connection.getresponse(), parts.geturl())
        except BaseException:
            connection.close()
            raise

    def _connected(self, parts: SplitResult) -> http.client.HTTPConnection:
        """A connection to a checked address of the host; raises AddressRefusedError or OSError."""
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if host not in self._rules.allow_private:
            for address in addresses:
                kind = refused_kind(address)
                if kind is not None:
                    raise AddressRefusedError(host=host, address=address, kind=kind.en)
        made = socket.create_connection
        fault: OSError | None = None
        for address in addresses:
            try:
                plain = made((address, port), timeout=self._rules.timeout_seconds)
            except OSError as problem:
                fault = problem
                continue
            connection = http.client.HTTPConnection(host, port, timeout=self._rules.timeout_seconds)
            connection.auto_open = 0  # http.client must never resolve and connect by itself
            connection.sock = _secured(plain, host) if secure else plain
            return connection
        raise fault or OSError(f"{host} has no address")

    def _check_deadline(self, url: str, began: datetime) -> None:
        if (self._clock.now() - began).total_seconds() > self._rules.deadline_seconds:
            raise TooSlowError(url=url, seconds=self._rules.deadline_seconds)


def _secured(plain: socket.socket, host: str) -> socket.socket:
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def _skipped(head: _Head, count: int) -> bool:
    """Read past bytes already had; False when the response is shorter."""
    while count > 0:
        try:
            chunk = head.response.read(min(CHUNK_BYTES, count))
        except _FAULTS:
            return False
        if not chunk:
            return False
        count -= len(chunk)
    return True


def _unzipped(chunks: Iterator[bytes], url: str, encoding: str) -> Iterator[bytes]:
    """The content behind a Content-Encoding we did not ask for, never beyond the limits."""
    if encoding in ("identity", ""):
        yield from chunks
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise TransferError(url=url, attempts=1, reason=f"Content-Encoding: {encoding}")
    inflater, taken, given = zlib.decompressobj(47), 0, 0
    for chunk in chunks:
        taken += len(chunk)
        data = chunk
        while data and not inflater.eof:
            try:
                piece = inflater.decompress(data, CHUNK_BYTES)
            except zlib.error as problem:
                raise TransferError(url=url, attempts=1, reason=str(problem)) from problem
            data = inflater.unconsumed_tail
            given += len(piece)
            if given > max(BOMB_FLOOR_BYTES, limits.ARCHIVE_RATIO_MAX * taken):
                raise UnpacksTooLargeError(name=url, limit=f"{limits.ARCHIVE_RATIO_MAX} times its size")
            if piece:
                yield piece
    if not inflater.eof or inflater.unused_data:
        raise TransferError(url=url, attempts=1, reason=f"{encoding}: truncated or followed by other data")


def _retry_after(said: str | None, now: datetime) -> float | None:
    """Seconds to wait: from seconds or an HTTP date."""
    if said is None:
        return None
    if said.strip().isdigit():
        return float(said)
    try:
        moment = email.utils.parsedate_to_datetime(said)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)


def _reason(problem: Exception) -> str:
    return str(problem) or type(problem).__name__
