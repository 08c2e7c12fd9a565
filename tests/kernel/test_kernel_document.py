"""YAML documents: strict, with the line of every value."""

import msgspec
import pytest

from galley.kernel.document import DocumentError, parse_document


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    accuracy: float = 0.5


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    target: Inner
    names: list[str] = []


def refused(text: str | bytes) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        parse_document(text, "x.yaml").convert(Outer)
    return caught.value


def test_reads_plain_data_and_lines() -> None:
    document = parse_document("target:\n  accuracy: 0.9\nnames:\n- a\n- b\n", "x.yaml")
    assert document.convert(Outer) == Outer(target=Inner(accuracy=0.9), names=["a", "b"])
    assert document.line("names[1]") == 5
    assert document.line("target.accuracy.deeper") == 2


def test_unknown_word_gets_its_line_and_the_nearest_word() -> None:
    problem = refused("names: []\ntarget:\n  acuracy: 0.9\n")
    assert problem.facts["line"] == 3
    assert "'accuracy'" in problem.advice()


def test_wrong_type_gets_its_line() -> None:
    problem = refused("target:\n  accuracy: high\n")
    assert problem.facts["line"] == 2
    assert "target.accuracy" in problem.message()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("a: &x 1\nb: *x\n", "anchors"),
        ("a: 1\na: 2\n", "twice"),
        ("a: [1\n", "not YAML"),
        (b"a: \xff\n", "UTF-8"),
        ("a: " + "[" * 5000 + "]" * 5000, "deep"),
        ("#" * 1_100_000, "larger"),
        ("a: !!python/object:os.system 1\n", "unreadable"),
    ],
)
def test_hostile_documents_are_refused(text: str | bytes, word: str) -> None:
    assert word in refused(text).message()


def test_unquoted_dates_stay_text() -> None:
    assert parse_document("a: 2026-01-01\n", "x").data == {"a": "2026-01-01"}
