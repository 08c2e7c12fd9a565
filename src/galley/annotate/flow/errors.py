"""What can go wrong with projects, their graphs and their versions."""

from galley.kernel.errors import InputError, MissingError, StateError
from galley.kernel.language import Text

__all__ = [
    "AssignError",
    "BatchUnknownError",
    "GraphError",
    "ItemUnknownError",
    "NodeBusyError",
    "ProjectClosedError",
    "ProjectMissingError",
    "ProjectNameError",
    "SettingsError",
    "VersionMissingError",
]


class GraphError(InputError):
    """A stage graph that cannot work."""

    code = "GLY-ANN-040"
    text = Text("The stage graph cannot work: {fault} ({place}).", "流程图无效：{fault_zh}（{place}）。")
    hint = Text(
        "Every node must be reachable from the first one and lead to `end`; only `return` edges may go back.",
        "每个节点都须能从首节点到达并通向 `end`；只有 `return` 边可以回退。",
    )


class SettingsError(InputError):
    """Settings that are not what they should be."""

    code = "GLY-ANN-041"
    text = Text("The project's settings cannot be used: {reason}", "项目设置无法使用：{reason}")
    hint = Text("Compare them with the reference of project settings.", "请对照项目设置的参考文档。")


class ProjectMissingError(MissingError):
    """No such project."""

    code = "GLY-ANN-042"
    text = Text("There is no project {project}.", "不存在项目 {project}。")
    hint = Text("List the organisation's projects.", "请查看该机构的项目列表。")


class ProjectNameError(StateError):
    """The name is taken."""

    code = "GLY-ANN-043"
    text = Text("There is a project '{name}' already.", "已有名为“{name}”的项目。")
    hint = Text("Choose another name.", "请换一个名称。")


class ProjectClosedError(StateError):
    """A closed project does not change."""

    code = "GLY-ANN-044"
    text = Text("Project {project} is closed.", "项目 {project} 已关闭。")
    hint = Text("Reopen it first.", "请先重新开放。")


class NodeBusyError(StateError):
    """Items stand at a node that is to go."""

    code = "GLY-ANN-045"
    text = Text(
        "Items stand at '{node}', which the new graph does not have.",
        "仍有条目处于节点“{node}”，而新流程图没有该节点。",
    )
    hint = Text("Keep the node until its items have moved on.", "请保留该节点，直至其中的条目离开。")


class ItemUnknownError(MissingError):
    """No such item in the project."""

    code = "GLY-ANN-046"
    text = Text("There is no item '{item}' in this project.", "该项目中没有条目“{item}”。")
    hint = Text("List the project's items.", "请查看项目的条目列表。")


class AssignError(StateError):
    """The item cannot be given to this labeler."""

    code = "GLY-ANN-047"
    text = Text(
        "Item '{item}' cannot be assigned to labeler {labeler}: {reason}.",
        "无法将条目“{item}”分配给标注者 {labeler}：{reason_zh}。",
    )
    hint = Text("Choose another person, or another stage.", "请选择其他人员或其他环节。")


class VersionMissingError(MissingError):
    """No such version of the schema or the guideline."""

    code = "GLY-ANN-048"
    text = Text("There is no {what} version {version}.", "不存在 {what} 的版本 {version}。")
    hint = Text("List the versions.", "请查看版本列表。")


class BatchUnknownError(MissingError):
    """No such batch."""

    code = "GLY-ANN-049"
    text = Text("There is no batch {batch} in this project.", "该项目中没有批次 {batch}。")
    hint = Text("List the project's batches.", "请查看项目的批次列表。")
