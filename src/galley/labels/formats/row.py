"""The row every reader of label files yields, and bounded reading of lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from galley.kernel.errors import GalleyError
from galley.kernel.limits import LINE_BYTES_MAX
from galley.labels.errors import LabelFileError, LabelFileSizeError
from galley.labels.label_type import Content
from galley.labels.schema import Control, LabelSchema

__all__ = ["LabelRow", "control_for", "empty_answers", "numbered_lines"]


@dataclass(frozen=True)
class LabelRow:
    """The labels a file has for one record: raw, still to be checked against the schema and the record."""

    key: str  # the record's key, file name, or number in the file; "" when problems belong to no record
    labels: dict[str, Any] | None  # None: unusable, see problems
    line: int = 0
    id: str = ""  # the record's id, where the file names it
    content: Content = field(default_factory=Content)  # what the file itself says about the record (its size, its text)
    problems: tuple[GalleyError, ...] = ()


def control_for(schema: LabelSchema, kind: str) -> Control | None:
    """The first control of a label type: where a format that knows one list of boxes puts them."""
    found = schema.of_type(kind)
    return found[0] if found else None


def empty_answers(*controls: Control | None) -> dict[str, Any]:
    """The answer "nothing found" for controls a format always answers."""
    return {control.name: [] for control in controls if control is not None}


def numbered_lines(stream: BinaryIO, format_name: str) -> Iterator[tuple[int, str | LabelFileError]]:
    """Lines from 1 without their ends; a line that is not UTF-8 comes as the error it is. A line beyond LINE_BYTES_MAX
    raises LabelFileSizeError: what follows it cannot be trusted."""
    number = 0
    while line := stream.readline(LINE_BYTES_MAX + 1):
        number += 1
        if len(line) > LINE_BYTES_MAX:
            raise LabelFileSizeError(format=format_name, line=number, limit=f"{LINE_BYTES_MAX} bytes", found="")
        if number == 1 and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
        try:
            yield number, line.decode().rstrip("\r\n")
        except UnicodeDecodeError as problem:
            yield number, LabelFileError(format=format_name, line=number, found=f"UTF-8 @ {problem.start}")
