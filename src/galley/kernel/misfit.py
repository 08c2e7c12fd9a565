"""What does not fit a struct: msgspec's validation messages as facts, so that errors can point, suggest and translate."""

import difflib
import re
from collections.abc import Collection
from typing import Any, Final, Literal

import msgspec

from galley.kernel.language import Text

__all__ = ["Misfit", "Path", "meant", "path_of", "suggestion"]

Path = tuple[str | int, ...]


def path_of(path: Path | str) -> Path:
    """`collect[0].license` (or msgspec's `$.collect[0].license`) as a tuple of its parts; a tuple stays as it is."""
    if not isinstance(path, str):
        return path
    parts = re.findall(r"\[(\d+)\]|([^.\[\]]+|\.\.\.)", path.removeprefix("$"))
    return tuple(int(place) if place else name for place, name in parts)


def meant(word: str, known: Collection[str]) -> Text:
    """Advice naming the known word that is nearest to a mistaken one; empty when none is near."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return Text(f"Did you mean '{close[0]}'?", f"是否想写“{close[0]}”？") if close else Text("", "")


def suggestion(word: str, known: Collection[str]) -> Text:
    """Advice naming the nearest known word, or all of them."""
    listed = ", ".join(sorted(known))
    near = meant(word, known)
    return near if near.en or not listed else Text(f"Known here: {listed}", f"可用：{listed}")


class Misfit(msgspec.Struct, frozen=True, kw_only=True):
    """One value that does not fit: where, why, and the words that would."""

    path: Path
    fault: Literal["unknown", "missing", "choice", "shape", "other"]
    word: str = ""  # the unknown key, missing key or impossible choice
    known: tuple[str, ...] = ()  # the keys, or the choices, there are
    expected: str = ""
    found: str = ""
    message: str = ""  # msgspec's own words

    @classmethod
    def of(cls, problem: msgspec.ValidationError, kind: Any) -> "Misfit":
        """The facts of a validation error raised for `kind`."""
        message, _, where = str(problem).partition(" - at `")
        path = path_of(where.rstrip("`"))
        for fault, pattern in _PATTERNS:
            match = re.fullmatch(pattern, message, re.DOTALL)
            if match is None:
                continue
            if fault == "shape":
                return cls(path=path, fault=fault, expected=match[1], found=match[2], message=message)
            held = _kinds_at(kind, path)
            known = _keys(held) if fault == "unknown" else _choices(held) if fault == "choice" else ()
            return cls(path=path, fault=fault, word=match[1], known=known, message=message)
        return cls(path=path, fault="other", message=message)

    def says(self, place: Path = ()) -> Text:
        """What is wrong, after where when a place is given."""
        said = self._said()
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
        return Text(f"{where}: {said.en}", f"{where}：{said.zh}") if where else said

    def _said(self) -> Text:
        if self.fault == "unknown":
            return Text(f"unknown word '{self.word}'", f"未知的词“{self.word}”")
        if self.fault == "missing":
            return Text(f"'{self.word}' is missing", f"缺少“{self.word}”")
        if self.fault == "choice":
            return Text(f"'{self.word}' is not possible here", f"此处不能是“{self.word}”")
        if self.fault == "shape":
            return Text(f"expected {self.expected}, found {self.found}", f"应为 {self.expected}，实际为 {self.found}")
        own = self.message[:1].lower() + self.message[1:]
        return Text(own, own)


_PATTERNS: Final[tuple[tuple[Literal["unknown", "missing", "choice", "shape"], str], ...]] = (
    ("unknown", r"Object contains unknown field `(.*)`"),
    ("missing", r"Object missing required field `(.*)`"),
    ("choice", r"Invalid enum value '?(.*?)'?"),
    ("shape", r"Expected `(.*)`, got `(.*)`"),
)


def _kinds_at(kind: Any, path: Path) -> tuple[Any, ...]:
    """The types that may stand at a path below `kind`: unions are spread, containers entered."""
    held = _spread(msgspec.inspect.type_info(kind))
    for part in path:
        held = tuple(found for info in held for inner in _inner(info, part) for found in _spread(inner))
    return held


def _spread(info: Any) -> tuple[Any, ...]:
    if isinstance(info, msgspec.inspect.Metadata):
        return _spread(info.type)
    if isinstance(info, msgspec.inspect.UnionType):
        return tuple(found for part in info.types for found in _spread(part))
    return (info,)


def _inner(info: Any, part: str | int) -> list[Any]:
    if isinstance(info, msgspec.inspect.StructType):
        return [field.type for field in info.fields if part in (field.encode_name, field.name)]
    if isinstance(info, msgspec.inspect.TupleType):
        return [info.item_types[part]] if isinstance(part, int) and part < len(info.item_types) else []
    if isinstance(info, msgspec.inspect.DictType):
        return [info.value_type]
    item = getattr(info, "item_type", None)
    return [] if item is None else [item]


def _keys(held: tuple[Any, ...]) -> tuple[str, ...]:
    structs = [info for info in held if isinstance(info, msgspec.inspect.StructType)]
    return tuple(field.encode_name for info in structs for field in info.fields)


def _choices(held: tuple[Any, ...]) -> tuple[str, ...]:
    words = [str(value) for info in held if isinstance(info, msgspec.inspect.LiteralType) for value in info.values]
    return tuple(words)
