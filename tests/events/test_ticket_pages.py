"""What the links of an event open, for whoever has them."""

from datetime import timedelta
from urllib.parse import quote

import icalendar
import pytest
from django.test import Client

from communications.dispatches.services.link import token_of
from communications.models import Delivery, Dispatch, PersonalLink
from events.models import EventMail, Registration
from events.queries.ticket import INVITED
from events.queries.ticket import token_of as ticket_of
from events.services.event import cancel_event
from events.services.registration import register, withdraw
from events.sources import InvitationSource
from programmes.models import SupportContact
from programmes.services.attempt import Limit
from stakeholders.audiences.services.audience import Lines
from tests import factories
from tests.clock import NOW
from tests.events.making import approve, make_event, seat


@pytest.fixture
def soon(cast):
    day = NOW.date() + timedelta(days=14)
    event = make_event(cast, NOW, held_on=day, invite_on=NOW.date())
    approve(cast, event.invitation, NOW)
    return event


@pytest.fixture
def invite(soon):
    """Return a function that gives the address in somebody's invitation."""

    def make(person):
        one = {"message": soon.invitation, "occurrence": 1}
        dispatch, _made = Dispatch.objects.get_or_create(**one, defaults={"started_at": NOW})
        delivery = Delivery.objects.create(
            dispatch=dispatch,
            person=person,
            site=person.site,
            due_at=NOW,
            latest_at=NOW,
            approval=soon.invitation.approvals.get(),
        )
        InvitationSource().context([delivery], NOW)
        return f"/e/{token_of(delivery, INVITED)}/"

    return make


@pytest.fixture
def link(cast, invite):
    return invite(cast.people[0])


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_invitation_opens_in_the_language_of_its_reader(client, link):
    shown = page(client, link)
    assert '<html lang="es"' in shown
    assert "Día de One IT" in shown
    assert "10:00 – 12:00" in shown
    assert 'value="register"' in shown
    assert "One IT Day" in page(client, f"{link}?lang=en")


def test_looking_a_hundred_times_registers_nobody(client, link):
    for _ in range(100):
        client.get(link)
        client.head(link)
    assert not Registration.objects.exists()


def test_two_taps_register_and_show_the_ticket(client, link, cast):
    answer = client.post(link, {"act": "register"})
    assert (answer.status_code, answer["Location"]) == (303, link)
    one = Registration.objects.get()
    shown = page(client, f"{link}?lang=en")
    assert "You are registered." in shown
    assert f"{one.code[:4]} {one.code[4:]}" in shown
    assert "<svg" in shown
    assert one.person == cast.people[0]
    assert one.language == "es"
    assert client.post(link, {"act": "register"}).status_code == 303
    assert EventMail.objects.count() == 1


def test_cancelling_by_the_link_lets_the_next_in(client, link, soon):
    client.post(link, {"act": "register"})
    *_, third = seat(soon, NOW, 2)
    assert third.state == "waiting"
    client.post(link, {"act": "cancel"})
    third.refresh_from_db()
    assert third.state == "going"
    assert "Your registration is cancelled." in page(client, f"{link}?lang=en")


def test_who_comes_too_late_may_wait_and_knows_the_place(client, link, soon):
    seat(soon, NOW - timedelta(minutes=1), 3)
    assert "Join the waiting list" in page(client, f"{link}?lang=en")
    client.post(link, {"act": "register"})
    assert "number 2 on the waiting list" in page(client, f"{link}?lang=en")


def test_ticket_opens_by_a_link_of_its_own_and_cancels(client, soon):
    (one,) = seat(soon, NOW)
    address = f"/t/{ticket_of(one)}/"
    assert "Día de One IT" in page(client, address)
    assert client.post(address, {"act": "cancel"}).status_code == 303
    one.refresh_from_db()
    assert one.state == "cancelled"
    assert client.post(address, {"act": "register"}).status_code == 303
    one.refresh_from_db()
    assert one.state == "going"


def test_what_was_made_with_a_former_key_opens_and_is_sent_again(
    cast, client, link, soon, settings
):
    (one,) = seat(soon, NOW)
    ticket, former = ticket_of(one), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 50, [former]
    assert ticket_of(Registration.objects.get(pk=one.pk)) == ticket
    page(client, f"/t/{ticket}/?lang=en")
    page(client, link)
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(link).status_code == 404


def test_calendar_of_a_ticket_is_one_that_anybody_reads(client, soon):
    (one,) = seat(soon, NOW)
    answer = client.get(f"/t/{ticket_of(one)}/calendar/")
    assert answer["Content-Type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(answer.content)
    (entry,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], entry["TRANSP"]) == ("PUBLISH", "OPAQUE")
    assert "ATTENDEE" not in entry
    assert entry["DTSTART"].dt.tzinfo is not None
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))


def test_hostile_texts_stay_within_their_lines(cast, client):
    day = NOW.date() + timedelta(days=3)
    text = {"title": "A\r\nATTENDEE:mailto:x@y.example", "what": "B;C,D\nEND:VEVENT", "agenda": ""}
    event = make_event(cast, NOW, text=text, held_on=day, invite_on=NOW.date(), room="<b>1</b>")
    (one,) = seat(event, NOW)
    calendar = icalendar.Calendar.from_ical(
        client.get(f"/t/{ticket_of(one)}/calendar/?lang=en").content
    )
    (entry,) = calendar.walk("VEVENT")
    assert "ATTENDEE" not in entry
    assert "END:VEVENT" in entry["DESCRIPTION"]
    assert "<b>1</b>" not in page(client, f"/t/{ticket_of(one)}/?lang=en")


def test_anybody_may_read_what_was_approved_and_nobody_what_was_not(cast, soon, client):
    shown = page(client, f"/e/{soon.slug}/?lang=en")
    assert "To register, open the link in your own invitation." in shown
    assert client.post(f"/e/{soon.slug}/", {"act": "register"}).status_code == 404
    draft = make_event(cast, NOW)
    assert client.get(f"/e/{draft.slug}/").status_code == 404


def ask(client, event, email):
    return client.post(f"/e/{event.slug}/?lang=en", {"act": "ask", "email": email})


def test_public_page_registers_whoever_is_invited_by_their_address(cast, soon, client):
    person = cast.people[0]
    answer = ask(client, soon, person.email.upper())
    assert (answer.status_code, answer.url) == (303, f"/e/{soon.slug}/?lang=en&asked=yes")
    assert "If this address is invited" in page(client, answer.url)
    one = Registration.objects.get()
    assert (one.person, one.state, one.language) == (person, "going", "en")
    assert EventMail.objects.get().registration == one
    ask(client, soon, person.email)
    assert Registration.objects.count() == 1


def test_public_page_tells_nobody_who_is_invited(cast, soon, client):
    stranger = ask(client, soon, "nobody@else.example")
    known = ask(client, soon, cast.people[0].email)
    assert stranger.url == known.url
    assert page(client, stranger.url) == page(client, known.url)
    assert Registration.objects.count() == 1


def test_only_who_is_invited_gets_a_seat_by_address(cast, client):
    lines = Lines(sites=[cast.shanghai])
    event = make_event(
        cast, NOW, held_on=NOW.date() + timedelta(days=9), invite_on=NOW.date(), lines=lines
    )
    approve(cast, event.invitation, NOW)
    elsewhere = next(one for one in cast.people if one.site == cast.barcelona)
    ask(client, event, elsewhere.email)
    assert not Registration.objects.exists()


def test_what_is_no_address_is_said_beside_the_field(soon, client):
    answer = ask(client, soon, "rosa")
    assert answer.url.endswith("asked=no")
    assert "Enter an email address, such as name@example.com." in page(client, answer.url)


def test_addresses_of_nobody_shut_no_event_and_a_crowd_is_told_to_wait(
    cast, soon, client, monkeypatch
):
    monkeypatch.setattr("events.services.asking.BY_EVENT", Limit("test", 70, 600))
    for number in range(65):
        assert ask(client, soon, f"filler{number}@x.example").status_code == 303
    ask(client, soon, cast.people[0].email)
    assert Registration.objects.get().person == cast.people[0]
    for number in range(4):
        ask(client, soon, f"more{number}@x.example")
    late = ask(client, soon, cast.people[1].email)
    assert late.status_code == 429
    assert 0 < int(late["Retry-After"]) <= 600
    assert "Try again in 10 min." in late.content.decode()


def test_who_gave_a_seat_away_comes_back_whatever_others_typed(cast, soon, client):
    person = cast.people[0]
    for _time in range(6):
        ask(client, soon, person.email)
    withdraw(Registration.objects.get(), NOW)
    ask(client, soon, person.email)
    assert Registration.objects.get().state == Registration.State.GOING


def test_public_page_shows_what_was_approved(cast, soon, client):
    approved, soon.title_en = soon.title_en, "A draft"
    soon.save()
    shown = page(client, f"/e/{soon.slug}/?lang=en")
    assert approved in shown
    assert "A draft" not in shown


def test_public_page_says_whom_to_ask_for_a_seat(cast, soon, client):
    address = f"/e/{soon.slug}/"
    assert "mailto:" not in client.get(address).content.decode()
    SupportContact.objects.create(programme=cast.programme, phone="5050", mail="help@one.example")
    page = client.get(address).content.decode()
    assert f'mailto:help@one.example?subject={quote(str(soon), safe="")}"' in page
    assert "Ask for an invitation" in page
    assert 'href="tel:5050"' in page


def test_links_that_open_nothing_answer_alike(client, link, soon):
    token = link.split("/")[2]
    PersonalLink.objects.update(expires_at=NOW)
    wrong = [link, f"/e/{token[:-1]}a/", "/e/nothing/", "/t/nothing/", f"/t/{token}/"]
    answers = {client.get(address).content for address in wrong}
    assert len(answers) == 1
    assert {client.get(address).status_code for address in wrong} == {404}


@pytest.mark.parametrize("page", ["e", "t"])
def test_a_link_that_no_text_can_hold_opens_nothing(client, db, page):
    assert client.get(f"/{page}/%00/").status_code == 404


def test_a_code_that_no_text_can_hold_is_answered_like_any(cast, client, as_user):
    page = client.get("/c/NONE/").content
    assert as_user(cast.ines).get("/c/%00/").content == page


def test_once_it_has_begun_nothing_changes_by_a_link(cast, client, soon, link):
    client.post(link, {"act": "register"})
    type(soon).objects.filter(pk=soon.pk).update(held_on=NOW.date() - timedelta(days=1))
    client.post(link, {"act": "cancel"})
    assert Registration.objects.get().state == "going"
    assert "This event is over." in page(client, f"{link}?lang=en")


def test_cancelled_event_says_so_and_shows_no_code(cast, client, soon, link):
    client.post(link, {"act": "register"})
    cancel_event(soon, cast.ines, NOW)
    shown = page(client, f"{link}?lang=en")
    assert "This event will not take place." in shown
    assert Registration.objects.get().code[:4] not in shown


def test_no_cookie_is_set_and_nothing_is_kept_by_others(client, link):
    answer = client.get(link)
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "same-origin"


def test_form_is_taken_without_a_cookie_as_a_phone_posts_it(link):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, {"act": "register"}).status_code == 303


def test_code_leads_a_host_to_the_door_and_tells_others_nothing(cast, soon, client, as_user):
    (one,) = seat(soon, NOW)
    known, unknown = (client.get(f"/c/{code}/").content for code in (one.code, "22222222"))
    assert known == unknown
    assert one.name not in known.decode()
    answer = as_user(cast.ines).get(f"/c/{one.code}/")
    assert answer["Location"] == f"/p/one-it/events/{soon.slug}/check-in/?code={one.code}"
    assert as_user(cast.claire).get(f"/c/{one.code}/").content == known
    assert as_user(cast.otto).get(f"/c/{one.code}/").content == known


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_number_of_queries(
    client, link, soon, count, django_assert_num_queries
):
    type(soon).objects.update(capacity=10)
    for _ in range(count):
        register(soon, factories.PersonFactory(site=soon.site), "en", NOW)
    client.get(link)
    with django_assert_num_queries(8):
        client.get(link)
