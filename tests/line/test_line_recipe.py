"""Recipes: read strictly, refused at the line that is wrong with the word that was meant, and equal to their own text."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from galley.cli import demo_data
from galley.kernel.limits import RECIPE_BYTES_MAX
from galley.line.recipe import RecipeError, RecipeMissingError, dump_recipe, load_recipe, parse_recipe
from galley.line.recipe import recipe_digest as digest

HEAD = """line: x
collect:
  - from: jsonl
    path: raw.jsonl
    license: CC0-1.0
    basis: owned
"""
PEOPLE = """annotate:
  schema: labels.yaml
  people:
    - labeler: person
"""


def test_the_smallest_recipe_is_filled_with_defaults() -> None:
    recipe = parse_recipe(HEAD)
    (source,) = recipe.collect
    assert (recipe.line, source.connector, source.name, source.grade) == ("x", "jsonl@1", "jsonl", "general")
    assert (recipe.clean, recipe.annotate, recipe.assess, recipe.release) == ((), None, None, None)
    assert recipe.engine.error_budget == 0.01


def test_parts_that_are_named_and_left_empty_are_absent() -> None:
    assert parse_recipe(HEAD + "clean:\nannotate:\nassess:\nrelease:\nengine:\nseed:\n") == parse_recipe(HEAD)


REFUSED: list[tuple[str, str, int, tuple[str, ...]]] = [
    # what is wrong, the recipe, the line pointed at, words of the message or the advice
    ("empty", "", 1, ("empty",)),
    ("only a comment", "# nothing\n", 1, ("empty",)),
    ("a list", "- a\n- b\n", 1, ("word: value",)),
    ("a word", "line", 1, ("word: value",)),
    ("tabs", "line: x\n\tcollect: y\n", 2, ("YAML",)),
    ("an open bracket", HEAD + "clean: [a\n", 8, ("YAML",)),
    ("an anchor", "line: &a x\n" + HEAD[8:], 1, ("anchors",)),
    ("an alias", HEAD + "seed: *a\n", 7, ("anchors",)),
    ("a tag", HEAD + "seed: !!python/object:os.system 1\n", 7, ("tag",)),
    ("two documents", HEAD + "---\nline: y\n", 7, ("document",)),
    ("a word twice", HEAD + "seed: 1\nseed: 2\n", 8, ("seed", "twice")),
    ("an unknown part", HEAD + "cleen: []\n", 7, ("cleen", "'clean'")),
    ("no line", HEAD[8:], 1, ("'line'",)),
    ("no collect", "line: x\n", 1, ("'collect'",)),
    ("nothing to collect", "line: x\ncollect: []\n", 2, ("nothing to collect",)),
    ("collect is a word", "line: x\ncollect: raw\n", 2, ("list",)),
    ("a source is a word", "line: x\ncollect:\n  - raw\n", 3, ("word: value",)),
    ("line is a number", HEAD.replace("line: x", "line: 7"), 1, ("text",)),
    ("line with a slash", HEAD.replace("line: x", "line: a/b"), 1, ("'a/b'",)),
    ("line with a sign first", HEAD.replace("line: x", "line: .x"), 1, ("'.x'",)),
    ("line too long", HEAD.replace("line: x", f"line: {'x' * 101}"), 1, ("100",)),
    ("no from", HEAD.replace("from:", "form:"), 3, ("'from'", "'form'")),
    ("unknown connector", HEAD.replace("jsonl\n", "jsnol\n", 1), 3, ("jsnol", "'jsonl'")),
    ("no licence", HEAD.replace("    license: CC0-1.0\n", ""), 3, ("licen",)),
    ("licence misspelt", HEAD.replace("license", "licence"), 3, ("'license'", "'licence'")),
    ("no basis", HEAD.replace("    basis: owned\n", ""), 3, ("basis", "owned")),
    ("unknown basis", HEAD.replace("owned", "found"), 6, ("found", "owned")),
    ("unknown grade", HEAD + "    grade: secret\n", 7, ("secret",)),
    ("connector parameter misspelt", HEAD + "    id_feild: id\n", 7, ("id_feild", "'id_field'")),
    ("connector parameter of a wrong kind", HEAD.replace("raw.jsonl", "[a]"), 4, ("path",)),
    ("two sources of one name", HEAD + HEAD[17:], 7, ("jsonl",)),
    ("clean is false", HEAD + "clean: false\n", 7, ("list",)),
    ("clean is a mapping", HEAD + "clean:\n  op: text.dedup\n", 7, ("list",)),
    ("unknown operator", HEAD + "clean:\n  - op: text.normalize\n", 8, ("text.normalize", "text.normalise")),
    ("unknown operator below", HEAD + "clean:\n  - words_min: 3\n    op: text.lenght\n", 9, ("text.length",)),
    ("unknown operator as a word", HEAD + "clean: [text.dedup, image.bulr]\n", 7, ("image.blur",)),
    ("operator of another version", HEAD + "clean: [text.dedup@99]\n", 7, ("text.dedup@",)),
    ("no op", HEAD + "clean:\n  - po: text.dedup\n", 8, ("op",)),
    (
        "operator parameter misspelt",
        HEAD + "clean:\n  - op: text.length\n    charcters_min: 4\n",
        9,
        ("charcters_min", "'characters_min'"),
    ),
    (
        "operator parameter of a wrong kind",
        HEAD + "clean:\n  - op: text.length\n    characters_min: four\n",
        9,
        ("int",),
    ),
    ("annotate is false", HEAD + "annotate: false\n", 7, ("word: value",)),
    ("nobody answers", HEAD + "annotate:\n  schema: l.yaml\n", 7, ("nobody",)),
    ("no schema", HEAD + "annotate:\n  people: [person]\n", 7, ("schema",)),
    ("unknown labeler", HEAD + "annotate:\n  schema: l\n  people:\n    - labeler: persn\n", 10, ("person",)),
    ("unknown mode", HEAD + PEOPLE + "  mode: humans\n", 11, ("humans", "human")),
    ("a machine without learner", HEAD + PEOPLE + "  mode: machine\n", 11, ("learner",)),
    ("unknown learner", HEAD + PEOPLE + "  learner: text_classifer\n", 11, ("text_classifier",)),
    ("impossible overlap", HEAD + PEOPLE + "  overlap: 0\n", 11, ("overlap",)),
    ("impossible accuracy", HEAD + PEOPLE + "  target: {accuracy: 95}\n", 11, ("between 0 and 1",)),
    ("target misspelt", HEAD + PEOPLE + "  target:\n    acuracy: 0.9\n", 12, ("'accuracy'",)),
    ("loop misspelt", HEAD + PEOPLE + "  loop:\n    seed_mim: 9\n", 12, ("seed_mim", "'seed_min'")),
    ("loop of a wrong kind", HEAD + PEOPLE + "  loop:\n    folds: many\n", 12, ("int",)),
    ("unknown standard", HEAD + "assess:\n  standards:\n    - tc609-4\n", 9, ("tc609-04",)),
    ("assess misspelt", HEAD + "assess:\n  standard: []\n", 8, ("'standards'",)),
    ("release is a list", HEAD + "release: []\n", 7, ("release",)),
    ("release without version", HEAD + "release:\n  name: a/b\n", 7, ("version",)),
    ("version is a number", HEAD + "release:\n  name: a/b\n  version: 1.0\n", 9, ("str",)),
    ("version climbs out", HEAD + "release:\n  name: a/b\n  version: ../../x\n", 9, ("../../x",)),
    ("release name with spaces", HEAD + "release:\n  name: a b\n  version: v1\n", 8, ("a b",)),
    (
        "unknown format",
        HEAD + "release:\n  name: a/b\n  version: v1\n  formats: [jsnl]\n",
        10,
        ("jsnl", "'jsonl'"),
    ),
    ("engine misspelt", HEAD + "engine:\n  shard_row: 5\n", 8, ("'shard_rows'",)),
    ("engine is zero", HEAD + "engine: 0\n", 7, ("engine",)),
    ("budget above one", HEAD + "engine:\n  error_budget: 5\n", 8, ("0 to 1",)),
    ("no rows a shard", HEAD + "engine:\n  shard_rows: 0\n", 8, ("at least 1",)),
    ("seed is a word", HEAD + "seed: tulip\n", 7, ("int",)),
    ("seed beyond exact numbers", HEAD + f"seed: {2**53}\n", 7, (str(2**53),)),
    (
        "a number beyond exact numbers",
        HEAD + "clean:\n  - op: text.length\n    characters_min: -99999999999999999\n",
        9,
        ("beyond",),
    ),
    ("a key that is a list", HEAD + "? [a]\n: b\n", 7, ()),
    ("nested too deep", HEAD + "seed: " + "[" * 3000 + "]" * 3000, 7, ("deep",)),
    ("too large", HEAD + "#" * RECIPE_BYTES_MAX, 1, ("larger",)),
]


@pytest.mark.parametrize(("text", "line", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_wrong_is_pointed_at(text: str, line: int, words: tuple[str, ...]) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text, name="line.yaml")
    problem = caught.value
    told = f"{problem.message('en')} {problem.advice('en')}"
    assert all(word in told for word in words), told
    assert problem.facts["line"] == line, told
    assert problem.message("en").startswith(f"line.yaml, line {line}:")
    assert problem.message("zh").startswith(f"line.yaml 第 {line} 行：")


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", "line: 名".encode("gbk"), "line: x".encode("utf-16"), b"\x00\x01"])
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(RecipeError):
        parse_recipe(data)


@pytest.mark.parametrize("place", ["nothing.yaml", "."])
def test_a_recipe_that_is_no_file_is_missing(tmp_path: Path, place: str) -> None:
    with pytest.raises(RecipeMissingError):
        load_recipe(tmp_path / place)


def test_the_shipped_recipes_are_recipes() -> None:
    for name in ("example/line.yaml", "demo_files/line.yaml"):
        recipe = load_recipe(Path(demo_data.__file__).parent / name)
        assert parse_recipe(dump_recipe(recipe)) == recipe


def test_a_byte_order_mark_and_windows_lines_change_nothing() -> None:
    assert parse_recipe("\ufeff" + HEAD.replace("\n", "\r\n")) == parse_recipe(HEAD)


# --- round trip ------------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    ["no", "on", "null", "~", "1e3", "0x1f", "0o17", "1_000", "12:30", "2026-01-01", ".5", "=", "- a"]
)
_TEXT = _WORDS | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda t: t.strip() != ""
)
_NAME = st.from_regex(r"[A-Za-z0-9_据][A-Za-z0-9_.据-]{0,12}", fullmatch=True)
_SHARE = st.floats(0.01, 0.99).map(lambda value: round(value, 4))


@st.composite
def _sources(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["jsonl", "csv", "files", "archive", "parquet"]))
    source: dict[str, Any] = {"from": kind, "path": draw(_TEXT), "license": draw(_TEXT)}
    source["basis"] = draw(st.sampled_from(["owned", "open"]))
    if draw(st.booleans()):
        source["grade"] = draw(st.sampled_from(["general", "important", "core"]))
    if kind in ("jsonl", "csv", "parquet") and draw(st.booleans()):
        source["id_field"] = draw(_TEXT)
    return source


_OPS = st.one_of(
    st.sampled_from(["text.dedup", "text.normalise@1", "image.valid"]),
    st.builds(lambda few: {"op": "text.length", "characters_min": few}, st.integers(0, 10**6)),
    st.builds(lambda word: {"op": "trouble.drop", "word": word}, _TEXT),
)


@st.composite
def recipes(draw: st.DrawFn) -> dict[str, Any]:
    """Recipes as people write them, from one source to everything."""
    sources = draw(st.lists(_sources(), min_size=1, max_size=3))
    recipe: dict[str, Any] = {
        "line": draw(_NAME),
        "collect": [{**source, "name": f"s{place}"} for place, source in enumerate(sources)],
        "clean": draw(st.lists(_OPS, max_size=3)),
    }
    if draw(st.booleans()):
        recipe["annotate"] = {
            "schema": draw(_TEXT),
            "mode": draw(st.sampled_from(["human", "human+machine", "machine"])),
            "learner": "text_classifier",
            "target": draw(st.none() | st.fixed_dictionaries({"accuracy": _SHARE, "confidence": _SHARE})),
            "overlap": draw(st.integers(1, 5)),
            "people": [
                "person",
                {
                    "labeler": "simulated",
                    "truth": draw(_TEXT | st.dictionaries(_TEXT, _TEXT)),
                    "error_rate": draw(_SHARE),
                },
            ],
            "loop": draw(st.just({}) | st.fixed_dictionaries({"seed_min": st.integers(1, 99), "seed_share": _SHARE})),
        }
    if draw(st.booleans()):
        recipe["assess"] = {
            "needs": draw(st.dictionaries(_TEXT, st.integers(-999, 999) | _TEXT | st.none(), max_size=2))
        }
    if draw(st.booleans()):
        recipe["release"] = {
            "name": "a/b",
            "version": draw(st.from_regex(r"[0-9]\.[0-9](\+[a-z]{2})?", fullmatch=True)),
            "title": draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=10)),
            "tags": draw(st.lists(_TEXT, max_size=2)),
            "about": draw(st.dictionaries(_TEXT, _TEXT, max_size=2)),
            "date": draw(st.none() | st.just("2026-01-01")),
        }
    if draw(st.booleans()):
        recipe["engine"] = {"error_budget": draw(_SHARE), "shard_rows": draw(st.integers(1, 10**6))}
    recipe["seed"] = draw(st.integers(-(2**53) + 1, 2**53 - 1))
    return recipe


def _with_words(word: str) -> dict[str, Any]:
    recipe: dict[str, Any] = yaml.safe_load(HEAD)
    recipe["collect"][0]["path"] = word
    return recipe


@settings(deadline=None)
@given(recipes())
@example(_with_words("1e3"))
@example(_with_words("0o17"))
@example(_with_words("\x85 \u2028 \ufeff"))
def test_a_recipe_equals_its_own_text(plain: dict[str, Any]) -> None:
    recipe = parse_recipe(json.dumps(plain))
    text = dump_recipe(recipe)
    again = parse_recipe(text)
    assert again == recipe
    assert dump_recipe(again) == text
    assert digest(again) == digest(recipe)


@settings(deadline=None)
@given(recipes(), st.integers(0, 2**16), st.sampled_from(["delete", "double", "swap", "indent"]))
def test_a_damaged_recipe_is_a_recipe_or_refused(plain: dict[str, Any], place: int, how: str) -> None:
    text = dump_recipe(parse_recipe(json.dumps(plain)))
    place %= len(text)
    damaged = {
        "delete": text[:place] + text[place + 1 :],
        "double": text[:place] + text[place : place + 1] + text[place:],
        "swap": text[:place] + text[place : place + 2][::-1] + text[place + 2 :],
        "indent": text[:place] + "\n  " + text[place:],
    }[how]
    line = _refused_at(damaged)
    assert line is None or 1 <= line <= damaged.count("\n") + 2


def _refused_at(text: str) -> int | None:
    try:
        parse_recipe(text)
    except RecipeError as problem:
        return int(str(problem.facts["line"]))
    return None
