"""Label schemas as text: YAML to LabelSchema with errors that point at the line, back to YAML, and the JSON Schema."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import yaml

from galley.kernel.document import Document, DocumentError, parse_document
from galley.kernel.extension import ExtensionUnknownError, available, find
from galley.kernel.limits import JSON_DEPTH_MAX, RECIPE_BYTES_MAX
from galley.kernel.misfit import Misfit, Path
from galley.labels.choices import Title, nearest, offered, paths_of, titled
from galley.labels.conditions import Condition, ConditionFaultError, Conditions, leaves, parse_condition
from galley.labels.errors import (
    SchemaConditionControlError,
    SchemaConditionCycleError,
    SchemaConditionError,
    SchemaConditionWordError,
    SchemaKeyError,
    SchemaOptionError,
    SchemaReferenceError,
    SchemaRepeatedError,
    SchemaShapeError,
    SchemaSizeError,
    SchemaSyntaxError,
    SchemaTypeError,
)
from galley.labels.label_type import LabelType
from galley.labels.schema import SCHEMA_FORMAT, Control, LabelSchema, plain, schema_dict
from galley.labels.shape import json_kind

__all__ = ["BUILT_IN_TYPES", "control_of_type", "json_schema", "schema_from_yaml", "schema_of_data", "schema_yaml"]

BUILT_IN_TYPES: Final = (
    "classify", "span", "relation", "box", "polygon", "keypoint", "transcript", "text",
    "ranking", "rubric", "steps", "dialogue", "segment", "number", "rating", "date",
    "rotated_box", "polyline", "ellipse", "mask", "skeleton", "ocr",
)  # fmt: skip

HEAD_KEYS: Final = ("name", "title", "controls")
CONTROL_KEYS: Final = ("name", "type", "title", "required", "field", "target", "when")
"""A control's own words; every other word is an option of its label type."""

CONTROL_NAME: Final = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,62}[^\s\x00-\x1f\x7f])?")
CONTROLS_MAX: Final = 200

_UNWRITTEN: Final = Document("labels", None, {(): 0})
"""Stands for the text of a schema that was never written as one: everything is at line 0."""


def schema_from_yaml(text: str) -> LabelSchema:
    """The schema written in YAML; raises SchemaError with the line and, for a typo, the word that was meant."""
    try:
        lines = parse_document(text, "labels")
    except DocumentError as problem:
        raise _unreadable(problem) from problem
    return _schema(lines.data, lines, options_inline=True)


def _unreadable(problem: DocumentError) -> SchemaSyntaxError | SchemaRepeatedError | SchemaSizeError:
    facts, line = problem.facts, problem.facts["line"]
    if facts["fault"] in ("size", "depth"):
        # Line 0: of a file that is too large, no line is to blame.
        at = line if facts["fault"] == "depth" else 0
        return SchemaSizeError(line=at, limit=RECIPE_BYTES_MAX, depth=JSON_DEPTH_MAX)
    if facts["fault"] == "repeated":
        return SchemaRepeatedError(line=line, name=facts["word"])
    return SchemaSyntaxError(line=line, detail=facts["detail"])


def schema_of_data(data: Mapping[str, Any]) -> LabelSchema:
    """The schema of its canonical dictionary (`schema_dict`)."""
    plain = dict(data)
    if plain.pop("format", SCHEMA_FORMAT) != SCHEMA_FORMAT:
        raise SchemaShapeError(line=0, key="format", expected=SCHEMA_FORMAT, found=data.get("format"))
    return _schema(plain, _UNWRITTEN, options_inline=False)


def schema_yaml(schema: LabelSchema) -> str:
    """The schema as YAML that `schema_from_yaml` reads back to an equal schema."""
    plain = schema_dict(schema)
    head = {name: plain[name] for name in ("name", "title") if plain.get(name)}
    controls = []
    for control in plain["controls"]:
        own = {name: control[name] for name in CONTROL_KEYS if name in control}
        own["type"] = control["type"].partition("@")[0] if control["type"].endswith("@1") else control["type"]
        default = msgspec.to_builtins(_defaults(own["type"]))
        options = {
            name: _short(option) for name, option in control["options"].items() if option != default.get(name, ...)
        }
        controls.append({**own, **options})
    return yaml.dump({**head, "controls": controls}, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=120)


def _defaults(spec: str) -> dict[str, Any]:
    """The parameters a label type fills in by itself."""
    filled: dict[str, Any] = {}
    for info in msgspec.structs.fields(find("label_type", spec).Params):
        if info.default is not msgspec.NODEFAULT:
            filled[info.name] = info.default
        elif info.default_factory is not msgspec.NODEFAULT:
            filled[info.name] = info.default_factory()
    return filled


def _short(option: Any) -> Any:
    if isinstance(option, list | tuple):
        return [_short(item) for item in option]
    if isinstance(option, dict):
        return option["value"] if set(option) == {"value"} else {name: _short(item) for name, item in option.items()}
    return option


class _Writer(yaml.SafeDumper):
    """Writes no aliases, which the reader refuses, and quotes words other YAML readers would take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# --- Reading -----------------------------------------------------------------------------------------------------


def _schema(data: Any, lines: Document, *, options_inline: bool) -> LabelSchema:
    head = _object(data, (), lines, "schema")
    _known(head, (), lines, HEAD_KEYS)
    raw = head.get("controls")
    if not isinstance(raw, list) or not 0 < len(raw) <= CONTROLS_MAX:
        found = json_kind(raw) if not isinstance(raw, list) else f"[{len(raw)}]"
        raise SchemaShapeError(
            line=lines.line(("controls",)), key="controls", expected=f"list 1…{CONTROLS_MAX}", found=found
        )
    controls: list[Control] = []
    for place, item in enumerate(raw):
        control = _control(item, ("controls", place), lines, options_inline=options_inline)
        if control.name in {other.name for other in controls}:
            raise SchemaRepeatedError(line=lines.line(("controls", place, "name")), name=control.name)
        controls.append(control)
    schema = LabelSchema(
        controls=tuple(controls),
        name=_word(head.get("name", ""), ("name",), lines),
        title=_title(head.get("title"), ("title",), lines, ""),
    )
    _check_references(schema, lines)
    _check_conditions(schema, lines)
    return schema


def _control(raw: Any, path: Path, lines: Document, *, options_inline: bool) -> Control:
    data = _object(raw, path, lines, "control")
    name = _word(data.get("name"), (*path, "name"), lines)
    if not CONTROL_NAME.fullmatch(name):
        raise SchemaShapeError(
            line=lines.line((*path, "name")), key="name", expected="1…64 printable characters", found=name
        )
    spec = _word(data.get("type"), (*path, "type"), lines)
    found = _label_type(spec, (*path, "type"), lines)
    if options_inline:
        options = {key: value for key, value in data.items() if key not in CONTROL_KEYS}
        spot = path
    else:
        _known(data, path, lines, (*CONTROL_KEYS, "options"))
        options, spot = _object(data.get("options", {}), (*path, "options"), lines, "options"), (*path, "options")
    required = data.get("required", True)
    if not isinstance(required, bool):
        line = lines.line((*path, "required"))
        raise SchemaShapeError(line=line, key="required", expected="true | false", found=str(required))
    field = found.able.modalities[0] if found.able.modalities else "text"
    made = control_of_type(
        found,
        name=name,
        title=_title(data.get("title"), (*path, "title"), lines, name),
        required=required,
        field=_word(data.get("field", field), (*path, "field"), lines),
        target=_word(data.get("target", ""), (*path, "target"), lines),
        options=options,
        where=(spot, lines),
    )
    when = _condition(data.get("when"), (*path, "when"), lines, name)
    return made if when is None else msgspec.structs.replace(made, when=when)


def _condition(raw: Any, path: Path, lines: Document, name: str) -> Condition | None:
    if raw is None:
        return None
    try:
        return parse_condition(raw)
    except ConditionFaultError as fault:
        line = lines.line((*path, *fault.path))
        raise SchemaConditionError(line=line, control=name, expected=fault.word) from fault


def control_of_type(  # noqa: PLR0913  # one field of the control each
    found: type[LabelType[Any]],
    *,
    name: str,
    title: Title | None,
    required: bool,
    field: str,
    target: str,
    options: dict[str, Any],
    where: tuple[Path, Document] | None = None,
) -> Control:
    """A control with its options checked and filled by its label type."""
    spot, lines = where or ((), _UNWRITTEN)
    try:
        params = msgspec.convert(options, found.Params)
    except msgspec.ValidationError as problem:
        raise _option_error(problem, name, found, spot, lines) from problem
    return Control(
        name=name,
        type=f"{found.name}@{found.version}",
        title=title,
        required=required,
        field=field,
        target="" if target == field else target,
        options=plain(params),
    )


def _label_type(spec: str, path: Path, lines: Document) -> type[LabelType[Any]]:
    try:
        found = find("label_type", spec)
    except ExtensionUnknownError as problem:
        names = available("label_type")
        raise SchemaTypeError(
            line=lines.line(path), type=spec, suggestion=nearest(spec.partition("@")[0], names), known=", ".join(names)
        ) from problem
    if not issubclass(found, LabelType):
        raise SchemaTypeError(
            line=lines.line(path), type=spec, suggestion="-", known=", ".join(available("label_type"))
        )
    return found


def _option_error(
    problem: msgspec.ValidationError, control: str, found: type[LabelType[Any]], spot: Path, lines: Document
) -> SchemaKeyError | SchemaShapeError | SchemaOptionError:
    misfit = Misfit.of(problem, found.Params)
    path = (*spot, *misfit.path)
    word = misfit.word
    if misfit.fault == "unknown":
        known = (*misfit.known, *(() if misfit.path else CONTROL_KEYS))
        line = lines.line((*path, word))
        return SchemaKeyError(line=line, key=word, suggestion=nearest(word, known), known=", ".join(known))
    line = lines.line(path)
    if misfit.fault == "missing":
        return SchemaShapeError(line=line, key=word, expected="…", found="null")
    if misfit.fault == "choice":
        known = misfit.known
        return SchemaKeyError(line=line, key=word, suggestion=nearest(word, known), known=", ".join(known))
    if misfit.fault == "shape":
        key = str(path[-1]) if path else control
        return SchemaShapeError(line=line, key=key, expected=misfit.expected, found=misfit.found)
    return SchemaOptionError(line=line, control=control, detail=misfit.message)


def _check_references(schema: LabelSchema, lines: Document) -> None:
    for place, control in enumerate(schema.controls):
        for other in control.label_type.refers_to:
            target = schema.by_name.get(other)
            if target is None or not control.label_type.may_refer_to(target.label_type):
                known = [peer.name for peer in schema.controls if control.label_type.may_refer_to(peer.label_type)]
                raise SchemaReferenceError(
                    line=lines.line(("controls", place, "spans")),
                    control=control.name,
                    other=other,
                    type="span",
                    suggestion=nearest(other, known),
                )


def _check_conditions(schema: LabelSchema, lines: Document) -> None:
    spots: dict[str, Path] = {control.name: ("controls", at, "when") for at, control in enumerate(schema.controls)}
    for control in schema.controls:
        for leaf in leaves(control.when):
            other, line = schema.by_name.get(leaf["control"]), lines.line(spots[control.name])
            if other is None:
                close = nearest(leaf["control"], [name for name in schema.by_name if name != control.name])
                raise SchemaConditionControlError(
                    line=line, control=control.name, other=leaf["control"], suggestion=close
                )
            known = _answers(other)
            for word in leaf.get("is", ()):
                if known and word not in known:
                    close = nearest(word, known)
                    raise SchemaConditionWordError(
                        line=line, control=control.name, other=other.name, word=word, suggestion=close
                    )
    try:
        Conditions({control.name: control.when for control in schema.controls})
    except ConditionFaultError as fault:
        at = lines.line(spots[str(fault.path[0])])
        raise SchemaConditionCycleError(line=at, cycle=fault.word) from fault


def _answers(control: Control) -> tuple[str, ...]:
    """The words a control's answer can say; none where they cannot be listed."""
    params = control.label_type.params
    offers = offered(getattr(params, "choices", ()) or getattr(params, "labels", ()))
    return tuple(dict.fromkeys(word for path, _ in paths_of(offers) for word in path))


# --- Small readers -----------------------------------------------------------------------------------------------


def _object(raw: Any, path: Path, lines: Document, what: str) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise SchemaShapeError(line=lines.line(path), key=what, expected="{key: value}", found=json_kind(raw))
    return dict(raw)


def _known(data: Mapping[str, Any], path: Path, lines: Document, known: tuple[str, ...]) -> None:
    for key in data:
        if key not in known:
            line = lines.line((*path, key))
            raise SchemaKeyError(line=line, key=key, suggestion=nearest(key, known), known=", ".join(known))


def _word(raw: Any, path: Path, lines: Document) -> str:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    if not isinstance(raw, str):
        raise SchemaShapeError(line=lines.line(path), key=str(path[-1]), expected="text", found=json_kind(raw))
    return raw


def _title(raw: Any, path: Path, lines: Document, name: str) -> Title | None:
    try:
        return titled(msgspec.convert(raw, str | Title | None), name)
    except msgspec.ValidationError as problem:
        raise SchemaShapeError(
            line=lines.line(path), key="title", expected="text | {en, zh}", found=json_kind(raw)
        ) from problem


# --- The published JSON Schema -----------------------------------------------------------------------------------


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the YAML form, for editors; it covers the built-in label types."""
    definitions: dict[str, Any] = {}
    branches = []
    for name in BUILT_IN_TYPES:
        found = find("label_type", name)
        schema = msgspec.json.schema(found.Params, ref_template="#/$defs/{name}")
        parts = schema.get("$defs", {})
        params = parts.pop(found.Params.__name__)
        definitions.update(parts)
        branches.append(_branch(name, found, params))
    definitions.setdefault("Title", msgspec.json.schema(Title)["$defs"]["Title"])
    definitions["Control"] = {"oneOf": branches}
    definitions["Condition"] = _CONDITION
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Galley label schema",
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "title": _TITLE,
            "controls": {
                "type": "array",
                "minItems": 1,
                "maxItems": CONTROLS_MAX,
                "items": {"$ref": "#/$defs/Control"},
            },
        },
        "required": ["controls"],
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


_TITLE: Final = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Title"}]}


_CONDITION: Final[dict[str, Any]] = {
    "description": "The control is asked where this holds; a hidden control counts as not answered.",
    "oneOf": [
        {
            "type": "object",
            "properties": {
                "control": {"type": "string"},
                "is": {
                    "anyOf": [
                        {"type": ["string", "number", "boolean"]},
                        {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean"]}},
                    ]
                },
            },
            "required": ["control", "is"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {"control": {"type": "string"}, "answered": {"type": "boolean"}},
            "required": ["control", "answered"],
            "additionalProperties": False,
        },
        *(
            {
                "type": "object",
                "properties": {kind: {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Condition"}}},
                "required": [kind],
                "additionalProperties": False,
            }
            for kind in ("all", "any")
        ),
        {
            "type": "object",
            "properties": {"not": {"$ref": "#/$defs/Condition"}},
            "required": ["not"],
            "additionalProperties": False,
        },
    ],
}


def _branch(name: str, found: type[Any], params: dict[str, Any]) -> dict[str, Any]:
    summary = found.summary
    return {
        "title": name,
        "description": f"{summary.en} {summary.zh}",
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 64},
            "type": {"enum": [name, f"{name}@{found.version}"]},
            "title": _TITLE,
            "required": {"type": "boolean", "default": True},
            "field": {"type": "string"},
            "target": {"type": "string"},
            "when": {"$ref": "#/$defs/Condition"},
            **params["properties"],
        },
        "required": ["name", "type", *params.get("required", [])],
        "additionalProperties": False,
    }
