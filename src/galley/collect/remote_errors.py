"""What can go wrong with sources over a network: 07x HTTP, 08x object store, 09x SQL."""

from galley.collect.errors import RecordError
from galley.kernel.errors import InputError, StateError
from galley.kernel.language import Text

__all__ = [
    "AddressRefusedError",
    "BadUrlError",
    "ChangedMeanwhileError",
    "HttpStatusError",
    "ObjectReadError",
    "QueryError",
    "RedirectError",
    "StoreListError",
    "StoreUrlError",
    "TooSlowError",
    "TransferError",
    "VariableMissingError",
]


# --- HTTP --------------------------------------------------------------------------------------------------------


class BadUrlError(InputError):
    """A line of the list that is no http(s) URL we accept."""

    code = "GLY-COL-070"
    text = Text("'{url}' is not a usable URL: {reason}", "“{url}”不是可用的网址：{reason}")
    hint = Text(
        "Use http:// or https:// without user name or password.", "请使用 http:// 或 https://，不要包含用户名或密码。"
    )


class AddressRefusedError(RecordError):
    """A host that resolves to an address inside somebody's network."""

    code = "GLY-COL-071"
    text = Text("'{host}' is refused: {address} is {kind}.", "拒绝访问“{host}”：{address} 是{kind}。")
    hint = Text(
        "Add the host to `allow_private` if it is meant to be read from here.",
        "如确需从此处读取，请把该主机加入 `allow_private`。",
    )


class RedirectError(RecordError):
    """A redirect we do not follow."""

    code = "GLY-COL-072"
    text = Text("The redirect from '{url}' is not followed: {reason}", "不跟随“{url}”的重定向：{reason}")


class HttpStatusError(RecordError):
    """The server answered with an error, to the last."""

    code = "GLY-COL-073"
    text = Text("'{url}' answered {status} after {attempts} attempts.", "“{url}”在 {attempts} 次尝试后返回 {status}。")


class TransferError(RecordError):
    """The connection failed or broke, to the last."""

    code = "GLY-COL-074"
    text = Text(
        "'{url}' could not be read after {attempts} attempts: {reason}",
        "“{url}”在 {attempts} 次尝试后仍无法读取：{reason}",
    )


class ChangedMeanwhileError(RecordError):
    """The content changed between two parts of one transfer."""

    code = "GLY-COL-075"
    text = Text("'{url}' changed while it was read.", "“{url}”在读取过程中发生了变化。")


class TooSlowError(RecordError):
    """A transfer that takes longer than allowed."""

    code = "GLY-COL-076"
    text = Text("'{url}' took more than {seconds} s.", "“{url}”耗时超过 {seconds} 秒。")


# --- object store and SQL ----------------------------------------------------------------------------------------


class StoreUrlError(InputError):
    """An object store's URL we cannot use."""

    code = "GLY-COL-080"
    text = Text("'{url}' is not a usable object store: {reason}", "“{url}”不是可用的对象存储：{reason}")
    hint = Text("Write s3://bucket/prefix, gs://… or az://….", "请写 s3://桶/前缀、gs://… 或 az://…。")


class VariableMissingError(InputError):
    """An environment variable that should hold a secret is not set."""

    code = "GLY-COL-081"
    text = Text("The environment variable {variable} is not set.", "环境变量 {variable} 未设置。")
    hint = Text(
        "Secrets stay out of recipes: set it where Galley runs.", "机密信息不写入配方：请在运行 Galley 的环境中设置。"
    )


class StoreListError(StateError):
    """An object store that cannot be listed."""

    code = "GLY-COL-082"
    text = Text("'{url}' cannot be listed: {reason}", "“{url}”无法列出：{reason}")


class ObjectReadError(RecordError):
    """An object that cannot be read."""

    code = "GLY-COL-083"
    text = Text("The object '{name}' cannot be read: {reason}", "对象“{name}”无法读取：{reason}")


class QueryError(RecordError):
    """A query that the database refuses or breaks off."""

    code = "GLY-COL-091"
    text = Text("The query failed after {rows} rows: {reason}", "查询在 {rows} 行之后失败：{reason}")
