"""A stream leader reads what concerns the stream, the figures of all, and nobody's name."""

import html
import re

import pytest

from communications.messages.services.answer import answer_impact
from communications.messages.services.message import write_ready
from communications.models import Message
from feedback.models import Survey
from programmes.models import Service
from stakeholders.accounts.access import scope_of
from stakeholders.models import Role
from tests.communications.making import approve, make_message
from tests.factories import ImpactFactory, PersonFactory, StreamFactory
from tests.standing import *  # noqa: F403 - its fixtures
from tests.test_access import client_of

ROOT = "/p/one-it/"


@pytest.fixture
def led(world, cast):
    """Return Samir, his stream, and messages about it and about another one."""
    return world.users["samir"]


def titles(cast, user):
    found = Message.objects.within(scope_of(user, cast.programme)).filter(source="message")
    return sorted(found.values_list("purpose", flat=True))


def stream_of(user):
    return user.roles.get().stream


def test_they_read_what_is_approved_about_their_services_and_impacts(cast, led, now):
    other = StreamFactory(programme=cast.programme)
    before = titles(cast, led)
    for stream, name in ((stream_of(led), "Ours"), (other, "Theirs")):
        service = Service.objects.create(programme=cast.programme, name=name, stream=stream)
        about = make_message(cast, now, purpose=f"{name} by service")
        about.services.add(service)
        answering = make_message(cast, now, purpose=f"{name} by impact")
        answer_impact(answering, ImpactFactory(programme=cast.programme, stream=stream))
        draft = make_message(cast, now, purpose=f"{name}, a draft")
        draft.services.add(service)
        for message in (about, answering):
            approve(cast, message, now)
    assert titles(cast, led) == sorted([*before, "Ours by service", "Ours by impact"])


def test_they_read_the_mails_of_their_events_only(cast, led):
    scope = scope_of(led, cast.programme)
    invitations = Message.objects.within(scope).filter(source="event")
    assert {message.event.stream for message in invitations} == {stream_of(led)}


def test_a_region_beside_the_stream_adds_to_it(cast, led):
    alone = titles(cast, led)
    Role.objects.create(
        user=led, programme=cast.programme, kind="regional_it_manager", region=cast.iberia
    )
    assert set(titles(cast, led)) >= set(titles(cast, cast.rosa))
    assert set(titles(cast, led)) >= set(alone)


def test_they_read_surveys_about_the_whole_change_once_approved(cast, led, now):
    scope = scope_of(led, cast.programme)
    survey = Survey.objects.get()
    assert not Survey.objects.within(scope).exists()
    PersonFactory(site=cast.barcelona)
    text = ("How is it?", "[Say]({{ survey_link }})")
    write_ready(survey.invitation, "en", *text, cast.ines, now)
    approve(cast, survey.invitation, now)
    assert Survey.objects.within(scope).get() == survey
    other = StreamFactory(programme=cast.programme)
    service = Service.objects.create(programme=cast.programme, name="Print", stream=other)
    survey.invitation.services.add(service)
    assert not Survey.objects.within(scope).exists()
    service.stream = stream_of(led)
    service.save()
    assert Survey.objects.within(scope).get() == survey


def test_the_overview_shows_figures_of_all_and_links_only_what_opens(cast, world, led):
    client = client_of(world, "samir")
    page = client.get(f"{ROOT}overview/").content.decode()
    assert "Your stream" in page
    assert "Decisions waiting" not in page
    assert page.index("Your stream") < page.index("Satisfaction") < page.index("Coming up")
    for address in links_in(page):
        assert client.get(address).status_code == 200, address


def links_in(page):
    found = re.findall(r'href="(/p/one-it/[^"#]*)', page)
    return sorted({html.unescape(address) for address in found})


@pytest.mark.parametrize("way", ["messages/", "plan/", "plan/?view=list", "listening/"])
def test_what_their_pages_lead_to_opens(world, led, way):
    client = client_of(world, "samir")
    page = client.get(f"{ROOT}{way}").content.decode()
    assert f"{ROOT}{way}".partition("?")[0] in links_in(page)
    for address in links_in(page):
        assert client.get(address).status_code == 200, address


def test_a_page_of_a_message_leads_to_what_opens(cast, world, led):
    client = client_of(world, "samir")
    page = client.get(f"{ROOT}messages/{world.keys['sent']}/").content.decode()
    assert f"{ROOT}dispatches/{world.keys['dispatch']}/" in links_in(page)
    for address in links_in(page):
        assert client.get(address).status_code == 200, address
    page = client.get(f"{ROOT}dispatches/{world.keys['dispatch']}/")
    assert not any(person.last_name in page.content.decode() for person in cast.people)


def test_they_change_nothing_of_a_message(cast, world, led):
    client, key = client_of(world, "samir"), world.keys["sent"]
    for way in (f"messages/{key}/edit/", f"messages/{key}/es/"):
        assert client.get(f"{ROOT}{way}").status_code in (403, 404)


@pytest.mark.parametrize(
    "role", ["ines", "claire", "rosa", "samir", "tom", "nuria", "dora", "hugo", "hana", "ada"]
)
def test_each_word_of_the_navigation_opens(world, role):
    client = client_of(world, role)
    first = client.get("/", follow=True)
    bar = re.search(r"<nav.*?</nav>", first.content.decode(), re.DOTALL)
    found = re.findall(r'href="(/[^"]*)"', bar[0]) if bar else []
    assert found or role in ("hugo", "ada"), role
    for address in found:
        assert client.get(html.unescape(address), follow=True).status_code == 200, address
