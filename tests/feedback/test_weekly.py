from datetime import date, timedelta

import pytest

from feedback.models import Edition
from feedback.queries.response import latest_editions, surveys_of
from feedback.queries.results import Satisfaction
from feedback.queries.weekly import WEEKS_SHOWN, first_week, weeks_of_answers
from feedback.services.edition import publish_surveys
from programmes.scope import EVERYTHING, Scope

# The first Monday; the answers come on Wednesdays.
MONDAY = date(2026, 9, 7)
WEEK = timedelta(weeks=1)


@pytest.fixture
def publish(asked, now):
    """Let people of a site answer, 0 nothing, and publish so many weeks after the first Monday."""

    def publish(week, site, values):
        for invitation, value in zip(asked.ask(site, len(values)), values, strict=True):
            if value:
                asked.answer(invitation, csat=value)
        publish_surveys(now.replace(year=2026, month=9, day=9) + week * WEEK)

    return publish


def weeks(cast, scope=EVERYTHING, since=MONDAY):
    past = surveys_of(cast.programme, since).past
    return {
        (w.monday - MONDAY) // WEEK: w.satisfaction for w in weeks_of_answers(past, scope, since)
    }


def test_each_week_counts_what_its_editions_added(cast, publish):
    publish(0, cast.barcelona, [5, 5, 4, 4, 1])
    publish(0, cast.barcelona, [5, 1, 1, 1, 1])
    publish(2, cast.barcelona, [1, 1, 1, 1, 1, 5])
    publish(3, cast.shanghai, [5, 5, 5, 5, 5])
    assert weeks(cast) == {
        0: Satisfaction(5, 10),
        2: Satisfaction(1, 6),
        3: Satisfaction(5, 5),
    }
    iberia = Scope(regions=frozenset({cast.iberia.pk}))
    assert weeks(cast, iberia) == {0: Satisfaction(5, 10), 2: Satisfaction(1, 6)}


def test_fewer_than_k_new_answers_make_no_week(cast, publish):
    publish(0, cast.barcelona, [5, 5, 4, 4, 1])
    publish(1, cast.barcelona, [1, 1, 1, 1])
    publish(1, cast.shanghai, [1, 1, 1, 1, 0])
    assert weeks(cast) == {0: Satisfaction(4, 5)}
    publish(2, cast.barcelona, [5])
    assert weeks(cast)[2] == Satisfaction(1, 5)


def test_what_was_before_the_first_week_is_no_part_of_it(cast, publish):
    publish(0, cast.barcelona, [5, 5, 5, 5, 5])
    publish(1, cast.barcelona, [1, 1, 1, 1, 1])
    publish(2, cast.barcelona, [5, 1, 1, 1, 1])
    assert weeks(cast, since=MONDAY + 2 * WEEK) == {2: Satisfaction(1, 5)}
    assert weeks(cast, since=MONDAY + 3 * WEEK) == {}


def test_the_weeks_know_the_latest_edition_too_in_as_many_queries(
    cast, publish, django_assert_num_queries
):
    for week in range(3):
        publish(week, cast.barcelona, [5, 5, 5, 5, 5])
        publish(week, cast.barcelona, [1, 1, 1, 1, 1])
    assert Edition.objects.count() == 6
    with django_assert_num_queries(2):
        found = surveys_of(cast.programme, MONDAY + WEEK)
        assert [edition.number for edition in found.past] == [2, 4, 6]
    assert found.editions == latest_editions([survey.pk for survey in found.all])


def test_the_first_week_begins_with_its_monday():
    sunday = date(2026, 11, 29)
    assert first_week(sunday) == date(2026, 11, 23) - (WEEKS_SHOWN - 1) * WEEK
    assert first_week(date(2026, 11, 23)) == first_week(sunday)
