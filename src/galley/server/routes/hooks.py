"""Webhooks: make, list, pause, remove; what was told to them and how that fared."""

from typing import Final, Literal

import msgspec
from litestar import delete, get, patch, post
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Verb
from galley.annotate.hooks import service
from galley.annotate.hooks.model import Delivery, Hook, MadeHook, NewHook
from galley.server.inject import FromPath, GivenPorts, JSONBody
from galley.server.paging import LIMIT, After, Limit, Page, page, place

__all__ = ["ROUTES"]

_ALL: Final = "/api/v1/orgs/{org:int}/hooks"
_ONE: Final = "/api/v1/orgs/{org:int}/hooks/{hook:int}"
_MANAGE: Final = {"verb": Verb.ORG_MANAGE}
_TAGS: Final = ["hooks"]


class HookState(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether a webhook is told."""

    state: Literal["active", "paused"]


@post(_ALL, opt={**_MANAGE, "idempotent": False}, sync_to_thread=True, tags=_TAGS)
def make_hook(org: FromPath[int], data: JSONBody[NewHook], ports: GivenPorts) -> MadeHook:
    """Make a webhook; its secret is in this answer and in no other."""
    return service.make(ports.database.of(org), ports.clock, data)


@get(_ALL, opt=_MANAGE, sync_to_thread=True, tags=_TAGS)
def list_hooks(org: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None) -> Page[Hook]:
    """The organisation's webhooks."""
    (last,) = place(after, int) or (0,)
    return page(service.hooks(ports.database.of(org), last, limit + 1), limit, key=lambda hook: (hook.id,))


@patch(_ONE, opt=_MANAGE, sync_to_thread=True, tags=_TAGS)
def set_hook_state(org: FromPath[int], hook: FromPath[int], data: JSONBody[HookState], ports: GivenPorts) -> Hook:
    """Pause a webhook, or let it go on."""
    return service.set_state(ports.database.of(org), hook, data.state)


@delete(_ONE, opt=_MANAGE, sync_to_thread=True, tags=_TAGS)
def remove_hook(org: FromPath[int], hook: FromPath[int], ports: GivenPorts) -> None:
    """Forget a webhook and what was to be told to it."""
    service.remove(ports.database.of(org), hook)


@get(f"{_ONE}/deliveries", opt=_MANAGE, sync_to_thread=True, tags=_TAGS)
def list_deliveries(
    org: FromPath[int], hook: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[Delivery]:
    """What was or will be told to a webhook, newest first."""
    (before,) = place(after, int) or (None,)
    found = service.deliveries(ports.database.of(org), hook, before, limit + 1)
    return page(found, limit, key=lambda delivery: (delivery.id,))


@post(f"{_ONE}/deliveries/{{delivery:int}}/again", opt=_MANAGE, sync_to_thread=True, status_code=202, tags=_TAGS)
def tell_again(org: FromPath[int], hook: FromPath[int], delivery: FromPath[int], ports: GivenPorts) -> None:
    """Tell something again now."""
    service.tell_again(ports.database.of(org), ports.clock, hook, delivery)


ROUTES: Final[list[HTTPRouteHandler]] = [
    make_hook,
    list_hooks,
    set_hook_state,
    remove_hook,
    list_deliveries,
    tell_again,
]
