"""The page on which an audience is put together, and those of the saved ones."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from programmes.models import Stream
from programmes.scope import EVERYTHING, Scope
from stakeholders.audiences.queries.builder import board_of
from stakeholders.importing.services.personnel import import_people
from stakeholders.models import Audience, AudienceException, Person, Persona, Role
from tests import factories
from tests.clock import NOW
from tests.communications.making import make_message
from tests.factories import (
    AudienceFactory,
    BusinessLineFactory,
    PersonFactory,
    SiteFactory,
    WaveFactory,
)

PAGE = "/p/one-it/people/audience/"
SAVED = "/p/one-it/people/audiences/"
LIST = "/p/one-it/people/"


@pytest.fixture
def plant(cast):
    """Two lines of business in Barcelona and Porto, two personas, and two employers."""
    lab, shift = BusinessLineFactory(name="Lab"), BusinessLineFactory(name="Plant")
    cast.porto = SiteFactory(name="Porto", region=cast.iberia, language="pt", country="PT")
    factories.place(cast.wave1, cast.porto)
    for line, site, employer, n in [
        (lab, cast.barcelona, "Meridel", 3),
        (shift, cast.barcelona, "Meridel", 4),
        (shift, cast.porto, "Norstrand", 5),
    ]:
        for _ in range(n):
            PersonFactory(site=site, language="es", business_line=line, employer=employer)
    made = {}
    for order, (slug, line, channels) in enumerate(
        [("lab", lab, ["mail", "chat"]), ("shift", shift, ["briefing", "poster"])]
    ):
        persona = Persona.objects.create(
            programme=cast.programme,
            slug=slug,
            name_en=slug.title(),
            order=order,
            channels=channels,
        )
        persona.business_lines.add(line)
        made[slug] = persona
    cast.lab, cast.shift = made["lab"], made["shift"]
    return cast


def title(answer) -> str:
    return re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.S)[1].strip()


def left(answer) -> dict[str, int]:
    return {line.key: line.left for line in answer.context["board"].lines}


def test_without_a_line_everybody_in_a_wave_is_meant(plant, as_user):
    PersonFactory(site=SiteFactory(name="In no wave"))
    answer = as_user(plant.ines).get(PAGE)
    assert answer.context["board"].split.people == 18
    assert title(answer) == "18 people match, 9 not reached by email"


def test_each_line_says_who_is_left_and_each_choice_how_many(plant, as_user):
    query = f"?wave={plant.wave1.pk}&persona=lab&persona=shift&not_site={plant.porto.pk}"
    answer = as_user(plant.ines).get(PAGE + query)
    assert left(answer) == {
        "wave": 15,
        "persona": 12,
        "business_line": 12,
        "place": 12,
        "language": 12,
        "employer": 12,
        "without": 7,
    }
    lines = {line.key: line for line in answer.context["board"].lines}
    assert lines["wave"].detail == "of 18"
    assert lines["persona"].detail == "3, 9"
    assert lines["without"].detail == "5 fewer"
    assert [line.key for line in lines.values() if line.narrows] == ["wave", "persona", "without"]
    page = answer.content.decode()
    assert "7 people match, 4 not reached by email" in page
    assert "Email reaches 3 of 7." in page


def test_a_choice_comes_into_the_address_and_goes_again(plant, as_user):
    client = as_user(plant.ines)
    answer = client.get(f"{PAGE}?persona=lab&add=not_site:{plant.porto.pk}")
    assert answer.status_code == 302
    assert answer["Location"] == f"{PAGE}?persona=lab&not_site={plant.porto.pk}"
    chips = client.get(answer["Location"]).context["board"].lines
    urls = {chip.label: chip.url for line in chips for chip in line.chips}
    assert urls == {"Lab": f"?not_site={plant.porto.pk}", "Porto": "?persona=lab"}


@pytest.mark.parametrize(
    "query",
    [
        "wave=999",
        "wave=x",
        "persona=none",
        "site=1%00",
        "employer=Nobody",
        "add=wave:999",
        "not_site=-",
    ],
)
def test_an_unknown_value_is_not_found(plant, as_user, query):
    assert as_user(plant.ines).get(f"{PAGE}?{query}", follow=True).status_code == 404


QUERIES = [
    "",
    "wave={wave1}",
    "persona=lab",
    "persona=lab&persona=shift&wave={wave1}",
    "region={iberia}&site={shanghai}",
    "site={porto}",
    "employer=Norstrand&not_persona=lab",
    "language=es&not_region={iberia}",
    "language=zh-hans&not_language=es&not_employer=Meridel",
    "not_business_line={line}&not_site={porto}",
]


@pytest.mark.parametrize("query", QUERIES)
def test_the_last_line_the_bars_and_the_list_say_the_same(plant, as_user, query):
    values = {
        "wave1": plant.wave1.pk,
        "iberia": plant.iberia.pk,
        "shanghai": plant.shanghai.pk,
        "porto": plant.porto.pk,
        "line": plant.lab.business_lines.get().pk,
    }
    client = as_user(plant.ines)
    board = client.get(f"{PAGE}?{query.format(**values)}").context["board"]
    meant = board.rule.people().count()
    assert board.lines[-1].left == board.split.people == meant
    assert sum(bar.people for bar in board.sites) == meant
    assert sum(bar.people for bar in board.languages) == meant
    listed = client.get(f"{LIST}?{board.list_query}")
    assert listed.context["total"] == meant
    unmailed = client.get(f"{LIST}?{board.list_query}&mail=no")
    assert unmailed.context["total"] == board.unmailed


def test_a_saved_audience_means_what_the_page_showed(plant, as_user):
    client = as_user(plant.ines)
    query = f"wave={plant.wave1.pk}&persona=shift&not_employer=Norstrand&language=es"
    rule = client.get(f"{PAGE}?{query}").context["board"].rule
    answer = client.post(f"{PAGE}save/?{query}", {"name": " Shift, wave 1 "}, follow=True)
    saved = Audience.objects.get(is_saved=True)
    assert saved.name == "Shift, wave 1"
    assert saved.rule() == rule
    assert AudienceException.objects.get().employer == "Norstrand"
    assert "“Shift, wave 1” is saved." in answer.content.decode()
    assert answer.context["board"].rule == rule
    assert answer.context["saved"] == saved


@pytest.mark.parametrize(
    "query",
    ["sites=7", "wave", "wave=", "site%3D7", "persona=lab&pers", "site=999", "of=one&persona=lab"],
)
def test_nothing_is_saved_from_an_address_that_cannot_be_read(plant, as_user, query):
    answer = as_user(plant.ines).post(f"{PAGE}save/?{query}", {"name": "Lab"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose the criteria below, then save." in page
    assert 'value="Lab"' in page
    assert f'action="{PAGE}save/?"' in page, "what is chosen next is read"
    assert not Audience.objects.saved().exists()


def test_the_page_says_which_criteria_cannot_be_read(plant, as_user):
    client = as_user(plant.ines)
    page = client.get(f"{PAGE}?persona=lab&sites=7").content.decode()
    assert "criteria in the page address are invalid: “sites=7”" in page
    assert "cannot be read" not in client.get(f"{PAGE}?persona=lab&draw=2").content.decode()


def test_a_saved_audience_is_changed_in_place_or_kept_beside(plant, as_user):
    client = as_user(plant.ines)
    client.post(f"{PAGE}save/?persona=lab", {"name": "Lab"})
    saved = Audience.objects.get(is_saved=True)
    client.post(f"{PAGE}save/?of={saved.pk}&persona=shift", {"name": "Plant"})
    assert [a.name for a in Audience.objects.filter(is_saved=True)] == ["Plant"]
    assert list(Audience.objects.get(is_saved=True).personas.all()) == [plant.shift]
    client.post(f"{PAGE}save/?of={saved.pk}&persona=lab", {"name": "Lab", "as_new": "1"})
    assert {a.name for a in Audience.objects.filter(is_saved=True)} == {"Plant", "Lab"}


def test_a_taken_or_missing_name_keeps_what_was_chosen(plant, as_user):
    client = as_user(plant.ines)
    client.post(f"{PAGE}save/?persona=lab", {"name": "Lab"})
    taken = client.post(f"{PAGE}save/?persona=shift", {"name": "Lab"})
    assert taken.status_code == 422
    assert "A saved audience already has this name." in taken.content.decode()
    assert taken.context["board"].split.people == 9
    assert 'value="Lab"' in taken.content.decode()
    missing = client.post(f"{PAGE}save/?persona=shift", {"name": "  "})
    assert missing.status_code == 422
    assert Audience.objects.filter(is_saved=True).count() == 1


def test_a_frozen_audience_keeps_its_people(plant, as_user):
    client = as_user(plant.ines)
    client.post(f"{PAGE}save/?persona=lab", {"name": "Lab", "is_frozen": "on"})
    saved = Audience.objects.get(is_saved=True)
    PersonFactory(site=plant.barcelona, business_line=plant.lab.business_lines.get())
    answer = client.get(f"{PAGE}{saved.pk}/")
    assert title(answer) == "3 people match"
    assert "frozen on" in answer.content.decode()
    assert client.get(f"{LIST}?saved={saved.pk}").context["total"] == 3


def test_the_list_counts_the_people_of_each_and_takes_one_off_with_undo(plant, as_user):
    client = as_user(plant.ines)
    for slug in ("lab", "shift"):
        client.post(f"{PAGE}save/?persona={slug}", {"name": slug})
    rows = client.get(SAVED).context["rows"]
    assert [(row.audience.name, row.people, row.actions) for row in rows] == [
        ("lab", 3, 0),
        ("shift", 9, 0),
    ]
    lab = rows[0].audience
    answer = client.post(f"{SAVED}{lab.pk}/remove/", follow=True)
    assert [row.audience.name for row in answer.context["rows"]] == ["shift"]
    assert f"{SAVED}{lab.pk}/restore/" in answer.content.decode()
    client.post(f"{SAVED}{lab.pk}/restore/")
    assert len(client.get(SAVED).context["rows"]) == 2


def test_a_name_that_was_taken_meanwhile_is_not_taken_back(plant, as_user):
    client = as_user(plant.ines)
    client.post(f"{PAGE}save/?persona=lab", {"name": "Lab"})
    first = Audience.objects.get(is_saved=True)
    client.post(f"{SAVED}{first.pk}/remove/")
    client.post(f"{PAGE}save/?persona=shift", {"name": "Lab"})
    answer = client.post(f"{SAVED}{first.pk}/restore/", follow=True)
    assert "A saved audience already has this name." in answer.content.decode()
    assert Audience.objects.filter(is_saved=True).count() == 1


def test_two_audiences_are_compared_and_the_lists_add_up(plant, as_user):
    client = as_user(plant.ines)
    client.post(f"{PAGE}save/?site={plant.barcelona.pk}", {"name": "Barcelona"})
    client.post(f"{PAGE}save/?persona=shift", {"name": "Shift"})
    a, b = Audience.objects.filter(is_saved=True).order_by("name")
    answer = client.get(f"{SAVED}compare/?first={a.pk}&second={b.pk}")
    comparison = answer.context["comparison"]
    assert (comparison.only_first, comparison.both, comparison.only_second) == (6, 4, 5)
    hrefs = re.findall(r'href="(/p/one-it/people/\?saved=[^"]+)"', answer.content.decode())
    totals = [client.get(url.replace("&amp;", "&")).context["total"] for url in hrefs]
    by_site = [6, 4, 5]
    assert totals == [6, 4, 5, *by_site]


def test_everybody_is_more_than_some(plant, as_user):
    client = as_user(plant.ines)
    client.post(f"{PAGE}save/", {"name": "All"})
    client.post(f"{PAGE}save/?persona=shift", {"name": "Shift"})
    everybody, shift = Audience.objects.filter(is_saved=True).order_by("name")
    found = client.get(f"{SAVED}compare/?first={everybody.pk}&second={shift.pk}")
    comparison = found.context["comparison"]
    assert (comparison.only_first, comparison.both, comparison.only_second) == (9, 9, 0)


def test_who_is_in_no_audience_is_counted_by_wave(plant, as_user):
    client = as_user(plant.ines)
    client.post(f"{PAGE}save/?persona=shift", {"name": "Shift"})
    answer = client.get(f"{SAVED}none/")
    counts = {row["wave"].name: row["people"] for row in answer.context["rows"]}
    assert counts == {"Wave 1": 6, "Wave 2": 3}
    listed = client.get(f"{LIST}?wave={plant.wave1.pk}&in_none=1")
    assert listed.context["total"] == 6
    client.post(f"{PAGE}save/", {"name": "Everybody"})
    assert title(client.get(f"{SAVED}none/")) == "Everyone is in an audience"


def test_rosa_counts_her_region_and_writes_nothing(plant, as_user):
    as_user(plant.ines).post(f"{PAGE}save/?site={plant.shanghai.pk}", {"name": "China"})
    saved = Audience.objects.get(is_saved=True)
    client = as_user(plant.rosa)
    page = client.get(PAGE).content.decode()
    assert "15 people match" in page
    for foreign in ("Shanghai", "Wave 2", "Chinese"):
        assert foreign not in page
    assert client.get(f"{PAGE}?site={plant.shanghai.pk}").status_code == 404
    assert client.post(f"{PAGE}save/", {"name": "Mine"}).status_code == 403
    opened = client.get(f"{PAGE}{saved.pk}/")
    assert title(opened) == "No people match"
    assert "other than yours" in opened.content.decode()


def test_the_cio_sees_counts_and_no_names(plant, as_user):
    page = as_user(plant.claire).get(PAGE).content.decode()
    assert "18 people match" in page
    for person in Person.objects.all():
        assert person.last_name not in page


def test_other_people_are_drawn(plant, as_user):
    for _ in range(30):
        PersonFactory(site=plant.barcelona)
    client = as_user(plant.ines)
    first, again, other = (
        [one.person.pk for one in client.get(f"{PAGE}?draw={draw}").context["sample"]]
        for draw in (1, 1, 2)
    )
    assert first == again != other
    assert len(set(first)) == 8


def test_nobody_says_what_to_take_away(plant, as_user):
    query = f"?persona=lab&site={plant.shanghai.pk}"
    page = as_user(plant.ines).get(PAGE + query).content.decode()
    assert "No people match" in page
    assert "Without Lab it would be 3" in page
    assert "Without Shanghai it would be 3" in page


@pytest.mark.parametrize("address", [PAGE, SAVED, f"{SAVED}none/"])
def test_the_number_of_queries_does_not_grow(plant, as_user, address):
    client = as_user(plant.ines)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def more(n: int) -> None:
        client.post(f"{PAGE}save/?persona=lab&not_persona=shift", {"name": f"Audience {n}"})
        WaveFactory(programme=plant.programme, sites=[SiteFactory()])

    more(1)
    few = queries()
    for n in (2, 3):
        more(n)
    assert queries() == few


def test_boards_count_within_their_scope(plant):
    key = plant.programme.pk
    scope = Scope(frozenset({key}), key, frozenset({plant.china.pk}))
    assert board_of(plant.programme, scope, QueryDict("")).split.people == 3
    assert board_of(plant.programme, EVERYTHING, QueryDict("")).everybody == 18


def bring(people, now):
    """Bring in a file of these people as they are, all others having left."""
    rows = [
        ";".join(
            [
                *(p.personnel_number, p.last_name, p.email, p.site.name, p.job, p.employer),
                p.business_line.name if p.business_line else "",
            ]
        )
        for p in people
    ]
    head = "Personnel number;Last name;E-mail;Site;Job;Employer;Business line"
    content = "\n".join([head, *rows]).encode()
    return import_people(content, "people.csv", now=now, confirm_leavers=True)


def test_what_the_last_file_changed_is_told_and_listed(plant, as_user, now):
    everybody = list(Person.objects.select_related("site", "business_line"))
    bring(everybody, now)
    shift = [p for p in everybody if p.business_line and p.business_line.name == "Plant"]
    left, changed = shift[0], shift[1]
    changed.job = "Foreman"
    new = PersonFactory.build(site=plant.porto, business_line=shift[0].business_line)
    bring([*(p for p in everybody if p != left), new], now + timedelta(days=1))
    answer = as_user(plant.ines).get(f"{PAGE}?persona=shift")
    news = answer.context["news"]
    assert (news.came, news.changed, news.left) == (1, 1, 1)
    page = answer.content.decode()
    links = [u.replace("&amp;", "&") for u in re.findall(r'href="([^"]+news=[^"]+)"', page)]
    totals = [as_user(plant.ines).get(url).context["total"] for url in links]
    assert totals == [1, 1, 1]
    assert as_user(plant.ines).get(f"{PAGE}?persona=lab").context["news"] is None


def test_mail_does_not_reach_who_is_not_to_be_contacted(plant, as_user):
    Person.objects.filter(pk=plant.people[0].pk).update(is_do_not_contact=True)
    assert as_user(plant.ines).get(PAGE).context["board"].unmailed == 10
    assert as_user(plant.claire).get(PAGE).context["board"].unmailed == 9
    assert as_user(plant.claire).get(f"{LIST}?mail=no").context["total"] == 9


def test_a_saved_audience_starts_a_message_that_follows_it(plant, as_user):
    client = as_user(plant.ines)
    client.post(f"{PAGE}save/?persona=lab", {"name": "Lab"})
    saved = Audience.objects.get(is_saved=True)
    opened = client.get(f"{PAGE}{saved.pk}/", follow=True)
    link = re.search(r'href="(/p/one-it/messages/new/[^"]*)"', opened.content.decode())[1]
    form = client.get(link).context["form"]
    assert (form["follows"].value(), form["taken"].value()) == (saved.pk, str(saved.pk))
    assert form["personas"].value() == [plant.lab.pk]
    message = make_message(plant, NOW, follows=saved, personas=[plant.lab])
    assert message.audience.follows == saved
    page = client.get(SAVED).content.decode()
    assert "1 action uses it" in page
    changed = client.post(f"{PAGE}save/?of={saved.pk}&persona=shift", {"name": "Shift"})
    assert changed["Location"] == f"{PAGE}{saved.pk}/follow/"
    assert client.get(changed["Location"]).status_code == 200


def test_a_stream_leader_is_led_nowhere_that_is_closed(plant, as_user):
    stream = Stream.objects.create(programme=plant.programme, name="Service desk")
    kind = Role.Kind.STREAM_LEADER
    Role.objects.create(user=plant.otto, programme=plant.programme, kind=kind, stream=stream)
    client = as_user(plant.otto)
    saved, other = (
        AudienceFactory(programme=plant.programme, name=name) for name in ("First", "Second")
    )
    pages = [
        PAGE,
        f"{PAGE}{saved.pk}/",
        SAVED,
        f"{SAVED}none/",
        f"{SAVED}compare/?first={saved.pk}&second={other.pk}",
        f"{LIST}personas/",
        f"{LIST}personas/lab/",
        "/p/one-it/setup/",
    ]
    led = {
        html.unescape(url).split("#")[0]
        for page in pages
        for url in re.findall(r'href="(/p/[^"]*)"', client.get(page).content.decode())
    }
    assert SAVED in led
    assert [url for url in sorted(led) if client.get(url, follow=True).status_code != 200] == []
