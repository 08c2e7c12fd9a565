"""Agreement of people: Krippendorff's alpha over the distance of the schema, overall and for each control."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from galley.assess.agreement import Agreement, krippendorff_alpha
from galley.assess.metric import Metric, Reading
from galley.catalog.reader import VersionReader
from galley.kernel.canonical import canonical_json
from galley.kernel.draw import derive_seed
from galley.kernel.extension import NoParams
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.labels.schema import Control, LabelSchema, record_distance

__all__ = ["AgreementMetric"]

_TITLE: Final = Text("Agreement between people (Krippendorff's alpha)", "标注者间一致性（Krippendorff's alpha）")
_METHOD: Final = Text(
    "alpha = 1 - D_o / D_e over the label type's distance; interval by resampling items 1,000 times",
    "以标签类型的距离计算 alpha = 1 - D_o / D_e；区间由对条目重采样 1,000 次得到",
)
_ALONE: Final = Text(
    "not measured, because no item has two independent answers; set `overlap: 2`",
    "未测量：没有任何条目具有两个独立回答；可设置 `overlap: 2`",
)
_SAME: Final = Text(
    "not defined, because all answers are the same: there is no chance agreement to compare with",
    "无定义：所有回答相同，无法与随机一致性比较",
)


class AgreementMetric(Metric[NoParams]):
    """Alpha over whole annotations and over each control, from the independent opinions of the label project."""

    name = "agreement"
    summary = Text("How far people agree beyond chance, with an interval.", "标注者超出随机水平的一致程度及其区间。")

    def measure(self, version: VersionReader, context: dict[str, Any], desk: Desk) -> list[Reading]:
        schema: LabelSchema | None = context["schema"]
        if schema is None:
            return []
        seed = derive_seed(desk.seed, "agreement")
        whole = _by_item([(item, body) for item, _, body in context["opinions"]])
        found = krippendorff_alpha(
            whole, lambda left, right: record_distance(schema, left, right), key=canonical_json, seed=seed
        )
        readings = [_reading("agreement", _TITLE, found, version.rows)]
        if len(schema.controls) > 1:
            readings += [_of_control(control, context["opinions"], seed, version.rows) for control in schema.controls]
        return readings


def _of_control(control: Control, opinions: Sequence[tuple[str, str, Any]], seed: bytes, rows: int) -> Reading:
    answers = _by_item([(item, body[control.name]) for item, _, body in opinions if control.name in body])
    distance: Callable[[Any, Any], float] = control.label_type.distance
    found = krippendorff_alpha(answers, distance, key=canonical_json, seed=seed)
    title = Text(f"{_TITLE.en}: {control.says('en')}", f"{_TITLE.zh}：{control.says('zh')}")
    return _reading(f"agreement.{control.name}", title, found, rows)


def _by_item(pairs: Sequence[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for item, value in pairs:
        found.setdefault(item, []).append(value)
    return found


def _reading(code: str, title: Text, found: Agreement, rows: int) -> Reading:
    missing = Text("", "") if found.alpha is not None else (_SAME if found.items else _ALONE)
    return Reading(
        standard="galley",
        code=code,
        title_en=title.en,
        title_zh=title.zh,
        value=found.alpha,
        low=found.low,
        high=found.high,
        confidence=None if found.alpha is None else 0.95,
        unit="alpha",
        sample=found.items,
        population=rows,
        method_en=_METHOD.en,
        method_zh=_METHOD.zh,
        not_measured_en=missing.en,
        not_measured_zh=missing.zh,
        evidence={
            "answers": found.answers,
            "observed": found.observed,
            "expected": found.expected,
            "expected_sampled": found.sampled,
        },
    )
