"""YAML documents: strict, with the line of every value."""

from typing import Any, Literal

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.kernel.document import DocumentError, parse_document
from galley.kernel.extension import ParamsError, make
from galley.kernel.limits import JSON_DEPTH_MAX, RECIPE_BYTES_MAX
from galley.kernel.misfit import Misfit


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    accuracy: float = 0.5


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    target: Inner
    names: list[str] = []
    mode: Literal["human", "machine"] | None = None
    parts: dict[str, Inner] = {}


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
    ("text", "word", "wort", "line"),
    [
        ("", "empty", "文件为空", 1),
        ("# nothing\n", "empty", "文件为空", 1),
        ("a: 1\nb: &x 1\nc: *x\n", "anchors", "锚点", 2),
        ("&x a: 1\n", "anchors", "锚点", 1),
        ("a: 1\na: 2\n", "twice", "两次", 2),
        ("a: 1\n? [1]\n: 2\n", "key", "键", 2),
        ("b: 1\na: [1\n", "not YAML", "不是 YAML", 3),
        ("a: 1\n---\nb: 1\n", "second", "第二个", 2),
        (b"a: 1\nb: \xff\n", "UTF-8", "UTF-8", 2),
        ("a: 1\nb: \x07\n", "U+0007", "U+0007", 2),
        ("a: \ud800\n", "U+D800", "U+D800", 1),
        ("a:\n " + "[" * 5000 + "]" * 5000, "deep", "过深", 2),
        ('a: 1\nb: "\\Uffffffff"\n', "beyond U+10FFFF", "超出", 2),
        ("#" * (RECIPE_BYTES_MAX + 1), "larger", "超过", 1),
        ("a: !!python/object:os.system 1\n", "unreadable", "标签", 1),
        ("a: 1\n!!str b: 1\n", "unreadable", "标签", 2),
        ("a: !mine {}\n", "unreadable", "标签", 1),
    ],
)
def test_hostile_documents_are_refused(text: str | bytes, word: str, wort: str, line: int) -> None:
    problem = refused(text)
    assert word in problem.message()
    assert wort in problem.message("zh")
    assert problem.facts["line"] == line
    assert word in str(problem.problem()["title"])


def test_nesting_up_to_the_limit_is_read() -> None:
    deep = parse_document("[" * JSON_DEPTH_MAX + "]" * JSON_DEPTH_MAX, "x").data
    for _ in range(JSON_DEPTH_MAX - 1):
        (deep,) = deep
    assert deep == []


@pytest.mark.parametrize(
    "word",
    [
        "no",
        "on",
        "yes",
        "12:30",
        "007",
        "0o7",
        "0x1F",
        "1e3",
        ".inf",
        "1_000",
        "<<",
        "=",
        "2026-01-01",
        "1.2.3",
        "-.0",
        "1.0e3",
    ],
)
def test_words_stay_words(word: str) -> None:
    assert parse_document(f"a: {word}\n{word}: b\n", "x").data == {"a": word, word: "b"}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("-3", -3),
        ("2.50", 2.5),
        ("1.0e-3", 0.001),
    ],
)
def test_values_are_values_unless_quoted(word: str, value: object) -> None:
    assert parse_document(f"- {word}\n- '{word}'\n", "x").data == [value, word]


_PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**100), 2**100)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)
    | st.from_regex(r"[-+0-9.eExo_:]{1,6}", fullmatch=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abn.[]0 -:", max_size=4), inner, max_size=3),
    max_leaves=8,
)


class _Writer(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


@settings(max_examples=200, deadline=None)
@given(_PLAIN)
def test_what_a_writer_of_yaml_wrote_is_read_back(data: Any) -> None:
    text = yaml.dump(data, Dumper=_Writer, allow_unicode=True, sort_keys=False)
    assert parse_document(text, "x").data == data


def test_a_key_with_dots_and_brackets_has_its_line() -> None:
    document = parse_document("a: 1\n'b.c]':\n- 1\n- d: 2\n", "x")
    assert document.line(("b.c]", 1, "d", "deeper")) == 4
    assert document.line("b[7].c]") == 1


@pytest.mark.parametrize(
    ("text", "line", "english", "chinese", "advice"),
    [
        ("target: {}\nmode: humen\n", 2, "'humen'", "此处不能是“humen”", "'human'"),
        ("names: []\n", 1, "'target' is missing", "缺少“target”", ""),
        ("target: {}\nnames:\n- a\n- {}\n", 4, "names[1]: expected str", "应为 str", ""),
        ("target: {}\nparts:\n  a:\n    acuracy: 1\n", 4, "'acuracy'", "未知的词", "'accuracy'"),
    ],
)
def test_what_does_not_fit_is_told_in_both_languages(
    text: str, line: int, english: str, chinese: str, advice: str
) -> None:
    problem = refused(text)
    assert problem.facts["line"] == line
    assert english in problem.message()
    assert chinese in problem.message("zh")
    assert advice in problem.advice()
    assert problem.problem("zh")["title"] == problem.message("zh")


def test_a_misfit_knows_the_words_of_unions_lists_and_dicts() -> None:
    class Left(msgspec.Struct, tag="left", forbid_unknown_fields=True):
        one: int = 0

    class Holder(msgspec.Struct, forbid_unknown_fields=True):
        any: tuple[dict[str, Left | None], ...] = ()

    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert({"any": [{"x": {"type": "left", "ones": 1}}]}, Holder)
    misfit = Misfit.of(caught.value, Holder)
    assert (misfit.fault, misfit.path, misfit.word, misfit.known) == ("unknown", ("any", 0, "..."), "ones", ("one",))


def test_unquoted_dates_stay_text() -> None:
    assert parse_document("a: 2026-01-01\n", "x").data == {"a": "2026-01-01"}


def test_parameters_of_an_extension_are_refused_in_both_languages() -> None:
    with pytest.raises(ParamsError) as caught:
        make("operator", "text.length", {"word_min": 3})
    problem = caught.value
    assert problem.facts["path"] == ("word_min",)
    assert "未知的词“word_min”" in problem.message("zh")
    assert problem.advice("en").startswith("Did you mean 'words_min'? Its parameters are: ")
    assert problem.advice("zh").startswith("是否想写“words_min”？它的参数有：")


def test_json_escapes_of_rare_characters_are_joined() -> None:
    assert parse_document(r'{"\ud834\udd1e": "a\ud83d\ude00b"}', "j").data == {"\U0001d11e": "a\U0001f600b"}


@pytest.mark.parametrize("half", [r'"\ud83d"', r'"\ude00\ud83d"', r'{"\ud83d": 1}', r'"\ud83d \ude00"'])
def test_half_a_character_is_refused(half: str) -> None:
    with pytest.raises(DocumentError, match="surrogate"):
        parse_document(f"- a\n- {half}\n", "j")
