"""Each figure of messages, sendings, events and surveys is the size of the list it opens."""

import pytest
from django.urls import reverse

from communications.models import Dispatch, Message
from events.models import Event
from feedback.models import Survey
from tests.figures import differences
from tests.standing import *  # noqa: F403 - its fixtures


def pages(programme):
    """Return the addresses of the pages that hold such figures."""
    slug = programme.slug
    lists = ["message-list", "post-list", "kit-show", "channel-list"]
    found = [reverse(f"communications:{name}", args=[slug]) for name in lists]
    found += [
        reverse("events:event-list", args=[slug]),
        reverse("feedback:survey-list", args=[slug]),
    ]
    found.append(f"{reverse('events:event-list', args=[slug])}?when=past")
    for name, rows in (
        ("communications:message-show", Message.objects.filter(programme=programme)),
        ("communications:dispatch-show", Dispatch.objects.filter(message__programme=programme)),
        ("communications:dispatch-reach", Dispatch.objects.filter(message__programme=programme)),
        ("communications:delivery-list", Dispatch.objects.filter(message__programme=programme)),
        ("feedback:results-show", Survey.objects.filter(programme=programme)),
    ):
        found += [reverse(name, args=[slug, row.pk]) for row in rows]
    for name in ("event-show", "attendee-list", "checkin-show"):
        events = Event.objects.filter(programme=programme)
        found += [reverse(f"events:{name}", args=[slug, event.slug]) for event in events]
    return found


@pytest.mark.parametrize("name", ["tom", "nuria", "rosa", "dora", "hugo"])
def test_each_figure_is_the_size_of_its_list(name, world, cast, as_user):
    client, lists, wrong, opened = as_user(world.users[name]), {}, [], 0
    for url in pages(cast.programme):
        if client.get(url).status_code == 200:
            wrong += differences(client, url, lists)
            opened += 1
    assert wrong == []
    assert opened > 2
    assert len(lists) > 2
