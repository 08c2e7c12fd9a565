"""What can go wrong when a lot is planned or judged."""

from galley.kernel.errors import InputError
from galley.kernel.language import Text

__all__ = ["LotTermsError"]


class LotTermsError(InputError):
    """The terms of a lot's acceptance do not fit."""

    code = "GLY-ASS-010"
    text = Text("The lot cannot be planned like this: {detail}", "无法按此制定批的抽样方案：{detail}")
    hint = Text(
        "Lots hold 2 items or more; levels are I, II, III, S-1 to S-4; AQLs run from 0.010 to 10 in the standard's steps; "
        "shares lie strictly between 0 and 1.",
        "批量至少为 2；检验水平为 I、II、III、S-1 至 S-4；AQL 取标准所列 0.010 至 10 各档；各比率须在 0 与 1 之间。",
    )
