"""Models that the operator installed: which there are, and their files for the browser that runs them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from galley.access.model import Verb
from galley.server.errors import RouteMissingError
from galley.server.inject import FromPath, GivenActor, GivenPorts, JsonRequest
from galley.server.models import Installed, Part, installed_models
from galley.server.ports import Ports
from galley.server.wire.models import ModelFile, ModelView, PictureView

__all__ = ["ROUTES"]

_ALL: Final = "/api/v1/models"
_SELF: Final = {"verb": Verb.SELF}
_TAGS: Final = ["models"]
_CHUNK: Final = 256 << 10


def _file(part: Part) -> ModelFile:
    return ModelFile(url=f"{_ALL}/files/{part.sha256}", bytes=part.bytes, sha256=part.sha256)


def _view(model: Installed) -> ModelView:
    told = model.manifest
    return ModelView(
        name=model.name,
        title=told.title,
        kind=told.kind,
        licence=told.licence,
        picture=msgspec.convert(told.picture, PictureView, from_attributes=True),
        encoder=_file(model.encoder),
        decoder=_file(model.decoder),
    )


@get(_ALL, opt=_SELF, sync_to_thread=True, tags=_TAGS)
def list_models(ports: GivenPorts, actor: GivenActor) -> list[ModelView]:
    """The models that the operator installed for the image editor; a browser fetches and runs one when it is used."""
    return [_view(model) for model in installed_models(ports.settings.models).values()]


@get(f"{_ALL}/files/{{sha256:str}}", opt=_SELF, sync_to_thread=True, tags=_TAGS)
def model_file(
    sha256: FromPath[str], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Response[bytes] | Stream:
    """The bytes of a model's file, named by their hash; to be kept for ever."""
    name, part = _found(ports, sha256)
    part.check(name)
    headers = {
        "cache-control": "private, max-age=31536000, immutable",
        "content-disposition": f'attachment; filename="{part.path.name}"',
        "content-security-policy": "sandbox; default-src 'none'",
        "cross-origin-resource-policy": "same-origin",
        "etag": f'"{part.sha256}"',
        "x-content-type-options": "nosniff",
    }
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    headers["content-length"] = str(part.bytes)
    return Stream(_chunks(part.path), headers=headers, media_type="application/octet-stream")


def _found(ports: Ports, sha256: str) -> tuple[str, Part]:
    for model in installed_models(ports.settings.models).values():
        for part in (model.encoder, model.decoder):
            if part.sha256 == sha256:
                return model.name, part
    raise RouteMissingError(path=f"{_ALL}/files/{sha256}")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


ROUTES: Final[list[HTTPRouteHandler]] = [list_models, model_file]
