"""What can go wrong in the store: blobs, objects, the database, the workspace."""

from galley.kernel.errors import InputError, IntegrityError, StateError, TransientError
from galley.kernel.language import Text

__all__ = [
    "BlobCorruptError",
    "BlobMissingError",
    "ContentTooLargeError",
    "DatabaseBusyError",
    "DatabaseGoneError",
    "DatabaseNewerError",
    "DatabaseOlderError",
    "DatabaseUrlError",
    "EmbeddedFolderError",
    "EmbeddedStartError",
    "MigrationEditedError",
    "ObjectNameError",
    "ObjectsUrlError",
    "StorageError",
    "UnfencedError",
    "WorkspaceBrokenError",
    "WorkspaceMissingError",
    "WorkspaceNewerError",
]


class BlobMissingError(InputError):
    """No blob of that hash."""

    code = "GLY-STO-001"
    text = Text("Blob {sha256} is not in the store.", "存储中没有数据块 {sha256}。")
    hint = Text(
        "Was it made in another workspace, or removed? Running the step that made it again restores it.",
        "它是否属于另一个工作区，或已被删除？重新运行产生它的步骤即可恢复。",
    )


class BlobCorruptError(IntegrityError):
    """Stored bytes no longer have the hash they were stored under."""

    code = "GLY-STO-002"
    text = Text(
        "Blob {sha256} is damaged: its bytes now hash to {found}.", "数据块 {sha256} 已损坏：其内容的哈希现为 {found}。"
    )
    hint = Text(
        "Check the disk, remove that file and run the step that made it again, or restore it from a copy.",
        "请检查磁盘，删除该文件并重新运行产生它的步骤，或从副本恢复。",
    )


class ContentTooLargeError(InputError):
    """A stream exceeded its limit."""

    code = "GLY-STO-003"
    text = Text("The content is larger than {limit} bytes.", "内容超过 {limit} 字节。")
    hint = Text("Split it at the source.", "请在来源处拆分。")


class StorageError(TransientError):
    """The disk or the object store refused."""

    code = "GLY-STO-004"
    text = Text("Cannot {action} '{name}': {reason}", "无法对“{name}”执行 {action}：{reason}")
    hint = Text(
        "Free some space or correct the permissions or credentials, then run the same command again; nothing is lost.",
        "请释放空间或修正权限、凭据，然后重新运行同一命令；数据不会丢失。",
    )


class ObjectNameError(InputError):
    """A name that cannot be an object's name."""

    code = "GLY-STO-005"
    text = Text("'{name}' cannot be the name of an object.", "“{name}”不能用作对象名。")
    hint = Text(
        "Names are `/`-separated parts of ASCII letters, digits and . _ = + @ -, none starting with a dot.",
        "名称由 `/` 分隔的若干部分组成，只含 ASCII 字母、数字和 . _ = + @ -，且不以点开头。",
    )


class ObjectsUrlError(InputError):
    """GALLEY_OBJECTS_URL cannot be understood."""

    code = "GLY-STO-006"
    text = Text("Cannot use the object store '{url}': {reason}", "无法使用对象存储“{url}”：{reason}")
    hint = Text(
        "Give s3://bucket/prefix, gs://bucket/prefix, az://container/prefix or a local folder.",
        "请使用 s3://桶/前缀、gs://桶/前缀、az://容器/前缀 或本地文件夹。",
    )


class DatabaseUrlError(StateError):
    """The database cannot be reached at all."""

    code = "GLY-STO-010"
    text = Text("Cannot connect to the database {where}: {reason}", "无法连接数据库 {where}：{reason}")
    hint = Text(
        "Check GALLEY_DATABASE_URL, the server and its permissions; PostgreSQL 15 or newer is needed.",
        "请检查 GALLEY_DATABASE_URL、服务器及其权限；需要 PostgreSQL 15 或更新版本。",
    )


class EmbeddedFolderError(StateError):
    """The embedded PostgreSQL cannot live in the workspace's folder."""

    code = "GLY-STO-011"
    text = Text("The embedded database cannot use {folder}: {reason}", "内置数据库无法使用 {folder}：{reason}")
    hint = Text(
        "Put the workspace in another folder, correct the permissions, or set GALLEY_DATABASE_URL to a server.",
        "请更换工作区文件夹、修正权限，或用 GALLEY_DATABASE_URL 指定数据库服务器。",
    )


class EmbeddedStartError(TransientError):
    """The embedded PostgreSQL did not start."""

    code = "GLY-STO-012"
    text = Text(
        "The embedded database in {folder} did not start: {reason}", "{folder} 中的内置数据库未能启动：{reason}"
    )
    hint = Text("Its log is {log}.", "日志见 {log}。")


class MigrationEditedError(IntegrityError):
    """A migration that was applied differs from the one shipped."""

    code = "GLY-STO-013"
    text = Text(
        "Migration {name} was changed after it was applied to this database.",
        "迁移 {name} 在应用到此数据库之后被修改。",
    )
    hint = Text(
        "Migrations are forward only: install the unmodified package, or add a new migration.",
        "迁移只能向前：请安装未修改的软件包，或新增一个迁移。",
    )


class DatabaseNewerError(StateError):
    """The database was migrated by a newer Galley."""

    code = "GLY-STO-014"
    text = Text(
        "This database was made by a newer Galley: it has migration {name}, unknown here.",
        "此数据库由更新版本的 Galley 创建：含有未知的迁移 {name}。",
    )
    hint = Text("Install the newer Galley.", "请安装更新版本的 Galley。")


class DatabaseOlderError(StateError):
    """The database lacks a migration of this Galley, which it had when this process began."""

    code = "GLY-STO-017"
    text = Text(
        "This database is older than this Galley: it lacks migration {name}.",
        "此数据库比当前 Galley 旧：缺少迁移 {name}。",
    )
    hint = Text("Start the process again: it migrates first.", "请重新启动该进程：启动时会先执行迁移。")


class UnfencedError(IntegrityError):
    """The fence between organisations has a hole."""

    code = "GLY-STO-018"
    text = Text(
        "Organisations are not kept apart: {roles} {tables}.",
        "机构之间未隔离：{roles} {tables}。",
    )
    hint = Text(
        "Row-level security must be forced on these tables, and the roles galley_app and galley_house must exist and not be superusers. "
        "Stop serving and restore the schema.",
        "这些表必须强制启用行级安全，角色 galley_app 与 galley_house 必须存在且不是超级用户。请停止服务并恢复结构。",
    )


class DatabaseBusyError(TransientError):
    """A lock or a connection could not be had in time."""

    code = "GLY-STO-015"
    text = Text("The database is busy: {reason}", "数据库繁忙：{reason}")
    hint = Text("Try again in a moment.", "请稍后再试。")


class DatabaseGoneError(TransientError):
    """The connection was lost; whether the last statement took effect is unknown."""

    code = "GLY-STO-016"
    text = Text("The connection to the database was lost: {reason}", "与数据库的连接已断开：{reason}")
    hint = Text(
        "Try again: submissions are idempotent, nothing is stored twice.", "请重试：提交是幂等的，不会重复存储。"
    )


class WorkspaceMissingError(InputError):
    """There is no workspace in that folder."""

    code = "GLY-STO-020"
    text = Text("{folder} is not a Galley workspace.", "{folder} 不是 Galley 工作区。")
    hint = Text("`galley init {folder}` makes one.", "可用 `galley init {folder}` 创建。")


class WorkspaceNewerError(StateError):
    """The workspace was made by a newer Galley."""

    code = "GLY-STO-021"
    text = Text(
        "{folder} has workspace format {found}; this Galley knows up to {known}.",
        "{folder} 的工作区格式为 {found}；当前 Galley 最高支持 {known}。",
    )
    hint = Text("Install the newer Galley.", "请安装更新版本的 Galley。")


class WorkspaceBrokenError(IntegrityError):
    """workspace.json cannot be read."""

    code = "GLY-STO-022"
    text = Text("{file} cannot be read: {reason}", "无法读取 {file}：{reason}")
    hint = Text("Restore it from a copy; the data beside it are untouched.", "请从副本恢复该文件；其余数据未受影响。")
