"""The job that has a model server prelabel what is open, the most urgent first."""

from typing import Any

import msgspec

from galley.annotate.backend.media import MediaLinks
from galley.annotate.backend.model import PredictReport, Reach
from galley.annotate.backend.service import open_office, prelabel
from galley.worker.jobs.runner import JobDesk

__all__ = ["PrelabelParams", "prelabel_job"]


class PrelabelParams(msgspec.Struct, frozen=True, kw_only=True):
    """What a prelabel job is told."""

    backend: int
    limit: int = 100_000  # items at most
    turn: int = 200  # items between two words about how far it is
    reach: Reach = Reach()
    media: MediaLinks | None = None


def prelabel_job(desk: JobDesk) -> dict[str, Any]:
    """Ask until nothing is open without a word of the model, or the limit is reached. Doing it again goes on."""
    params = msgspec.convert(desk.job.params, PrelabelParams)
    house = desk.workspace.database.house()
    office = open_office(desk.database, house, desk.workspace.blobs, desk.clock, reach=params.reach, media=params.media)
    whole = PredictReport()
    while whole.asked < params.limit:
        wanted = min(params.turn, params.limit - whole.asked)
        done = prelabel(office, desk.job.project or 0, params.backend, limit=wanted)
        whole.asked += done.asked
        whole.predicted += done.predicted
        whole.failed += done.failed
        whole.model_version = done.model_version
        desk.tell(msgspec.structs.asdict(whole))
        if not done.asked:
            break
    return msgspec.structs.asdict(whole)
