"""yolo: the Ultralytics layout `images/`, `labels/`, `data.yaml`; boxes, outlines or turned boxes."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final, Literal

import msgspec
import yaml

from galley.catalog.reader import VersionReader
from galley.kernel.draw import unit_interval
from galley.kernel.extension import Able
from galley.kernel.geometry import Point, bounds
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.labels.schema import Control
from galley.release.export import Export, Labelled, labelled_rows, need_controls
from galley.release.exporter import Exporter, ExportReport
from galley.release.shapes import Shape, class_names, pictured, shapes_of

__all__ = ["YoloExporter", "YoloParams"]

_KINDS: Final = ("box", "polygon", "rotated_box", "ellipse", "mask", "ocr")
_TURNED: Final = ("box", "rotated_box")
_SEED: Final = b"galley/yolo-split/v1"


class YoloParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which labels the model is trained on, and how many pictures are kept for validation."""

    task: Literal["detect", "segment", "obb"] = "detect"
    val_share: float = 0.0  # share of pictures in val/, chosen by their ids alone; 0: val is train

    def __post_init__(self) -> None:
        if not 0 <= self.val_share < 1:
            raise ValueError(f"0 <= val_share < 1: {self.val_share}")


class YoloExporter(Exporter[YoloParams]):
    """YOLO text labels: class and normalised coordinates, one region a line."""

    name: ClassVar[str] = "yolo"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("YOLO (Ultralytics) with images.", "YOLO（Ultralytics）格式，附图像。")
    able: ClassVar[Able] = Able(modalities=("image",))
    Params = YoloParams

    def write(self, version: VersionReader, out: Path, desk: Desk) -> ExportReport:
        export = Export(self.name, version, out)
        controls = need_controls(version, _KINDS, self.name)
        names = list(dict.fromkeys(name for control in controls for name in class_names(control)))
        classes = {name: place for place, name in enumerate(names)}
        for labelled in labelled_rows(version):
            if pictured(labelled, controls, export):
                self._picture(labelled, controls, classes, export)
        split = self.params.val_share > 0
        if not split:
            export.note("There is no validation part: val names the training pictures.")
        head = {"path": ".", "train": "images/train", "val": "images/val" if split else "images/train"}
        described = yaml.safe_dump(
            {**head, "names": dict(enumerate(names))}, allow_unicode=True, sort_keys=False, width=10_000
        )
        export.stream("data.yaml", iter([described.encode()]))
        export.note("Coordinates are shares of the picture's size with nine digits.")
        return export.finish()

    def _picture(
        self, labelled: Labelled, controls: Sequence[Control], classes: dict[str, int], export: Export
    ) -> None:
        row = labelled.row
        part = "val" if unit_interval(_SEED, row["id"]) < self.params.val_share else "train"
        export.media(row, f"images/{part}")
        export.lose_controls(labelled, {control.name for control in controls})
        lines = []
        for shape in shapes_of(labelled.labels or {}, controls):
            numbers = self._numbers(shape, row["id"], export)
            if shape.attributes:
                export.lose("attributes", row["id"], "Attributes of regions have no place.", len(shape.attributes))
            if "group" in shape.item or "z" in shape.item:
                export.lose("group", row["id"], "Groups of regions and the order of drawing have no place.")
            if shape.kind == "ocr":
                export.lose("text", row["id"], "Written text and its reading order have no place.")
            if numbers is not None:
                scaled = _scaled(numbers, row["width"], row["height"])
                if scaled != _clipped(scaled):
                    export.lose("clipped", row["id"], "Corners outside the picture were moved to its edge.")
                lines.append(" ".join([str(classes[shape.label]), *(_number(each) for each in _clipped(scaled))]))
        export.label(f"labels/{part}/{row['id']}.txt", "".join(line + "\n" for line in lines).encode())
        export.records += 1

    def _numbers(self, shape: Shape, record: str, export: Export) -> list[float] | None:
        """x and y in turns, in pixels; None when the task cannot hold the shape."""
        if self.params.task == "detect":
            if shape.kind not in _TURNED:
                export.lose("outline", record, "Outlines became their upright boxes.")
            elif shape.rotation:
                export.lose("rotation", record, "Turned boxes became their upright hulls.")
            left, top, right, bottom = bounds(shape.outline)
            return [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top]
        if shape.kind == "mask":
            export.lose("mask", record, "Masks have no place but as boxes (task detect) and were left out.")
            return None
        if self.params.task == "obb" and shape.kind not in _TURNED:
            export.lose("polygon", record, "Outlines are no turned boxes and were left out.")
            return None
        if shape.kind == "ellipse":
            export.lose("ellipse", record, "Ellipses became outlines of 64 points.")
        return _flat(shape.outline)


def _flat(outline: Sequence[Point]) -> list[float]:
    return [number for point in outline for number in point]


def _scaled(numbers: Sequence[float], width: int, height: int) -> list[float]:
    return [number / (height if place % 2 else width) for place, number in enumerate(numbers)]


def _clipped(numbers: Sequence[float]) -> list[float]:
    return [min(max(number, 0.0), 1.0) for number in numbers]


def _number(value: float) -> str:
    return f"{value:.9f}".rstrip("0").rstrip(".")
