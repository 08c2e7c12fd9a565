"""People: the line waits until they have answered."""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from galley.annotate.labeler import Labeler, Question
from galley.annotate.model import LabelerKind
from galley.kernel.language import Text
from galley.kernel.ports import Desk

__all__ = ["Person", "PersonParams"]


class PersonParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may answer."""

    names: tuple[str, ...] = ("me",)


class Person(Labeler[PersonParams]):
    """Answers by themselves, through `galley work` or the web; a run stops and waits in state until they have."""

    name: ClassVar[str] = "person"
    version: ClassVar[int] = 1
    labeler_kind: ClassVar[LabelerKind] = "person"
    summary = Text("People: the line waits until they have answered.", "人工：产线等待其完成回答。")
    Params = PersonParams

    def names(self) -> Sequence[str]:
        return self.params.names

    def answer(self, question: Question, desk: Desk) -> dict[str, Any] | None:
        """Never by itself."""
        del question, desk
        return None
