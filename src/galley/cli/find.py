"""Finding the workspace a command means."""

import os
from collections.abc import Mapping
from pathlib import Path

from galley.kernel.errors import InputError
from galley.kernel.language import Text
from galley.store.workspace import Workspace

__all__ = ["NoWorkspaceError", "find_workspace", "open_workspace"]


class NoWorkspaceError(InputError):
    """No workspace was named and none is near."""

    code = "GLY-CLI-001"
    text = Text("There is no workspace in {folder} or above it.", "{folder} 及其上级目录中没有工作区。")
    hint = Text(
        "Name one with --workspace DIR or GALLEY_WORKSPACE, or make one: galley init DIR",
        "请用 --workspace 目录 或 GALLEY_WORKSPACE 指定，或新建：galley init 目录",
    )


def find_workspace(start: Path, environment: Mapping[str, str]) -> Path:
    """GALLEY_WORKSPACE, else the nearest folder upwards that is a workspace or has one called `workspace`."""
    named = environment.get("GALLEY_WORKSPACE")
    if named:
        return Path(named)
    for folder in (start, *start.parents):
        for place in (folder / "workspace", folder):
            if (place / "workspace.json").is_file():
                return place
    raise NoWorkspaceError(folder=str(start))


def open_workspace(named: Path | None) -> Workspace:
    """The workspace named, or the one found from the current folder."""
    return Workspace.open(named or find_workspace(Path.cwd(), os.environ))
