"""The recipe: one YAML file, or the same thing in typed Python, that describes a line from raw data to a release.

Parsing is strict: an unknown word, a missing licence, an impossible value or an operator that does not exist is refused
before anything is read, with the line and the nearest right word. `parse_recipe(dump_recipe(recipe)) == recipe`.
"""

import difflib
import re
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from galley.collect.model import SourceSpec
from galley.collect.rules import source_spec
from galley.kernel.canonical import digest_of
from galley.kernel.document import EMPTY, Document, DocumentError, parse_document
from galley.kernel.errors import GalleyError, InputError
from galley.kernel.extension import Kind, ParamsError, available, make
from galley.kernel.language import Text
from galley.kernel.limits import ERROR_BUDGET_DEFAULT, SHARD_BYTES, SHARD_ROWS
from galley.kernel.misfit import Path as Spot
from galley.kernel.misfit import path_of, suggestion

__all__ = [
    "Annotate",
    "Assess",
    "EngineOptions",
    "Recipe",
    "RecipeError",
    "RecipeMissingError",
    "RecipeUnreadableError",
    "Release",
    "Target",
    "Use",
    "dump_recipe",
    "load_recipe",
    "parse_recipe",
    "recipe_digest",
]


_AGGREGATOR = "majority"


class RecipeError(DocumentError):
    """The recipe is not what it should be."""

    code = "GLY-LIN-001"


class RecipeMissingError(InputError):
    """There is no such recipe file."""

    code = "GLY-LIN-002"
    text = Text("There is no recipe at {path}.", "{path} 处没有配方文件。")
    hint = Text("`galley init DIR` writes an example to start from.", "可用 `galley init 目录` 生成示例。")


class RecipeUnreadableError(InputError):
    """The recipe file cannot be read."""

    code = "GLY-LIN-003"
    text = Text("The recipe {path} cannot be read: {reason}.", "无法读取配方 {path}：{reason}。")
    hint = Text("Check its permissions.", "请检查文件权限。")


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """The use of an extension: its name (or name@version) and its parameters."""

    name: str
    params: dict[str, Any] = {}


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the certificate must say: at least this accuracy, with this confidence."""

    accuracy: float = 0.95
    confidence: float = 0.95


class Annotate(msgspec.Struct, frozen=True, kw_only=True):
    """The `annotate` part."""

    schema: str  # path of a label schema (YAML) or of a Label Studio config (XML), relative to the recipe
    mode: Literal["human", "human+machine", "machine"] = "human"
    target: Target | None = None
    overlap: int = 1
    aggregator: Use = Use(name=_AGGREGATOR)
    people: tuple[Use, ...] = ()  # labelers
    learner: Use | None = None
    gold: Literal["measured", "human"] = "measured"
    loop: dict[str, Any] = {}  # parameters of the human+machine loop (line.loop.LoopParams)


class Assess(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `assess` part: which standards to read, and what the target use needs (for coverage and size)."""

    standards: tuple[str, ...] = ("tc609-04", "gbt-36344")
    needs: dict[str, Any] = {}


class Release(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `release` part."""

    name: str  # owner/dataset
    version: str
    formats: tuple[str, ...] = ()
    title: str = ""
    description: str = ""
    license: str | None = None  # of the released dataset; default: the sources' when they all have the same
    date: str | None = None  # RFC 3339 date of the release; default: the newest time any record carries
    to: str | None = None  # folder to write, relative to the recipe; default: releases/<name>-<version>
    tags: tuple[str, ...] = ()
    about: dict[str, str] = {}  # further facts for the card, by the words of docs/reference/metrics.md


class EngineOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sizes of the engine's work; they do not change what comes out, except where shards are cut."""

    error_budget: float = ERROR_BUDGET_DEFAULT
    shard_rows: int = SHARD_ROWS
    shard_bytes: int = SHARD_BYTES


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """A whole line."""

    line: str
    collect: tuple[SourceSpec, ...]
    clean: tuple[Use, ...] = ()
    annotate: Annotate | None = None
    assess: Assess | None = None
    release: Release | None = None
    engine: EngineOptions = EngineOptions()
    seed: int = 0


def load_recipe(path: Path) -> Recipe:
    """Read and check a recipe file."""
    if not path.is_file():
        raise RecipeMissingError(path=str(path))
    try:
        written = path.read_bytes()
    except OSError as problem:
        raise RecipeUnreadableError(path=str(path), reason=problem.strerror or str(problem)) from problem
    return parse_recipe(written, name=path.name)


def parse_recipe(text: str | bytes, *, name: str = "recipe") -> Recipe:
    """A recipe out of YAML; raises RecipeError with the line of what is wrong."""
    try:
        return _Reader(parse_document(text, name)).recipe()
    except RecipeError:
        raise
    except DocumentError as problem:
        raise RecipeError(**problem.facts) from problem


def recipe_digest(recipe: Recipe) -> str:
    """SHA-256 of the recipe with every default filled in: what a run is a run of."""
    return digest_of(recipe)


def dump_recipe(recipe: Recipe) -> str:
    """The recipe as YAML that parses back to an equal recipe."""
    plain = _without_defaults(recipe)
    text = yaml.dump(plain, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return text.translate(_BREAKS)


class _Dumper(yaml.SafeDumper):
    """Writes YAML whose texts all come back: Unicode's own line breaks would be folded unless they are escaped."""


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if any(ord(letter) in _BREAKS for letter in text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_BREAKS = {0x85: "\\N", 0x2028: "\\L", 0x2029: "\\P"}
_Dumper.add_representer(str, _write_text)


_EXACT_INTEGER_MAX = 2**53 - 1  # RFC 8785
_NAME = re.compile(r"\w[\w.-]*")
_RELEASE_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")
_RELEASE_VERSION = re.compile(r"\w[\w.+-]*")
_RELEASE_WORDS = Text(
    "A name is `owner/dataset`, a version like `1.0.0`: letters, digits, '-', '_' and '.' (a version also '+').",
    "名称形如 `owner/dataset`，版本形如 `1.0.0`：字母、数字、“-”“_”“.”（版本还可含“+”）。",
)
_SEE = Text("See docs/reference/recipe.md", "见 docs/reference/recipe.md")


def _told(problem: GalleyError) -> Text:
    return Text(problem.message("en"), problem.message("zh"))


def _given(data: dict[str, Any], word: str, otherwise: Any) -> Any:
    """A part of the recipe; one that is named and left empty is as good as absent, anything else must fit."""
    return otherwise if data.get(word) is None else data[word]


class _Reader:
    """Reads the parts of a recipe document; every method raises with the line of its part."""

    TOP = ("line", "collect", "clean", "annotate", "assess", "release", "engine", "seed")

    def __init__(self, document: Document) -> None:
        self.document = document

    def recipe(self) -> Recipe:
        if self.document.data is None:
            raise self.document.error("", EMPTY)
        data = self._mapping(self.document.data, "")
        self._exact(data, ())
        self._known(data, self.TOP, "")
        for needed in ("line", "collect"):
            if needed not in data:
                detail = Text(f"the recipe has no '{needed}'", f"配方缺少“{needed}”")
                raise self.document.error("", detail, _SEE)
        line = self._text(data["line"], "line")
        assess = data.get("assess")
        release = data.get("release")
        return Recipe(
            line=self._slug(line, "line"),
            collect=self._sources(data["collect"]),
            clean=tuple(
                self._use("operator", entry, f"clean[{place}]", "op")
                for place, entry in enumerate(self._sequence(_given(data, "clean", []), "clean"))
            ),
            annotate=self._annotate(data["annotate"]) if data.get("annotate") is not None else None,
            assess=self._assess(assess) if assess is not None else None,
            release=self._release(release) if release is not None else None,
            engine=self._engine(_given(data, "engine", {})),
            seed=self.document.convert(int, "seed", _given(data, "seed", 0)),
        )

    def _exact(self, value: Any, path: Spot) -> None:
        """Refuse numbers that canonical JSON, and with it the recipe's hash, cannot hold."""
        if isinstance(value, int) and abs(value) > _EXACT_INTEGER_MAX:
            detail = Text(f"{value} is beyond {_EXACT_INTEGER_MAX}", f"{value} 超出 {_EXACT_INTEGER_MAX}")
            raise self.document.error(path, detail)
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for name, part in parts:
            self._exact(part, (*path, name))

    def _sources(self, data: Any) -> tuple[SourceSpec, ...]:
        entries = self._sequence(data, "collect")
        if not entries:
            raise self.document.error("collect", Text("there is nothing to collect", "没有可采集的内容"))
        sources = tuple(self._source(entry, f"collect[{place}]") for place, entry in enumerate(entries))
        for place, source in enumerate(sources):
            if source.name in {earlier.name for earlier in sources[:place]}:
                detail = Text(f"two sources are called '{source.name}'", f"有两个数据源都叫“{source.name}”")
                advice = Text("Give one of them a `name:`.", "请用 `name:` 区分。")
                raise self.document.error(f"collect[{place}]", detail, advice)
        return sources

    def _source(self, entry: Any, path: str) -> SourceSpec:
        data = self._mapping(entry, path)
        try:
            spec = source_spec(data, known=available("connector"))
        except GalleyError as problem:
            typos = [
                Text(f"Did you mean '{word}' where it says '{near[0]}'?", f"“{near[0]}”处是否想写“{word}”？")
                for word in ("from", "license", "basis", "grade")
                if word not in data and (near := difflib.get_close_matches(word, list(data), n=1, cutoff=0.6))
            ]
            given = problem.facts.get("given")
            where = next((f"{path}.{word}" for word in ("basis", "grade") if given and data.get(word) == given), path)
            advice = [*typos, Text(problem.advice("en"), problem.advice("zh"))]
            raise self.document.error(
                where, _told(problem), Text(" ".join(text.en for text in advice), "".join(text.zh for text in advice))
            ) from problem
        self._slug(spec.name, f"{path}.name")
        use = self._checked("connector", spec.connector, spec.params, path, "from")
        return msgspec.structs.replace(spec, connector=use.name, params=use.params)

    def _annotate(self, entry: Any) -> Annotate:
        path: Spot = ("annotate",)
        data = dict(self._mapping(entry, path))
        self._known(data, Annotate.__struct_fields__, path)
        uses: dict[str, Any] = {}
        if "people" in data:
            people = self._sequence(data.pop("people"), (*path, "people"))
            uses["people"] = tuple(
                self._use("labeler", person, (*path, "people", place), "labeler") for place, person in enumerate(people)
            )
        for part, kind in (("aggregator", "aggregator"), ("learner", "learner")):
            if data.get(part) is not None:
                uses[part] = self._use(kind, data.pop(part), (*path, part), "name")  # type: ignore[arg-type]
            data.pop(part, None)
        # Filled here like everything else: the version of the default is part of what a run is a run of.
        uses.setdefault("aggregator", self._checked("aggregator", _AGGREGATOR, {}, path))
        found = msgspec.structs.replace(self.document.convert(Annotate, path, data), **uses)
        if found.loop:
            from galley.line.loop_rules import LoopParams  # noqa: PLC0415  # scipy takes a second to load

            self.document.convert(LoopParams, (*path, "loop"), found.loop)
        self._sane(found)
        return found

    def _sane(self, found: Annotate) -> None:
        if found.overlap < 1 or found.overlap > 100:
            raise self.document.error(
                "annotate.overlap", Text("overlap is a number from 1 to 100", "overlap 应为 1 到 100")
            )
        target = found.target
        if target is not None and not (0 < target.accuracy < 1 and 0 < target.confidence < 1):
            detail = Text("accuracy and confidence lie between 0 and 1", "accuracy 与 confidence 应介于 0 与 1 之间")
            raise self.document.error("annotate.target", detail)
        if found.mode != "human" and found.learner is None:
            detail = Text(f"mode '{found.mode}' needs a `learner:`", f"模式“{found.mode}”需要 `learner:`")
            raise self.document.error("annotate.mode", detail, suggestion("", available("learner")))
        if not found.people:
            detail = Text("nobody answers: `people:` is empty", "没有人回答：`people:` 为空")
            raise self.document.error("annotate", detail, suggestion("", available("labeler")))

    def _assess(self, entry: Any) -> Assess:
        found = self.document.convert(Assess, "assess", entry)
        for place, name in enumerate(found.standards):
            self._checked("metric", name, {}, ("assess", "standards", place))
        return found

    def _engine(self, entry: Any) -> EngineOptions:
        found = self.document.convert(EngineOptions, "engine", entry)
        if not 0 <= found.error_budget <= 1:
            detail = Text("error_budget is a share from 0 to 1", "error_budget 应为 0 到 1 之间的比例")
            raise self.document.error("engine.error_budget", detail)
        for word in ("shard_rows", "shard_bytes"):
            if getattr(found, word) < 1:
                raise self.document.error(f"engine.{word}", Text(f"{word} is at least 1", f"{word} 至少为 1"))
        return found

    def _release(self, entry: Any) -> Release:
        found = self.document.convert(Release, "release", entry)
        for word, pattern in (("name", _RELEASE_NAME), ("version", _RELEASE_VERSION)):
            if not pattern.fullmatch(getattr(found, word)):
                detail = Text(f"'{getattr(found, word)}' is not a {word}", f"“{getattr(found, word)}”不能作为 {word}")
                raise self.document.error(f"release.{word}", detail, _RELEASE_WORDS)
        for place, name in enumerate(found.formats):
            if name.partition("@")[0] not in available("exporter"):
                detail = Text(f"unknown format '{name}'", f"未知的格式“{name}”")
                raise self.document.error(f"release.formats[{place}]", detail, suggestion(name, available("exporter")))
        return found

    def _use(self, kind: Kind, entry: Any, path: Spot | str, word: str) -> Use:
        if isinstance(entry, str):
            return self._checked(kind, entry, {}, path)
        data = dict(self._mapping(entry, path))
        if word not in data:
            detail = Text(f"an entry here needs `{word}:`", f"此处的条目需要 `{word}:`")
            raise self.document.error(path, detail, suggestion(word, data))
        return self._checked(kind, self._text(data.pop(word), (*path_of(path), word)), data, path, word)

    def _checked(self, kind: Kind, name: str, params: dict[str, Any], path: Spot | str, word: str = "") -> Use:
        try:
            made = make(kind, name, params)
        except GalleyError as problem:
            # Wrong parameters are pointed at where they stand, anything else at the extension's name.
            at = problem.facts["path"] if isinstance(problem, ParamsError) else (word,) if word else ()
            inside = (*path_of(path), *(at if isinstance(at, tuple) else ()))
            advice = Text(problem.advice("en"), problem.advice("zh"))
            raise self.document.error(inside, _told(problem), advice) from problem
        return Use(name=f"{made.name}@{made.version}", params=msgspec.to_builtins(made.params))

    def _known(self, data: dict[str, Any], known: tuple[str, ...], path: Spot | str) -> None:
        for word in data:
            if word not in known:
                detail = Text(f"unknown word '{word}'", f"未知的词“{word}”")
                raise self.document.error((*path_of(path), word), detail, suggestion(word, known))

    def _mapping(self, data: Any, path: Spot | str) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise self.document.error(path, Text("expected `word: value` lines here", "此处应为若干“词: 值”行"))
        return data

    def _sequence(self, data: Any, path: Spot | str) -> list[Any]:
        if not isinstance(data, list):
            detail = Text("expected a list (lines that begin with `- `)", "此处应为列表（以 `- ` 开头的行）")
            raise self.document.error(path, detail)
        return data

    def _text(self, data: Any, path: Spot | str) -> str:
        if not isinstance(data, str) or not data.strip():
            detail = Text("expected a text", "此处应为文字")
            raise self.document.error(path, detail, Text("Put it in quotes.", "请加引号。"))
        return data

    def _slug(self, name: str, path: str) -> str:
        if not _NAME.fullmatch(name) or len(name) > 100:
            detail = Text(
                f"'{name}' is not a name: letters, digits, '-', '_' and '.', up to 100, the first no sign",
                f"“{name}”不是有效名称：仅限文字、数字、“-”“_”“.”，至多 100 个字符，且不以符号开头",
            )
            raise self.document.error(path, detail)
        return name


def _without_defaults(recipe: Recipe) -> dict[str, Any]:
    plain: dict[str, Any] = {"line": recipe.line}
    plain["collect"] = [
        {
            "from": source.connector,
            "name": source.name,
            "license": source.license,
            "basis": source.basis,
            "grade": source.grade,
            **source.params,
        }
        for source in recipe.collect
    ]
    if recipe.clean:
        plain["clean"] = [{"op": use.name, **use.params} for use in recipe.clean]
    if recipe.annotate is not None:
        part = msgspec.to_builtins(recipe.annotate)
        part["people"] = [{"labeler": use.name, **use.params} for use in recipe.annotate.people]
        part["aggregator"] = {"name": recipe.annotate.aggregator.name, **recipe.annotate.aggregator.params}
        learner = recipe.annotate.learner
        part["learner"] = None if learner is None else {"name": learner.name, **learner.params}
        plain["annotate"] = part
    for word, value in (("assess", recipe.assess), ("release", recipe.release)):
        if value is not None:
            plain[word] = msgspec.to_builtins(value)
    plain["engine"] = msgspec.to_builtins(recipe.engine)
    plain["seed"] = recipe.seed
    return plain
