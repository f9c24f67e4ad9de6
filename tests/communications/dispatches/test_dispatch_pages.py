"""The pages of a sending, over a real relay: what each role sees, and what the buttons do."""

import re
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.models import Delivery, Dispatch, State
from tests import factories
from tests.clock import NOW
from tests.communications.making import approve, make_message, run

pytestmark = pytest.mark.django_db(transaction=True)

PART = "/p/one-it/dispatches/"


@pytest.fixture
def start(cast, now):
    """Return a function that lets a message be approved in the past and sent now."""

    def begin():
        past = now - timedelta(minutes=30)
        day = now.date() - timedelta(days=1)
        approve(cast, make_message(cast, past, fixed_on=day, latest_hours=96), past)
        run(now)
        return Dispatch.objects.get()

    return begin


def address(dispatch, rest=""):
    return f"{PART}{dispatch.pk}/{rest}"


def text_of(response):
    """Return what a reader reads: no tags, single spaces."""
    body = re.sub(r"<(script|style).*?</\1>", "", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_the_page_says_the_equation_and_each_number_leads_to_its_list(cast, start, relay, as_user):
    relay.fault("rcpt", reply="550 5.1.1 no such user", recipient=cast.people[0].email)
    relay.fault("dot", "drop", times=1, recipient=cast.people[1].email)
    dispatch = start()
    client = as_user(cast.ines)
    response = client.get(address(dispatch))
    text = text_of(response)
    assert "Done: 4 sent, 2 not sent" in text
    equation = "6 planned = 4 sent + 1 failed + 0 skipped + 0 cancelled + 1 in doubt + 0 waiting."
    assert equation in text
    assert "Email at 00:01 local time to 6 people at 2 sites, version 1" in text
    assert "550 5.1.1 no such user 1" in text
    links = re.findall(
        r'<a href="(/p/one-it/dispatches/\d+/deliveries/[^"]*)"\s+data-count="(\d+)"',
        response.content.decode(),
    )
    assert len(links) >= 10
    for url, n in links:
        listed = client.get(url.replace("&amp;", "&")).context
        assert listed["total"] == int(n), url


def test_a_relay_that_is_down_is_named_on_the_page_and_the_sign_goes_by_itself(
    cast, start, relay, as_user, now
):
    relay.refuse()
    dispatch = start()
    client = as_user(cast.claire)
    text = text_of(client.get(address(dispatch)))
    assert "The mail server is not responding, 6 people waiting" in text
    assert "6 emails waiting. Next attempt at" in text.replace(" .", ".")
    assert 'data-live="2"' in client.get(address(dispatch)).content.decode()
    relay.listen()
    run(now + timedelta(minutes=2))
    text = text_of(client.get(address(dispatch)))
    assert "not responding" not in text
    assert "Done: 6 sent, 0 not sent" in text


def test_the_script_gets_the_part_that_moves_alone(cast, start, relay, as_user):
    dispatch = start()
    fragment = as_user(cast.ines).get(address(dispatch), headers={"HX-Request": "true"})
    assert fragment.content.decode().strip().startswith('<div id="dispatch" data-live="0">')
    assert "HX-Request" in fragment["Vary"]


def test_pause_stops_a_sending_and_resume_goes_on(cast, start, relay, as_user, now):
    relay.refuse()
    dispatch = start()
    client = as_user(cast.ines)
    assert client.post(address(dispatch, "pause/")).status_code == 302
    relay.listen()
    run(now + timedelta(minutes=5))
    assert relay.accepts == []
    assert "Paused by Ines Test on" in text_of(client.get(address(dispatch)))
    client.post(address(dispatch, "resume/"))
    run(now + timedelta(minutes=10))
    assert len([a for a in relay.accepts if a.dispatch]) == 6


def test_cancel_asks_with_the_number_and_then_ends_it(cast, start, relay, as_user, now):
    relay.refuse()
    dispatch = start()
    client = as_user(cast.claire)
    text = text_of(client.get(address(dispatch, "cancel/")))
    assert "Cancel the emails to 6 people?" in text
    assert "cannot be undone" in text
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.PLANNED}
    client.post(address(dispatch, "cancel/"))
    relay.listen()
    run(now + timedelta(minutes=5))
    assert [a for a in relay.accepts if a.dispatch] == []
    assert "Cancelled: 0 sent, 6 not sent" in text_of(client.get(address(dispatch)))


@pytest.mark.parametrize("act", ["delivered", "again"])
def test_what_is_in_doubt_is_settled_by_hand_and_leaves_a_trace(
    act, cast, start, relay, as_user, now
):
    relay.fault("dot", "accept_drop", times=1, recipient=cast.people[1].email)
    dispatch = start()
    client = as_user(cast.ines)
    doubt = Delivery.objects.get(state=State.IN_DOUBT)
    page = client.get(address(dispatch))
    assert doubt.message_id in page.content.decode().replace("&lt;", "<").replace("&gt;", ">")
    url = f"/p/one-it/deliveries/{doubt.pk}/{act}/"
    assert url in page.content.decode()
    assert client.get(url).status_code == 405
    assert Delivery.objects.get(pk=doubt.pk).state == State.IN_DOUBT
    client.post(url)
    run(NOW)
    assert Delivery.objects.get(pk=doubt.pk).state == State.SENT
    got = relay.recipients.count(cast.people[1].email)
    assert got == (1 if act == "delivered" else 2)
    trail = LogEntry.objects.get(content_type=ContentType.objects.get_for_model(Delivery))
    assert (trail.object_id, trail.actor, trail.additional_data) == (
        doubt.pk, cast.ines, {"act": act}
    )  # fmt: skip
    assert trail.remote_addr is None, "an act names its user, not where they were"
    client.post(url)
    assert LogEntry.objects.filter(object_id=doubt.pk, actor=cast.ines).count() == 1


@pytest.mark.parametrize("act", ["pause/", "resume/"])
def test_a_get_changes_nothing(act, cast, start, relay, as_user):
    relay.refuse()
    dispatch = start()
    before = Dispatch.objects.values().get(), list(Delivery.objects.order_by("pk").values("state"))
    assert as_user(cast.ines).get(address(dispatch, act)).status_code == 405
    assert (
        Dispatch.objects.values().get(),
        list(Delivery.objects.order_by("pk").values("state")),
    ) == before
    assert not LogEntry.objects.filter(additional_data__has_key="act").exists()


def test_a_regional_manager_sees_unsent_persons_and_counts_of_the_rest(cast, start, relay, as_user):
    relay.fault("rcpt", reply="550 no such user", recipient=cast.people[0].email)
    relay.fault("rcpt", reply="550 gone away", recipient=cast.people[3].email)
    dispatch = start()
    client = as_user(cast.rosa)
    text = text_of(client.get(address(dispatch)))
    assert "3 planned = 2 sent + 1 failed" in text
    assert "Shanghai" not in text
    assert "gone away" not in text
    assert "Pause" not in text
    failed = client.get(address(dispatch, "deliveries/?part=failed"))
    assert cast.people[0].last_name in text_of(failed)
    assert cast.people[3].last_name not in text_of(failed)
    sent = client.get(address(dispatch, "deliveries/?part=sent"))
    assert sent.context["table"].total == 2
    for person in cast.people:
        assert person.last_name not in text_of(sent)
        assert person.email not in text_of(sent)
    outside = client.get(address(dispatch, f"deliveries/?part=sent&site={cast.shanghai.pk}"))
    assert outside.status_code == 404
    assert client.post(address(dispatch, "pause/")).status_code == 403
    assert Dispatch.objects.get().paused_at is None


def test_the_cio_sees_counts_that_add_up_and_no_person(cast, start, relay, as_user):
    relay.fault("rcpt", reply="550 no such user", recipient=cast.people[0].email)
    relay.fault("dot", "drop", times=1, recipient=cast.people[1].email)
    dispatch = start()
    client = as_user(cast.claire)
    for part in ("", "sent", "failed", "in_doubt", "not_sent", "waiting", "later"):
        listed = client.get(address(dispatch, f"deliveries/?part={part}"))
        table = listed.context["table"]
        assert table.total == sum(total for _site, _numbers, total in table.rows)
        assert table.total == listed.context["total"]
        assert all(person.last_name not in text_of(listed) for person in cast.people)
    page = text_of(client.get(address(dispatch)))
    assert all(person.last_name not in page for person in cast.people)
    assert "Mark as delivered" not in page


def test_a_manager_sees_all_by_person_fifty_a_page(cast, start, relay, as_user):
    for _person in range(60):
        factories.PersonFactory(site=cast.barcelona, language="es")
    dispatch = start()
    url = address(dispatch, f"deliveries/?part=sent&site={cast.barcelona.pk}&language=es")
    first = as_user(cast.ines).get(url)
    assert first.context["total"] == 63
    assert len(first.context["page"]) == 50
    assert "1 to 50 of 63" in text_of(first)
    assert as_user(cast.ines).get(address(dispatch, "deliveries/?part=x")).status_code == 404


def test_people_to_come_are_listed_without_a_row(cast, start, relay, as_user, now):
    past = now - timedelta(minutes=30)
    days = (now.date() - cast.wave1.go_live_on).days
    late = make_message(cast, past, fixed_on=None, offset_days=days - 1, latest_hours=96)
    approve(cast, late, past)
    run(now)
    dispatch = Dispatch.objects.get()
    listed = as_user(cast.ines).get(address(dispatch, "deliveries/?part=later"))
    assert listed.context["total"] == 3
    assert cast.people[3].last_name in text_of(listed)
    counted = as_user(cast.claire).get(address(dispatch, "deliveries/?part=later"))
    assert counted.context["table"].total == 3


def test_hostile_replies_and_names_stay_text(cast, start, relay, as_user):
    person = cast.people[0]
    person.last_name = "<script>alert(1)</script>"
    person.save()
    relay.fault("rcpt", reply="550 <b>no</b>", recipient=person.email)
    dispatch = start()
    client = as_user(cast.ines)
    for url in (address(dispatch), address(dispatch, "deliveries/?part=failed")):
        page = client.get(url).content.decode()
        assert "&lt;b&gt;no&lt;/b&gt;" in page
        assert "<script>alert" not in page
        assert "<b>no</b>" not in page
    assert "&lt;script&gt;alert" in page


def test_the_page_asks_as_much_of_one_site_as_of_three(cast, start, relay, as_user, now):
    dispatch = start()
    client = as_user(cast.ines)
    client.get(address(dispatch))
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(dispatch)).status_code == 200
        counts.append(len(queries))
        for _site in range(3):
            site = factories.SiteFactory(region=cast.iberia)
            factories.place(cast.wave1, site)
            factories.PersonFactory(site=site)
        run(now)
    assert Delivery.objects.count() > 8
    assert counts[0] == counts[1]
    assert counts[0] <= 20
