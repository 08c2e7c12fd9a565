"""A shelf in a bucket: S3 and what speaks its protocol, Google Cloud Storage, Azure, through obstore.

Credentials, region and endpoint come from the usual environment variables (AWS_ENDPOINT_URL and so on).
"""

import contextlib
import io
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any, BinaryIO, Final, cast

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import from_url

from galley.store.errors import ObjectsUrlError, StorageError

__all__ = ["Bucket"]

_SPOOL_BYTES: Final = 16 * 1024 * 1024  # a stream up to this size is held in memory before it is uploaded
_PART_BYTES: Final = 16 * 1024 * 1024


class Bucket:
    """Named bytes as objects below a URL's prefix."""

    def __init__(self, url: str) -> None:
        try:
            config = {"allow_http": True} if url.startswith("s3://") else {}  # an endpoint of one's own may be http
            self._store = from_url(
                url,
                client_options=cast(Any, config),
                retry_config={"max_retries": 6, "retry_timeout": timedelta(seconds=60)},
            )
        except (BaseError, ValueError) as problem:
            raise ObjectsUrlError(url=url, reason=_first_line(problem)) from problem

    def read(self, name: str) -> bytes | None:
        with _reported("read", name):
            try:
                return bytes(obstore.get(self._store, name).bytes())
            except (FileNotFoundError, NotFoundError):
                return None

    def open(self, name: str) -> BinaryIO | None:
        with _reported("read", name):
            try:
                reader = obstore.open_reader(self._store, name)
            except (FileNotFoundError, NotFoundError):
                return None
        return cast(BinaryIO, io.BufferedReader(cast(Any, _Raw(reader)), buffer_size=1024 * 1024))

    def size(self, name: str) -> int | None:
        with _reported("read", name):
            try:
                return int(obstore.head(self._store, name)["size"])
            except (FileNotFoundError, NotFoundError):
                return None

    def create(self, name: str, data: bytes) -> bool:
        with _reported("write", name):
            try:
                obstore.put(self._store, name, data, mode="create")
            except AlreadyExistsError:
                return False
            return True

    def replace(self, name: str, data: bytes) -> None:
        with _reported("write", name):
            obstore.put(self._store, name, data, chunk_size=_PART_BYTES)

    def stage(self) -> "_Spooled":
        return _Spooled(self._store)

    def names(self, prefix: str) -> Iterator[str]:
        # Listing by obstore goes by whole path parts; the port's prefix is any beginning of a name.
        folder = prefix.rpartition("/")[0]
        with _reported("list", prefix):
            found = [str(item["path"]) for page in obstore.list(self._store, folder or None) for item in page]
        return iter(sorted(name for name in found if name.startswith(prefix)))

    def remove(self, name: str) -> None:
        with _reported("remove", name), contextlib.suppress(FileNotFoundError, NotFoundError):
            obstore.delete(self._store, name)

    def flush(self) -> None:
        return


class _Spooled:
    """A stream kept locally until its name is known, then uploaded in parts."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115 closed by discard

    def write(self, chunk: bytes) -> None:
        with _reported("write", "temporary file"):
            self._file.write(chunk)

    def commit(self, name: str) -> None:
        self._file.seek(0)
        with _reported("write", name):
            obstore.put(self._store, name, self._file, chunk_size=_PART_BYTES, max_concurrency=4)
        self._file.close()

    def discard(self) -> None:
        self._file.close()


class _Raw(io.RawIOBase):
    """obstore's reader as a raw stream of the standard library."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _reported("read", "object"):
            chunk = bytes(self._reader.read(len(buffer)))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._reader.seek(offset, whence))

    def tell(self) -> int:
        return int(self._reader.tell())

    def close(self) -> None:
        if not self.closed:
            self._reader.close()
        super().close()


@contextlib.contextmanager
def _reported(action: str, name: str) -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as problem:
        raise StorageError(action=action, name=name, reason=_first_line(problem)) from problem


def _first_line(problem: Exception) -> str:
    return str(problem).strip().partition("\n")[0]
