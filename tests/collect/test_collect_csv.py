"""csv: real files, encodings, quoting, and rows that are wrong."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from galley.collect.errors import SettingError
from galley.kernel import limits
from galley.testing.connector_contract import Collect, drafts, spoiled


def test_a_header_names_the_columns_and_quotes_may_hold_lines(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.csv").write_bytes(b'id,text,who\r\n1,"two\r\nlines, one ""row""",A\r\n\r\n2,plain 5" disk,B')
    one, two = drafts(collect("csv", path="a.csv", id_field="id"))
    assert (one.key, one.uri, one.text, one.meta) == ("1", "a.csv#2", 'two\r\nlines, one "row"', {"who": "A"})
    assert (two.key, two.uri, two.text) == ("2", "a.csv#5", 'plain 5" disk')


def test_columns_replace_or_rename_a_header(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.tsv").write_text("x\ty\n1\t2\n")
    names = {"columns": ["a", "b"], "text_field": ["b", "a"], "join": " | "}
    assert [item.text for item in drafts(collect("csv", path="a.tsv", **names))] == ["y | x", "2 | 1"]
    assert [item.text for item in drafts(collect("csv", path="a.tsv", header=True, **names))] == ["2 | 1"]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "big5", "utf-8-sig", "utf-16", "utf-8"])
def test_encodings_are_detected(tmp_path: Path, collect: Collect, encoding: str) -> None:
    head, text = ("標題,內容", "這個問題是我們的") if encoding == "big5" else ("标题,内容", "这个问题是我们的")
    content = head + "\n" + "".join(f'{place},"{text}\n{place}"\n' for place in range(9))
    (tmp_path / "a.csv").write_bytes(content.encode(encoding))
    found = collect("csv", path="a.csv", text_field=head.split(",")[1])
    assert [item.text for item in drafts(found)] == [f"{text}\n{place}" for place in range(9)]
    assert spoiled(found) == []


def test_a_wrong_row_costs_only_itself(tmp_path: Path, collect: Collect) -> None:
    rows = [
        b"n,text",
        b"1,good",
        b"2,too,many",
        b"3",
        b'4,"closed"badly',
        b"5,nul\0",
        b"6,\xff\xff",
        b'7,"a',
        b'b"',
        b"8,good",
    ]
    (tmp_path / "a.csv").write_bytes(b"\n".join(rows) + b"\n")
    found = collect("csv", path="a.csv", encoding="utf-8")
    assert [item.text for item in drafts(found)] == ["good", "a\nb", "good"]
    assert [(item.key, item.code) for item in spoiled(found)] == [
        ("a.csv#3", "GLY-COL-040"),
        ("a.csv#4", "GLY-COL-040"),
        ("a.csv#5", "GLY-COL-040"),
        ("a.csv#6", "GLY-COL-041"),
        ("a.csv#7", "GLY-COL-024"),
    ]


def test_a_quote_that_never_closes_does_not_swallow_the_file(tmp_path: Path, collect: Collect) -> None:
    rows = ["n,text", "1,good", '2,"never closed', *(f"{n},good" for n in range(3, 2000))]
    (tmp_path / "a.csv").write_text("\n".join(rows))
    found = collect("csv", path="a.csv")
    assert [item.key for item in spoiled(found)] == ["a.csv#3"]
    assert len(drafts(found)) == 1998


def test_huge_fields_pass_up_to_the_limit(tmp_path: Path, collect: Collect, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("text\n" + "x" * 1_000_000 + "\n")
    (item,) = drafts(collect("csv", path="a.csv"))
    assert item.bytes == 1_000_000
    monkeypatch.setattr(limits, "LINE_BYTES_MAX", 1000)
    (tmp_path / "b.csv").write_text('text\n"' + "many\n" * 500 + '"\nshort\n')
    found = collect("csv", path="b.csv")
    assert spoiled(found)[0].key == "b.csv#2"
    assert drafts(found)[-1].text == "short"


@pytest.mark.parametrize(
    ("content", "code"), [("", "GLY-COL-040"), ("text,text\na,b\n", "GLY-COL-040"), ("a,b\n1,2\n", "GLY-COL-033")]
)
def test_a_file_without_a_usable_header_is_one_spoiled_record(
    tmp_path: Path, collect: Collect, content: str, code: str
) -> None:
    (tmp_path / "a.csv").write_text(content)
    (tmp_path / "b.csv").write_text("text\nfine\n")
    found = collect("csv", path="*.csv")
    assert [(item.key, item.code) for item in spoiled(found)] == [("a.csv", code)]
    assert [item.text for item in drafts(found)] == ["fine"]


@pytest.mark.parametrize(
    "params", [{"header": False}, {"columns": ["a", "a"]}, {"delimiter": "ab"}, {"text_field": "a", "file_field": "b"}]
)
def test_settings_that_contradict_each_other(collect: Collect, params: dict[str, object]) -> None:
    with pytest.raises(SettingError):
        collect("csv", path="*", **params)


def test_a_truncated_packed_file_yields_what_it_had(tmp_path: Path, collect: Collect) -> None:
    content = "text\n" + "".join(f'"{place}\n{place * 7919 % 104729}"\n' for place in range(50_000))
    packed = gzip.compress(content.encode())
    (tmp_path / "a.csv.gz").write_bytes(packed[: len(packed) // 2])
    found = collect("csv", path="a.csv.gz")
    assert len(drafts(found)) > 1000
    assert found[-1] in spoiled(found)
    assert spoiled(found)[-1].code == "GLY-COL-035"
    assert len(spoiled(found)) <= 2  # the row that was cut, and the rest


def test_real_news(shared_data: Callable[[str], Path], collect: Collect) -> None:
    path = f"{shared_data('agnews_test')}/test.csv"
    found = collect("csv", path=path, columns=["class", "title", "description"], text_field=["title", "description"])
    assert len(drafts(found)) == len(found) == 7600
    assert {item.meta["class"] for item in drafts(found)} == {"1", "2", "3", "4"}


def test_real_transcripts_with_lines_inside_quotes(shared_data: Callable[[str], Path], collect: Collect) -> None:
    found = collect("csv", path=f"{shared_data('crowdspeech')}/*-crowd.csv.gz")
    assert len(drafts(found)) == len(found) == 77_882
