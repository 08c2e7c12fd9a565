"""coco: `instances.json` (COCO 1.0 object detection) and `images/`; boxes, outlines, masks and named points of pictures.

Masks are compressed run lengths, skeletons keypoints of their category; ellipses become outlines; written text stands as
`utf8_string` (COCO-Text) beside its outline. What COCO has no words for (group, z, reading order) stands under `galley`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.extension import Able, NoParams
from galley.kernel.geometry import bounds, polygon_area
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.kernel.runs import runs_area
from galley.labels.schema import Control
from galley.labels.types.mask import runs_of
from galley.release.export import Export, labelled_rows, need_controls
from galley.release.exporter import Exporter, ExportReport
from galley.release.shapes import SHAPE_KINDS, Shape, class_names, pictured, shapes_of

__all__ = ["CocoExporter"]

_ENCODER = msgspec.json.Encoder()
_VISIBLE = 2
_OUTLINED = ("polygon", "rotated_box", "ellipse", "ocr")


class CocoExporter(Exporter[NoParams]):
    """COCO for pictures. A category is a class of a control, whose name is the supercategory."""

    name: ClassVar[str] = "coco"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("COCO object detection with images.", "COCO 目标检测格式，附图像。")
    able: ClassVar[Able] = Able(modalities=("image",))

    def write(self, version: VersionReader, out: Path, desk: Desk) -> ExportReport:
        export = Export(self.name, version, out)
        controls = need_controls(version, SHAPE_KINDS, self.name)
        categories = {
            (control.name, name): place
            for place, (control, name) in enumerate(
                ((control, name) for control in controls for name in class_names(control)), 1
            )
        }
        export.stream("instances.json", _document(version, controls, categories, export))
        return export.finish()


def _document(
    version: VersionReader, controls: tuple[Control, ...], categories: dict[tuple[str, str], int], export: Export
) -> Iterator[bytes]:
    """The file piece by piece. Pictures and annotations stand apart in it, so the version is read twice, never held."""
    kinds = {control.name: control for control in controls}
    info = {"description": version.name, "version_root": version.root, "contributor": "galley"}
    yield b'{"info":' + _ENCODER.encode(info) + b',"licenses":[],"categories":'
    yield _ENCODER.encode([_category(place, key, kinds) for key, place in categories.items()])
    yield b',"images":['
    for number, image in enumerate(_images(version, controls, export)):
        yield (b",\n" if number else b"\n") + _ENCODER.encode(image)
    yield b'\n],"annotations":['
    for number, annotation in enumerate(_annotations(version, controls, categories, export), 1):
        yield (b",\n" if number > 1 else b"\n") + _ENCODER.encode({"id": number, **annotation})
    yield b"\n]}\n"


def _category(place: int, key: tuple[str, str], kinds: dict[str, Control]) -> dict[str, Any]:
    control, name = key
    category: dict[str, Any] = {"id": place, "name": name, "supercategory": control}
    kind, params = kinds[control].type.partition("@")[0], kinds[control].label_type.params
    if kind == "keypoint":
        category |= {"keypoints": [name], "skeleton": []}
    if kind == "skeleton":
        # COCO counts the points of a skeleton from 1.
        edges = [[one + 1, other + 1] for one, other in params.edges]
        category |= {"keypoints": list(params.points), "skeleton": edges}
    return category


def _images(version: VersionReader, controls: tuple[Control, ...], export: Export) -> Iterator[dict[str, Any]]:
    held = {control.name for control in controls}
    for labelled in labelled_rows(version):
        if not pictured(labelled, controls, export):
            continue
        row = labelled.row
        export.records += 1
        export.lose_controls(labelled, held)
        path = export.media(row, "images")
        yield {
            "id": export.records,
            "file_name": path.removeprefix("images/"),
            "width": row["width"],
            "height": row["height"],
            "galley": {
                "id": row["id"],
                "key": row["key"],
                "license": row["license"],
                "decided_by": row["decided_by"],
                "labeler_kind": row["labeler_kind"],
                "confidence": row["confidence"],
            },
        }


def _annotations(
    version: VersionReader, controls: tuple[Control, ...], categories: dict[tuple[str, str], int], export: Export
) -> Iterator[dict[str, Any]]:
    image = 0
    for labelled in labelled_rows(version):
        if not pictured(labelled, controls):
            continue
        image += 1
        for shape in shapes_of(labelled.labels or {}, controls):
            if shape.rotation:
                said = "COCO boxes are upright: bbox is the hull, the turned outline stands in segmentation."
                export.lose("rotation", labelled.row["id"], said)
            if shape.kind == "ellipse":
                export.lose("ellipse", labelled.row["id"], "Ellipses became outlines of 64 points.")
            yield {"image_id": image, "category_id": categories[shape.control, shape.label], **_geometry(shape)}


def _geometry(shape: Shape) -> dict[str, Any]:
    left, top, right, bottom = bounds(shape.outline)
    geometry: dict[str, Any] = {
        "bbox": [left, top, right - left, bottom - top],
        "area": polygon_area(shape.outline) if len(shape.outline) > 2 else 0.0,
        "iscrowd": 0,
        "segmentation": [],
    }
    if shape.kind in _OUTLINED or (shape.kind == "box" and shape.rotation):
        geometry["segmentation"] = [[number for point in shape.outline for number in point]]
    if shape.kind == "mask":
        geometry["segmentation"] = {"size": shape.item["size"], "counts": shape.item["counts"]}
        geometry["area"] = runs_area(runs_of(shape.item))
    if shape.kind == "keypoint":
        geometry |= {"keypoints": [left, top, _VISIBLE], "num_keypoints": 1}
    if shape.kind == "skeleton":
        flat = [number for point in shape.item["points"] for number in point]
        # The box's area: readers scale the similarity of keypoints by it.
        hull = (right - left) * (bottom - top)
        geometry |= {"keypoints": flat, "num_keypoints": len(shape.outline), "area": hull}
    if shape.kind == "ocr":
        geometry["utf8_string"] = shape.item["text"]
    own = {name: shape.item[name] for name in ("group", "z") if name in shape.item}
    own |= {"order": shape.place} if shape.kind == "ocr" else {}
    if shape.rotation:
        # Not as `attributes.rotation`: readers that know it turn the bbox, which is the hull here.
        own["rotation"] = shape.rotation
    return geometry | ({"galley": own} if own else {}) | ({"attributes": shape.attributes} if shape.attributes else {})
