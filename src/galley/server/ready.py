"""Whether this process can serve."""

import msgspec

from galley.kernel.errors import GalleyError
from galley.server.ports import Ports

__all__ = ["Readiness", "readiness"]


class Readiness(msgspec.Struct, frozen=True):
    """Each check with `ok`, or the code of what is wrong."""

    checks: dict[str, str]

    @property
    def ready(self) -> bool:
        """Whether all is well."""
        return all(found == "ok" for found in self.checks.values())


def readiness(ports: Ports) -> Readiness:
    """Look at everything a request may need. What is wrong is named by its code only: anybody may ask."""
    checks = {"draining": "yes" if ports.process.draining else "ok"}
    try:
        ports.database.facts()
        checks["database"] = "ok"
    except GalleyError as problem:
        checks["database"] = problem.code
    try:
        next(ports.objects.names("ready/"), None)
        checks["objects"] = "ok"
    except GalleyError as problem:
        checks["objects"] = problem.code
    return Readiness(checks)
