"""Matching: which item of one annotation is which of another, so that sets of regions can be compared and merged.

scipy is loaded where something is matched: it takes a quarter of the start of a server, which may never match anything.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from galley.labels.voting import Vote

__all__ = [
    "Bounds",
    "Floats",
    "Item",
    "Member",
    "Place",
    "Similarities",
    "best_pairs",
    "cluster",
    "cluster_places",
    "f1_distance",
    "labels_agree",
    "members_of",
    "similar_pairs",
    "soft_f1_distance",
]

Floats = npt.NDArray[np.float64]
Item = dict[str, Any]
Bounds = tuple[float, float, float, float]
"""left, top, right, bottom."""

Similarities = Callable[[Sequence[Item], Sequence[Item]], Floats]
"""Similarity in [0, 1] of every left item with every right one, shape (left, right), symmetric."""


def labels_agree(left: Sequence[Item], right: Sequence[Item]) -> npt.NDArray[np.bool_]:
    """Where a left item has the label of a right one."""
    codes: dict[str, int] = {}
    mine, yours = ([codes.setdefault(item.get("label", ""), len(codes)) for item in items] for items in (left, right))
    return np.asarray(np.array(mine)[:, None] == np.array(yours)[None, :])


def f1_distance(left: int, right: int, hits: npt.NDArray[np.bool_]) -> float:
    """1 - F1 of the largest one-to-one matching among the pairs that are hits, of so many left and right items.

    The size of a largest matching is unique, so the distance is symmetric to the last bit. Hopcroft and Karp's method:
    the Hungarian one finds the same size in cubic time.
    """
    if not left and not right:
        return 0.0
    matched = _largest_matching(hits) if hits.any() else 0
    return 1.0 - 2 * matched / (left + right)


def _largest_matching(hits: npt.NDArray[np.bool_]) -> int:
    from scipy.sparse import csr_matrix  # noqa: PLC0415
    from scipy.sparse.csgraph import maximum_bipartite_matching  # noqa: PLC0415

    return int((maximum_bipartite_matching(csr_matrix(hits)) >= 0).sum())


def _best_matching(score: Floats) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    rows, columns = linear_sum_assignment(score, maximize=True)
    return rows, columns


def soft_f1_distance(left: Sequence[Item], right: Sequence[Item], alike: Floats) -> float:
    """1 - F1 where a pair of the best one-to-one matching counts as much as it is alike."""
    if not left and not right:
        return 0.0
    if not alike.any():
        return 1.0
    rows, columns = _best_matching(alike)
    score = math.fsum(alike[rows, columns].tolist())
    # Rounded: of several best matchings another may be found for the other order, equal but for the last bits.
    return min(1.0, max(0.0, round(1.0 - 2 * score / (len(left) + len(right)), 12)))


class Member(NamedTuple):
    """One labeler's item in a cluster."""

    item: Item
    weight: float


class Place(NamedTuple):
    """Where a clustered item stands: whose vote, and which item of it."""

    voter: int
    item: int


def cluster(votes: Sequence[Vote], similarities: Similarities, threshold: float) -> list[list[Member]]:
    """The items of `cluster_places` with their weights."""
    return [members_of(places, votes) for places in cluster_places(votes, similarities, threshold)]


def members_of(places: Sequence[Place], votes: Sequence[Vote]) -> list[Member]:
    """The items at some places with their weights."""
    return [Member(votes[place.voter][0][place.item], votes[place.voter][1]) for place in places]


def cluster_places(votes: Sequence[Vote], similarities: Similarities, threshold: float) -> list[list[Place]]:
    """Groups of items that several labelers meant for the same thing, at most one of each labeler.

    Heavier labelers come first and found the groups; a later item joins the group whose first member it resembles
    most, at least `threshold`, preferring groups that begin with its label. Votes are in canonical order (`votes_of`),
    so the groups do not depend on the order in which annotations arrived.
    """
    groups: list[list[Place]] = []
    for voter, (items, _) in enumerate(votes):
        free = set(range(len(items)))
        if groups and items:
            firsts = [votes[group[0].voter][0][group[0].item] for group in groups]
            alike = similarities(items, firsts)
            score = np.where(alike >= threshold, 1.0 + alike + labels_agree(items, firsts), 0.0)
            for row, column in zip(*_best_matching(score), strict=True):
                if score[row, column] > 0:
                    groups[column].append(Place(voter, int(row)))
                    free.discard(int(row))
        groups.extend([Place(voter, place)] for place in sorted(free))
    return groups


def similar_pairs(left: Sequence[Bounds], right: Sequence[Bounds], alike: Callable[[int, int], float]) -> Floats:
    """`alike` of every left thing with every right one whose bounds touch; 0 for the others, which are not asked."""
    found = np.zeros((len(left), len(right)))
    if left and right:
        mine, yours = np.asarray(left, dtype=np.float64)[:, None, :], np.asarray(right, dtype=np.float64)[None, :, :]
        touch = (mine[..., :2] <= yours[..., 2:]).all(axis=2) & (yours[..., :2] <= mine[..., 2:]).all(axis=2)
        for row, column in np.argwhere(touch).tolist():
            found[row, column] = alike(row, column)
    return found


def best_pairs(score: Floats) -> list[tuple[int, int]]:
    """The one-to-one pairs with the largest sum of scores, those of score 0 left out."""
    rows, columns = _best_matching(score)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True) if score[row, column] > 0]
