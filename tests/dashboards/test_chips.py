"""Chips that show a figure: it is the size of the list that they lead to."""

import re
from datetime import date
from urllib.parse import urljoin

import pytest

from communications.approvals.services.approval import ask
from events.services.registration import register, withdraw
from stakeholders.audiences.services.audience import Lines
from stakeholders.models import Engagement, Person, Persona
from tests.communications.making import TEXTS, approve, make_message
from tests.communications.posting import make_channel
from tests.events.making import make_event, seat
from tests.factories import StakeholderFactory
from tests.figures import differences, marks_of

HOME = "/p/one-it/"


def chips(client, address):
    """Return the figures of links that narrow the page itself, by their query."""
    found = {}
    for href, count in marks_of(client, address).figures:
        path, _, query = urljoin(address, href).partition("?")
        if path == address.partition("?")[0]:
            found[query] = int(count)
    return found


@pytest.fixture
def messages(cast, now):
    """One approved strategic message, and two tactical drafts of which one lacks Spanish."""
    first = make_message(cast, now, level="strategic", fixed_on=date(2026, 12, 1))
    approve(cast, first, now)
    make_message(cast, now, fixed_on=date(2026, 12, 2))
    make_message(cast, now, fixed_on=date(2026, 12, 3), texts={"en": TEXTS["en"]})


def test_chips_of_messages_count_with_what_else_is_chosen(cast, messages, as_user):
    client, address = as_user(cast.ines), f"{HOME}messages/"
    assert chips(client, address)["state=draft"] == 2
    narrowed = chips(client, f"{address}?level=strategic")
    assert "level=strategic&state=draft" not in narrowed
    assert narrowed["level=strategic&state=approved"] == 1
    for query in ("", "?level=strategic", "?state=draft", f"?wave={cast.wave1.pk}"):
        assert differences(client, address + query) == []


def test_the_title_of_messages_says_what_the_list_lacks(cast, messages, as_user):
    client = as_user(cast.ines)
    for lacks, title in (
        ("approval", "2 messages are not approved"),
        ("language", "1 message is missing a language"),
    ):
        page = client.get(f"{HOME}messages/?wave={cast.wave2.pk}&lacks={lacks}").content.decode()
        [words] = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
        assert words.strip() == title


def test_a_chosen_chip_leads_away_and_has_no_figure(cast, messages, as_user):
    page = as_user(cast.ines).get(f"{HOME}messages/?state=draft").content.decode()
    (chosen,) = re.findall(r'<a class="ol-chip"[^>]*aria-current="true"[^>]*>[^<]*<', page)
    assert "data-count" not in chosen
    assert chosen.endswith(">Draft<")


def test_a_translator_reads_how_many_messages_have_their_language(cast, messages, as_user):
    client, address = as_user(cast.nuria), f"{HOME}messages/"
    assert chips(client, address)["lang=es"] == 3
    assert chips(client, address)["state=todo"] == 1
    assert differences(client, address) == []
    assert differences(client, f"{address}?state=todo") == []


@pytest.mark.parametrize("view", ["list", "timeline"])
def test_chips_of_the_plan_count_with_what_else_is_chosen(cast, messages, now, as_user, view):
    make_event(cast, now)
    client, address = as_user(cast.ines), f"{HOME}plan/?view={view}&from=2026-W46&weeks=18"
    found = chips(client, f"{address}&level=strategic")
    assert found[f"{address.partition('?')[2]}&level=strategic&kind=message"] == 1
    for query in ("", "&level=strategic", "&kind=message", f"&wave={cast.wave1.pk}"):
        assert differences(client, address + query) == []


def test_chips_of_the_register_count_with_what_else_is_chosen(cast, as_user):
    for engagement, region in (
        (Engagement.RESISTANT, cast.iberia),
        (Engagement.RESISTANT, cast.china),
        (Engagement.NEUTRAL, cast.china),
    ):
        StakeholderFactory(programme=cast.programme, engagement=engagement, region=region)
    client, address = as_user(cast.ines), f"{HOME}people/stakeholders/"
    assert chips(client, address)["region=china"] == 2
    assert chips(client, f"{address}?region=iberia")["region=iberia&engagement=resistant"] == 1
    for query in ("", "?region=china", "?engagement=resistant"):
        assert differences(client, address + query) == []


def test_chips_of_attendees_count_what_they_list(cast, now, as_user):
    event = make_event(cast, now)
    _first, second, _third = seat(event, now, 3)
    withdraw(second, now)
    client, address = as_user(cast.ines), f"{HOME}events/{event.slug}/attendees/"
    assert chips(client, address)["state=going"] == 2
    assert differences(client, address) == []
    assert chips(client, f"{address}?q=first") == {}


def test_chips_of_decisions_count_what_they_list(cast, now, as_user):
    approval = make_message(cast, now)
    as_user(cast.ines).post(f"{HOME}messages/{approval.pk}/ask/")
    for user in (cast.ines, cast.claire):
        client, address = as_user(user), f"{HOME}decisions/?for=open"
        assert chips(client, address)["for=me"] == (user == cast.claire)
        assert differences(client, address) == []


def test_figures_of_a_decision_are_those_who_would_get_it(cast, now, as_user):
    paper = Persona.objects.create(
        programme=cast.programme, slug="paper", name_en="Paper", channels=["briefing"], jobs=["Op"]
    )
    Person.objects.filter(pk__in=[one.pk for one in cast.people[:2]]).update(job="Op")
    event = make_event(cast, now, lines=Lines(sites=[cast.barcelona]))
    register(event, cast.people[0], "es", now)
    ask(event.reminder, cast.ines, now)
    client, address = as_user(cast.claire), f"{HOME}decisions/"
    version = event.reminder.approvals.get().pk
    figures = dict(marks_of(client, address).figures)
    assert figures[f"{HOME}people/?version={version}"] == "1"
    assert figures[f"{HOME}people/?version={version}&mail=1"] == "1", paper
    assert differences(client, address) == []


def test_bars_of_an_audience_and_people_of_a_channel_lead_to_their_lists(cast, world, as_user):
    make_channel(cast)
    for user, is_shown in ((cast.ines, True), (world.users["samir"], False)):
        client, address = as_user(user), f"{HOME}people/audience/?region={cast.iberia.pk}"
        site = f"&site={cast.barcelona.pk}"
        assert (
            any(href.endswith(site) for href, _n in marks_of(client, address).figures) is is_shown
        )
        assert differences(client, address) == []
    channels = f"{HOME}setup/channels/"
    assert marks_of(as_user(cast.ines), channels).figures
    assert differences(as_user(cast.ines), channels) == []
