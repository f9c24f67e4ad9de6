"""Whom one message has reached: measured by mails, possible by groups, never added up."""

import pytest
from django.urls import reverse

from communications.dispatches.queries.ledger import standing_of
from communications.dispatches.queries.message_reach import reach_of
from communications.models import Bounce, Delivery, Message, Post, State
from events.services.informed import refresh_informed
from programmes.scope import EVERYTHING
from stakeholders.people.services.person import stop_contact
from tests.communications.dispatches.test_sending import LATER
from tests.communications.making import approve, make_message, run
from tests.communications.posting import make_channel, tell
from tests.figures import differences, marks_of

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
    assert figures(reach.groups("wave")) == {"Wave 1": (3, 1, 2), "Wave 2": (3, 3, 0)}
    assert figures(reach.groups("region")) == {"Iberia": (3, 1, 2), "China": (3, 3, 0)}
    assert figures(reach.groups("language")) == {"es": (3, 1, 2), "zh-hans": (3, 3, 0)}


def test_what_came_back_reached_nobody(cast, now, told):
    row = Delivery.objects.filter(state=State.SENT, site=cast.shanghai).first()
    said = {"kind": "hard", "code": "5.1.1", "reply": "No", "received_at": now}
    said |= {"dispatch": row.dispatch, "site": row.site}
    Bounce.objects.create(delivery=row, **said)
    assert figures(reach_in(told, EVERYTHING).groups("region"))["China"] == (3, 2, 0)


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
    assert "1 of 3 people reached by email" in page
    assert "2 more people may have read it in a group" in page
    assert "China" not in page
    assert "Wave 2" not in page


def test_the_overview_says_by_wave_who_is_informed(cast, now, told, as_user):
    Message.objects.filter(pk=told.pk).update(stage="go_live")
    refresh_informed(cast.programme, now)
    page = as_user(cast.claire).get("/p/one-it/overview/")
    lanes = {lane.name: lane for lane in page.context["lanes"]}
    assert (lanes["Wave 1"].reached, lanes["Wave 1"].possible) == (pytest.approx(1 / 3), 1.0)
    assert (lanes["Wave 2"].reached, lanes["Wave 2"].possible) == (1.0, None)


def test_each_figure_leads_to_its_people(cast, told, now, as_user):
    row = Delivery.objects.filter(state=State.SENT, site=cast.shanghai).first()
    said = {"kind": "hard", "code": "5.1.1", "reply": "No", "received_at": now}
    Bounce.objects.create(delivery=row, dispatch=row.dispatch, site=row.site, **said)
    address = reverse("communications:dispatch-reach", args=["one-it", row.dispatch_id])
    client = as_user(cast.ines)
    figures = dict(marks_of(client, address).figures)
    people = f"/p/one-it/dispatches/{row.dispatch_id}/reach/people/"
    spanish = f"{people}?site={cast.barcelona.pk}&language=es"
    assert (figures[spanish], figures[f"{spanish}&part=reached"]) == ("3", "1")
    assert figures[f"{people}?wave={cast.wave1.pk}&part=possible"] == "2"
    assert figures[f"{people}?region={cast.china.pk}&part=reached"] == "2"
    assert differences(client, address) == []
    listed = client.get(f"{spanish}&part=reached").content.decode()
    assert [str(one) in listed for one in cast.people[:3]] == [False, False, True]
    assert str(row.person) not in client.get(f"{people}?part=reached").content.decode()


def test_a_list_says_in_which_language_each_email_was(cast, told, as_user):
    [row] = Delivery.objects.filter(state=State.SENT, site=cast.barcelona)
    people = f"/p/one-it/dispatches/{row.dispatch_id}/reach/people/?site={cast.barcelona.pk}"
    client = as_user(cast.ines)
    assert client.get(people).content.decode().count("<td>Spanish</td>") == 3
    Delivery.objects.filter(pk=row.pk).update(language="en")
    listed = client.get(people).content.decode()
    assert (listed.count("<td>English</td>"), listed.count("<td>Spanish</td>")) == (1, 2)


def test_who_sees_no_mails_by_person_gets_figures_without_links(cast, told, as_user):
    address = reverse("communications:dispatch-reach", args=["one-it", told.dispatches.get().pk])
    for user in (cast.claire, cast.rosa, cast.tom):
        client = as_user(user)
        assert marks_of(client, address).figures == []
        assert client.get(f"{address}people/").status_code == 403
    for query in ("?part=sent", "?site=0", "?wave=x", "?language=xx"):
        assert as_user(cast.ines).get(f"{address}people/{query}").status_code == 404


def test_whose_hour_has_not_come_is_listed_and_not_reached(cast, now, relay, as_user):
    message = make_message(cast, now, offset_days=0, fixed_on=None)
    approve(cast, message, now)
    dispatch = message.dispatches.create(started_at=now)
    address = reverse("communications:dispatch-reach", args=["one-it", dispatch.pk])
    client = as_user(cast.ines)
    assert (
        dict(marks_of(client, address).figures)[f"{address}people/?region={cast.china.pk}"] == "3"
    )
    assert differences(client, address) == []
    assert marks_of(client, f"{address}people/?part=reached").totals == ["0"]
