"""What can go wrong on the hot path."""

from galley.kernel.errors import InputError, MissingError, TransientError
from galley.kernel.language import Text

__all__ = ["ClientIdError", "CrowdedError", "NotHeldError", "ProjectMissingError", "WorkerKindError"]


class ProjectMissingError(MissingError):
    """No such project here."""

    code = "GLY-ANN-281"
    text = Text("There is no project {project}.", "不存在项目 {project}。")
    hint = Text("It may belong to another organisation.", "它可能属于其他机构。")


class ClientIdError(InputError):
    """A client id that cannot be stored."""

    code = "GLY-ANN-282"
    text = Text(
        "'client_id' must be 1 to {limit} characters without control characters.",
        "client_id 须为 1 至 {limit} 个字符，且不含控制字符。",
    )
    hint = Text(
        "Choose one for each answer and send the same again when you repeat it.", "每个答案用一个，重发时保持不变。"
    )


class CrowdedError(TransientError):
    """More requests wait than this process can serve soon."""

    code = "GLY-ANN-283"
    text = Text(
        "Too many requests wait; try again in {retry_seconds} s.", "等待的请求过多，请在 {retry_seconds} 秒后重试。"
    )
    hint = Text(
        "Nothing was stored; repeating it with the same client_id is harmless.",
        "未保存任何内容；用相同的 client_id 重发是安全的。",
    )


class WorkerKindError(InputError):
    """Whoever asks is not a person."""

    code = "GLY-ANN-284"
    text = Text("Work is handed to people, and this token belongs to none.", "任务只发给人员，而该令牌不属于任何人员。")
    hint = Text("Use a person's token.", "请使用人员的令牌。")


class NotHeldError(MissingError):
    """Somebody asks for what belongs to a lease they do not hold."""

    code = "GLY-ANN-285"
    text = Text("You hold no lease on slot {slot}.", "您未持有槽位 {slot} 的租约。")
    hint = Text("Claim work first; a lease that ran out shows nothing.", "请先领取任务；租约过期后不再显示。")
