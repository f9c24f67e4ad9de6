"""Channels and languages of a message as a table, whose figures open lists that count the same."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communications.approvals.services.approval import ask, content_of
from communications.messages.queries.channel_matrix import matrix_of
from communications.messages.queries.content import facts_of
from communications.messages.services.channel_text import (
    mark_channel_text,
    text_for,
    write_channel_text,
)
from communications.models import Message
from programmes.models import Stream
from programmes.queries.texts import states_of
from stakeholders.accounts.access import scope_of
from stakeholders.models import Person, Persona, Role
from tests.communications.making import TEXTS, approve, make_message
from tests.figures import differences, marks_of

pytestmark = pytest.mark.django_db

POSTER = {"headline": "Help until 22:00", "first": "Call 5050"}
CHINESE = {"headline": "服务到22:00", "first": "请拨打5050"}
PEOPLE = "/p/one-it/people/"
QUERIES = {False: 1, True: 5}


@pytest.fixture
def message(cast, now):
    """Return a message in English and Spanish, whose poster is in English and Chinese.

    Two of the three in Barcelona are not reached by email; one in Shanghai reads another Chinese,
    and one a language that the programme does not write.
    """
    reached_otherwise(cast, cast.people[:2])
    for person, language in ((cast.people[4], "zh-hant"), (cast.people[5], "ro")):
        Person.objects.filter(pk=person.pk).update(language=language)
    return make_message(cast, now, texts={code: TEXTS[code] for code in ("en", "es")})


def reached_otherwise(cast, people):
    persona = Persona.objects.create(
        programme=cast.programme,
        slug="shift",
        name_en="Shift",
        is_hand_picked=True,
        channels=["briefing"],
    )
    persona.people.set(people)


def write(message, form, texts, cast, now):
    text = text_for(message, form, cast.tom, now)
    for language, values in texts.items():
        write_channel_text(text, language, values, cast.tom, now)
        mark_channel_text(text, language, cast.tom, now)


def table(message, cast):
    message = Message.objects.get(pk=message.pk)
    scope = scope_of(cast.ines, cast.programme)
    states = states_of(message, ("subject", "body"), ("es", "zh-hans"))
    email = {code: status.state for code, status in states.items()}
    content = content_of(message)
    return matrix_of(message, email, facts_of(content, scope).wanted, content.rule, scope)


def address(message, query=""):
    return reverse("communications:message-show", args=["one-it", message.pk]) + query


def figures(client, where):
    """Return the figures of the table by their query."""
    found = {}
    for href, count in marks_of(client, where).figures:
        if "served=" in href or "reads=" in href:
            found[href.rpartition("&")[2]] = int(count)
    return found


def test_the_table_counts_who_can_get_it_in_their_language(cast, message, now):
    assert table(message, cast) is None
    write(message, "poster", {"en": POSTER, "zh-hans": CHINESE}, cast, now)
    found = table(message, cast)
    assert [(row.label, row.people) for row in found.rows] == [("Email", 1), ("Poster", 2)]
    assert (found.people, found.own, found.not_by_email) == (6, 3, 2)
    assert found.languages == [("es", 3), ("zh-hans", 2)]


def test_each_figure_opens_a_list_that_counts_the_same(cast, message, now, as_user):
    write(message, "poster", {"en": POSTER, "zh-hans": CHINESE}, cast, now)
    client = as_user(cast.ines)
    assert differences(client, address(message)) == []
    assert figures(client, address(message)) == {
        "served=any": 3,
        "served=not_email": 2,
        "served=email": 1,
        "served=poster": 2,
        "reads=es": 3,
        "reads=en": 0,
        "reads=zh-hans": 2,
    }
    version = ask(message, cast.ines, now)
    assert differences(client, address(message, f"?version={version.pk}")) == []


def test_a_list_says_what_it_holds(cast, message, now, as_user):
    write(message, "poster", {"en": POSTER}, cast, now)
    client, audience = as_user(cast.ines), f"{PEOPLE}?audience={message.audience_id}"
    for query, words in (
        ("served=not_email", "Can get it in their language, not by email"),
        ("served=poster", "Can get it in their language: Poster"),
        ("reads=zh-hans", "Reads Chinese"),
    ):
        assert words in client.get(f"{audience}&{query}").content.decode()


def test_figures_are_links_for_those_alone_who_may_see_people(cast, message, now, as_user):
    write(message, "poster", {"en": POSTER}, cast, now)
    approve(cast, message, now)
    assert figures(as_user(cast.claire), address(message))
    assert differences(as_user(cast.claire), address(message)) == []
    assert differences(as_user(cast.nuria), address(message)) == []
    # A leader of a stream sees what is approved, and people by figures alone.
    stream = Stream.objects.create(programme=cast.programme, name="Desk")
    leader = Role.Kind.STREAM_LEADER
    Role.objects.create(user=cast.otto, programme=cast.programme, kind=leader, stream=stream)
    client = as_user(cast.otto)
    assert client.get(f"{PEOPLE}?audience={message.audience_id}&served=any").status_code == 403


@pytest.mark.parametrize("query", ["served=any", "audience=0&served=any", "served=x"])
def test_a_list_needs_a_message_and_a_channel(cast, message, as_user, query):
    assert as_user(cast.ines).get(f"{PEOPLE}?{query}").status_code == 404


def test_readers_of_approved_texts_learn_nothing_of_drafts(cast, message, now, as_user):
    approve(cast, message, now)
    where = f"{PEOPLE}?audience={message.audience_id}&served=any"
    assert as_user(cast.rosa).get(where).status_code == 404


@pytest.mark.parametrize("has_text", [False, True])
def test_the_table_costs_a_fixed_number_of_queries(cast, message, now, has_text):
    if has_text:
        for form, text in (("poster", POSTER), ("flyer", POSTER), ("chat", {"body": "Call 5050"})):
            write(message, form, {"en": text}, cast, now)
    message = Message.objects.select_related("programme", "audience").get(pk=message.pk)
    scope, rule = scope_of(cast.ines, cast.programme), message.audience.rule()
    with CaptureQueriesContext(connection) as captured:
        matrix_of(message, {"es": "review"}, {"es": 3}, rule, scope)
    assert len(captured) == QUERIES[has_text]
