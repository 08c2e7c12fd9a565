"""objects: one record an object of an S3, Google or Azure store."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec
import obstore
from obstore import exceptions
from obstore.store import from_url

from galley.collect.connector import Connector, Draft, Spoiled, Unit
from galley.collect.content import About, Wanted, WantedModality, read_content
from galley.collect.encoding import check_encoding
from galley.collect.environment import secret
from galley.collect.errors import NothingFoundError
from galley.collect.folder import matcher, time_setting
from galley.collect.remote_errors import ObjectReadError, StoreListError, StoreUrlError
from galley.kernel import limits
from galley.kernel.clock import rfc3339
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.ports import Desk

__all__ = ["Objects", "ObjectsParams"]

_SCHEMES: Final = ("s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss")
"""Cloud stores only: file:// and http:// would go around the checks of the other connectors."""

_FAULTS: Final = (exceptions.BaseError, OSError)
_CHUNK_BYTES: Final = 1024 * 1024


class ObjectsParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which store, which objects. Credentials come from the environment: the store's own variables (AWS_…, GOOGLE_…,
    AZURE_…), or the ones `secrets_env` names."""

    url: str  # s3://bucket/prefix
    glob: str = "**"  # below the prefix
    options: dict[str, str] = {}  # of obstore: endpoint, region, virtual_hosted_style_request, skip_signature …
    secrets_env: dict[str, str] = {}  # option -> environment variable, e.g. secret_access_key: MY_SECRET
    allow_http: bool = False  # an endpoint without TLS
    modality: WantedModality = "auto"
    encoding: str | None = None
    time: str = "mtime"  # mtime | none | an RFC 3339 moment for all
    hidden: bool = False
    max_bytes: int = limits.BLOB_BYTES_MAX
    attempts: int = 4  # to continue a broken transfer


class Objects(Connector[ObjectsParams]):
    """Objects below a prefix, streamed; the key of a record is the object's path below it."""

    name = "objects"
    summary = Text("Objects of an S3-style store, one record each.", "采集 S3 类对象存储，一个对象一条记录。")
    Params = ObjectsParams
    able = Able(needs_network=True)

    def __init__(self, params: ObjectsParams) -> None:
        super().__init__(params)
        encoding = check_encoding(params.encoding) if params.encoding else None
        self._wanted = Wanted(modality=params.modality, encoding=encoding, limit_bytes=params.max_bytes)
        self._time = time_setting(params.time, self.name)
        self._matches = matcher(tuple(params.glob.split("/"))).fullmatch
        scheme = params.url.partition("://")[0]
        if scheme not in _SCHEMES or "@" in params.url or "?" in params.url:
            raise StoreUrlError(url=params.url.partition("?")[0], reason=f"{', '.join(_SCHEMES)}")

    def keys_may_repeat(self) -> bool:
        return False

    def units(self, desk: Desk) -> Iterator[Unit]:
        found: list[Unit] = []
        prefix = self.params.url.rstrip("/")
        try:
            for chunk in obstore.list(self._store(), chunk_size=1000):
                found.extend(self._unit(dict(about), prefix) for about in chunk if self._asked(about["path"]))
        except _FAULTS as problem:
            raise StoreListError(url=self.params.url, reason=_reason(problem)) from problem
        if not found:
            raise NothingFoundError(pattern=f"{prefix}/{self.params.glob}")
        # Not every store lists in order (S3 Express, some gateways).
        yield from sorted(found, key=lambda unit: unit.key)

    def _asked(self, path: str) -> bool:
        hidden = not self.params.hidden and any(part.startswith(".") for part in path.split("/"))
        return not hidden and self._matches(path) is not None

    @staticmethod
    def _unit(about: dict[str, Any], prefix: str) -> Unit:
        # Without an ETag the size and time must do.
        stamp = about.get("version") or about.get("e_tag") or about["last_modified"].isoformat()
        return Unit(
            key=about["path"], uri=f"{prefix}/{about['path']}", stamp=f"{about['size']}-{stamp}", bytes=about["size"]
        )

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        transfer = _Transfer(self._store(), unit.key, self.params.attempts)
        modified = transfer.open()
        if modified is None and transfer.missing and unit.bytes == 0:
            return  # a "folder": consoles make empty objects whose name ends in a slash
        time = self._time if self._time not in ("mtime", "none") else None
        if self._time == "mtime" and modified is not None:
            time = rfc3339(modified)
        about = About(key=unit.key, uri=unit.uri, name=unit.key.rpartition("/")[2], time=time)
        yield read_content(transfer.chunks(), about, self._wanted, desk)

    def _store(self) -> Any:
        params = self.params
        config = {**params.options, **{name: secret(variable) for name, variable in params.secrets_env.items()}}
        try:
            return from_url(params.url, config=config, client_options={"allow_http": params.allow_http})  # type: ignore[call-overload]  # typed by scheme
        except (*_FAULTS, ValueError, TypeError) as problem:
            raise StoreUrlError(url=params.url, reason=_reason(problem)) from problem


class _Transfer:
    """One object being read; a broken transfer is continued by a range of the same version."""

    def __init__(self, store: Any, path: str, attempts: int) -> None:
        self._store, self._path, self._attempts = store, path, attempts
        self._result: Any = None
        self._fault: Exception | None = None
        self.missing = False

    def open(self) -> datetime | None:
        """Start; the modification time, or None when it failed (then `chunks` raises)."""
        try:
            self._result = obstore.get(self._store, self._path)
        except FileNotFoundError as problem:
            self._fault, self.missing = problem, True
            return None
        except _FAULTS as problem:
            self._fault = problem
            return None
        found: datetime = self._result.meta["last_modified"]
        return found

    def chunks(self) -> Iterator[bytes]:
        """The object's bytes; raises ObjectReadError."""
        if self._result is None:
            raise ObjectReadError(name=self._path, reason=_reason(self._fault)) from self._fault
        meta = self._result.meta
        total, tag, seen, failures = meta["size"], meta["e_tag"], 0, 0
        stream: Iterator[Any] = iter(self._result.stream(min_chunk_size=_CHUNK_BYTES))
        while True:
            try:
                piece = next(stream, None)
                if piece is not None:
                    data = bytes(piece)
                    seen += len(data)
                    yield data
                    continue
                fault: Exception | None = None
            except _FAULTS as problem:
                fault = problem
            if fault is None and seen == total:
                return
            failures += 1
            if failures >= self._attempts or tag is None or seen >= total:
                reason = _reason(fault) if fault else f"{seen} of {total} bytes"
                raise ObjectReadError(name=self._path, reason=reason) from fault
            stream = self._continued(seen, tag)

    def _continued(self, seen: int, tag: str) -> Iterator[Any]:
        try:
            again = obstore.get(self._store, self._path, options={"range": {"offset": seen}, "if_match": tag})
        except _FAULTS as problem:
            raise ObjectReadError(name=self._path, reason=_reason(problem)) from problem
        return iter(again.stream(min_chunk_size=_CHUNK_BYTES))


def _reason(problem: Exception | None) -> str:
    """The first line of a store's error without query strings, which may carry signatures."""
    text = str(problem).partition("\n")[0]
    return re.sub(r"\?\S+", "?…", text)[:300] or type(problem).__name__
