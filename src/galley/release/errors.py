"""Errors of the release stage: GLY-REL-nnn."""

from galley.kernel.errors import InputError, IntegrityError, MissingError, StateError
from galley.kernel.language import Text

__all__ = [
    "ExportEmptyError",
    "ExportPlaceError",
    "ManifestError",
    "NotReleaseError",
    "PathUnsafeError",
    "ReleaseExistsError",
    "ReleaseFileError",
    "ReleaseGoneError",
    "ReleaseMixedError",
    "SealError",
    "VersionDamagedError",
]


class ReleaseExistsError(StateError):
    """The folder of the release is already there."""

    code = "GLY-REL-001"
    text = Text("'{folder}' already exists.", "“{folder}”已存在。")
    hint = Text(
        "Releases are immutable: choose another version or folder, or ask explicitly to replace it.",
        "发布不可变：请换一个版本号或目录，或明确要求替换。",
    )


class PathUnsafeError(InputError):
    """A path in a release is not a plain relative path."""

    code = "GLY-REL-002"
    text = Text("{path} is not a safe path inside a release.", "{path} 不是发布目录内的安全路径。")
    hint = Text(
        "Paths are relative, `/`-separated ASCII names without `..`.", "路径须为相对路径，以 `/` 分隔，不含 `..`。"
    )


class ManifestError(IntegrityError):
    """manifest.json or seal.json is not what Galley writes."""

    code = "GLY-REL-003"
    text = Text("{file}: {detail}", "{file}：{detail}")
    hint = Text("Fetch the release again from its publisher.", "请从发布方重新获取该发布。")


class NotReleaseError(InputError):
    """The folder holds no release."""

    code = "GLY-REL-004"
    text = Text("'{folder}' is not a release folder: {detail}", "“{folder}”不是发布目录：{detail}")
    hint = Text("Give the folder that holds manifest.json.", "请给出含有 manifest.json 的目录。")


class SealError(StateError):
    """A release cannot be sealed as asked."""

    code = "GLY-REL-005"
    text = Text("The release cannot be sealed: {detail}", "无法封存该发布：{detail}")
    hint = Text("Seal the folder that write_release made, once.", "请封存 write_release 写出的目录。")


class VersionDamagedError(IntegrityError):
    """The version to be released contradicts itself."""

    code = "GLY-REL-006"
    text = Text("Record {record} cannot be released: {detail}", "记录 {record} 无法发布：{detail}")
    hint = Text(
        "Check the disk with `galley doctor`, or run the line again.", "请用 `galley doctor` 检查磁盘，或重新运行产线。"
    )


class ReleaseMixedError(InputError):
    """The context names another label schema or licence than the version has."""

    code = "GLY-REL-007"
    text = Text("The release context does not fit the version: {detail}", "发布信息与版本不符：{detail}")
    hint = Text("Build the context from the same version.", "请用同一版本生成发布信息。")


class ExportEmptyError(InputError):
    """The version has nothing this format can hold."""

    code = "GLY-REL-010"
    text = Text("The format {format} has no place for this version: {detail}", "{format} 格式无法容纳该版本：{detail}")
    hint = Text(
        "It needs {needs}. `jsonl` and `parquet` hold everything.",
        "它需要 {needs}。`jsonl` 与 `parquet` 可容纳全部内容。",
    )


class ExportPlaceError(StateError):
    """The export folder is not empty."""

    code = "GLY-REL-011"
    text = Text("'{folder}' is not an empty folder.", "“{folder}”不是空目录。")
    hint = Text("Give an export its own folder.", "请为导出指定单独的空目录。")


class ReleaseFileError(MissingError):
    """The release lists no such file, or it is not there."""

    code = "GLY-REL-020"
    text = Text("This release has no file {path}.", "该发布中没有文件 {path}。")
    hint = Text("manifest.json and seal.json list the files there are.", "manifest.json 与 seal.json 列出全部文件。")


class ReleaseGoneError(MissingError):
    """The folder of a release is gone, or holds something else by now."""

    code = "GLY-REL-021"
    text = Text("The folder of release {root} is not there any more.", "发布 {root} 的目录已不存在。")
    hint = Text(
        "It was moved, or another release was written over it; `galley run` writes it again.",
        "目录可能已移动或被其他发布覆盖；可用 `galley run` 重新生成。",
    )
