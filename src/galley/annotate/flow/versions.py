"""Versions of a project's schema and guideline: new ones never touch the answers given under old ones."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from galley.annotate.flow import repo
from galley.annotate.flow.content import content_of_data
from galley.annotate.flow.errors import ProjectMissingError, SettingsError, VersionMissingError
from galley.kernel.canonical import canonical_json
from galley.kernel.clock import Clock
from galley.kernel.ports import Blobs
from galley.labels.errors import LabelValueError
from galley.labels.label_studio_config import read_config
from galley.labels.schema import LabelSchema, labels_check, schema_dict
from galley.labels.schema_text import schema_from_yaml, schema_of_data
from galley.store.database import Database

__all__ = [
    "GuidelineVersion",
    "Impact",
    "Misfit",
    "NewSchema",
    "SchemaVersion",
    "guideline_text",
    "guideline_versions",
    "impact",
    "read_schema",
    "schema_at",
    "schema_version",
    "schema_versions",
    "set_guideline",
    "set_schema",
]

_ANSWERS_AT_ONCE: Final = 1000
_LISTED: Final = 100


class SchemaVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One label schema a project has or had."""

    version: int
    sha256: str
    config: str | None
    author: str
    created_at: datetime


class NewSchema(msgspec.Struct, frozen=True, kw_only=True):
    """A schema to make a project's next version."""

    schema: LabelSchema
    config: str = ""  # the Label Studio config it was read from
    author: str = ""


class GuidelineVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One guideline a project has or had."""

    version: int
    sha256: str
    author: str
    created_at: datetime


class Misfit(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is none under another schema."""

    item: str
    slot: int
    revision: int
    code: str
    text_en: str
    text_zh: str


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """What a change of schema would mean for the answers there are."""

    answers: int
    misfits: int
    first: tuple[Misfit, ...]


def read_schema(text: str, kind: str = "auto") -> tuple[LabelSchema, bool]:
    """The schema written as YAML or as a Label Studio config (XML), and whether it was XML; raises SchemaError."""
    if kind == "xml" or (kind == "auto" and text.lstrip("\ufeff \t\r\n").startswith("<")):
        return read_config(text).schema, True
    return schema_from_yaml(text), False


def schema_at(blobs: Blobs, sha256: str) -> LabelSchema:
    """A stored schema."""
    return schema_of_data(msgspec.json.decode(blobs.get(sha256)))


def schema_versions(database: Database, number: int) -> list[SchemaVersion]:
    """Every schema of a project, oldest first."""
    with database.connection() as connection:
        return [msgspec.convert(row, SchemaVersion) for row in repo.schema_versions(connection, number)]


def schema_version(database: Database, number: int, version: int) -> SchemaVersion:
    """One schema of a project; raises VersionMissingError."""
    for known in schema_versions(database, number):
        if known.version == version:
            return known
    raise VersionMissingError(what="schema", version=version)


def guideline_versions(database: Database, number: int) -> list[GuidelineVersion]:
    """Every guideline of a project, oldest first."""
    with database.connection() as connection:
        return [msgspec.convert(row, GuidelineVersion) for row in repo.guideline_versions(connection, number)]


def guideline_text(database: Database, blobs: Blobs, number: int, version: int) -> str:
    """One guideline as markdown; raises VersionMissingError."""
    for known in guideline_versions(database, number):
        if known.version == version:
            return blobs.get(known.sha256).decode()
    raise VersionMissingError(what="guideline", version=version)


def set_schema(database: Database, blobs: Blobs, clock: Clock, number: int, new: NewSchema) -> SchemaVersion:
    """Make a schema the project's next version; the same schema again is no new version.

    Answers keep the version they were given under, and a lease the one it was taken under (`leased_at`).
    """
    sha256 = blobs.put(canonical_json(schema_dict(new.schema)))
    config = blobs.put(new.config.encode()) if new.config else None
    with database.transaction() as connection:
        held = repo.lock_project(connection, number)
        if held is None:
            raise ProjectMissingError(project=number)
        if held["schema_sha256"] != sha256:
            facts = {"project": number, "sha256": sha256, "config": config, "author": new.author, "now": clock.now()}
            repo.set_schema(connection, facts)
        return msgspec.convert(repo.schema_versions(connection, number)[-1], SchemaVersion)


def set_guideline(
    database: Database, blobs: Blobs, clock: Clock, number: int, text: str, *, author: str = ""
) -> GuidelineVersion:
    """Make a text the project's next guideline; the same text again is no new version."""
    if "\x00" in text:
        raise SettingsError(reason="a guideline holds no NUL characters")
    sha256 = blobs.put(text.encode())
    with database.transaction() as connection:
        held = repo.lock_project(connection, number)
        if held is None:
            raise ProjectMissingError(project=number)
        if held["guideline"] != sha256:
            facts = {"project": number, "sha256": sha256, "author": author, "now": clock.now()}
            repo.set_guideline(connection, facts)
        return msgspec.convert(repo.guideline_versions(connection, number)[-1], GuidelineVersion)


def impact(database: Database, number: int, schema: LabelSchema, *, listed: int = _LISTED) -> Impact:
    """Which answers would be none under another schema; all are counted, the first ones are listed. Changes nothing."""
    answers = misfits = 0
    first: list[Misfit] = []
    for row in _answers(database, number):
        answers += 1
        try:
            labels_check(schema, row["body"], content_of_data(row["data"]))
        except LabelValueError as problem:
            misfits += 1
            if len(first) < listed:
                first.append(
                    Misfit(
                        item=row["item"],
                        slot=row["slot"],
                        revision=row["revision"],
                        code=problem.code,
                        text_en=problem.message("en"),
                        text_zh=problem.message("zh"),
                    )
                )
    return Impact(answers=answers, misfits=misfits, first=tuple(first))


def _answers(database: Database, number: int) -> Iterator[dict[str, Any]]:
    after = 0
    while True:
        with database.connection() as connection:
            page = repo.answers_page(connection, number, after, _ANSWERS_AT_ONCE)
        yield from page
        if len(page) < _ANSWERS_AT_ONCE:
            return
        after = int(page[-1]["slot"])
