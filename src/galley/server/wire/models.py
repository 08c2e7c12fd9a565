"""What a browser gets to know of the models that are installed."""

from typing import Literal

import msgspec

from galley.server.models import ModelTitle

__all__ = ["ModelFile", "ModelView", "PictureView"]


class PictureView(msgspec.Struct, kw_only=True):
    """What a model's encoder takes: a picture scaled to `side` along its longer side, each channel (0 to 255) less `mean`,
    by `std`; padded with zeros to a square, on the right and below, or not."""

    side: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    channels: Literal["rgb", "bgr"]
    layout: Literal["nchw", "nhwc", "chw", "hwc"]
    padded: bool


class ModelFile(msgspec.Struct, kw_only=True):
    """A file of a model: its address has its hash in it, so what it gives never changes."""

    url: str
    bytes: int
    sha256: str


class ModelView(msgspec.Struct, kw_only=True):
    """A model that the operator installed, to be run in the browser."""

    name: str
    title: ModelTitle
    kind: Literal["segment-anything"]
    licence: str
    picture: PictureView
    encoder: ModelFile
    decoder: ModelFile
