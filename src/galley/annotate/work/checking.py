"""Answers checked before they are stored: against the label schema, cheaply, each on its own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from galley.annotate.answers import StoredAnswer
from galley.annotate.work.errors import ClientIdError
from galley.annotate.work.model import Answered, Entry, SchemaAt, Submission
from galley.kernel.errors import GalleyError
from galley.kernel.ports import Blobs
from galley.labels.label_type import Content
from galley.labels.schema import Checker, compiled, schema_from_dict

__all__ = ["CLIENT_ID_MAX", "Schemas", "check_answers"]

CLIENT_ID_MAX: Final = 200
_KEPT: Final = 256
_NOTHING: Final = Content()

Contents = Callable[[Sequence[int]], Mapping[int, str]]
"""Looks up what people saw of the items of slots, JSON text by slot."""


class Schemas:
    """Label schemas by the SHA-256 of their blob, compiled once."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._kept: dict[str, _Compiled] = {}

    def get(self, sha256: str) -> "_Compiled":
        """The schema, compiled; raises BlobMissingError."""
        found = self._kept.get(sha256)
        if found is None:
            schema = schema_from_dict(msgspec.json.decode(self._blobs.get(sha256)))
            # A type that writes Label Studio results without looking at the content checks without it too.
            needs = any(control.label_type.results_need_content for control in schema.controls)
            found = _Compiled(compiled(schema), tuple({control.field for control in schema.controls}), needs)
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[sha256] = found
        return found


class _Compiled(msgspec.Struct, frozen=True):
    checker: Checker
    fields: tuple[str, ...]
    needs_content: bool


def check_answers(
    entries: Sequence[Entry], schemas: Schemas, under: Callable[[Submission], Sequence[SchemaAt]], contents: Contents
) -> list[Answered | GalleyError | None]:
    """For each entry its answer as it will be stored, what is wrong with it, or None when there is no answer.

    `under` says which label schemas an answer may be under: the first that takes it; if none does, what is wrong by the
    first. Content is looked up, for all at once, only where a label type asks for it (spans, boxes).
    """
    sent = {id(entry): under(entry.answer) for entry in entries if entry.answer is not None}
    if not sent:
        return [None] * len(entries)
    known = {one.sha256: schemas.get(one.sha256) for ones in sent.values() for one in ones}
    slots = [entry.answer.slot for entry in entries if entry.answer is not None]
    seen = contents(slots) if any(schema.needs_content for schema in known.values()) else {}
    found: list[Answered | GalleyError | None] = []
    for entry in entries:
        if entry.answer is None:
            found.append(None)
            continue
        tried: list[Answered | GalleyError] = []
        for one in sent[id(entry)]:
            schema = known[one.sha256]
            try:
                content = _content(schema, seen[entry.answer.slot]) if entry.answer.slot in seen else _NOTHING
                answered = _checked(entry, entry.answer, schema.checker, content)
                tried.append(msgspec.structs.replace(answered, schema_version=one.version))
            except GalleyError as problem:
                tried.append(problem)
            if isinstance(tried[-1], Answered):
                break
        found.append(tried[-1] if isinstance(tried[-1], Answered) else tried[0])
    return found


def _checked(entry: Entry, submission: Submission, checker: Checker, content: Content) -> Answered:
    client_id = submission.client_id
    if not 0 < len(client_id) <= CLIENT_ID_MAX or not client_id.isprintable():
        raise ClientIdError(limit=CLIENT_ID_MAX)
    stored = StoredAnswer.of(checker.check(submission.body, content))
    return Answered(labeler=entry.labeler, submission=submission, text=stored.text, sha256=stored.sha256)


def _content(schema: _Compiled, text: str) -> Content:
    """What a label type may know of an item: the text that the controls are about, the size of the picture."""
    data: Any = msgspec.json.decode(text)
    if not isinstance(data, dict):
        return _NOTHING
    texts = (data.get(field) for field in schema.fields)
    return Content(
        text=next((value for value in texts if isinstance(value, str)), None),
        width=_size(data.get("width")),
        height=_size(data.get("height")),
        data=data,
    )


def _size(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
