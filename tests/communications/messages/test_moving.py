"""A draft is moved by a week, and back; what waits or is approved is not."""

from datetime import date

import pytest

from communications.approvals.services import approval as approvals
from tests.communications.making import approve, make_message

pytestmark = pytest.mark.django_db(transaction=True)


def move(client, message, way, **data):
    address = f"/p/one-it/messages/{message.pk}/{way}/"
    answer = client.post(address, data, follow=True)
    message.refresh_from_db()
    return answer


@pytest.mark.parametrize(
    ("schedule", "way", "then"),
    [
        ({"fixed_on": date(2026, 12, 1)}, "later", (date(2026, 12, 8), None)),
        ({"fixed_on": date(2026, 12, 1)}, "earlier", (date(2026, 11, 24), None)),
        ({"fixed_on": None, "offset_days": -3}, "later", (None, 4)),
        ({"fixed_on": None, "offset_days": -3}, "earlier", (None, -10)),
    ],
)
def test_it_moves_by_a_week_and_back(cast, now, as_user, schedule, way, then):
    message, client = make_message(cast, now, **schedule), as_user(cast.ines)
    before = (message.fixed_on, message.offset_days)
    page = move(client, message, way).content.decode()
    assert (message.fixed_on, message.offset_days) == then
    other = "earlier" if way == "later" else "later"
    assert f'action="/p/one-it/messages/{message.pk}/{other}/' in page.partition("ol-toast")[2]
    move(client, message, other)
    assert (message.fixed_on, message.offset_days) == before


@pytest.mark.parametrize("state", ["waiting", "approved"])
def test_what_waits_or_is_approved_keeps_its_day(cast, now, as_user, state):
    message = make_message(cast, now, fixed_on=date(2026, 12, 1))
    if state == "approved":
        approve(cast, message, now)
    else:
        approvals.ask(message, cast.ines, now)
    page = move(as_user(cast.ines), message, "later").content.decode()
    assert message.fixed_on == date(2026, 12, 1)
    assert "The send date is part of the approval" in page


def test_it_goes_back_to_the_plan_and_to_no_other_house(cast, now, as_user):
    message, client = make_message(cast, now), as_user(cast.ines)
    plan = "/p/one-it/plan/?region=iberia"
    assert move(client, message, "later", page=plan).redirect_chain[0][0] == plan
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "nowhere"):
        away = move(client, message, "later", page=elsewhere).redirect_chain[0][0]
        assert away == f"/p/one-it/messages/{message.pk}/"
