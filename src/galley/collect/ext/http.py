"""http: one record a URL of a list."""

import posixpath
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import unquote, urlsplit

import msgspec

from galley.collect.connector import Connector, Draft, Spoiled, Unit
from galley.collect.content import OCTETS, About, Wanted, WantedModality, read_content, spoil
from galley.collect.encoding import check_encoding
from galley.collect.environment import secret
from galley.collect.errors import (
    ContentMismatchError,
    DuplicateKeyError,
    FolderMissingError,
    NothingFoundError,
    RecordError,
    SettingError,
)
from galley.collect.fetch import Answer, Fetcher, FetchRules, check_url
from galley.collect.folder import time_setting
from galley.collect.remote_errors import ChangedMeanwhileError
from galley.collect.sniff import Sniffed, hint_of_name
from galley.kernel import limits
from galley.kernel.clock import rfc3339
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.ports import Desk

__all__ = ["Http", "HttpParams"]

_UNIT_BYTES = 1024 * 1024  # an estimate: the server is not asked beforehand
_REPEAT = " #"  # a space is in no checked URL


class HttpParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which URLs, and how patiently."""

    urls: tuple[str, ...] = ()
    list: str | None = None  # a file with one URL a line; empty lines and # comments are skipped
    modality: WantedModality = "auto"
    encoding: str | None = None
    time: str = "modified"  # modified (Last-Modified) | none | an RFC 3339 moment for all
    check: Literal["always", "head", "never"] = (
        "always"  # when an URL is read again: always, when HEAD says it changed, never
    )
    allow_private: tuple[str, ...] = ()  # hosts of the own network that may be read
    token_env: str | None = None  # names the environment variable with a bearer token
    max_bytes: int = limits.BLOB_BYTES_MAX
    max_redirects: int = 5
    attempts: int = 4
    backoff_seconds: float = 1.0
    timeout_seconds: float = 30.0
    deadline_seconds: float = 3600.0


class Http(Connector[HttpParams]):
    """Content behind http(s) URLs; the key of a record is its URL."""

    name = "http"
    summary = Text("A list of web addresses, one record each.", "按网址清单采集，一个网址一条记录。")
    Params = HttpParams
    able = Able(deterministic=False, needs_network=True)

    def __init__(self, params: HttpParams) -> None:
        super().__init__(params)
        if bool(params.urls) == bool(params.list):
            raise SettingError(setting="urls", source=self.name, detail="exactly one of urls and list")
        encoding = check_encoding(params.encoding) if params.encoding else None
        self._wanted = Wanted(modality=params.modality, encoding=encoding, limit_bytes=params.max_bytes)
        self._time = params.time if params.time == "modified" else time_setting(params.time, self.name)

    def keys_may_repeat(self) -> bool:
        return False

    def units(self, desk: Desk) -> Iterator[Unit]:
        counts: dict[str, int] = {}
        for url in self._urls(desk):
            checked = check_url(url)
            counts[checked] = counts.get(checked, 0) + 1
        if not counts:
            raise NothingFoundError(pattern=str(self.params.list))
        fetcher = self._fetcher(desk)
        for url in sorted(counts):
            stamp = fetcher.stamp(url) if self.params.check == "head" else ""
            yield Unit(key=url, uri=url, stamp="never" if self.params.check == "never" else stamp, bytes=_UNIT_BYTES)
            for repeat in range(2, counts[url] + 1):
                yield Unit(key=f"{url}{_REPEAT}{repeat:06}", uri=url, stamp="never")

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        url, _, repeat = unit.key.partition(_REPEAT)
        if repeat:
            yield spoil(unit.key, unit.uri, DuplicateKeyError(key=url, occurrence=int(repeat) - 1))
            return
        for attempt in range(1, self.params.attempts + 1):
            record = self._record(url, desk)
            again = isinstance(record, Spoiled) and record.code == ChangedMeanwhileError.code
            if not again or attempt == self.params.attempts:
                yield record
                return

    def _record(self, url: str, desk: Desk) -> Draft | Spoiled:
        try:
            answer = self._fetcher(desk).get(url)
        except RecordError as problem:
            return spoil(url, url, problem)
        try:
            about = self._about(url, answer)
        except RecordError as problem:
            answer.close()
            return spoil(url, url, problem)
        record = read_content(answer.chunks, about, self._wanted, desk)
        declared = _declared(answer)
        if isinstance(record, Draft) and declared not in ("", record.media_type):
            # The bytes decide what a record is; what the server claimed stays visible.
            return msgspec.structs.replace(record, meta={**record.meta, "content_type": declared})
        return record

    def _about(self, url: str, answer: Answer) -> About:
        """What the response says of its content; raises ContentMismatchError for a web page in place of media."""
        name = posixpath.basename(unquote(urlsplit(url).path))
        declared, named = _declared(answer), hint_of_name(name)
        kind = declared.partition("/")[0]
        hint: Sniffed | None = None
        if kind in ("image", "audio", "video"):
            hint = Sniffed(kind, declared)
        elif declared == "text/html" and named is not None and named.modality not in ("text", "any"):
            raise ContentMismatchError(found=declared, wanted=named.media_type)
        elif kind == "text" and declared != "text/plain":
            hint = Sniffed("text", declared)
        meta = {} if answer.url == url else {"redirected_to": answer.url}
        return About(key=url, uri=url, name=name, hint=hint, time=self._moment(answer), meta=meta)

    def _moment(self, answer: Answer) -> str | None:
        if self._time != "modified":
            return None if self._time == "none" else self._time
        try:
            return rfc3339(parsedate_to_datetime(answer.modified)) if answer.modified else None
        except (ValueError, OverflowError):
            return None

    def _urls(self, desk: Desk) -> Iterator[str]:
        if self.params.list is None:
            yield from self.params.urls
            return
        path = desk.base / self.params.list
        if not path.is_file():
            raise FolderMissingError(path=self.params.list, base=str(desk.base))
        with path.open(encoding="utf-8-sig", errors="strict") as lines:
            for line in lines:
                if line.strip() and not line.lstrip().startswith("#"):
                    yield line.strip()

    def _fetcher(self, desk: Desk) -> Fetcher:
        params = self.params
        rules = FetchRules(
            allow_private=tuple(host.lower().strip("[]") for host in params.allow_private),
            max_bytes=params.max_bytes,
            max_redirects=params.max_redirects,
            attempts=params.attempts,
            backoff_seconds=params.backoff_seconds,
            timeout_seconds=params.timeout_seconds,
            deadline_seconds=params.deadline_seconds,
            token=secret(params.token_env) if params.token_env else None,
        )
        return Fetcher(rules, desk.clock)


def _declared(answer: Answer) -> str:
    """The media type the server claims; empty when it claims nothing in particular."""
    declared = answer.content_type.partition(";")[0].strip().lower()
    return "" if declared in (OCTETS.media_type, "binary/octet-stream") or "/" not in declared else declared
