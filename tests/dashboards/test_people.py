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
        "?contacted=30": 2,
        "?uncontacted=30": 5,
        "?informed=yes": 3,
        "?informed=no": 4,
        "?contacted=60": 3,
        "?contacted=60&reached=30": 2,
        "?region=iberia&uncontacted=30": 1,
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
        "contacted=soon", "uncontacted=-3", "informed=maybe", "live_within=x", "affected=low",
    ],
)  # fmt: skip
def test_a_filter_that_names_nothing_is_not_found(cast, as_user, query):
    assert as_user(cast.ines).get(f"{PEOPLE}?{query}").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["language=%00", "language=<b>", "q=%00", "q=%27%22<script>", "page=x", "page=999", "view=?",
     "contacted=999999999999999999", "due=x", "nothing=1"],
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
        client.get(f"{PEOPLE}?view={view}&contacted=30")


def names_on(client, query=""):
    return [str(row.person) for row in client.get(PEOPLE + query).context["rows"]]


@pytest.mark.parametrize(
    "query", ["zoe", "ZOË muller", "Müller Zoë", "P-7", "zm@x.example", "ZM@X"]
)
def test_somebody_is_found_by_name_number_or_address(cast, as_user, query):
    PersonFactory(
        site=cast.barcelona,
        last_name="Müller",
        first_name="Zoë",
        personnel_number="P-7",
        email="zm@x.example",
    )
    assert names_on(as_user(cast.ines), f"?q={query}") == ["Zoë Müller"]


def test_a_part_of_a_number_finds_nobody(cast, as_user):
    PersonFactory(site=cast.barcelona, personnel_number="P-QX", last_name="Abc", first_name="")
    assert names_on(as_user(cast.ines), "?q=QX") == []


def test_names_without_spaces_are_found_by_any_part(cast, as_user):
    PersonFactory(site=cast.shanghai, last_name="王", first_name="小明")
    client = as_user(cast.ines)
    for query in ("王小明", "小明", "王 小明"):
        assert names_on(client, f"?q={query}") == ["小明 王"], query
    assert names_on(as_user(cast.rosa), "?q=小明") == []


def test_filters_on_what_somebody_is(cast, as_user):
    PersonFactory(site=cast.barcelona, employer="Provider", language="cs")
    Person.objects.filter(pk=cast.people[0].pk).update(is_do_not_contact=True)
    client = as_user(cast.ines)
    assert total(client, "?employer=Provider") == 1
    assert total(client, "?do_not_contact=1") == 1
    assert total(client, "?fallback=1") == 1
    assert total(client, "?business_line=none") == 7
    assert total(client, "?employer=Nobody") == 0
    assert "Provider" in page_of(client)
    assert total(as_user(cast.claire), "?do_not_contact=1") == 7
    assert "Not to be contacted" not in page_of(as_user(cast.claire))


def test_who_left_is_found_and_marked_and_in_no_other_list(cast, as_user):
    PersonFactory(site=cast.barcelona, last_name="Gone", left_on=date(2026, 10, 1))
    PersonFactory(site=cast.shanghai, last_name="Gone", left_on=date(2026, 10, 1))
    client = as_user(cast.ines)
    assert total(client) == 6
    page = page_of(client, "?left=1")
    assert "2 people have left" in page
    rows = page.split("<tbody>")[1].split("</tbody>")[0]
    assert (rows.count("Gone"), rows.count("</svg>Left")) == (2, 2)
    page = page_of(client, "?q=gone")
    assert "2 people who have left also match." in page
    assert "?q=gone&amp;left=1" in page
    assert "1 person has left" in page_of(as_user(cast.rosa), "?left=1")


def test_headings_sort(cast, as_user):
    for site, language, name in [
        (cast.shanghai, "fr", "A"),
        (cast.barcelona, "de", "B"),
        (cast.barcelona, "fr", "C"),
    ]:
        PersonFactory(site=site, language=language, last_name=name, first_name="", employer="X")
    client = as_user(cast.ines)

    def order(sort):
        return "".join(names_on(client, f"?employer=X&sort={sort}"))

    assert order("name") == order("") == order("nonsense") == order("-nonsense") == "ABC"
    assert order("-name") == "CBA"
    assert order("site") == "BCA"
    assert order("-site") == "ACB"
    assert order("language") == "ACB"
    assert order("-language") == "BCA"
    assert 'aria-sort="descending"' in page_of(client, "?sort=-site")
    assert 'aria-sort="ascending"' in page_of(client)


@pytest.mark.parametrize("sort", ["name", "-name", "site", "-site", "language", "-language"])
def test_pages_of_groups_hold_everybody_once_and_in_order(cast, as_user, sort):
    sites = [cast.barcelona, cast.shanghai]
    for n in range(120):
        PersonFactory(site=sites[n % 2], language=("fr", "de", "cs", "es")[n % 4])
    client = as_user(cast.ines)
    rows = []
    for page in (1, 2, 3):
        rows += client.get(f"{PEOPLE}?sort={sort}&page={page}").context["rows"]
    people = [row.person for row in rows]
    assert len({person.pk for person in people}) == 126
    key, sign = sort.removeprefix("-"), sort.startswith("-")
    names = {"de": "German", "cs": "Czech", "es": "Spanish", "fr": "French"}
    names |= {"zh-hans": "Chinese", "en": "English"}
    keys = {
        "name": lambda p: (p.folded_name, p.pk),
        "site": lambda p: (p.site.name, p.folded_name, p.pk),
        "language": lambda p: (names[p.language], p.folded_name, p.pk),
    }
    assert people == sorted(people, key=keys[key], reverse=sign)


@pytest.mark.parametrize(
    ("query", "queries"), [("", 13), ("?q=last", 15), ("?sort=site", 14), ("?sort=-language", 15)]
)
@pytest.mark.parametrize("many", [1, 3])
def test_a_page_of_persons_is_a_constant_number_of_queries(
    cast, as_user, many, query, queries, django_assert_num_queries
):
    for _n in range(many):
        line = BusinessLineFactory()
        PersonFactory(site=cast.barcelona, language="cs", business_line=line)
    client = as_user(cast.ines)
    client.get(PEOPLE)
    with django_assert_num_queries(queries):
        client.get(PEOPLE + query)


@pytest.mark.parametrize("text", ["zq " * 1_900, "@" + "zq%_" * 20_000])
def test_a_search_as_long_as_an_address_finds_nobody(cast, as_user, text):
    answer = as_user(cast.ines).get("/p/one-it/people/", {"q": text})
    assert (answer.status_code, answer.context["total"]) == (200, 0)


def test_a_business_line_of_another_region_alone_is_not_named(cast, as_user):
    line = BusinessLineFactory(name="Canary")
    PersonFactory(site=cast.shanghai, business_line=line)
    address = f"/p/one-it/people/?business_line={line.pk}"
    assert as_user(cast.rosa).get(address).status_code == 404
    assert as_user(cast.ines).get(address).context["total"] == 1
