"""The web app: its page at every address that is nothing else's, its files below /assets.

Addresses such as /orgs/1/projects/2/work are the app's own: whoever opens one gets the page, and the page shows it.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from galley import __version__
from galley.access.model import Verb
from galley.kernel.language import Text
from galley.server.errors import RouteMissingError
from galley.server.inject import FromPath, GivenPorts, JsonRequest
from galley.server.models import installed_models
from galley.server.ports import Ports
from galley.server.site import Site, SiteFile, current_site, encoding_of, page_headers, site_folder

__all__ = ["ROUTES"]

_PUBLIC: Final = {"verb": Verb.PUBLIC}
_READ: Final = [HttpMethod.GET, HttpMethod.HEAD]
_OTHERS: Final = ("/api", "/assets", "/health", "/ready", "/metrics")
_FILE: Final = re.compile(r"/[^/]*\.[A-Za-z][A-Za-z0-9]{0,10}")  # beside the page; deeper addresses may end in a name
_ICON: Final = "favicon.svg"  # whatever asks for the old name draws this one, too
_APIS: Final = ("/openapi.json", "/docs", "/redoc", "/swagger")
_WHOLE_BYTES: Final = 1 << 20
_CHUNK: Final = 256 << 10

_UNBUILT: Final = Text(
    "Galley {version} is running; its web app is not built here. Run `make web` in the source checkout (it needs Node.js 20 "
    "or newer, and says so), or install the package: the wheel holds the app. The API works as it is:",
    "Galley {version} 正在运行，但此处尚未构建网页应用。请在源码目录运行 `make web`（需要 Node.js 20 及以上版本），或安装发行包（wheel 已含网页应用）。接口可直接使用：",
)


def _site(ports: Ports) -> Site | None:
    return current_site(site_folder(ports.settings.site))


def _unbuilt() -> Response[str]:
    told = "".join(
        f'<p lang="{language}">{html.escape(_UNBUILT.say(language, version=__version__))} '
        '<a href="/api/v1/openapi.json">/api/v1/openapi.json</a></p>\n'
        for language in ("zh", "en")
    )
    text = f'<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"><title>Galley</title></head>\n<body><h1>Galley</h1>\n{told}</body></html>\n'
    return Response(text, media_type="text/html", headers=page_headers("none"))


def _page(site: Site | None) -> Response[str]:
    if site is None:
        return _unbuilt()
    page = site.page()
    return Response(page.text, media_type="text/html", headers=page.headers)


def _file(file: SiteFile, ports: Ports, request: JsonRequest) -> Response[bytes] | Stream:
    encoding = encoding_of(request.headers.get("accept-encoding", ""), file)
    models = bool(installed_models(ports.settings.models))
    path, headers = file.paths[encoding], file.headers(encoding, models=models)
    if headers["etag"] in (
        tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")
    ):
        return Response(b"", status_code=304, headers=headers)
    if request.method == "GET" and path.stat().st_size > _WHOLE_BYTES:
        headers["content-length"] = str(path.stat().st_size)
        return Stream(_chunks(path), headers=headers, media_type=file.media_type)
    return Response(path.read_bytes(), headers=headers, media_type=file.media_type)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


@route("/", http_method=_READ, opt=_PUBLIC, sync_to_thread=True, include_in_schema=False)
def front(ports: GivenPorts) -> Response[str]:
    """The app's page."""
    return _page(_site(ports))


@route("/{path:path}", http_method=_READ, opt=_PUBLIC, sync_to_thread=True, include_in_schema=False)
def anywhere(path: FromPath[str], ports: GivenPorts, request: JsonRequest) -> Response[str] | Response[bytes] | Stream:
    """The app's page at an address of the app; a file that lies beside the page, such as its icon."""
    if path.startswith(tuple(f"{other}/" for other in _OTHERS)) or path in _OTHERS:
        raise RouteMissingError(path=path)
    site = _site(ports)
    name = _ICON if path == "/favicon.ico" else path.strip("/")
    file = None if site is None else site.files.get(name)
    if file is None and path != "/index.html" and (path in _APIS or _FILE.fullmatch(path)):
        raise RouteMissingError(path=path)
    return _page(site) if file is None else _file(file, ports, request)


@route("/robots.txt", http_method=_READ, opt=_PUBLIC, sync_to_thread=False, include_in_schema=False)
def robots() -> Response[str]:
    """Nothing here is for search engines."""
    return Response("User-agent: *\nDisallow: /\n", media_type="text/plain")


@route("/assets/{path:path}", http_method=_READ, opt=_PUBLIC, sync_to_thread=True, include_in_schema=False)
def asset(path: FromPath[str], ports: GivenPorts, request: JsonRequest) -> Response[bytes] | Stream:
    """A file of the app; raises RouteMissingError when the app has no such file."""
    site = _site(ports)
    file = None if site is None else site.files.get(f"assets/{path.strip('/')}")
    if file is None:
        raise RouteMissingError(path=f"/assets{path}")
    return _file(file, ports, request)


ROUTES: Final[list[HTTPRouteHandler]] = [front, anywhere, asset, robots]
