"""What a run came to, and the failures a whole run can have."""

from pathlib import Path
from typing import Any

import msgspec

from galley.kernel.errors import InputError, StateError
from galley.kernel.language import Text
from galley.line.account import RunAccount, Totals

__all__ = [
    "BudgetError",
    "LineBusyError",
    "NothingLeftError",
    "ReleasedOtherwiseError",
    "RunResult",
    "WaitingForPeople",
]


class BudgetError(StateError):
    """More records failed than the recipe allows."""

    code = "GLY-LIN-010"
    text = Text(
        "{failed} of {read} records failed ({share}), more than the error budget of {budget}. Most often: {reasons}.",
        "{read} 条记录中有 {failed} 条失败（{share}），超出误差预算 {budget}。最常见：{reasons}。",
    )
    hint = Text(
        "They are in quarantine: `galley status` lists them. Mend the source, or raise `engine.error_budget`.",
        "失败记录已隔离，可用 `galley status` 查看。请修复来源，或提高 `engine.error_budget`。",
    )


class LineBusyError(StateError):
    """Another process runs this line and we were told not to wait."""

    code = "GLY-LIN-011"
    text = Text("Another run of line '{line}' is going on in this workspace.", "该工作区中产线“{line}”正在运行。")
    hint = Text(
        "Wait for it (leave out --no-wait), or use another workspace.", "请等待（去掉 --no-wait），或使用另一个工作区。"
    )


class NothingLeftError(StateError):
    """No record survived."""

    code = "GLY-LIN-012"
    text = Text("No record is left after {stage}: {reasons}.", "{stage} 之后没有剩余记录：{reasons}。")
    hint = Text("Look at the reasons; a filter is probably too strict.", "请查看原因；可能某个过滤器过严。")


class ReleasedOtherwiseError(InputError):
    """This name and version was released with other content."""

    code = "GLY-LIN-013"
    text = Text(
        "{name} {version} is already released at {folder} with other content (root {root}).",
        "{name} {version} 已在 {folder} 发布，且内容不同（根 {root}）。",
    )
    hint = Text(
        "Releases are immutable: raise `release.version`, or choose another folder with `release.to`.",
        "发布不可更改：请提高 `release.version`，或用 `release.to` 指定其他目录。",
    )


class WaitingForPeople(StateError):
    """People have to answer before the line can go on."""

    code = "GLY-LIN-014"
    text = Text(
        "The line waits for people: {open} answers of {asked} are missing.",
        "产线等待人工：还缺 {open}/{asked} 个回答。",
    )
    hint = Text("{how}", "{how}")


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to."""

    run_id: str
    line: str
    status: str  # done | waiting
    account: RunAccount
    totals: Totals
    labels: dict[str, Any] | None = None  # see line.annotating.summary
    certificate: dict[str, Any] | None = None
    readings: tuple[dict[str, Any], ...] = ()
    release: Path | None = None
    release_root: str | None = None
    exports: dict[str, Any] = {}
    verified: bool | None = None
    report: Path | None = None
    simulated: bool = False
