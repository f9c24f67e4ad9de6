"""A chat is told what is stuck, once a problem, and that it is over."""

import pytest
from auditlog.models import LogEntry

from communications.models import Alarm, AlarmChannel
from communications.operation.queries import problems
from communications.operation.queries.problems import Problem
from communications.operation.services.alarm_post import choose
from tests.communications.groups.test_channel_pages import make_channel
from tests.communications.making import run
from tests.communications.operation.test_alarm import MINUTE, due, each_minute  # noqa: F401
from tests.dashboards.test_status import ada, page  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

STUCK = Problem("late-posts", "Posts should have left", "Test the channel.")


@pytest.fixture
def chat(cast, recorder):
    return make_channel(cast, kind="webhook", address=recorder.address, secret="signs it")


@pytest.fixture
def stuck(monkeypatch):
    """Return what is stuck: a list to add to and to empty."""
    found = []
    monkeypatch.setattr(problems, "LOOKS", [lambda _now: found])
    return found


def titles(recorder):
    return [post.json["title"] for post in recorder.requests]


def test_a_problem_is_posted_once_and_so_is_its_end(chat, cast, now, stuck, recorder, relay):
    choose(chat, cast.ines, now)
    stuck.append(STUCK)
    each_minute(now, 9)
    assert titles(recorder) == []
    each_minute(now + 9 * MINUTE, 6)
    assert titles(recorder) == ["OneLift: Posts should have left"]
    assert "Test the channel." in recorder.requests[0].json["text"]
    stuck.clear()
    each_minute(now + 15 * MINUTE, 3)
    assert titles(recorder)[1:] == ["OneLift: solved: Posts should have left"]
    assert not Alarm.objects.exists()


def test_a_dead_mail_server_is_told_where_no_email_can(
    chat,
    cast,
    due,  # noqa: F811
    stuck,
    relay,
    recorder,
):
    choose(chat, cast.ines, due)
    relay.refuse()
    each_minute(due, 20)
    assert titles(recorder) == ["OneLift sends no emails"]
    relay.listen()
    each_minute(due + 20 * MINUTE, 3)
    assert titles(recorder)[1:] == ["OneLift sends emails again"]


def test_a_service_that_is_away_is_tried_again(chat, cast, now, stuck, recorder, relay):
    choose(chat, cast.ines, now)
    stuck.append(STUCK)
    recorder.says(503)
    each_minute(now, 12)
    away = len(recorder.requests)
    assert 0 < away < 3
    recorder.says(200)
    each_minute(now + 12 * MINUTE, 5)
    assert len(recorder.requests) == away + 1


def test_without_a_choice_nothing_is_posted(chat, now, stuck, recorder, relay):
    stuck.append(STUCK)
    each_minute(now, 15)
    assert recorder.requests == []
    assert not Alarm.objects.exists()


def test_an_administrator_chooses_a_channel_and_the_trail_says_so(ada, cast):  # noqa: F811
    assert "No Teams, Slack or other chat channel has an address yet." in page(ada)
    make_channel(cast, "Bare", address="")
    ops, other = make_channel(cast, "Operators"), make_channel(cast, "Others")
    words = page(ada)
    assert "Operators (Slack, One IT)" in words
    assert "Bare (" not in words
    answer = ada.post("/status/alarm/channel/", {"channel": ops.pk}, follow=True)
    assert f'<option value="{ops.pk}" selected' in answer.content.decode()
    ada.post("/status/alarm/channel/", {"channel": other.pk})
    assert AlarmChannel.objects.get().channel == other
    ada.post("/status/alarm/channel/")
    assert not AlarmChannel.objects.exists()
    entries = LogEntry.objects.filter(content_type__model="channel").order_by("pk")
    assert [one.changes_dict["alarms"] for one in entries if "alarms" in one.changes_dict] == [
        ["", "Operators"],
        ["Operators", ""],
        ["", "Others"],
        ["Others", ""],
    ]
    assert ada.post("/status/alarm/channel/", {"channel": 10**6}).status_code == 404


def test_a_channel_that_is_switched_off_is_not_told(chat, cast, now, stuck, recorder, relay):
    choose(chat, cast.ines, now)
    chat.is_active = False
    chat.save()
    stuck.append(STUCK)
    run(now)
    each_minute(now, 15)
    assert recorder.requests == []
