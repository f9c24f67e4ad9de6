"""While a long sending keeps all processes of a worker busy, what is short does not wait for it."""

from datetime import UTC, datetime
from time import monotonic

import pytest

from communications.mailroom.services.outbox import ROUND
from tests.faults.harness import CHILDREN
from tests.waiting import until

pytestmark = pytest.mark.slow

# What the mail server takes for each mail.
SECONDS_A_MAIL = 2
PROMISED_SECONDS = 60


@pytest.fixture
def sending(installation):
    """Return a function that lets one worker send for a while with all of its processes."""

    def start(seconds):
        people = round(seconds * installation.most_connections(workers=1) / SECONDS_A_MAIL)
        installation.run("django", "createcachetable")
        installation.seed(people)
        installation.let_last(people, seconds, workers=1)
        installation.start_worker()
        installation.start_beat()
        until(lambda: len(installation.senders()) == CHILDREN, "both processes at work")
        return people

    return start


def test_what_is_short_starts_before_a_round_has_ended(installation, sending):
    people = sending(240)
    begun = monotonic()
    assert float(installation.act("answer")) < ROUND.total_seconds() / 2
    installation.act("calm")
    installation.act("announce")
    until(lambda: has_begun(installation), "the urgent message", PROMISED_SECONDS)
    installation.act("forget")
    until(lambda: is_reset(installation), "a new password", PROMISED_SECONDS)
    assert installation.accepted() < people, f"the supply ran out in {monotonic() - begun} s"


@pytest.mark.thorough
def test_five_minutes_of_sending_keep_nobody_waiting(installation, sending):
    people, ages = sending(600), []
    end = monotonic() + 300
    until(lambda: ages.append(pump_age(installation)) or monotonic() > end, "five minutes", 400)
    assert max(ages) < PROMISED_SECONDS
    assert installation.accepted() < people, "the supply ran out"


@pytest.mark.thorough
def test_sending_loses_little_to_what_is_short(installation, sending):
    people = sending(600)
    beside = mails_within(installation, seconds=120)
    installation.kill("beat")
    alone = mails_within(installation, seconds=120)
    assert beside >= 0.95 * alone
    assert installation.accepted() < people, "the supply ran out"


def mails_within(installation, seconds):
    """Return how many mails the server takes meanwhile."""
    before, end = installation.accepted(), monotonic() + seconds
    until(lambda: monotonic() > end, "the end of the time")
    return installation.accepted() - before


def pump_age(installation):
    """Return how long ago the pump ran (seconds)."""
    [(at,)] = installation.query("SELECT at FROM communications_heartbeat WHERE name = 'pump'")
    told = datetime.fromisoformat(str(at))
    return (datetime.now(UTC) - told.replace(tzinfo=told.tzinfo or UTC)).total_seconds()


def has_begun(installation):
    """Tell whether a mail of the latest message was taken."""
    rows = installation.query(
        "SELECT COUNT(*) FROM communications_delivery WHERE state = 'sent'"
        " AND dispatch_id = (SELECT MAX(id) FROM communications_dispatch)"
    )
    return rows[0][0] > 0 and len(dispatches(installation)) == 2


def dispatches(installation):
    return installation.query("SELECT id FROM communications_dispatch")


def is_reset(installation):
    return any(one.recipient == "claire@onelift.example" for one in installation.accepts)
