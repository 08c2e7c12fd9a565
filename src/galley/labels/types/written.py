"""Label types whose value is one text: how it is stored, and what Label Studio makes of it."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from galley.kernel.extension import P
from galley.labels.errors import LabelCountError
from galley.labels.label_type import Content, LabelType, Value
from galley.labels.region_ids import region_id
from galley.labels.shape import need_list, need_text

__all__ = ["Written", "text_of_results", "text_results"]


class Written(LabelType[P]):
    """A label type whose value is a string."""

    results_need_content = False

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        return text_results(value, control, target)

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        return self.check(text_of_results(results), content)

    def arrow_type(self) -> pa.DataType:
        return pa.string()

    def to_arrow(self, value: Value) -> Any:
        return value


def text_results(value: str, control: str, target: str) -> list[dict[str, Any]]:
    """A text as a Label Studio TextArea result."""
    head = {"id": region_id(control, value), "from_name": control, "to_name": target, "type": "textarea"}
    return [{**head, "value": {"text": [value]}}]


def text_of_results(results: Sequence[dict[str, Any]]) -> str:
    """The text of TextArea results; several entries are lines."""
    lines: list[str] = []
    for place, result in enumerate(results):
        said = (result.get("value") or {}).get("text", [])
        parts = [said] if isinstance(said, str) else need_list(said, f"value[{place}]")
        lines.extend(need_text(part, f"value[{place}]") for part in parts)
    if not lines:
        raise LabelCountError(place="value", count=0, allowed="1")
    return "\n".join(lines)
