"""What leads and workers send to and get from quality control."""

from typing import Annotated, Any

import msgspec

__all__ = ["AppealBody", "RulesBody", "SkillBody"]


class RulesBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The rules of a project, all of them; they become its next version."""

    rules: Annotated[list[Any], msgspec.Meta(max_length=100)]  # checked one by one, so that a mistake is named


class AppealBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why an action is wrong."""

    words: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class SkillBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How good somebody is."""

    level: Annotated[float, msgspec.Meta(ge=0, le=1)]
