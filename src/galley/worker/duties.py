"""The list of duties; each is one function of the package it belongs to."""

import os
from collections.abc import Callable
from typing import Final

from galley.access import people
from galley.annotate import service as queue
from galley.annotate.backend import service as backend
from galley.annotate.backend.agents import answer_nodes
from galley.annotate.backend.model import Reach
from galley.annotate.content.uploads import expire_uploads
from galley.annotate.counters.explorer import index_items
from galley.annotate.drafts.service import prune
from galley.annotate.flow.advance import advance
from galley.annotate.hooks import service as hooks
from galley.annotate.hooks.outgoing import posting
from galley.annotate.media import service as media
from galley.annotate.media.maker import Maker
from galley.annotate.notices import service as notices
from galley.annotate.quality.duty import evaluate_due
from galley.annotate.time.service import account
from galley.annotate.work.service import forget_preferences
from galley.collect.sniff import sniff
from galley.worker.agreement import agree
from galley.worker.duty import Duty, Floor
from galley.worker.sealing import seal_audit, workspace_ledger

__all__ = ["DUTIES"]

_MAKER: Final = Maker()
_EVENTS_A_TURN: Final = 500
"""Small turns with rests between them: a long one would be felt by whoever submits meanwhile."""


def _expire(floor: Floor) -> int:
    """Make the slots of run-out leases ready again, and returned work nobody came back for anybody's."""
    return queue.expire(floor.house, floor.clock) + forget_preferences(floor.house, floor.clock)


def _advance(floor: Floor) -> int:
    """Move items along their project's graph: reviews, third opinions, consensus, rework."""
    return advance(floor.house, floor.workspace.blobs, floor.clock)


def _account(floor: Floor) -> int:
    """Account for work, once."""
    return account(floor.house, _EVENTS_A_TURN)


def _index(floor: Floor) -> int:
    """Bring the index of items up to date."""
    return index_items(floor.house, _EVENTS_A_TURN)


def _judge(floor: Floor) -> int:
    """Look at people's work by the rules of their projects."""
    return evaluate_due(floor.house, floor.workspace.blobs, floor.clock)


def _fan_out(floor: Floor) -> int:
    """Make deliveries of events for webhooks."""
    return hooks.fan_out(floor.house, floor.clock)


def _notify(floor: Floor) -> int:
    """Tell people of what concerns them."""
    return notices.fold(floor.house, floor.clock)


def _agree(floor: Floor) -> int:
    """See how far people agree, day by day."""
    return agree(floor.house, floor.workspace.blobs, floor.clock)


def _deliver(floor: Floor) -> int:
    """Tell webhooks what is due."""
    return hooks.deliver(floor.house, floor.clock, posting(reach()))


def _tell_models(floor: Floor) -> int:
    """Tell model servers that asked for it of answers, so that they learn."""
    return backend.tell_answers(floor.house, _offices(floor))


def _answer_nodes(floor: Floor) -> int:
    """Have model servers answer for the agent nodes of projects."""
    return answer_nodes(floor.house, floor.clock, _offices(floor))


def _offices(floor: Floor) -> Callable[[int], backend.Office]:
    """What talking to an organisation's model servers takes."""

    def office(organisation: int) -> backend.Office:
        database = floor.workspace.database.of(organisation)
        return backend.open_office(database, floor.house, floor.workspace.blobs, floor.clock, reach=reach())

    return office


def _make_media(floor: Floor) -> int:
    """Make thumbnails, tiles, peaks and spectrograms of what was brought in."""
    desk = media.Desk(
        database=floor.house, clock=floor.clock, shelf=floor.workspace.shelf, sniff=media_type, maker=_MAKER
    )
    return media.make_waiting(desk)


def media_type(head: bytes) -> str:
    """What the first bytes of a file prove it to be, or ""."""
    found = sniff(head)
    return "" if found is None else found.media_type


def _seal(floor: Floor) -> int:
    """Seal the audit and state it in the log."""
    return seal_audit(floor.house, workspace_ledger(floor.workspace, floor.clock), floor.clock)


def _tidy(floor: Floor) -> int:
    """Forget what has been kept long enough."""
    done = people.sweep(floor.house, floor.clock) + hooks.forget(floor.house, floor.clock)
    done += prune(floor.house, floor.clock) + notices.forget(floor.house, floor.clock)
    return done + expire_uploads(floor.house, floor.clock, floor.workspace.shelf)


def reach() -> Reach:
    """Where model servers and webhooks may be although it is inside a network, as the operator says."""
    named = os.environ.get("GALLEY_BACKEND_HOSTS", "")
    return Reach(private=tuple(part.strip() for part in named.split(",") if part.strip()))


DUTIES: Final = (
    Duty(name="expire", number=1, every_seconds=5.0, run=_expire),
    Duty(name="advance", number=2, every_seconds=0.5, run=_advance, rest=0.5),
    Duty(name="account", number=3, every_seconds=1.0, run=_account, rest=2.0),
    Duty(name="judge", number=4, every_seconds=5.0, run=_judge, rest=4.0),
    Duty(name="fan_out", number=5, every_seconds=1.0, run=_fan_out),
    Duty(name="deliver", number=6, every_seconds=1.0, run=_deliver),
    Duty(name="seal", number=7, every_seconds=30.0, run=_seal),
    Duty(name="index", number=9, every_seconds=1.0, run=_index, rest=8.0),
    Duty(name="tidy", number=8, every_seconds=600.0, run=_tidy),
    Duty(name="answer_nodes", number=81, every_seconds=2.0, run=_answer_nodes),
    Duty(name="tell_models", number=80, every_seconds=2.0, run=_tell_models),
    Duty(name="agree", number=161, every_seconds=60.0, run=_agree, rest=8.0),
    Duty(name="notify", number=160, every_seconds=2.0, run=_notify, rest=2.0),
    Duty(name="make_media", number=130, every_seconds=1.0, run=_make_media),
)
