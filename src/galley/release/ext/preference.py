"""preference: pairs of a better and a worse answer, as preference learning takes them."""

import functools
from pathlib import Path
from typing import ClassVar, Literal

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.labels.formats.dialogue import preference_rows
from galley.release.dialogue_rows import write_rows
from galley.release.exporter import Exporter, ExportReport

__all__ = ["PreferenceExporter", "PreferenceParams"]


class PreferenceParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which pairs of a ranking are written."""

    pairs: Literal["all", "ends"] = "all"  # ends: the best and the worst only


class PreferenceExporter(Exporter[PreferenceParams]):
    """`{"prompt", "chosen", "rejected"}` in `records.jsonl`."""

    name: ClassVar[str] = "preference"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Preference pairs: prompt, chosen, rejected.", "偏好对：prompt、chosen、rejected。")
    Params = PreferenceParams

    def write(self, version: VersionReader, out: Path, desk: Desk) -> ExportReport:
        return write_rows(self.name, version, out, functools.partial(preference_rows, pairs=self.params.pairs))
