"""Administrators are emailed once a problem, and once it is over, by a server that works."""

from datetime import timedelta

import pytest

from communications.models import Alarm, Watermark
from communications.operation.services import alarm
from communications.operation.services.pump import run_pump
from stakeholders.models import User
from tests.communications.making import approve, make_message, run
from tests.communications.relay import FaultRelay

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def other(tmp_path, settings):
    """Run a second mail server, for alarms."""
    server = FaultRelay(tmp_path / "alarms.jsonl")
    settings.ALARM_RELAY = {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": server.port,
        "EMAIL_HOST_USER": None,
        "EMAIL_HOST_PASSWORD": None,
    }
    yield server
    server.stop()


@pytest.fixture
def due(cast, now, settings):
    """Approve a message for six people; return when it is due."""
    settings.ALARM_EMAILS = ["ops@example.com"]
    approve(cast, make_message(cast, now), now)
    return now + 5 * MINUTE


def told(server):
    return [(each.recipient, each.message["Subject"]) for each in server.accepts if each.raw]


def each_minute(first, count):
    for minute in range(count):
        run(first + minute * MINUTE)


def test_a_dead_mail_server_is_told_once_by_the_other_and_so_is_its_end(due, relay, other):
    relay.refuse()
    each_minute(due, 5)
    assert told(other) == []
    each_minute(due + 5 * MINUTE, 1)
    assert len(told(other)) == 1
    each_minute(due + 6 * MINUTE, 24)
    assert told(other) == [("ops@example.com", "OneLift sends no emails")]
    text = other.accepts[0].message.get_body(("plain",)).get_content()
    assert "Since 24 Nov 2026, 10:25 UTC" in text
    assert "doctor" in text
    relay.listen()
    each_minute(due + 30 * MINUTE, 3)
    assert told(other)[1:] == [("ops@example.com", "OneLift sends emails again")]
    assert not Alarm.objects.exists()


def test_without_another_server_one_email_tells_of_it_all_at_its_end(due, relay):
    relay.refuse()
    each_minute(due, 20)
    relay.listen()
    each_minute(due + 20 * MINUTE, 3)
    alarms = [each for each in told(relay) if each[0] == "ops@example.com"]
    assert alarms == [("ops@example.com", "OneLift sends emails again")]


def test_a_short_problem_is_not_worth_an_email(due, relay, other):
    relay.refuse()
    each_minute(due, 4)
    relay.listen()
    each_minute(due + 4 * MINUTE, 20)
    assert told(other) == []
    assert not Alarm.objects.exists()


def test_a_server_for_alarms_that_is_away_is_tried_again(due, relay, other):
    relay.refuse()
    other.refuse()
    each_minute(due, 15)
    other.listen()
    each_minute(due + 15 * MINUTE, 10)
    assert len(told(other)) == 1


def test_a_hold_is_told_to_all_administrators_by_the_usual_server(due, relay, settings, cast):
    settings.ALARM_EMAILS = [alarm.ADMINISTRATORS, "ops@example.com"]
    User.objects.create_superuser("ada@onelift.example")
    User.objects.create_superuser("gone@onelift.example", is_active=False)
    run_pump(due - MINUTE)
    Watermark.objects.update(place="elsewhere")
    for minute in range(30):
        run_pump(due + minute * MINUTE)
    assert sorted(address for address, _ in told(relay)) == [
        "ada@onelift.example",
        "ops@example.com",
    ]


def test_nobody_named_is_nobody_told(due, relay, other, settings):
    settings.ALARM_EMAILS = []
    relay.refuse()
    each_minute(due, 20)
    assert not told(other)
    assert not Alarm.objects.exists()
