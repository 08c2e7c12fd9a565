"""text: free text, such as an answer, a summary or a remark.

Values: one string, NFC, without white space at the ends.
"""

import unicodedata
from collections.abc import Sequence
from typing import ClassVar

import msgspec
from rapidfuzz.distance import Levenshtein

from galley.kernel.language import Text
from galley.labels.errors import LabelCountError
from galley.labels.label_type import Content, Value
from galley.labels.shape import need_text
from galley.labels.types.written import Written
from galley.labels.voting import medoid, votes_of

__all__ = ["TextParams", "TextType"]


class TextParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long the text may be, in code points."""

    min_length: int = 1
    max_length: int = 20_000

    def __post_init__(self) -> None:
        if not 0 <= self.min_length <= self.max_length:
            raise ValueError(f"min_length {self.min_length}, max_length {self.max_length}")


class TextType(Written[TextParams]):
    """Free text."""

    name: ClassVar[str] = "text"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Free text about the record.", "关于记录的自由文本。")
    Params = TextParams

    def check(self, raw: Value, content: Content) -> Value:
        text = unicodedata.normalize("NFC", need_text(raw, "value")).strip()
        low, high = self.params.min_length, self.params.max_length
        if not low <= len(text) <= high:
            raise LabelCountError(place="value", count=len(text), allowed=f"{low}…{high}")
        return text

    def distance(self, left: Value, right: Value) -> float:
        """Edited characters over those of the longer text."""
        longer = max(len(left), len(right))
        return Levenshtein.distance(left, right) / longer if longer else 0.0

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """The most typical text; words of different people are never mixed."""
        if all(value == values[0] for value in values):
            return values[0]
        return medoid(votes_of(values, weights), self.distance)
