"""files: one record a file, by glob."""

from collections.abc import Iterator

import msgspec

from galley.collect.connector import Connector, Draft, Spoiled, Unit
from galley.collect.content import About, Wanted, WantedModality, read_content, spoil
from galley.collect.encoding import check_encoding
from galley.collect.errors import RecordError
from galley.collect.folder import chunks_of, list_files, open_file, parse_glob, time_of, time_setting
from galley.kernel import limits
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.ports import Desk

__all__ = ["Files", "FilesParams"]


class FilesParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the files are and what they should be."""

    path: str  # ./raw/**/*.jpg
    modality: WantedModality = "auto"
    encoding: str | None = None  # of text files; detected when absent
    time: str = "mtime"  # mtime | none | an RFC 3339 moment for all
    hidden: bool = False
    max_bytes: int = limits.BLOB_BYTES_MAX


class Files(Connector[FilesParams]):
    """Files below a folder, in the order of their paths."""

    name = "files"
    summary = Text("Files by a glob pattern, one record each.", "按通配符采集文件，一个文件一条记录。")
    Params = FilesParams
    able = Able()

    def __init__(self, params: FilesParams) -> None:
        super().__init__(params)
        encoding = check_encoding(params.encoding) if params.encoding else None
        self._wanted = Wanted(modality=params.modality, encoding=encoding, limit_bytes=params.max_bytes)
        self._time = time_setting(params.time, self.name)

    def keys_may_repeat(self) -> bool:
        return False

    def units(self, desk: Desk) -> Iterator[Unit]:
        return list_files(parse_glob(self.params.path, desk.base, hidden=self.params.hidden))

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        root = parse_glob(self.params.path, desk.base, hidden=self.params.hidden).root
        try:
            file, status = open_file(root, unit.key)
        except RecordError as problem:
            yield spoil(unit.key, unit.uri, problem)
            return
        about = About(
            key=unit.key,
            uri=unit.uri,
            name=unit.key.rpartition("/")[2],
            time=time_of(self._time, status.st_mtime),
        )
        yield read_content(chunks_of(file, unit.key), about, self._wanted, desk)
