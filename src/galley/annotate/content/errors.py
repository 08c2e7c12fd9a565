"""What can go wrong while data come in or go out: 15x rows, 16x imports, 17x uploads, 18x exports."""

from galley.kernel.errors import InputError, MissingError, StateError
from galley.kernel.language import Text

__all__ = [
    "BodyCutError",
    "CursorError",
    "DataTypeError",
    "ExportSchemaError",
    "FieldsMissingError",
    "FormatUnknownError",
    "IdError",
    "ImportErrorsError",
    "ImportMissingError",
    "ImportStoppedError",
    "ItemDiffersError",
    "NulCharacterError",
    "ReferenceGivenError",
    "RestLostError",
    "RootError",
    "RowJsonError",
    "UploadDigestError",
    "UploadExpiredError",
    "UploadMissingError",
    "UploadOffsetError",
    "UploadOpenError",
    "UploadQuotaError",
    "UploadTooLongError",
]


# --- rows -------------------------------------------------------------------------------------------------------------


class RowJsonError(InputError):
    """A row that is no JSON object."""

    code = "GLY-ANN-150"
    text = Text("The row is not a JSON object: {reason}", "这一行不是 JSON 对象：{reason}")
    hint = Text("One object a line, or a list of objects.", "每行一个对象，或一个对象列表。")


class IdError(InputError):
    """A sender's id that cannot be an item's."""

    code = "GLY-ANN-151"
    text = Text("The id {found} cannot be used.", "编号 {found} 无法使用。")
    hint = Text(
        "An id is a number or a text of 1 to {limit} characters without control characters; leave it out to have one made.",
        "编号须为数字，或 1 到 {limit} 个字符、不含控制字符的文本；不写则自动生成。",
    )


class DataTypeError(InputError):
    """A task whose `data` is no object."""

    code = "GLY-ANN-152"
    text = Text("`data` is not an object.", "`data` 不是对象。")
    hint = Text(
        'Write {{"data": {{"text": "…"}}}}, or the fields themselves.',
        '请写 {{"data": {{"text": "…"}}}}，或直接写字段。',
    )


class ReferenceGivenError(InputError):
    """A row that names stored bytes by their hash."""

    code = "GLY-ANN-157"
    text = Text("The row names stored bytes: {found}.", "这一行直接引用了已存储的内容：{found}。")
    hint = Text(
        "Send the medium itself: in an archive, a folder or a Parquet file.",
        "请上传媒体文件本身：压缩包、文件夹或 Parquet。",
    )


class FieldsMissingError(InputError):
    """A row without a field that the label schema shows."""

    code = "GLY-ANN-153"
    text = Text("The row has no field {missing}.", "这一行没有字段 {missing}。")
    hint = Text(
        "The project's label schema shows it; the row has {known}.",
        "项目的标签体系要显示该字段；这一行有 {known}。",
    )


class ItemDiffersError(InputError):
    """The id is taken by other content."""

    code = "GLY-ANN-154"
    text = Text("The id '{item}' already stands for other content.", "编号“{item}”已属于另一内容。")
    hint = Text("Nothing was changed. Give the row an id of its own.", "没有任何改动。请为该行换一个编号。")


class NulCharacterError(InputError):
    """A NUL character in a row."""

    code = "GLY-ANN-155"
    text = Text("The row holds a NUL character.", "这一行含有 NUL 字符。")
    hint = Text("No database can keep it as text; remove it.", "数据库无法把它存为文本，请去除。")


class RestLostError(InputError):
    """A body that cannot be read on."""

    code = "GLY-ANN-156"
    text = Text("Reading stopped after row {row}: {reason}", "读到第 {row} 行后无法继续：{reason}")
    hint = Text(
        "The rows before are in the project. Mend the file and import it again; what is in is not doubled.",
        "此前的行已导入。修复文件后重新导入即可，已导入的不会重复。",
    )


# --- imports ----------------------------------------------------------------------------------------------------------


class ImportMissingError(MissingError):
    """No such import in the project."""

    code = "GLY-ANN-160"
    text = Text("There is no import {import_id} in this project.", "本项目没有导入 {import_id}。")
    hint = Text("List the project's imports to find it.", "请在项目的导入列表中查找。")


class FormatUnknownError(InputError):
    """A format nobody reads."""

    code = "GLY-ANN-161"
    text = Text("'{found}' is not a format that can be read or written.", "“{found}”不是可读写的格式。")
    hint = Text("Choose one of {known}.", "请从 {known} 中选择。")


class ImportErrorsError(StateError):
    """More rows failed than the sender allows."""

    code = "GLY-ANN-162"
    text = Text(
        "{failed} rows failed, {allowed} were allowed; the import stopped.",
        "{failed} 行失败，超过允许的 {allowed} 行，导入已停止。",
    )
    hint = Text(
        "What was read before is in the project. The import's errors name every row.",
        "此前读到的已导入。导入的错误列表指出了每一行。",
    )


class BodyCutError(InputError):
    """The connection ended before the body did."""

    code = "GLY-ANN-163"
    text = Text("The connection was cut while the data came in.", "数据传输过程中连接中断。")
    hint = Text(
        "Send the same data again: what is in already is counted as such and not doubled.",
        "请重新发送同样的数据：已导入的会计为“已有”，不会重复。",
    )


class ImportStoppedError(StateError):
    """Somebody cancelled the import."""

    code = "GLY-ANN-164"
    text = Text("The import was cancelled.", "导入已取消。")
    hint = Text("What was read before stays in the project.", "此前读到的保留在项目中。")


class RootError(InputError):
    """A folder outside those the server may read."""

    code = "GLY-ANN-165"
    text = Text("The folder '{path}' is not one the server may read.", "服务器不可读取文件夹“{path}”。")
    hint = Text(
        "Whoever runs the server names the folders in GALLEY_IMPORT_ROOTS.",
        "由服务器管理者在 GALLEY_IMPORT_ROOTS 中指定可读文件夹。",
    )


# --- uploads ----------------------------------------------------------------------------------------------------------


class UploadMissingError(MissingError):
    """No such upload."""

    code = "GLY-ANN-170"
    text = Text("There is no upload {upload}.", "没有上传任务 {upload}。")
    hint = Text("Begin a new one.", "请新建上传。")


class UploadOffsetError(StateError):
    """A piece that does not begin where the upload ends."""

    code = "GLY-ANN-171"
    text = Text("The upload continues at byte {offset}, not {given}.", "上传应从第 {offset} 字节继续，而不是 {given}。")
    hint = Text("Send the rest from there.", "请从该位置继续发送。")


class UploadTooLongError(InputError):
    """More bytes than were announced."""

    code = "GLY-ANN-172"
    text = Text("The upload was announced with {bytes} bytes; more came.", "上传声明为 {bytes} 字节，收到的超出。")
    hint = Text("Begin a new upload with the right size.", "请用正确的大小新建上传。")


class UploadDigestError(InputError):
    """The whole is not what the sender announced."""

    code = "GLY-ANN-173"
    text = Text(
        "The upload has the SHA-256 {found}, announced was {wanted}.",
        "上传内容的 SHA-256 为 {found}，声明为 {wanted}。",
    )
    hint = Text("Something was changed on the way: begin a new upload.", "传输中有改动，请新建上传。")


class UploadExpiredError(StateError):
    """The upload was left alone for too long."""

    code = "GLY-ANN-174"
    text = Text("The upload {upload} has ended ({state}).", "上传 {upload} 已结束（{state}）。")
    hint = Text("Begin a new one.", "请新建上传。")


class UploadQuotaError(StateError):
    """Too many bytes of unfinished uploads."""

    code = "GLY-ANN-175"
    text = Text(
        "Unfinished uploads may hold {limit} bytes; {held} are held.",
        "未完成的上传最多占 {limit} 字节，现已占 {held} 字节。",
    )
    hint = Text("Finish or cancel others first, or ask for more room.", "请先完成或取消其他上传，或申请更大空间。")


class UploadOpenError(StateError):
    """The upload is not complete yet."""

    code = "GLY-ANN-176"
    text = Text(
        "The upload {upload} is not complete: {received} of {bytes} bytes.",
        "上传 {upload} 尚未完成：已收 {received} / {bytes} 字节。",
    )
    hint = Text("Send the rest first.", "请先发送其余部分。")


# --- exports ----------------------------------------------------------------------------------------------------------


class CursorError(InputError):
    """A place in an export that is none."""

    code = "GLY-ANN-180"
    text = Text("'{cursor}' is no place in an export.", "“{cursor}”不是导出中的位置。")
    hint = Text("Give back what the export said, unchanged.", "请原样传回导出给出的值。")


class ExportSchemaError(StateError):
    """The project's label schema is not at hand."""

    code = "GLY-ANN-181"
    text = Text("The label schema of the project is not stored here.", "项目的标签体系不在此处。")
    hint = Text("Export as jsonl, which needs none.", "请导出为 jsonl，它不需要标签体系。")
