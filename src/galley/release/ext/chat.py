"""chat: OpenAI messages as JSON Lines, one conversation a line."""

from pathlib import Path
from typing import ClassVar

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.labels.formats.dialogue import chat_rows
from galley.release.dialogue_rows import write_rows
from galley.release.exporter import Exporter, ExportReport

__all__ = ["ChatExporter", "ChatParams"]


class ChatParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Nothing can be chosen."""


class ChatExporter(Exporter[ChatParams]):
    """`{"messages": [{"role", "content", …}]}` in `records.jsonl`."""

    name: ClassVar[str] = "chat"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "Conversations as OpenAI messages, JSON Lines.", "OpenAI 消息格式的对话，JSON Lines。"
    )
    Params = ChatParams

    def write(self, version: VersionReader, out: Path, desk: Desk) -> ExportReport:
        return write_rows(self.name, version, out, chat_rows)
