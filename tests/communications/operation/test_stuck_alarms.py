"""Administrators who ask for it are emailed about what else is stuck, once a problem."""

import pytest

from communications.models import Alarm, AlarmReader, ChannelState
from communications.operation.queries import problems
from communications.operation.queries.problems import Problem
from communications.operation.services.alarm_reader import tell
from communications.operation.services.pump import run_pump
from stakeholders.models import Role, User
from tests.communications.operation.test_alarm import (
    MINUTE,
    due,  # noqa: F401 - a fixture
    other,  # noqa: F401 - a fixture
    told,
)

pytestmark = pytest.mark.django_db(transaction=True)

STUCK = Problem("late-posts", "Posts <that> should have left", "Test the channel.")
ADA = "ada@onelift.example"


@pytest.fixture
def ada(cast):
    user = User.objects.create_superuser(ADA)
    tell(user, is_wanted=True)
    return user


@pytest.fixture
def stuck(monkeypatch):
    """Return what is stuck: a list to add to and to empty."""
    found = []
    monkeypatch.setattr(problems, "LOOKS", [lambda _now: found])
    return found


def minutes(first, count):
    for minute in range(count):
        run_pump(first + minute * MINUTE)


def mails(server):
    return [(recipient, subject) for recipient, subject in told(server) if "OneLift" in subject]


def test_a_problem_is_told_after_ten_minutes_once_and_so_is_its_end(ada, now, relay, stuck):
    stuck.append(STUCK)
    minutes(now, 10)
    assert mails(relay) == []
    minutes(now + 10 * MINUTE, 30)
    assert mails(relay) == [(ADA, f"OneLift: {STUCK.title}")]
    text = relay.accepts[0].message.get_body(("plain",)).get_content()
    assert "Test the channel." in text
    assert "/status/" in text
    html = relay.accepts[0].message.get_body(("html",)).get_content()
    assert "<that>" not in html
    stuck.clear()
    minutes(now + 40 * MINUTE, 3)
    assert mails(relay)[1:] == [(ADA, f"OneLift: solved: {STUCK.title}")]
    assert not Alarm.objects.exists()


def test_a_short_problem_is_not_told(ada, now, relay, stuck):
    stuck.append(STUCK)
    minutes(now, 8)
    stuck.clear()
    minutes(now + 8 * MINUTE, 20)
    assert mails(relay) == []
    assert not Alarm.objects.exists()


def test_each_problem_is_told_apart(ada, now, relay, stuck):
    stuck.append(STUCK)
    minutes(now, 12)
    stuck.append(Problem("trail", "The audit trail is broken", "Run verify_trail."))
    minutes(now + 12 * MINUTE, 12)
    assert [subject for _to, subject in mails(relay)] == [
        f"OneLift: {STUCK.title}",
        "OneLift: The audit trail is broken",
    ]


def test_only_administrators_who_asked_are_told(cast, now, relay, stuck, settings):
    settings.ALARM_EMAILS = ["ops@example.com", "administrators"]
    User.objects.create_superuser("silent@onelift.example")
    Role.objects.create(user=cast.otto, kind=Role.Kind.ADMINISTRATOR)
    former = User.objects.create_user("former@onelift.example")
    for user in (cast.otto, former):
        tell(user, is_wanted=True)
    stuck.append(STUCK)
    minutes(now, 15)
    assert [recipient for recipient, _ in mails(relay)] == [cast.otto.email]
    tell(cast.otto, is_wanted=False)
    stuck.append(Problem("late-imports", "Stalled imports", ""))
    minutes(now + 15 * MINUTE, 15)
    assert len(mails(relay)) == 1
    assert list(AlarmReader.objects.all()) == [former.alarm_reader]


def test_who_asked_is_told_that_nothing_is_sent_whatever_the_settings_say(
    ada,
    due,  # noqa: F811
    relay,
    other,  # noqa: F811
    stuck,
    settings,
):
    settings.ALARM_EMAILS = ["ops@example.com"]
    stuck.append(STUCK)
    relay.refuse()
    for minute in range(15):
        run_pump(due + minute * MINUTE)
        ChannelState.objects.update_or_create(channel="mail", defaults={"failing_since": due})
    subjects = {(recipient, subject) for recipient, subject in mails(other)}
    assert (ADA, "OneLift sends no emails") in subjects
    assert ("ops@example.com", "OneLift sends no emails") in subjects


def test_while_nothing_leaves_other_problems_rest_as_they_are(ada, now, relay, stuck):
    stuck.append(STUCK)
    minutes(now, 2)
    begun = Alarm.objects.get(kind=STUCK.key).since
    ChannelState.objects.create(channel="database", failing_since=now)
    minutes(now + 2 * MINUTE, 5)
    stuck.clear()
    assert Alarm.objects.get(kind=STUCK.key).ended_at is None
    assert Alarm.objects.get(kind=STUCK.key).since == begun
    ChannelState.objects.filter(channel="database").delete()
    minutes(now + 7 * MINUTE, 1)
    assert not Alarm.objects.filter(kind=STUCK.key).exists()


def test_a_look_that_breaks_leaves_the_alarms_as_they_are(ada, now, relay, stuck, monkeypatch):
    stuck.append(STUCK)
    minutes(now, 2)
    looks = list(problems.LOOKS)
    monkeypatch.setattr(problems, "LOOKS", [lambda _now: [][1]])
    minutes(now + 2 * MINUTE, 9)
    assert Alarm.objects.get(kind=STUCK.key).ended_at is None
    assert mails(relay) == [(ADA, f"OneLift: {STUCK.title}")]
    monkeypatch.setattr(problems, "LOOKS", looks)
    minutes(now + 11 * MINUTE, 1)
    assert len(mails(relay)) == 1


def test_without_a_reader_nobody_looks(now, relay, stuck, cast, settings):
    settings.ALARM_EMAILS = ["ops@example.com"]
    stuck.append(STUCK)
    minutes(now, 15)
    assert not Alarm.objects.exists()
    assert not mails(relay)
