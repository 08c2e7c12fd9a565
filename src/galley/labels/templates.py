"""The gallery: label schemas ready to begin with, each with a guideline, an example record and an example annotation.

A template is one YAML file of `gallery/`; its `labels` part is a label schema as text, checked like anybody's. The pictures
and sounds of the examples lie in `gallery/media/`.
"""

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final, Literal

import msgspec

from galley.kernel.errors import MissingError, invariant
from galley.kernel.language import Text
from galley.labels.choices import Title
from galley.labels.schema import LabelSchema
from galley.labels.schema_text import schema_from_yaml

__all__ = ["MEDIA_TYPES", "Template", "TemplateMissingError", "template", "template_media", "templates"]

MEDIA_TYPES: Final = {"png": "image/png", "wav": "audio/wav"}
"""What the examples' files are, by the ending of their names."""


class TemplateMissingError(MissingError):
    """The gallery has no template or example file of the name."""

    code = "GLY-LAB-070"
    text = Text("The gallery has nothing called '{name}'.", "模板库中没有“{name}”。")
    hint = Text("GET /api/v1/templates lists what there is.", "可用 GET /api/v1/templates 查看全部模板。")


class Template(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A label schema to begin with."""

    name: str = ""  # of its file
    order: int  # in the gallery
    modality: Literal["text", "image", "audio", "dialogue", "form"]
    title: Title
    description: Title
    guideline: Title  # markdown
    labels: str  # the label schema, YAML
    record: dict[str, Any]  # what people see
    answer: dict[str, Any]  # an annotation of it

    @property
    def schema(self) -> LabelSchema:
        """The label schema."""
        return schema_from_yaml(self.labels)


def _gallery() -> Traversable:
    return resources.files("galley.labels").joinpath("gallery")


@cache
def templates() -> tuple[Template, ...]:
    """All templates in the order of the gallery."""
    found = [_read(file) for file in _gallery().iterdir() if file.name.endswith(".yaml")]
    return tuple(sorted(found, key=lambda one: (one.order, one.name)))


def _read(file: Traversable) -> Template:
    read = msgspec.yaml.decode(file.read_bytes(), type=Template)
    invariant(not read.name, "a template is called like its file", file=file.name)
    return msgspec.structs.replace(read, name=file.name.removesuffix(".yaml"))


def template(name: str) -> Template:
    """One template; raises TemplateMissingError."""
    for found in templates():
        if found.name == name:
            return found
    raise TemplateMissingError(name=name[:100])


@cache
def _media_names() -> frozenset[str]:
    return frozenset(file.name for file in _gallery().joinpath("media").iterdir())


def template_media(name: str) -> tuple[str, bytes]:
    """Media type and bytes of an example's picture or sound; raises TemplateMissingError."""
    kind = MEDIA_TYPES.get(name.rpartition(".")[2])
    # The name is looked up, never joined to a folder before: it comes from whoever asks.
    if kind is None or name not in _media_names():
        raise TemplateMissingError(name=name[:100])
    return kind, _gallery().joinpath("media", name).read_bytes()
