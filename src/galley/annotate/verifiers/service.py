"""The use case of verifiers: an answer somebody is working on, checked by all of its project's verifiers."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from galley.annotate.verifiers.command import Installed, run_command
from galley.annotate.verifiers.errors import CheckBodyError
from galley.annotate.verifiers.exact import check_exact
from galley.annotate.verifiers.model import Case, Exact, Finding, Verifier
from galley.annotate.work import repo
from galley.annotate.work.errors import NotHeldError
from galley.annotate.work.service import Desk

__all__ = ["LABELS_BYTES_MAX", "check_answer", "verifiers_of"]

LABELS_BYTES_MAX: Final = 1 << 20


def verifiers_of(settings: Mapping[str, Any]) -> tuple[Verifier, ...]:
    """A project's verifiers, from its settings as they are stored."""
    return msgspec.convert(settings.get("verifiers") or (), tuple[Verifier, ...])


def check_answer(desk: Desk, labeler: int, slot: int, labels: Any, installed: Mapping[str, Installed]) -> list[Finding]:
    """What the project's verifiers say of labels for a slot the labeler holds; nothing is stored.

    Raises NotHeldError, ProjectMissingError, CheckBodyError.
    """
    if not isinstance(labels, dict) or len(msgspec.json.encode(labels)) > LABELS_BYTES_MAX:
        raise CheckBodyError(reason=f"{{control: value}}, ≤ {LABELS_BYTES_MAX:,} bytes")
    desk.demands()
    with desk.database.connection() as connection:
        mine = repo.of_project(connection, desk.node.project, [slot])
        rows = repo.handouts(connection, labeler, [slot]) if mine else []
    if not rows or desk.facts is None:
        raise NotHeldError(slot=slot)
    content = msgspec.json.decode(rows[0][9] or "null")
    case = Case(labels=labels, record=content if isinstance(content, dict) else {})
    return [
        check_exact(one, case) if isinstance(one, Exact) else run_command(one, installed.get(one.command), case)
        for one in verifiers_of(desk.facts.settings)
    ]
