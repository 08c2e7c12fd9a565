"""What a handler may ask for by name: `ports: GivenPorts`, `actor: GivenActor`, `data: JSONBody[Struct]`, `request: JsonRequest`.

    @post("/api/v1/orgs/{org:int}/teams", opt={"verb": Verb.MEMBER_MANAGE}, sync_to_thread=True, tags=["people"])
    def add_team(org: FromPath[int], data: JSONBody[NewTeam], ports: GivenPorts, actor: GivenActor) -> Team:
        return people.add_team(ports.database.of(org), ports.clock, actor, data)

Pages: `limit: Limit = 50, after: After = None` (server.paging). On routes whose verb is not `public`, `actor` is never None.
"""

from typing import TypeAlias

from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, SkipValidation

from galley.access.model import Actor
from galley.server.body import JsonRequest
from galley.server.ports import Ports

__all__ = ["FromPath", "FromQuery", "GivenActor", "GivenPorts", "JSONBody", "JsonRequest"]

GivenPorts: TypeAlias = NamedDependency[SkipValidation[Ports]]
"""The process's ports, under the name `ports`."""

GivenActor: TypeAlias = NamedDependency[SkipValidation[Actor]]
"""Who calls, under the name `actor`."""
