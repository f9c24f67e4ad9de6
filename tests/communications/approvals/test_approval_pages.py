from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from communications.approvals.services import approval as approvals
from communications.models import Approval, Delivery, State
from communications.operation.services import pump
from programmes.database.clock import database_now
from programmes.models import TextState
from programmes.services.texts import write_text
from tests.communications.making import approve, make_message

ROOT = "/p/one-it/"


@pytest.fixture
def now():
    """The pages go by the database's clock."""
    return database_now()


@pytest.fixture
def asked(cast, now):
    return approvals.ask(make_message(cast, now), cast.ines, now)


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_asking_makes_a_version_that_waits(cast, now, as_user):
    message = make_message(cast, now)
    answer = as_user(cast.ines).post(f"{ROOT}messages/{message.pk}/ask/")
    assert answer["Location"] == f"{ROOT}messages/{message.pk}/"
    assert message.approvals.get().state == "waiting"


def test_asking_without_a_ready_text_says_what_to_do(cast, now, as_user):
    message = make_message(cast, now, texts={})
    answer = as_user(cast.ines).post(f"{ROOT}messages/{message.pk}/ask/", follow=True)
    assert "Mark the English text as ready for review first." in answer.content.decode()
    assert not message.approvals.exists()


@pytest.mark.parametrize(("state", "is_offered"), [("draft", False), ("review", True)])
def test_asking_is_offered_once_the_english_text_is_ready(cast, now, as_user, state, is_offered):
    message = make_message(cast, now)
    TextState.objects.filter(language="en").update(state=state)
    page = as_user(cast.ines).get(f"{ROOT}messages/{message.pk}/").content.decode()
    assert (f'action="{ROOT}messages/{message.pk}/ask/"' in page) is is_offered
    assert ("Mark the English text as ready for review." in page) is not is_offered


def test_approving_acts_at_once_offers_undo_and_goes_back(cast, asked, as_user):
    client = as_user(cast.claire)
    data = {"fingerprint": asked.fingerprint, "next": f"{ROOT}messages/?state=waiting"}
    answer = client.post(f"{ROOT}approvals/{asked.pk}/approve/", data)
    assert answer["Location"] == f"{ROOT}messages/?state=waiting"
    page = client.get(answer["Location"]).content.decode()
    assert f"{ROOT}approvals/{asked.pk}/undo/" in page
    asked.refresh_from_db()
    assert asked.state == "approved"
    client.post(f"{ROOT}approvals/{asked.pk}/undo/")
    asked.refresh_from_db()
    assert asked.state == "waiting"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"]
)
def test_nobody_is_sent_off_the_site_afterwards(cast, asked, as_user, elsewhere):
    data = {"fingerprint": asked.fingerprint, "next": elsewhere}
    answer = as_user(cast.claire).post(f"{ROOT}approvals/{asked.pk}/approve/", data)
    assert answer["Location"] == f"{ROOT}messages/{asked.message_id}/"


def test_another_content_than_the_one_shown_is_not_approved(cast, asked, as_user):
    url = f"{ROOT}approvals/{asked.pk}/approve/"
    answer = as_user(cast.claire).post(url, {"fingerprint": "0" * 64}, follow=True)
    assert "The message has changed since you opened it." in answer.content.decode()
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_writer_does_not_approve_the_own_message(cast, now, as_user):
    message = make_message(cast, now)
    message.written_by = cast.claire
    message.save()
    asked = approvals.ask(message, cast.ines, now)
    client = as_user(cast.claire)
    data = {"fingerprint": asked.fingerprint}
    answer = client.post(f"{ROOT}approvals/{asked.pk}/approve/", data, follow=True)
    assert "so someone else must approve it." in answer.content.decode()
    assert Approval.objects.get().state == "waiting"


def test_refusing_needs_a_reason_which_the_writer_reads(cast, asked, as_user):
    client, url = as_user(cast.claire), f"{ROOT}approvals/{asked.pk}/refuse/"
    answer = client.post(url, {"reason": " "}, follow=True)
    assert "Enter a reason, so that the author" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.state == "waiting"
    client.post(url, {"reason": "Too <b>long</b>"})
    page = as_user(cast.ines).get(f"{ROOT}messages/{asked.message_id}/").content.decode()
    assert "Too &lt;b&gt;long&lt;/b&gt;" in page
    assert "Claire Test refused version 1" in page


def test_withdrawing_stops_the_sending_with_its_reason(cast, now, as_user):
    message = make_message(cast, now, fixed_on=now.date(), latest_hours=96)
    version = approve(cast, message, now - timedelta(minutes=30))
    pump.run_pump(now + timedelta(days=1))
    assert Delivery.objects.filter(state=State.PLANNED).count() == 6
    client, url = as_user(cast.claire), f"{ROOT}approvals/{version.pk}/withdraw/"
    client.post(url)
    assert Delivery.objects.filter(state=State.PLANNED).count() == 6
    answer = client.post(url, {"reason": "Wrong date"}, follow=True)
    assert "6 unsent emails cancelled." in answer.content.decode()
    assert "Wrong date" in answer.content.decode()
    assert Delivery.objects.filter(state=State.CANCELLED).count() == 6


def test_who_decides_sees_the_version_that_waits_not_a_later_edit(cast, asked, now, as_user):
    message = asked.message
    write_text(message, "en", {"subject": "Later", "body": "Later"}, cast.ines, now)
    page = as_user(cast.claire).get(f"{ROOT}messages/{message.pk}/?language=en").content.decode()
    assert "Your new service desk" in page
    assert "Later" not in page
    assert asked.fingerprint in page
    mail = as_user(cast.claire).get(f"{ROOT}messages/{message.pk}/en/preview/?version=1")
    assert "the desk opens at" in mail.content.decode()


def test_before_asking_the_page_says_who_and_when(cast, now, as_user):
    message = make_message(cast, now, waves=[cast.wave1])
    page = as_user(cast.ines).get(f"{ROOT}messages/{message.pk}/").content.decode()
    assert "3 people get it." in page
    assert "Spanish: 3 people" in page
    assert "First in Barcelona: Tue 24 Nov 2026, 00:01 UTC+1" in page


def test_decisions_can_be_taken_from_any_page(cast, asked, as_user):
    page = as_user(cast.claire).get(f"{ROOT}overview/").content.decode()
    assert "To 6 people" in page
    assert asked.fingerprint in page
    assert f'name="next" value="{ROOT}overview/"' in page
