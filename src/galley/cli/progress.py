"""Progress on a terminal: one bar a stage, and a line for what is worth telling."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from galley.kernel.language import Language, Text

__all__ = ["STAGES", "Bars"]

STAGES: dict[str, Text] = {
    "collect": Text("collect", "采集"),
    "clean": Text("clean", "清洗"),
    "annotate": Text("annotate", "标注"),
    "assess": Text("assess", "评测"),
    "release": Text("release", "发布"),
    "verify": Text("verify", "验证"),
}

_NOTES: dict[str, Text] = {
    "waiting_for_line": Text(
        "another run of this line is going on here; waiting for it", "该产线正在此工作区运行；等待其结束"
    ),
    "reused": Text("done before, nothing to do again", "此前已完成，无需重做"),
    "round": Text(
        "round {round}: {people} labels by people, {share} of the set; machine right on {accuracy} of what it was checked on",
        "第 {round} 轮：人工标注 {people} 条（占 {share}）；抽查中机器正确率 {accuracy}",
    ),
    "committed": Text(
        "model, order and audit seed are in the log ({digest}…); the blind audit begins",
        "模型、次序与审计种子已写入日志（{digest}…）；盲审开始",
    ),
    "certified": Text("certificate issued", "证书已签发"),
    "refused": Text("no certificate: {reason}", "不予认证：{reason}"),
    "exported": Text("exported as {format}", "已导出 {format}"),
}


class Bars:
    """Implements line.screen.Screen with rich; prints to stderr so that stdout stays for results."""

    def __init__(self, language: Language, *, quiet: bool = False) -> None:
        self.language: Language = language
        self.console = Console(stderr=True, highlight=False, quiet=quiet, soft_wrap=True)
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def begin(self, stage: str, total: int | None) -> None:
        """Draw a bar."""
        self.end(stage)
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description:<10}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=False,
        )
        self._progress.start()
        self._task = self._progress.add_task(STAGES.get(stage, Text(stage, stage)).say(self.language), total=total)

    def advance(self, records: int) -> None:
        """Move the bar."""
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task, records)

    def note(self, key: str, **facts: object) -> None:
        """Print a line."""
        text = _NOTES.get(key)
        if text is not None:
            self.console.print(f"  [dim]{text.say(self.language, **facts)}[/]")

    def end(self, stage: str) -> None:
        """Finish the bar; a bar whose total was wrong or unknown ends full."""
        if self._progress is not None and self._task is not None:
            done = self._progress.tasks[0].completed
            self._progress.update(self._task, total=max(done, 1), completed=max(done, 1))
            self._progress.stop()
        self._progress = None
        self._task = None
