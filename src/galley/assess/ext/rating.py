"""The rating as a reading, from the readings taken before it."""

from typing import Any, Final

import msgspec

from galley.assess.metric import Metric, Reading
from galley.assess.rules import LEVELS, rate
from galley.catalog.reader import VersionReader
from galley.kernel.extension import NoParams
from galley.kernel.language import Text
from galley.kernel.ports import Desk

__all__ = ["RatingMetric"]

_TITLE: Final = Text("Galley rating (levels 1 to 5)", "Galley 评级（一至五级）")
_METHOD: Final = Text(
    "lowest of the three TC609-04 dimension scores (equal weights over what was measured): 90, 80, 70, 60 are the "
    "floors of levels 5, 4, 3, 2; at most 3 without a certificate of accuracy",
    "取 TC609-04 三个维度得分（对已测指标等权平均）的最低值：90、80、70、60 分别为五、四、三、二级下限；无准确率证书时至多三级",
)
_WHY: Final = Text("not rated, because the TC609-04 indicators were not read", "未评级：未测量 TC609-04 指标")


class RatingMetric(Metric[NoParams]):
    """One level from one to five, with the scores it follows from and what would raise it."""

    name = "rating"
    summary = Text("A rating from one to five, with its reasons.", "一至五级评级及其理由。")

    def measure(self, version: VersionReader, context: dict[str, Any], desk: Desk) -> list[Reading]:
        found = rate(context["readings"])
        missing = Text("", "") if found.level is not None else _WHY
        word = LEVELS[found.level] if found.level is not None else Text("", "")
        return [
            Reading(
                standard="galley",
                code="rating",
                title_en=_TITLE.en,
                title_zh=_TITLE.zh,
                value=None if found.level is None else float(found.level),
                unit="level",
                population=version.rows,
                method_en=_METHOD.en,
                method_zh=_METHOD.zh,
                not_measured_en=missing.en,
                not_measured_zh=missing.zh,
                evidence={
                    "word_en": word.en,
                    "word_zh": word.zh,
                    "dimensions": msgspec.to_builtins(found.dimensions),
                    "certified": found.certified,
                    "held_back_en": [reason.en for reason in found.held_back],
                    "held_back_zh": [reason.zh for reason in found.held_back],
                },
            )
        ]
