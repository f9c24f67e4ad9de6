"""The clock's job: safe to run at once, never stopped by one bad thing."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from communications.approvals.services import approval as approvals
from communications.dispatches.sources import Source, register
from communications.models import ChannelState, Delivery, Dispatch
from communications.operation.services.pump import run_pump
from tests.communications.making import approve, make_message, run

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=6)


def states():
    return Counter(Delivery.objects.values_list("state", flat=True))


def at_once(count, job):
    """Run a job in several threads that start together; raise what any of them raises."""
    barrier = threading.Barrier(count)

    def run_one(_number):
        barrier.wait()
        try:
            job()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(run_one, range(count)))


def test_five_pumps_at_once_plan_each_person_once(cast, now):
    approve(cast, make_message(cast, now), now)
    at_once(5, lambda: run_pump(now + LATER))
    assert states() == {"planned": 6}
    assert Dispatch.objects.count() == 1


def test_five_senders_at_once_send_each_mail_once(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    relay.seconds_per_mail = 0.02
    at_once(5, lambda: run(now + LATER))
    assert states() == {"sent": 6}
    mails = [accept.recipient for accept in relay.accepts if accept.dispatch]
    assert sorted(mails) == sorted(person.email for person in cast.people)


class Broken(Source):
    """A source that cannot give the values of its batch."""

    key = "broken"

    def context(self, deliveries, now):
        raise LookupError("nothing there")


class Half(Source):
    """A source that forgets one of its people."""

    key = "half"

    def context(self, deliveries, now):
        return {delivery.pk: {} for delivery in deliveries[1:]}


@pytest.mark.parametrize(("source", "waiting"), [(Broken(), 6), (Half(), 1)])
def test_what_cannot_be_made_rests_and_lets_the_others_pass(cast, now, relay, source, waiting):
    register(source)
    bad = make_message(cast, now)
    bad.source = source.key
    bad.save()
    approve(cast, bad, now)
    good = approve(cast, make_message(cast, now, purpose="Good"), now).message
    for seconds in range(3):
        run(now + LATER + timedelta(seconds=20 * seconds))
    good_states = Counter(
        Delivery.objects.filter(dispatch__message=good).values_list("state", flat=True)
    )
    assert good_states == {"sent": 6}
    resting = Delivery.objects.filter(dispatch__message=bad, state="planned")
    assert resting.count() == waiting
    assert all(row.reason and row.next_try_at > now + LATER for row in resting)
    run(now + timedelta(days=3))
    assert not Delivery.objects.filter(state__in=["planned", "claimed", "sending"]).exists()


def test_the_sign_of_an_interruption_goes_though_nothing_waits_any_more(cast, now, relay):
    approval = approve(cast, make_message(cast, now), now)
    relay.refuse()
    run(now + LATER)
    assert ChannelState.objects.get().failing_since
    approvals.withdraw(approval, cast.claire, "Stop", now + LATER)
    run(now + LATER + timedelta(minutes=1))
    assert ChannelState.objects.get().failing_since == now + LATER
    relay.listen()
    run(now + LATER + timedelta(minutes=3))
    assert ChannelState.objects.get().failing_since is None


def test_a_server_that_answers_and_still_refuses_keeps_its_sign(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    relay.fault("mail", "reply", reply="530 5.7.0 sign in first")
    for minutes in (6, 8, 10):
        run(now + timedelta(minutes=minutes))
    state = ChannelState.objects.get()
    assert (state.failing_since, state.failures) == (now + LATER, 3)
    assert states() == {"planned": 6}


def test_greylisted_mails_leave_once_with_the_same_message_id(cast, now, relay):
    relay.greylists = True
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    assert states() == {"planned": 6}
    before = dict(Delivery.objects.values_list("pk", "message_id"))
    run(now + LATER + timedelta(minutes=1))
    assert states() == {"planned": 6}
    run(now + LATER * 2)
    assert states() == {"sent": 6}
    assert dict(Delivery.objects.values_list("pk", "message_id")) == before
