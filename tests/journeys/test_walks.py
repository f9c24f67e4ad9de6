"""The two walks through the house (docs/architecture.md), from a click to what comes of it."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from communications.dispatches.queries.plans import plan_on
from communications.dispatches.queries.slots import planned_at
from communications.models import Delivery, Message
from feedback.services.edition import publish_surveys
from feedback.services.moving import move_held
from programmes.design.formats import day
from programmes.models import Wave, WaveSite
from stakeholders.models import Person
from tests.clock import NOW
from tests.communications.making import approve, make_message, run

pytestmark = pytest.mark.django_db(transaction=True)

MINUTES = timedelta(minutes=6)


def mails_of(relay):
    return [accept for accept in relay.accepts if accept.message["X-OneLift-Dispatch"]]


def test_a_date_becomes_mails(cast, relay, as_user):
    message = make_message(cast, NOW, fixed_on=None, offset_days=-7, local_time=time(10))
    approve(cast, message, NOW)
    go_live_on = NOW.date() + timedelta(days=60)
    ines, url = as_user(cast.ines), f"/p/one-it/waves/{cast.wave2.pk}/move/"
    seen = ines.get(url, {"to": go_live_on}).context["preview"].fingerprint
    sent = {"to": go_live_on, "seen": seen, "why": "The line is late."}
    assert ines.post(url, sent).status_code == 302
    due_on = go_live_on - timedelta(days=7)
    due_at = datetime.combine(due_on, time(10), ZoneInfo("Asia/Shanghai"))

    run(due_at - timedelta(minutes=1))
    assert not mails_of(relay)
    run(due_at + MINUTES)

    told, mails = Person.objects.filter(site=cast.shanghai), mails_of(relay)
    assert sorted(mail.recipient for mail in mails) == sorted(told.values_list("email", flat=True))
    assert {mail.message["Content-Language"] for mail in mails} == {"zh-Hans"}
    assert set(Delivery.objects.values_list("state", "due_at")) == {("sent", due_at)}


def test_an_answer_becomes_the_number_of_the_cio(cast, asked, as_user):
    asked.now = NOW
    cast.wave1.go_live_on = NOW.date() - timedelta(days=14)
    cast.wave1.save()
    claire = as_user(cast.claire)
    assert "% satisfied" not in claire.get("/p/one-it/overview/").content.decode()

    for invitation, value in zip(asked.ask(cast.barcelona, 5), "54451", strict=True):
        address, stranger = f"/s/{asked.token(invitation)}/", Client()
        page = stranger.get(address).content.decode()
        nonce = re.search(r'name="nonce" value="([^"]+)"', page)[1]
        assert stranger.post(address, {"nonce": nonce, "csat": value}).status_code in (200, 302)
    move_held()
    publish_surveys(NOW)

    page = claire.get("/p/one-it/overview/").content.decode()
    assert "80%" in page
    assert "% satisfied" in page


def test_a_wave_leaves_the_christmas_week_and_comes_back(cast, relay, as_user):
    today = NOW.date()
    christmas = date(today.year + (today.month > 9), 12, 28)  # the next that is not near
    Wave.objects.filter(pk=cast.wave2.pk).update(go_live_on=christmas, changed_at=NOW)
    Person.objects.filter(site=cast.shanghai).update(language="en")
    texts = {"en": ("The date", f"It starts on {christmas.day} December.")}
    plan = {"fixed_on": None, "offset_days": -7, "local_time": time(10), "is_urgent": False}
    message = make_message(cast, NOW, texts=texts, **plan)
    ines, url = as_user(cast.ines), f"/p/one-it/waves/{cast.wave2.pk}/move/"
    before = state_of(cast)

    page = ines.get(url, {"to": christmas + timedelta(days=1)})
    assert "falls between Christmas and New Year" in page.content.decode()
    later = next_monday(christmas + timedelta(days=14))
    page = ines.get(url, {"to": later})
    shown = page.content.decode()
    assert "falls between Christmas and New Year" not in shown
    assert re.search(r'<mark\s+class="ol-mk">28 December</mark>', shown)
    sent = {"to": later, "seen": page.context["preview"].fingerprint, "why": "Nobody is there."}
    done = ines.post(url, sent, follow=True).content.decode()
    assert f"Wave 2 goes live on {day(later)}." in done

    due = slots_of(message)
    assert [slot.due.at.date() for slot in due] == [later - timedelta(days=7)]
    undo = re.search(r'action="(/p/one-it/moves/[0-9]+/undo/)"', done)[1]
    assert "Undone: Wave 2 is back" in ines.post(undo, follow=True).content.decode()
    assert state_of(cast) == before


def next_monday(on):
    return on + timedelta(days=-on.weekday() % 7)


def slots_of(message):
    places = WaveSite.objects.dated().filter(wave__name="Wave 2").select_related("wave", "site")
    rule = message.audience.rule()
    return planned_at([plan_on(message, rule)], list(places))


def state_of(cast):
    """Return all of the plan that a move may touch, without the stamps of when it was touched."""
    waves = Wave.objects.order_by("pk").values_list("pk", "go_live_on", "handed_over_on")
    places = WaveSite.objects.order_by("pk").values_list("pk", "own_go_live_on")
    days = Message.objects.order_by("pk").values_list("pk", "offset_days", "fixed_on")
    return list(waves), list(places), list(days)
