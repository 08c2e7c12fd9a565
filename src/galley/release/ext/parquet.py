"""parquet: the released table by itself, media embedded, labels typed. Loses nothing."""

from pathlib import Path
from typing import ClassVar

import pyarrow.parquet as pq

from galley.catalog.reader import VersionReader
from galley.kernel.extension import NoParams
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.release.export import Export
from galley.release.exporter import Exporter, ExportReport
from galley.release.folder import HashedFile
from galley.release.label_columns import label_columns
from galley.release.layout import data_part
from galley.release.parquet_part import GROUP_ROWS, open_parquet
from galley.release.parts import PART_BYTES, Plan, TableBuilder, groups, plan
from galley.release.survey import survey

__all__ = ["ParquetExporter"]


class ParquetExporter(Exporter[NoParams]):
    """Parquet files of bounded size."""

    name: ClassVar[str] = "parquet"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Parquet with typed labels and embedded media.", "Parquet：标签带类型，媒体内嵌。")

    def write(self, version: VersionReader, out: Path, desk: Desk) -> ExportReport:
        export = Export(self.name, version, out)
        layout = plan(survey(version).modalities, label_columns(version.label_schema()))
        builder = TableBuilder(export.folder, layout, version.blobs)
        part = _Part(export, layout, 0)
        try:
            for table, weight in groups(version.tables()):
                if part.weight >= PART_BYTES:
                    part.finish()
                    part = _Part(export, layout, part.number + 1)
                part.parquet.write_table(builder.build(table).table, row_group_size=GROUP_ROWS)
                part.weight += weight
                part.rows += table.num_rows
                export.records += table.num_rows
            part.finish()
        finally:
            part.file.close()
        return export.finish()


class _Part:
    def __init__(self, export: Export, layout: Plan, number: int) -> None:
        self.number = number
        self.rows = self.weight = 0
        self.file: HashedFile = export.open(data_part(number))
        self.parquet: pq.ParquetWriter = open_parquet(self.file, layout.schema)
        self._export = export

    def finish(self) -> None:
        self.parquet.close()
        self.file.close()
        self._export.folder.note(data_part(self.number), self.file, rows=self.rows)
