"""Every group of a survey has asked at least k, whatever the sizes of its sites."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.grouping import ALL, groups_of, is_inside, nearest, sizes_of
from feedback.suppression import AnswerGroup

K = 5
# A site lies in one region, and in one wave of a programme.
PLACES = [AnswerGroup(1 + site % 2, 1 + site % 5, site) for site in range(1, 25)]
SIZES = st.dictionaries(st.sampled_from(PLACES), st.integers(1, 12), min_size=1)
BARCELONA, MADRID = AnswerGroup(1, 1, 1), AnswerGroup(1, 1, 2)
LYON, SHANGHAI = AnswerGroup(1, 2, 3), AnswerGroup(2, 3, 4)
IBERIA, FIRST = AnswerGroup(1, 1, None), AnswerGroup(1, None, None)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({BARCELONA: 5}, {BARCELONA: BARCELONA}),
        ({BARCELONA: 4, MADRID: 1}, {BARCELONA: IBERIA, MADRID: IBERIA}),
        ({BARCELONA: 9, MADRID: 1}, {BARCELONA: IBERIA, MADRID: IBERIA}),
        ({MADRID: 1, LYON: 9, SHANGHAI: 9}, {MADRID: FIRST, LYON: FIRST, SHANGHAI: SHANGHAI}),
        ({LYON: 1, SHANGHAI: 9}, {LYON: ALL, SHANGHAI: ALL}),
        ({LYON: 1, SHANGHAI: 3}, {LYON: ALL, SHANGHAI: ALL}),
    ],
    ids=["alone", "region", "a neighbour", "a neighbour in the wave", "in another", "too few"],
)
def test_small_sites_join(asked, expected):
    assert groups_of(asked, K) == expected


@given(asked=SIZES)
def test_no_group_has_asked_fewer_than_k(asked):
    groups = groups_of(asked, K)
    sizes = sizes_of(groups, asked)
    assert sum(sizes.values()) == sum(asked.values())
    assert min(sizes.values()) >= K or set(sizes) == {ALL}
    assert all(is_inside(site, group) for site, group in groups.items())


@given(asked=SIZES)
def test_who_is_large_enough_is_taken_in_by_no_more_than_one_that_needs_it(asked):
    """Without the largest member, a group that took one in would be too small."""
    groups = groups_of(asked, K)
    members = {group: Counter() for group in groups.values()}
    for site, group in groups.items():
        members[group][site] = asked[site]
    for group, sizes in members.items():
        large = [site for site, size in sizes.items() if size >= K and site != group]
        if group == ALL or not large:
            continue
        level = 1 if group.region is None else 0
        if level == 0:
            assert sum(sizes.values()) - sizes[large[0]] < K
            assert len(large) == 1


@given(asked=SIZES, late=st.sampled_from(PLACES))
def test_who_comes_later_joins_a_group_that_has_k(asked, late):
    groups = groups_of(asked, K)
    sizes = sizes_of(groups, asked)
    joined = nearest(late, sizes)
    assert joined in sizes
    if any(group[:2] == late[:2] for group in sizes):
        assert joined[:2] == late[:2]


def test_who_has_no_place_joins_all_or_the_largest_group():
    nowhere = AnswerGroup(None, None, None)
    assert nearest(nowhere, {BARCELONA: 5, LYON: 8}) == LYON
    assert nearest(nowhere, {BARCELONA: 5, LYON: 8, ALL: 5}) == ALL
    assert nearest(MADRID, {BARCELONA: 8, IBERIA: 5}) == IBERIA
