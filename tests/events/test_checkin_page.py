"""The door of an event, as a host's phone sees it."""

from datetime import datetime, timedelta

import pytest

from events.models import CheckIn, Registration
from events.rendering.code import code_in
from events.services.checkin import check_in
from events.services.registration import withdraw
from tests.clock import NOW
from tests.events.making import make_event, seat


@pytest.fixture
def today(cast):
    return make_event(cast, NOW, held_on=NOW.date() + timedelta(days=1), invite_on=NOW.date())


@pytest.fixture
def door(today):
    return f"/p/one-it/events/{today.slug}/check-in/"


def said(client, door, code, **more):
    return client.post(f"{door}scan/", {"code": code}, **more).content.decode()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7GQ4MK2D", "7GQ4MK2D"),
        ("7gq4 mk2d", "7GQ4MK2D"),
        ("7GQ4-MK2D", "7GQ4MK2D"),
        ("https://onelift.example/c/7GQ4MK2D/", "7GQ4MK2D"),
        ("https://onelift.example/c/7GQ4MK2D", "7GQ4MK2D"),
        ("7GQ4MK2", ""),
        ("X7GQ4MK2D", ""),
        ("0OIL1UUU", ""),
        ("", ""),
    ],
)
def test_code_is_read_as_typed_or_scanned(typed, code):
    assert code_in(typed) == code


def test_code_lets_in_and_says_who(cast, today, door, as_user):
    (one,) = seat(today, NOW)
    client = as_user(cast.ines)
    assert f"{one.name} is checked in" in said(client, door, f"https://x.example/c/{one.code}/")
    row = CheckIn.objects.get()
    again = said(as_user(cast.rosa), door, one.code.lower())
    assert f"{one.name} is already checked in" in again
    assert "by Ines Test" in again
    assert CheckIn.objects.get() == row


def test_hour_of_the_first_scan_is_that_of_the_site(cast, today, door, as_user):
    (one,) = seat(today, NOW)
    at = datetime.fromisoformat("2026-12-08T08:02:00+00:00")
    check_in(one, cast.ines, at)
    assert "At 09:02 by Ines Test" in said(as_user(cast.rosa), door, one.code)


def test_what_is_no_ticket_of_this_event_lets_nobody_in(cast, today, door, as_user):
    other = make_event(cast, NOW)
    (elsewhere,) = seat(other, NOW - timedelta(days=1))
    client = as_user(cast.ines)
    for code in (elsewhere.code, "22222222", "nonsense"):
        assert "No ticket for this event has this code." in said(client, door, code)
    assert not CheckIn.objects.exists()


def test_a_code_that_is_wrong_stays_to_be_mended(cast, today, door, as_user):
    page = said(as_user(cast.ines), door, "7gq4 mk2")
    assert "No ticket for this event has this code." in page
    assert 'value="7gq4 mk2"' in page


def test_a_search_for_what_no_name_can_hold_finds_nobody_or_all(cast, today, door, as_user):
    for page in (door, door.replace("check-in", "attendees")):
        assert as_user(cast.ines).get(page, {"q": "\x00"}).status_code == 200


def test_cancelled_and_waiting_are_refused_with_the_reason(cast, today, door, as_user):
    first, second, third = seat(today, NOW, 3)
    client = as_user(cast.ines)
    assert "is on the waiting list" in said(client, door, third.code)
    withdraw(second, NOW)
    assert f"{second.name} has cancelled" in said(client, door, second.code)
    assert f"{first.name} is checked in" in said(client, door, first.code)


def test_name_is_found_and_let_in_and_taken_back(cast, today, door, as_user):
    first, second = seat(today, NOW, 2)
    client = as_user(cast.ines)
    shown = client.get(f"{door}?q={second.person.last_name.lower()}").content.decode()
    assert f'value="{second.pk}"' in shown
    assert f'value="{first.pk}"' not in shown
    answer = client.post(f"{door}scan/", {"registration": second.pk}).content.decode()
    assert f"{second.name} is checked in" in answer
    row = CheckIn.objects.get()
    back = client.post(f"{door}{row.pk}/undo/").content.decode()
    assert f"{second.name} is no longer checked in" in back
    assert not CheckIn.objects.exists()
    assert client.post(f"{door}{row.pk}/undo/").status_code == 404


def test_walk_in_is_a_person_by_mail_or_number_else_a_guest(cast, today, door, as_user):
    client, person = as_user(cast.ines), cast.people[0]
    client.post(f"{door}walk-in/", {"who": person.email.upper()})
    client.post(f"{door}walk-in/", {"who": "A visitor"})
    rows = Registration.objects.order_by("pk")
    assert [(one.person, one.guest_name, one.is_walk_in) for one in rows] == [
        (person, "", True),
        (None, "A visitor", True),
    ]
    assert CheckIn.objects.count() == 2
    full = client.post(f"{door}walk-in/", {"who": "One more"}).content.decode()
    assert "All seats are taken." in full
    assert Registration.objects.count() == 2
    assert "Fill in" in client.post(f"{door}walk-in/", {"who": " "}).content.decode()


def test_script_gets_what_moves_alone(cast, today, door, as_user):
    (one,) = seat(today, NOW)
    client = as_user(cast.ines)
    part = said(client, door, one.code, headers={"HX-Request": "true"})
    assert "<html" not in part
    assert 'id="door" hx-swap-oob="innerHTML"' in part
    assert 'data-count="1">1</a></b>' in part
    whole = client.get(door)
    assert "HX-Request" in whole["Vary"]


def test_script_gets_names_alone_while_one_types(cast, today, door, as_user):
    (one,) = seat(today, NOW)
    client, part = as_user(cast.ines), {"HX-Request": "true"}
    found = client.get(door, {"q": one.person.last_name}, headers=part).content.decode()
    assert f'value="{one.pk}"' in found
    assert "id=" not in found
    assert not client.get(door, {"q": ""}, headers=part).content.strip()


def test_hosts_of_other_regions_find_no_door(cast, today, door, as_user):
    (one,) = seat(today, NOW)
    assert as_user(cast.mei).post(f"{door}scan/", {"code": one.code}).status_code == 404
    assert as_user(cast.claire).post(f"{door}scan/", {"code": one.code}).status_code == 403
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_scan_takes_the_same_number_of_queries(
    cast, today, door, as_user, count, django_assert_num_queries
):
    type(today).objects.update(capacity=10)
    registered = seat(today, NOW, count + 1)
    client = as_user(cast.ines)
    for one in registered[1:]:
        said(client, door, one.code)
    with django_assert_num_queries(18):
        said(client, door, registered[0].code)
