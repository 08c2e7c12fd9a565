"""What can go wrong with jobs."""

from galley.kernel.errors import InputError, MissingError, StateError, TransientError
from galley.kernel.language import Text

__all__ = [
    "JobBugError",
    "JobCancelledError",
    "JobDiedError",
    "JobEndedError",
    "JobKindError",
    "JobLostError",
    "JobMissingError",
]


class JobMissingError(MissingError):
    """No such job."""

    code = "GLY-WRK-010"
    text = Text("There is no job {job}.", "没有任务 {job}。")
    hint = Text("List the jobs to find it.", "请在任务列表中查找。")


class JobKindError(InputError):
    """A kind of job nobody can do."""

    code = "GLY-WRK-011"
    text = Text("There is no job of the kind '{kind}'.", "没有“{kind}”类型的任务。")
    hint = Text("Known kinds: {known}", "已知类型：{known}")


class JobLostError(TransientError):
    """The lease of a job went to another worker; this one stops where it is."""

    code = "GLY-WRK-012"
    text = Text("Job {job} was taken over by another worker.", "任务 {job} 已由其他工作进程接管。")


class JobCancelledError(StateError):
    """Somebody cancelled the job."""

    code = "GLY-WRK-013"
    text = Text("Job {job} was cancelled.", "任务 {job} 已取消。")
    hint = Text("What it did before stays.", "取消前已完成的部分保留。")
    resumable = True  # whoever asked for the work closes what it began


class JobEndedError(StateError):
    """The job has ended, or has not."""

    code = "GLY-WRK-014"
    text = Text("Job {job} is {state}.", "任务 {job} 的状态是 {state}。")
    hint = Text("Only failed or cancelled jobs can be run again.", "只有失败或已取消的任务可以重试。")


class JobDiedError(StateError):
    """The worker died of the job, again and again."""

    code = "GLY-WRK-015"
    text = Text("Its worker died {attempts} times.", "其工作进程已中断 {attempts} 次。")
    hint = Text("See the server's log, then run the job again.", "请查看服务日志后重试该任务。")


class JobBugError(StateError):
    """A job failed in a way nobody foresaw."""

    code = "GLY-WRK-016"
    text = Text("The job failed unexpectedly: {reason}", "任务意外失败：{reason}")
    hint = Text("See the server's log; please report it.", "请查看服务日志并报告。")
