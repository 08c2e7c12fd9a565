"""CoNLL columns with BIO tags: one token a line, the tag last, a blank line between records.

IOB1, BIOES and BILOU are read too; BIO is written. `# id = …` or `# sent_id = …` before the tokens names the record;
without it records are numbered from 0.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

from galley.kernel.errors import GalleyError
from galley.kernel.span import Span, TaggedSpan, spans_of_tags, tags_of_spans
from galley.labels.errors import LabelFileShapeError
from galley.labels.formats.row import LabelRow, control_for, numbered_lines
from galley.labels.label_type import Content
from galley.labels.schema import LabelSchema

__all__ = ["conll_record", "read_conll", "tokens_of"]

FORMAT: Final = "CoNLL"
_ID: Final = re.compile(r"#\s*(?:sent_)?id\s*=\s*(.+?)\s*")
_TAG: Final = re.compile(r"O|[BIESLUM]-.+")
_SINGLE: Final = "\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_TOKEN: Final = re.compile(rf"[{_SINGLE}]|(?:(?![{_SINGLE}])\w)+|[^\w\s]")
_BY_CHARACTER: Final = re.compile(f"[{_SINGLE}]")


def read_conll(stream: BinaryIO, schema: LabelSchema, *, joiner: str | None = None) -> Iterator[LabelRow]:
    """One row a record, with the text its tokens make: joined by `joiner`, or, when it is None, by a space except beside
    a character of a script that is written without spaces. Spans go to the schema's first span control."""
    control = control_for(schema, "span")
    name = control.name if control is not None else "spans"
    reader = _Records(name, joiner)
    for number, line in numbered_lines(stream, FORMAT):
        if isinstance(line, GalleyError):
            reader.problems.append(line)
        elif line.strip():
            reader.token(number, line)
        else:
            yield from reader.close()
    yield from reader.close()


class _Records:
    def __init__(self, control: str, joiner: str | None) -> None:
        self.problems: list[GalleyError] = []
        self._control, self._joiner = control, joiner
        self._count = 0
        self._start()

    def _start(self) -> None:
        self._tokens: list[str] = []
        self._tags: list[str] = []
        self._line, self._key = 0, ""
        self.problems = []

    def token(self, number: int, line: str) -> None:
        named = _ID.fullmatch(line)
        if named:
            self._key = named.group(1)
            return
        columns = line.split("\t") if "\t" in line else line.split()
        tagged = len(columns) > 1 and bool(columns[0]) and _TAG.fullmatch(columns[-1]) is not None
        if columns[0] == "-DOCSTART-" or (line.startswith("#") and not tagged):
            return
        self._line = self._line or number
        if not tagged:
            wrong = LabelFileShapeError(format=FORMAT, line=number, expected="token … O | B-x | I-x", found=line[:60])
            self.problems.append(wrong)
            return
        self._tokens.append(columns[0])
        self._tags.append(columns[-1])

    def close(self) -> Iterator[LabelRow]:
        if self._tokens or self.problems:
            text, places = _joined(self._tokens, self._joiner)
            spans = [
                {"start": places[run.start][0], "end": places[run.end - 1][1], "label": run.label}
                for run in spans_of_tags(self._tags)
            ]
            yield LabelRow(
                key=self._key or str(self._count),
                labels=None if self.problems else {self._control: spans},
                line=self._line,
                content=Content(modality="text", text=text),
                problems=tuple(self.problems),
            )
            self._count += 1
            self._start()


def _joined(tokens: Sequence[str], joiner: str | None) -> tuple[str, list[Span]]:
    text, places = "", []
    for token in tokens:
        if text:
            close = _BY_CHARACTER.match(token) or _BY_CHARACTER.match(text[-1])
            text += joiner if joiner is not None else "" if close else " "
        places.append((len(text), len(text) + len(token)))
        text += token
    return text, places


def tokens_of(text: str) -> list[Span]:
    """Tokens for writing: every Han or kana character, every other word, every other mark."""
    return [found.span() for found in _TOKEN.finditer(text)]


def conll_record(text: str, spans: Sequence[Mapping[str, Any]], key: str = "") -> tuple[str, list[int]]:
    """One record with its closing blank line, and the places in `spans` that BIO tags cannot hold: spans that overlap one
    that begins earlier, or that begin or end inside a token."""
    tokens = tokens_of(text)
    runs = [TaggedSpan(span["start"], span["end"], span["label"]) for span in spans]
    tags, lost = tags_of_spans(tokens, runs)
    head = f"# id = {key}\n" if key else ""
    lines = "".join(f"{text[start:end]}\t{tag}\n" for (start, end), tag in zip(tokens, tags, strict=True))
    return f"{head}{lines}\n", lost
