"""YOLO label files (Ultralytics): one text file an image, one object a line, shares of the image's size.

detect: class xc yc w h · segment: class x1 y1 x2 y2 … · obb: class x1 y1 … x4 y4 · pose: class xc yc w h (x y [v])…
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final, Literal

import msgspec

from galley.kernel.document import DocumentError, parse_document
from galley.kernel.errors import GalleyError
from galley.kernel.geometry import box_corners
from galley.labels.errors import (
    ImageSizeUnknownError,
    LabelFileReferenceError,
    LabelFileShapeError,
)
from galley.labels.formats.row import LabelRow, control_for, empty_answers, numbered_lines
from galley.labels.label_type import Content
from galley.labels.schema import LabelSchema
from galley.labels.types.box import box_of

__all__ = [
    "YoloClasses",
    "YoloTask",
    "image_key",
    "read_data_yaml",
    "read_yolo",
    "yolo_box",
    "yolo_corners",
    "yolo_points",
]

FORMAT: Final = "YOLO"
YoloTask = Literal["detect", "segment", "obb", "pose"]
Size = tuple[int, int]

_SQUARE: Final = 0.02
"""How far an obb's corners may be from a rectangle, as a share of its size."""


class YoloClasses(msgspec.Struct, frozen=True, kw_only=True):
    """What data.yaml says."""

    names: dict[int, str]
    keypoint_shape: tuple[int, int] | None = None
    keypoint_names: tuple[str, ...] = ()  # Galley's own key `kpt_names`; Ultralytics only numbers keypoints


def read_data_yaml(text: str) -> YoloClasses:
    """The classes of a data.yaml; `names` may be a list or a mapping of numbers."""
    try:
        document = parse_document(text, "data.yaml")
    except DocumentError as problem:
        raise LabelFileShapeError(
            format="data.yaml", line=problem.facts["line"], expected="YAML", found=problem.facts["detail"]
        ) from problem
    data = document.data
    names = data.get("names") if isinstance(data, dict) else None
    pairs = enumerate(names) if isinstance(names, list) else names.items() if isinstance(names, dict) else []
    classes = {int(number): str(name) for number, name in pairs if str(number).isdigit()}
    if not classes or len(classes) != len(names or ()):
        raise LabelFileShapeError(
            format="data.yaml", line=document.line(("names",)), expected="names: [a, b] | {0: a}", found=names
        )
    shape = data.get("kpt_shape")
    good = isinstance(shape, list) and len(shape) == 2 and all(isinstance(n, int) and 0 < n < 10_000 for n in shape)
    if shape is not None and not (good and shape[1] in (2, 3)):
        raise LabelFileShapeError(
            format="data.yaml", line=document.line(("kpt_shape",)), expected="kpt_shape: [n, 2|3]", found=shape
        )
    points = data.get("kpt_names")
    named = tuple(map(str, points)) if isinstance(points, list) else ()
    return YoloClasses(names=classes, keypoint_shape=tuple(shape) if shape else None, keypoint_names=named)


def image_key(path: str) -> str:
    """Where Ultralytics looks for a label file's image, without its extension: labels/a/b.txt -> images/a/b."""
    *folders, name = path.removesuffix(".txt").split("/")
    if "labels" in folders:
        folders[len(folders) - 1 - folders[::-1].index("labels")] = "images"
    return "/".join([*folders, name])


def read_yolo(
    files: Iterable[tuple[str, BinaryIO]],
    classes: YoloClasses,
    schema: LabelSchema,
    size_of: Callable[[str], Size | None],
    task: YoloTask = "detect",
) -> Iterator[LabelRow]:
    """One row a label file, keyed by `image_key`; `size_of` tells the size of the image of a key."""
    reader = _YoloReader(classes, schema, task)
    for path, stream in files:
        yield reader.row(path, stream, size_of(image_key(path)))


class _YoloReader:
    def __init__(self, classes: YoloClasses, schema: LabelSchema, task: YoloTask) -> None:
        self._classes = classes
        self._task = task
        self._box = control_for(schema, "box") if task != "segment" else None
        self._polygon = control_for(schema, "polygon") if task == "segment" else None
        self._keypoint = control_for(schema, "keypoint") if task == "pose" else None

    def row(self, path: str, stream: BinaryIO, size: Size | None) -> LabelRow:
        key = image_key(path)
        name = f"{FORMAT} {path}"
        if size is None:
            return LabelRow(key=key, labels=None, problems=(ImageSizeUnknownError(format=name, line=0, found=key),))
        labels = empty_answers(self._box, self._polygon, self._keypoint)
        problems: list[GalleyError] = []
        for number, line in numbered_lines(stream, name):
            if isinstance(line, GalleyError):
                problems.append(line)
            elif line.strip():
                wrong = self._object(line, size, labels, name, number)
                problems.extend([wrong] if wrong is not None else [])
        content = Content(modality="image", width=size[0], height=size[1])
        return LabelRow(key=key, labels=labels, content=content, problems=tuple(problems))

    def _object(self, line: str, size: Size, labels: dict[str, Any], name: str, number: int) -> GalleyError | None:
        words = line.split()
        try:
            numbers = [float(word) for word in words[1:]]
        except ValueError:
            return LabelFileShapeError(format=name, line=number, expected="numbers", found=line[:60])
        if not words[0].isdigit() or not all(map(math.isfinite, numbers)) or not self._fits(len(numbers)):
            return LabelFileShapeError(format=name, line=number, expected=f"{self._task}: class …", found=line[:60])
        label = self._classes.names.get(int(words[0][:9]))
        if label is None:
            return LabelFileReferenceError(format=name, line=number, kind="class", found=words[0][:9])
        if self._task == "segment" and self._polygon is not None:
            labels[self._polygon.name].append({"points": _pixels(numbers, size), "label": label})
        elif self._task == "obb" and self._box is not None:
            turned = box_of_corners(_pixels(numbers, size))
            if turned is None:
                return LabelFileShapeError(format=name, line=number, expected="rectangle", found=line[:60])
            labels[self._box.name].append({**turned, "label": label})
        elif self._box is not None:
            labels[self._box.name].append({**_upright(numbers, size), "label": label})
        if self._keypoint is not None:
            labels[self._keypoint.name].extend(self._points(numbers[4:], size))
        return None

    def _fits(self, count: int) -> bool:
        if self._task == "detect":
            return count in (4, 5)  # a prediction adds its confidence
        if self._task == "obb":
            return count in (8, 9)
        if self._task == "segment":
            return count >= 6 and count % 2 == 0
        shape = self._classes.keypoint_shape
        return shape is not None and count == 4 + shape[0] * shape[1]

    def _points(self, numbers: Sequence[float], size: Size) -> Iterator[dict[str, Any]]:
        count, width = self._classes.keypoint_shape or (0, 2)
        names = self._classes.keypoint_names
        known = self._keypoint.label_type.params.attributes if self._keypoint is not None else {}
        for place in range(count):
            x, y, *seen = numbers[place * width : (place + 1) * width]
            if (seen and not seen[0]) or (not seen and x == 0 and y == 0):
                continue
            item: dict[str, Any] = {"x": x * size[0], "y": y * size[1]}
            item["label"] = names[place] if place < len(names) else str(place)
            if seen and "visibility" in known:
                item["attributes"] = {"visibility": "visible" if seen[0] == 2 else "occluded"}
            yield item


# --- Geometry ----------------------------------------------------------------------------------------------------


def _pixels(numbers: Sequence[float], size: Size) -> list[list[float]]:
    return [[numbers[at] * size[0], numbers[at + 1] * size[1]] for at in range(0, len(numbers) - 1, 2)]


def _upright(numbers: Sequence[float], size: Size) -> dict[str, float]:
    x, y, width, height = numbers[:4]
    wide, high = width * size[0], height * size[1]
    return {"x": x * size[0] - wide / 2, "y": y * size[1] - high / 2, "width": wide, "height": high}


def box_of_corners(corners: Sequence[Sequence[float]]) -> dict[str, float] | None:
    """The turned box of four corners in order, of which the first is the box's own top-left; None when they are no
    rectangle. Corners that run the other way round are read the other way round."""
    first, second, third, fourth = corners[:4]
    turn = (second[0] - first[0]) * (third[1] - second[1]) - (second[1] - first[1]) * (third[0] - second[0])
    if turn < 0:
        second, fourth = fourth, second
    width, height = math.dist(first, second), math.dist(second, third)
    closing = math.dist(fourth, (first[0] + third[0] - second[0], first[1] + third[1] - second[1]))
    skew = abs(math.dist(first, third) - math.dist(second, fourth))
    if max(closing, skew) > _SQUARE * max(width, height) or min(width, height) <= 0:
        return None
    centre_x, centre_y = (first[0] + third[0]) / 2, (first[1] + third[1]) / 2
    rotation = math.degrees(math.atan2(second[1] - first[1], second[0] - first[0])) % 360
    return {
        "x": centre_x - width / 2,
        "y": centre_y - height / 2,
        "width": width,
        "height": height,
        "rotation": rotation,
    }


def yolo_box(item: Mapping[str, Any], size: Size) -> list[float]:
    """xc yc w h of a canonical box that is not turned."""
    centre_x, centre_y = item["x"] + item["width"] / 2, item["y"] + item["height"] / 2
    return [centre_x / size[0], centre_y / size[1], item["width"] / size[0], item["height"] / size[1]]


def yolo_corners(item: Mapping[str, Any], size: Size) -> list[float]:
    """x1 y1 … x4 y4 of a canonical box."""
    return yolo_points(box_corners(box_of(item)), size)


def yolo_points(points: Iterable[Sequence[float]], size: Size) -> list[float]:
    """x y … of points."""
    return [number / size[axis] for point in points for axis, number in enumerate(point)]
