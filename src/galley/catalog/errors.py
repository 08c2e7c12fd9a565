"""What can go wrong in the catalogue."""

from galley.kernel.errors import InputError, IntegrityError
from galley.kernel.language import Text

__all__ = ["DatasetNameError", "ManifestMismatchError", "VersionAmbiguousError", "VersionUnknownError"]


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
