"""prm: judged steps of reasoning, as process reward models learn from them."""

import functools
from pathlib import Path
from typing import ClassVar, Literal

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.labels.formats.dialogue import prm_rows
from galley.release.dialogue_rows import write_rows
from galley.release.exporter import Exporter, ExportReport

__all__ = ["PrmExporter", "PrmParams"]


class PrmParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """In which form."""

    form: Literal["steps", "prm800k"] = "steps"


class PrmExporter(Exporter[PrmParams]):
    """`{"problem", "steps", "labels"}` in `records.jsonl`, or lines as PRM800K has them."""

    name: ClassVar[str] = "prm"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "Judged steps of reasoning, for process reward models.", "供过程奖励模型使用的步骤标注。"
    )
    Params = PrmParams

    def write(self, version: VersionReader, out: Path, desk: Desk) -> ExportReport:
        return write_rows(self.name, version, out, functools.partial(prm_rows, form=self.params.form))
