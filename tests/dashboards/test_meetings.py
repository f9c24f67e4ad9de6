"""Events on the boards: plan, search, what comes next, and whom they have reached."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import CheckIn
from events.services.checkin import check_in
from events.services.registration import register
from stakeholders.models import Contact
from tests.events.making import make_event


@pytest.fixture
def soon(cast):
    now = timezone.now()
    day = now.date() + timedelta(days=7)
    return make_event(cast, now, held_on=day, invite_on=now.date(), capacity=10)


def page(client, address):
    return client.get(f"/p/one-it/{address}").content.decode()


def test_plan_shows_events_and_narrows_to_them(cast, soon, as_user):
    client = as_user(cast.ines)
    link = f"/p/one-it/events/{soon.slug}/"
    assert link in page(client, "plan/?view=list")
    assert link in page(client, "plan/?view=list&kind=event")
    assert link not in page(client, "plan/?view=list&kind=message")
    assert link in page(client, "plan/")


def test_regions_see_their_own_events_on_home_and_plan(cast, soon, as_user):
    hidden = make_event(cast, timezone.now(), site=cast.shanghai, held_on=soon.held_on)
    client = as_user(cast.rosa)
    for address in ("regions/iberia/", "plan/?view=list", "find/?q=one it day"):
        shown = page(client, address)
        assert f"/events/{soon.slug}/" in shown
        assert hidden.slug not in shown


def test_search_finds_an_event_in_any_language(cast, soon, as_user):
    client = as_user(cast.ines)
    for sought in ("one it day", "día", "building c"):
        assert f"/events/{soon.slug}/" in page(client, f"find/?q={sought}")


def test_who_came_is_reached_and_counts_once(cast, soon, as_user):
    now = timezone.now()
    first, second, third = cast.people[:3]
    for one in (first, second):
        check_in(register(soon, one, "en", now), cast.ines, now)
    register(soon, third, "en", now)
    Contact.objects.create(
        programme=cast.programme, person=first, site=first.site, last_sent_at=now
    )
    client = as_user(cast.ines)
    listed, others = page(client, "people/?reached=30"), page(client, "people/?unreached=30")
    for person, is_reached in ((first, True), (second, True), (third, False)):
        assert (person.email in listed, person.email in others) == (is_reached, not is_reached)
    board = client.get("/p/one-it/overview/").context["board"]
    assert board.reach.reached == 2
    CheckIn.objects.all().delete()
    assert client.get("/p/one-it/overview/").context["board"].reach.reached == 1
