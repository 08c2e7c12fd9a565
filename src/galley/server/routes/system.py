"""Routes of the server itself: is it alive, is it ready, what is it."""

from typing import Any, Final

from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler

from galley import __version__
from galley.access.model import Verb
from galley.server.inject import GivenPorts
from galley.server.ready import readiness

__all__ = ["ROUTES"]

_PAGE: Final = f"""<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>Galley</title></head>
<body><h1>Galley {__version__}</h1>
<p lang="zh">Galley 正在运行。接口说明：<a href="/api/v1/openapi.json">/api/v1/openapi.json</a></p>
<p lang="en">Galley is running. The API is described at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a></p>
</body></html>
"""


@get("/", opt={"verb": Verb.PUBLIC}, sync_to_thread=False, media_type=MediaType.HTML, include_in_schema=False)
def page() -> str:
    """A page for people until the web app takes this place."""
    return _PAGE


@get("/health", opt={"verb": Verb.PUBLIC}, sync_to_thread=False, tags=["system"])
def health() -> dict[str, str]:
    """Whether the process is alive."""
    return {"status": "alive", "version": __version__}


@get("/ready", opt={"verb": Verb.PUBLIC}, sync_to_thread=True, tags=["system"])
def ready(ports: GivenPorts) -> Response[dict[str, Any]]:
    """Whether the process can serve: database, migrations, objects, and that it is not draining; 503 otherwise."""
    found = readiness(ports)
    return Response(
        {"status": "ready" if found.ready else "unready", "checks": found.checks},
        status_code=200 if found.ready else 503,
        headers={} if found.ready else {"retry-after": "1"},
    )


ROUTES: Final[list[HTTPRouteHandler]] = [page, health, ready]
