"""A consent that is revoked, a name whose account is gone: nothing leaves in it, even later."""

import re
from datetime import date, time, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from communications.approvals.services import approval as approvals
from communications.approvals.services.sender import (
    add_sender,
    consent,
    remove_sender,
    revoke,
)
from communications.approvals.services.undoing import undo_decision
from communications.messages.services.message import MessageData, change_message
from communications.messages.services.refusal import RefusedError
from communications.models import Approval, Delivery, Message, Sender
from programmes.models import WaveSite
from stakeholders.models import Role, User
from tests.communications.making import approve, make_message, run
from tests.events.making import at_once

CLAIRE = "Claire Test, CIO"
LATER = {"fixed_on": date(2026, 12, 24), "local_time": time(9), "is_urgent": False}


@pytest.fixture
def claire(cast, now):
    return add_sender(cast.programme, CLAIRE, cast.claire, cast.ines, now)


@pytest.mark.django_db(transaction=True)
def test_what_was_approved_and_not_sent_is_withdrawn_when_consent_is_revoked(
    cast, now, claire, relay
):
    consent(claire, cast.claire, now)
    coming = approve(cast, make_message(cast, now, sender=CLAIRE, **LATER), now)
    sent = approve(cast, make_message(cast, now, sender=CLAIRE), now)
    run(now + timedelta(minutes=10))
    other = approve(cast, make_message(cast, now, **LATER), now)
    much_later = now + timedelta(days=14)
    assert Delivery.objects.filter(dispatch__message=sent.message, state="sent").count() == 6
    with pytest.raises(RefusedError, match="Only the person"):
        revoke(claire, cast.ines, much_later)
    assert revoke(claire, cast.claire, much_later) == 1
    states = {one.pk: one.state for one in Approval.objects.all()}
    assert states == {coming.pk: "withdrawn", sent.pk: "approved", other.pk: "approved"}
    coming.refresh_from_db()
    assert coming.reason == f"{CLAIRE} no longer agrees to be named as sender."
    run(much_later)
    told = [one for one in relay.accepts if "no longer agrees" in one.message["Subject"]]
    assert [one.recipient for one in told] == [cast.ines.email]
    with pytest.raises(RefusedError, match="no longer agrees"):
        approvals.ask(coming.message, cast.ines, much_later)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", range(3))
def test_who_undoes_revokes_and_asks_at_once_leaves_nothing_in_a_revoked_name(
    cast, now, claire, _turn
):
    consent(claire, cast.claire, now)
    message = make_message(cast, now, sender=CLAIRE, **LATER)
    approve(cast, message, now)
    Message.objects.update(purpose="Tell once more")
    second = approve(cast, Message.objects.get(), now)
    Message.objects.update(purpose="Tell a third time")
    acts = [
        lambda: undo_decision(Approval.objects.get(pk=second.pk), cast.claire, now),
        lambda: revoke(claire, cast.claire, now),
        lambda: approvals.ask(Message.objects.get(), cast.ines, now),
    ]
    broken = [one for one in at_once(acts) if isinstance(one, Exception)]
    assert {type(one) for one in broken} <= {RefusedError}
    assert not Approval.objects.standing().exists()


@pytest.fixture
def sent(cast, now, claire, relay):
    """A message in Claire's name for wave 1, sent everywhere; two weeks later she revokes."""
    consent(claire, cast.claire, now)
    data = {"fixed_on": None, "offset_days": 15, "waves": [cast.wave1], "sender": CLAIRE}
    approval = approve(cast, make_message(cast, now, **data), now)
    run(now + timedelta(minutes=10))
    assert Delivery.objects.filter(state="sent").count() == 3
    assert revoke(claire, cast.claire, now + timedelta(days=14)) == 0
    return approval


def add_shanghai(cast, day):
    live_on = day.date() - timedelta(days=15)
    WaveSite.objects.create(wave=cast.wave1, site=cast.shanghai, own_go_live_on=live_on)


def sent_on(day):
    run(day)
    run(day + timedelta(minutes=10))
    return Delivery.objects.filter(state="sent").count() - 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("agrees_again", [False, True])
def test_a_later_site_gets_nothing_in_a_name_that_was_revoked(
    cast, now, sent, claire, agrees_again
):
    later = now + timedelta(days=20)
    add_shanghai(cast, later)
    if agrees_again:
        consent(claire, cast.claire, now + timedelta(days=15))
    assert sent_on(later) == 0
    sent.refresh_from_db()
    assert sent.state == "approved"


@pytest.mark.django_db(transaction=True)
def test_a_later_site_gets_what_is_approved_again(cast, now, sent, claire):
    later = now + timedelta(days=20)
    consent(claire, cast.claire, now + timedelta(days=15))
    message = Message.objects.get()
    Message.objects.update(purpose="Tell once more")
    add_shanghai(cast, later)
    approve(cast, Message.objects.get(pk=message.pk), later - timedelta(hours=1))
    assert sent_on(later) == 3


@pytest.mark.django_db(transaction=True)
def test_what_is_tried_again_does_not_leave_in_a_name_that_was_revoked(cast, now, sent):
    later = now + timedelta(days=20)
    again = {"state": "planned", "due_at": later, "latest_at": later + timedelta(days=1)}
    Delivery.objects.update(**again, ended_at=None)
    assert sent_on(later) == -3
    assert set(Delivery.objects.values_list("state", flat=True)) == {"planned"}
    assert Delivery.objects.filter(next_try_at__gt=later).count() == 3


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_in_the_name_of_somebody_whose_account_was_deleted(cast, now, claire, relay):
    consent(claire, cast.claire, now)
    approve(cast, make_message(cast, now, sender=CLAIRE), now)
    cast.claire.delete()
    assert sent_on(now + timedelta(minutes=10)) == -3


@pytest.mark.parametrize("name", ["Claire Test", CLAIRE, "claire test, CIO", "CIO Claire Test"])
def test_a_name_stays_a_persons_when_their_account_is_deleted(cast, now, claire, name):
    message = make_message(cast, now, sender=name)
    cast.claire.delete()
    assert not Sender.objects.get().is_usable
    with pytest.raises(RefusedError, match=r"no longer a sender|has not been asked"):
        approvals.ask(message, cast.ines, now)
    with pytest.raises(RefusedError, match="no longer here"):
        add_sender(cast.programme, name, None, cast.ines, now)


def test_somebody_who_comes_back_is_asked_again(cast, now, claire):
    consent(claire, cast.claire, now)
    cast.claire.delete()
    back = User.objects.create_user("c.test@onelift.example", first_name="Claire", last_name="Test")
    Role.objects.create(user=back, programme=cast.programme, kind=Role.Kind.CIO)
    row = add_sender(cast.programme, CLAIRE, back, cast.ines, now)
    assert (row.pk, row.user, row.has_agreed) == (claire.pk, back, False)


def test_names_of_people_asked_before_are_kept_by_the_upgrade(cast, now, claire):
    Sender.objects.update(person_name="")
    import_module("communications.migrations.0015_senders_keep_their_names").keep_names(apps, None)
    assert Sender.objects.get().person_name == "Claire Test"


def test_somebody_taken_off_the_list_can_still_revoke(cast, now, claire, as_user):
    consent(claire, cast.claire, now)
    coming = approve(cast, make_message(cast, now, sender=CLAIRE, **LATER), now)
    remove_sender(claire, cast.ines, now)
    client = as_user(cast.claire)
    page = reverse("communications:sender-consent", args=["one-it", claire.pk])
    found = re.search(r'action="(\S+revoke/)"', client.get(page).content.decode())
    client.post(found[1])
    coming.refresh_from_db()
    assert coming.state == "withdrawn"


def test_what_waits_is_not_approved_once_consent_is_revoked(cast, now, claire):
    consent(claire, cast.claire, now)
    waiting = approvals.ask(make_message(cast, now, sender=CLAIRE), cast.ines, now)
    revoke(claire, cast.claire, now)
    with pytest.raises(RefusedError, match="no longer agrees"):
        approvals.approve(waiting, cast.claire, waiting.fingerprint, now)
    consent(claire, cast.claire, now)
    approvals.approve(waiting, cast.claire, waiting.fingerprint, now)


def test_an_undo_brings_back_nothing_in_a_name_that_was_revoked(cast, now, claire):
    consent(claire, cast.claire, now)
    message = make_message(cast, now, sender=CLAIRE, **LATER)
    first = approve(cast, message, now)
    data = {"purpose": "Tell", "sender": "One IT", **LATER}
    change_message(message, MessageData(**data), now, cast.ines)
    second = approve(cast, message, now)
    revoke(claire, cast.claire, now)
    with pytest.raises(RefusedError, match="no longer agrees"):
        undo_decision(second, cast.claire, now)
    first.refresh_from_db()
    assert first.state == "replaced"
