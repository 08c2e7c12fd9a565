"""Errors of webhooks."""

from galley.kernel.errors import InputError, MissingError
from galley.kernel.language import Text

__all__ = ["DeliveryUnknownError", "HookEventError", "HookProjectError", "HookUnknownError", "HookUrlError"]


class HookUnknownError(MissingError):
    """No webhook of that id."""

    code = "GLY-HOK-001"
    text = Text("There is no webhook {hook}.", "没有 Webhook {hook}。")
    hint = Text("List them to see which there are.", "请先列出现有 Webhook。")


class HookEventError(InputError):
    """Events that do not happen."""

    code = "GLY-HOK-002"
    text = Text("There is no event '{event}'.", "没有事件“{event}”。")
    hint = Text("Events: {known}.", "可用事件：{known}。")


class HookUrlError(InputError):
    """An address Galley does not call."""

    code = "GLY-HOK-003"
    text = Text("{url} cannot be a webhook: {reason}", "{url} 不能作为 Webhook：{reason}")
    hint = Text(
        "Give a full https:// address (http:// only where the operator allows it) without user name or password.",
        "请给出完整的 https:// 地址（仅在运营方允许时可用 http://），不含用户名与密码。",
    )


class DeliveryUnknownError(MissingError):
    """Nothing of that id was to be told to this webhook."""

    code = "GLY-HOK-004"
    text = Text("Webhook {hook} has no delivery {delivery}.", "Webhook {hook} 没有投递 {delivery}。")
    hint = Text("Deliveries are kept for thirty days.", "投递记录保留三十天。")


class HookProjectError(InputError):
    """A webhook for a project that is not there."""

    code = "GLY-HOK-005"
    text = Text("There is no project {project}.", "没有项目 {project}。")
    hint = Text("Leave the project out to hear of all.", "不指定项目即可接收全部项目的事件。")
