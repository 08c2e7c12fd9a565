"""Shapes of labelled pictures as image formats want them: classes, outlines, and who may be exported."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from galley.kernel.ellipses import ellipse_outline
from galley.kernel.geometry import Box, Point, box_corners
from galley.kernel.runs import runs_bounds
from galley.labels.schema import Control
from galley.labels.types.ellipse import ellipse_of
from galley.labels.types.mask import runs_of
from galley.labels.types.rotated_box import turned_box
from galley.labels.types.skeleton import points_there
from galley.release.export import Export, Labelled

__all__ = ["SHAPE_KINDS", "Shape", "class_names", "pictured", "shapes_of"]

SHAPE_KINDS: Final = ("box", "polygon", "keypoint", "rotated_box", "ellipse", "mask", "skeleton", "ocr")
_UNNAMED: Final = "object"


class Shape(NamedTuple):
    """One region: its control, class, outline in pixels, and what else it carries.

    A keypoint's outline is one point, a mask's the box around it, a skeleton's its points, an ellipse's 64 points.
    """

    control: str
    kind: str  # one of SHAPE_KINDS
    label: str
    outline: list[Point]
    rotation: float
    attributes: dict[str, Any]
    item: Mapping[str, Any]  # the value as it is
    place: int  # in its control's list: the reading order of written text


def class_names(control: Control) -> list[str]:
    """The class names of a shape control, in its order."""
    labels = getattr(control.label_type.params, "labels", ())
    return [choice.word for choice in labels] or [_UNNAMED]


def shapes_of(labels: Mapping[str, Any], controls: Sequence[Control]) -> Iterator[Shape]:
    """The regions of one record's labels, control by control."""
    for control in controls:
        kind = control.type.partition("@")[0]
        for place, item in enumerate(labels.get(control.name) or ()):
            rotation = float(item.get("rotation", item.get("angle", 0.0)))
            attributes = dict(item.get("attributes", {}))
            label = item["label"] or _UNNAMED
            yield Shape(control.name, kind, label, _outline(kind, item), rotation, attributes, item, place)


def _outline(kind: str, item: Mapping[str, Any]) -> list[Point]:
    if kind == "box":
        return box_corners(Box(item["x"], item["y"], item["width"], item["height"], float(item.get("rotation", 0.0))))
    if kind == "rotated_box":
        return box_corners(turned_box(item))
    if kind == "ellipse":
        return [(round(x, 3), round(y, 3)) for x, y in ellipse_outline(ellipse_of(item))]
    if kind == "mask":
        left, top, right, bottom = map(float, runs_bounds(runs_of(item)))
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    if kind == "skeleton":
        return points_there(item)
    return [(x, y) for x, y in item["points"]] if kind in ("polygon", "ocr") else [(item["x"], item["y"])]


def pictured(labelled: Labelled, controls: Sequence[Control], export: Export | None = None) -> bool:
    """Whether a record is a picture of known size whose shapes were answered; if not, it is skipped in `export`."""
    row, labels = labelled
    if row["modality"] != "image" or row["blob"] is None:
        reason = ("modality", "Only pictures have a place in this format.")
    elif not row["width"] or not row["height"]:
        reason = ("size_unknown", "The picture's size is unknown.")
    elif labels is None or all(labels.get(control.name) is None for control in controls):
        # An empty picture would say "nothing is there", which nobody said.
        reason = ("unlabelled", "Unlabelled pictures are left out: without shapes they would read as empty.")
    else:
        return True
    if export is not None:
        export.skip(reason[0], row["id"], reason[1])
    return False
