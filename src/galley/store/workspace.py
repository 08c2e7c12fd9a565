"""The workspace: one folder that holds everything Galley knows of a team's lines.

workspace.json   format and id
objects/         blobs and other immutable objects, unless GALLEY_OBJECTS_URL names a bucket
pg/              the embedded database, unless GALLEY_DATABASE_URL names a server
log/             the transparency log
keys/            signing keys, mode 0700
runs/            scratch and reports of runs
"""

import functools
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from galley.kernel.clock import Clock, SystemClock, rfc3339
from galley.store.blobs import StoredBlobs
from galley.store.database import HOME, Database
from galley.store.errors import StorageError, WorkspaceBrokenError, WorkspaceMissingError, WorkspaceNewerError
from galley.store.files import read_or_none, write_durable
from galley.store.objects import Shelf, StoredObjects, open_shelf

__all__ = ["WORKSPACE_FORMAT", "Workspace"]

WORKSPACE_FORMAT: Final = 1
_FILE: Final = "workspace.json"
_FOLDERS: Final = {"objects": 0o755, "log": 0o755, "keys": 0o700, "runs": 0o755}


class _Stamp(msgspec.Struct, kw_only=True):
    """What workspace.json holds."""

    format: int
    created: str


class Workspace:
    """An open workspace; the database starts when it is first asked for. Close it, or use it as a context manager."""

    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self.path = path
        self._environment = environment

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        create: bool = False,
        clock: Clock | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "Workspace":
        """Open the workspace in a folder, making it first if `create` and there is none.

        `environment` stands for os.environ (GALLEY_DATABASE_URL, GALLEY_OBJECTS_URL). Raises WorkspaceMissingError,
        WorkspaceNewerError, WorkspaceBrokenError, and StorageError when the folder cannot be written.
        """
        folder = Path(path).expanduser().absolute()
        if create:
            _create(folder, clock or SystemClock())
        _check(folder)
        return cls(folder, os.environ if environment is None else environment)

    @functools.cached_property
    def database(self) -> Database:
        """The database as the home organisation sees it, migrated; embedded when there is no GALLEY_DATABASE_URL."""
        url = self._environment.get("GALLEY_DATABASE_URL", "")
        opened = Database.open(url) if url else Database.embedded(self.path / "pg")
        return opened.of(HOME)

    @property
    def objects_place(self) -> str:
        """The folder or bucket URL of blobs and objects; a worker process opens its own shelf there."""
        return self._environment.get("GALLEY_OBJECTS_URL", "") or str(self.path / "objects")

    @functools.cached_property
    def shelf(self) -> Shelf:
        """Where blobs and objects lie."""
        return open_shelf(self.objects_place)

    @functools.cached_property
    def blobs(self) -> StoredBlobs:
        """Content-addressed bytes."""
        return StoredBlobs(self.shelf)

    @functools.cached_property
    def objects(self) -> StoredObjects:
        """Named immutable objects beside the blobs."""
        return StoredObjects(self.shelf)

    @property
    def log(self) -> Path:
        """The folder of the transparency log."""
        return self.path / "log"

    @property
    def keys(self) -> Path:
        """The folder of signing keys."""
        return self.path / "keys"

    @property
    def runs(self) -> Path:
        """The folder of runs."""
        return self.path / "runs"

    def close(self) -> None:
        """Close the database if it was opened; the last process stops an embedded server."""
        database = self.__dict__.pop("database", None)
        if database is not None:
            database.close()

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _create(folder: Path, clock: Clock) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, mode in _FOLDERS.items():
            (folder / name).mkdir(mode=mode, exist_ok=True)
    except OSError as problem:
        raise StorageError(action="create", name=str(folder), reason=problem.strerror or str(problem)) from problem
    if read_or_none(folder / _FILE) is None:
        stamp = _Stamp(format=WORKSPACE_FORMAT, created=rfc3339(clock.now()))
        write_durable(folder / _FILE, msgspec.json.format(msgspec.json.encode(stamp)) + b"\n")


def _check(folder: Path) -> None:
    file = folder / _FILE
    data = read_or_none(file)
    if data is None:
        raise WorkspaceMissingError(folder=folder)
    # The format alone is read first: a newer workspace.json may hold what this Galley cannot parse.
    found = re.search(rb'"format"\s*:\s*(\d+)', data)
    if found and int(found[1]) > WORKSPACE_FORMAT:
        raise WorkspaceNewerError(folder=folder, found=int(found[1]), known=WORKSPACE_FORMAT)
    try:
        msgspec.json.decode(data, type=_Stamp)
    except msgspec.DecodeError as problem:
        raise WorkspaceBrokenError(file=file, reason=str(problem)) from problem
