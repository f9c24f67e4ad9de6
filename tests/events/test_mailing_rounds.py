"""How long one round of registration emails lasts, and whose a mail is meanwhile."""

from datetime import timedelta

import pytest

from communications.mailroom.services import ledger
from communications.mailroom.services.kind import mail_kinds
from communications.mailroom.services.outbox import CONNECTIONS, ROUND
from communications.models import State
from communications.operation.services.pump import deliver
from events.models import EventMail
from tests.events.making import seat

SECOND = timedelta(seconds=1)
ONE_LANE = 2  # connections of a worker, shared by two senders


@pytest.fixture
def clock_of(now, relay):
    """Return a function that makes a clock: so much time goes by with each mail."""

    def make(each, meanwhile=lambda at: None):
        def clock():
            at = now + timedelta(minutes=1) + each * len(relay.accepts)
            meanwhile(at)
            return at

        return clock

    return make


def recipients(relay) -> list[str]:
    return sorted(accept.recipient for accept in relay.accepts)


def test_a_round_ends_in_time_and_the_next_one_sends_the_rest(
    event, now, relay, settings, clock_of
):
    settings.SEND_BATCH, settings.MAIL_CONNECTIONS = 1, ONE_LANE
    told = seat(event, now, 5)
    clock = clock_of(10 * SECOND)
    assert deliver(clock) == 3  # begun at 0, 10 and 20 seconds; 30 is past the limit
    assert 30 * SECOND > ROUND > 20 * SECOND
    assert set(EventMail.objects.values_list("state", flat=True)) == {State.PLANNED, State.SENT}
    assert deliver(clock_of(SECOND)) == 2
    assert recipients(relay) == sorted(one.person.email for one in told)


def test_a_slow_batch_keeps_its_mails_from_the_sweeper(event, now, relay, settings, clock_of):
    settings.MAIL_CONNECTIONS, settings.CLAIM_LEASE_SECONDS = ONE_LANE, 3
    told = seat(event, now, 4)
    clock = clock_of(2 * SECOND, meanwhile=lambda at: ledger.sweep(EventMail, at))
    assert deliver(clock) == 4
    assert len(relay.envelopes) == 4
    assert recipients(relay) == sorted(one.person.email for one in told)
    assert set(EventMail.objects.values_list("state", flat=True)) == {State.SENT}


def test_who_slept_longer_than_the_lease_sends_nothing_more(event, now, relay, settings, clock_of):
    settings.MAIL_CONNECTIONS = ONE_LANE
    told, later = seat(event, now, 3), []

    def rival(at):
        """Take over what the sleeper has left, an hour after its first mail."""
        if len(relay.accepts) == 1 and not later:
            later.append(at + timedelta(hours=1))
            ledger.sweep(EventMail, later[0])
            later.append(ledger.claim(EventMail.objects.filter(state="planned"), 9, later[0]))

    deliver(clock_of(SECOND, rival))
    assert len(relay.accepts) == 1
    assert later[1].rows.count() == 2
    ledger.sweep(EventMail, later[0] + timedelta(hours=1))
    assert deliver(lambda: later[0] + timedelta(hours=1)) == 2
    assert recipients(relay) == sorted(one.person.email for one in told)


def test_mails_about_registrations_leave_side_by_side(event, now, relay):
    told = seat(event, now, CONNECTIONS)
    assert deliver(lambda: now + timedelta(minutes=1)) == CONNECTIONS
    assert {accept.connection for accept in relay.accepts} == set(range(1, CONNECTIONS + 1))
    assert recipients(relay) == sorted(one.person.email for one in told)
    assert set(EventMail.objects.values_list("state", flat=True)) == {State.SENT}


def test_of_what_a_dead_sender_had_begun_what_began_before_is_called_sent(event, now):
    seat(event, now, 3)
    at = now + timedelta(minutes=1)
    (kind,) = (each for each in mail_kinds() if each.model is EventMail)
    claim = kind.claim(at)
    batch = kind.read(claim, at)
    for seconds, row in enumerate(batch.rows):
        batch.address(row)
        assert batch.begin(claim, [row], at + seconds * SECOND) == {row.pk}
    kind.sweep(at + timedelta(hours=1))
    states = EventMail.objects.order_by("pk").values_list("state", "message_id")
    assert [state for state, _number in states] == [State.SENT, State.SENT, State.IN_DOUBT]
    assert all(number for _state, number in states)
