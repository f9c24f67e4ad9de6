"""Whether somebody is told: a mail server that dies and comes back, seen from the rows."""

import logging
from datetime import timedelta

import pytest

from communications.dispatches.services import dispatch as dispatches
from communications.mailroom.services import watermark
from communications.models import Alarm, ChannelState, Delivery, Dispatch, Swept, Watermark
from communications.operation.queries.outage import (
    HELD,
    PATIENCE,
    STUCK,
    UNREACHABLE,
    mails_due,
    outage,
    relay_answers,
)
from communications.operation.services.pump import run_pump
from tests.communications.making import approve, make_message, run

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
DUE = timedelta(minutes=5)
BACK = "The mail server is accepting emails again"


@pytest.fixture
def due(cast, now):
    """Approve a message for six people; return when it is due."""
    approve(cast, make_message(cast, now), now)
    return now + DUE


def lines(caplog, level=logging.WARNING):
    return [each.getMessage() for each in caplog.records if each.levelno >= level]


def test_a_mail_server_that_dies_is_told_once_and_so_is_its_return(due, relay, caplog):
    relay.refuse()
    for minutes in range(6):
        run(due + minutes * MINUTE)
    assert outage(due + PATIENCE - MINUTE) is None
    found = outage(due + PATIENCE)
    assert (found.kind, found.reason, found.since) == (Alarm.Kind.SENDING, UNREACHABLE, due)
    assert mails_due(due + PATIENCE).mails == 6
    relay.listen()
    run(due + 10 * MINUTE)
    assert len(relay.accepts) == 6
    assert outage(due + 30 * MINUTE) is None
    gone, back = lines(caplog)
    assert gone.startswith("The mail server is not accepting emails: Cannot connect to 127.0.0.1:")
    assert back == BACK


def test_a_server_accepts_emails_again_only_once_it_has_taken_one(due, relay, caplog):
    relay.refuse()
    run(due)
    relay.listen()
    relay.fault("rcpt", reply="451 4.3.0 later")
    run(due + MINUTE)
    assert not Delivery.objects.filter(state="sent").exists()
    assert (relay_answers(), len(lines(caplog))) == (True, 1)
    relay.refuse()
    run(due + 10 * MINUTE)
    assert (relay_answers(), len(lines(caplog))) == (False, 1)
    relay.listen()
    relay.heal()
    run(due + 60 * MINUTE)
    assert len(relay.accepts) == 6
    assert (relay_answers(), lines(caplog)[1:]) == (True, [BACK])


def test_a_server_that_only_lets_in_clears_the_sign_and_writes_no_line(due, relay, caplog):
    relay.refuse()
    run(due)
    Dispatch.objects.update(paused_at=due)
    relay.listen()
    run(due + MINUTE)
    assert (relay_answers(), len(lines(caplog))) == (True, 1)
    Dispatch.objects.update(paused_at=None)
    run(due + 2 * MINUTE)
    assert lines(caplog)[1:] == [BACK]


def test_a_server_that_hangs_up_on_each_mail_is_noticed_though_each_rests(due, relay):
    relay.fault("mail", "drop")
    for minutes in range(7):
        run(due + minutes * MINUTE)
    assert Delivery.objects.filter(next_try_at__gt=due + 6 * MINUTE).count() == 6
    assert outage(due + 6 * MINUTE).since == due


def test_mails_that_nobody_takes_in_hand_are_noticed_without_a_worker(due):
    run_pump(due)
    assert outage(due + PATIENCE - MINUTE) is None
    assert outage(due + PATIENCE).reason == STUCK


def test_a_long_sending_is_well_as_long_as_some_leave(cast, due, now, relay):
    run(due)
    approve(cast, make_message(cast, now, purpose="More"), now)
    run_pump(due)
    assert mails_due(due + PATIENCE - MINUTE).mails == 6
    sent_at = due + 4 * MINUTE
    Delivery.objects.filter(pk=Delivery.objects.filter(state="planned").first().pk).update(
        state="sent", ended_at=sent_at
    )
    assert outage(due + PATIENCE) is None
    assert outage(sent_at + PATIENCE).since == sent_at


def test_what_is_paused_is_not_due_and_what_is_resumed_is_due_from_then_on(cast, due):
    run_pump(due)
    one, later = Dispatch.objects.get(), due + 30 * MINUTE
    dispatches.pause(one, cast.ines, due)
    assert outage(later) is None
    dispatches.resume(one, cast.ines, later)
    assert mails_due(later).since == later
    assert outage(later + PATIENCE).since == later


def test_mails_that_a_server_refuses_for_now_are_counted_apart(due, relay):
    relay.greylists = True
    run(due)
    late = due + MINUTE
    assert (mails_due(late).mails, mails_due(late).refused) == (0, 6)
    assert outage(late + PATIENCE) is None
    again = mails_due(due + 4 * MINUTE)
    assert again.mails == 6
    assert again.since == due + 2 * MINUTE
    assert outage(due + 6 * MINUTE) is None
    assert outage(due + 7 * MINUTE).since == again.since


def test_what_is_on_hold_says_so_and_again_every_hour(due, caplog):
    run_pump(due)
    Watermark.objects.update(place="elsewhere")
    for minutes in range(0, 130, 10):
        run_pump(due + minutes * MINUTE)
    assert (outage(due).kind, outage(due).reason) == (Alarm.Kind.HOLD, HELD)
    assert len(lines(caplog, logging.CRITICAL)) == 3
    watermark.accept()
    assert ChannelState.objects.filter(channel=watermark.CHANNEL).count() == 0


def test_what_sweepers_put_right_is_counted(due):
    run_pump(due)
    rows = list(Delivery.objects.order_by("pk"))
    lease = {"lease_until": due, "fence": watermark.current_life() + 24 * "f"}
    Delivery.objects.filter(pk__in=[row.pk for row in rows[:2]]).update(state="claimed", **lease)
    Delivery.objects.filter(pk=rows[2].pk).update(state="sending", **lease)
    run_pump(due + MINUTE)
    run_pump(due + timedelta(days=9))
    counts = dict(Swept.objects.values_list("sweeper", "rows"))
    assert counts == {"returned": 2, "cut": 1, "too_late": 5}
