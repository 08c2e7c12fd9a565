"""Verifiers over HTTP: the answer one is working on, checked at once by what its project says."""

import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from litestar import post
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Verb
from galley.annotate.model import Stage
from galley.annotate.verifiers.command import Installed, read_installed
from galley.annotate.verifiers.errors import ChecksBusyError
from galley.annotate.verifiers.service import check_answer
from galley.annotate.work.errors import WorkerKindError
from galley.annotate.work.model import ANY_POOL, Node
from galley.annotate.work.service import labeler_of
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.lanes import lanes_of
from galley.server.language import language_asked
from galley.server.ports import Ports
from galley.server.wire.verifiers import CheckBody, FindingView

__all__ = ["CHECKS_A_MINUTE", "ROUTES", "Gate"]

CHECKS_A_MINUTE: Final = 30
"""So many a person: feedback while one works, too few to guess a hidden answer by trying."""

_AT_ONCE: Final = 2
_WAIT_SECONDS: Final = 2.0
_PEOPLE_MAX: Final = 10_000
_MINUTE: Final = timedelta(minutes=1)


class Gate:
    """How many checks one process runs: a few at once, and so many a minute for each person."""

    def __init__(self, installed: dict[str, Installed]) -> None:
        self.installed = installed
        self._rooms = threading.BoundedSemaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._times: OrderedDict[tuple[int, int], deque[datetime]] = OrderedDict()

    @contextmanager
    def passed(self, who: tuple[int, int], now: datetime) -> Iterator[None]:
        """Run one check; raises ChecksBusyError when somebody had theirs for this minute, or all rooms are taken."""
        self._count(who, now)
        if not self._rooms.acquire(timeout=_WAIT_SECONDS):
            raise ChecksBusyError(retry_seconds=2)
        try:
            yield
        finally:
            self._rooms.release()

    def _count(self, who: tuple[int, int], now: datetime) -> None:
        with self._lock:
            times = self._times.setdefault(who, deque())
            self._times.move_to_end(who)
            while times and not now - _MINUTE < times[0] <= now:
                times.popleft()
            if len(times) >= CHECKS_A_MINUTE:
                raise ChecksBusyError(retry_seconds=max(1, round((times[0] + _MINUTE - now).total_seconds())))
            times.append(now)
            while len(self._times) > _PEOPLE_MAX:
                self._times.popitem(last=False)


_gates: "weakref.WeakKeyDictionary[object, Gate]" = weakref.WeakKeyDictionary()
_gates_lock: Final = threading.Lock()


def _gate(ports: Ports) -> Gate:
    with _gates_lock:
        found = _gates.get(ports.process)
        if found is None:
            found = _gates[ports.process] = Gate(read_installed(ports.settings.verifiers))
        return found


def _check(name: str, stage: Stage, verb: Verb) -> HTTPRouteHandler:
    @post(
        f"/api/v1/orgs/{{org:int}}/projects/{{project:int}}/{name}/slots/{{slot:int}}/check",
        opt={"verb": verb, "idempotent": False},
        name=f"{name}_check",
        status_code=200,
        sync_to_thread=True,
        tags=["work"],
    )
    def check(  # noqa: PLR0913 - what every handler is given, and a body
        *,
        org: FromPath[int],
        project: FromPath[int],
        slot: FromPath[int],
        data: JSONBody[CheckBody],
        request: JsonRequest,
        ports: GivenPorts,
        actor: GivenActor,
    ) -> list[FindingView]:
        """What the project's verifiers say of an answer to an item one holds; nothing is stored. 30 a minute."""
        if actor.person is None:
            raise WorkerKindError
        gate = _gate(ports)
        labeler = labeler_of(ports.database.of(org), ports.clock, actor.person)
        desk = lanes_of(ports).desk(Node(org, project, stage, ANY_POOL))
        with gate.passed((org, labeler), ports.clock.now()):
            found = check_answer(desk, labeler, slot, data.labels, gate.installed)
        language = language_asked(request.headers.get("accept-language", ""))
        return [FindingView.of(one, language) for one in found]

    return check


_DESKS: Final[Sequence[tuple[str, Stage, Verb]]] = (
    ("work", "label", Verb.WORK),
    ("adjudications", "adjudicate", Verb.ADJUDICATE),
)
ROUTES: Final[list[HTTPRouteHandler]] = [_check(*desk) for desk in _DESKS]
