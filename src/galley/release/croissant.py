"""The Croissant description (MLCommons, version 1.0 with RAI) of a release: what dataset search engines read."""

import json
from typing import Any, Final

import pyarrow as pa

from galley.release.media import MEDIA_STRUCT
from galley.release.model import FileEntry, ReleaseContext
from galley.release.parts import Plan

__all__ = ["croissant"]

_CONTEXT: Final[dict[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}

_MEDIA: Final[dict[str, str]] = {"image": "sc:ImageObject", "audio": "sc:AudioObject", "video": "sc:VideoObject"}


def croissant(context: ReleaseContext, plan: Plan, parts: list[FileEntry], *, simulated: int) -> bytes:
    """croissant.json over the Parquet parts: one file object a part, one record set over all of them.

    Nested label columns are left to their JSON twin in the column `labels`: Croissant has no lists of structs of lists.
    """
    described: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": context.name.replace("/", "--"),
        "alternateName": [context.name, *([context.title_zh] if context.title_zh else [])],
        "description": context.description or context.title,
        "license": context.license,
        "url": context.url or f"urn:galley:dataset:{context.name}@{context.version}",
        "version": context.version,
        "datePublished": context.created,
        "inLanguage": list(context.languages),
        "keywords": list(context.tags),
        "citeAs": context.citation or f"{context.title} ({context.name}@{context.version})",
        "distribution": _distribution(parts),
        "recordSet": [_record_set(plan, parts)],
        "rai:dataCollection": "; ".join(
            f"{source.name}: {source.basis}, {source.license} {source.uri}".strip() for source in context.sources
        ),
    }
    if simulated:
        described["rai:dataAnnotationProtocol"] = f"{simulated} labels are simulated (labeler_kind: simulated)"
    described = {name: value for name, value in described.items() if value not in ([], "")}
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def _distribution(parts: list[FileEntry]) -> list[dict[str, Any]]:
    files = [
        {
            "@type": "cr:FileObject",
            "@id": entry.path,
            "name": entry.path,
            "contentUrl": entry.path,
            "contentSize": f"{entry.bytes} B",
            "encodingFormat": "application/x-parquet",
            "sha256": entry.sha256,
        }
        for entry in parts
    ]
    if len(files) < 2:
        return files
    parquet = {
        "@type": "cr:FileSet",
        "@id": "parts",
        "name": "parts",
        "encodingFormat": "application/x-parquet",
        "includes": "data/*.parquet",
    }
    return [*files, parquet]


def _record_set(plan: Plan, parts: list[FileEntry]) -> dict[str, Any]:
    one = len(parts) == 1
    source = {"fileObject": {"@id": parts[0].path}} if one else {"fileSet": {"@id": "parts"}}
    fields = [_field(field, source) for field in plan.schema if _croissant_type(field) is not None] if parts else []
    return {"@type": "cr:RecordSet", "@id": "records", "name": "records", "key": {"@id": "records/id"}, "field": fields}


def _field(field: pa.Field, source: dict[str, Any]) -> dict[str, Any]:
    taken: dict[str, Any] = {**source, "extract": {"column": field.name}}
    if field.type == MEDIA_STRUCT:
        taken["transform"] = {"jsonPath": "bytes"}
    described = {
        "@type": "cr:Field",
        "@id": f"records/{field.name}",
        "name": field.name,
        "dataType": _croissant_type(field),
        "source": taken,
    }
    if pa.types.is_list(field.type):
        described["repeated"] = True
    return described


def _croissant_type(field: pa.Field) -> str | None:
    kind = field.type.value_type if pa.types.is_list(field.type) else field.type
    if field.type == MEDIA_STRUCT:
        return _MEDIA.get(field.name)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "sc:Text"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    if pa.types.is_floating(kind):
        return "sc:Float"
    return "sc:Boolean" if pa.types.is_boolean(kind) else None
