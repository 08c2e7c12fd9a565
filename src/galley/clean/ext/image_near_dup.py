"""image.near_dup: keeps one of the images that look the same (re-encoded, resized, slightly brighter)."""

import dataclasses
from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from galley.clean.ext.image_dedup import PLAN_SCHEMA, follow_plan
from galley.clean.ext.image_edit import IMAGE
from galley.clean.image_hash import SHIFT_LARGE, TOLERANCE_LARGE, TOLERANCE_SMALL
from galley.clean.images import looks
from galley.clean.operator import WholeSetOperator
from galley.kernel.errors import GalleyError
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["ImageNearDup", "ImageNearDupParams"]

_SURVEY: Final = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("width", pa.int64()),
        pa.field("height", pa.int64()),
        pa.field("hash", pa.uint64()),
        pa.field("signature", pa.binary()),
        pa.field("code", pa.string()),  # of the error, when there is no look at the image
        pa.field("detail", pa.string()),
    ]
)


class ImageNearDupParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How near is the same."""

    distance: Annotated[int, msgspec.Meta(ge=0, le=8)] = 4  # bits of 64 in which two hashes may differ


class ImageNearDup(WholeSetOperator):
    """Drops images that look like another one: a perceptual hash finds candidates, a comparison of pixels decides.

    Groups are the connected components of alike pairs; the image with the most pixels stays, of equals the smallest id.
    Found: other encodings, other sizes, small changes of brightness. Not found, on purpose: crops, mirrored or turned
    copies. Images under 32 pixels a side are the same only pixel by pixel. Animations are left to `image.dedup`.
    Cost: hashes are compared only where they agree on one of distance + 1 bands, and 300 bytes an image are kept.
    """

    name = "image.near_dup"
    summary = Text("Keeps one of the images that look the same.", "在看起来相同的图像中只保留一个。")
    Params = ImageNearDupParams
    able = Able(modalities=IMAGE, whole_set=True)

    def survey(self, batch: pa.RecordBatch, desk: Desk) -> pa.Table:
        ids = batch.column("id").to_pylist()
        rows: list[dict[str, Any]] = []
        for place, look in looks(batch, desk):
            if isinstance(look, GalleyError):
                rows.append({"id": ids[place], "kind": "failed", "code": look.code, "detail": look.message("en")})
            elif look.header.frames == 1 and look.print.kind != "none":
                rows.append({"id": ids[place], **dataclasses.asdict(look.print)})
        return pa.Table.from_pylist(rows, schema=_SURVEY)

    def plan(self, surveys: Iterator[pa.Table], desk: Desk) -> pa.Table:
        every = pa.concat_tables([_SURVEY.empty_table(), *surveys]).sort_by("id").combine_chunks()
        failed = every.filter(pc.equal(every.column("kind"), "failed"))
        rows = [{**row, "kept": ""} for row in failed.select(["id", "code", "detail"]).to_pylist()]
        seen = every.filter(pc.not_equal(every.column("kind"), "failed"))
        for places in _pools(seen):
            rows += self._dropped(seen, places)
        return pa.Table.from_pylist(sorted(rows, key=lambda row: str(row["id"])), schema=PLAN_SCHEMA)

    def apply(self, batch: pa.RecordBatch, plan: pa.Table, desk: Desk) -> Outcomes:
        out = OutcomeBuilder(batch.num_rows)
        follow_plan(out, batch, plan, "image.near_duplicate")
        return out.build()

    def _dropped(self, every: pa.Table, places: npt.NDArray[np.int64]) -> list[dict[str, str]]:
        """The plan's rows for one pool of comparable images, given by their places in the sorted survey."""
        # Here, because numba takes half a second to import, and listing the operators must not pay for it.
        from galley.clean.kernels.image_pairs import group_alike  # noqa: PLC0415

        pool = every.take(pa.array(places))
        hashes = pool.column("hash").to_numpy()
        sizes = np.stack([pool.column("width").to_numpy(), pool.column("height").to_numpy()], axis=1)
        signatures = np.frombuffer(b"".join(pool.column("signature").to_pylist()), np.uint8).reshape(len(places), -1)
        items, item_of = _distinct(hashes, sizes, signatures)
        small = pool.column("kind")[0].as_py() == "small"
        groups = group_alike(
            hashes[items],
            signatures[items],
            sizes[items],
            distance=self.params.distance,
            tolerance=TOLERANCE_SMALL if small else TOLERANCE_LARGE,
            shift_max=0 if small else SHIFT_LARGE,
        )
        group = groups[item_of]
        ids = pool.column("id").to_pylist()  # in order of id, so the first of the largest wins
        order = np.lexsort((np.arange(len(ids)), -(sizes[:, 0] * sizes[:, 1]), group))
        rows: list[dict[str, str]] = []
        kept = -1
        for place in order.tolist():
            if kept < 0 or group[place] != group[kept]:
                kept = place
                continue
            bits = (int(hashes[place]) ^ int(hashes[kept])).bit_count()
            rows.append({"id": ids[place], "kept": ids[kept], "detail": f"hash distance {bits}", "code": ""})
        return rows


def _pools(every: pa.Table) -> Iterator[npt.NDArray[np.int64]]:
    """Places of images that may be compared: all large ones together, small ones by their exact size."""
    small = every.column("kind").to_numpy(zero_copy_only=False) == "small"
    width = np.where(small, every.column("width").to_numpy(), 0)
    height = np.where(small, every.column("height").to_numpy(), 0)
    order = np.lexsort((np.arange(every.num_rows), height, width))
    edges = np.flatnonzero((np.diff(width[order]) != 0) | (np.diff(height[order]) != 0)) + 1
    yield from (part for part in np.split(order, edges) if len(part))


def _distinct(
    hashes: npt.NDArray[np.uint64], sizes: npt.NDArray[np.int64], signatures: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(a place for each different fingerprint, in order of hash; the fingerprint of each place)."""
    heads = np.column_stack([hashes.astype(">u8"), sizes.astype(">u8")]).astype(">u8").view(np.uint8)
    whole = np.ascontiguousarray(np.concatenate([heads.reshape(len(hashes), -1), signatures], axis=1))
    keys = whole.view(np.dtype((np.void, whole.shape[1]))).ravel()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return first, inverse
