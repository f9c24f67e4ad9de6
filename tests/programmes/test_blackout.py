"""When a programme sends nothing: its page, its form, its rows."""

import html
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.models import Blackout, Site, WaveSite
from programmes.timing import Span
from tests.factories import LONG_AGO, BlackoutFactory

LIST = "/p/one-it/setup/blackouts/"
TYPED = {"name": "Closing", "first_on": "21 Dec 2026", "last_on": "3 Jan 2027", "region": ""}


def words_of(answer):
    return html.unescape(answer.content.decode())


def test_a_manager_adds_changes_and_removes_one(cast, as_user):
    ines = as_user(cast.ines)
    assert "No blackouts" in words_of(ines.get(LIST))
    ines.post(f"{LIST}add/", TYPED)
    blackout = Blackout.objects.get()
    assert (blackout.span, blackout.region) == (Span(date(2026, 12, 21), date(2027, 1, 3)), None)
    cast.wave1.refresh_from_db()
    assert cast.wave1.changed_at > LONG_AGO
    ines.post(f"{LIST}{blackout.pk}/", {**TYPED, "region": cast.iberia.pk})
    blackout.refresh_from_db()
    assert blackout.region == cast.iberia
    page = words_of(as_user(cast.rosa).get(LIST))
    assert "Closing" in page
    assert "Add blackout" not in page
    ines.post(f"{LIST}{blackout.pk}/remove/")
    assert not Blackout.objects.exists()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ({"last_on": "20 Dec 2026"}, "The last day is before the first. Enter a later last day."),
        (
            {"last_on": "21 Dec 2027"},
            "A blackout can last at most half a year. Enter an earlier last day.",
        ),
        ({"first_on": "32 Dec"}, "This date does not exist"),
    ],
)
def test_a_wrong_day_is_said_and_nothing_typed_is_lost(cast, as_user, typed, answer):
    page = words_of(as_user(cast.ines).post(f"{LIST}add/", {**TYPED, **typed}))
    assert answer in page
    assert 'value="Closing"' in page
    assert not Blackout.objects.exists()


def test_a_region_sees_its_own_and_those_of_all(cast, as_user):
    BlackoutFactory(programme=cast.programme, name="For all")
    BlackoutFactory(programme=cast.programme, name="In China", region=cast.china)
    BlackoutFactory(name="Of others")
    page = words_of(as_user(cast.rosa).get(LIST))
    assert "For all" in page
    assert "In China" not in page
    assert "Of others" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(cast, as_user, rows):
    for _n in range(rows):
        BlackoutFactory(programme=cast.programme, region=cast.iberia)
    client = as_user(cast.ines)
    client.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        client.get(LIST)
    assert len(captured) == 15


def test_each_site_knows_those_of_its_programme_and_region(cast):
    everywhere = BlackoutFactory(programme=cast.programme)
    iberia = BlackoutFactory(programme=cast.programme, region=cast.iberia)
    BlackoutFactory(region=cast.iberia)
    found = {p.site: set(p.blackouts) for p in WaveSite.objects.dated()}
    assert found[cast.barcelona] == {everywhere.span, iberia.span}
    assert found[cast.shanghai] == {everywhere.span}


@pytest.mark.parametrize(
    ("country", "part", "answer"),
    [("DE", "BX", "Enter one of: BB, BE"), ("CN", "11", "Leave this empty")],
)
def test_a_part_is_one_of_the_country(cast, country, part, answer):
    site = Site.objects.get(pk=cast.barcelona.pk)
    site.country, site.subdivision = country, part
    with pytest.raises(ValidationError, match=answer):
        site.full_clean()
    site.country, site.subdivision = "DE", "BY"
    site.full_clean()


def test_the_budget_is_set_with_the_programme(cast, as_user):
    ines, url = as_user(cast.ines), "/p/one-it/setup/programme/"
    typed = {
        "name": "One IT",
        "purpose": "One IT for all.",
        "starts_on": "2026-09-01",
        "ends_on": "2028-06-30",
        "languages": ["en", "es"],
        "mails_a_week": "0",
    }
    assert 'value="0"' in words_of(ines.post(url, typed))
    for given, kept in (("3", 3), ("", None)):
        assert ines.post(url, {**typed, "mails_a_week": given}).status_code == 302
        cast.programme.refresh_from_db()
        assert cast.programme.mails_a_week == kept
