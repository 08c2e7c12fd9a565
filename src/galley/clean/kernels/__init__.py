"""Numba kernels over the buffers of Arrow string columns, one subject a module.

A kernel module is imported when it is first asked for: numba takes half a second to import, and commands that clean
nothing must not pay for it.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from galley.clean.kernels import folding as folding
    from galley.clean.kernels import html as html
    from galley.clean.kernels import neardup as neardup
    from galley.clean.kernels import normalise as normalise
    from galley.clean.kernels import pii as pii
    from galley.clean.kernels import repetition as repetition
    from galley.clean.kernels import rows as rows
    from galley.clean.kernels import scripts as scripts
    from galley.clean.kernels import shape as shape
    from galley.clean.kernels import units as units

__all__ = ["folding", "html", "neardup", "normalise", "pii", "repetition", "rows", "scripts", "shape", "units"]

_MODULES: Final = frozenset(__all__)


def __getattr__(name: str) -> ModuleType:
    if name not in _MODULES:
        raise AttributeError(name)
    return importlib.import_module(f"{__name__}.{name}")
