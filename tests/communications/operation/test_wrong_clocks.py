"""A machine whose clock is wrong sends nothing before its time, and nothing twice (F17)."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from communications import tasks
from communications.models import Delivery
from tests.communications.making import approve, make_message

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
WRONG = [timedelta(minutes=10), timedelta(minutes=-10), timedelta(hours=-1), timedelta(hours=20)]


@pytest.fixture
def moment():
    return timezone.now()


def message_of(cast, at, moment):
    """Approve a message half an hour ago that is due at an instant."""
    past = moment - 30 * MINUTE
    local = at.astimezone(ZoneInfo(cast.barcelona.time_zone)).replace(second=0, microsecond=0)
    when = {"fixed_on": local.date(), "local_time": local.time(), "latest_hours": 96}
    return approve(cast, make_message(cast, past, waves=[cast.wave1], **when), past)


def work():
    tasks.run_pump()
    tasks.deliver()


def states():
    return Counter(Delivery.objects.values_list("state", flat=True))


@pytest.mark.parametrize("wrong", WRONG)
def test_nothing_leaves_before_the_hour_on_the_clock_of_the_database(cast, moment, relay, wrong):
    message_of(cast, moment + 5 * MINUTE, moment)
    with time_machine.travel(moment + wrong, tick=True):
        work()
    assert not states()
    assert not relay.accepts


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_due_leaves_once_while_the_clock_jumps(cast, moment, relay, wrong):
    message_of(cast, moment - 10 * MINUTE, moment)
    with time_machine.travel(moment + wrong, tick=True) as clock:
        work()
        clock.move_to(moment - 2 * wrong)
        work()
    work()
    assert states() == {"sent": 3}
    assert Counter(accept.recipient for accept in relay.accepts).most_common(1)[0][1] == 1
    assert all(abs(row.ended_at - moment) < MINUTE for row in Delivery.objects.all())
