"""Groups of regions in a consensus: which elected regions belong together, whatever each labeler called their group."""

from collections.abc import Sequence

from galley.labels.matching import Member, Place
from galley.labels.voting import heaviest, tally, total

__all__ = ["voted_groups", "voted_z"]


def voted_groups(clusters: Sequence[Sequence[Place]], members: Sequence[Sequence[Member]]) -> list[str | None]:
    """The group of each cluster of regions. Two belong together when more than half of the weight of the labelers who
    marked both put them in one group; a group has the name most weight gave it, and at least two regions."""
    above = list(range(len(clusters)))
    said = [_said(places, own) for places, own in zip(clusters, members, strict=True)]
    named = [at for at, voters in enumerate(said) if any(group for group, _ in voters.values())]
    for place, one in enumerate(named):
        for other in named[place + 1 :]:
            both = [(said[one][who], said[other][who][0]) for who in said[one].keys() & said[other].keys()]
            same = [(group, weight) for (group, weight), theirs in both if group and group == theirs]
            if 2 * total(same) > total([mine for mine, _ in both]):
                above[_top(above, other)] = _top(above, one)
    tops = [_top(above, at) for at in range(len(clusters))]
    names: dict[int, str] = {}
    for top in dict.fromkeys(tops):
        if tops.count(top) > 1:
            votes = tally(
                vote for at, owner in enumerate(tops) if owner == top for vote in said[at].values() if vote[0]
            )
            free = {name: weight for name, weight in votes.items() if name not in names.values()}
            names[top] = heaviest(free) if free else _unused(heaviest(votes), set(names.values()))
    return [names.get(top) for top in tops]


def voted_z(members: Sequence[Member]) -> int | None:
    """The most usual place in the order of drawing, unless most members left it out."""
    given = [(member.item["z"], member.weight) for member in members if "z" in member.item]
    return heaviest(tally(given)) if given and 2 * total(given) >= total(members) else None


def _said(places: Sequence[Place], members: Sequence[Member]) -> dict[int, tuple[str, float]]:
    return {
        place.voter: (member.item.get("group", ""), member.weight)
        for place, member in zip(places, members, strict=True)
    }


def _top(above: list[int], at: int) -> int:
    while above[at] != at:
        at = above[at]
    return at


def _unused(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"
