"""A decision on its way: asked back, answered, reminded of, and taken while the CIO is away."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from communications.approvals.services import approval as approvals
from communications.models import Approval, Question
from tests.clock import NOW
from tests.communications.making import make_message, run
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "/p/one-it/"
DECISIONS = f"{ROOT}decisions/"
# A Friday; Spain rests on Tuesday 8 December.
FRIDAY = datetime(2026, 12, 4, 10, tzinfo=UTC)


def subjects(relay, user):
    return [a.message["Subject"] for a in relay.accepts if a.recipient == user.email]


def waiting_for(client):
    page = client.get(f"{ROOT}overview/").content.decode()
    return re.search(r'decisions/\?for=me"\s+data-count="(\d+)"', page)[1]


def test_asked_back_answered_and_taken_by_a_delegate(cast, as_user, relay):
    claire, ines, tom = (as_user(who) for who in (cast.claire, cast.ines, cast.tom))
    message = make_message(cast, NOW)
    ines.post(f"{ROOT}messages/{message.pk}/ask/")
    version = Approval.objects.get()
    claire.post(f"{ROOT}approvals/{version.pk}/question/", {"reason": "Why now?"})
    assert waiting_for(claire) == "0"
    ines.post(f"{ROOT}questions/{Question.objects.get().pk}/answer/", {"reason": "It opens then."})
    assert waiting_for(claire) == "1"
    today = NOW.date()
    days = {"from_on": today, "until_on": today + timedelta(days=9)}
    claire.post(f"{DECISIONS}delegate/", {"user": cast.tom.pk, **days})
    page = tom.get(DECISIONS).content.decode()
    seen = re.search(r'name="fingerprint" value="(\w+)"', page)[1]
    tom.post(f"{ROOT}approvals/{version.pk}/approve/", {"fingerprint": seen})
    version.refresh_from_db()
    assert (version.state, version.decided_by, version.decided_for) == (
        "approved",
        cast.tom,
        cast.claire,
    )
    run(NOW + timedelta(minutes=1))
    assert "Tom Test decides for Claire Test" in subjects(relay, cast.tom)
    assert "Tom Test decides for Claire Test" in subjects(relay, cast.claire)


def test_a_reminder_on_the_third_working_day(cast, relay):
    PersonFactory(email=cast.claire.email, site=cast.barcelona)
    message = make_message(cast, FRIDAY, fixed_on=datetime(2026, 12, 28, tzinfo=UTC).date())
    asked = approvals.ask(message, cast.ines, FRIDAY)
    for day in range(5, 10):
        run(FRIDAY.replace(day=day))
    assert subjects(relay, cast.claire) == ["1 message needs your approval"]
    run(FRIDAY.replace(day=10))
    assert subjects(relay, cast.claire)[1:] == ["Reminder: 1 decision is waiting for you"]
    assert asked.state == "waiting"
