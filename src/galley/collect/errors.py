"""Everything that can go wrong while collecting, with its code: 00x recipe, 01x source, 02x record, 03x line, 04x CSV,
05x Parquet, 06x archive; 07x HTTP, 08x object store and 09x SQL are in remote_errors.

A `RecordError` never leaves a connector: it becomes a `Spoiled` row in the quarantine. Everything else stops the source.
"""

from galley.kernel.errors import InputError, StateError
from galley.kernel.language import Text

__all__ = [
    "BadBase64Error",
    "BadIdError",
    "BadLineError",
    "BasisMissingError",
    "BasisUnknownError",
    "BombError",
    "BrokenStreamError",
    "ContentMismatchError",
    "DamagedMemberError",
    "DuplicateKeyError",
    "DuplicateMemberError",
    "EncodingUnknownError",
    "EncryptedMemberError",
    "FieldMissingError",
    "FieldTypeError",
    "FolderMissingError",
    "FolderUnreadableError",
    "FromMissingError",
    "GradeUnknownError",
    "LeavesFolderError",
    "LicenseMissingError",
    "LineTooLongError",
    "LinkMemberError",
    "ListedTwiceError",
    "NameRepeatedError",
    "NestingTooDeepError",
    "NotARegularFileError",
    "NothingFoundError",
    "NulError",
    "ParquetError",
    "PatternError",
    "RecordError",
    "RowShapeError",
    "SettingError",
    "SpecialMemberError",
    "TextTooLargeError",
    "TooLargeError",
    "TraversalError",
    "TruncatedArchiveError",
    "UndecodableError",
    "UnpacksTooLargeError",
    "UnreadableError",
]


class RecordError(InputError):
    """One record cannot be read; the connector yields it as Spoiled and reads on."""


# --- recipe ------------------------------------------------------------------------------------------------------


class LicenseMissingError(InputError):
    """A collect entry without a licence."""

    code = "GLY-COL-001"
    text = Text("The source '{source}' names no license.", "来源“{source}”没有写明许可（license）。")
    hint = Text(
        "Write `license:` with an SPDX id (CC-BY-4.0) or the contract's name. Without it nobody downstream can tell "
        "whether the dataset may be used or sold, and a release signs this statement.",
        "请写 `license:`，填 SPDX 标识（如 CC-BY-4.0）或合同名称。没有它，下游无从判断数据能否使用或交易；发布时会对这项声明签名。",
    )


class BasisMissingError(InputError):
    """A collect entry without the ground on which the data may be used."""

    code = "GLY-COL-002"
    text = Text(
        "The source '{source}' does not say on what basis it may be used.", "来源“{source}”没有写明使用依据（basis）。"
    )
    hint = Text(
        "Write `basis:` with one of {known}. It records how you came by the right to the data; registration and trade "
        "ask for proof of a lawful source.",
        "请写 `basis:`，可选 {known}。它说明您凭什么使用这些数据；登记和交易都要求证明数据来源合法。",
    )


class BasisUnknownError(InputError):
    """A basis that is not one of the known ones."""

    code = "GLY-COL-003"
    text = Text("The source '{source}' has an unknown basis '{given}'.", "来源“{source}”的使用依据“{given}”无法识别。")
    hint = Text("Choose one of {known}.", "请从 {known} 中选择。")


class GradeUnknownError(InputError):
    """A grade that GB/T 43697 does not know."""

    code = "GLY-COL-004"
    text = Text("The source '{source}' has an unknown grade '{given}'.", "来源“{source}”的数据分级“{given}”无法识别。")
    hint = Text(
        "Choose general, important or core (GB/T 43697-2024).",
        "请选择 general（一般）、important（重要）或 core（核心），依据 GB/T 43697-2024。",
    )


class NameRepeatedError(InputError):
    """Two collect entries of one line with the same name."""

    code = "GLY-COL-005"
    text = Text("Two sources of this line are called '{source}'.", "本产线有两个来源都叫“{source}”。")
    hint = Text(
        "Give each a `name:` of its own: record ids are made of the source's name and the record's key.",
        "请为每个来源写不同的 `name:`：记录编号由来源名和记录的键生成。",
    )


class FromMissingError(InputError):
    """A collect entry that names no connector."""

    code = "GLY-COL-006"
    text = Text(
        "Entry {place} of `collect` does not say where it collects from.",
        "`collect` 的第 {place} 项没有写明从哪里采集。",
    )
    hint = Text("Write `from:` with one of {known}.", "请写 `from:`，可选 {known}。")


class SettingError(InputError):
    """A setting of a source has the wrong form."""

    code = "GLY-COL-007"
    text = Text(
        "The setting '{setting}' of '{source}' is wrong: {detail}", "“{source}”的设置“{setting}”不正确：{detail}"
    )
    hint = Text("See `galley ops {source}` for what it takes.", "用 `galley ops {source}` 查看可用的写法。")


# --- source ------------------------------------------------------------------------------------------------------


class FolderMissingError(InputError):
    """The folder before the first wildcard does not exist."""

    code = "GLY-COL-010"
    text = Text("There is no file or folder {path}.", "没有文件或文件夹 {path}。")
    hint = Text("Relative paths start at the recipe's folder: {base}", "相对路径从配方所在文件夹算起：{base}")


class NothingFoundError(InputError):
    """A source that lists nothing."""

    code = "GLY-COL-011"
    text = Text("Nothing matches {pattern}.", "没有任何内容匹配 {pattern}。")
    hint = Text(
        "Patterns know * ? [a-z] and ** (any folders), and mind upper and lower case; hidden files need `hidden: true`.",
        "通配符有 * ? [a-z] 和 **（任意层文件夹），区分大小写；隐藏文件需写 `hidden: true`。",
    )


class PatternError(InputError):
    """A glob that cannot be understood."""

    code = "GLY-COL-012"
    text = Text("The pattern {pattern} is not valid: {detail}", "通配符 {pattern} 无效：{detail}")
    hint = Text(
        "Write one path with * ? [a-z] or **; braces and `..` after a wildcard are not supported.",
        "请写一个路径，可用 * ? [a-z] 或 **；不支持花括号，也不支持通配符之后的 `..`。",
    )


class EncodingUnknownError(InputError):
    """An encoding Python does not know."""

    code = "GLY-COL-013"
    text = Text("There is no text encoding called '{encoding}'.", "没有名为“{encoding}”的文本编码。")
    hint = Text("Usual names: utf-8, gb18030, gbk, big5, utf-16.", "常用名称：utf-8、gb18030、gbk、big5、utf-16。")


class ListedTwiceError(StateError):
    """A connector listed one key twice, or not in order."""

    code = "GLY-COL-014"
    text = Text(
        "The connector '{source}' lists '{key}' out of order or twice.", "连接器“{source}”列出的“{key}”重复或乱序。"
    )
    hint = Text("This is a bug in that connector.", "这是该连接器的缺陷。")


# --- record ------------------------------------------------------------------------------------------------------


class DuplicateKeyError(RecordError):
    """The same key came before in this source."""

    code = "GLY-COL-020"
    text = Text(
        "Duplicate id: the key '{key}' occurs again in this source (occurrence {occurrence}).",
        "编号重复：键“{key}”在本来源中再次出现（第 {occurrence} 次重复）。",
    )
    hint = Text("Choose an id field whose values are unique.", "请选择取值唯一的编号字段。")


class LeavesFolderError(RecordError):
    """A link or a name that points outside the folder the recipe gives."""

    code = "GLY-COL-021"
    text = Text("'{name}' leads outside the source's folder.", "“{name}”指向来源文件夹之外。")
    hint = Text(
        "Copy the content into the folder, or add its folder as a source.",
        "请把内容复制进来，或把它所在的文件夹另列为来源。",
    )


class NotARegularFileError(RecordError):
    """A folder, pipe, socket or device where a file was expected."""

    code = "GLY-COL-022"
    text = Text("'{name}' is not a regular file.", "“{name}”不是普通文件。")


class UnreadableError(RecordError):
    """The operating system refuses to read."""

    code = "GLY-COL-023"
    text = Text("'{name}' cannot be read: {reason}", "“{name}”无法读取：{reason}")


class UndecodableError(RecordError):
    """Bytes that are no text in any encoding we may assume."""

    code = "GLY-COL-024"
    text = Text(
        "The text is not valid {encoding} (byte {offset}).", "文本不是有效的 {encoding} 编码（第 {offset} 字节）。"
    )
    hint = Text("Name the right one with `encoding:`.", "请用 `encoding:` 指明正确的编码。")


class TextTooLargeError(RecordError):
    """A text record beyond limits.TEXT_BYTES_MAX."""

    code = "GLY-COL-025"
    text = Text("The text has more than {limit} bytes.", "文本超过 {limit} 字节。")
    hint = Text("Split large documents before collecting them.", "请先拆分大文档再采集。")


class ContentMismatchError(RecordError):
    """The content is not of the modality the recipe demands."""

    code = "GLY-COL-026"
    text = Text("The content is {found}, not {wanted}.", "内容是 {found}，不是 {wanted}。")


class TooLargeError(RecordError):
    """A media file beyond the size limit."""

    code = "GLY-COL-027"
    text = Text("The content has more than {limit} bytes.", "内容超过 {limit} 字节。")


class FolderUnreadableError(RecordError):
    """A folder below the source's folder that cannot be listed."""

    code = "GLY-COL-028"
    text = Text("The folder '{name}' cannot be listed: {reason}", "文件夹“{name}”无法列出：{reason}")


# --- line --------------------------------------------------------------------------------------------------------


class BadLineError(RecordError):
    """A line that is no JSON object."""

    code = "GLY-COL-030"
    text = Text("Line {line} is not a JSON object: {reason}", "第 {line} 行不是 JSON 对象：{reason}")


class LineTooLongError(RecordError):
    """A line beyond limits.LINE_BYTES_MAX."""

    code = "GLY-COL-031"
    text = Text("Line {line} has more than {limit} bytes.", "第 {line} 行超过 {limit} 字节。")


class NestingTooDeepError(RecordError):
    """JSON nested beyond limits.JSON_DEPTH_MAX."""

    code = "GLY-COL-032"
    text = Text("The JSON is nested deeper than {limit} levels.", "JSON 嵌套超过 {limit} 层。")


class FieldMissingError(RecordError):
    """A row without the field that holds its content or id."""

    code = "GLY-COL-033"
    text = Text("The row has no field '{field}'.", "这一行没有字段“{field}”。")
    hint = Text("Its fields are: {known}", "它的字段有：{known}")


class FieldTypeError(RecordError):
    """A field that is not text."""

    code = "GLY-COL-034"
    text = Text("The field '{field}' holds {found}, not {wanted}.", "字段“{field}”的值是 {found}，不是 {wanted}。")


class BrokenStreamError(RecordError):
    """A compressed or transferred stream that ends or breaks half-way."""

    code = "GLY-COL-035"
    text = Text("The rest of '{name}' is lost: {reason}", "“{name}”其余部分无法读取：{reason}")


class BadBase64Error(RecordError):
    """A field that should hold base64."""

    code = "GLY-COL-036"
    text = Text("The field '{field}' is not valid base64.", "字段“{field}”不是有效的 base64。")


class BadIdError(RecordError):
    """An id field without a usable value."""

    code = "GLY-COL-037"
    text = Text("The id field '{field}' holds {found}.", "编号字段“{field}”的值是 {found}。")
    hint = Text("An id is a non-empty text or an integer.", "编号须为非空文本或整数。")


class UnpacksTooLargeError(RecordError):
    """A compressed file that unpacks beyond the limits."""

    code = "GLY-COL-038"
    text = Text(
        "'{name}' unpacks to more than {limit} (a decompression bomb?).",
        "“{name}”解压后超过 {limit}（可能是解压炸弹）。",
    )


# --- CSV ---------------------------------------------------------------------------------------------------------


class RowShapeError(RecordError):
    """A CSV row that does not fit the header or cannot be parsed."""

    code = "GLY-COL-040"
    text = Text("The row at lines {first}-{last} is wrong: {reason}", "第 {first}-{last} 行有误：{reason}")


class NulError(RecordError):
    """NUL characters in a text row."""

    code = "GLY-COL-041"
    text = Text("The row at line {line} holds NUL bytes.", "第 {line} 行含有 NUL 字节。")


# --- Parquet -----------------------------------------------------------------------------------------------------


class ParquetError(RecordError):
    """A Parquet file that cannot be opened, or breaks half-way."""

    code = "GLY-COL-050"
    text = Text("'{name}' is not readable Parquet: {reason}", "“{name}”不是可读的 Parquet：{reason}")


# --- archive -----------------------------------------------------------------------------------------------------


class TraversalError(RecordError):
    """A member whose name leads out of the archive."""

    code = "GLY-COL-060"
    text = Text("The member '{name}' has a hostile name: {reason}", "成员“{name}”的名称有危险：{reason}")


class LinkMemberError(RecordError):
    """A link in an archive."""

    code = "GLY-COL-061"
    text = Text("The member '{name}' is a link; links are not followed.", "成员“{name}”是链接，不予跟随。")


class SpecialMemberError(RecordError):
    """A device, pipe or sparse file in an archive."""

    code = "GLY-COL-062"
    text = Text("The member '{name}' is no regular file ({kind}).", "成员“{name}”不是普通文件（{kind}）。")


class DuplicateMemberError(RecordError):
    """A second member with the same name."""

    code = "GLY-COL-063"
    text = Text("The archive holds '{name}' more than once.", "压缩包中“{name}”出现不止一次。")
    hint = Text("Only the first is read.", "只读取第一个。")


class EncryptedMemberError(RecordError):
    """A member that needs a password."""

    code = "GLY-COL-064"
    text = Text("The member '{name}' is encrypted.", "成员“{name}”已加密。")
    hint = Text("Decrypt the archive before collecting it.", "请先解密再采集。")


class BombError(RecordError):
    """An archive that unpacks beyond the limits; reading it stops."""

    code = "GLY-COL-065"
    text = Text(
        "Reading of '{name}' stopped, it is a decompression bomb: {reason}", "“{name}”是解压炸弹，已停止读取：{reason}"
    )


class TruncatedArchiveError(RecordError):
    """An archive that ends or breaks half-way."""

    code = "GLY-COL-066"
    text = Text("The archive '{name}' is truncated or damaged: {reason}", "压缩包“{name}”被截断或已损坏：{reason}")
    hint = Text("Members before this place were read.", "此处之前的成员均已读取。")


class DamagedMemberError(RecordError):
    """A member whose bytes do not unpack to what the archive promises."""

    code = "GLY-COL-067"
    text = Text("The member '{name}' is damaged: {reason}", "成员“{name}”已损坏：{reason}")
