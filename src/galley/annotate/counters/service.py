"""Use cases of the totals: progress, the dashboard, lists of projects and people. All read a bounded number of rows."""

from galley.annotate.counters import repo
from galley.annotate.counters.model import NodeProgress
from galley.annotate.counters.rules import node_progress
from galley.store.database import Database

__all__ = ["totals"]


def totals(database: Database, project: int) -> list[NodeProgress]:
    """Where a project's slots are, a row a node, exact as of what was read of the outbox."""
    with database.connection() as connection:
        return [node_progress(node, (), 1.0) for node in repo.totals_of(connection, [project])]
