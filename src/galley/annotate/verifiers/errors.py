"""What can go wrong with verifiers."""

from galley.kernel.errors import InputError, TransientError
from galley.kernel.language import Text

__all__ = ["CheckBodyError", "ChecksBusyError", "VerifierFileError"]


class VerifierFileError(InputError):
    """The operator's file of verifiers cannot be used."""

    code = "GLY-ANN-300"
    text = Text("The file of verifiers, {path}: {reason}", "校验程序文件 {path}：{reason}")
    hint = Text("docs/dialogue.md shows how it is written.", "写法见 docs/dialogue.zh-CN.md。")


class CheckBodyError(InputError):
    """What should be checked is no annotation."""

    code = "GLY-ANN-301"
    text = Text("The labels to check are no object, or too large: {reason}", "待校验的标注不是对象或过大：{reason}")
    hint = Text("Send {{control: value}}, as in a submission.", "请按提交时的形式发送 {{控件: 值}}。")


class ChecksBusyError(TransientError):
    """Somebody checks too often, or too many programs run."""

    code = "GLY-ANN-302"
    text = Text("Too many checks; try again in {retry_seconds} s.", "校验过于频繁，请在 {retry_seconds} 秒后重试。")
    hint = Text("An answer can be submitted without being checked.", "不经校验也可以提交答案。")
