"""Shapes of labelled pictures as image formats want them: classes, outlines, and who may be exported."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from galley.kernel.geometry import Box, Point, box_corners
from galley.labels.schema import Control
from galley.release.export import Export, Labelled

__all__ = ["SHAPE_KINDS", "Shape", "class_names", "pictured", "shapes_of"]

SHAPE_KINDS: Final = ("box", "polygon", "keypoint")
_UNNAMED: Final = "object"


class Shape(NamedTuple):
    """One region: its control, class, outline in pixels (one point for a keypoint), and what else it carries."""

    control: str
    kind: str  # box | polygon | keypoint
    label: str
    outline: list[Point]
    rotation: float
    attributes: dict[str, Any]


def class_names(control: Control) -> list[str]:
    """The class names of a shape control, in its order."""
    labels = getattr(control.label_type.params, "labels", ())
    return [choice.word for choice in labels] or [_UNNAMED]


def shapes_of(labels: Mapping[str, Any], controls: Sequence[Control]) -> Iterator[Shape]:
    """The regions of one record's labels, control by control."""
    for control in controls:
        kind = control.type.partition("@")[0]
        for item in labels.get(control.name) or ():
            rotation = float(item.get("rotation", 0.0))
            if kind == "box":
                outline = box_corners(Box(item["x"], item["y"], item["width"], item["height"], rotation))
            elif kind == "polygon":
                outline = [(x, y) for x, y in item["points"]]
            else:
                outline = [(item["x"], item["y"])]
            attributes = dict(item.get("attributes", {}))
            yield Shape(control.name, kind, item["label"] or _UNNAMED, outline, rotation, attributes)


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
