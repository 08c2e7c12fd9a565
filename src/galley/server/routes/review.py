"""Reviews, comments and late work over HTTP. Reviews are claimed like any work, at `…/reviews/claim`."""

from collections.abc import Sequence
from typing import Any, Final

from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Actor, Verb
from galley.access.people import names_of
from galley.annotate import review
from galley.annotate.discuss import beside, verdicts
from galley.annotate.discuss import service as discuss
from galley.annotate.discuss.beside import Candidate
from galley.annotate.discuss.model import Comment, NewComment
from galley.annotate.discuss.service import Returned
from galley.annotate.flow import service as flow
from galley.annotate.model import Review, Stage
from galley.annotate.review import Decision
from galley.annotate.work.errors import WorkerKindError
from galley.annotate.work.service import labeler_of
from galley.kernel.errors import GalleyError
from galley.server.errors import FieldError
from galley.server.inject import FromPath, FromQuery, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.language import language_asked
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.ports import Ports
from galley.server.problems import status_of
from galley.server.routes.work import DESKS
from galley.server.sight import sees_people
from galley.server.wire.review import (
    CommentBody,
    LateView,
    ResolveBody,
    SettleBody,
    Settled,
    VerdictAnswer,
    VerdictBody,
    Verdicts,
)

__all__ = ["ROUTES"]

_ONE: Final = "/api/v1/orgs/{org:int}/projects/{project:int}"


def _labeler(ports: Ports, org: int, actor: Actor) -> int:
    if actor.person is None:
        raise WorkerKindError
    return labeler_of(ports.database.of(org), ports.clock, actor.person)


def _named(ports: Ports, actor: Actor, request: JsonRequest, project: int, said: Sequence[Comment]) -> list[Comment]:
    """Comments by name for whoever may see people; others are told their own only, so that nobody judges by names."""
    database = ports.database.of(actor.organisation)
    people = discuss.people_of(database, said)
    wanted = set(people.values()) if sees_people(ports, actor, request, project) else {actor.person}
    names = names_of(database, sorted(person for person in people.values() if person in wanted))
    return discuss.named(said, {labeler: names[person] for labeler, person in people.items() if person in names})


def _own(ports: Ports, actor: Actor, labeler: int, said: Comment) -> Comment:
    """What somebody has said or resolved themselves."""
    person = actor.person or 0
    found = names_of(ports.database.of(actor.organisation), [person])
    return discuss.named([said], {labeler: found[person]} if person in found else {})[0]


def _comment(sent: CommentBody) -> NewComment:
    return NewComment(body=sent.body, kind=sent.kind, anchor=sent.anchor, client_id=sent.client_id)


def _decision(sent: VerdictBody, project: int, stage: Stage) -> Decision:
    said = Review(verdict=sent.verdict, body=sent.labels, base=sent.base, reason=sent.reason, note=sent.note)
    return Decision(
        slot=sent.slot,
        token=sent.token,
        review=said,
        client_id=sent.client_id,
        comments=tuple(_comment(one) for one in sent.comments),
        project=project,
        stage=stage,
    )


def _told(sent: VerdictBody, found: Any, language: Any) -> VerdictAnswer:
    if isinstance(found, GalleyError):
        return VerdictAnswer(slot=sent.slot, problem={**found.problem(language), "status": status_of(found)})
    return VerdictAnswer(slot=sent.slot, receipt=found)


def _desk(name: str, stage: Stage, verb: Verb) -> Sequence[HTTPRouteHandler]:
    """The routes of those who look at others' answers."""

    @post(
        f"{_ONE}/{name}/verdicts",
        opt={"verb": verb, "idempotent": False, "holds_answer": True},
        name=f"{name}_verdicts",
        status_code=200,
        sync_to_thread=True,
        tags=["review"],
    )
    def decide(
        org: FromPath[int],
        project: FromPath[int],
        data: JSONBody[Verdicts],
        request: JsonRequest,
        ports: GivenPorts,
        actor: GivenActor,
    ) -> list[VerdictAnswer]:
        """Accept, fix or return answers; each verdict is stored on its own, and sending it again is harmless."""
        labeler = _labeler(ports, org, actor)
        sent = [_decision(one, project, stage) for one in data.verdicts]
        found = verdicts.decide_many(ports.database.of(org), ports.blobs, ports.clock, project, labeler, sent)
        language = language_asked(request.headers.get("accept-language", ""))
        return [_told(one, what, language) for one, what in zip(data.verdicts, found, strict=True)]

    @post(
        f"{_ONE}/{name}/slots/{{slot:int}}/comments",
        opt={"verb": verb, "idempotent": False},
        name=f"{name}_comment",
        status_code=200,
        sync_to_thread=True,
        tags=["review"],
    )
    def comment(
        org: FromPath[int],
        project: FromPath[int],
        slot: FromPath[int],
        data: JSONBody[CommentBody],
        ports: GivenPorts,
        actor: GivenActor,
    ) -> Comment:
        """Say something about an answer, or about a region or span of it."""
        database, labeler = ports.database.of(org), _labeler(ports, org, actor)
        made = discuss.add(database, ports.clock, project, slot, labeler, _comment(data))
        return _own(ports, actor, labeler, made)

    @get(f"{_ONE}/{name}/comments", opt={"verb": verb}, name=f"{name}_comments", sync_to_thread=True, tags=["review"])
    def comments(
        org: FromPath[int],
        project: FromPath[int],
        item: FromQuery[str],
        request: JsonRequest,
        ports: GivenPorts,
        actor: GivenActor,
    ) -> Page[Comment]:
        """Everything said about an item; by name for whoever may see people."""
        if "\x00" in item:
            raise FieldError(field="item", reason="holds a NUL character")
        found = discuss.of_item(ports.database.of(org), project, item)
        return Page(items=_named(ports, actor, request, project, found))

    @get(
        f"{_ONE}/{name}/comments/all",
        opt={"verb": verb},
        name=f"{name}_comments_of_project",
        sync_to_thread=True,
        tags=["review"],
    )
    def said(  # noqa: PLR0913, PLR0917  # what every handler is given, and a page
        org: FromPath[int],
        project: FromPath[int],
        request: JsonRequest,
        ports: GivenPorts,
        actor: GivenActor,
        resolved: FromQuery[bool] = False,
        limit: Limit = LIMIT,
        after: After = None,
    ) -> Page[Comment]:
        """Comments of the project that nobody has dealt with yet, newest first; with `resolved`, all of them."""
        (last,) = place(after, int) or (None,)
        database = ports.database.of(org)
        sees = sees_people(ports, actor, request, project)
        found = discuss.page(database, project, before=last, limit=limit + 1, unresolved=not resolved, shown=sees)
        return page(_named(ports, actor, request, project, found), limit, key=lambda one: (one.id,))

    @post(
        f"{_ONE}/{name}/comments/{{comment:int}}/resolve",
        opt={"verb": verb},
        name=f"{name}_resolve",
        status_code=200,
        sync_to_thread=True,
        tags=["review"],
    )
    def resolve(
        org: FromPath[int],
        project: FromPath[int],
        comment: FromPath[int],
        data: JSONBody[ResolveBody],
        ports: GivenPorts,
        actor: GivenActor,
    ) -> Comment:
        """Mark a comment as dealt with, or open it again."""
        database, labeler = ports.database.of(org), _labeler(ports, org, actor)
        found = discuss.resolve(database, project, comment, labeler, resolved=data.resolved)
        return _own(ports, actor, labeler, found)

    return [decide, comment, comments, said, resolve]


def _beside(name: str, stage: Stage, verb: Verb) -> HTTPRouteHandler:
    """The route of what stands beside a lease of one stage."""

    @get(
        f"{_ONE}/{name}/slots/{{slot:int}}/candidates",
        opt={"verb": verb},
        name=f"{name}_candidates",
        sync_to_thread=True,
        tags=["review"],
    )
    def candidates(
        org: FromPath[int], project: FromPath[int], slot: FromPath[int], ports: GivenPorts, actor: GivenActor
    ) -> list[Candidate]:
        """What the answer can be compared with: others' answers, earlier ones, prelabels; for who holds the lease."""
        labeler = _labeler(ports, org, actor)
        return beside.candidates(ports.database.of(org), project, stage, slot, labeler)

    return candidates


# --- those whose work it is ------------------------------------------------------------------------------------------


@get(f"{_ONE}/work/slots/{{slot:int}}/returned", opt={"verb": Verb.WORK}, sync_to_thread=True, tags=["review"])
def why_returned(
    org: FromPath[int], project: FromPath[int], slot: FromPath[int], ports: GivenPorts, actor: GivenActor
) -> list[Returned]:
    """Why one's own work came back: the earlier attempts, newest first, with the reasons and what was said."""
    database = ports.database.of(org)
    discuss.own(database, project, slot, _labeler(ports, org, actor))
    return discuss.returned(database, project, slot)


@post(
    f"{_ONE}/work/slots/{{slot:int}}/comments",
    opt={"verb": Verb.WORK, "idempotent": False},
    name="work_comment",
    status_code=200,
    sync_to_thread=True,
    tags=["review"],
)
def answer_back(
    org: FromPath[int],
    project: FromPath[int],
    slot: FromPath[int],
    data: JSONBody[CommentBody],
    ports: GivenPorts,
    actor: GivenActor,
) -> Comment:
    """Say something about one's own work: a question, or an answer to a reviewer."""
    database, labeler = ports.database.of(org), _labeler(ports, org, actor)
    discuss.own(database, project, slot, labeler)
    made = discuss.add(database, ports.clock, project, slot, labeler, _comment(data))
    return _own(ports, actor, labeler, made)


# --- leads -----------------------------------------------------------------------------------------------------------


@get(f"{_ONE}/late", opt={"verb": Verb.PROJECT_MANAGE}, sync_to_thread=True, tags=["review"])
def list_late(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[LateView]:
    """Answers that came too late, or twice, and wait for a decision."""
    (last,) = place(after, int) or (0,)
    found = flow.late_answers(ports.database.of(org), project, after=last, limit=limit + 1)
    views = [LateView(**{name: getattr(one, name) for name in LateView.__struct_fields__}) for one in found]
    return page(views, limit, key=lambda one: (one.id,))


@post(
    f"{_ONE}/late/{{orphan:int}}/settle",
    opt={"verb": Verb.PROJECT_MANAGE},
    status_code=200,
    sync_to_thread=True,
    tags=["review"],
)
def settle_late(
    org: FromPath[int], project: FromPath[int], orphan: FromPath[int], data: JSONBody[SettleBody], ports: GivenPorts
) -> Settled:
    """Adopt a late answer as one more to its item, or dismiss it; it is kept either way."""
    database = ports.database.of(org)
    flow.check_late(database, project, orphan)
    review.settle_orphan(database, ports.clock, orphan, adopt=data.adopt)
    return Settled(id=orphan, settled="adopted" if data.adopt else "dismissed")


ROUTES: Final[list[HTTPRouteHandler]] = [
    *_desk("reviews", "review", Verb.REVIEW),
    *_desk("acceptances", "accept", Verb.ACCEPT),
    *(_beside(name, stage, verb) for name, stage, verb in DESKS if stage != "label"),
    why_returned,
    answer_back,
    list_late,
    settle_late,
]
