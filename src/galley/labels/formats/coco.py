"""COCO instances and keypoints, and the geometry both the reader and the exporter use.

`bbox` [x, y, width, height] in pixels goes to the schema's first box control, polygon `segmentation` to its first
polygon control, `keypoints` to its first keypoint control; category ids are sparse and only name labels here.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

import msgspec
import numpy as np

from galley.kernel.errors import GalleyError
from galley.kernel.geometry import bounds, box_corners
from galley.labels.errors import (
    LabelFileError,
    LabelFileKeptOutError,
    LabelFileReferenceError,
    LabelFileShapeError,
    LabelFileSizeError,
)
from galley.labels.formats.row import LabelRow, control_for, empty_answers
from galley.labels.label_type import Content
from galley.labels.schema import Control, LabelSchema
from galley.labels.types.box import box_of

__all__ = ["COCO_BYTES_MAX", "bbox_of_box", "points_of_segment", "read_coco", "segment_of_points"]

FORMAT: Final = "COCO"

COCO_BYTES_MAX: Final = 2 * 1024 * 1024 * 1024
"""A COCO file says which image an annotation belongs to only inside it, so the file is read whole."""


class _Image(msgspec.Struct):
    id: int | str
    file_name: str
    width: int | None = None
    height: int | None = None


class _Category(msgspec.Struct):
    id: int | str
    name: str
    keypoints: list[str] = []


class _Annotation(msgspec.Struct):
    image_id: int | str
    category_id: int | str
    bbox: list[float] | None = None
    segmentation: Any = None
    keypoints: list[float] | None = None
    iscrowd: int = 0
    attributes: dict[str, Any] = {}


class _File(msgspec.Struct):
    images: list[msgspec.Raw]
    annotations: list[msgspec.Raw] = []
    categories: list[msgspec.Raw] = []


def read_coco(stream: BinaryIO, schema: LabelSchema) -> Iterator[LabelRow]:
    """One row an image, in the file's order, keyed by file name; problems of annotations that belong to no image come in
    a last row without a key. Raises LabelFileError when the file as a whole is no COCO file."""
    data = stream.read(COCO_BYTES_MAX + 1)
    if len(data) > COCO_BYTES_MAX:
        raise LabelFileSizeError(format=FORMAT, line=0, limit=f"{COCO_BYTES_MAX} bytes", found="")
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise LabelFileError(format=FORMAT, line=1, found=str(problem)) from problem
    yield from _CocoReader(data, file, schema).rows()


class _CocoReader:
    def __init__(self, data: bytes, file: _File, schema: LabelSchema) -> None:
        self._data = data
        self._file = file
        self._box, self._polygon, self._keypoint = (
            control_for(schema, kind) for kind in ("box", "polygon", "keypoint")
        )
        self._orphans: list[GalleyError] = []
        decoded = (self._decode(raw, _Category, self._orphans) for raw in file.categories)
        self._categories = {category.id: category for category in decoded if category is not None}

    def rows(self) -> Iterator[LabelRow]:
        images: list[tuple[int, _Image]] = []
        for raw in self._file.images:
            image = self._decode(raw, _Image, self._orphans)
            if image is not None:
                images.append((self._line(raw), image))
        owned: dict[int | str, list[msgspec.Raw]] = {image.id: [] for _, image in images}
        for raw in self._file.annotations:
            annotation = self._decode(raw, _Annotation, self._orphans)
            if annotation is None:
                continue
            if annotation.image_id not in owned:
                self._orphans.append(self._missing(raw, "image", annotation.image_id))
                continue
            owned[annotation.image_id].append(raw)
        for line, image in images:
            # Popped: of two images with one id the first gets the annotations, the second a problem.
            yield self._row(line, image, owned.pop(image.id, None))
        if self._orphans:
            yield LabelRow(key="", labels=None, problems=tuple(self._orphans))

    def _row(self, line: int, image: _Image, raws: Sequence[msgspec.Raw] | None) -> LabelRow:
        if raws is None:
            twice = LabelFileShapeError(
                format=FORMAT, line=line, expected="one image an id", found=f"id {image.id} × 2"
            )
            return LabelRow(key=image.file_name, labels=None, line=line, problems=(twice,))
        labels = empty_answers(self._box, self._polygon, self._keypoint)
        problems: list[GalleyError] = []
        left_out: dict[str, int] = {}
        for raw in raws:
            annotation = msgspec.json.decode(raw, type=_Annotation)
            category = self._categories.get(annotation.category_id)
            if category is None:
                problems.append(self._missing(raw, "category", annotation.category_id))
                continue
            self._annotation(annotation, category, labels, left_out)
        if left_out:
            found = ", ".join(f"{name} × {count}" for name, count in sorted(left_out.items()))
            problems.append(LabelFileKeptOutError(format=FORMAT, line=line, found=found))
        content = Content(modality="image", width=image.width, height=image.height)
        return LabelRow(key=image.file_name, labels=labels, line=line, content=content, problems=tuple(problems))

    def _annotation(
        self, found: _Annotation, category: _Category, labels: dict[str, Any], left_out: dict[str, int]
    ) -> None:
        def leave(name: str) -> None:
            left_out[name] = left_out.get(name, 0) + 1

        if found.iscrowd:
            leave("iscrowd")
        if found.bbox is not None and self._box is not None:
            shape = dict(zip(("x", "y", "width", "height"), [*found.bbox, None, None, None, None][:4], strict=True))
            turn = found.attributes.get("rotation")
            rotation = turn if isinstance(turn, int | float) else 0
            labels[self._box.name].append(_labelled({**shape, "rotation": rotation}, category.name, found, self._box))
        if found.segmentation:
            if self._polygon is None:
                leave("segmentation")
            elif not isinstance(found.segmentation, list):
                leave("segmentation RLE")
            else:
                if len(found.segmentation) > 1:
                    leave("segmentation parts of one object")
                for part in found.segmentation:
                    item = _labelled({"points": points_of_segment(part)}, category.name, found, self._polygon)
                    labels[self._polygon.name].append(item)
        if found.keypoints:
            self._points(found, category, labels, leave)

    def _points(self, found: _Annotation, category: _Category, labels: dict[str, Any], leave: Any) -> None:
        if self._keypoint is None:
            leave("keypoints")
            return
        flat = found.keypoints or []
        known = self._keypoint.label_type.params.attributes
        for place in range(len(flat) // 3):
            x, y, seen = flat[3 * place : 3 * place + 3]
            if not seen:
                continue
            names = category.keypoints
            item: dict[str, Any] = {"x": x, "y": y, "label": names[place] if place < len(names) else category.name}
            if "visibility" in known:
                item["attributes"] = {"visibility": "visible" if seen == 2 else "occluded"}
            elif seen != 2:
                leave("visibility")
            labels[self._keypoint.name].append(item)

    def _decode(self, raw: msgspec.Raw, kind: Any, problems: list[GalleyError]) -> Any:
        try:
            return msgspec.json.decode(raw, type=kind)
        except msgspec.DecodeError as problem:
            wrong = LabelFileShapeError(
                format=FORMAT, line=self._line(raw), expected=kind.__name__[1:], found=str(problem)
            )
            problems.append(wrong)
            return None

    def _missing(self, raw: msgspec.Raw, kind: str, name: object) -> LabelFileReferenceError:
        return LabelFileReferenceError(format=FORMAT, line=self._line(raw), kind=kind, found=name)

    def _line(self, raw: msgspec.Raw) -> int:
        """The line of a part: msgspec gives views into the file's bytes, so its place is the distance of addresses."""
        start = _address(memoryview(raw)) - _address(memoryview(self._data))
        return self._data.count(b"\n", 0, start) + 1 if 0 <= start <= len(self._data) else 0


def _address(view: memoryview) -> int:
    return int(np.frombuffer(view, dtype=np.uint8).__array_interface__["data"][0])


def _labelled(shape: dict[str, Any], label: str, found: _Annotation, control: Control) -> dict[str, Any]:
    known = control.label_type.params.attributes
    attributes = {name: str(word) for name, word in found.attributes.items() if name in known}
    return {**shape, "label": label, **({"attributes": attributes} if attributes else {})}


# --- Geometry ----------------------------------------------------------------------------------------------------


def points_of_segment(part: Any) -> list[list[Any]]:
    """[x1, y1, x2, y2, …] as points; a list of odd length keeps its last number alone, which no check accepts."""
    if not isinstance(part, list):
        return [part]
    return [part[place : place + 2] for place in range(0, len(part), 2)]


def segment_of_points(points: Sequence[Sequence[float]]) -> list[float]:
    """Points as [x1, y1, x2, y2, …]."""
    return [number for point in points for number in point]


def bbox_of_box(item: Mapping[str, Any]) -> list[float]:
    """`bbox` of a canonical box: of a turned one the upright box around it, so that its rotation is a loss."""
    if not item["rotation"]:
        return [item["x"], item["y"], item["width"], item["height"]]
    left, top, right, bottom = bounds(box_corners(box_of(item)))
    return [round(number, 3) for number in (left, top, right - left, bottom - top)]
