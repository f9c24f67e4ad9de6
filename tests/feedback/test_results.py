from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from feedback.queries.response import TOTAL, Response, editions_of, responses_by, surveys_of
from feedback.queries.results import (
    Satisfaction,
    comments_of,
    results_of,
    satisfactions,
)
from feedback.services.edition import publish_surveys
from programmes.models import WaveSite
from programmes.scope import EVERYTHING, Scope
from tests import factories


@pytest.fixture
def answered(asked, cast):
    """Barcelona: 4 of 5 satisfied, of 10 asked; Shanghai: 3 of 6, of 8; two small sites."""
    small = [factories.SiteFactory(name=name, region=cast.iberia) for name in ("Madrid", "Porto")]
    for site in small:
        factories.place(cast.wave1, site)
    sizes = dict(zip([cast.barcelona, cast.shanghai, *small], [10, 8, 3, 2], strict=True))
    asked.group(sizes)
    values_at = [[5, 4, 4, 5, 1], [5, 5, 5, 2, 3, 1], [1, 1], []]
    for (site, count), values in zip(sizes.items(), values_at, strict=True):
        for invitation, value in zip(asked.ask(site, count), values, strict=False):
            option = asked.options[value % 2]
            asked.answer(invitation, csat=value, nps=value * 2, choice_id=option.pk, comment="Hm")
    publish_surveys(asked.now)
    return asked.survey


def test_figures_of_all_regions(answered, cast, now):
    results = results_of(answered, EVERYTHING)
    assert (results.number, results.published_at) == (1, now)
    assert results.total.satisfaction == Satisfaction(7, 11)
    assert (results.total.answers, results.total.delivered) == (11, 23)
    assert results.total.response_percent == 48
    assert results.total.nps == pytest.approx(100 * (5 - 4) / 11, abs=1)
    assert {row.name: row.satisfaction for row in results.waves} == {
        "Wave 1": Satisfaction(4, 5),
        "Wave 2": Satisfaction(3, 6),
    }
    assert [(r.name, r.answers, r.response_percent, r.reason) for r in results.sites] == [
        ("Barcelona", 5, 50, ""),
        ("Shanghai", 6, 75, ""),
        ("Madrid", 0, None, "few_people"),
        ("Porto", 0, None, "few_people"),
    ]
    assert dict(results.choices) == {"Phone": 3, "Chat <b>": 8}
    assert [c.text for c in comments_of(answered, EVERYTHING)] == ["Hm"] * 13


@pytest.mark.parametrize("part", ["wave", "site"])
def test_boards_have_the_response_of_the_surveys_page(part, answered, cast):
    scope = replace(EVERYTHING, programme=cast.programme.pk)
    places = list(WaveSite.objects.within(scope).select_related("wave", "site__region"))
    found = responses_by(part, surveys_of(cast.programme), places, scope)
    results = results_of(answered, scope)
    rows = results.waves if part == "wave" else results.sites
    assert {f"{part}-{key}": one.share for key, one in found.items()} == {
        row.key: row.response_share for row in rows if row.response_share is not None
    }
    assert len(found) == 2


def test_interval_is_wilsons():
    satisfaction = Satisfaction(4, 5)
    assert (satisfaction.percent, satisfaction.low_percent, satisfaction.high_percent) == (
        80,
        38,
        96,
    )


def test_one_region_sees_its_own_sites_only_and_no_comments(answered, cast):
    iberia = Scope(regions=frozenset({cast.iberia.pk}))
    results = results_of(answered, iberia)
    assert results.total.satisfaction == Satisfaction(4, 5)
    assert {row.name for row in results.sites} == {"Barcelona", "Madrid", "Porto"}
    assert [row.name for row in results.waves] == ["Wave 1"]
    assert not comments_of(answered, iberia)


def test_site_with_few_answers_is_hidden_and_says_why(asked, cast):
    for invitation in asked.ask(cast.barcelona, 9)[:4]:
        asked.answer(invitation, csat=5)
    publish_surveys(asked.now)
    results = results_of(asked.survey, EVERYTHING)
    (row,) = results.sites
    assert (row.reason, row.satisfaction, row.response_percent) == ("few_answers", None, None)
    assert (results.number, results.total.answers) == (0, 0)


def test_boards_read_the_latest_edition_of_each_survey(answered, cast):
    programme = cast.programme
    editions = editions_of(programme)
    by_wave, total = satisfactions("wave", editions)
    assert total == Satisfaction(7, 11)
    assert by_wave[cast.wave2.pk] == Satisfaction(3, 6)
    assert satisfactions("region", editions)[0][cast.iberia.pk] == Satisfaction(4, 5)
    assert set(satisfactions("site", editions)[0]) == {cast.barcelona.pk, cast.shanghai.pk}
    iberia = Scope(regions=frozenset({cast.iberia.pk}))
    assert satisfactions("wave", editions, iberia)[1] == Satisfaction(4, 5)
    assert satisfactions("wave", editions_of(factories.ProgrammeFactory())) == ({}, None)


@pytest.mark.parametrize("sites", [1, 3])
def test_number_of_queries_does_not_grow(asked, cast, sites, django_assert_num_queries):
    for number in range(sites):
        site = factories.SiteFactory(name=f"Site of Iberia {number}", region=cast.iberia)
        factories.place(cast.wave1, site)
        for invitation in asked.ask(site, 5):
            asked.answer(invitation, csat=5, choice_id=asked.options[0].pk)
    publish_surveys(asked.now)
    with django_assert_num_queries(7):
        results_of(asked.survey, EVERYTHING)
    with django_assert_num_queries(1):
        satisfactions("wave", editions_of(cast.programme))


def responses_of(survey, scope=EVERYTHING):
    results = results_of(survey, scope)
    rows = [results.total, *results.waves, *results.sites]
    return {
        row.name or "total": row.response and (row.response.answered, row.response.asked)
        for row in rows
    }


def test_response_counts_answers_as_they_come_and_hides_small_groups(asked, cast):
    barcelona, shanghai = asked.ask(cast.barcelona, 10), asked.ask(cast.shanghai, 8)
    for invitation in [*barcelona[:5], *shanghai[:4]]:
        asked.answer(invitation, csat=4)
    publish_surveys(asked.now)
    for invitation in barcelona[5:7]:
        asked.answer(invitation, csat=4)
    expected = {"total": (7, 18), "Wave 1": (7, 10), "Wave 2": None}
    assert responses_of(asked.survey) == {**expected, "Barcelona": (7, 10), "Shanghai": None}
    publish_surveys(asked.now)
    assert responses_of(asked.survey)["Barcelona"] == (7, 10)
    asked.answer(shanghai[4], csat=4)
    assert responses_of(asked.survey)["Shanghai"] == (5, 8)
    china = Scope(regions=frozenset({cast.china.pk}))
    assert responses_of(asked.survey, china) == {
        "total": (5, 8),
        "Wave 2": (5, 8),
        "Shanghai": (5, 8),
    }


def test_after_the_close_a_group_without_answers_shows_where_they_were_moved(asked, cast, as_user):
    madrid = factories.SiteFactory(name="Madrid", region=cast.iberia)
    cast.wave1.wave_sites.create(site=madrid)
    for site, invited, answering in [
        (cast.barcelona, 10, 3),
        (madrid, 6, 2),
        (cast.shanghai, 8, 2),
    ]:
        for invitation in asked.ask(site, invited)[:answering]:
            asked.answer(invitation, csat=4)
    publish_surveys(asked.now)
    assert set(responses_of(asked.survey).values()) == {None}
    publish_surveys(asked.now + timedelta(days=200))
    asked.survey.refresh_from_db()
    assert asked.survey.closed_at
    sites = {row.name: row.response for row in results_of(asked.survey, EVERYTHING).sites}
    iberia = Response(5, 16, cast.iberia.name)
    assert sites == {
        "Barcelona": iberia,
        "Madrid": iberia,
        "Shanghai": Response(5, 24, TOTAL),
    }
    url = reverse("feedback:results-show", args=[cast.programme.slug, asked.survey.pk])
    page = as_user(cast.ines).get(url).content.decode()
    assert "Counted in Iberia, where 31% answered" in page
    assert "Counted in the total, where 21% answered" in page
