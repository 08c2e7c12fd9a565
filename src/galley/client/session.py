"""The client of one server."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeVar

import httpx

from galley.client.project import ProjectClient
from galley.client.transport import Transport
from galley.server.paging import Page
from galley.server.wire.access import Me
from galley.server.wire.data import NewUpload, UploadView
from galley.server.wire.projects import NewProjectBody, ProjectView

__all__ = ["Client", "pages"]

T = TypeVar("T")
_PIECE_BYTES: Final = 8 << 20


def pages(transport: Transport, path: str, kind: type[T], params: dict[str, Any] | None = None) -> Iterator[T]:
    """Everything of a list, page after page."""
    given = {"limit": 200, **(params or {})}
    while True:
        found: Page[T] = transport.get(path, Page[kind], given)  # type: ignore[valid-type]
        yield from found.items
        if found.next is None:
            return
        given["after"] = found.next


class Client:
    """A server, and who one is there."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout_seconds: float = 30.0,
        language: str = "en",
        http: httpx.Client | None = None,
    ) -> None:
        self.transport = Transport(base_url, token, timeout_seconds=timeout_seconds, language=language, http=http)

    def me(self) -> Me:
        """Who the token stands for."""
        return self.transport.get("/api/v1/me", Me)

    def projects(self, organisation: int) -> Iterator[ProjectView]:
        """The projects of an organisation that one may see."""
        return pages(self.transport, f"/api/v1/orgs/{organisation}/projects", ProjectView)

    def project(self, organisation: int, number: int) -> ProjectClient:
        """A project to work with."""
        return ProjectClient(self.transport, organisation, number)

    def make_project(self, organisation: int, body: NewProjectBody) -> ProjectClient:
        """Open a project."""
        made = self.transport.send("POST", f"/api/v1/orgs/{organisation}/projects", ProjectView, body)
        return self.project(organisation, made.id)

    def upload(self, organisation: int, file: Path, upload: int | None = None) -> UploadView:
        """Send a file in pieces; give the number of an upload that was cut off to go on with it."""
        base = f"/api/v1/orgs/{organisation}/uploads"
        if upload is None:
            wanted = NewUpload(bytes=file.stat().st_size, name=file.name)
            upload = self.transport.send("POST", base, UploadView, wanted).id
        place = f"{base}/{upload}"
        offset = int(self.transport.head(place)["upload-offset"])
        with file.open("rb") as opened:
            opened.seek(offset)
            while piece := opened.read(_PIECE_BYTES):
                offset = self.transport.piece(place, offset, piece)
                opened.seek(offset)
        return self.transport.get(place, UploadView)

    def close(self) -> None:
        """Give the connections back."""
        self.transport.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
