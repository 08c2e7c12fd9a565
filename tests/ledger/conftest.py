"""Ledger tests do not wait for the disk: hundreds of fsyncs take a minute on a busy machine and decide nothing here.

What would be lost without them is simulated by `PowerCutDisk`, step by step; processes that tests start (kill -9, two
writers at once) do wait, and so do the tests of `store.files`.
"""

import pytest

from galley.store.files import Disk


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Disk, "flush", lambda self, handle: None)
