"""What can go wrong with a model server."""

from galley.kernel.errors import InputError, MissingError, StateError, TransientError
from galley.kernel.language import Text

__all__ = [
    "BackendAnswerError",
    "BackendGoneError",
    "BackendNameError",
    "BackendPlaceError",
    "BackendRefusedError",
    "BackendSecretError",
    "BackendUnknownError",
    "NothingPredictedError",
]


class BackendUnknownError(MissingError):
    """No such model server in this project."""

    code = "GLY-ANN-190"
    text = Text("There is no model server {backend} here.", "这里没有模型服务 {backend}。")
    hint = Text("The list of the project's model servers shows what there is.", "请查看项目的模型服务列表。")


class BackendPlaceError(InputError):
    """An address that we do not connect to."""

    code = "GLY-ANN-191"
    text = Text("A model server cannot be asked at {url}: {reason}.", "不能访问位于 {url} 的模型服务：{reason_zh}。")
    hint = Text(
        "The operator names hosts and networks of model servers in GALLEY_BACKEND_HOSTS.",
        "运营方可在 GALLEY_BACKEND_HOSTS 中列出允许的主机与网段。",
    )


class BackendGoneError(TransientError):
    """The model server cannot be reached, or does not answer in time."""

    code = "GLY-ANN-192"
    text = Text("The model server at {host} does not answer: {reason}.", "位于 {host} 的模型服务没有响应：{reason}。")
    hint = Text("Start it, or give it more time; then test the connection.", "请启动它或延长时限，然后测试连接。")


class BackendRefusedError(StateError):
    """The model server answers with an error."""

    code = "GLY-ANN-193"
    text = Text("The model server answers {path} with {status}: {said}", "模型服务对 {path} 返回 {status}：{said}")
    hint = Text(
        "Its own log says more; 401 means another user name or password.", "详情见其日志；401 表示用户名或密码不对。"
    )


class BackendAnswerError(StateError):
    """An answer that is not of the protocol."""

    code = "GLY-ANN-194"
    text = Text(
        "The model server's answer to {path} cannot be read: {reason}.", "无法读取模型服务对 {path} 的响应：{reason}。"
    )
    hint = Text("It must speak the Label Studio ML-backend protocol.", "它必须遵循 Label Studio 的 ML backend 协议。")


class BackendNameError(InputError):
    """A name that another model server of the project has."""

    code = "GLY-ANN-195"
    text = Text("The project has a model server called '{name}'.", "项目已有名为“{name}”的模型服务。")
    hint = Text("Choose another name, or change that one.", "请换一个名称，或修改已有的模型服务。")


class BackendSecretError(StateError):
    """A stored password that cannot be read with this server's key."""

    code = "GLY-ANN-196"
    text = Text("The password of model server '{name}' cannot be read.", "无法读取模型服务“{name}”的密码。")
    hint = Text(
        "It was stored under another key, or moved here from another place: give the password again.",
        "它是用另一个密钥保存的，或是从别处移来的：请重新输入密码。",
    )


class NothingPredictedError(StateError):
    """The model had nothing to say of an item."""

    code = "GLY-ANN-197"
    text = Text("The model has no prediction for the item.", "模型对该条目没有预测。")
