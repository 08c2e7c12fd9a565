"""The workspace: made once, refused when newer or broken, its parts opened when asked for."""

import os
import stat
from pathlib import Path

import pytest

from galley.store.errors import StorageError, WorkspaceBrokenError, WorkspaceMissingError, WorkspaceNewerError
from galley.store.workspace import Workspace
from galley.testing.memory import FakeClock


def test_a_made_workspace_has_its_parts_and_keeps_them(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    made = Workspace.open(folder, create=True, clock=FakeClock(), environment={})
    sha256 = made.blobs.put(b"rice")
    stamp = (folder / "workspace.json").read_bytes()
    again = Workspace.open(folder, create=True, environment={})
    assert again.blobs.get(sha256) == b"rice"
    assert (folder / "workspace.json").read_bytes() == stamp
    assert stat.S_IMODE(again.keys.stat().st_mode) == 0o700
    assert again.log.is_dir()
    assert again.runs.is_dir()
    assert not (folder / "pg").exists(), "the database starts only when asked for"


def test_a_folder_without_a_workspace_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceMissingError, match="not a Galley workspace"):
        Workspace.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ['{"format": 99, "cells": []}', '{"format":2}'])
def test_a_newer_format_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "workspace.json").write_text(content)
    with pytest.raises(WorkspaceNewerError):
        Workspace.open(tmp_path, create=True)


@pytest.mark.parametrize("content", ["", "{", '{"format": "one"}', "\0"])
def test_a_broken_stamp_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "workspace.json").write_text(content)
    with pytest.raises(WorkspaceBrokenError):
        Workspace.open(tmp_path)


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="file"):
        Workspace.open(tmp_path / "file" / "work", create=True)


def test_the_database_and_objects_can_live_elsewhere(tmp_path: Path, database_url: str) -> None:
    environment = {"GALLEY_DATABASE_URL": database_url, "GALLEY_OBJECTS_URL": str(tmp_path / "bulk")}
    with Workspace.open(tmp_path / "work", create=True, environment=environment) as workspace:
        assert workspace.database.facts()["embedded"] is False
        workspace.blobs.put(b"noodles")
    assert os.listdir(tmp_path / "work" / "objects") == []
    assert (tmp_path / "bulk" / "sha256").is_dir()
