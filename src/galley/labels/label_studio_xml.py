"""Label Studio's config XML as plain tags with their lines, read safely.

Document types, entities, processing instructions, sizes and depths no config needs are refused before they cost anything.
"""

from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from galley.kernel.limits import JSON_DEPTH_MAX, RECIPE_BYTES_MAX
from galley.labels.errors import ConfigHostileError, ConfigSyntaxError

__all__ = ["Tag", "read_tags"]

TAGS_MAX: Final = 50_000


@dataclass(eq=False)
class Tag:
    """One element."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list["Tag"] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        """An attribute's value."""
        return self.attributes.get(name, default)

    def says(self, name: str, *, default: bool = False) -> bool:
        """A boolean attribute as Label Studio reads it."""
        return {"true": True, "1": True, "false": False, "0": False}.get(self.get(name).lower(), default)


def read_tags(xml: str | bytes) -> Tag:
    """The root element; raises ConfigSyntaxError or ConfigHostileError with the line."""
    data = xml.encode("utf-8", "replace") if isinstance(xml, str) else xml
    if len(data) > RECIPE_BYTES_MAX:
        raise ConfigHostileError(line=1, detail=f"> {RECIPE_BYTES_MAX} bytes")
    reader = _Reader()
    reader.read(data, "utf-8" if isinstance(xml, str) else None)
    return reader.roots[0]


class _Reader:
    def __init__(self) -> None:
        self.roots: list[Tag] = []
        self._open: list[Tag] = []
        self._count = 0

    def read(self, data: bytes, encoding: str | None) -> None:
        parser = expat.ParserCreate(encoding)
        self._parser = parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = lambda *_: self._refuse("<!DOCTYPE")
        parser.EntityDeclHandler = lambda *_: self._refuse("<!ENTITY")
        parser.ProcessingInstructionHandler = lambda *_: self._refuse("<?")
        try:
            parser.Parse(data, True)
        except expat.ExpatError as problem:
            raise ConfigSyntaxError(line=problem.lineno, detail=expat.ErrorString(problem.code)) from problem

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = Tag(name, attributes, self._parser.CurrentLineNumber)
        (self._open[-1].children if self._open else self.roots).append(tag)
        self._open.append(tag)
        self._count += 1
        if len(self._open) > JSON_DEPTH_MAX:
            self._refuse(f"depth > {JSON_DEPTH_MAX}")
        if self._count > TAGS_MAX:
            self._refuse(f"> {TAGS_MAX} tags")

    def _end(self, name: str) -> None:
        self._open.pop()

    def _refuse(self, detail: str) -> None:
        raise ConfigHostileError(line=self._parser.CurrentLineNumber, detail=detail)
