"""Processes: one parent that keeps the house and runs the duties, and as many stateless ones as asked that answer.

The parent opens the workspace first, so that whatever is wrong is said once, and starts Granian; each process opens the
workspace for itself. SIGTERM and SIGINT drain: /ready turns 503, after `GALLEY_DRAIN_SECONDS` no connection is accepted,
what is under way is finished, and the processes end. A parent that is killed takes the others with it: they would keep
the address, and answer on without duties and jobs.
"""

import contextlib
import gc
import logging.config
import multiprocessing
import os
import resource
import signal
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer
from litestar import Litestar

from galley.kernel.clock import SystemClock
from galley.server.app import create_app
from galley.server.levels import DUTIES_FILE, DutyBoard
from galley.server.logs import LOGGING
from galley.server.metrics import MULTIPROCESS
from galley.server.models import installed_models
from galley.server.once import FORGET
from galley.server.ports import open_ports
from galley.server.settings import Settings, settings_of
from galley.store.workspace import Workspace
from galley.worker.duties import DUTIES
from galley.worker.duty import Floor, Rota
from galley.worker.jobs.kinds import KINDS
from galley.worker.jobs.runner import Runner

__all__ = ["Serving", "application", "serve"]

_WORKSPACE: Final = "GALLEY_SERVE_WORKSPACE"
_MODELS: Final = "GALLEY_MODELS"
_CONNECTIONS_MAX: Final = 20_000
_BACKLOG: Final = 4096
_END_SECONDS: Final = 30
_ORPHAN_SECONDS: Final = 5


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """Where to serve what."""

    workspace: Path
    host: str = "127.0.0.1"
    port: int = 8080
    processes: int = 1
    models: str = ""  # a folder of models; empty: as the environment says
    opened: Callable[[Workspace], None] | None = None  # called once, before anybody is answered


def application() -> Litestar:
    """The application of one process; Granian calls this in each."""
    logging.config.dictConfig(LOGGING)
    _end_with_parent()
    _raise_files_limit()
    workspace = Workspace.open(os.environ[_WORKSPACE])
    ports = open_ports(workspace, settings=settings_of(os.environ))
    signal.signal(signal.SIGUSR1, lambda *_: ports.process.drain())
    app = create_app(ports, on_end=workspace.close)
    # What was loaded stays to the end: going over it again and again is a quarter of the time of an export.
    gc.collect()
    gc.freeze()
    return app


def serve(serving: Serving, environment: Mapping[str, str]) -> int:
    """Serve until a signal says to stop; the exit code: 0 unless a process died by itself.

    Raises what opening the workspace raises, ModelError, and OSError when the address cannot be had.
    """
    settings = settings_of({**environment, **({_MODELS: serving.models} if serving.models else {})})
    installed_models(settings.models)  # what is wrong with them is said before anything is started
    # What works on the workspace is stopped before it is closed: the stack is the inner of the two.
    with Workspace.open(serving.workspace, create=True) as workspace, contextlib.ExitStack() as ended:
        workspace.database.facts()
        if serving.opened is not None:
            serving.opened(workspace)
        scratch = ended.enter_context(tempfile.TemporaryDirectory(prefix="galley-metrics-"))
        if settings.duties:
            os.environ[DUTIES_FILE] = f"{scratch}/duties.prom"
            _work(workspace, settings, ended)
        if serving.processes > 1 and MULTIPROCESS not in os.environ:
            # Before any child is started: the library looks when it is first imported.
            os.environ[MULTIPROCESS] = scratch
        os.environ[_WORKSPACE] = str(serving.workspace)
        os.environ[_MODELS] = settings.models
        # A forked child would share the parent's threads' locks and its hold on the embedded server.
        multiprocessing.set_start_method("spawn", force=True)
        server = _Server(serving, settings)
        try:
            server.serve()
        except SystemExit as left:
            return left.code if isinstance(left.code, int) else 1
    return 0


class _Server(MPServer):
    """Granian, told to drain before it stops."""

    def __init__(self, serving: Serving, settings: Settings) -> None:
        super().__init__(
            "galley.server.serve:application",
            address=serving.host,
            port=serving.port,
            interface=Interfaces.ASGI,
            workers=serving.processes,
            factory=True,
            websockets=False,
            backlog=_BACKLOG,
            backpressure=_CONNECTIONS_MAX,
            http1_settings=HTTP1Settings(header_read_timeout=15_000, pipeline_flush=True),
            log_level=LogLevels.warning,
            log_dictconfig=LOGGING,
            workers_kill_timeout=_END_SECONDS,
            respawn_failed_workers=True,
        )
        self._drain_seconds = settings.drain_seconds
        self._signals = 0

    def signal_handler_interrupt(self, *_: Any, **__: Any) -> None:
        """The first signal drains, the second stops at once."""
        self._signals += 1
        for worker in self.wrks:
            if worker.inner.is_alive():
                os.kill(worker.inner.pid, signal.SIGUSR1)
        if self._signals > 1 or self._drain_seconds <= 0:
            self._interrupt()
        else:
            timer = threading.Timer(self._drain_seconds, self._interrupt)
            timer.daemon = True
            timer.start()

    def _interrupt(self) -> None:
        super().signal_handler_interrupt()  # type: ignore[no-untyped-call]

    def shutdown(self, exit_code: int = 0) -> None:
        """Stop the processes. One that a signal to the whole group ended before we told it did not fail."""
        if self._signals:
            self.interrupt_children.clear()
        super().shutdown(exit_code)  # type: ignore[no-untyped-call]


def _work(workspace: Workspace, settings: Settings, ended: contextlib.ExitStack) -> None:
    """Start the duties and a runner of jobs, in the parent: the processes that answer are left to answering."""
    log = logging.getLogger("galley.worker")

    def tell(name: str, problem: Exception) -> None:
        log.error("duty failed", exc_info=problem, extra={"galley": {"duty": name}})

    floor = Floor(workspace=workspace, house=workspace.database.house(), clock=SystemClock())
    rota = Rota(floor, [*DUTIES, FORGET], tell)
    runner = Runner(workspace, floor.clock, KINDS, settings={"import_roots": settings.import_roots}, tell=tell)
    rota.start()
    ended.callback(rota.stop)
    board = DutyBoard(Path(os.environ[DUTIES_FILE]), rota.states)
    board.start()
    ended.callback(board.stop)
    runner.start()
    ended.callback(runner.stop)


def _end_with_parent() -> None:
    """When the parent is gone, finish what is under way, but not for long: whoever starts it again needs the address."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        threading.main_thread().join(_ORPHAN_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _raise_files_limit() -> None:
    """Every connection is a file: take as many as the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
