"""Errors of duties, jobs and backups."""

from galley.kernel.errors import InputError, IntegrityError, StateError, TransientError
from galley.kernel.language import Text

__all__ = ["BackupBrokenError", "BackupMissingError", "DatabaseProgramError", "RestorePlaceError"]


class BackupMissingError(InputError):
    """A folder that holds no finished backup."""

    code = "GLY-WRK-001"
    text = Text("{folder} holds no finished backup.", "{folder} 中没有完整的备份。")
    hint = Text(
        "A backup is finished when it has a backup.json; run galley backup into it again.",
        "有 backup.json 才算完成；请对该目录再次执行 galley backup。",
    )


class BackupBrokenError(IntegrityError):
    """A backup that is not what was written."""

    code = "GLY-WRK-002"
    text = Text("{file} of the backup is damaged or missing.", "备份中的 {file} 已损坏或缺失。")
    hint = Text(
        "Use another backup. What is there may still be read by hand: database.dump with pg_restore, objects/ as files.",
        "请使用其他备份。现有内容仍可手工读取：database.dump 用 pg_restore，objects/ 为普通文件。",
    )


class RestorePlaceError(StateError):
    """Restoring would overwrite something."""

    code = "GLY-WRK-003"
    text = Text("{place} is not empty; nothing was restored.", "{place} 不为空；未恢复任何内容。")
    hint = Text(
        "Restore into a new folder and an empty database; compare, then switch over.",
        "请恢复到新目录与空数据库，核对后再切换。",
    )


class DatabaseProgramError(TransientError):
    """pg_dump or pg_restore failed."""

    code = "GLY-WRK-004"
    text = Text("{program} failed: {reason}", "{program} 失败：{reason}")
    hint = Text(
        "Check that the database can be reached and is not newer than PostgreSQL 18, then try again.",
        "请检查数据库可达且不高于 PostgreSQL 18，然后重试。",
    )
