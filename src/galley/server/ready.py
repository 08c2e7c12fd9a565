"""Whether this process can serve."""

from typing import Literal

import msgspec

from galley.kernel.errors import GalleyError
from galley.server.errors import NotReadyError
from galley.server.ports import Ports
from galley.store.errors import DatabaseNewerError, DatabaseOlderError, MigrationEditedError

__all__ = ["Readiness", "readiness"]


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Each check, and that it is well."""

    status: Literal["ready"] = "ready"
    checks: dict[str, str]


def readiness(ports: Ports) -> Readiness:
    """Look at everything a request may need; raises NotReadyError.

    What is wrong is named by its code only: anybody may ask.
    """
    checks = {"draining": "yes" if ports.process.draining else "ok"}
    try:
        ports.database.check_schema()
        checks |= {"database": "ok", "schema": "ok"}
    except (DatabaseNewerError, DatabaseOlderError, MigrationEditedError) as problem:
        checks |= {"database": "ok", "schema": problem.code}
    except GalleyError as problem:
        checks["database"] = problem.code
    try:
        next(ports.objects.names("ready/"), None)
        checks["objects"] = "ok"
    except GalleyError as problem:
        checks["objects"] = problem.code
    if any(found != "ok" for found in checks.values()):
        failing = ", ".join(f"{name} {found}" for name, found in checks.items() if found != "ok")
        raise NotReadyError(failing=failing, **checks)
    return Readiness(checks=checks)
