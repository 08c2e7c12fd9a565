"""parquet: columns, types, media, row groups, and damaged files."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from galley.collect.connector import Spoiled
from galley.kernel.ports import Desk
from galley.testing.connector_contract import Collect, drafts, spoiled


def test_columns_of_every_kind(tmp_path: Path, collect: Collect) -> None:
    moment = datetime(2024, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
    table = pa.table(
        {
            "text": ["one", "二"],
            "uid": ["a", "b"],
            "when": pa.array([moment, None], pa.timestamp("ns", "UTC")),
            "price": pa.array([Decimal("1.10"), None], pa.decimal128(9, 2)),
            "score": [float("nan"), 1.5],
            "raw": [b"\0\1", None],
            "big": [2**62, 1],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    one, two = drafts(collect("parquet", path="a.parquet", id_field="uid", time_field="when"))
    assert (one.key, one.uri, one.text, one.time) == ("a", "a.parquet#1", "one", "2024-01-02T03:04:05Z")
    assert one.meta == {"price": "1.10", "score": "nan", "raw": "AAE=", "big": str(2**62)}
    assert (two.text, two.bytes, two.time) == ("二", 3, None)
    (narrow, _) = drafts(collect("parquet", path="a.parquet", columns=["text"]))
    assert narrow.meta == {}


def test_row_groups_number_on_and_media_come_from_binary_columns(tmp_path: Path, collect: Collect, desk: Desk) -> None:
    gif = b"GIF89a\x02\0\x03\0\0\0\0"
    rows = [{"image": {"bytes": gif + bytes([place % 7]), "path": f"{place}.gif"}} for place in range(1000)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet", row_group_size=300)
    found = drafts(collect("parquet", path="a.parquet", base64_field="image"))
    assert [item.key for item in found] == [f"a.parquet#{number}" for number in range(1, 1001)]
    assert {(item.media_type, item.width) for item in found} == {("image/gif", 2)}
    assert desk.blobs.get(str(found[999].blob)) == gif + bytes([999 % 7])


def test_a_row_that_is_not_utf8_costs_only_itself(tmp_path: Path, collect: Collect) -> None:
    bad = pa.array([b"good", b"\xff\xfe", b"fine"]).view(pa.binary()).cast(pa.string(), safe=False)
    pq.write_table(pa.table({"text": bad}), tmp_path / "a.parquet")
    found = collect("parquet", path="a.parquet")
    assert [item.text for item in drafts(found)] == ["good", "fine"]
    assert [(item.key, item.code) for item in spoiled(found)] == [("a.parquet#2", "GLY-COL-024")]


@pytest.mark.parametrize("damage", ["empty", "cut", "noise", "column"])
def test_a_damaged_file_is_one_spoiled_record(tmp_path: Path, collect: Collect, damage: str) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text" if damage != "column" else "words": ["x"] * 100}), path)
    data = path.read_bytes()
    path.write_bytes({"empty": b"", "cut": data[:-20], "noise": b"PAR1" + b"\x15" * 400, "column": data}[damage])
    (item,) = collect("parquet", path="a.parquet")
    assert isinstance(item, Spoiled)
    assert item.code == ("GLY-COL-033" if damage == "column" else "GLY-COL-050")


def test_a_file_that_breaks_half_way_yields_what_it_had(tmp_path: Path, collect: Collect) -> None:
    path = tmp_path / "a.parquet"
    texts = [f"{place} {place * 7919 % 104729}" for place in range(3000)]
    pq.write_table(pa.table({"text": texts}), path, row_group_size=1000, use_dictionary=False)
    start = pq.ParquetFile(path).metadata.row_group(2).column(0).data_page_offset
    data = bytearray(path.read_bytes())
    data[start : start + 40] = b"\xff" * 40
    path.write_bytes(data)
    found = collect("parquet", path="a.parquet")
    assert len(drafts(found)) == 2000
    assert [(item.key, item.code) for item in spoiled(found)] == [("a.parquet#2001", "GLY-COL-050")]
    assert found[-1] in spoiled(found)
