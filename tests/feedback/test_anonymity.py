"""Nobody can work out a single answer, whatever they may read and however often they look."""

import random
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest

from feedback.models import Option
from feedback.queries.response import editions_of
from feedback.queries.results import (
    results_of,
    satisfactions,
)
from feedback.services.edition import publish_surveys
from programmes.scope import EVERYTHING, Scope
from tests import factories
from tests.feedback.auditor import classes_of, derivable

K = 5


def test_auditor_finds_a_leak_between_overlapping_figures():
    figures = [frozenset("abcdef"), frozenset("abcde")]
    assert derivable(figures, frozenset("f"))
    assert not derivable(figures, frozenset("a"))
    assert min(map(len, classes_of(figures))) == 1


def test_auditor_finds_a_leak_that_takes_three_figures():
    figures = [frozenset("ab"), frozenset("bc"), frozenset("ac")]
    assert derivable(figures, frozenset("a"))


@pytest.fixture
def places(cast):
    """Two waves, two regions, six sites, of which one is small."""
    sites = [cast.barcelona, cast.shanghai]
    for name, region, wave in [
        ("Madrid", cast.iberia, cast.wave1),
        ("Lisbon", cast.iberia, cast.wave2),
        ("Suzhou", cast.china, cast.wave2),
        ("Porto", cast.iberia, cast.wave1),
    ]:
        site = factories.SiteFactory(name=name, region=region)
        factories.place(wave, site)
        sites.append(site)
    return sites


def scopes(cast):
    return [
        EVERYTHING,
        Scope(regions=frozenset({cast.iberia.pk})),
        Scope(regions=frozenset({cast.china.pk})),
    ]


def rows_of(survey, cast):
    for number, scope in enumerate(scopes(cast)):
        results = results_of(survey, scope)
        for row in [results.total, *results.waves, *results.sites, *results.rest]:
            yield (number, row.key), row


def counts_of(survey, cast):
    """Return every count that any reporting query gives to any scope."""
    counts = {}
    for key, row in rows_of(survey, cast):
        figures = row.figures
        counts[(*key, "n")] = figures["n"]
        for question in ("csat", "nps", "choice"):
            counts[(*key, question)] = sum(figures[question].values())
    for number, scope in enumerate(scopes(cast)):
        for part in ("wave", "region", "site"):
            found, total = satisfactions(part, editions_of(survey.programme), scope)
            for pk, satisfaction in found.items():
                counts[(number, part, pk)] = satisfaction.answers
            counts[(number, part, "total")] = total.answers if total else 0
    return counts


@pytest.mark.parametrize("seed", range(4))
def test_no_group_under_k_can_be_derived_from_all_that_is_ever_shown(asked, cast, places, seed):
    """Each answer chooses an option of its own, so that a figure tells which answers it counts."""
    draw = random.Random(seed)
    invitations = [
        invitation
        for site in places
        for invitation in asked.ask(site, 3 if site.name == "Porto" else draw.randint(5, 14))
    ]
    draw.shuffle(invitations)
    answering = invitations[: int(len(invitations) * 0.85)]
    question = asked.options[0].question
    seen, counts = set(), [counts_of(asked.survey, cast)]

    def look():
        counts.append(counts_of(asked.survey, cast))
        for _key, row in rows_of(asked.survey, cast):
            seen.add(frozenset(row.figures["choice"]))

    for invitation in answering:
        option = Option.objects.create(question=question, order=9, text="one of its own")
        asked.answer(
            invitation,
            csat=draw.choice([1, 2, 3, 4, 5, None]),
            nps=draw.choice([None, 0, 7, 9, 10]),
            choice_id=option.pk if draw.random() < 0.8 else None,
        )
        publish_surveys(asked.now)
        look()
    publish_surveys(asked.now + timedelta(days=300))
    look()
    assert_nothing_leaks([figure for figure in seen if figure], counts)


def assert_nothing_leaks(figures, counts):
    assert figures
    assert min(map(len, classes_of(figures))) >= K
    every = frozenset().union(*figures)
    assert not any(derivable(figures, frozenset({answer})) for answer in every)
    history = defaultdict(list)
    for moment in counts:
        for key, count in moment.items():
            history[key].append(count)
    for key, values in history.items():
        gains = [b - a for a, b in pairwise(values)]
        assert all(gain == 0 or gain >= K for gain in gains), key
        assert values[0] == 0 or values[0] >= K, key


def test_no_two_figures_of_one_edition_differ_by_fewer_than_k(asked, cast, places):
    draw = random.Random(7)
    for site in places:
        for invitation in asked.ask(site, draw.randint(3, 12)):
            asked.answer(invitation, csat=draw.randint(1, 5))
            publish_surveys(asked.now)
    counts = {count for _key, row in rows_of(asked.survey, cast) for count in [row.answers]}
    assert all(count == 0 or count >= K for count in counts)
    total = results_of(asked.survey, EVERYTHING)
    for parts in (total.waves, [*total.sites, *total.rest]):
        remainder = total.total.answers - sum(row.answers for row in parts)
        assert remainder == 0 or remainder >= K
