"""What can go wrong with comments."""

from galley.kernel.errors import InputError, MissingError
from galley.kernel.language import Text

__all__ = ["CommentError", "CommentUnknownError"]


class CommentError(InputError):
    """A comment that cannot be stored."""

    code = "GLY-ANN-055"
    text = Text("The comment cannot be stored: {reason}.", "无法保存该批注：{reason_zh}。")
    hint = Text(
        "Comments have a kind, at most 10,000 characters, and an anchor inside the answer.",
        "批注须有类型，不超过 10000 字，锚点须在答案之内。",
    )


class CommentUnknownError(MissingError):
    """No such comment."""

    code = "GLY-ANN-056"
    text = Text("There is no comment {comment} here.", "此处没有批注 {comment}。")
    hint = Text("Load the item again.", "请重新载入该条目。")
