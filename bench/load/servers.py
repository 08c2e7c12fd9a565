"""What a bench starts and stops: a PostgreSQL of its own, and `galley serve`."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "max_connections": "200",
}
"""Otherwise as PostgreSQL comes: fsync, full_page_writes and synchronous_commit are on."""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def binaries() -> Path | None:
    """The newest PostgreSQL that Debian installed, or whichever is on the path."""
    found = sorted(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    if found:
        return found[0]
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL with default durability, its data in a folder; its URL. Ended and removed at the end."""
    where = binaries()
    if where is None:
        raise SystemExit("no PostgreSQL found; give --database URL")
    account = next((found for found in pwd.getpwall() if found.pw_name == "postgres"), None)
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 and account else []
    data = Path(tempfile.mkdtemp(prefix="pg-", dir=folder))
    if as_user and account:
        os.chown(data, account.pw_uid, account.pw_gid)
    port = free_port()
    try:
        initdb = [
            str(where / "initdb"),
            "-D",
            str(data),
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        subprocess.run([*as_user, *initdb], check=True, stdout=subprocess.DEVNULL)
        lines = [f"{name} = {value}" for name, value in SETTINGS.items()]
        with (data / "postgresql.conf").open("a") as conf:
            conf.write("\n".join([*lines, f"port = {port}", f"unix_socket_directories = '{data}'", ""]))
        control = [*as_user, str(where / "pg_ctl"), "-D", str(data), "-l", str(data / "log"), "-w"]
        subprocess.run([*control, "start"], check=True, stdout=subprocess.DEVNULL)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "fast", "stop"], check=True, stdout=subprocess.DEVNULL)
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextlib.contextmanager
def galley(workspace: Path, url: str, processes: int) -> Iterator[tuple[int, int]]:
    """A running `galley serve`; its port and the parent's process id."""
    port = free_port()
    command = [sys.executable, "-m", "galley.cli.main", "serve", "--port", str(port), "--processes", str(processes)]
    environment = {**os.environ, "GALLEY_DATABASE_URL": url}
    with (workspace.parent / "serve.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--workspace", str(workspace)], env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            ready(f"http://127.0.0.1:{port}/ready", process)
            yield port, process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def ready(url: str, process: "subprocess.Popen[bytes]", seconds: float = 90.0) -> None:
    """Wait until a server answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(url, timeout=5),
        ):
            return
        time.sleep(0.1)
    raise SystemExit(f"nothing answers at {url}")


def resident_mib(parent: int) -> float:
    """Resident memory of a process and its children."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            if parent in (int(lines["Pid"]), int(lines["PPid"])):
                total += int(lines.get("VmRSS", "0 kB").split()[0])
    return total / 1024
