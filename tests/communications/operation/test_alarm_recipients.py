"""Each address is tried, and a problem counts as told once a mail server has accepted an email."""

import logging

import pytest

from communications.models import Alarm
from stakeholders.models import User
from tests.communications.operation.test_alarm import (
    MINUTE,
    due,  # noqa: F401 - a fixture
    each_minute,
    other,  # noqa: F401 - a fixture
    told,
)

pytestmark = pytest.mark.django_db(transaction=True)

NO_EMAILS, AGAIN = "OneLift sends no emails", "OneLift sends emails again"
OPS = "ops@example.com"


@pytest.fixture
def dead(due, relay):  # noqa: F811
    """Let the usual mail server be away; return the minute before an email about it."""
    relay.refuse()
    each_minute(due, 5)
    return due + 4 * MINUTE


@pytest.fixture
def lines(caplog):
    """Return a function for what was written about emails to administrators, in order."""

    def written():
        name = "communications.operation.services.alarm"
        found = [each for each in caplog.records if each.name == name]
        assert {each.levelno for each in found} <= {logging.WARNING}
        return [each.getMessage() for each in found]

    return written


def minutes(dead, first, count):
    each_minute(dead + first * MINUTE, count)


@pytest.mark.parametrize(
    ("place", "kind", "reply"),
    [("rcpt", "reply", "550 no odd@here.example"), ("rcpt", "drop", ""), ("mail", "drop", "")],
)
def test_an_address_that_is_refused_keeps_no_other_from_its_email(
    dead,
    other,  # noqa: F811
    settings,
    lines,
    place,
    kind,
    reply,
):
    settings.ALARM_EMAILS = ["odd@here.example", OPS]
    only = {"recipient": "odd@"} if place == "rcpt" else {"times": 1}
    other.fault(place, kind, reply=reply, **only)
    minutes(dead, 1, 10)
    assert told(other) == [(OPS, NO_EMAILS)]
    outcome = "failed" if reply else "retry"
    assert lines() == [f"Some emails about “sending” were not accepted: {{'{outcome}': 1}}"]


def test_an_address_that_is_none_keeps_no_other_from_its_email(dead, other, settings, lines):  # noqa: F811
    User.objects.create_superuser("a d a")
    settings.ALARM_EMAILS = [OPS, "administrators", "z@example.com"]
    minutes(dead, 1, 10)
    assert sorted(told(other)) == [(OPS, NO_EMAILS), ("z@example.com", NO_EMAILS)]
    assert lines() == ["Some emails about “sending” were not accepted: {'failed': 1}"]


def test_what_nobody_accepted_is_not_told_and_tried_again(dead, other, lines):  # noqa: F811
    other.fault("rcpt", reply=f"550 no {OPS}")
    minutes(dead, 1, 4)
    assert Alarm.objects.get().told_at is None
    assert lines() == ["No email about “sending” was accepted: {'failed': 1}"] * 2
    other.heal()
    minutes(dead, 5, 10)
    assert told(other) == [(OPS, NO_EMAILS)]


def test_without_an_administrator_who_has_an_address_nobody_is_told(dead, other, settings, lines):  # noqa: F811
    settings.ALARM_EMAILS = ["administrators"]
    minutes(dead, 1, 4)
    assert Alarm.objects.get().told_at is None
    assert lines() == ["No one was emailed about “sending”: no administrator has an address"] * 2
    User.objects.create_superuser("ada@onelift.example")
    minutes(dead, 5, 10)
    assert told(other) == [("ada@onelift.example", NO_EMAILS)]


def test_what_is_over_and_refused_for_good_is_not_tried_for_ever(dead, relay, other, lines):  # noqa: F811
    minutes(dead, 1, 2)
    other.fault("rcpt", reply="550 no")
    relay.listen()
    minutes(dead, 3, 10)
    assert told(other) == [(OPS, NO_EMAILS)]
    assert lines() == ["No email about “sending” was accepted: {'failed': 1}"]
    assert not Alarm.objects.exists()


def test_one_in_doubt_is_named_and_not_sent_every_two_minutes(dead, other, lines):  # noqa: F811
    other.fault("dot", "accept_drop")
    minutes(dead, 1, 10)
    assert told(other) == [(OPS, NO_EMAILS)]
    assert lines() == ["No email about “sending” was accepted: {'in_doubt': 1}"]
