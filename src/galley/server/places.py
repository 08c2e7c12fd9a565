"""Which projects are an organisation's: a project never moves, so what was found is remembered."""

import threading
from collections.abc import Callable
from typing import Final

from galley.access.errors import UnknownError
from galley.kernel.language import Text

__all__ = ["ProjectPlaces"]

_ENTRIES_MAX: Final = 100_000
_PROJECT: Final = Text("project", "项目")


class ProjectPlaces:
    """Projects by organisation; safe from any thread."""

    def __init__(self, exists: Callable[[int, int], bool]) -> None:
        self._exists = exists
        self._known: set[tuple[int, int]] = set()
        self._lock = threading.Lock()

    def known(self, organisation: int, project: int) -> bool:
        """Whether the project is known to be the organisation's; no waiting."""
        return (organisation, project) in self._known

    def find(self, organisation: int, project: int) -> None:
        """Ask the database; raises UnknownError when there is none, or it is somebody else's."""
        if not self._exists(organisation, project):
            raise UnknownError(what=_PROJECT, given=project)
        with self._lock:
            if len(self._known) >= _ENTRIES_MAX:
                self._known.clear()
            self._known.add((organisation, project))
