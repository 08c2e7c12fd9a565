"""The label type kind: value, distance, merge and codecs of one kind of label.

Agreement, consensus, gold checks, the certificate and cross-modal checks are written once over `distance` and `merge`.
Values are plain JSON data (what `canonical_json` accepts), so they can be stored, hashed and shown anywhere.
Geometry is in pixels of the upright image (EXIF orientation applied); text offsets are code points with an exclusive end; times are seconds.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
import pyarrow as pa

from galley.kernel.extension import Extension, Kind, P

__all__ = ["Content", "LabelType", "Value"]

Value = Any


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a label type may know about the record a value is about."""

    modality: str = "any"
    text: str | None = None
    width: int | None = None
    height: int | None = None
    data: Mapping[str, Any] | None = None  # all of an item's fields, where they are known (candidates, steps, messages)


class LabelType(Extension[P]):
    """One kind of label; `self.params` are the options of one control of a schema (its choices, labels, …).

    Options that contradict each other are refused by the params struct's `__post_init__` (ValueError), so that a
    schema that loads can be used. `check` must accept its own result unchanged, and so must the result of `merge`.
    """

    kind: ClassVar[Kind] = "label_type"
    results_need_content: ClassVar[bool] = True  # whether `to_label_studio` looks at the content
    bounded_loss: ClassVar[bool] = True  # distance is a loss in [0, 1] that the certificate may budget
    field: str = ""  # the field of `Content.data` its control is about; the control says it

    @property
    def empty(self) -> Value | None:
        """The value that says "looked, and found nothing" (an empty list), or None when there is no such answer."""
        return None

    @property
    def refers_to(self) -> tuple[str, ...]:
        """The other controls of the schema that values of this one point into (a relation: its span control)."""
        return ()

    def may_refer_to(self, other: "LabelType[Any]") -> bool:
        """Whether `refers_to` may name a control of that label type."""
        return False

    def dangling(self, value: Value, labels: Mapping[str, Value]) -> tuple[int, ...]:
        """The places in a canonical value that point at nothing in the labels of the other controls.

        A check refuses them; a merge of annotations drops them, because their target may have lost the vote.
        """
        return ()

    def check(self, raw: Value, content: Content) -> Value:
        """The value in canonical form (sorted, rounded, complete); raises LabelValueError saying what is wrong where.

        Places in errors start with `value`: `value[3].width`.
        """
        raise NotImplementedError

    def compiled(self) -> Callable[[Value, Content], Value]:
        """`check` for the hot path: the same value for what is right, and some LabelValueError for what is wrong.

        Types with a faster way through values as clients send them override it; the exact error comes from `check`.
        """
        return self.check

    def distance(self, left: Value, right: Value) -> float:
        """0 for equal, 1 for nothing in common; symmetric; both values are canonical."""
        raise NotImplementedError

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """The consensus of several canonical values; does not depend on their order; unanimous values come out as is."""
        raise NotImplementedError

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        """The value as Label Studio result items (`from_name` = control, `to_name` = target).

        Ids of regions are a pure function of control and value, so that exporting twice gives the same bytes.
        """
        raise NotImplementedError

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        """The canonical value of this control's Label Studio result items.

        The items of the controls in `refers_to` stand among them, so that ids can be resolved.
        """
        raise NotImplementedError

    def arrow_type(self) -> pa.DataType:
        """The column type of a released dataset for this control, e.g. string for a single choice."""
        raise NotImplementedError

    def to_arrow(self, value: Value) -> Any:
        """The value as plain data of `arrow_type`."""
        raise NotImplementedError
