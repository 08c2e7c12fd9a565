"""What a browser gets to know of the models that are installed."""

from typing import Literal

import msgspec

from galley.server.models import Picture, Title

__all__ = ["ModelFile", "ModelView"]


class ModelFile(msgspec.Struct, kw_only=True):
    """A file of a model: its address has its hash in it, so what it gives never changes."""

    url: str
    bytes: int
    sha256: str


class ModelView(msgspec.Struct, kw_only=True):
    """A model that the operator installed, to be run in the browser."""

    name: str
    title: Title
    kind: Literal["segment-anything"]
    licence: str
    picture: Picture
    encoder: ModelFile
    decoder: ModelFile
