"""What can go wrong in quality control."""

from galley.kernel.errors import InputError, MissingError, StateError
from galley.kernel.language import Text

__all__ = [
    "ActionUnknownError",
    "AppealOwnError",
    "AppealSettledError",
    "AppealTwiceError",
    "AppealUnknownError",
    "LabelerUnknownError",
    "QualityRuleError",
]


class QualityRuleError(InputError):
    """A rule that does not make sense."""

    code = "GLY-ANN-270"
    text = Text("Quality rule '{rule}', {place}: {problem}", "质量规则“{rule}”的 {place}：{problem_zh}")
    hint = Text("Nothing was saved.", "未保存任何内容。")


class ActionUnknownError(MissingError):
    """No such action."""

    code = "GLY-ANN-271"
    text = Text("There is no quality action {action}.", "不存在质量措施 {action}。")


class AppealUnknownError(MissingError):
    """No such appeal."""

    code = "GLY-ANN-272"
    text = Text("There is no appeal {appeal}.", "不存在申诉 {appeal}。")


class AppealTwiceError(StateError):
    """The action is appealed already, or was undone."""

    code = "GLY-ANN-273"
    text = Text("Action {action} was appealed already, or is undone.", "措施 {action} 已有申诉，或已撤销。")


class AppealOwnError(StateError):
    """Nobody judges their own case."""

    code = "GLY-ANN-274"
    text = Text(
        "Neither the person concerned nor the one who took the action decides appeal {appeal}.",
        "当事人及作出该措施的人均不能裁定申诉 {appeal}。",
    )
    hint = Text("Another lead must decide.", "须由其他负责人裁定。")


class AppealSettledError(StateError):
    """The appeal was decided otherwise."""

    code = "GLY-ANN-275"
    text = Text("Appeal {appeal} was already {state}.", "申诉 {appeal} 已裁定为 {state}。")


class LabelerUnknownError(MissingError):
    """No such person here."""

    code = "GLY-ANN-276"
    text = Text("There is no labeler {labeler}.", "不存在标注者 {labeler}。")
