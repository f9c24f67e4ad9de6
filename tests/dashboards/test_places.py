"""Sites, regions and business lines by their people."""

import html
import re
from datetime import UTC, date, datetime

import pytest

from onelift.dashboards.people.queries.places import Crew, holidays_at, map_of
from programmes.database.clock import database_now
from programmes.scope import Scope
from programmes.services.readiness import refresh_readiness
from tests import factories
from tests.factories import BusinessLineFactory, PersonFactory, SiteFactory
from tests.figures import differences

PEOPLE = "/p/one-it/people/"
NUMBER = re.compile(rf'<a [^>]*?href="({PEOPLE}\?[^"]*)"[^>]*>([^<]*)')


@pytest.fixture
def legal(cast):
    line = BusinessLineFactory(name="Legal")
    PersonFactory(site=cast.barcelona, language="cs", business_line=line)
    PersonFactory(site=cast.barcelona, language="uk", business_line=line)
    PersonFactory(site=cast.shanghai, language="en", business_line=line)
    PersonFactory(site=cast.barcelona, language="cs", left_on=date(2026, 1, 1))
    return line


def pages(cast, legal):
    return [
        "sites/",
        f"sites/{cast.barcelona.pk}/",
        "regions/",
        "regions/iberia/",
        "business-lines/",
        f"business-lines/{legal.pk}/",
    ]


def listed(client, url):
    page = client.get(html.unescape(url)).content.decode()
    return int(re.search(r"<h1[^>]*>([\d,]+) ", page)[1].replace(",", ""))


def test_each_number_is_the_total_of_its_list(cast, legal, as_user):
    for who, least in ((cast.ines, 40), (cast.claire, 40), (cast.rosa, 30)):
        client, seen = as_user(who), 0
        for address in pages(cast, legal):
            page = client.get(PEOPLE + address).content.decode().split("<main")[1]
            for url, text in NUMBER.findall(page):
                numbers = re.findall(r"\d+", text)
                if numbers and "view=" not in url and not text.strip().startswith("Wave"):
                    assert listed(client, url) == int(numbers[0]), (url, text)
                    seen += 1
        assert seen >= least


def test_a_language_without_texts_names_the_one_they_get(cast, legal, as_user):
    page = as_user(cast.ines).get(f"{PEOPLE}sites/").content.decode()
    assert "2 of 9 people will get a language other than their own" in page
    assert "Czech 1, gets English" in page
    assert "Ukrainian 1, gets Russian" in page
    page = as_user(cast.ines).get(f"{PEOPLE}sites/{cast.barcelona.pk}/").content.decode()
    assert "gets English" in page


def test_rosa_sees_nothing_of_other_regions(cast, legal, as_user):
    other = BusinessLineFactory(name="Canary")
    PersonFactory(site=cast.shanghai, business_line=other)
    client = as_user(cast.rosa)
    for address in pages(cast, legal):
        answer = client.get(PEOPLE + address)
        assert answer.status_code == 200, address
        page = answer.content.decode().split("<main")[1]
        for foreign in ("Canary", "Shanghai", "China", "Wave 2", "Chinese"):
            assert foreign not in page, address
    for address in (
        f"sites/{cast.shanghai.pk}/",
        "regions/china/",
        f"business-lines/{other.pk}/",
    ):
        assert client.get(PEOPLE + address).status_code == 404


def test_a_site_outside_the_waves_has_no_page(cast, as_user):
    assert as_user(cast.ines).get(f"{PEOPLE}sites/{SiteFactory().pk}/").status_code == 404


def test_a_site_shows_its_dates_hours_and_holidays(cast, as_user):
    cast.wave1.wave_sites.update(own_go_live_on=date(2099, 1, 5))
    page = as_user(cast.ines).get(f"{PEOPLE}sites/{cast.barcelona.pk}/").content.decode()
    assert "Barcelona goes live on Mon 5 Jan 2099" in page
    assert "own date" in page
    assert "Europe/Madrid" in page
    assert "Saturday and Sunday" in page
    assert re.search(r"\d\d:\d\d UTC\+[12]", page)


def test_holidays_are_the_next_ones_at_the_site(cast):
    eve = datetime(2026, 12, 24, 23, 30, tzinfo=UTC)
    days = holidays_at(cast.barcelona, eve)
    assert days[0] == (date(2026, 12, 25), "Christmas Day")
    assert days[1][0] == date(2027, 1, 1)
    assert len(days) == 6
    cast.barcelona.country = "XX"
    assert holidays_at(cast.barcelona, eve) == []


def test_sites_are_sorted_as_asked(cast, legal, as_user):
    client = as_user(cast.ines)

    def order(sort):
        rows = client.get(f"{PEOPLE}sites/?sort={sort}").context["rows"]
        return [row.site.name for row in rows]

    assert order("") == order("name") == order("nonsense") == ["Barcelona", "Shanghai"]
    assert order("people") == ["Shanghai", "Barcelona"]
    assert order("-live") == order("-name") == ["Shanghai", "Barcelona"]
    assert order("region") == ["Shanghai", "Barcelona"]


def test_people_add_up_however_they_are_grouped(cast, legal, now):
    found = map_of(cast.programme, Scope(regions=None), now)
    assert found.crew.people == 9
    assert sum(one.people for one in found.crew.languages) == 9
    assert sum(found.crew.lines.values()) == sum(found.crew.sites.values()) == 9
    parts = [found.in_region(region.pk) for region in (cast.iberia, cast.china)]
    assert sum(part.crew.people for part in parts) == 9
    assert found.crew.of_line(legal.pk).people == 3
    assert Crew((), ("en",)).people == 0


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(cast, legal, as_user, many, django_assert_num_queries):
    for n in range(many):
        site = SiteFactory(region=cast.iberia)
        factories.place(cast.wave1, site)
        PersonFactory(site=site, language=f"x{n}", business_line=BusinessLineFactory())
    client = as_user(cast.ines)
    counts = dict(zip(pages(cast, legal), (8, 14, 8, 12, 9, 11), strict=True))
    for address, queries in counts.items():
        client.get(PEOPLE + address)
        with django_assert_num_queries(queries):
            client.get(PEOPLE + address)


def test_an_empty_programme_says_what_to_do(cast, as_user):
    cast.wave1.wave_sites.all().delete()
    cast.wave2.wave_sites.all().delete()
    client = as_user(cast.ines)
    for address in ("sites/", "regions/", "business-lines/"):
        assert "Waves and sites" in client.get(PEOPLE + address).content.decode().split("<main")[1]


def test_sites_stand_in_the_order_of_their_letters_whatever_the_accents(cast, as_user):
    for name in ("İstanbul", "São Paulo", "Slough"):
        site = SiteFactory(name=name, region=cast.iberia)
        factories.place(cast.wave1, site)
    rows = as_user(cast.ines).get(f"{PEOPLE}sites/").context["rows"]
    names = [row.site.name for row in rows]
    assert names == ["Barcelona", "İstanbul", "São Paulo", "Shanghai", "Slough"]


def test_the_live_sites_of_a_region_are_listed_alone(cast, as_user):
    client = as_user(cast.ines)
    page = client.get(f"{PEOPLE}regions/").content.decode()
    (url, shown) = re.search(
        rf'href="({PEOPLE}\?region=iberia&amp;live=1[^"]*)"[^>]*>(\d+)<', page
    ).groups()
    assert len(client.get(html.unescape(url)).context["sites"]) == int(shown)


def test_the_rule_of_working_days_leads_to_the_sites_that_it_counts(cast, as_user):
    now = database_now()
    place = cast.wave2.wave_sites.get()
    place.own_go_live_on = date(2027, 1, 17)
    place.save()
    client = as_user(cast.ines)
    assert differences(client, f"/p/one-it/waves/{cast.wave2.pk}/readiness/") == []
    refresh_readiness(cast.programme, now)
    page = client.get(f"/p/one-it/waves/{cast.wave2.pk}/readiness/").content.decode()
    url = re.search(r'href="([^"]*live_on=rest[^"]*)"\s+data-count="1"', page)[1]
    listed = client.get(html.unescape(url)).content.decode()
    assert "1 site goes live on a non-working day" in listed
    assert place.site.name in listed
    assert 'data-total="1"' in listed
    other = client.get(f"{PEOPLE}sites/?live_on=rest&wave={cast.wave1.pk}").content.decode()
    assert place.site.name not in other.split("<main")[1]
    assert "No sites match" in other
    assert f'href="{PEOPLE}sites/">Clear filter</a>' in other
    for wrong in ("No site is in a wave yet", "Nobody works here yet"):
        assert wrong not in other
