"""Models an operator installed for the image editor: one folder each, read when the server starts, run in the browser.

    <models>/mobile-sam/model.toml
    <models>/mobile-sam/encoder.onnx
    <models>/mobile-sam/decoder.onnx

`model.toml` says what the picture has to look like for the encoder; the decoder is that of Segment Anything's ONNX
export (Kirillov et al., 2023). A browser gets the files from here and from nowhere else.
"""

import hashlib
import os
import re
import threading
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from galley.kernel.errors import InputError, StateError
from galley.kernel.language import Text

__all__ = [
    "MANIFEST",
    "PARTS",
    "Installed",
    "Manifest",
    "ModelChangedError",
    "ModelError",
    "ModelTitle",
    "Part",
    "Picture",
    "installed_models",
]

MANIFEST: Final = "model.toml"
PARTS: Final = ("encoder.onnx", "decoder.onnx")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_ONNX_HEAD: Final = b"\x08"  # field 1 of ModelProto, ir_version, a varint: every exporter writes it first
_BYTES_MAX: Final = 1 << 31  # what a browser's WebAssembly can hold
_AT: Final = re.compile(r"(?P<reason>.*) - at `\$\.?(?P<field>[^`]*)`", re.DOTALL)


class ModelError(InputError):
    """What lies in the folder of models cannot be used."""

    code = "GLY-SRV-022"
    text = Text("The model's file {path}, {field}: {reason}", "模型文件 {path}，{field}：{reason}")
    hint = Text(
        "docs/guide/operator.md shows how a model is installed. Mend the folder, or take it out of GALLEY_MODELS.",
        "模型的安装方法见 docs/guide/operator.zh-CN.md。请修正该文件夹，或将其移出 GALLEY_MODELS。",
    )


class ModelChangedError(StateError):
    """A model's file is not what it was when the server started."""

    code = "GLY-SRV-023"
    text = Text(
        "{file} of the model {name} was changed while the server ran.", "模型 {name} 的 {file} 在服务运行期间被改动。"
    )
    hint = Text("Restart the server.", "请重启服务。")


class ModelTitle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people read: never empty."""

    en: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


_Triple = tuple[float, float, float]


class Picture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the encoder takes: a picture scaled to `side` along its longer side, each channel (0 to 255) less `mean`, by
    `std`. The defaults are Segment Anything's."""

    side: Annotated[int, msgspec.Meta(ge=64, le=4096)] = 1024
    mean: _Triple = (123.675, 116.28, 103.53)
    std: _Triple = (58.395, 57.12, 57.375)
    channels: Literal["rgb", "bgr"] = "rgb"
    layout: Literal["nchw", "nhwc", "chw", "hwc"] = "nchw"
    padded: bool = True  # with zeros to a square, on the right and below; False: the encoder does it


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """model.toml."""

    title: ModelTitle
    kind: Literal["segment-anything"]
    licence: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    picture: Picture = Picture()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a model, as it was when it was read."""

    path: Path
    bytes: int
    sha256: str
    changed_ns: int

    def check(self, name: str) -> None:
        """Raise ModelChangedError when the file is another one by now."""
        try:
            found = self.path.stat()
        except OSError as problem:
            raise ModelChangedError(file=self.path.name, name=name) from problem
        if (found.st_size, found.st_mtime_ns) != (self.bytes, self.changed_ns):
            raise ModelChangedError(file=self.path.name, name=name)


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """A model that is there."""

    name: str
    manifest: Manifest
    encoder: Part
    decoder: Part


_lock = threading.Lock()
_known: dict[str, Mapping[str, Installed]] = {}


def installed_models(folder: str) -> Mapping[str, Installed]:
    """The models in the operator's folder by name, read once in a process; none when no folder is named.

    Raises ModelError, which names the file and what of it is wrong.
    """
    if not folder:
        return {}
    with _lock:
        if folder not in _known:
            _known[folder] = _read(Path(folder))
        return _known[folder]


def _read(folder: Path) -> Mapping[str, Installed]:
    try:
        entries = sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    except OSError as problem:
        raise ModelError(path=str(folder), field="GALLEY_MODELS", reason=_told(problem)) from problem
    return {entry.name: _model(entry) for entry in entries}


def _model(folder: Path) -> Installed:
    if not _NAME.fullmatch(folder.name):
        reason = "a folder's name has small letters, digits, dots, hyphens and underscores, 63 at most"
        raise ModelError(path=str(folder), field="name", reason=reason)
    manifest = _manifest(folder / MANIFEST)
    encoder, decoder = (_part(folder / name) for name in PARTS)
    return Installed(name=folder.name, manifest=manifest, encoder=encoder, decoder=decoder)


def _manifest(path: Path) -> Manifest:
    try:
        found = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Manifest)
    except OSError as problem:
        raise ModelError(path=str(path), field="file", reason=_told(problem)) from problem
    except msgspec.ValidationError as problem:
        at = _AT.fullmatch(str(problem))
        field, reason = (at["field"], at["reason"]) if at else ("file", str(problem))
        raise ModelError(path=str(path), field=field or "file", reason=reason) from problem
    except ValueError as problem:
        raise ModelError(path=str(path), field="file", reason=str(problem)) from problem
    if not all(value > 0 for value in found.picture.std):
        raise ModelError(path=str(path), field="picture.std", reason="more than 0 each")
    return found


def _part(path: Path) -> Part:
    try:
        found = os.stat(path)
        if not 0 < found.st_size < _BYTES_MAX:
            raise ModelError(path=str(path), field="size", reason="more than 0 and less than 2 GiB")
        with path.open("rb") as file:
            if file.read(1) != _ONNX_HEAD:
                reason = "no ONNX model; a page or a pointer to one may have been saved in its place"
                raise ModelError(path=str(path), field="content", reason=reason)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise ModelError(path=str(path), field="file", reason=_told(problem)) from problem
    return Part(path=path, bytes=found.st_size, sha256=digest, changed_ns=found.st_mtime_ns)


def _told(problem: OSError) -> str:
    return problem.strerror or str(problem)
