"""What can go wrong in lists."""

from galley.kernel.errors import InputError
from galley.kernel.language import Text

__all__ = ["CursorError"]


class CursorError(InputError):
    """A place in a list that is none of ours."""

    code = "GLY-ANN-061"
    text = Text("'{cursor}' is not a place in this list.", "“{cursor}”不是此列表中的位置。")
    hint = Text(
        "Pass the 'next' of the page before, with the same filters, or nothing for the first page.",
        "请传入上一页返回的 next，并保持筛选条件不变；首页不传。",
    )
