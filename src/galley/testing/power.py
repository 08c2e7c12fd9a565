"""A disk whose power is cut: the fault that durable writers must survive, at every step they take."""

from collections.abc import Callable
from pathlib import Path

from galley.store.files import Disk, read_or_none

__all__ = ["PowerCut", "PowerCutDisk"]


class PowerCut(BaseException):
    """The machine went off. Not an Exception: no clean-up code of the tested program may catch it."""


class PowerCutDisk(Disk):
    """Does `steps` steps, then goes off in the middle of the next one.

    A file being written is left torn. A new name, rename or removal whose folder was not synced is taken back where
    `loses(n)` says so for the n-th of them, as a file system may. `witness` runs just before the cut: what a reader could see.
    """

    def __init__(
        self,
        steps: int,
        *,
        loses: Callable[[int], bool] = lambda _: True,
        witness: Callable[[], None] = lambda: None,
    ) -> None:
        self.left = steps
        self.off = False
        self._loses = loses
        self._witness = witness
        self._unsynced: list[tuple[Path, bytes | None, Path | None]] = []  # path, bytes before, the renamed file

    def write_synced(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        if self._cut_now():
            path.write_bytes(data[: len(data) // 2])
            self.cut()
        if not path.exists():  # its bytes will be safe, its name is not yet
            self._unsynced.append((path, None, None))
        super().write_synced(path, data, mode)

    def rename(self, source: Path, target: Path) -> None:
        if self._cut_now():
            self.cut()
        self._unsynced.append((target, read_or_none(target), source))
        super().rename(source, target)

    def sync_folder(self, folder: Path) -> None:
        if self._cut_now():
            self.cut()
        super().sync_folder(folder)
        self._unsynced = [change for change in self._unsynced if change[0].parent != folder]

    def remove(self, path: Path) -> None:
        if self._cut_now():
            self.cut()
        before = read_or_none(path)
        super().remove(path)
        if before is not None:
            self._unsynced.append((path, before, None))

    def _cut_now(self) -> bool:
        if self.off:
            raise PowerCut
        self.left -= 1
        return self.left < 0

    def cut(self) -> None:
        """Go off now: take back what was not synced and raise PowerCut."""
        self._witness()
        self.off = True
        for number, (path, before, source) in reversed(list(enumerate(self._unsynced))):
            if not self._loses(number) or not path.parent.is_dir():
                continue
            if source is not None and path.exists():
                source.write_bytes(path.read_bytes())
            if before is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(before)
        raise PowerCut
