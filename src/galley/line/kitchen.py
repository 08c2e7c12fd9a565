"""The kitchen of one run: everything its stages share, assembled once."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from galley.engine.pool import Pool
from galley.engine.worker import Bench
from galley.kernel.clock import Clock, SystemClock
from galley.kernel.draw import derive_seed
from galley.kernel.ports import Desk
from galley.ledger.service import Ledger, open_ledger
from galley.line.recipe import Recipe
from galley.line.screen import Quiet, Screen
from galley.store.workspace import Workspace

__all__ = ["Kitchen", "RunOptions", "open_kitchen"]


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What the caller of a run decides beside the recipe."""

    workers: int = os.cpu_count() or 1
    wait: bool = True  # for another run of the same line
    report: Path | None = None  # default: in the workspace's runs folder
    passphrase: str | None = None  # of the signing key
    clock: Clock = field(default_factory=SystemClock)
    entropy: Callable[[int], bytes] = os.urandom
    screen: Screen = field(default_factory=Quiet)


@dataclass(frozen=True, kw_only=True)
class Kitchen:
    """An open workspace, workers, a ledger and a recipe."""

    recipe: Recipe
    base: Path  # the recipe's folder
    workspace: Workspace
    desk: Desk
    pool: Pool
    ledger: Ledger
    options: RunOptions

    @property
    def screen(self) -> Screen:
        """Where progress is told."""
        return self.options.screen

    @property
    def clock(self) -> Clock:
        """The run's clock."""
        return self.options.clock


@contextmanager
def open_kitchen(recipe: Recipe, base: Path, workspace: Workspace, options: RunOptions) -> Iterator[Kitchen]:
    """Assemble a kitchen; its workers end with it."""
    seed = derive_seed(b"galley/line/v1", recipe.line, recipe.seed)
    desk = Desk(blobs=workspace.blobs, base=base, clock=options.clock, seed=seed)
    bench = Bench(objects=workspace.objects_place, base=str(base), seed_hex=seed.hex())
    ledger = open_ledger(
        workspace.log,
        workspace.keys,
        options.clock,
        name="galley.local",
        passphrase=options.passphrase.encode() if options.passphrase else None,
        entropy=options.entropy,
    )
    with Pool(options.workers, bench) as pool:
        yield Kitchen(
            recipe=recipe, base=base, workspace=workspace, desk=desk, pool=pool, ledger=ledger, options=options
        )
