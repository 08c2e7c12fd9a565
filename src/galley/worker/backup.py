"""Backup and restore of everything a workspace knows, while people go on working.

    DEST/backup.json     what is here; written last, so a backup without it is not finished
    DEST/database.dump   pg_dump's custom format: one consistent moment
    DEST/objects/        blobs and objects by name; immutable, so the next backup copies only what is new
    DEST/log/            the transparency log
    DEST/keys/           signing keys, mode 0600, only when asked for

The database is dumped first: whatever its rows name was stored durably before them, so the objects and the log, copied
afterwards, hold all of it and perhaps a little more.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict

from galley.kernel.clock import Clock, rfc3339
from galley.store import sql
from galley.store.database import Database
from galley.store.embedded import EmbeddedServer, postgres_programs
from galley.store.files import exclusive, read_or_none, write_durable
from galley.store.folder import Folder
from galley.store.objects import Shelf, open_shelf
from galley.store.workspace import Workspace
from galley.worker.errors import BackupBrokenError, BackupMissingError, DatabaseProgramError, RestorePlaceError

__all__ = ["Backup", "back_up", "restore"]

QUERIES: Final = sql.load("galley.worker")
_FORMAT: Final = 1
_FILE: Final = "backup.json"
_DUMP: Final = "database.dump"
_CHUNK: Final = 1 << 20
_NEWER_SETTING: Final = b"SET transaction_timeout = 0;\n"
_SETTINGS_LINES: Final = 60
_ENVIRONMENT: Final = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
}


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds: SHA-256 of its dump and of each file of the log and keys; objects by count and size."""

    format: int
    galley: str
    created: str
    postgres: str
    files: dict[str, str]
    objects: int | None  # None: left where they are (a bucket with its own backup)
    objects_bytes: int
    copied: int = 0  # of the objects, those that no earlier backup in this folder had


# --- back up ---------------------------------------------------------------------------------------------------------


def back_up(
    workspace: Workspace, target: Path, clock: Clock, *, version: str, objects: bool = True, keys: bool = False
) -> Backup:
    """Write a backup into a folder, or bring the one there up to date; raises DatabaseProgramError, StorageError."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    (target / _FILE).unlink(missing_ok=True)
    facts = workspace.database.facts()
    _run_program("pg_dump", workspace.database.house().conninfo, ["--format=custom", "--role=galley_house",
                 "--enable-row-security", "--no-owner", f"--file={target / (_DUMP + '.new')}"])  # fmt: skip
    os.replace(target / f"{_DUMP}.new", target / _DUMP)
    counted, size, copied = _copy_objects(workspace.shelf, Folder(target / "objects")) if objects else (None, 0, 0)
    _copy_log(workspace.log, target / "log")
    if keys:
        _copy_tree(workspace.keys, target / "keys")
    shutil.copyfile(workspace.path / "workspace.json", target / "workspace.json")
    files = {name: _sha256(target / name) for name in sorted(_plain_files(target, keys))}
    made = Backup(
        format=_FORMAT,
        galley=version,
        created=rfc3339(clock.now()),
        postgres=str(facts["version"]),
        files=files,
        objects=counted,
        objects_bytes=size,
        copied=copied,
    )
    write_durable(target / _FILE, msgspec.json.format(msgspec.json.encode(made)) + b"\n")
    return made


def _plain_files(target: Path, keys: bool) -> Iterator[str]:
    yield _DUMP
    yield "workspace.json"
    for name in ("log", "keys") if keys else ("log",):
        for file in sorted((target / name).rglob("*")):
            if file.is_file():
                yield file.relative_to(target).as_posix()


def _copy_objects(source: Shelf, target: Folder) -> tuple[int, int, int]:
    """Every object that is not there yet; (objects, bytes, copied)."""
    counted = size = copied = 0
    for name in source.names(""):
        known = target.size(name)
        wanted = source.size(name)
        if wanted is None:
            continue
        if known != wanted:
            _copy_object(source, target, name)
            copied += 1
        counted += 1
        size += wanted
    target.flush()
    return counted, size, copied


def _copy_object(source: Shelf, target: Shelf, name: str) -> None:
    reader = source.open(name)
    if reader is None:
        raise BackupBrokenError(file=name)
    staged = target.stage()
    try:
        with reader:
            while chunk := reader.read(_CHUNK):
                staged.write(chunk)
        staged.commit(name)
    finally:
        staged.discard()


def _copy_log(source: Path, target: Path) -> None:
    """The log as it stands, its writers waiting meanwhile."""
    lock = source / ".state" / "lock"
    if not lock.exists():
        _copy_tree(source, target)
        return
    with exclusive(lock):
        _copy_tree(source, target)


def _copy_tree(source: Path, target: Path) -> None:
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(".lock", "lock", "tmp"))


# --- restore ---------------------------------------------------------------------------------------------------------


def restore(source: Path, folder: Path, *, database_url: str = "", objects_url: str = "") -> Backup:
    """Make a workspace from a backup: in a new folder, with an empty database, both untouched if anything is wrong.

    Raises BackupMissingError, BackupBrokenError, RestorePlaceError, DatabaseProgramError. The schema is brought up to
    this version of Galley at the end.
    """
    found = _read(source)
    if folder.exists() and any(folder.iterdir()):
        raise RestorePlaceError(place=folder)
    for name in ("objects", "log", "keys", "runs"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700 if name == "keys" else 0o755)
    server = None if database_url else EmbeddedServer(folder / "pg")
    url = database_url or (server.start() if server is not None else "")
    try:
        _restore_database(source / _DUMP, url)
        for name in ("log", "keys"):
            if (source / name).exists():
                shutil.copytree(source / name, folder / name, dirs_exist_ok=True)
        _restore_objects(found, source, open_shelf(objects_url or str(folder / "objects")))
        shutil.copyfile(source / "workspace.json", folder / "workspace.json")
        Database.open(url).close()
    finally:
        if server is not None:
            server.release()
    return found


def _read(source: Path) -> Backup:
    data = read_or_none(source / _FILE)
    if data is None:
        raise BackupMissingError(folder=source)
    try:
        found = msgspec.json.decode(data, type=Backup)
    except msgspec.DecodeError as problem:
        raise BackupBrokenError(file=_FILE) from problem
    for name, sha256 in found.files.items():
        if not (source / name).is_file() or _sha256(source / name) != sha256:
            raise BackupBrokenError(file=name)
    return found


def _restore_database(dump: Path, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        counted = connection.execute(QUERIES["table_counts"]).fetchone()
        if counted is not None and counted[0]:
            raise RestorePlaceError(place=Database.place_of(url))
        for query in ("create_app_role", "create_house_role"):
            with contextlib.suppress(psycopg.errors.DuplicateObject):
                connection.execute(QUERIES[query])
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):  # somebody else gave them
            connection.execute(QUERIES["grant_roles"])
    # As text through psql, because pg_restore 18 itself sends a setting that older servers refuse. Rows come before
    # policies: row-level security is turned on only when the data is in.
    environment, programs = _environment(url), postgres_programs(Path())
    reader = [str(programs / "pg_restore"), "--no-owner", "--file=-", str(dump)]
    writer = [str(programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "--file=-"]
    with (
        subprocess.Popen(reader, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as giving,
        subprocess.Popen(
            writer, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as taking,
    ):
        _pass_on(giving.stdout or [], taking.stdin)
        for program, process in (("pg_restore", giving), ("psql", taking)):
            told = process.stderr.read().decode(errors="replace") if process.stderr is not None else ""
            if process.wait() != 0:
                raise DatabaseProgramError(program=program, reason=_last_lines(told))


def _pass_on(lines: Iterable[bytes], target: IO[bytes] | None) -> None:
    with contextlib.suppress(BrokenPipeError):  # psql says itself why it ended
        if target is not None:
            for number, line in enumerate(lines):
                if number > _SETTINGS_LINES or line != _NEWER_SETTING:
                    target.write(line)
            target.close()


def _restore_objects(found: Backup, source: Path, target: Shelf) -> None:
    if found.objects is None:
        return
    shelf = Folder(source / "objects")
    names = list(shelf.names(""))
    if len(names) < found.objects:
        raise BackupBrokenError(file="objects/")
    for name in names:
        _copy_object(shelf, target, name)
    target.flush()


def _run_program(program: str, conninfo: str, arguments: list[str]) -> None:
    """Run one of the wheel's PostgreSQL programs; the password travels in the environment, never on the command line."""
    command = [str(postgres_programs(Path()) / program), *arguments]
    done = subprocess.run(command, env=_environment(conninfo), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DatabaseProgramError(program=program, reason=_last_lines(done.stderr))


def _environment(conninfo: str) -> dict[str, str]:
    given = {**os.environ}
    for name, value in conninfo_to_dict(conninfo).items():
        if name in _ENVIRONMENT:
            given[_ENVIRONMENT[name]] = str(value)
    return given


def _last_lines(text: str) -> str:
    return " | ".join(text.strip().splitlines()[-3:])


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
