"""Mails of events are named in the reader's language wherever they are listed."""

import re
from datetime import UTC, datetime

import pytest

from events.services.event import write_texts
from stakeholders.models import Role, User
from tests.clock import NOW
from tests.communications.making import make_message, run
from tests.events.making import approve, make_event
from tests.factories import StreamFactory

LONG_BEFORE = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
INVITED_AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
FRENCH = {"title": "Journée One IT", "what": "Essayez.", "agenda": ""}
PLANNED_DAY = "find/?q=24 Nov 2026"


@pytest.fixture
def event(cast):
    """Return an event whose mails are approved with a French name, of which there is a draft."""
    event = make_event(cast, LONG_BEFORE)
    write_texts(event, "fr", FRENCH, cast.ines, LONG_BEFORE)
    for message in (event.invitation, event.reminder):
        approve(cast, message, LONG_BEFORE)
    write_texts(event, "fr", FRENCH | {"title": "Brouillon"}, cast.ines, LONG_BEFORE)
    return event


@pytest.fixture
def read(as_user):
    """Return a function that gives the words of a page as a French reader gets them."""

    def words(user, path):
        User.objects.filter(pk=user.pk).update(language="fr")
        user.refresh_from_db()
        page = as_user(user).get(f"/p/one-it/{path}").content.decode()
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))

    return words


def test_the_page_of_a_person_names_what_they_were_sent(cast, event, relay, read):
    run(INVITED_AT)
    shown = read(cast.ines, f"people/{cast.people[0].pk}/")
    assert "Invitation : Brouillon" in shown
    assert "One IT Day" not in shown


def test_whoever_reads_no_drafts_finds_the_approved_name_on_that_page(cast, event, relay, read):
    relay.fault("rcpt", reply="550 5.1.1 unknown")
    run(INVITED_AT)
    shown = read(cast.rosa, f"people/{cast.people[0].pk}/")
    assert "Invitation : Journée One IT" in shown


@pytest.mark.parametrize(("who", "name"), [("ines", "Brouillon"), ("rosa", "Journée One IT")])
@pytest.mark.parametrize("kind", ["audience", "version"])
def test_an_audience_that_is_filtered_by_is_named(cast, event, read, who, name, kind):
    message = event.invitation
    pk = message.audience_id if kind == "audience" else message.approvals.get().pk
    shown = read(getattr(cast, who), f"people/?{kind}={pk}")
    assert f"Public cible de « Invitation : {name} »" in shown


@pytest.mark.parametrize(("who", "name"), [("ines", "Brouillon"), ("rosa", "Journée One IT")])
def test_a_search_for_a_day_names_what_goes_out(cast, event, read, who, name):
    shown = read(getattr(cast, who), PLANNED_DAY)
    assert f"Invitation : {name}" in shown
    assert "One IT Day" not in shown


def test_the_home_of_a_stream_names_what_was_approved(cast, event, read):
    event.reminder.approvals.update(decided_at=NOW)
    desk = StreamFactory(programme=cast.programme, name="Desk")
    type(event).objects.filter(pk=event.pk).update(stream=desk)
    samir = User.objects.create_user("samir@onelift.example")
    leads = {"kind": Role.Kind.STREAM_LEADER, "stream": desk}
    Role.objects.create(user=samir, programme=cast.programme, **leads)
    shown = read(samir, f"people/streams/{desk.pk}/")
    assert "Rappel : Journée One IT" in shown
    assert "One IT Day" not in shown


@pytest.mark.parametrize(("who", "name"), [("ines", "Brouillon"), ("rosa", "Journée One IT")])
@pytest.mark.parametrize("mail", ["invitation", "reminder"])
def test_the_page_of_a_mail_says_in_those_words_what_it_is_for(cast, event, read, who, name, mail):
    shown = read(getattr(cast, who), f"messages/{getattr(event, mail).pk}/")
    assert f"Finalité {name}" in shown


def test_a_purpose_that_was_typed_stays_as_it_is(cast, read, now):
    message = make_message(cast, now, purpose="Tell everybody")
    assert "Finalité Tell everybody" in read(cast.ines, f"messages/{message.pk}/")
