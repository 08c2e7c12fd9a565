"""What can go wrong in the annotation queue."""

from galley.kernel.errors import InputError, StateError
from galley.kernel.language import Text

__all__ = [
    "AlreadyAnsweredError",
    "AnswerBodyError",
    "LabelerKindError",
    "LeaseLostError",
    "OrphanReviewError",
    "OrphanSettledError",
    "OrphanUnknownError",
    "OwnWorkError",
    "ProjectSchemaError",
    "ProjectUnknownError",
    "ReasonUnknownError",
    "RevisionStaleError",
    "SlotNotSubmittedError",
    "SlotUnknownError",
]


class ProjectUnknownError(InputError):
    """No such project."""

    code = "GLY-ANN-001"
    text = Text("Line '{line}' has no annotation project '{purpose}'.", "产线“{line}”没有标注项目“{purpose}”。")
    hint = Text("The annotate step of the line opens it.", "运行产线的标注步骤即可创建。")


class ProjectSchemaError(StateError):
    """The project was opened under another label schema."""

    code = "GLY-ANN-002"
    text = Text(
        "Annotation project '{purpose}' of line '{line}' was opened with another label schema.",
        "产线“{line}”的标注项目“{purpose}”是用另一个标签体系创建的。",
    )
    hint = Text(
        "Answers under two schemas cannot be mixed: keep the schema, or give the line another name.",
        "不同标签体系的答案不能混用：请保留原体系，或为产线另起名称。",
    )


class LabelerKindError(InputError):
    """The name belongs to a labeler of another kind."""

    code = "GLY-ANN-003"
    text = Text("Labeler '{name}' is known as {known}, not {kind}.", "标注者“{name}”登记为 {known}，而不是 {kind}。")
    hint = Text("Give people, models and imports different names.", "请为人员、模型和导入来源使用不同的名称。")


class SlotUnknownError(InputError):
    """No such slot."""

    code = "GLY-ANN-004"
    text = Text("There is no slot {slot}.", "不存在槽位 {slot}。")
    hint = Text("Ask for the next item again.", "请重新领取任务。")


class AnswerBodyError(InputError):
    """An answer that cannot be stored."""

    code = "GLY-ANN-005"
    text = Text("The answer cannot be stored: {reason}", "无法存储该答案：{reason}")
    hint = Text(
        "Answers are JSON values; text may not hold NUL characters or half surrogate pairs.",
        "答案须为 JSON 值；文本不得包含 NUL 字符或不完整的代理对。",
    )


class RevisionStaleError(StateError):
    """Somebody revised the answer meanwhile."""

    code = "GLY-ANN-006"
    text = Text(
        "Revision {base} is not the newest of slot {slot}: {newest} is.",
        "修订 {base} 不是槽位 {slot} 的最新修订，最新为 {newest}。",
    )
    hint = Text("Load the newest answer and correct that one.", "请载入最新答案后再修改。")


class OwnWorkError(StateError):
    """A reviewer was given their own work."""

    code = "GLY-ANN-007"
    text = Text(
        "Labeler {labeler} worked on item {item} and cannot review it.",
        "标注者 {labeler} 标注过条目 {item}，不能审核它。",
    )
    hint = Text("Another reviewer must take it.", "须由其他审核员处理。")


class SlotNotSubmittedError(StateError):
    """The slot holds no answer that counts."""

    code = "GLY-ANN-008"
    text = Text(
        "Slot {slot} is {state}: it holds no answer to work on.", "槽位 {slot} 处于 {state} 状态：没有可处理的答案。"
    )
    hint = Text("Somebody else returned or voided it; ask for the next item.", "它已被他人退回或作废，请领取下一条。")


class LeaseLostError(StateError):
    """The lease is not (any more) this labeler's."""

    code = "GLY-ANN-009"
    text = Text(
        "The lease on slot {slot} is not held by this labeler any more.", "该标注者已不再持有槽位 {slot} 的租约。"
    )
    hint = Text(
        "Ask for the next item; answers sent late are kept for a lead.", "请领取下一条；迟交的答案会留给负责人处理。"
    )


class OrphanUnknownError(InputError):
    """No such late answer."""

    code = "GLY-ANN-010"
    text = Text("There is no late answer {orphan}.", "不存在迟交答案 {orphan}。")


class OrphanSettledError(StateError):
    """The late answer was decided on otherwise."""

    code = "GLY-ANN-011"
    text = Text("Late answer {orphan} was already {settled}.", "迟交答案 {orphan} 已被处理为 {settled}。")


class AlreadyAnsweredError(StateError):
    """The labeler has another answer to the item in this stage."""

    code = "GLY-ANN-012"
    text = Text(
        "Labeler {labeler} already works on item {item} in this stage.", "标注者 {labeler} 在此阶段已处理条目 {item}。"
    )
    hint = Text("Void that slot first, or dismiss the late answer.", "请先作废该槽位，或驳回迟交答案。")


class ReasonUnknownError(InputError):
    """A reason that is not in the list."""

    code = "GLY-ANN-013"
    text = Text("'{reason}' is not a reason.", "“{reason}”不是有效的理由。")
    hint = Text("Reasons are: {known}.", "可用的理由：{known}。")


class OrphanReviewError(StateError):
    """A late verdict cannot be adopted."""

    code = "GLY-ANN-014"
    text = Text(
        "Late answer {orphan} is a review's verdict and cannot be adopted.", "迟交答案 {orphan} 是审核结论，不能采纳。"
    )
    hint = Text("Dismiss it; the review was given to somebody else.", "请驳回；该审核已交由他人处理。")
