"""Label types that Label Studio has no control for: their value travels as JSON in a TextArea result, and back."""

from collections.abc import Sequence
from typing import Any

import msgspec

from galley.kernel.canonical import canonical_json
from galley.kernel.extension import P
from galley.labels.errors import LabelShapeError
from galley.labels.label_type import Content, LabelType, Value
from galley.labels.types.written import text_of_results, text_results

__all__ = ["JsonWritten"]


class JsonWritten(LabelType[P]):
    """A label type whose value Label Studio can only carry as text."""

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        return text_results(canonical_json(value).decode(), control, target)

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        text = text_of_results(results)
        try:
            raw = msgspec.json.decode(text)
        except msgspec.DecodeError as problem:
            raise LabelShapeError(place="value", expected="JSON", found=text[:60]) from problem
        return self.check(raw, content)
