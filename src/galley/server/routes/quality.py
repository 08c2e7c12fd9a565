"""Quality control over HTTP: rules, what was done about whom and why, appeals, skills, a lead's own decisions."""

from typing import Annotated, Final, Literal

from litestar import get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter, QueryParameter

from galley.access.model import Actor, Verb
from galley.annotate.quality import service
from galley.annotate.quality.model import ActionRow, Appeal, Override, Person, RuleSet, Ruling, Skill
from galley.annotate.work.errors import WorkerKindError
from galley.annotate.work.service import labeler_of
from galley.server.inject import FromPath, FromQuery, GivenActor, GivenPorts, JSONBody
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.ports import Ports
from galley.server.wire.quality import AppealBody, RulesBody, SkillBody

__all__ = ["ROUTES"]

_ORG: Final = "/api/v1/orgs/{org:int}"
_QUALITY: Final = f"{_ORG}/projects/{{project:int}}/quality"
_MANAGE: Final = {"verb": Verb.QUALITY_MANAGE}
_PEOPLE: Final = {"verb": Verb.PEOPLE_READ}
_MINE: Final = {"verb": Verb.WORK}

Which = Annotated[
    Literal["open", "upheld", "overturned"] | None, QueryParameter(name="state", description="Only appeals that are …")
]
SkillName = Annotated[str, PathParameter(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]


def _labeler(ports: Ports, org: int, actor: Actor) -> int:
    if actor.person is None:
        raise WorkerKindError
    return labeler_of(ports.database.of(org), ports.clock, actor.person)


def _person(ports: Ports, org: int, actor: Actor) -> Person:
    """Who acts; a service token without a person is nobody's labeler."""
    labeler = None if actor.person is None else _labeler(ports, org, actor)
    return Person(name=actor.name, labeler=labeler)


# --- rules -------------------------------------------------------------------------------------------------------


@get(f"{_QUALITY}/rules", opt=_MANAGE, sync_to_thread=True, tags=["quality"])
def read_rules(org: FromPath[int], project: FromPath[int], ports: GivenPorts) -> RuleSet:
    """The rules in force; version 0 are the defaults."""
    return service.current_rules(ports.database.of(org), project)


@put(f"{_QUALITY}/rules", opt=_MANAGE, sync_to_thread=True, tags=["quality"])
def save_rules(
    org: FromPath[int], project: FromPath[int], data: JSONBody[RulesBody], ports: GivenPorts, actor: GivenActor
) -> RuleSet:
    """Check rules and make them the project's next version."""
    by = _person(ports, org, actor)
    return service.save_rules(ports.database.of(org), ports.clock, project, data.rules, by)


@get(f"{_QUALITY}/rules/versions", opt=_MANAGE, sync_to_thread=True, tags=["quality"])
def list_rules(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[RuleSet]:
    """Every version that was saved, newest first."""
    (last,) = place(after, int) or (None,)
    found = service.rules_versions(ports.database.of(org), project, before=last, limit=limit + 1)
    return page(found, limit, key=lambda one: (one.version,))


# --- actions -----------------------------------------------------------------------------------------------------


@get(f"{_QUALITY}/actions", opt=_PEOPLE, sync_to_thread=True, tags=["quality"])
def list_actions(
    org: FromPath[int],
    project: FromPath[int],
    ports: GivenPorts,
    limit: Limit = LIMIT,
    after: After = None,
    notices: FromQuery[bool] = False,
) -> Page[ActionRow]:
    """What was done about people, newest first; with `notices` only what leads and workers were told."""
    (last,) = place(after, int) or (None,)
    found = service.actions(ports.database.of(org), project, notices=notices, before=last, limit=limit + 1)
    return page(found, limit, key=lambda one: (one.id,))


@get(f"{_QUALITY}/mine", opt=_MINE, sync_to_thread=True, tags=["quality"])
def list_mine(
    org: FromPath[int],
    project: FromPath[int],
    ports: GivenPorts,
    actor: GivenActor,
    limit: Limit = LIMIT,
    after: After = None,
) -> Page[ActionRow]:
    """What was done about the caller, and why."""
    (last,) = place(after, int) or (None,)
    labeler = _labeler(ports, org, actor)
    found = service.actions(ports.database.of(org), project, labeler=labeler, before=last, limit=limit + 1)
    return page(found, limit, key=lambda one: (one.id,))


@post(f"{_QUALITY}/people/{{labeler:int}}/standing", opt=_MANAGE, sync_to_thread=True, tags=["quality"])
def override_standing(
    org: FromPath[int],
    project: FromPath[int],
    labeler: FromPath[int],
    data: JSONBody[Override],
    ports: GivenPorts,
    actor: GivenActor,
) -> ActionRow:
    """Pause, block, review or reopen somebody, with a reason they can read and appeal."""
    database = ports.database.of(org)
    service.override(database, ports.clock, project, labeler, data, _person(ports, org, actor))
    return service.actions(database, project, labeler=labeler, limit=1)[0]


# --- appeals -----------------------------------------------------------------------------------------------------


@post(f"{_QUALITY}/actions/{{action:int}}/appeal", opt=_MINE, sync_to_thread=True, tags=["quality"])
def appeal_action(
    org: FromPath[int],
    project: FromPath[int],
    action: FromPath[int],
    data: JSONBody[AppealBody],
    ports: GivenPorts,
    actor: GivenActor,
) -> Appeal:
    """Object to something that was done about the caller."""
    labeler = _labeler(ports, org, actor)
    return service.appeal(ports.database.of(org), ports.clock, project, action, labeler, data.words)


@get(f"{_QUALITY}/appeals", opt=_MANAGE, sync_to_thread=True, tags=["quality"])
def list_appeals(
    org: FromPath[int],
    project: FromPath[int],
    ports: GivenPorts,
    limit: Limit = LIMIT,
    after: After = None,
    which: Which = None,
) -> Page[Appeal]:
    """The project's appeals, newest first."""
    (last,) = place(after, int) or (None,)
    found = service.appeals(ports.database.of(org), project, state=which, before=last, limit=limit + 1)
    return page(found, limit, key=lambda one: (one.id,))


@post(f"{_QUALITY}/appeals/{{appeal:int}}/ruling", opt=_MANAGE, status_code=200, sync_to_thread=True, tags=["quality"])
def decide_appeal(
    org: FromPath[int],
    project: FromPath[int],
    appeal: FromPath[int],
    data: JSONBody[Ruling],
    ports: GivenPorts,
    actor: GivenActor,
) -> Appeal:
    """Uphold or overturn; overturned undoes what was done. Neither the person concerned nor the maker decides."""
    by = _person(ports, org, actor)
    return service.decide(ports.database.of(org), ports.clock, project, appeal, data, by)


# --- skills ------------------------------------------------------------------------------------------------------


@get(f"{_ORG}/skills", opt=_PEOPLE, sync_to_thread=True, tags=["quality"])
def list_skills(
    org: FromPath[int],
    ports: GivenPorts,
    limit: Limit = LIMIT,
    after: After = None,
    labeler: FromQuery[int | None] = None,
) -> Page[Skill]:
    """The skills of the organisation's people, or of one of them."""
    last = place(after, int, str) or (0, "")
    found = service.skills(ports.database.of(org), labeler=labeler, after=(last[0], last[1]), limit=limit + 1)
    return page(found, limit, key=lambda one: (one.labeler, one.name))


@put(f"{_ORG}/skills/{{labeler:int}}/{{name:str}}", opt=_MANAGE, sync_to_thread=True, tags=["quality"])
def set_skill(
    org: FromPath[int], labeler: FromPath[int], name: SkillName, data: JSONBody[SkillBody], ports: GivenPorts
) -> Skill:
    """Set somebody's skill, for example after a training; a pause that waits for it ends."""
    database = ports.database.of(org)
    service.set_skill(database, ports.clock, labeler, name, data.level)
    return next(one for one in service.skills(database, labeler=labeler) if one.name == name)


ROUTES: Final[list[HTTPRouteHandler]] = [
    read_rules,
    save_rules,
    list_rules,
    list_actions,
    list_mine,
    override_standing,
    appeal_action,
    list_appeals,
    decide_appeal,
    list_skills,
    set_skill,
]
