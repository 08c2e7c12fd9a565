"""The hot path over HTTP: claim, submit with the next lease in the answer, renew, release, skip.

`…/work` hands out labelling, `…/adjudications`, `…/reviews` and `…/acceptances` the other stages, each under its own verb.
Submitting again with the same `client_id` gives the same receipt and the leases held, so no Idempotency-Key is needed.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

import msgspec
from litestar import Response, post
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Actor, Verb
from galley.annotate import service as queue
from galley.annotate.model import Lease, Stage
from galley.annotate.work import service
from galley.annotate.work.errors import WorkerKindError
from galley.annotate.work.model import ANY_POOL, Entry, Node, Outcome, Submission
from galley.server.body import check_depth, decoded
from galley.server.errors import FieldError
from galley.server.inject import FromPath, GivenActor, GivenPorts, JsonRequest
from galley.server.lanes import Lanes, lanes_of
from galley.server.ports import Ports
from galley.server.routes.media import media_routes
from galley.server.threads import in_thread
from galley.server.wire.work import (
    ClaimBody,
    ReleaseBody,
    Released,
    Renewed,
    SkipBody,
    Skipped,
    SubmitBody,
    WorkAnswer,
)

__all__ = ["CLAIM", "DESKS", "ROUTES", "SUBMIT", "answer_of", "entry_of", "labeler_here", "parsed"]

S = TypeVar("S", bound=msgspec.Struct)

DESKS: Final[tuple[tuple[str, Stage, Verb], ...]] = (
    ("work", "label", Verb.WORK),
    ("adjudications", "adjudicate", Verb.ADJUDICATE),
    ("reviews", "review", Verb.REVIEW),
    ("acceptances", "accept", Verb.ACCEPT),
)
"""Name in the path, stage, verb."""
_PROJECT: Final = "/api/v1/orgs/{org:int}/projects/{project:int}"
_RETRY_SECONDS: Final = 2
_ENCODER: Final = msgspec.json.Encoder()
CLAIM: Final = msgspec.json.Decoder(ClaimBody)
SUBMIT: Final = msgspec.json.Decoder(SubmitBody)
_RELEASE: Final = msgspec.json.Decoder(ReleaseBody)
_SKIP: Final = msgspec.json.Decoder(SkipBody)


def parsed(body: bytes, decoder: "msgspec.json.Decoder[S]") -> S:
    """A body as a struct; raises FieldError naming the field, JsonError, JsonDepthError."""
    check_depth(body)
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as problem:
        reason, _, place = str(problem).partition(" - at `$")
        raise FieldError(field=place.strip(".`") or "body", reason=reason) from problem
    except (msgspec.DecodeError, UnicodeDecodeError):
        decoded(body)  # raises, and says where
        raise


async def _body(request: JsonRequest, decoder: "msgspec.json.Decoder[S]") -> S:
    request.expect("application/json")
    return parsed(await request.body(), decoder)


async def labeler_here(lanes: Lanes, actor: Actor) -> int:
    """The labeler that the caller is; raises WorkerKindError when the caller is no person."""
    if actor.person is None:
        raise WorkerKindError
    known = lanes.known_labeler(actor.organisation, actor.person)
    return await in_thread(lanes.find_labeler, actor.organisation, actor.person) if known is None else known


def entry_of(labeler: int, sent: SubmitBody) -> Entry:
    """A submission as the hot path takes it."""
    activity = None if sent.activity is None else _ENCODER.encode(sent.activity).decode()
    answer = Submission(
        slot=sent.slot,
        token=sent.token,
        body=sent.labels,
        client_id=sent.client_id,
        activity=activity,
        guideline_version=sent.guideline_version,
    )
    return Entry(labeler=labeler, answer=answer, count=sent.next)


def answer_of(outcome: Outcome) -> bytes:
    """The bytes of an answer; content goes through as it is stored."""
    return _ENCODER.encode(
        WorkAnswer(
            receipt=outcome.receipt,
            leases=outcome.leases,
            label_schema=outcome.schema,
            guideline=outcome.guideline,
            refused=outcome.refused,
            retry_seconds=_RETRY_SECONDS if outcome.short else None,
        )
    )


def _json(body: bytes) -> Response[bytes]:
    return Response(body, media_type="application/json")


async def _asked(ports: Ports, actor: Actor, node: Node, sent: ClaimBody | SubmitBody) -> Response[bytes]:
    lanes = lanes_of(ports)
    labeler = await labeler_here(lanes, actor)
    entry = entry_of(labeler, sent) if isinstance(sent, SubmitBody) else Entry(labeler=labeler, count=sent.count)
    return _json(answer_of(await lanes.ask(node, entry)))


def _lease(sent: ReleaseBody | SkipBody, stage: Stage) -> Lease:
    """The lease as the queue knows it: by slot and token."""
    lease: dict[str, Any] = {"item": "", "slot_no": 0, "target": None, "pool": "", "attempt": 1, "until": None}
    return Lease(slot=sent.slot, token=sent.token, stage=stage, **lease)


def _desk(name: str, stage: Stage, verb: Verb) -> Sequence[HTTPRouteHandler]:
    """The routes of one stage."""

    def opt(body: type[msgspec.Struct] | None, answered: type[msgspec.Struct]) -> dict[str, Any]:
        told = {"verb": verb, "answer": answered, "idempotent": False}
        return told if body is None else {**told, "body": body}

    @post(
        f"{_PROJECT}/{name}/claim", opt=opt(ClaimBody, WorkAnswer), name=f"{name}_claim", status_code=200, tags=["work"]
    )
    async def claim(
        org: FromPath[int], project: FromPath[int], request: JsonRequest, ports: GivenPorts, actor: GivenActor
    ) -> Response[bytes]:
        """Lease items to the caller: first those held, then new ones, with their content."""
        sent = await _body(request, CLAIM)
        return await _asked(ports, actor, Node(org, project, stage, sent.pool), sent)

    @post(f"{_PROJECT}/{name}/renew", opt=opt(None, Renewed), name=f"{name}_renew", status_code=200, tags=["work"])
    async def renew(org: FromPath[int], project: FromPath[int], ports: GivenPorts, actor: GivenActor) -> Renewed:
        """Heartbeat: renew every lease the caller holds in the project."""
        lanes = lanes_of(ports)
        desk = lanes.desk(Node(org, project, stage, ANY_POOL))
        slots = await in_thread(service.renew, desk, await labeler_here(lanes, actor))
        return Renewed(slots=sorted(slots), seconds=desk.demands().seconds)

    @post(
        f"{_PROJECT}/{name}/release",
        opt=opt(ReleaseBody, Released),
        name=f"{name}_release",
        status_code=200,
        tags=["work"],
    )
    async def release(
        org: FromPath[int], project: FromPath[int], request: JsonRequest, ports: GivenPorts, actor: GivenActor
    ) -> Released:
        """Give a lease back unanswered, for anybody."""
        sent = await _body(request, _RELEASE)
        labeler = await labeler_here(lanes_of(ports), actor)
        return Released(released=await in_thread(queue.release, ports.database.of(org), labeler, _lease(sent, stage)))

    @post(f"{_PROJECT}/{name}/skip", opt=opt(SkipBody, Skipped), name=f"{name}_skip", status_code=200, tags=["work"])
    async def skip(
        org: FromPath[int], project: FromPath[int], request: JsonRequest, ports: GivenPorts, actor: GivenActor
    ) -> Skipped:
        """Pass an item on to somebody else, and say why."""
        sent = await _body(request, _SKIP)
        labeler = await labeler_here(lanes_of(ports), actor)
        lease = _lease(sent, stage)
        database = ports.database.of(org)
        return Skipped(replacement=await in_thread(queue.skip, database, ports.clock, labeler, lease, sent.reason))

    found: list[HTTPRouteHandler] = [claim, renew, release, skip, *media_routes(name, stage, verb)]
    if stage in ("label", "adjudicate"):

        @post(
            f"{_PROJECT}/{name}/submit",
            opt={**opt(SubmitBody, WorkAnswer), "holds_answer": True},
            name=f"{name}_submit",
            status_code=200,
            tags=["work"],
        )
        async def submit(
            org: FromPath[int], project: FromPath[int], request: JsonRequest, ports: GivenPorts, actor: GivenActor
        ) -> Response[bytes]:
            """Store an answer durably, and lease the next items in the same round trip."""
            sent = await _body(request, SUBMIT)
            return await _asked(ports, actor, Node(org, project, stage, sent.pool), sent)

        found.append(submit)
    return found


ROUTES: Final[list[HTTPRouteHandler]] = [route for name, stage, verb in DESKS for route in _desk(name, stage, verb)]
