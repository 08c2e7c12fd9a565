"""What can go wrong between the wire and a handler."""

from galley.kernel.errors import BugError, GalleyError, InputError, MissingError, StateError, TransientError
from galley.kernel.language import Text

__all__ = [
    "BusyError",
    "ContentTypeError",
    "CsrfError",
    "CursorError",
    "DrainingError",
    "FieldError",
    "HeaderError",
    "JsonDepthError",
    "JsonError",
    "KeyBusyError",
    "KeyReusedError",
    "MethodError",
    "NotReadyError",
    "PathError",
    "RouteMissingError",
    "StreamsError",
    "TooLargeError",
    "UnexpectedError",
    "UnstorableError",
    "VerbMissingError",
]


class RouteMissingError(MissingError):
    """No route has this path."""

    code = "GLY-SRV-001"
    text = Text("There is nothing at {path}.", "{path} 处没有任何内容。")
    hint = Text("The API is described at /api/v1/openapi.json.", "接口说明见 /api/v1/openapi.json。")


class MethodError(InputError):
    """The path exists, but not with this method."""

    code = "GLY-SRV-002"
    text = Text("{path} does not take {method}.", "{path} 不支持 {method}。")
    hint = Text("It takes {allowed}.", "支持的方法：{allowed}。")


class JsonError(InputError):
    """The body is not JSON."""

    code = "GLY-SRV-003"
    text = Text(
        "The body is not JSON: {reason}, line {line}, column {column}.",
        "请求体不是合法的 JSON：{reason}，第 {line} 行第 {column} 列。",
    )
    hint = Text("Send UTF-8 JSON (RFC 8259).", "请发送 UTF-8 编码的 JSON（RFC 8259）。")


class ContentTypeError(InputError):
    """The body has a media type that the route does not read."""

    code = "GLY-SRV-004"
    text = Text(
        "The body is '{found}', but this route reads {wanted}.", "请求体类型为“{found}”，该接口只接受 {wanted}。"
    )
    hint = Text("Set the header Content-Type: {wanted}.", "请设置请求头 Content-Type: {wanted}。")


class TooLargeError(InputError):
    """The body is larger than the route takes."""

    code = "GLY-SRV-005"
    text = Text("The body is larger than {limit} bytes.", "请求体超过 {limit} 字节。")
    hint = Text(
        "Send many things in several requests. An answer goes as one: draw its masks less ragged, or ask the operator for a "
        "larger GALLEY_BODY_BYTES.",
        "多项内容请分批发送。答案须整体提交：请简化掩码边缘，或请运维人员调大 GALLEY_BODY_BYTES。",
    )


class FieldError(InputError):
    """A field of the body, the query or the path is not what it should be."""

    code = "GLY-SRV-006"
    text = Text("{field}: {reason}", "{field}：{reason}")
    hint = Text("The expected types are at /api/v1/openapi.json.", "字段类型见 /api/v1/openapi.json。")


class JsonDepthError(InputError):
    """The body is nested too deep."""

    code = "GLY-SRV-007"
    text = Text("The JSON is nested deeper than {limit} levels.", "JSON 嵌套超过 {limit} 层。")
    hint = Text("Send a flatter value.", "请减少嵌套层数。")


class BusyError(TransientError):
    """All workers are taken and enough requests wait already."""

    code = "GLY-SRV-008"
    text = Text("The server is busy.", "服务繁忙。")
    hint = Text("Send the same request again in {retry_seconds} s.", "请在 {retry_seconds} 秒后重试同一请求。")


class DrainingError(TransientError):
    """The process is shutting down."""

    code = "GLY-SRV-009"
    text = Text("This server process is shutting down.", "该服务进程正在关闭。")
    hint = Text("Send the same request again; another process answers.", "请重试同一请求，将由其他进程响应。")


class UnexpectedError(BugError):
    """A failure nobody foresaw; the log has it under the request id."""

    code = "GLY-SRV-010"
    text = Text("Something went wrong on the server.", "服务器内部出错。")
    hint = Text("Report request id {request_id}; the log has the cause.", "请报告请求编号 {request_id}，原因见日志。")


class CsrfError(GalleyError):
    """A request with a session cookie does not show that our own pages sent it."""

    code = "GLY-SRV-011"
    text = Text("The request carries a session but {reason}.", "请求带有会话，但{reason}。")
    hint = Text(
        "Send the header X-Galley-CSRF from a page of this server, or use a token.",
        "请从本服务的页面发送请求头 X-Galley-CSRF，或改用令牌。",
    )


class HeaderError(InputError):
    """The headers are too many, too large, or malformed."""

    code = "GLY-SRV-012"
    text = Text("The request's headers are not acceptable: {reason}.", "请求头不可接受：{reason}。")
    hint = Text("At most {count} headers of {size} bytes in all.", "请求头最多 {count} 个，总计 {size} 字节。")


class PathError(InputError):
    """The path holds what no path of ours holds."""

    code = "GLY-SRV-013"
    text = Text("The path is not acceptable.", "请求路径不可接受。")
    hint = Text(
        "Paths are plain segments without dots, controls or encoded slashes.",
        "路径由普通分段组成，不含点段、控制字符或编码的斜杠。",
    )


class CursorError(InputError):
    """`after` is not a cursor that this list gave."""

    code = "GLY-SRV-014"
    text = Text("'{cursor}' is not a place in this list.", "“{cursor}”不是该列表中的位置。")
    hint = Text(
        "Send `after` exactly as `next` was given, to the same list.", "请将 `next` 原样作为 `after` 发给同一列表。"
    )


class UnstorableError(InputError):
    """A value that the database cannot hold: a number out of range, a NUL in a text."""

    code = "GLY-SRV-015"
    text = Text("A value cannot be stored: {reason}", "有值无法存储：{reason}")
    hint = Text("Numbers fit in 64 bits; texts hold no NUL.", "数字不超过 64 位；文本不含 NUL 字符。")


class KeyReusedError(InputError):
    """An idempotency key came back with another request."""

    code = "GLY-SRV-016"
    text = Text("Idempotency key '{key}' was used for another request.", "幂等键“{key}”已用于另一请求。")
    hint = Text("Use a new key for a new request.", "新请求请使用新的键。")


class KeyBusyError(StateError):
    """The first request with this idempotency key has not finished."""

    code = "GLY-SRV-017"
    text = Text("A request with idempotency key '{key}' is under way.", "幂等键“{key}”对应的请求仍在处理中。")
    hint = Text("Send it again in {retry_seconds} s for its answer.", "请在 {retry_seconds} 秒后重发以获取结果。")


class StreamsError(TransientError):
    """As many event streams are open as this process holds."""

    code = "GLY-SRV-018"
    text = Text("{count} event streams are open already.", "已打开 {count} 个事件流。")
    hint = Text("Connect again in {retry_seconds} s, or poll.", "请在 {retry_seconds} 秒后重新连接，或改用轮询。")


class VerbMissingError(BugError):
    """A route says not what it lets one do, so nobody can decide who may call it."""

    code = "GLY-SRV-019"
    text = Text("Routes declare no verb: {routes}", "以下接口未声明操作动词：{routes}")
    hint = Text("Add opt={{'verb': Verb.…}} to the handler.", "请为处理函数添加 opt={{'verb': Verb.…}}。")


class NotReadyError(TransientError):
    """The process cannot serve, or soon will not."""

    code = "GLY-SRV-021"
    text = Text("Not ready: {failing}.", "未就绪：{failing}。")
    hint = Text("Send requests to another process.", "请将请求发往其他进程。")
