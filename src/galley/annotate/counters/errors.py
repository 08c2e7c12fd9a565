"""What can go wrong in lists."""

from galley.kernel.errors import InputError
from galley.kernel.language import Text

__all__ = ["PlaceError"]


class PlaceError(InputError):
    """A place in a list with other conditions."""

    code = "GLY-ANN-061"
    text = Text(
        "This place is in a list by {given}, not by {drive}.", "该位置属于按 {given} 排列的列表，而不是按 {drive}。"
    )
    hint = Text("Keep the filters from page to page, or begin anew.", "翻页时请保持筛选条件不变，或从首页重新开始。")
