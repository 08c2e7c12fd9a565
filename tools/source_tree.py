"""The source as tidy tests read it: every module of the package, parsed once."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["ROOT", "Module", "read_modules"]

ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Module:
    """One module of the package."""

    name: str  # galley.kernel.ids
    path: Path
    text: str
    tree: ast.Module

    @property
    def place(self) -> str:
        """Its path in the repository."""
        return self.path.relative_to(ROOT).as_posix()


def read_modules() -> list[Module]:
    """Every module below src/galley, by path."""
    return [_module(path) for path in sorted((ROOT / "src" / "galley").rglob("*.py"))]


def _module(path: Path) -> Module:
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    text = path.read_text(encoding="utf-8")
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name=name, path=path, text=text, tree=ast.parse(text, str(path)))
