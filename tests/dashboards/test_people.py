import re
from datetime import date

import pytest

from communications.models import State
from stakeholders.models import Person
from tests.communications.making import approve, make_message
from tests.factories import BusinessLineFactory, PersonFactory, SiteFactory, WaveFactory

PEOPLE = "/p/one-it/people/"


def page_of(client, query=""):
    answer = client.get(PEOPLE + query)
    assert answer.status_code == 200
    return answer.content.decode()


def total(client, query=""):
    """Return the number in the title, after checking that the sites add up to it."""
    shown = int(re.search(r"<h1[^>]*>([\d,]+) ", page_of(client, query))[1].replace(",", ""))
    joined = f"{query}&view=sites" if query else "?view=sites"
    if shown:
        sites = client.get(PEOPLE + joined).context["sites"]
        assert sum(site.people for site in sites) == shown
        assert sum(n for site in sites for _c, _l, n in site.languages) == shown
    return shown


def test_the_manager_sees_persons_with_the_language_they_get(cast, as_user):
    PersonFactory(site=cast.barcelona, last_name="Šimić", language="uk")
    page = page_of(as_user(cast.ines))
    assert "7 people in the programme" in page
    assert "Šimić" in page
    assert "gets Russian" in page


def test_the_cio_sees_counts_that_add_up_and_no_name(cast, as_user):
    page = page_of(as_user(cast.claire))
    assert "6 people in the programme" in page
    for person in Person.objects.all():
        assert person.last_name not in page
        assert person.email not in page
    assert total(as_user(cast.claire)) == 6


def test_searching_tells_the_cio_nothing(cast, as_user):
    name = cast.people[0].last_name
    assert total(as_user(cast.claire), f"?q={name}") == 6
    assert total(as_user(cast.ines), f"?q={name}") == 1


def test_rosa_sees_persons_of_her_region_only(cast, as_user):
    PersonFactory(site=cast.shanghai, last_name="Canary", language="zh-hans")
    page = page_of(as_user(cast.rosa))
    assert "3 people in the programme" in page
    for foreign in ("Canary", "Shanghai", "China", "Wave 2", "Chinese"):
        assert foreign not in page
    client = as_user(cast.rosa)
    for query in ("region=china", f"site={cast.shanghai.pk}", f"wave={cast.wave2.pk}"):
        assert client.get(f"{PEOPLE}?{query}").status_code == 404


def test_who_left_or_works_outside_the_waves_is_not_listed(cast, as_user):
    PersonFactory(site=cast.barcelona, left_on=date(2026, 10, 1))
    PersonFactory(site=SiteFactory())
    assert total(as_user(cast.ines)) == 6


def test_filters_narrow_together(cast, as_user, sent):
    line = BusinessLineFactory()
    PersonFactory(site=cast.shanghai, language="en", business_line=line)
    sent(cast.people[:2])
    sent(cast.people[2:3], days_ago=40)
    sent(cast.people[3:4], state=State.FAILED)
    client = as_user(cast.ines)
    for query, count in {
        f"?wave={cast.wave2.pk}": 4,
        "?region=iberia": 3,
        f"?site={cast.shanghai.pk}": 4,
        "?language=es": 3,
        f"?business_line={line.pk}": 1,
        "?reached=30": 2,
        "?unreached=30": 5,
        "?reached=60": 3,
        "?region=iberia&unreached=30": 1,
        f"?region=iberia&business_line={line.pk}": 0,
        "?language=&wave=": 7,
    }.items():
        assert total(client, query) == count, query


def test_live_people_are_those_whose_site_has_gone_live(cast, as_user):
    cast.wave2.go_live_on = date(2099, 1, 1)
    cast.wave2.save()
    cast.wave1.wave_sites.update(own_go_live_on=date(2020, 1, 1))
    assert total(as_user(cast.ines), "?live=1") == 3


def test_an_audience_and_an_approved_version_open_their_people(cast, as_user, now):
    message = make_message(cast, now, sites=[cast.shanghai])
    approval = approve(cast, message, now)
    client = as_user(cast.ines)
    assert total(client, f"?audience={message.audience_id}") == 3
    assert total(client, f"?version={approval.pk}") == 3
    assert total(client, f"?version={approval.pk}&due=2026-11-24") == 3
    assert total(client, f"?version={approval.pk}&due=2026-11-25") == 0
    message.audience.sites.set([cast.shanghai, cast.barcelona])
    assert total(client, f"?audience={message.audience_id}") == 6
    assert total(client, f"?version={approval.pk}") == 3
    assert as_user(cast.rosa).get(f"{PEOPLE}?version={approval.pk}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "wave=x", "wave=²", "wave=-1", "wave=99999999999999999999999", "site=1%00", "site=0",
        "region=nowhere", "region=%00", "business_line=1e3", "audience=5", "version=abc",
        "reached=soon", "unreached=-3",
    ],
)  # fmt: skip
def test_a_filter_that_names_nothing_is_not_found(cast, as_user, query):
    assert as_user(cast.ines).get(f"{PEOPLE}?{query}").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["language=%00", "language=<b>", "q=%00", "q=%27%22<script>", "page=x", "page=999", "view=?",
     "reached=999999999999999999", "due=x", "nothing=1"],
)  # fmt: skip
def test_what_cannot_be_read_breaks_nothing(cast, as_user, query):
    answer = as_user(cast.ines).get(f"{PEOPLE}?{query}")
    assert answer.status_code == 200
    assert b"<script>" not in answer.content.split(b"<main")[1]


def test_a_day_that_is_none_is_not_found(cast, as_user):
    answer = as_user(cast.ines).get(f"{PEOPLE}?wave={cast.wave1.pk}&due=tomorrow")
    assert answer.status_code == 404


def test_names_are_in_order_however_they_are_typed(cast, as_user):
    for name in ("ZEBRA", "adam", "Berg"):
        PersonFactory(site=cast.barcelona, last_name=name)
    rows = as_user(cast.ines).get(PEOPLE).context["rows"]
    names = [row.person.last_name for row in rows]
    assert [n for n in names if not n.startswith("Last")] == ["adam", "Berg", "ZEBRA"]


def test_pages_hold_fifty(cast, as_user):
    for _n in range(60):
        PersonFactory(site=cast.barcelona, language="es")
    client = as_user(cast.ines)
    assert len(client.get(PEOPLE).context["rows"]) == 50
    assert len(client.get(f"{PEOPLE}?page=2&region=iberia").context["rows"]) == 13
    assert "region=iberia&amp;page=2" in page_of(client, "?region=iberia")


@pytest.mark.parametrize(("view", "queries"), [("", 11), ("sites", 11)])
@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(
    cast, as_user, many, view, queries, django_assert_num_queries
):
    for n in range(many):
        site = SiteFactory()
        WaveFactory(programme=cast.programme, name=f"More {n}", sites=[site])
        PersonFactory(site=site)
    client = as_user(cast.ines)
    client.get(PEOPLE)
    with django_assert_num_queries(queries):
        client.get(f"{PEOPLE}?view={view}&reached=30")
