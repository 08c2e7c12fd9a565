"""What every extension promises, whatever its kind: a name, words for people, strict parameters that draw a form.

    from galley.testing.extension_contract import check_extension
    check_extension(MyMetric, {"limit": 3})

The batteries of the kinds begin with it. A broken promise raises ExtensionContractError, which names it and what was
seen.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from galley.kernel.canonical import canonical_json
from galley.kernel.extension import KINDS, Able, Extension, available, find, params_schema, spec_of
from galley.kernel.record import MODALITIES

__all__ = ["ExtensionContractError", "bilingual", "check_extension", "hold"]

_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*")
_EXTRA: Final = re.compile(r"[a-z][a-z0-9-]*")
_CJK: Final = re.compile(r"[\u4e00-\u9fff]")


class ExtensionContractError(AssertionError):
    """An extension broke a promise."""


def hold(condition: bool, promise: str, *seen: object) -> None:
    """Raise ExtensionContractError unless the promise holds; `seen` is what a reader needs to find the cause."""
    if not condition:
        raise ExtensionContractError(f"{promise}; seen: {', '.join(map(repr, seen))}"[:2000])


def bilingual(english: str, chinese: str) -> bool:
    """Whether a text is there in English and in Chinese."""
    return bool(english.strip()) and not _CJK.search(english) and _CJK.search(chinese) is not None


def check_extension(found: type[Extension[Any]], params: Mapping[str, Any] | None = None) -> Extension[Any]:
    """Check the declaration of an extension and make one with these parameters."""
    hold(found.kind in KINDS, "its kind is one there is", found.kind)
    hold(_NAME.fullmatch(found.name) is not None, "its name is dotted lower case", found.name)
    hold(found.version >= 1, "versions are integers from 1", found.version)
    hold(bilingual(found.summary.en, found.summary.zh), "its summary is in English and Chinese", found.summary)
    hold(bool((found.__dict__.get("__doc__") or "").strip()), "it has a doc string of its own", found)
    hold(isinstance(found.able, Able), "its abilities are declared", found.able)
    hold(set(found.able.modalities) <= set(MODALITIES), "its modalities are known ones", found.able.modalities)
    hold(
        all(_EXTRA.fullmatch(need) for need in found.needs),
        "its needs are the names of extras",
        found.needs,
    )
    if found.name in available(found.kind):
        hold(find(found.kind, found.name) is found, "its entry point leads to it", found)
    return _check_params(found, dict(params or {}))


def _check_params(found: type[Extension[Any]], given: dict[str, Any]) -> Extension[Any]:
    config = found.Params.__struct_config__
    hold(config.frozen, "its parameters are frozen", found.Params)
    hold(config.forbid_unknown_fields, "its parameters refuse unknown names", found.Params)
    fields = msgspec.structs.fields(found.Params)
    schema = params_schema(found)
    drawn = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    hold(
        sorted(drawn.get("properties", {})) == sorted(field.encode_name for field in fields),
        "every parameter is in the JSON schema",
        drawn,
    )
    params = msgspec.convert(given, found.Params)
    filled = msgspec.to_builtins(params)
    hold(set(filled) == {field.encode_name for field in fields}, "filled parameters name every default", filled)
    hold(msgspec.convert(filled, found.Params) == params, "filled parameters read back as they were", filled)
    made, again = found(params), found(msgspec.convert(filled, found.Params))
    hold(
        canonical_json(spec_of(made)) == canonical_json(spec_of(again)), "equal parameters are equal behaviour", filled
    )
    try:
        msgspec.convert({**given, "no such parameter": 1}, found.Params)
    except msgspec.ValidationError:
        return made
    raise ExtensionContractError("its parameters refuse unknown names; seen: 'no such parameter' was accepted")
