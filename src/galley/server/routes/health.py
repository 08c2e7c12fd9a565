"""How the whole installation is, for operators: database, disk, what waits, how the duties fare."""

import shutil
from typing import Final

import msgspec
from litestar import get
from litestar.handlers import HTTPRouteHandler

from galley import __version__
from galley.access.model import Verb
from galley.kernel.errors import GalleyError
from galley.server.inject import GivenPorts
from galley.server.levels import duties_told
from galley.server.ports import Ports
from galley.server.ready import readiness
from galley.worker.health import JobCount, ReaderLag, queues

__all__ = ["ROUTES"]

_DUTY_WORDS: Final = {
    "galley_duty_runs_total": "runs",
    "galley_duty_done_total": "done",
    "galley_duty_failures_total": "failures",
    "galley_duty_last_success_timestamp_seconds": "last_success",
}


class DiskView(msgspec.Struct, kw_only=True):
    """The disk of the workspace."""

    total_bytes: int
    free_bytes: int


class SystemHealth(msgspec.Struct, kw_only=True):
    """Everything an operator looks at first."""

    status: str  # well | troubled
    version: str
    checks: dict[str, str]  # each ok, or the code of what is wrong
    disk: DiskView
    database_bytes: int | None  # None: the database does not answer
    connections: int | None
    readers: list[ReaderLag]  # how far each duty has read the outbox
    jobs: list[JobCount]
    duties: dict[str, dict[str, float]]  # runs, done, failures, last_success (seconds since 1970); empty: not here
    in_flight: int  # requests of this process
    draining: bool


@get("/api/v1/system/health", opt={"verb": Verb.SYSTEM_READ}, sync_to_thread=True, tags=["system"])
def system_health(ports: GivenPorts) -> SystemHealth:
    """How the installation is; answered also when parts of it are down."""
    checks = _checks(ports)
    disk = shutil.disk_usage(ports.workspace.path)
    told = SystemHealth(
        status="well" if all(found == "ok" for found in checks.values()) else "troubled",
        version=__version__,
        checks=checks,
        disk=DiskView(total_bytes=disk.total, free_bytes=disk.free),
        database_bytes=None,
        connections=None,
        readers=[],
        jobs=[],
        duties=_duties(duties_told().decode()),
        in_flight=ports.process.in_flight,
        draining=ports.process.draining,
    )
    try:
        found = queues(ports.house)
    except GalleyError as problem:
        told.status, told.checks["queues"] = "troubled", problem.code
        return told
    told.database_bytes, told.connections = found.database_bytes, found.connections
    told.readers, told.jobs = list(found.readers), list(found.jobs)
    return told


def _checks(ports: Ports) -> dict[str, str]:
    try:
        return dict(readiness(ports).checks)
    except GalleyError as problem:
        return {name: str(fact) for name, fact in problem.facts.items() if name != "failing"}


def _duties(exposition: str) -> dict[str, dict[str, float]]:
    """The duties' numbers out of what their process wrote for Prometheus."""
    found: dict[str, dict[str, float]] = {}
    for line in exposition.splitlines():
        name, _, rest = line.partition('{duty="')
        duty, _, value = rest.partition('"} ')
        if name in _DUTY_WORDS and value:
            found.setdefault(duty, {})[_DUTY_WORDS[name]] = float(value)
    return found


ROUTES: Final[list[HTTPRouteHandler]] = [system_health]
