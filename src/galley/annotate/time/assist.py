"""What events say besides time: what people made of prelabels, and what reviewers decided; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC
from typing import Any, Final

import msgspec

from galley.annotate.time.model import Assisted, WorkEvent

__all__ = ["assistance_of", "read_assisted", "verdicts_of"]

_ANSWERS: Final = ("submitted",)
_VERDICTS: Final = ("accept", "fix", "return")
_REASON_MAX: Final = 100
_COUNTS: Final = ("shown", "kept", "edited", "rejected", "added")


def read_assisted(activity: Any) -> Assisted | None:
    """What a report says of prelabels; None when it says nothing, or what cannot be. Time is read by its own rule: a
    mistake here costs nobody their hours."""
    said = activity.get("assisted") if isinstance(activity, dict) else None
    try:
        found = msgspec.convert(said, Assisted)
    except msgspec.ValidationError:
        return None
    adds_up = found.kept + found.edited + found.rejected == found.shown
    return found if adds_up and found.shown else None


def assistance_of(events: Iterable[WorkEvent]) -> list[dict[str, int]]:
    """What the answers of some events add to the totals of prelabels, a row a project and labeler; first answers only."""
    found: dict[tuple[int, int, int], Counter[str]] = defaultdict(Counter)
    for event in events:
        if event.event not in _ANSWERS or event.worker is None or event.worker_kind != "person":
            continue
        said = read_assisted(event.activity)
        if said is not None:
            key = (event.organisation, event.project, event.worker)
            found[key].update({"answers": 1} | {name: getattr(said, name) for name in _COUNTS})
    return [
        {"organisation": organisation, "project": project, "labeler": labeler, "answers": counts["answers"]}
        | {name: counts[name] for name in _COUNTS}
        for (organisation, project, labeler), counts in sorted(found.items())
    ]


def verdicts_of(events: Iterable[WorkEvent]) -> list[dict[str, Any]]:
    """How many reviews of some events came to which verdict for which reason, by day (UTC)."""
    found: Counter[tuple[int, int, str, str, str]] = Counter()
    for event in events:
        body = event.body if event.event == "reviewed" and isinstance(event.body, dict) else {}
        if body.get("verdict") in _VERDICTS:
            reason = str(body.get("reason") or "")[:_REASON_MAX]
            day = event.at.astimezone(UTC).date().isoformat()
            found[(event.organisation, event.project, day, str(body["verdict"]), reason)] += 1
    names = ("organisation", "project", "day", "verdict", "reason")
    return [{**dict(zip(names, key, strict=True)), "reviews": count} for key, count in sorted(found.items())]
