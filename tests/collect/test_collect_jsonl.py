"""jsonl: lines that are fine, and every way a line can be broken."""

import base64
import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from galley.collect.errors import SettingError
from galley.kernel import limits
from galley.kernel.ports import Desk
from galley.testing.connector_contract import Collect, drafts, spoiled


def test_fields_go_where_the_recipe_says(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": 7, "body": "您好", "when": "2024-01-02T03:04:05+08:00", "n": 1.50, "big": 123456789012345678901}\n'
        '{"id": "x", "body": "", "when": "yesterday", "tags": ["b", "a"]}',
        "utf-8",
    )
    one, two = drafts(collect("jsonl", path="*.jsonl", text_field="body", id_field="id", time_field="when"))
    assert (one.key, one.uri, one.text, one.bytes, one.time) == ("7", "a.jsonl#1", "您好", 6, "2024-01-01T19:04:05Z")
    assert one.meta == {"n": 1.5, "big": "123456789012345678901"} or one.meta["n"] == 1.5
    assert (two.key, two.text, two.time) == ("x", "", None)
    assert two.meta == {"when": "yesterday", "tags": ["b", "a"]}


def test_a_broken_line_costs_only_itself(tmp_path: Path, collect: Collect) -> None:
    deep = b'{"text": ' + b"[" * 100 + b"]" * 100 + b"}"
    abyss = b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    lines = [
        b'\xef\xbb\xbf{"text": "one"}\r',
        b"",
        b'{"text": "half',
        b'["not", "an", "object"]',
        b'{"text": "\xff\xfe"}',
        b'{"other": 1}',
        b'{"text": 5}',
        b'{"text": null}',
        deep,
        abyss,
        b'{"text": "\\ud800"}',
        b'{"text": NaN}',
        b'{"text": "last"}',
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    found = collect("jsonl", path="a.jsonl")
    assert [(item.key, item.text) for item in drafts(found)] == [("a.jsonl#1", "one"), ("a.jsonl#13", "last")]
    assert [(item.key, item.code) for item in spoiled(found)] == [
        ("a.jsonl#3", "GLY-COL-030"),
        ("a.jsonl#4", "GLY-COL-030"),
        ("a.jsonl#5", "GLY-COL-030"),
        ("a.jsonl#6", "GLY-COL-033"),
        ("a.jsonl#7", "GLY-COL-034"),
        ("a.jsonl#8", "GLY-COL-034"),
        ("a.jsonl#9", "GLY-COL-032"),
        ("a.jsonl#10", "GLY-COL-032"),
        ("a.jsonl#11", "GLY-COL-030"),
        ("a.jsonl#12", "GLY-COL-030"),
    ]
    assert spoiled(found)[0].excerpt == b'{"text": "half'
    assert "Line 3" in spoiled(found)[0].message


def test_an_endless_line_is_cut_and_the_next_one_read(
    tmp_path: Path, collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LINE_BYTES_MAX", 100)
    fits = b'{"text": "' + b"y" * 88 + b'"}'
    assert len(fits) == 100
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "' + b"x" * 5000 + b'"}\n' + fits + b"\r\n" + fits[:-1] + b" }\n")
    found = collect("jsonl", path="a.jsonl")
    assert [item.key for item in drafts(found)] == ["a.jsonl#2"]
    assert [(item.key, item.code) for item in spoiled(found)] == [
        ("a.jsonl#1", "GLY-COL-031"),
        ("a.jsonl#3", "GLY-COL-031"),
    ]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "utf-8-sig", "big5"])
def test_encodings_are_detected(tmp_path: Path, collect: Collect, encoding: str) -> None:
    text = "這是我們的資料,一個人的時間是有的" if encoding == "big5" else "这是我们的数据，一个人的时间是有的"
    content = "".join(f'{{"text": "{text}{place}"}}\n' for place in range(5))
    (tmp_path / "a.jsonl").write_bytes(content.encode(encoding))
    found = collect("jsonl", path="a.jsonl")
    assert [item.text for item in drafts(found)] == [f"{text}{place}" for place in range(5)]
    assert spoiled(found) == []


def test_one_damaged_line_does_not_change_the_encoding(tmp_path: Path, collect: Collect) -> None:
    good = '{"text": "中文的数据"}\n'.encode()
    (tmp_path / "a.jsonl").write_bytes(good + '{"text": "坏的一行"}\n'.encode("gb18030") + good)
    found = collect("jsonl", path="a.jsonl")
    assert [item.text for item in drafts(found)] == ["中文的数据"] * 2
    assert [item.key for item in spoiled(found)] == ["a.jsonl#2"]


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}


@pytest.mark.parametrize("kind", PACKERS)
def test_compressed_files_are_read_and_truncated_ones_yield_what_they_had(
    tmp_path: Path, collect: Collect, kind: str
) -> None:
    lines = b"".join(b'{"text": "%d %d"}\n' % (place, place * 7919 % 104729) for place in range(60_000))
    packed = PACKERS[kind](lines)
    (tmp_path / f"a.jsonl.{kind}").write_bytes(packed)
    assert len(drafts(collect("jsonl", path=f"a.jsonl.{kind}"))) == 60_000
    (tmp_path / f"b.jsonl.{kind}").write_bytes(packed[: len(packed) * 9 // 10])
    found = collect("jsonl", path=f"b.jsonl.{kind}")
    assert [item.code for item in spoiled(found)] == ["GLY-COL-035"]
    assert isinstance(found[-1], type(spoiled(found)[0]))
    assert kind == "bz2" or len(drafts(found)) > 0  # a bzip2 block is 900 kB: all or nothing here
    assert [item.key for item in drafts(found)] == [f"b.jsonl.{kind}#{n}" for n in range(1, len(drafts(found)) + 1)]


def test_a_decompression_bomb_stops(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "bomb.jsonl.gz").write_bytes(gzip.compress(b" " * (64 * 1024 * 1024 - 2) + b"\n" * 1024))
    (item,) = collect("jsonl", path="bomb.jsonl.gz")
    assert isinstance(item, type(spoiled([item])[0]))
    assert spoiled([item])[0].code == "GLY-COL-038"


def test_content_beside_the_rows_and_inside_them(tmp_path: Path, collect: Collect, desk: Desk) -> None:
    gif = b"GIF89a\x02\0\x03\0\0\0\0"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.gif").write_bytes(gif)
    (tmp_path / "secret.gif").write_bytes(gif)
    names = ["a.gif", "../secret.gif", "/etc/passwd", "none.gif"]
    (tmp_path / "in" / "f.jsonl").write_text("\n".join(f'{{"image": "{name}"}}' for name in names))
    found = collect("jsonl", path="in/f.jsonl", file_field="image", modality="image")
    (good,) = drafts(found)
    assert (good.key, good.width, good.height, good.meta) == ("f.jsonl#1", 2, 3, {"image": "a.gif"})
    assert [item.code for item in spoiled(found)] == ["GLY-COL-021", "GLY-COL-021", "GLY-COL-023"]
    coded = base64.b64encode(gif).decode()
    (tmp_path / "b.jsonl").write_text(
        f'{{"data": "{coded}"}}\n{{"data": "data:image/gif;base64,{coded}"}}\n{{"data": "*"}}'
    )
    found = collect("jsonl", path="b.jsonl", base64_field="data")
    assert [desk.blobs.get(str(item.blob)) for item in drafts(found)] == [gif, gif]
    assert [item.code for item in spoiled(found)] == ["GLY-COL-036"]


def test_two_contents_are_one_too_many(collect: Collect) -> None:
    with pytest.raises(SettingError):
        collect("jsonl", path="*", text_field="a", file_field="b")


def test_real_chinese_sentences(shared_data: Callable[[str], Path], collect: Collect) -> None:
    found = drafts(collect("jsonl", path=f"{shared_data('cluener')}/*.jsonl"))
    assert len(found) == 10_748 + 1_343
    assert found[0].key == "dev.jsonl#1"
    assert set(found[0].meta) == {"label"}


def test_real_packed_documents(shared_data: Callable[[str], Path], collect: Collect) -> None:
    found = collect("jsonl", path=f"{shared_data('docs_neardup')}/docs.jsonl.gz", id_field="id")
    assert len(drafts(found)) == len({item.key for item in found}) == 788
