"""Hugging Face features of an Arrow schema, written without the `datasets` library: for the card and the Parquet file.

The library reads them twice: as YAML in the card's `dataset_info` and as JSON in the Parquet schema's metadata.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from galley.release.media import MEDIA_STRUCT

__all__ = ["features_json", "features_yaml"]

_MEDIA: Final[dict[str, str]] = {"image": "Image", "audio": "Audio", "video": "Video"}


def features_yaml(schema: pa.Schema, classes: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """The `features` list of a card's `dataset_info`; `classes` names the columns that are class labels."""
    return [{"name": field.name, **_yaml(field, classes)} for field in schema]


def _yaml(field: pa.Field, classes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    if field.name in classes:
        return {"dtype": {"class_label": {"names": {str(at): name for at, name in enumerate(classes[field.name])}}}}
    if _is_media(field):
        return {"dtype": field.name}
    return _yaml_type(field.type)


def _yaml_type(kind: pa.DataType) -> dict[str, Any]:
    if pa.types.is_struct(kind):
        return {"struct": [{"name": child.name, **_yaml_type(child.type)} for child in kind]}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        inner = _yaml_type(kind.value_type)
        word = "list" if pa.types.is_list(kind) else "large_list"
        if set(inner) == {"dtype"}:
            return {word: inner["dtype"]}
        if set(inner) == {"struct"}:
            return {word: inner["struct"]}
        return {word: inner}
    return {"dtype": _dtype(kind)}


def features_json(schema: pa.Schema) -> bytes:
    """The value of the `huggingface` key of a Parquet schema's metadata.

    Class labels stay strings here, as they are in the file: the library ignores what contradicts the Arrow types.
    """
    features = {field.name: _json(field) for field in schema}
    return json.dumps({"info": {"features": features}}, ensure_ascii=False, separators=(",", ":")).encode()


def _json(field: pa.Field) -> dict[str, Any]:
    if _is_media(field):
        return {"_type": _MEDIA[field.name]}
    return _json_type(field.type)


def _json_type(kind: pa.DataType) -> dict[str, Any]:
    if pa.types.is_struct(kind):
        return {child.name: _json_type(child.type) for child in kind}
    if pa.types.is_list(kind):
        return {"feature": _json_type(kind.value_type), "_type": "List"}
    if pa.types.is_large_list(kind):
        return {"feature": _json_type(kind.value_type), "_type": "LargeList"}
    return {"dtype": _dtype(kind), "_type": "Value"}


def _dtype(kind: pa.DataType) -> str:
    if pa.types.is_float64(kind):
        return "float64"
    if pa.types.is_float32(kind):
        return "float32"
    return str(kind)


def _is_media(field: pa.Field) -> bool:
    return field.name in _MEDIA and bool(field.type == MEDIA_STRUCT)
