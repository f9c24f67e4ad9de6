"""The two walks through the house (docs/architecture.md), from a click to what comes of it."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from communications.models import Delivery
from feedback.services.edition import publish_surveys
from feedback.services.moving import move_held
from stakeholders.models import Person
from tests.communications.making import approve, make_message, run

pytestmark = pytest.mark.django_db(transaction=True)

MINUTES = timedelta(minutes=6)


def mails_of(relay):
    return [accept for accept in relay.accepts if accept.message["X-OneLift-Dispatch"]]


def test_a_date_becomes_mails(cast, relay, as_user):
    now = timezone.now()
    message = make_message(cast, now, fixed_on=None, offset_days=-7, local_time=time(10))
    approve(cast, message, now)
    go_live_on = timezone.localdate() + timedelta(days=60)
    answer = as_user(cast.ines).post(
        f"/p/one-it/setup/waves/{cast.wave2.pk}/move/", {"go_live_on": go_live_on.isoformat()}
    )
    assert answer.status_code == 302
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
    asked.now = timezone.now()
    cast.wave1.go_live_on = timezone.localdate() - timedelta(days=14)
    cast.wave1.save()
    claire = as_user(cast.claire)
    assert "% satisfied" not in claire.get("/p/one-it/overview/").content.decode()

    for invitation, value in zip(asked.ask(cast.barcelona, 5), "54451", strict=True):
        address, stranger = f"/s/{asked.token(invitation)}/", Client()
        page = stranger.get(address).content.decode()
        nonce = re.search(r'name="nonce" value="([^"]+)"', page)[1]
        assert stranger.post(address, {"nonce": nonce, "csat": value}).status_code in (200, 302)
    move_held()
    publish_surveys(timezone.now())

    page = claire.get("/p/one-it/overview/").content.decode()
    assert "Wave 1 is live for 2 weeks, 80% satisfied" in page
