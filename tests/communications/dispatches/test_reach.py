"""Whom one message has reached: measured by mails, possible by groups, never added up."""

import pytest
from django.urls import reverse

from communications.dispatches.queries.ledger import standing_of
from communications.dispatches.queries.reach import reach_of
from communications.models import Bounce, Delivery, Post, State
from programmes.scope import EVERYTHING
from stakeholders.people.services.person import stop_contact
from tests.communications.dispatches.test_sending import LATER
from tests.communications.making import approve, make_message, run
from tests.communications.posting import make_channel, tell

pytestmark = pytest.mark.django_db(transaction=True)


def figures(groups):
    return {g.name: (g.reach.people, g.reach.reached, g.reach.possible) for g in groups}


def reach_in(message, scope):
    dispatch = message.dispatches.get()
    return reach_of(dispatch, standing_of(dispatch), scope)


@pytest.fixture
def told(cast, now, relay):
    """Let two of Barcelona get no mail, and a group there be told."""
    version = tell(cast, now, make_channel(cast))
    for person in cast.people[:2]:
        stop_contact(person, "On leave", cast.ines, now)
    run(now + LATER)
    Post.objects.update(state=State.SENT, ended_at=now + LATER)
    return version.message


def test_measured_and_possible_stand_apart_in_each_break_down(told):
    reach = reach_in(told, EVERYTHING)
    assert (reach.total.people, reach.total.reached, reach.total.possible) == (6, 4, 2)
    assert figures(reach.waves) == {"Wave 1": (3, 1, 2), "Wave 2": (3, 3, 0)}
    assert figures(reach.regions) == {"Iberia": (3, 1, 2), "China": (3, 3, 0)}
    assert figures(reach.languages) == {"es": (3, 1, 2), "zh-hans": (3, 3, 0)}


def test_what_came_back_reached_nobody(cast, now, told):
    row = Delivery.objects.filter(state=State.SENT, site=cast.shanghai).first()
    said = {"kind": "hard", "code": "5.1.1", "reply": "No", "received_at": now}
    said |= {"dispatch": row.dispatch, "site": row.site}
    Bounce.objects.create(delivery=row, **said)
    assert figures(reach_in(told, EVERYTHING).regions)["China"] == (3, 2, 0)


def test_whose_hour_has_not_come_counts_among_the_people(cast, now, relay):
    message = make_message(cast, now, offset_days=0, fixed_on=None)
    approve(cast, message, now)
    run(now + LATER)
    if not message.dispatches.exists():
        message.dispatches.create(started_at=now)
    assert reach_in(message, EVERYTHING).total.people == 6


def test_a_region_sees_its_own(cast, told, as_user):
    address = reverse("communications:dispatch-reach", args=["one-it", told.dispatches.get().pk])
    page = as_user(cast.rosa).get(address).content.decode()
    assert "1 of 3 people reached" in page
    assert "2 more people may have read it in a group" in page
    assert "China" not in page
    assert "Wave 2" not in page


def test_the_overview_says_it_by_wave(cast, told, as_user):
    page = as_user(cast.claire).get("/p/one-it/overview/")
    lanes = {lane.name: lane for lane in page.context["lanes"]}
    assert (lanes["Wave 1"].reached, lanes["Wave 1"].possible) == (pytest.approx(1 / 3), 1.0)
    assert (lanes["Wave 2"].reached, lanes["Wave 2"].possible) == (1.0, None)
