"""image.dedup: keeps one of the image files that are the same to the byte."""

from collections.abc import Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from galley.clean.ext.image_edit import IMAGE, fail_image
from galley.clean.images import ImageMissingError, image_places
from galley.clean.operator import WholeSetOperator
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["PLAN_SCHEMA", "ImageDedup", "follow_plan"]

PLAN_SCHEMA: Final = pa.schema(
    [("id", pa.string()), ("kept", pa.string()), ("detail", pa.string()), ("code", pa.string())]
)
"""A plan of duplicates: the record, the one kept in its place, the evidence; or an error code and its message."""


class ImageDedup(WholeSetOperator):
    """Drops images whose content (SHA-256 of the file) another record has; the smallest record id stays."""

    name = "image.dedup"
    summary = Text(
        "Keeps one of the image files that are identical to the byte.", "在字节完全相同的图像文件中只保留一个。"
    )
    able = Able(modalities=IMAGE, whole_set=True)

    def survey(self, batch: pa.RecordBatch, desk: Desk) -> pa.Table:
        with_content = pc.and_(pc.equal(batch.column("modality"), "image"), pc.is_valid(batch.column("blob")))
        images = batch.filter(with_content)
        return pa.table({"id": images.column("id"), "blob": images.column("blob")})

    def plan(self, surveys: Iterator[pa.Table], desk: Desk) -> pa.Table:
        tables = list(surveys)
        if not tables:
            return PLAN_SCHEMA.empty_table()
        every = pa.concat_tables(tables)
        first = every.group_by("blob", use_threads=False).aggregate([("id", "min"), ("id", "count")])
        repeated = first.filter(pc.greater(first.column("id_count"), 1))
        joined = every.join(repeated.select(["blob", "id_min"]), "blob", join_type="inner", use_threads=False)
        dropped = joined.filter(pc.not_equal(joined.column("id"), joined.column("id_min"))).sort_by("id")
        rows = dropped.num_rows
        columns = [dropped.column("id"), dropped.column("id_min"), pa.array(["same bytes"] * rows, pa.string())]
        return pa.table([*columns, pa.array([""] * rows, pa.string())], schema=PLAN_SCHEMA).combine_chunks()

    def apply(self, batch: pa.RecordBatch, plan: pa.Table, desk: Desk) -> Outcomes:
        out = OutcomeBuilder(batch.num_rows)
        blobs = batch.column("blob").to_pylist()
        for place in image_places(batch):
            if blobs[place] is None:
                fail_image(out, place, ImageMissingError(detail="no content"))
        follow_plan(out, batch, plan, "image.duplicate")
        return out.build()


def follow_plan(out: OutcomeBuilder, batch: pa.RecordBatch, plan: pa.Table, reason: str) -> None:
    """Drop the images a plan names, each related to the one kept in its place, or fail those it gives a code for."""
    places = pc.index_in(batch.column("id"), plan.column("id").combine_chunks()).to_pylist()
    rows = plan.select(["kept", "detail", "code"])
    for place in image_places(batch):
        if places[place] is None:
            continue
        kept, detail, code = (column[places[place]].as_py() for column in rows.columns)
        if code:
            out.fail(place, code, detail)
        else:
            out.drop(place, reason, detail, (kept,))
