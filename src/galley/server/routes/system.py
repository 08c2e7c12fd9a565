"""Routes of the server itself: is it alive, is it ready, what is it."""

import contextlib
from typing import Final, Literal

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from galley import __version__
from galley.access.model import Verb
from galley.kernel.errors import GalleyError
from galley.server.inject import GivenPorts
from galley.server.levels import duties_told, work_numbers
from galley.server.metrics import EXPOSITION_TYPE
from galley.server.ready import Readiness, readiness

__all__ = ["ROUTES"]


class Health(msgspec.Struct, kw_only=True):
    """That the process is alive, and which version it is."""

    status: Literal["alive"] = "alive"
    version: str


@get("/health", opt={"verb": Verb.PUBLIC}, sync_to_thread=False, tags=["system"])
def health() -> Health:
    """Whether the process is alive."""
    return Health(version=__version__)


@get("/ready", opt={"verb": Verb.PUBLIC}, sync_to_thread=True, tags=["system"])
def ready(ports: GivenPorts) -> Readiness:
    """Whether the process can serve: database, migrations, objects, and that it is not draining."""
    return readiness(ports)


@get("/api/v1/openapi.json", opt={"verb": Verb.PUBLIC}, sync_to_thread=True, include_in_schema=False)
def openapi() -> Response[bytes]:
    """The API described."""
    # Imported when it is asked for: the description reads the list of routes, which this is one of.
    from galley.server.openapi import document_bytes  # noqa: PLC0415

    return Response(document_bytes(), media_type="application/json", headers={"cache-control": "max-age=3600"})


@get("/metrics", opt={"verb": Verb.SYSTEM_READ, "machine": True}, sync_to_thread=True, include_in_schema=False)
def metrics(ports: GivenPorts) -> Response[bytes]:
    """What Prometheus collects, for operators and for whoever has GALLEY_METRICS_TOKEN."""
    told = ports.metrics.exposition() + duties_told()
    # What the processes have is most wanted when the database is gone.
    with contextlib.suppress(GalleyError):
        told += work_numbers(ports.house)
    return Response(told, media_type=EXPOSITION_TYPE)


ROUTES: Final[list[HTTPRouteHandler]] = [health, ready, openapi, metrics]
