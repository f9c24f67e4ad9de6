"""Who has no text in their own language waits for it, or gets the nearest one: as approved."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from communications.approvals.services import approval as approvals
from communications.dispatches.queries.ledger import ledger_of
from communications.dispatches.queries.waiting_reason import holds
from communications.messages.models.content import Content
from communications.messages.services.message import write_ready
from communications.models import Delivery, Dispatch, Message
from programmes.scope import EVERYTHING
from programmes.services.plan import move_wave
from tests.communications.making import TEXTS, approve, make_message, run

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=6)
ENGLISH = {"en": TEXTS["en"]}
NO_CHINESE = {code: TEXTS[code] for code in ("en", "es")}
# Six hours: the message is due at once, and people wait for five of them.
WAITS = {"waits_for_text": True, "latest_hours": 30}


def states():
    return Counter(Delivery.objects.values_list("state", "language"))


def mails(relay):
    return Counter(
        a.message["Content-Language"] for a in relay.accepts if a.message["X-OneLift-Dispatch"]
    )


def looks():
    return set(Delivery.objects.filter(state="planned").values_list("next_try_at", flat=True))


def write_chinese(cast, message, now):
    write_ready(message, "zh-hans", *TEXTS["zh-hans"], cast.ines, now)
    return approve(cast, Message.objects.get(pk=message.pk), now)


def test_without_it_everyone_gets_the_nearest_language_at_the_hour(cast, now, relay):
    approve(cast, make_message(cast, now, NO_CHINESE), now)
    run(now + LATER)
    assert mails(relay) == {"es": 3, "en": 3}


def test_with_it_they_wait_and_others_do_not(cast, now, relay):
    approve(cast, make_message(cast, now, NO_CHINESE, **WAITS), now)
    at = now + LATER
    assert run(at) == 3
    assert mails(relay) == {"es": 3}
    assert states() == {("sent", "es"): 3, ("planned", ""): 3}
    assert looks() == {at + timedelta(hours=1)}
    assert run(at + timedelta(minutes=30)) == 0
    assert looks() == {at + timedelta(hours=1)}


def test_once_their_text_is_approved_they_get_it_within_minutes(cast, now, relay):
    message = make_message(cast, now, NO_CHINESE, **WAITS)
    approve(cast, message, now)
    run(now + LATER)
    write_chinese(cast, message, now + LATER)
    run(now + LATER * 2 + timedelta(minutes=1))
    assert mails(relay) == {"es": 3, "zh-Hans": 3}
    run(now + timedelta(hours=40))
    assert mails(relay) == {"es": 3, "zh-Hans": 3}


def test_in_the_end_they_get_the_nearest_language_each_once(cast, now, relay):
    message = make_message(cast, now, NO_CHINESE, **WAITS)
    approve(cast, message, now)
    run(now + LATER)
    # Shanghai is due at 00:01 there, and 30 hours later is the last moment.
    latest = Delivery.objects.filter(state="planned").latest("latest_at").latest_at
    at = now + LATER
    while at < latest - timedelta(hours=1, minutes=1):
        run(at)
        at += timedelta(minutes=59)
    assert mails(relay) == {"es": 3}
    run(latest - timedelta(hours=1))
    assert mails(relay) == {"es": 3, "en": 3}
    run(latest + timedelta(hours=1))
    assert mails(relay) == {"es": 3, "en": 3}
    assert sum(states().values()) == 6


def test_what_is_not_urgent_goes_before_the_working_hours_end(cast, now, relay):
    day = date(2026, 11, 26)
    frame = {"fixed_on": day, "local_time": time(9), "is_urgent": False, "waits_for_text": True}
    approve(cast, make_message(cast, now, NO_CHINESE, **frame), now)
    at = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
    while at < datetime(2026, 11, 27, 23, 0, tzinfo=UTC):
        run(at)
        at += timedelta(minutes=20)
    assert mails(relay) == {"es": 3, "en": 3}
    waited = Delivery.objects.filter(language="en").values_list("ended_at", flat=True)
    # An hour before 18:00 in Shanghai, on the working day that follows.
    assert set(waited) == {datetime(2026, 11, 27, 9, 0, tzinfo=UTC)}


def test_a_language_that_the_programme_does_not_write_waits_for_nothing(cast, now, relay):
    for person in cast.people[3:]:
        person.language = "cs"
        person.save()
    approve(cast, make_message(cast, now, NO_CHINESE, **WAITS), now)
    run(now + LATER)
    assert mails(relay) == {"es": 3, "en": 3}


def test_who_leaves_while_waiting_gets_nothing(cast, now, relay):
    approve(cast, make_message(cast, now, NO_CHINESE, **WAITS), now)
    run(now + LATER)
    gone = cast.people[3]
    gone.left_on = now.date()
    gone.save()
    run(now + LATER + timedelta(hours=1))
    assert states() == {("sent", "es"): 3, ("planned", ""): 2, ("skipped", ""): 1}


def test_a_wave_moved_to_earlier_leaves_nobody_behind(cast, now, relay):
    frame = {"fixed_on": None, "offset_days": 0, "waves": [cast.wave1]}
    message = make_message(cast, now, ENGLISH, **WAITS, **frame)
    move_wave(cast.wave1, date(2026, 11, 25), now)
    approve(cast, message, now)
    start = datetime(2026, 11, 24, 23, 5, tzinfo=UTC)
    run(start)
    assert states() == {("planned", ""): 3}
    move_wave(cast.wave1, date(2026, 11, 24), start)
    at = start
    while at < start + timedelta(hours=8):
        at += timedelta(minutes=10)
        run(at)
    assert states() == {("sent", "en"): 3}


def test_withdrawing_and_approving_again_keeps_each_row_once(cast, now, relay):
    message = make_message(cast, now, NO_CHINESE, **WAITS)
    approval = approve(cast, message, now)
    run(now + LATER)
    assert approvals.withdraw(approval, cast.claire, "A typo", now + LATER) == 3
    write_chinese(cast, message, now + LATER)
    for minutes in (12, 80):
        run(now + timedelta(minutes=minutes))
    assert mails(relay) == {"es": 3, "zh-Hans": 3}


def test_the_budget_and_the_wait_go_together(cast, now, relay):
    cast.programme.mails_a_week = 3
    cast.programme.save()
    message = make_message(cast, now, NO_CHINESE, **{**WAITS, "is_urgent": False})
    message = Message.objects.get(pk=message.pk)
    Message.objects.filter(pk=message.pk).update(local_time=time(10), fixed_on=date(2026, 11, 25))
    approve(cast, Message.objects.get(pk=message.pk), now)
    at = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
    while at < datetime(2026, 11, 27, 0, 0, tzinfo=UTC):
        run(at)
        at += timedelta(minutes=30)
    assert mails(relay) == {"es": 3, "en": 3}
    assert sum(states().values()) == 6


def test_the_page_of_the_sending_says_why_they_wait_and_until_when(cast, now, relay):
    approve(cast, make_message(cast, now, NO_CHINESE, **WAITS), now)
    run(now + LATER)
    dispatch, at = Dispatch.objects.get(), now + LATER + timedelta(minutes=2)
    ledger = ledger_of(dispatch, EVERYTHING, at)
    (hold,) = holds(dispatch, ledger, EVERYTHING, at)
    assert (hold.people, hold.why) == (3, "No approved text in their language yet")
    assert hold.until.startswith("Until ")
    assert ledger.delays == {}
    assert (
        "no approved text in their language yet"
        in Delivery.objects.filter(state="planned").first().why
    )


def test_the_choice_is_part_of_what_is_approved_only_where_it_is_made(cast, now):
    falls_back = approvals.content_of(make_message(cast, now))
    assert "waits_for_text" not in falls_back.to_json()
    waits = approvals.content_of(make_message(cast, now, waits_for_text=True))
    assert waits.to_json()["waits_for_text"] is True
    assert Content.from_json(waits.to_json()) == waits
    assert waits.fingerprint != falls_back.fingerprint
