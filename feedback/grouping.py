"""In which group of a survey each site is counted, so that every group has asked at least k.

Whoever reads the tables sees whose answers lie in a group. A group that asked fewer than k would
name those who answered, whatever is published of it. So sites with fewer people join: first the
region in their wave, then the wave, then all; what is still too small there takes in the smallest
group beside it. (As cells are merged in tables of official statistics: a suppressed cell alone can
be told from the total.)
"""

from collections.abc import Callable, Iterator, Mapping

from feedback.suppression import AnswerGroup

Groups = dict[AnswerGroup, AnswerGroup]
ALL = AnswerGroup(None, None, None)
COARSER: tuple[Callable[[AnswerGroup], AnswerGroup], ...] = (
    lambda group: group._replace(site=None),
    lambda group: AnswerGroup(group.wave, None, None),
    lambda group: ALL,
)


def groups_of(asked: Mapping[AnswerGroup, int], k: int) -> Groups:
    """Return the group of each site.

    Args:
        asked: how many people are asked at each site, with its region and its wave.
        k: how many a group must have.

    Returns:
        A group by site. Those of all sites have at least k, unless all sites together have fewer:
        then they share ``ALL``.

    """
    groups = {site: site for site in asked}
    for coarser in COARSER:
        for target in sorted({coarser(group) for group in _small(groups, asked, k)}, key=str):
            _join(groups, asked, target, k)
    return groups


def nearest(site: AnswerGroup, groups: Mapping[AnswerGroup, int]) -> AnswerGroup:
    """Return the group that somebody joins whose site had none when groups were fixed.

    It is the one of the site, else one of the region in its wave, of the wave, of the region, or
    any: of these the one that holds the site too, else the largest.

    Args:
        site: with its region and its wave; each may be None.
        groups: those that have k, with how many they asked.

    """

    def rank(group: AnswerGroup) -> tuple[tuple[bool, ...], bool, int, str]:
        return _nearness(site, group), is_inside(site, group), groups[group], str(group)

    return max(groups, key=rank)


def _nearness(site: AnswerGroup, group: AnswerGroup) -> tuple[bool, ...]:
    is_wave, is_region, is_site = (
        own is not None and own == its for own, its in zip(site, group, strict=True)
    )
    return (is_site, is_wave and is_region, is_wave, is_region)


def sizes_of(groups: Groups, asked: Mapping[AnswerGroup, int]) -> dict[AnswerGroup, int]:
    """Return how many people each group asks."""
    sizes = dict.fromkeys(groups.values(), 0)
    for site, group in groups.items():
        sizes[group] += asked[site]
    return sizes


def _small(groups: Groups, asked: Mapping[AnswerGroup, int], k: int) -> Iterator[AnswerGroup]:
    return (group for group, size in sizes_of(groups, asked).items() if size < k)


def _join(groups: Groups, asked: Mapping[AnswerGroup, int], target: AnswerGroup, k: int) -> None:
    """Put the small groups inside of a larger one into it, and the smallest other if need be."""
    sizes = {g: n for g, n in sizes_of(groups, asked).items() if is_inside(g, target)}
    joining = {group for group, size in sizes.items() if size < k} | {target}
    others = sorted(sizes.keys() - joining, key=lambda group: (sizes[group], str(group)))
    if sum(sizes.get(group, 0) for group in joining) < k:
        joining.update(others[:1])
    for site, group in groups.items():
        if group in joining:
            groups[site] = target


def is_inside(group: AnswerGroup, larger: AnswerGroup) -> bool:
    """Tell whether a group is a larger one or a part of it."""
    return all(its in (None, own) for own, its in zip(group, larger, strict=True))
