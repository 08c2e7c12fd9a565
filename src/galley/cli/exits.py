"""Exit codes: what a script may rely on. Listed in docs/reference/cli.md, which a test compares with this."""

from enum import IntEnum

from galley.kernel.language import Text

__all__ = ["MEANING", "Exit"]


class Exit(IntEnum):
    """How a command ended."""

    OK = 0
    FAILED = 1
    USAGE = 2
    RUN_FAILED = 3
    VERIFICATION_FAILED = 4
    BAD_RECIPE = 5
    WAITING = 6
    INTERRUPTED = 130


MEANING: dict[Exit, Text] = {
    Exit.OK: Text("done", "完成"),
    Exit.FAILED: Text("the command could not be carried out; the message says why", "命令未能完成；消息中说明原因"),
    Exit.USAGE: Text("the command line itself is wrong", "命令行用法有误"),
    Exit.RUN_FAILED: Text("a run failed, e.g. more failed records than its budget", "运行失败，例如失败记录超出预算"),
    Exit.VERIFICATION_FAILED: Text("a release, statement or proof does not verify", "发布、声明或证明未通过验证"),
    Exit.BAD_RECIPE: Text(
        "the recipe or label schema is wrong; the message names the line", "配方或标签体系有误；消息中指明行号"
    ),
    Exit.WAITING: Text("the run waits for people to label; run it again later", "运行在等待人工标注；稍后再次运行"),
    Exit.INTERRUPTED: Text("interrupted; the same command continues", "已中断；重新执行同一命令即可继续"),
}
