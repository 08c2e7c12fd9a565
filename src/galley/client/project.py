"""One project of a server: work, review, data in and out, progress."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

import msgspec

from galley.annotate.counters.model import Dashboard
from galley.annotate.model import Receipt
from galley.client.model import Lease, Work
from galley.client.transport import Transport
from galley.server.wire.data import ImportView
from galley.server.wire.projects import ProjectView
from galley.server.wire.work import ClaimBody, SkipBody, Skipped, SubmitBody

__all__ = ["ProjectClient"]

_CHUNK: Final = 1 << 20


class ProjectClient:
    """A project seen with one token."""

    def __init__(self, transport: Transport, organisation: int, number: int) -> None:
        self.organisation, self.number = organisation, number
        self._transport = transport
        self._path = f"/api/v1/orgs/{organisation}/projects/{number}"
        self._ahead: list[Lease] = []

    def view(self) -> ProjectView:
        """The project as it is."""
        return self._transport.get(self._path, ProjectView)

    def dashboard(self) -> Dashboard:
        """Progress, speed, quality, and when it will be done."""
        return self._transport.get(f"{self._path}/dashboard", Dashboard)

    # --- work ---------------------------------------------------------------------------------------------------------

    def claim(self, count: int = 1) -> Work:
        """Lease items, those held already first."""
        return self._transport.send("POST", f"{self._path}/work/claim", Work, ClaimBody(count=count), keyed=False)

    def work(self, ahead: int = 3) -> Iterator[Lease]:
        """Items to label, one after another, as long as there are any; `submit` or `skip` each before the next."""
        self._ahead = list(self.claim(ahead).leases)
        while self._ahead:
            lease = self._ahead[0]
            yield lease
            if self._ahead and self._ahead[0] is lease:
                self._ahead.pop(0)  # neither submitted nor skipped: left to its lease
            if not self._ahead:
                self._ahead = [each for each in self.claim(ahead).leases if each.slot != lease.slot]

    def submit(self, lease: Lease, labels: Any, *, activity: Any = None) -> Receipt:
        """Store an answer durably; sent again after a broken connection it gives the same receipt."""
        body = SubmitBody(
            slot=lease.slot,
            token=lease.token,
            labels=labels,
            client_id=_client_id(lease.token),
            activity=activity,
            guideline_version=lease.guideline_version,
            next=max(len(self._ahead), 1),
        )
        answer = self._transport.send("POST", f"{self._path}/work/submit", Work, body, keyed=False)
        self._ahead = [each for each in answer.leases if each.slot != lease.slot]
        if answer.receipt is None:
            return Receipt(accepted=False, reason="none")
        return answer.receipt

    def skip(self, lease: Lease, reason: str) -> None:
        """Pass an item on to somebody else."""
        body = SkipBody(slot=lease.slot, token=lease.token, reason=reason)
        self._transport.send("POST", f"{self._path}/work/skip", Skipped, body)
        self._ahead = [each for each in self._ahead if each.slot != lease.slot]

    # --- data ---------------------------------------------------------------------------------------------------------

    def add(self, rows: Iterable[Any], *, overlap: int | None = None) -> ImportView:
        """Bring rows in as items, streamed; rows that are there already are counted, not doubled."""
        lines = (msgspec.json.encode(row) + b"\n" for row in rows)
        return self._imported(lines, "jsonl", overlap)

    def add_file(self, file: Path, *, format: str = "auto", overlap: int | None = None) -> ImportView:
        """Bring a file in (JSONL, JSON, CSV, Parquet, an archive, Label Studio tasks), streamed."""
        with file.open("rb") as opened:
            return self._imported(_chunks(opened), format, overlap, file.name)

    def export(self, target: IO[bytes], *, format: str = "jsonl", after: str = "") -> str:
        """Write the project's items and answers; the watermark from which the next export gives what changed."""
        with self._transport.stream(f"{self._path}/export", {"format": format, "after": after or None}) as answer:
            for chunk in answer.iter_bytes():
                target.write(chunk)
            return str(answer.headers["galley-watermark"])

    def rows(self, after: str = "") -> Iterator[Any]:
        """The project's items and answers as they come."""
        params = {"format": "jsonl", "after": after or None, "marker": "false"}
        with self._transport.stream(f"{self._path}/export", params) as answer:
            for line in answer.iter_lines():
                if line:
                    yield msgspec.json.decode(line)

    def _imported(self, body: Iterable[bytes], format: str, overlap: int | None, name: str = "rows") -> ImportView:
        params = {"format": format, "name": name, "overlap": overlap}
        return self._transport.stream_up(f"{self._path}/imports/stream", params, iter(body), ImportView)


def _client_id(token: UUID) -> str:
    # One lease, one answer: a second answer to the same lease is the same answer sent again.
    return f"client:{token}"


def _chunks(opened: IO[bytes]) -> Iterator[bytes]:
    while chunk := opened.read(_CHUNK):
        yield chunk
