"""What handlers may use: one bundle, opened once a process."""

import dataclasses

import msgspec

from galley.access import service as access
from galley.access.model import Actor
from galley.annotate.counters import service as counters
from galley.annotate.flow import repo as flow
from galley.annotate.notices.service import unread_of
from galley.kernel.clock import Clock, SystemClock
from galley.server.actors import ActorCache, Kind, Listener
from galley.server.bells import Bells
from galley.server.events import Streams
from galley.server.logs import LogWriter
from galley.server.metrics import Metrics
from galley.server.places import ProjectPlaces
from galley.server.process import Process
from galley.server.settings import Settings
from galley.store.blobs import StoredBlobs
from galley.store.database import Database
from galley.store.objects import StoredObjects
from galley.store.workspace import Workspace

__all__ = ["Ports", "open_ports"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ports:
    """The world as a handler sees it. `database` sees nothing until it is `.of(organisation)`; `house` sees all."""

    workspace: Workspace
    database: Database
    house: Database
    clock: Clock
    actors: ActorCache
    places: ProjectPlaces
    process: Process
    settings: Settings
    log: LogWriter
    metrics: Metrics
    streams: Streams
    bells: Bells

    @property
    def blobs(self) -> StoredBlobs:
        """Content-addressed bytes."""
        return self.workspace.blobs

    @property
    def objects(self) -> StoredObjects:
        """Named immutable objects."""
        return self.workspace.objects


def open_ports(
    workspace: Workspace, *, clock: Clock | None = None, settings: Settings | None = None, log: LogWriter | None = None
) -> Ports:
    """The ports of a process over an open workspace; `ports.process.stop()` closes them, the workspace stays open."""
    time, chosen = clock or SystemClock(), settings or Settings()
    database = workspace.database.of(None)
    house = database.house()
    for pool in (database, house):
        pool.set_wait_seconds(chosen.database_seconds)

    def find(kind: Kind, secret: str, organisation: int) -> Actor:
        known = access.actor_of_token if kind == "token" else access.actor_of_session
        return known(house, time, secret, organisation)

    def exists(organisation: int, project: int) -> bool:
        with database.of(organisation).connection() as connection:
            return flow.project_full(connection, project) is not None

    def progress(organisation: int, project: int) -> bytes:
        return msgspec.json.encode(counters.totals(database.of(organisation), project))

    actors = ActorCache(find, time)
    process = Process()
    metrics = Metrics()
    process.on_stop(metrics.close)

    def measure() -> None:
        pool = database.pool_facts()
        metrics.levels(
            requests_in_flight=process.in_flight,
            database_connections=pool["pool_size"],
            database_connections_in_use=pool["pool_size"] - pool["pool_available"],
            database_requests_waiting=pool["requests_waiting"],
            actors_remembered=len(actors),
        )

    listener = Listener(house, actors, measure)
    process.on_stop(listener.stop)
    listener.start()
    return Ports(
        workspace=workspace,
        database=database.of(None),
        house=house,
        clock=time,
        actors=actors,
        places=ProjectPlaces(exists),
        process=process,
        settings=chosen,
        log=log or LogWriter(),
        metrics=metrics,
        streams=Streams(progress, process, chosen),
        bells=Bells(lambda people: unread_of(house, people), process, chosen),
    )
