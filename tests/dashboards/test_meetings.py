"""Events on the boards: plan, search, what comes next, and whom they inform."""

from datetime import timedelta

import pytest

from events.models import CheckIn, Event
from events.services.checkin import check_in
from events.services.informed import refresh_informed
from events.services.registration import register
from programmes.design import formats
from stakeholders.models import Contact
from tests.clock import NOW
from tests.events.making import make_event
from tests.figures import differences, marks_of


@pytest.fixture
def soon(cast):
    day = NOW.date() + timedelta(days=7)
    return make_event(cast, NOW, held_on=day, invite_on=NOW.date(), capacity=10)


def page(client, address):
    return client.get(f"/p/one-it/{address}").content.decode()


def test_plan_shows_events_and_narrows_to_them(cast, soon, as_user):
    client = as_user(cast.ines)
    link = f"/p/one-it/events/{soon.slug}/"
    assert link in page(client, "plan/?view=list")
    assert link in page(client, "plan/?view=list&kind=event")
    assert link not in page(client, "plan/?view=list&kind=message")
    # The drawing names addresses from its own page on, which makes it smaller.
    assert f'href="../events/{soon.slug}/"' in page(client, "plan/")


def test_regions_see_their_own_events_on_home_and_plan(cast, soon, as_user):
    hidden = make_event(cast, NOW, site=cast.shanghai, held_on=soon.held_on)
    client = as_user(cast.rosa)
    for address in ("regions/iberia/", "plan/?view=list", "find/?q=one it day"):
        shown = page(client, address)
        assert f"/events/{soon.slug}/" in shown
        assert hidden.slug not in shown


def test_a_region_lists_no_event_of_another_whoever_reads(cast, soon, as_user):
    hidden = make_event(cast, NOW, site=cast.shanghai, held_on=soon.held_on)
    for who in (cast.ines, cast.claire):
        shown = page(as_user(who), "regions/iberia/")
        assert f"/events/{soon.slug}/" in shown
        assert hidden.slug not in shown


def test_a_reminder_is_for_who_has_a_seat_on_every_board(cast, soon, as_user):
    assert soon.reminder.fixed_on > NOW.date()
    register(soon, cast.people[0], "en", NOW)
    list_url = f"/p/one-it/people/?audience={soon.reminder.audience_id}"
    client = as_user(cast.ines)
    for address in ("overview/", "plan/?view=list", "regions/iberia/"):
        url = f"/p/one-it/{address}"
        counts = [count for href, count in marks_of(client, url).figures if list_url in href]
        assert counts == ["1"], address
        assert differences(client, url) == []


def test_a_reminder_has_one_day_on_every_page(cast, as_user):
    """It is due on a Sunday, on which the site rests."""
    today = NOW.date()
    sunday = today + timedelta(days=13 - today.weekday())
    event = make_event(cast, NOW, held_on=sunday + timedelta(days=2), invite_on=today)
    register(event, cast.people[0], "en", NOW)
    assert event.reminder.fixed_on == sunday
    client = as_user(cast.ines)
    [moment] = [
        one
        for one in client.get("/p/one-it/overview/").context["moments"]
        if (one.kind, one.pk) == ("message", event.reminder.pk)
    ]
    assert moment.on > sunday
    shown = page(client, f"events/{event.slug}/")
    assert formats.day(moment.on) in shown
    assert formats.day(sunday) not in shown


def test_search_finds_an_event_in_any_language(cast, soon, as_user):
    client = as_user(cast.ines)
    for sought in ("one it day", "día", "building c"):
        assert f"/events/{soon.slug}/" in page(client, f"find/?q={sought}")


def test_who_came_is_contacted_and_informed_once(cast, soon, as_user):
    first, second, third = cast.people[:3]
    for one in (first, second):
        check_in(register(soon, one, "en", NOW), cast.ines, NOW)
    register(soon, third, "en", NOW)
    Contact.objects.create(
        programme=cast.programme, person=first, site=first.site, last_sent_at=NOW
    )
    client = as_user(cast.ines)
    listed, others = page(client, "people/?contacted=30"), page(client, "people/?uncontacted=30")
    for person, is_contacted in ((first, True), (second, True), (third, False)):
        assert (person.email in listed, person.email in others) == (is_contacted, not is_contacted)
    assert informed_on_board(client, cast, NOW) == 0
    Event.objects.filter(pk=soon.pk).update(stage="go_live")
    assert informed_on_board(client, cast, NOW) == 2
    CheckIn.objects.all().delete()
    assert informed_on_board(client, cast, NOW) == 0


def informed_on_board(client, cast, now):
    refresh_informed(cast.programme, now)
    board = client.get("/p/one-it/overview/").context["board"]
    assert "As of" in client.get("/p/one-it/overview/").content.decode()
    return board.informed.informed
