"""The kinds of jobs there are; each is one function here or in `line`, and other parts add theirs to KINDS."""

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from galley.access.organisations import organisation
from galley.annotate.content.model import Counts, Import, ImportState
from galley.annotate.content.service import end_import, find_import, start_import
from galley.annotate.content.uploads import upload_blob
from galley.kernel.errors import GalleyError, TransientError
from galley.line.export_snapshot import SnapshotSettings, snapshot
from galley.line.importing import Delivery, Dock, ImportSettings, import_blob, import_folder, inside_roots
from galley.worker.jobs.errors import JobCancelledError
from galley.worker.jobs.prelabel import prelabel_job
from galley.worker.jobs.runner import JobDesk, JobKind

__all__ = ["KINDS", "ImportParams"]


_HOME: Final = "home"
_OF_ONE: Final = re.compile(r"([a-z0-9][a-z0-9-]*)=(/.*)", re.DOTALL)


class ImportParams(msgspec.Struct, frozen=True, kw_only=True):
    """What an import job is told: an upload or a folder, and the import it fills."""

    import_id: int
    settings: ImportSettings
    upload: int | None = None
    folder: str | None = None


def _import(desk: JobDesk) -> dict[str, Any]:
    """Bring an upload or a folder of the server into a project."""
    params = msgspec.convert(desk.job.params, ImportParams)
    project = desk.job.project or 0
    found = find_import(desk.database, project, params.import_id)
    if found.state not in ("waiting", "running") or not start_import(desk.database, params.import_id):
        return _result(found)
    delivery = Delivery(
        dock=_dock(desk),
        import_id=params.import_id,
        settings=params.settings,
        name=found.name,
        tell=_counted(desk),
    )
    with _ending(desk, params.import_id):
        if params.folder is not None:
            roots = _roots(desk.settings.get("import_roots", ()), organisation(desk.database).slug)
            return _result(import_folder(delivery, inside_roots(roots, params.folder)))
        sha256, _ = upload_blob(desk.database, desk.clock, desk.workspace.shelf, params.upload or 0)
        return _result(import_blob(delivery, sha256))


def _roots(named: Sequence[str], slug: str) -> tuple[Path, ...]:
    """The folders an organisation may read: its own (`acme=/data/acme`); those named for nobody are the home's."""
    parted = [_OF_ONE.fullmatch(each) for each in named]
    own = [each if found is None else found[2] for each, found in zip(named, parted, strict=True) if _for(found, slug)]
    return tuple(Path(each) for each in own)


def _for(found: "re.Match[str] | None", slug: str) -> bool:
    return slug == (_HOME if found is None else found[1])


@contextlib.contextmanager
def _ending(desk: JobDesk, import_id: int) -> Iterator[None]:
    """Close the import with its job, unless the job will be taken up again."""
    try:
        yield
    except TransientError:
        raise
    except GalleyError as problem:
        state: ImportState = "cancelled" if isinstance(problem, JobCancelledError) else "failed"
        end_import(desk.database, desk.clock, import_id, state, None if state == "cancelled" else problem)
        raise


def _counted(desk: JobDesk) -> Callable[[Counts], None]:
    return lambda counts: desk.tell(msgspec.structs.asdict(counts))


def _result(found: Import) -> dict[str, Any]:
    names = ("read", "added", "already", "failed", "answers")
    return {"import_id": found.id, **{name: getattr(found, name) for name in names}}


def _dock(desk: JobDesk) -> Dock:
    return Dock(database=desk.database, blobs=desk.workspace.blobs, clock=desk.clock, project=desk.job.project or 0)


def _snapshot(desk: JobDesk) -> dict[str, Any]:
    """Write a project's labels in a format of the release stage, as one zip file."""
    settings = msgspec.convert(desk.job.params, SnapshotSettings)
    return snapshot(_dock(desk), settings, lambda items: desk.tell({"items": items}))


KINDS: Final[dict[str, JobKind]] = {"import": _import, "export": _snapshot, "prelabel": prelabel_job}
