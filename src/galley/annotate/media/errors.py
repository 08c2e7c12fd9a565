"""What can be wrong with a medium; kept beside the blob, and told to whoever opens it."""

from galley.kernel.errors import InputError, StateError
from galley.kernel.language import Text

__all__ = ["MediaFormatError", "MediaMakerError", "MediaTooLargeError", "MediaUnreadableError"]


class MediaUnreadableError(InputError):
    """Bytes that are damaged, cut off, or not what they say."""

    code = "GLY-ANN-330"
    text = Text("The file cannot be decoded: {detail}", "文件无法解码：{detail}")
    hint = Text("Send an undamaged file again.", "请重新提供完好的文件。")


class MediaTooLargeError(InputError):
    """A medium that declares more than is decoded here."""

    code = "GLY-ANN-331"
    text = Text(
        "The file has {found} {unit}; at most {limit} are decoded.", "文件有 {found} {unit}，最多解码 {limit}。"
    )
    hint = Text("Cut it into smaller files.", "请拆分成较小的文件。")


class MediaFormatError(InputError):
    """A format that is shown by browsers perhaps, but not decoded here."""

    code = "GLY-ANN-332"
    text = Text("Files of the format {media_type} are not decoded here.", "此处不解码 {media_type} 格式的文件。")
    hint = Text(
        "Convert it and import it again: images as JPEG, PNG, WebP, GIF, BMP or TIFF (HEIC, AVIF: JPEG), sound as WAV, "
        "FLAC, MP3, Ogg or AIFF (M4A, AAC: FLAC).",
        "请转换格式后重新导入：图像用 JPEG、PNG、WebP、GIF、BMP 或 TIFF（HEIC、AVIF 请转为 JPEG），声音用 WAV、FLAC、MP3、"
        "Ogg 或 AIFF（M4A、AAC 请转为 FLAC）。",
    )


class MediaMakerError(StateError):
    """The process that decodes came to its bounds of time or memory, or died."""

    code = "GLY-ANN-333"
    text = Text("Decoding was given up: {detail}", "已放弃解码：{detail}")
    hint = Text("The file can be used, but opens slowly.", "文件仍可使用，但打开较慢。")
