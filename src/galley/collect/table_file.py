"""What the connectors over files of rows share: listing the files, opening one, reading the file a row names."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TypeVar

from galley.collect.connector import Connector, Draft, Spoiled, Unit
from galley.collect.content import About, Wanted, read_content
from galley.collect.errors import LeavesFolderError, UnreadableError
from galley.collect.folder import Glob, chunks_of, list_files, open_file, parse_glob
from galley.collect.packed import unpacked
from galley.collect.rows import OpenBeside, RowMapping, RowParams
from galley.kernel.ports import Desk

__all__ = ["RowFileParams", "RowFiles", "RowFilesConnector"]


class RowFileParams(RowParams, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the files of rows are."""

    path: str
    hidden: bool = False


R = TypeVar("R", bound=RowFileParams)


class RowFilesConnector(Connector[R]):
    """A connector over files of rows, one unit a file; the formats add how a file is read."""

    def __init__(self, params: R) -> None:
        super().__init__(params)
        self._mapping = RowMapping(params, self.name)
        self._files = RowFiles(params.path, hidden=params.hidden)

    def keys_may_repeat(self) -> bool:
        return self.params.id_field is not None

    def units(self, desk: Desk) -> Iterator[Unit]:
        return self._files.units(desk)


class RowFiles:
    """The files of rows below one glob."""

    def __init__(self, path: str, *, hidden: bool = False) -> None:
        self._path, self._hidden = path, hidden

    def glob(self, desk: Desk) -> Glob:
        """The parsed pattern; raises InputError."""
        return parse_glob(self._path, desk.base, hidden=self._hidden)

    def units(self, desk: Desk) -> Iterator[Unit]:
        """The files, sorted."""
        return list_files(self.glob(desk))

    def open(self, unit: Unit, desk: Desk) -> BinaryIO:
        """One file's content, unpacked; raises RecordError."""
        file, _ = open_file(self.glob(desk).root, unit.key)
        try:
            return unpacked(file, unit.key)
        except OSError as problem:
            file.close()
            raise UnreadableError(name=unit.key, reason=problem.strerror or type(problem).__name__) from problem

    def beside(self, unit: Unit, desk: Desk) -> OpenBeside:
        """A reader of files that rows name relative to their own file; it never leaves the glob's folder."""
        return _Beside(self.glob(desk).root, PurePosixPath(unit.key).parent, desk).read


class _Beside:
    def __init__(self, root: Path, folder: PurePosixPath, desk: Desk) -> None:
        self._root, self._folder, self._desk = root, folder, desk

    def read(self, name: str, about: About, wanted: Wanted) -> Draft | Spoiled:
        if "\0" in name or name.startswith("/") or "\\" in name:
            raise LeavesFolderError(name=name)
        file, _ = open_file(self._root, (self._folder / name).as_posix())
        return read_content(chunks_of(file, name), about, wanted, self._desk)
