"""A third-party distribution of operators that behave badly in one known way each; found by its entry points."""

import os
import signal
from collections.abc import Iterator

import msgspec
import numpy as np
import pyarrow as pa

from galley.clean.operator import Operator, WholeSetOperator
from galley.kernel.extension import Able, NoParams
from galley.kernel.ids import child_id
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes, Verdict
from galley.kernel.ports import Desk


class WordParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The word that triggers the operator."""

    word: str = "POISON"


class Raise(Operator[WordParams]):
    """Raises on any batch that holds the word."""

    name = "trouble.raise"
    summary = Text("Raises on a word.", "遇词报错。")
    Params = WordParams

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        if any(self.params.word in (text or "") for text in batch.column("text").to_pylist()):
            raise RuntimeError("the poison was read")
        return OutcomeBuilder(batch.num_rows).build()


class Kill(Operator[WordParams]):
    """Kills its own process on any batch that holds the word."""

    name = "trouble.kill"
    summary = Text("Kills its process on a word.", "遇词终止进程。")
    Params = WordParams

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        if any(self.params.word in (text or "") for text in batch.column("text").to_pylist()):
            os.kill(os.getpid(), signal.SIGKILL)
        return OutcomeBuilder(batch.num_rows).build()


class Vanish(Operator[NoParams]):
    """Forgets the last record of every batch."""

    name = "trouble.vanish"
    summary = Text("Loses a record.", "丢失一条记录。")

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        return OutcomeBuilder(max(0, batch.num_rows - 1)).build()


class Orphan(Operator[NoParams]):
    """Says a record was split, and makes no children."""

    name = "trouble.orphan"
    summary = Text("Splits into nothing.", "拆分为空。")
    able = Able(splits=True)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        builder = OutcomeBuilder(batch.num_rows)
        builder.replace(Verdict.SPLIT, [0], [batch.column("id")[0].as_py()], batch.slice(0, 0), "trouble.orphan")
        return builder.build()


class Split(Operator[NoParams]):
    """Splits a text with a `|` into its parts."""

    name = "trouble.split"
    summary = Text("Splits at a bar.", "按竖线拆分。")
    able = Able(splits=True)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        builder = OutcomeBuilder(batch.num_rows)
        for place, row in enumerate(batch.to_pylist()):
            parts = (row["text"] or "").split("|")
            if len(parts) > 1:
                children = [
                    {**row, "id": child_id((row["id"],), self.name, number), "text": part, "bytes": len(part.encode())}
                    for number, part in enumerate(parts)
                ]
                made = pa.RecordBatch.from_pylist(children, schema=batch.schema)
                builder.replace(Verdict.SPLIT, [place], [row["id"]], made, "trouble.split")
        return builder.build()


class Upper(Operator[NoParams]):
    """Writes text in capitals."""

    name = "trouble.upper"
    summary = Text("Capitals.", "大写。")
    able = Able(edits=True)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        builder = OutcomeBuilder(batch.num_rows)
        before = batch.column("text").to_pylist()
        after = [text.upper() if text is not None else None for text in before]
        changed = np.array([old != new for old, new in zip(before, after, strict=True)], dtype=np.bool_)
        builder.edit("text", pa.array(after, pa.large_string()), changed, "trouble.upper")
        return builder.build()


class DropWord(Operator[WordParams]):
    """Drops records with the word."""

    name = "trouble.drop"
    summary = Text("Drops a word.", "按词丢弃。")
    Params = WordParams

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        builder = OutcomeBuilder(batch.num_rows)
        for place, text in enumerate(batch.column("text").to_pylist()):
            if self.params.word in (text or ""):
                builder.drop(place, "trouble.word", f"holds {self.params.word}")
        return builder.build()


class Twins(WholeSetOperator):
    """Drops all but the smallest id of records with equal text."""

    name = "trouble.twins"
    summary = Text("Drops twins.", "去重。")
    able = Able(whole_set=True)

    def survey(self, batch: pa.RecordBatch, desk: Desk) -> pa.Table:
        return pa.table({"id": batch.column("id"), "text": batch.column("text")})

    def plan(self, surveys: Iterator[pa.Table], desk: Desk) -> pa.Table:
        first: dict[str, str] = {}
        gone: list[tuple[str, str]] = []
        rows = sorted((row["id"], row["text"]) for table in surveys for row in table.to_pylist())
        for record, text in rows:
            if text in first:
                gone.append((record, first[text]))
            else:
                first[text] = record
        return pa.table({"id": [record for record, _ in gone], "survivor": [kept for _, kept in gone]})

    def apply(self, batch: pa.RecordBatch, plan: pa.Table, desk: Desk) -> Outcomes:
        survivor = dict(zip(plan.column("id").to_pylist(), plan.column("survivor").to_pylist(), strict=True))
        builder = OutcomeBuilder(batch.num_rows)
        for place, record in enumerate(batch.column("id").to_pylist()):
            if record in survivor:
                builder.drop(place, "trouble.twin", related=(survivor[record],))
        return builder.build()
