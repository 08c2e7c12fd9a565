"""The typed label columns of a release: one a control of the label schema, in the type its label type declares."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import pyarrow as pa

from galley.kernel.extension import make
from galley.kernel.record import LABELS_SCHEMA, RECORD_SCHEMA
from galley.labels.label_type import LabelType

__all__ = ["LabelColumn", "label_columns", "label_types"]

_TAKEN: Final = frozenset({*RECORD_SCHEMA.names, *LABELS_SCHEMA.names, "image", "audio", "video", "file", "media_path"})


@dataclass(frozen=True)
class LabelColumn:
    """One typed column; `classes` are the names of a single choice, else empty."""

    name: str
    control: str
    type: pa.DataType
    convert: Callable[[Any], Any]
    classes: tuple[str, ...] = ()

    def array(self, labels: Sequence[Mapping[str, Any] | None]) -> pa.Array:
        """The column over the decoded labels of several records; null where the control has no value."""
        values = [
            None if held is None or held.get(self.control) is None else self.convert(held[self.control])
            for held in labels
        ]
        return pa.array(values, self.type)


def label_types(schema: Mapping[str, Any] | None) -> dict[str, LabelType[Any]]:
    """The label type of each control of a schema, by the control's name, in the schema's order."""
    if schema is None:
        return {}
    return {
        control["name"]: cast(LabelType[Any], make("label_type", control["type"], control.get("options", {})))
        for control in schema["controls"]
    }


def label_columns(schema: Mapping[str, Any] | None) -> tuple[LabelColumn, ...]:
    """The typed columns of a label schema; a name that a record column has already gets the prefix `label_`."""
    columns = []
    for control, kind in label_types(schema).items():
        arrow = kind.arrow_type()
        columns.append(
            LabelColumn(
                name=f"label_{control}" if control in _TAKEN else control,
                control=control,
                type=arrow,
                convert=kind.to_arrow,
                classes=_classes(kind) if arrow == pa.string() else (),
            )
        )
    return tuple(columns)


def _classes(kind: LabelType[Any]) -> tuple[str, ...]:
    """The names a single choice may take; only types with a closed list of choices have them."""
    choices = getattr(kind.params, "choices", None)
    return tuple(str(getattr(choice, "value", choice)) for choice in choices) if choices else ()
