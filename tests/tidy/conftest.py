"""The modules of the package, read once for all tidy tests."""

import pytest

from source_tree import Module, read_modules


@pytest.fixture(scope="session")
def modules() -> list[Module]:
    """Every module below src/galley, by path."""
    return read_modules()
