"""Invitations and reminders by the pump: whom, when, with which link and file."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest

from communications.approvals.services import approval as approvals
from communications.dispatches.services.link import hash_of
from communications.messages.services.message import write_ready
from communications.messages.services.refusal import RefusedError
from communications.models import Delivery, Dispatch, PersonalLink, State
from communications.operation.services.restore import hold_after_restore
from events.queries.occasion import public_link
from events.queries.ticket import link_of
from events.services.event import cancel_event, change_event, write_texts
from events.services.registration import register, withdraw
from events.sources import InvitationSource, ReminderSource
from programmes.queries.texts import states_of
from stakeholders.audiences.services.audience import Lines
from tests.communications.making import run
from tests.events.making import SPANISH, approve, event_data, make_event

# A Tuesday; the invitation is due at nine o'clock of each site.
INVITED_AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
REMINDED_AT = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
LONG_BEFORE = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def event(cast):
    """Return an event whose invitation and reminder were approved two weeks before."""
    event = make_event(cast, LONG_BEFORE, remind_days=1)
    for message in (event.invitation, event.reminder):
        approve(cast, message, LONG_BEFORE)
    return event


def mails(relay, prefix):
    return [a.message for a in relay.accepts if a.message["Subject"].startswith(prefix)]


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def file_of(mail):
    (part,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    return part.get_payload(decode=True)


def test_everybody_meant_is_invited_with_a_link_and_a_calendar_file(cast, event, relay):
    run(INVITED_AT)
    assert len(relay.accepts) == 6
    spanish = [a for a in relay.accepts if a.language == "es"]
    assert {a.recipient for a in spanish} == {one.email for one in cast.people[:3]}
    mail = spanish[0].message
    assert "Día de One IT" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    assert "martes, 8 de diciembre de 2026" in text
    assert "10:00 – 12:00" in text
    assert "Building C, Barcelona" in text
    calendar = icalendar.Calendar.from_ical(file_of(mail))
    (entry,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], entry["TRANSP"], entry["SEQUENCE"]) == (
        "PUBLISH",
        "TRANSPARENT",
        0,
    )
    assert "ATTENDEE" not in entry
    assert entry["DTSTART"].dt == datetime(2026, 12, 8, 9, tzinfo=UTC)


def test_file_is_the_same_for_all_who_read_a_language(event, relay):
    run(INVITED_AT)
    files = {}
    for accept in relay.accepts:
        files.setdefault(accept.language, set()).add(file_of(accept.message))
    assert {len(found) for found in files.values()} == {1}


def test_each_link_is_ones_own_and_only_its_hash_is_kept(cast, event, relay, client):
    run(INVITED_AT)
    deliveries = list(Delivery.objects.select_related("person", "dispatch__message"))
    values = InvitationSource().context(deliveries, INVITED_AT)
    links = [values[one.pk]["event_link"] for one in deliveries]
    assert len(set(links)) == PersonalLink.objects.count() == 6
    token = links[0].rstrip("/").rsplit("/", 1)[1]
    assert PersonalLink.objects.get(token_hash=hash_of(token)).delivery == deliveries[0]
    assert links[0] in "".join(a.message.get_body(("plain",)).get_content() for a in relay.accepts)


@pytest.mark.parametrize("count", [1, 3])
def test_context_takes_the_same_number_of_queries(
    cast, event, relay, count, django_assert_num_queries
):
    run(INVITED_AT)
    rows = Delivery.objects.select_related("person", "dispatch__message", "approval")
    deliveries = list(rows.filter(site=cast.barcelona))[:count]
    with django_assert_num_queries(5):
        InvitationSource().context(deliveries, INVITED_AT)


def test_only_those_with_a_seat_are_reminded_with_their_ticket(cast, event, relay):
    first, second, third, fourth = cast.people[:4]
    registrations = [
        register(event, one, "es", INVITED_AT + timedelta(minutes=n))
        for n, one in enumerate((first, second, third, fourth))
    ]
    withdraw(registrations[1], INVITED_AT + timedelta(hours=1))
    run(INVITED_AT)
    invited = len(relay.accepts)
    run(REMINDED_AT)
    reminded = [accept for accept in relay.accepts[invited:] if accept.dispatch]
    assert {a.recipient for a in reminded} == {first.email, third.email}
    text = reminded[0].message.get_body(("plain",)).get_content()
    assert any(link_of(one) in text for one in registrations)


def test_who_cancels_between_plan_and_mail_is_not_reminded(cast, event):
    one = register(event, cast.people[0], "es", INVITED_AT)
    delivery = Delivery.objects.create(
        dispatch=event.reminder.dispatches.create(started_at=REMINDED_AT),
        person=one.person,
        site=one.person.site,
        due_at=REMINDED_AT,
        latest_at=REMINDED_AT + timedelta(hours=9),
    )
    withdraw(one, REMINDED_AT)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (State.CANCELLED, "not_meant")


def test_a_moved_event_takes_its_approved_reminder_along(cast, event, relay):
    register(event, cast.people[0], "es", LONG_BEFORE)
    before = event.reminder.approvals.get()
    moved = event_data(cast, held_on=date(2026, 12, 15), from_time=time(14), remind_days=1)
    moved = replace(moved, until_time=time(15))
    change_event(event, moved, cast.ines, LONG_BEFORE)
    run(REMINDED_AT)
    reminders = Delivery.objects.filter(dispatch__message=event.reminder)
    assert not reminders.exists()
    run(datetime(2026, 12, 14, 9, 0, tzinfo=UTC))
    assert reminders.filter(state="sent").count() == 1
    after = event.reminder.approvals.get()
    assert after.content["schedule"] | {"fixed_on": "2026-12-14"} == after.content["schedule"]
    assert after.content["schedule"]["latest_hours"] == 24 + 14 - 9
    same = ("state", "version", "fingerprint", "decided_by", "decided_at")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]
    assert after.fingerprint == after.frozen.fingerprint == before.frozen.fingerprint


def test_a_reminder_whose_day_a_move_has_passed_is_cancelled_as_too_late(
    cast, event, relay, as_user
):
    register(event, cast.people[0], "es", LONG_BEFORE)
    soon = event_data(cast, held_on=date(2026, 11, 26), invite_on=date(2026, 11, 10), remind_days=1)
    moved_at = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
    change_event(event, soon, cast.ines, moved_at)
    change_event(event, replace(soon, room="Room 2"), cast.ines, moved_at)
    run(moved_at + timedelta(minutes=90))
    reminder = Delivery.objects.get(dispatch__message=event.reminder)
    assert (reminder.state, reminder.reason) == ("cancelled", "too_late")
    assert mails(relay, "Coming up") == mails(relay, "Pronto") == []
    page = as_user(cast.ines).get(f"/p/one-it/events/{event.slug}/").content.decode()
    assert "Not sent: the event has moved and this date has passed." in page
    change_event(event, event_data(cast, remind_days=1), cast.ines, moved_at)
    run(REMINDED_AT)
    reminder.refresh_from_db()
    assert reminder.state == "sent"


def test_a_reminder_that_a_move_lets_wait_for_its_working_day_is_sent(cast, event, relay):
    register(event, cast.people[0], "es", LONG_BEFORE)
    monday = event_data(cast, held_on=date(2026, 11, 30), from_time=time(11), remind_days=1)
    change_event(event, monday, cast.ines, datetime(2026, 11, 30, 7, 0, tzinfo=UTC))
    run(datetime(2026, 11, 30, 8, 30, tzinfo=UTC))
    assert Delivery.objects.get(dispatch__message=event.reminder).state == "sent"


def test_another_number_of_days_before_is_approved_anew(cast, event):
    register(event, cast.people[0], "es", LONG_BEFORE)
    change_event(event, event_data(cast, remind_days=3), cast.ines, LONG_BEFORE)
    event.reminder.refresh_from_db()
    source, rule = ReminderSource(), event.reminder.audience.rule()
    assert not source.people(event.reminder, rule).exists()
    approve(cast, event.reminder, INVITED_AT)
    assert source.people(event.reminder, rule).get() == cast.people[0]


def test_a_reminder_without_a_ticket_leads_to_the_event(cast, event):
    one = {"message": event.reminder, "occurrence": 1, "started_at": REMINDED_AT}
    ledger = {"dispatch": Dispatch.objects.create(**one), "site": cast.barcelona}
    times = {"due_at": REMINDED_AT, "latest_at": REMINDED_AT}
    rows = [Delivery.objects.create(person=p, **ledger, **times) for p in cast.people[:2]]
    ticket = register(event, cast.people[0], "es", INVITED_AT)
    values = ReminderSource().context(rows, REMINDED_AT)
    assert [values[row.pk]["event_link"] for row in rows] == [link_of(ticket), public_link(event)]


def test_a_reminder_that_waits_is_not_asked_for_twice_after_a_move(cast, now):
    event = make_event(cast, now)
    asked = approvals.ask(event.reminder, cast.ines, now)
    change_event(event, event_data(cast, held_on=date(2026, 12, 15)), cast.ines, now)
    event.reminder.refresh_from_db()
    with pytest.raises(RefusedError, match="Nothing has changed"):
        approvals.ask(event.reminder, cast.ines, now)
    approved = approvals.approve(asked, cast.claire, asked.fingerprint, now)
    assert approved.content["schedule"]["fixed_on"] == "2026-12-13"


def test_a_text_that_has_changed_since_is_approved_anew(cast, event):
    write_ready(
        event.reminder, "en", "Tomorrow", "[Ticket]({{ event_link }})", cast.ines, INVITED_AT
    )
    change_event(event, event_data(cast, held_on=date(2026, 12, 15)), cast.ines, INVITED_AT)
    standing = event.reminder.approvals.get()
    assert standing.content["languages"]["en"]["subject"] != "Tomorrow"
    assert approvals.ask(event.reminder, cast.ines, INVITED_AT).version == 2


def test_who_gets_a_reminder_is_who_has_a_seat(cast, event, as_user):
    for person in cast.people[:3]:
        register(event, person, "es", LONG_BEFORE)
    page = f"/p/one-it/messages/{event.reminder_id}/"
    text = words_of(as_user(cast.ines).get(page))
    assert "2 people would get it now. 6 people are invited; only those with a seat" in text
    other = make_event(cast, LONG_BEFORE)
    approvals.ask(other.reminder, cast.ines, LONG_BEFORE)
    register(other, cast.people[0], "es", LONG_BEFORE)
    client = as_user(cast.claire)
    shown = words_of(client.get("/p/one-it/decisions/"))
    assert "1 person would get it now , at 2 sites" in shown
    assert "6 people are invited; only those with a seat by then get it" in shown
    waiting = other.reminder.approvals.get()
    listed = client.get("/p/one-it/people/", {"version": waiting.pk})
    assert "1 of 6 people" in words_of(listed)


@pytest.mark.parametrize("count", [1, 3])
def test_decisions_on_reminders_take_the_same_number_of_queries(
    cast, as_user, count, django_assert_num_queries
):
    for _each in range(count):
        event = make_event(cast, LONG_BEFORE)
        register(event, cast.people[0], "es", LONG_BEFORE)
        approvals.ask(event.reminder, cast.ines, LONG_BEFORE)
    client = as_user(cast.claire)
    client.get("/p/one-it/decisions/")
    with django_assert_num_queries(43):
        shown = client.get("/p/one-it/decisions/")
    assert words_of(shown).count("1 person would get it now") == count


@pytest.mark.parametrize(
    ("who", "path"),
    [("ines", "messages/"), ("claire", "decisions/"), ("rosa", "messages/"), ("ines", "message")],
)
def test_mails_of_an_event_are_named_after_it_in_the_reader_s_language(
    cast, event, as_user, who, path
):
    french = {"title": "Journée One IT", "what": "Essayez.", "agenda": ""}
    write_texts(event, "fr", french, cast.ines, LONG_BEFORE)
    asked = approvals.ask(event.invitation, cast.ines, LONG_BEFORE)
    approvals.approve(asked, cast.claire, asked.fingerprint, LONG_BEFORE)
    write_texts(event, "fr", french | {"title": "Brouillon"}, cast.ines, LONG_BEFORE)
    user = getattr(cast, who)
    type(user).objects.filter(pk=user.pk).update(language="fr")
    user.refresh_from_db()
    path = path if path != "message" else f"messages/{event.reminder_id}/"
    shown = re.sub(r"\s", " ", words_of(as_user(user).get(f"/p/one-it/{path}")))
    named = "Journée One IT" if who == "rosa" else "Brouillon"
    assert f"Rappel : {named}" in shown
    if event.reminder_id not in map(int, re.findall(r"\d+", path)):
        assert f"Invitation : {named}" in shown
        assert "One IT Day" not in shown


@pytest.mark.parametrize("count", [1, 3])
def test_naming_mails_of_events_takes_the_same_number_of_queries(
    cast, as_user, count, django_assert_num_queries
):
    for _each in range(count):
        make_event(cast, LONG_BEFORE)
    client = as_user(cast.ines)
    client.get("/p/one-it/messages/")
    with django_assert_num_queries(27):
        shown = words_of(client.get("/p/one-it/messages/"))
    assert shown.count("Reminder: One IT Day") == count


def test_cancelled_event_invites_nobody_any_more(cast, event, relay):
    cancel_event(event, cast.ines, LONG_BEFORE)
    run(INVITED_AT)
    assert relay.accepts == []


def test_cancelling_stops_what_is_planned(cast, event, relay):
    relay.fault("rcpt", reply="450 4.2.0 later")
    run(INVITED_AT)
    cancel_event(event, cast.ines, INVITED_AT)
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.CANCELLED}


def test_approval_binds_what_the_event_says(cast, event):
    content = event.invitation.approvals.get().frozen
    assert content.more["event"]["es"]["title"] == "Día de One IT"
    assert states_of(event, languages=["en", "es"])["es"].state == "approved"
    assert not content.is_optional


def test_who_wrote_what_the_event_says_does_not_approve_it(cast, event, now):
    write_texts(event, "es", {**SPANISH, "title": "Escrito por mí"}, cast.claire, now)
    asked = approvals.ask(event.invitation, cast.ines, now)
    with pytest.raises(RefusedError, match="You wrote this message"):
        approvals.approve(asked, cast.claire, asked.fingerprint, now)


def test_invitation_leaves_at_nine_of_each_site(cast, event, relay):
    run(datetime(2026, 11, 24, 1, 30, tzinfo=UTC))
    assert {a.language for a in relay.accepts} == {"zh-Hans"}
    run(INVITED_AT)
    assert len(relay.accepts) == 6


def test_link_that_left_before_a_restore_works_after_it(cast, event, client):
    run_at = INVITED_AT
    dispatch = event.invitation.dispatches.create(started_at=run_at)
    Delivery.objects.create(
        dispatch=dispatch,
        person=cast.people[0],
        site=cast.barcelona,
        due_at=run_at,
        latest_at=run_at + timedelta(days=7),
        state="claimed",
    )
    hold_after_restore(run_at, run_at)
    assert PersonalLink.objects.filter(purpose="event").exists()


def test_event_in_a_zone_of_half_hours_and_across_the_change(cast, now):
    cast.barcelona.time_zone = "Australia/Lord_Howe"
    cast.barcelona.save()
    event = make_event(cast, now, held_on=date(2026, 12, 8), from_time=time(10))
    assert event.starts_at == datetime(2026, 12, 7, 23, tzinfo=UTC)
    event.held_on = date(2026, 7, 8)
    assert event.starts_at == datetime(2026, 7, 7, 23, 30, tzinfo=UTC)


def test_a_region_that_is_not_invited_is_told_of_no_reminder(cast, now):
    lines = Lines(sites=[cast.barcelona])
    event = make_event(cast, now, lines=lines)
    assert list(event.reminder.audience.sites.all()) == [cast.barcelona]
    change_event(event, event_data(cast, lines=Lines(sites=[cast.shanghai])), cast.ines, now)
    assert list(event.reminder.audience.sites.all()) == [cast.shanghai]
