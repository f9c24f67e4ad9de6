"""Waiting for a text in one's own language, where an adaptation is what one would get."""

from datetime import timedelta

import pytest

from communications.adaptations.services.writing import call_ready, write_adapted
from communications.models import Delivery
from tests.communications.adaptations.making import CORE, SPANISH, adapt, approve_adapted, make_core
from tests.communications.making import approve, run

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=6)
ENGLISH = {"subject": "Local: 22:00", "body": "From 14 December until 22:00. Call 5050."}
WAITS = {"waits_for_text": True, "latest_hours": 30}


@pytest.fixture
def world(cast, now):
    """Return a core in English whose people wait, and its English adaptation for Barcelona."""
    message = make_core(cast, now, texts={"en": CORE["en"]}, **WAITS)
    adaptation = adapt(cast, message, now, texts={"en": ENGLISH})
    approve_adapted(cast, adaptation, now)
    approve(cast, message, now)
    return adaptation


def told(relay, people):
    emails = {person.email for person in people}
    return [one.message["Subject"] for one in relay.accepts if one.recipient in emails]


def test_one_in_english_is_not_sent_to_who_waits_for_spanish(cast, now, relay, world):
    run(now + LATER)
    assert told(relay, cast.people[:3]) == []
    waiting = Delivery.objects.filter(person__in=cast.people[:3])
    assert set(waiting.values_list("state", "language")) == {("planned", "")}


def test_they_get_it_within_minutes_of_its_approval_in_their_language(cast, now, relay, world):
    run(now + LATER)
    write_adapted(world, "email", "es", SPANISH, cast.nuria, now)
    call_ready(world, "email", "es", cast.nuria, now)
    approve_adapted(cast, world, now + LATER)
    run(now + LATER * 2 + timedelta(minutes=1))
    assert told(relay, cast.people[:3]) == [SPANISH["subject"]] * 3


def test_an_own_text_in_the_adaptation_is_not_waited_for(cast, now, relay):
    message = make_core(cast, now, texts={"en": CORE["en"]}, **WAITS)
    approve_adapted(cast, adapt(cast, message, now), now)
    approve(cast, message, now)
    run(now + LATER)
    assert told(relay, cast.people[:3]) == [SPANISH["subject"]] * 3
