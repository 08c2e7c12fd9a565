"""Documents people write: the one reader of YAML, strict and safe, that knows the line of every value.

Words are read by the core rules of YAML 1.2, so `no`, `on`, `12:30`, `2026-01-01` and `007` stay words; numbers are
plain decimal. Refused: tags, anchors and aliases (a few lines of them expand to gigabytes), repeated keys, keys that are
not words, a second document, more than RECIPE_BYTES_MAX bytes and nesting beyond JSON_DEPTH_MAX.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, Literal, TypeVar

import msgspec
import yaml

from galley.kernel.errors import InputError
from galley.kernel.language import Text
from galley.kernel.limits import JSON_DEPTH_MAX, RECIPE_BYTES_MAX
from galley.kernel.misfit import Misfit, Path, path_of, suggestion

__all__ = ["EMPTY", "Document", "DocumentError", "Fault", "parse_document"]

T = TypeVar("T")

Fault = Literal["syntax", "repeated", "size", "depth", "value"]
"""What is wrong with a document, for readers that have their own error for it; `value` is anything said later."""

EMPTY: Final = Text("the document is empty", "文件为空")


class DocumentError(InputError):
    """A YAML document is not what it should be; says the file, the line and the nearest right word."""

    code: ClassVar[str] = "GLY-KER-020"
    text = Text("{name}, line {line}: {detail}", "{name} 第 {line} 行：{detail}")
    hint = Text("{advice}", "{advice}")


class Document:
    """Plain data out of YAML, knowing the line of each path (`collect[0].license`, or as a tuple of its parts)."""

    def __init__(self, name: str, data: Any, lines: Mapping[Path, int]) -> None:
        self.name = name
        self.data = data
        self._lines = lines

    def line(self, path: Path | str) -> int:
        """The line of a path (of its key, if it has one), or of the nearest thing that contains it; from 1."""
        parts = path_of(path)
        for length in range(len(parts), -1, -1):
            found = self._lines.get(parts[:length]) or self._guessed(parts[:length])
            if found is not None:
                return found
        return self._lines.get((), 1)

    def _guessed(self, parts: Path) -> int | None:
        # msgspec writes `...` for the key of a dictionary: the first place that fits is meant.
        if "..." not in parts:
            return None
        fits = (
            line
            for path, line in self._lines.items()
            if len(path) == len(parts) and all(part in (own, "...") for part, own in zip(parts, path, strict=True))
        )
        return next(fits, None)

    def error(self, path: Path | str, detail: Text | str, advice: Text | str = "") -> DocumentError:
        """An error that points at a path of this document."""
        return _error(self.name, self.line(path), "value", detail, advice)

    def convert(self, kind: type[T], path: Path | str = (), data: Any = ...) -> T:
        """The data (or a part of it, found at `path`) as a struct; a word nobody knows gets the nearest one suggested."""
        given = self.data if data is ... else data
        if given is None and not path:
            raise self.error((), EMPTY)
        try:
            return msgspec.convert(given, kind)
        except msgspec.ValidationError as problem:
            raise self._explained(Misfit.of(problem, kind), path_of(path)) from problem

    def _explained(self, misfit: Misfit, inside: Path) -> DocumentError:
        spot = (*inside, *misfit.path)
        advice = suggestion(misfit.word, misfit.known)
        if misfit.fault == "unknown":
            return self.error((*spot, misfit.word), misfit.says(), advice)
        return self.error(spot, misfit.says(spot or ("document",)), advice)


def parse_document(text: str | bytes, name: str) -> Document:
    """Read one YAML document; raises DocumentError with the line, and the kind of fault among its facts.

    An empty document is None: what may stand there is for the caller to say.
    """
    size = len(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    if size > RECIPE_BYTES_MAX:
        detail = Text(f"larger than {RECIPE_BYTES_MAX} bytes", f"超过 {RECIPE_BYTES_MAX} 字节")
        raise _error(name, 1, "size", detail)
    try:
        source = text if isinstance(text, str) else text.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = bytes(text[: problem.start]).count(b"\n") + 1 if isinstance(text, bytes) else 1
        raise _error(name, line, "syntax", Text("not UTF-8 text", "不是 UTF-8 文本")) from problem
    loader: Any = None
    try:
        loader = yaml.SafeLoader(source)
        reader = _Reader(name, _events(loader))
        return Document(name, reader.document(), reader.lines)
    except _BeyondUnicode as problem:
        line = loader.get_mark().line + 1
        raise _error(name, line, "syntax", Text("\\U beyond U+10FFFF", "\\U 超出 U+10FFFF")) from problem
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise _not_yaml(name, mark.line + 1 if mark else 1, str(problem.problem)) from problem
    except yaml.reader.ReaderError as problem:
        # Its position counts characters of the text; its character is a code point (or, in old releases, a letter).
        found = problem.character if isinstance(problem.character, int) else ord(problem.character)
        raise _not_yaml(name, source.count("\n", 0, problem.position) + 1, f"U+{found:04X}") from problem


class _BeyondUnicode(Exception):
    """An escape names a number that is no character; the library (6.0) lets it through to chr()."""


def _events(loader: Any) -> Iterator[Any]:
    """The events of a text, one by one."""
    try:
        while loader.check_event():
            yield loader.get_event()
    except (ValueError, OverflowError) as problem:
        raise _BeyondUnicode from problem
    finally:
        loader.dispose()


def _error(
    name: str, line: int, fault: Fault, detail: Text | str, advice: Text | str = "", **more: Any
) -> DocumentError:
    return DocumentError(name=name, line=line, detail=detail, advice=advice, fault=fault, **more)


def _not_yaml(name: str, line: int, detail: str) -> DocumentError:
    return _error(name, line, "syntax", Text(f"not YAML: {detail}", f"不是 YAML：{detail}"))


class _Reader:
    """Builds plain data from YAML's events in one pass, so that nothing is expanded before it has been looked at."""

    def __init__(self, name: str, events: Iterator[Any]) -> None:
        self.lines: dict[Path, int] = {}
        self._name = name
        self._events = events

    def document(self) -> Any:
        """The data of the only document, None when there is none."""
        next(self._events)  # the start of the stream
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        data = self._value(next(self._events), ())
        next(self._events)  # the end of the document
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._refused(after, Text("a second document begins", "出现第二个文档"))
        return data

    def _value(self, event: Any, path: Path) -> Any:
        self._check(event, len(path))
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        value = self._text(event)
        return _word(value) if event.implicit[0] else value

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            self._check(event, len(path))
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refused(event, Text("a key must be a word", "键必须是一个词"))
            key = self._text(event)
            if key in found:
                detail = Text(f"'{key}' stands twice", f"“{key}”出现了两次")
                raise _error(self._name, _line(event), "repeated", detail, word=key)
            self.lines[*path, key] = _line(event)
            found[key] = self._value(next(self._events), (*path, key))
        return found

    def _sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._value(event, (*path, len(found))))
        return found

    def _text(self, event: Any) -> str:
        """The text of a scalar; JSON writes characters beyond the first 65,536 as two escapes, which YAML leaves apart."""
        text = str(event.value)
        if text.isascii() or not _SURROGATE.search(text):
            return text
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise self._refused(event, Text("half a surrogate pair", "存在不成对的代理字符")) from None

    def _check(self, event: Any, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise self._refused(event, Text("anchors and aliases are not allowed", "不允许使用锚点与别名"))
        if event.tag:
            detail = Text(f"unreadable: tags are not allowed ({event.tag})", f"无法读取：不允许使用标签（{event.tag}）")
            raise self._refused(event, detail)
        if depth >= JSON_DEPTH_MAX and isinstance(event, yaml.CollectionStartEvent):
            detail = Text(f"nested too deep (more than {JSON_DEPTH_MAX})", f"嵌套过深（超过 {JSON_DEPTH_MAX} 层）")
            raise _error(self._name, _line(event), "depth", detail)

    def _refused(self, event: Any, detail: Text) -> DocumentError:
        return _error(self._name, _line(event), "syntax", detail)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("true", "True"), True),
    **dict.fromkeys(("false", "False"), False),
    **dict.fromkeys(("", "~", "null", "Null"), None),
}
# Leading zeros (007), 1e3, 0x1F and .inf stay words: the first is an identifier more often than a number, and writers
# of YAML 1.1 leave the others unquoted although they mean text. 40 digits bound the time `int` takes.
_INT: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,39})")
# No more than writers of YAML 1.1 quote when it is a text: no sign before a point, none missing in an exponent.
_FLOAT: Final = re.compile(r"(?:[-+]?[0-9]{1,40}\.[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][-+][0-9]{1,3})?")


def _word(text: str) -> str | int | float | bool | None:
    """What an unquoted word means."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
