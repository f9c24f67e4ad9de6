"""A reminder goes to who has a seat, and every figure of it says so many."""

import pytest
from django.urls import reverse

from events.services.event import cancel_event
from tests.events.making import approve, seat
from tests.figures import differences, marks_of


@pytest.fixture
def reminder(cast, event, now):
    """Return an approved reminder; two of the nine people meant have a seat, a third waits."""
    approve(cast, event.invitation, now)
    approve(cast, event.reminder, now)
    seat(event, now, 3)
    return event.reminder


@pytest.fixture
def messages(cast):
    return reverse("communications:message-list", args=[cast.programme.slug])


@pytest.fixture
def approved(reminder):
    """Return how an address names the version of the reminder that goes out."""
    return f"version={reminder.approvals.standing().get().pk}"


def counts(client, url, part):
    return [count for href, count in marks_of(client, url).figures if part in href]


def test_list_of_messages_counts_who_has_a_seat(cast, approved, messages, client):
    client.force_login(cast.ines)
    assert counts(client, messages, approved) == ["2"]
    assert differences(client, messages) == []


def test_page_of_a_reminder_counts_the_same(cast, reminder, client):
    client.force_login(cast.ines)
    page = reverse("communications:message-show", args=[cast.programme.slug, reminder.pk])
    assert counts(client, page, "people/?") == ["2"]
    assert differences(client, page) == []


def test_region_counts_its_own_people_with_a_seat(cast, approved, messages, client):
    client.force_login(cast.mei)
    assert counts(client, messages, approved) in ([], ["0"])
    client.force_login(cast.rosa)
    assert counts(client, messages, approved) == ["2"]
    assert differences(client, messages) == []


def test_nobody_is_reminded_of_a_cancelled_event(cast, event, approved, messages, now, client):
    cancel_event(event, cast.ines, now)
    client.force_login(cast.ines)
    assert counts(client, messages, approved) == ["0"]


def test_languages_are_those_of_all_who_may_take_a_seat(cast, event, messages, client, now):
    approve(cast, event.reminder, now)
    client.force_login(cast.ines)
    assert "2 of 2 languages" in " ".join(client.get(messages).content.decode().split())
