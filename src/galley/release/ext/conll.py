"""conll: CoNLL-2003 columns (token, -X-, _, BIO tag) of texts with spans; Chinese is cut into characters."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.kernel.span import TaggedSpan, tags_of_spans
from galley.labels.schema import Control
from galley.release.errors import ExportEmptyError
from galley.release.export import Export, Labelled, labelled_rows, need_controls
from galley.release.exporter import Exporter, ExportReport

__all__ = ["ConllExporter", "ConllParams", "tokens_of"]

# Scripts written without spaces are cut into characters, the rest into runs of letters and digits; every other visible
# character stands alone.
_UNSPACED: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff\u0e00-\u0e7f"
)
_TOKEN: Final = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}_])\w)+|[^\s]")
_SPACE: Final = re.compile(r"\s+")
_DOCUMENT: Final = "-DOCSTART- -X- O O\n"


class ConllParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which spans, and how text is cut into tokens."""

    control: str = ""  # the span control; empty: the first one
    tokens: Literal["auto", "characters"] = "auto"  # characters: every visible character is a token


class ConllExporter(Exporter[ConllParams]):
    """One `records.conll`, and `documents.txt` with the id of each document in order."""

    name: ClassVar[str] = "conll"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("CoNLL-2003 tokens with BIO tags.", "CoNLL-2003 词元与 BIO 标注。")
    able: ClassVar[Able] = Able(modalities=("text",))
    Params = ConllParams

    def write(self, version: VersionReader, out: Path, desk: Desk) -> ExportReport:
        export = Export(self.name, version, out)
        control = self._control(version)
        export.stream("records.conll", self._documents(version, control, export))
        export.stream("documents.txt", (f"{each.row['id']}\n".encode() for each in _chosen(version, control)))
        export.note("White space between tokens is not kept.")
        return export.finish()

    def _control(self, version: VersionReader) -> Control:
        controls = need_controls(version, ("span",), self.name)
        if not self.params.control:
            return controls[0]
        for control in controls:
            if control.name == self.params.control:
                return control
        known = ", ".join(control.name for control in controls)
        raise ExportEmptyError(format=self.name, detail=f"no span control '{self.params.control}'", needs=known)

    def _documents(self, version: VersionReader, control: Control, export: Export) -> Iterator[bytes]:
        for labelled in _chosen(version, control, export):
            export.records += 1
            export.lose_controls(labelled, {control.name})
            yield self._document(labelled, control, export).encode()

    def _document(self, labelled: Labelled, control: Control, export: Export) -> str:
        record, text = labelled.row["id"], labelled.row["text"] or ""
        spans = (labelled.labels or {})[control.name]
        tokens, cuts = tokens_of(
            text, {place for span in spans for place in (span["start"], span["end"])}, self.params.tokens
        )
        export.lose("token_cut", record, "Tokens were cut where a span begins or ends inside them.", cuts)
        tagged = [TaggedSpan(*_trimmed(text, span), _tag(span, record, export)) for span in spans]
        tags, lost = tags_of_spans(tokens, tagged)
        export.lose("overlap", record, "Of spans that overlap, the first and longest was kept.", len(lost))
        attributes = sum(len(span.get("attributes", {})) for span in spans)
        export.lose("attributes", record, "Attributes of spans have no place.", attributes)
        lines = [_DOCUMENT, "\n"]
        end = 0
        for (start, stop), tag in zip(tokens, tags, strict=True):
            if "\n" in text[end:start] and not tag.startswith("I-") and len(lines) > 2:
                lines.append("\n")
            lines.append(f"{text[start:stop]} -X- _ {tag}\n")
            end = stop
        return "".join([*lines, "\n"])


def _chosen(version: VersionReader, control: Control, export: Export | None = None) -> Iterator[Labelled]:
    """The texts whose spans were answered; the others are skipped in `export`."""
    for labelled in labelled_rows(version):
        if labelled.row["modality"] != "text":
            reason = ("modality", "Only texts have a place in this format.")
        elif labelled.labels is None or labelled.labels.get(control.name) is None:
            reason = ("unlabelled", "Unlabelled texts are left out: all O would say that nothing is there.")
        else:
            yield labelled
            continue
        if export is not None:
            export.skip(reason[0], labelled.row["id"], reason[1])


def tokens_of(text: str, borders: set[int], how: str = "auto") -> tuple[list[tuple[int, int]], int]:
    """The tokens of a text as offsets, cut at the borders of spans as well; and how many of those cuts there were."""
    tokens: list[tuple[int, int]] = []
    cuts = 0
    for match in _TOKEN.finditer(text) if how == "auto" else re.finditer(r"\S", text):
        start, end = match.span()
        for border in sorted(place for place in borders if start < place < end):
            tokens.append((start, border))
            start = border
            cuts += 1
        tokens.append((start, end))
    return tokens, cuts


def _trimmed(text: str, span: dict[str, Any]) -> tuple[int, int]:
    """A span without white space at its ends, which is in no token."""
    start, end = span["start"], span["end"]
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - (len(inner) - len(inner.rstrip()))


def _tag(span: dict[str, Any], record: str, export: Export) -> str:
    label = span["label"] or "SPAN"
    tag = _SPACE.sub("_", label)
    if tag != label:
        export.lose("label_space", record, "White space in a label became an underscore.")
    return tag
