"""`galley serve`: the floor, one process on a laptop or many in front of one PostgreSQL."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from galley.cli.speech import Voice
from galley.kernel.errors import GalleyError, InputError
from galley.kernel.language import Language, Text

if TYPE_CHECKING:
    from galley.store.workspace import Workspace

__all__ = ["add", "address"]

_HELP = Text(
    "Serve the web app and the API: people label, review and manage here.",
    "启动网页与接口服务：人员在此标注、审核与管理。",
)
_HOST = Text("address to listen on", "监听地址")
_PORT = Text("port to listen on", "监听端口")
_PROCESSES = Text("processes that answer; 0 = one per core", "应答进程数；0 表示每个核心一个")
_WORKSPACE = Text(
    "the workspace (default: the nearest one; made when named and missing)",
    "工作区（默认：最近的一个；指定且不存在时新建）",
)
_MODELS = Text(
    "a folder of models that the image editor runs in the browser (default: GALLEY_MODELS)",
    "图像编辑器在浏览器中运行的模型所在文件夹（默认：GALLEY_MODELS）",
)
_AT = Text("Galley is at http://{host}:{port} (stop: Ctrl-C)", "Galley 已启动：http://{host}:{port}（Ctrl-C 停止）")

_SET_UP = Text(
    "Nobody is here yet. Whoever opens this link, once and within a week, is the first owner:\n    {link}",
    "尚无任何人员。打开此链接者将成为首位所有者（仅一次，一周内有效）：\n    {link}",
)


class AddressError(InputError):
    """The address cannot be listened on."""

    code = "GLY-CLI-004"
    text = Text("Cannot listen on {host}:{port}: {reason}.", "无法监听 {host}:{port}：{reason}。")
    hint = Text("Stop what listens there, or choose another --port.", "请停止占用该端口的程序，或用 --port 另选端口。")


def add(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("serve", help=_HELP.say(language))
    def serve(
        host: Annotated[str, typer.Option(help=_HOST.say(language))] = "127.0.0.1",
        port: Annotated[int, typer.Option(min=1, max=65535, help=_PORT.say(language))] = 8080,
        processes: Annotated[int, typer.Option(min=0, max=256, help=_PROCESSES.say(language))] = 1,
        workspace: Annotated[Path | None, typer.Option(help=_WORKSPACE.say(language), show_default=False)] = None,
        models: Annotated[Path | None, typer.Option(help=_MODELS.say(language), show_default=False)] = None,
    ) -> None:
        from galley.cli.find import find_workspace
        from galley.server.serve import Serving
        from galley.server.serve import serve as run

        voice = Voice(language)
        try:
            _check_free(host, port)
            folder = (workspace or find_workspace(Path.cwd(), os.environ)).expanduser().absolute()
            wanted = Serving(
                workspace=folder,
                host=host,
                port=port,
                processes=processes or os.cpu_count() or 1,
                models="" if models is None else str(models.expanduser().absolute()),
                opened=lambda opened: _tell(voice, opened, host, port),
            )
            code = run(wanted, os.environ)
        except GalleyError as problem:
            voice.fail(problem)
        raise SystemExit(code)


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds what listens there."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - read, not bound
    return f"http://{shown}:{port}"


def _tell(voice: Voice, opened: "Workspace", host: str, port: int) -> None:
    """Where it is; and, while nobody is here, how somebody becomes the first owner."""
    from galley.access.set_up import make_link
    from galley.kernel.clock import SystemClock

    secret = make_link(opened.database.house(), SystemClock())
    voice.say(_AT, host=host, port=port)
    if secret is not None:
        # After the #: browsers keep it to themselves, so that it stands in no log of any server.
        voice.say(_SET_UP, link=f"{address(host, port)}/set-up#ticket={secret}")


def _check_free(host: str, port: int) -> None:
    """Say before anything is started that the address cannot be had."""
    import socket

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as problem:
        raise AddressError(host=host, port=port, reason=problem.strerror or str(problem)) from problem
