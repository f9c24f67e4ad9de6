import html
from datetime import date, time, timedelta

import icalendar
import pytest
from django.db import transaction

from communications.mailroom.services import ledger
from communications.models import NotSent, Reason, State
from communications.operation.services.pump import deliver
from events.models import EventMail, Registration
from events.queries.ticket import link_of
from events.services.event import cancel_event, change_event
from events.services.registration import register, walk_in, withdraw
from programmes.database import wake
from programmes.database.clock import database_now
from tests.events.making import approve, event_data, seat

HOUR = timedelta(hours=1)


def calendar_of(mail):
    (part,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    return icalendar.Calendar.from_ical(part.get_payload(decode=True)), part


def entry_of(mail):
    (entry,) = calendar_of(mail)[0].walk("VEVENT")
    return entry


def send(now):
    """Send what was planned within the minute before."""
    return deliver(lambda: now + timedelta(minutes=1))


def test_confirmation_has_ticket_code_and_calendar_in_the_readers_language(cast, event, now, relay):
    approve(cast, event.invitation, now)
    (one,) = seat(event, now)
    assert send(now) == 1
    assert send(now) == 0
    (mail,) = [accept.message for accept in relay.accepts]
    assert mail["Content-Language"] == "es"
    assert "Día de One IT" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    assert link_of(one) in text
    assert f"{one.code[:4]} {one.code[4:]}" in text
    calendar, part = calendar_of(mail)
    assert calendar["METHOD"] == part.get_param("method") == "REQUEST"
    entry = entry_of(mail)
    assert entry["DTSTART"].dt.isoformat() == "2026-12-08T10:00:00+01:00"
    assert entry["DTEND"].dt.isoformat() == "2026-12-08T12:00:00+01:00"
    assert entry["SUMMARY"] == "Día de One IT"
    assert entry["LOCATION"] == "Building C, Barcelona"
    assert entry["ATTENDEE"] == f"mailto:{one.person.email}"
    assert entry["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert calendar.walk("VTIMEZONE")[0]["TZID"] == "Europe/Madrid"


def test_nothing_is_told_of_what_was_not_committed(event, now, relay):
    with transaction.atomic():
        seat(event, now)
        transaction.set_rollback(True)
    assert send(now) == 0
    assert relay.accepts == []


def test_who_waits_gets_no_calendar_until_a_seat_is_free(event, now, relay):
    first, _second, third = seat(event, now, 3)
    send(now)
    waiting = next(a.message for a in relay.accepts if a.recipient == third.person.email)
    assert not [one for one in waiting.walk() if one.get_content_type() == "text/calendar"]
    withdraw(first, now)
    assert send(now) == 2
    kinds = {a.recipient: calendar_of(a.message)[0]["METHOD"] for a in relay.accepts[3:]}
    assert kinds == {first.person.email: "CANCEL", third.person.email: "REQUEST"}


def test_moved_event_is_told_once_with_the_same_uid_and_a_higher_sequence(cast, event, now, relay):
    (one,) = seat(event, now)
    send(now)
    changed = event_data(cast, held_on=date(2026, 12, 9), from_time=time(9))
    change_event(event, changed, cast.ines, now + HOUR)
    change_event(event, changed, cast.ines, now + 2 * HOUR)
    assert send(now + 2 * HOUR) == 1
    before, after = (entry_of(accept.message) for accept in relay.accepts)
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTART"].dt.isoformat() == "2026-12-09T09:00:00+01:00"
    assert one.mails.filter(kind="moved").count() == 1


def test_cancelled_event_is_told_once_and_leaves_the_calendar(cast, event, now, relay):
    going, other, waiting = seat(event, now, 3)
    withdraw(other, now)
    send(now)
    relay_before = len(relay.accepts)
    cancel_event(event, cast.ines, now)
    cancel_event(event, cast.ines, now)
    assert send(now) == 2
    told = relay.accepts[relay_before:]
    assert {a.recipient for a in told} == {going.person.email, waiting.person.email}
    calendar, _part = calendar_of(told[0].message)
    assert calendar["METHOD"] == "CANCEL"
    entry = entry_of(told[0].message)
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CANCELLED", 1)


def test_what_is_true_no_more_is_not_told(event, now, relay):
    (one,) = seat(event, now)
    withdraw(one, now)
    register(event, one.person, "en", now)
    assert send(now) == 1
    left = dict(EventMail.objects.values_list("occasion", "state"))
    assert left == {1: "skipped", 2: "skipped", 3: "sent"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"left_on": date(2026, 11, 1)}, NotSent.LEFT),
        ({"is_do_not_contact": True}, NotSent.DO_NOT_CONTACT),
    ],
)
def test_who_must_not_be_told_is_not_told(event, now, relay, change, reason):
    (one,) = seat(event, now)
    type(one.person).objects.filter(pk=one.person_id).update(**change)
    assert send(now) == 0
    assert EventMail.objects.get().reason == reason


def test_refused_for_now_is_tried_again_under_the_same_message_id(event, now, relay):
    relay.fault("rcpt", reply="450 4.2.0 later", times=1)
    seat(event, now)
    assert send(now) == 1
    assert relay.accepts == []
    row = EventMail.objects.get()
    assert (row.state, row.attempts) == (State.PLANNED, 1)
    assert send(row.next_try_at) == 1
    assert relay.accepts[0].message_id == row.message_id


def test_connection_cut_behind_the_dot_is_in_doubt_and_not_sent_again(event, now, relay):
    relay.fault("dot", "accept_drop")
    seat(event, now)
    send(now)
    assert EventMail.objects.get().state == State.IN_DOUBT
    assert send(now + HOUR) == 0
    assert len(relay.accepts) == 1


def in_doubt(event, now, relay):
    """Cut the connection behind the dot, and return the row."""
    relay.fault("dot", "accept_drop")
    seat(event, now)
    send(now)
    relay.heal()
    return EventMail.objects.get()


def test_the_manager_says_that_a_mail_in_doubt_arrived(cast, event, now, relay, as_user):
    row = in_doubt(event, now, relay)
    names, manager = f"/p/one-it/events/{event.slug}/attendees/", as_user(cast.ines)
    page = manager.get(names).content.decode()
    assert row.message_id in html.unescape(page)
    assert row.message_id not in html.unescape(as_user(cast.rosa).get(names).content.decode())
    assert manager.post(f"{names}mails/{row.pk}/delivered/").url == names
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.SENT, Reason.CONFIRMED)
    assert "Mark as delivered" not in manager.get(names).content.decode()
    assert "Marked an email as delivered" in manager.get("/p/one-it/audit/").content.decode()


def test_the_manager_sends_a_mail_in_doubt_again_under_its_number(cast, event, now, relay, as_user):
    row = in_doubt(event, now, relay)
    address = f"/p/one-it/events/{event.slug}/attendees/mails/{row.pk}/again/"
    as_user(cast.ines).post(address)
    as_user(cast.ines).post(address)
    assert deliver(database_now) == 1
    assert [accept.message_id for accept in relay.accepts] == [row.message_id] * 2


def test_what_a_dead_sender_left_is_taken_up_again(event, now, relay):
    seat(event, now)
    ledger.claim(EventMail.objects.all(), 10, now)
    assert send(now) == 0
    ledger.sweep(EventMail, now + HOUR)
    assert send(now + HOUR) == 1


def test_guest_without_an_address_is_told_nothing(event, now):
    Registration.objects.create(
        event=event, guest_name="A visitor", state="going", asked_at=now, ticket_hash="x"
    )
    assert not EventMail.objects.exists()


def test_a_worker_that_is_to_stop_leaves_the_mails_to_others(event, now, relay, monkeypatch):
    seat(event, now, 2)
    monkeypatch.setattr(wake, "_STOP", bytearray(b"\x01"))
    assert send(now) == 0
    assert set(EventMail.objects.values_list("state", flat=True)) == {State.PLANNED}
    monkeypatch.setattr(wake, "_STOP", bytearray(1))
    assert send(now) == 2


def test_who_was_let_in_without_asking_gets_no_mail(cast, event, now, relay):
    """Else whoever writes events could write to anybody, without an approval."""
    walk_in(event, now, person=cast.people[0], name="")
    change_event(event, event_data(cast, room="See evil.example"), cast.ines, now)
    cancel_event(event, cast.ines, now)
    assert not EventMail.objects.exists()
    assert send(now) == 0
