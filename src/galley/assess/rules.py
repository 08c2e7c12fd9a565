"""The rating, pure: one of five levels from the readings, and why it is not the next one.

TC609-5-2025-04 calls a dataset 高质量 when each of its three dimensions scores at least 90 of 100. Weights inside a
dimension are not fixed in the public sources; equal weights over what was measured are used and said. A level is never
given for what was not measured: accuracy counts only when an audit by real people certified it.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from galley.assess.metric import Reading
from galley.kernel.language import Text

__all__ = ["DIMENSIONS", "LEVELS", "Dimension", "Rating", "rate"]

DIMENSIONS: Final[dict[str, Text]] = {
    "01": Text("Documentation", "说明文档"),
    "02": Text("Data quality", "数据质量"),
    "03": Text("Model application", "模型应用"),
}

LEVELS: Final[dict[int, Text]] = {
    5: Text("excellent", "优秀"),
    4: Text("good", "良好"),
    3: Text("usable", "可用"),
    2: Text("needs work", "待改进"),
    1: Text("poor", "较差"),
}

_FLOORS: Final = {5: 90.0, 4: 80.0, 3: 70.0, 2: 60.0}


class Dimension(msgspec.Struct, frozen=True, kw_only=True):
    """The score of one dimension."""

    code: str
    score: float | None  # 0 to 100, the mean of what was measured; None when nothing was
    measured: int
    indicators: int


class Rating(msgspec.Struct, frozen=True, kw_only=True):
    """The level, and what keeps it from the next one."""

    level: int | None
    dimensions: tuple[Dimension, ...]
    certified: bool
    held_back: tuple[Text, ...] = ()


def rate(readings: Sequence[Reading]) -> Rating:
    """The rating of a version from its TC609 readings; level None when they were not taken."""
    own = [reading for reading in readings if reading.standard == "tc609-04"]
    dimensions = tuple(_dimension(code, own) for code in DIMENSIONS)
    audited = [reading for reading in own if reading.code == "0304" and reading.value is not None]
    # Simulated people know the truth they are asked about: an audit by them says nothing about real labels.
    certified = any(reading.evidence.get("labeler_kind") != "simulated" for reading in audited)
    scores = [dimension.score for dimension in dimensions if dimension.score is not None]
    if not own or not scores:
        return Rating(level=None, dimensions=dimensions, certified=certified)
    lowest = min(scores) if len(scores) == len(dimensions) else 0.0
    level = next((level for level, floor in _FLOORS.items() if lowest >= floor), 1)
    # Without an audit nobody knows how many labels are right: such a dataset is usable at best.
    capped = level if certified else min(level, 3)
    return Rating(
        level=capped,
        dimensions=dimensions,
        certified=certified,
        held_back=_reasons(dimensions, certified=certified, simulated=bool(audited) and not certified),
    )


def _dimension(code: str, readings: Sequence[Reading]) -> Dimension:
    inside = [reading for reading in readings if reading.code.startswith(code)]
    values = [reading.value for reading in inside if reading.value is not None]
    score = 100 * sum(values) / len(values) if values else None
    return Dimension(code=code, score=score, measured=len(values), indicators=len(inside))


def _reasons(dimensions: Sequence[Dimension], *, certified: bool, simulated: bool) -> tuple[Text, ...]:
    reasons = []
    for dimension in dimensions:
        title = DIMENSIONS[dimension.code]
        if dimension.score is None:
            reasons.append(Text(f"{title.en}: nothing measured", f"{title.zh}：未测量"))
        elif dimension.score < _FLOORS[5]:
            reasons.append(
                Text(f"{title.en}: {dimension.score:.1f} of 100", f"{title.zh}：{dimension.score:.1f}（满分 100）")
            )
    if simulated:
        reasons.append(Text("the labels come from simulated people", "标签来自模拟人员"))
    elif not certified:
        reasons.append(Text("accuracy is not certified by an audit", "准确率未经审计认证"))
    return tuple(reasons)
