"""What can go wrong in the accounts."""

from galley.kernel.errors import MissingError
from galley.kernel.language import Text

__all__ = ["WorkRowUnknownError"]


class WorkRowUnknownError(MissingError):
    """No such row of the accounts."""

    code = "GLY-ANN-060"
    text = Text("There is no work row {row}.", "不存在工作量记录 {row}。")
    hint = Text("List the rows of the labeler and take the id from there.", "请在该标注者的工作量记录中查找编号。")
