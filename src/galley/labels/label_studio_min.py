"""Label Studio's JSON_MIN export as tasks of its JSON: each row is a task's data with one annotation flattened into it.

What JSON_MIN drops (region ids, types) follows from the schema, or is not needed.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from galley.labels.json_elements import Element
from galley.labels.regions import RegionType
from galley.labels.schema import LabelSchema

__all__ = ["is_flat", "unflattened"]

_HEAD: Final = ("created_at", "updated_at", "lead_time", "agreement")
_OWN: Final = frozenset({*_HEAD, "id", "annotator", "annotation_id"})
_ENCODER = msgspec.json.Encoder()


def is_flat(row: Mapping[str, Any]) -> bool:
    """Whether an element is a row of JSON_MIN."""
    return "annotator" in row and "annotation_id" in row and not isinstance(row.get("data"), dict)


def unflattened(elements: Iterator[Element], schema: LabelSchema) -> Iterator[Element]:
    """The elements, rows of JSON_MIN made into tasks; neighbouring rows of one task become one."""
    waiting: tuple[Element, dict[str, Any]] | None = None
    for element in elements:
        task = _task(element, schema)
        if waiting is not None and task is not None and _same(waiting[1], task):
            waiting[1]["annotations"] += task["annotations"]
            continue
        if waiting is not None:
            yield waiting[0]._replace(data=_ENCODER.encode(waiting[1]))
        waiting = None if task is None else (element, task)
        if waiting is None:
            yield element
    if waiting is not None:
        yield waiting[0]._replace(data=_ENCODER.encode(waiting[1]))


def _same(left: dict[str, Any], right: dict[str, Any]) -> bool:
    return "id" in left and left.get("id") == right.get("id") and bool(left["data"] == right["data"])


def _task(element: Element, schema: LabelSchema) -> dict[str, Any] | None:
    if b'"annotation_id"' not in element.data:
        return None
    try:
        row = msgspec.json.decode(element.data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None  # the reader of tasks tells what is wrong with it
    if not isinstance(row, dict) or not is_flat(row):
        return None
    about = {name for control in schema.controls for name in _names(control.label_type)}
    controls = {control.name for control in schema.controls} | about
    annotation: dict[str, Any] = {"id": row["annotation_id"], "completed_by": row["annotator"]}
    annotation |= {name: row[name] for name in _HEAD if name in row}
    annotation["result"] = list(_results(row, schema))
    data = {name: value for name, value in row.items() if name not in _OWN and name not in controls}
    head = {"id": row["id"]} if "id" in row else {}
    return {**head, "data": data, "annotations": [annotation]}


def _names(label_type: Any) -> list[str]:
    return list(label_type.params.attributes) if isinstance(label_type, RegionType) else []


def _results(row: dict[str, Any], schema: LabelSchema) -> Iterator[dict[str, Any]]:
    """Result items; regions are told apart by their geometry, which their attributes repeat."""
    for control in schema.controls:
        label_type = control.label_type
        said = row.get(control.name)
        if isinstance(label_type, RegionType):
            for name in (control.name, *_names(label_type)):
                for body in _listed(row.get(name)):
                    if isinstance(body, dict):
                        yield _region(control.name, name, control.object_name, label_type, body)
        elif said is not None:
            kind = label_type.name if label_type.name != "classify" else "choices"
            body = said if isinstance(said, dict) else _body(label_type, said)
            yield {"from_name": control.name, "to_name": control.object_name, "type": kind, "value": body}


def _body(label_type: Any, said: Any) -> dict[str, Any]:
    entries = _listed(said)
    if label_type.name != "classify":
        return {
            "text": [
                part for entry in entries for part in _listed(entry.get("text") if isinstance(entry, dict) else entry)
            ]
        }
    if label_type.params.mode == "hierarchical":
        paths = [
            path for entry in entries for path in (entry.get("taxonomy", []) if isinstance(entry, dict) else [entry])
        ]
        return {"taxonomy": paths}
    return {
        "choices": [
            word for entry in entries for word in (entry.get("choices", []) if isinstance(entry, dict) else [entry])
        ]
    }


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [] if said is None else [said]


def _region(control: str, name: str, target: str, label_type: RegionType[Any], body: dict[str, Any]) -> dict[str, Any]:
    around: dict[str, Any] = {key: body[key] for key in ("original_width", "original_height") if key in body}
    value = {key: part for key, part in body.items() if key not in around}
    labels = (label_type.studio_type, "labels", "choices", "text")
    spot = {key: part for key, part in value.items() if key not in labels or (key == "text" and name == control)}
    spot.pop("text", None)
    kind = label_type.studio_type if name == control else "choices" if "choices" in value else "textarea"
    return {
        "id": repr(sorted(spot.items(), key=str)),
        "from_name": name,
        "to_name": target,
        "type": kind,
        "value": value,
        **around,
    }
