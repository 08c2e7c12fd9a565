"""The labeler kind: whoever answers questions about records without a screen: simulations, imports, models.

People answer through the queue by themselves; a labeler of kind `person` only says that the line waits for them.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from galley.annotate.model import LabelerKind
from galley.kernel.extension import Extension, Kind, P
from galley.kernel.ports import Desk
from galley.labels.schema import LabelSchema

__all__ = ["Labeler", "Question"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to answer."""

    record: dict[str, Any]  # the record's columns, see kernel.record.RECORD_SCHEMA
    purpose: str  # seed | active | rest | gold-audit | gold-human | gold-repeat | adjudicate
    slot_no: int  # 0 for the first opinion, 1 for the second …


class Labeler(Extension[P]):
    """Answers from what it knows; must not depend on when or in which order it is asked."""

    kind: ClassVar[Kind] = "labeler"
    labeler_kind: ClassVar[LabelerKind]  # person | simulated | machine | imported: every artefact says it
    problems: tuple[str, ...] = ()  # what it could not use of what it was given, for people to read

    def names(self) -> Sequence[str]:
        """Who stands behind it: the names its answers are stored under, at least one."""
        raise NotImplementedError

    def open(self, schema: LabelSchema, desk: Desk) -> None:
        """Get ready, e.g. read a file of labels; called once before the first question. Raises an InputError."""

    def answer(self, question: Question, desk: Desk) -> dict[str, Any] | None:
        """The annotation {control: value}, or None when this labeler has no answer (it then stays open for others)."""
        raise NotImplementedError
