"""Keeping personal data out of the report: it travels further than the data it is about."""

from collections.abc import Mapping
from typing import Any, cast

import pyarrow as pa

from galley.clean.operator import Operator
from galley.kernel.extension import make
from galley.kernel.ports import Desk
from galley.kernel.record import RECORD_SCHEMA
from galley.line.account import RunAccount

__all__ = ["guards_personal_data", "shielded"]

_OPERATOR = "text.pii"


def guards_personal_data(account: RunAccount) -> bool:
    """Whether the line looks for personal data: then what it began with may hold some."""
    return any(step.op.partition("@")[0] == _OPERATOR for step in account.steps)


def shielded(rows: Mapping[str, Mapping[str, Any]], desk: Desk) -> dict[str, Mapping[str, Any]]:
    """The same record rows with personal data in their texts masked, whatever the line does with it."""
    ids = [record for record, row in rows.items() if row["text"] is not None]
    if not ids:
        return dict(rows)
    operator = cast(Operator[Any], make("operator", _OPERATOR, {"action": "mask"}))
    batch = pa.RecordBatch.from_pylist([dict(rows[record]) for record in ids], schema=RECORD_SCHEMA)
    texts = operator.apply(batch, desk).columns.get("text")
    if texts is None:
        return dict(rows)
    masked = dict(zip(ids, texts.to_pylist(), strict=True))
    return {record: {**row, "text": masked.get(record, row["text"])} for record, row in rows.items()}
