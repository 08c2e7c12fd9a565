"""What can go wrong with drafts."""

from galley.kernel.errors import InputError, MissingError
from galley.kernel.language import Text

__all__ = ["DraftMissingError", "DraftTooLargeError"]


class DraftMissingError(MissingError):
    """Nothing was saved."""

    code = "GLY-ANN-062"
    text = Text("There is no draft of yours on slot {slot}.", "槽位 {slot} 上没有您的草稿。")
    hint = Text("It was submitted, discarded, or never saved.", "它已提交、已放弃，或从未保存。")


class DraftTooLargeError(InputError):
    """A piece that is too large to keep."""

    code = "GLY-ANN-063"
    text = Text(
        "A piece of a draft may have {most:,} bytes; this one has {bytes:,}.",
        "草稿单次保存不得超过 {most:,} 字节，本次为 {bytes:,} 字节。",
    )
    hint = Text("Save more often, or submit in parts.", "请更频繁地保存，或分多次提交。")
