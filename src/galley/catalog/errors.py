"""What can go wrong in the catalogue."""

from galley.kernel.errors import InputError, IntegrityError, MissingError
from galley.kernel.language import Text

__all__ = [
    "CompareSizeError",
    "DatasetNameError",
    "ManifestMismatchError",
    "ReleaseUnknownError",
    "VersionAmbiguousError",
    "VersionGoneError",
    "VersionUnknownError",
]


class VersionUnknownError(InputError):
    """No version is meant by that."""

    code = "GLY-CAT-001"
    text = Text("There is no version '{spec}' in this workspace.", "此工作区中没有版本“{spec}”。")
    hint = Text(
        "Did you mean {suggestion}? Write name, name@number or the beginning of a root; `galley versions` lists them.",
        "是否想写 {suggestion}？可写名称、名称@编号或根哈希的开头；`galley versions` 可列出全部版本。",
    )


class VersionAmbiguousError(InputError):
    """Several versions have a root that begins so."""

    code = "GLY-CAT-002"
    text = Text("Several versions have a root beginning with '{spec}'.", "有多个版本的根哈希以“{spec}”开头。")
    hint = Text("Give more digits: {first} or {second}.", "请多写几位：{first} 或 {second}。")


class DatasetNameError(InputError):
    """A name no dataset can have."""

    code = "GLY-CAT-003"
    text = Text("'{name}' cannot be the name of a dataset.", "“{name}”不能用作数据集名称。")
    hint = Text(
        "Use up to 200 letters (Chinese too), digits and . _ - in parts separated by `/`; no @, no space.",
        "最多 200 个字符：字母（含中文）、数字和 . _ -，各部分以 `/` 分隔；不含 @ 和空格。",
    )


class ManifestMismatchError(IntegrityError):
    """A stored manifest does not have the root the catalogue recorded."""

    code = "GLY-CAT-004"
    text = Text(
        "The manifest of {spec} has root {found}, recorded is {root}.",
        "{spec} 的清单根哈希为 {found}，登记的是 {root}。",
    )
    hint = Text(
        "The database and the objects do not belong together: check GALLEY_DATABASE_URL and GALLEY_OBJECTS_URL.",
        "数据库与对象存储不匹配：请检查 GALLEY_DATABASE_URL 与 GALLEY_OBJECTS_URL。",
    )


class ReleaseUnknownError(MissingError):
    """No release of that number."""

    code = "GLY-CAT-005"
    text = Text("There is no release {release}.", "没有编号为 {release} 的发布。")
    hint = Text("List the releases to find its number.", "请在发布列表中查找编号。")


class CompareSizeError(InputError):
    """Two versions differ in too many shards to be compared record by record here."""

    code = "GLY-CAT-006"
    text = Text(
        "The two versions share too little to be compared here: {rows} records, {limit} are possible.",
        "两个版本共有内容太少，无法在此逐条比较：{rows} 条，上限 {limit} 条。",
    )
    hint = Text("`galley diff` compares versions of any size.", "`galley diff` 可比较任意规模的版本。")


class VersionGoneError(MissingError):
    """No version of that number."""

    code = "GLY-CAT-007"
    text = Text("There is no version {version}.", "没有编号为 {version} 的版本。")
    hint = Text("List the versions to find its number.", "请在版本列表中查找编号。")
