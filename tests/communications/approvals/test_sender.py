"""Who may sign: a person only with their own consent, and the CIO's messages are the CIO's."""

from datetime import date, time, timedelta
from importlib import import_module

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.urls import reverse

from communications.approvals.services import approval as approvals
from communications.approvals.services.sender import (
    add_sender,
    consent,
    decline,
    remove_sender,
    restore_sender,
    revoke,
)
from communications.messages.services.refusal import RefusedError
from communications.models import Message, Notice, Sender
from stakeholders.accounts.services.delegation import Absence, name_delegate
from tests.communications.making import approve, make_message, run

CLAIRE = "Claire Test, CIO"
LATER = {"fixed_on": date(2026, 12, 24), "local_time": time(9), "is_urgent": False}


@pytest.fixture
def claire(cast, now):
    return add_sender(cast.programme, CLAIRE, cast.claire, cast.ines, now)


@pytest.mark.parametrize(
    "name",
    ["Claire Test", CLAIRE, "claire test", "Test, Claire", "Clàire M. Test", "CIO Test (Claire)"],
)
def test_nobody_signs_as_somebody_who_was_not_asked(cast, now, name):
    with pytest.raises(RefusedError, match="has not been asked to be named as sender"):
        approvals.ask(make_message(cast, now, sender=name), cast.ines, now)


@pytest.mark.parametrize("name", ["One IT team", "One IT", "Clairette Testard"])
def test_a_role_needs_no_consent(cast, now, name):
    assert approvals.ask(make_message(cast, now, sender=name), cast.ines, now)


@pytest.mark.django_db(transaction=True)
def test_a_person_is_asked_by_email_and_nobody_else_agrees(cast, now, claire, relay):
    run(now)
    (letter,) = [one for one in relay.accepts if one.recipient == cast.claire.email]
    assert letter.message["Subject"] == "May messages be sent in your name?"
    message = make_message(cast, now, sender=CLAIRE)
    with pytest.raises(RefusedError, match="has not agreed yet"):
        approvals.ask(message, cast.ines, now)
    with pytest.raises(RefusedError, match="Only the person"):
        consent(claire, cast.ines, now)
    consent(claire, cast.claire, now)
    assert approvals.ask(message, cast.ines, now).frozen.sender == CLAIRE


def test_declining_is_no_revocation(cast, now, claire, as_user):
    client = as_user(cast.claire)
    url = reverse("communications:sender-decline", args=["one-it", claire.pk])
    page = client.get(reverse("communications:sender-consent", args=["one-it", claire.pk]))
    assert url in page.content.decode()
    said = client.post(url, follow=True).content.decode()
    assert "Declined. Nothing is sent in your name." in said
    assert "Revoked" not in said
    assert url not in said
    assert LogEntry.objects.order_by("pk").last().changes_dict == {"state": ["asked", "declined"]}
    assert not Notice.objects.filter(kind="revoke").exists()
    with pytest.raises(RefusedError, match="does not agree to be named"):
        approvals.ask(make_message(cast, now, sender=CLAIRE), cast.ines, now)
    claire.refresh_from_db()
    with pytest.raises(RefusedError, match="agreed already"):
        decline(consent(claire, cast.claire, now), cast.claire, now)


def test_a_delegate_does_not_decide_on_what_is_sent_in_the_cios_name(cast, now, claire):
    consent(claire, cast.claire, now)
    days = Absence(now.date(), now.date() + timedelta(days=5), "UTC")
    name_delegate(cast.programme, cast.claire, cast.tom, days, now)
    own = approvals.ask(make_message(cast, now, sender=CLAIRE), cast.ines, now)
    other = approvals.ask(make_message(cast, now), cast.ines, now)
    with pytest.raises(RefusedError, match="who alone can decide"):
        approvals.approve(own, cast.tom, own.fingerprint, now)
    approvals.approve(other, cast.tom, other.fingerprint, now)
    approvals.approve(own, cast.claire, own.fingerprint, now)


def test_a_person_who_is_no_cio_binds_no_decider(cast, now):
    ines = add_sender(cast.programme, "Ines Test", cast.ines, cast.tom, now)
    consent(ines, cast.ines, now)
    waiting = approvals.ask(make_message(cast, now, sender="Ines Test"), cast.ines, now)
    approvals.approve(waiting, cast.claire, waiting.fingerprint, now)


def test_names_on_the_list_are_whose_they_say(cast, now, claire):
    for name, person, words in (
        ("Claire Test", None, "is a person"),
        ("The CIO", cast.claire, "must contain “Claire Test”"),
        ("Tom Test", cast.claire, "must contain “Claire Test”"),
        (CLAIRE.upper(), cast.claire, "on the list already"),
    ):
        with pytest.raises(RefusedError, match=words):
            add_sender(cast.programme, name, person, cast.ines, now)
    assert Sender.objects.filter(user=cast.claire).count() == 1


def test_a_kept_role_with_a_persons_name_becomes_theirs(cast, now):
    Sender.objects.create(programme=cast.programme, name="Claire Test")
    message = make_message(cast, now, sender="Claire Test")
    assert approvals.ask(message, cast.ines, now)
    row = add_sender(cast.programme, "Claire Test", cast.claire, cast.ines, now)
    assert (row.user, row.has_agreed, Sender.objects.count()) == (cast.claire, False, 1)


def test_a_removed_name_is_refused_until_it_is_put_back(cast, now):
    row = add_sender(cast.programme, "Comms", None, cast.ines, now)
    remove_sender(row, cast.ines, now)
    message = make_message(cast, now, sender="comms")
    with pytest.raises(RefusedError, match="no longer a sender"):
        approvals.ask(message, cast.ines, now)
    restore_sender(row, cast.ines, now)
    assert approvals.ask(Message.objects.get(), cast.ines, now)


def test_names_from_before_the_list_stay_in_use_as_roles(cast, now):
    message = make_message(cast, now, sender="The old name")
    approve(cast, message, now)
    Message.objects.filter(pk=message.pk).update(sender="Comms team")
    make_message(cast, now, sender="comms TEAM")
    import_module("communications.migrations.0013_reviews_and_senders").keep_senders(apps, None)
    rows = Sender.objects.values_list("programme", "user", "agreed_at")
    assert set(rows) == {(cast.programme.pk, None, None)}
    names = {one.name.casefold() for one in Sender.objects.all()}
    assert names == {"the old name", "comms team"}
    assert len(names) == Sender.objects.count()


@pytest.mark.parametrize("name", ["Claire Test", "CLAIRE\u200b TEST, CIO"])
def test_who_has_left_is_no_role(cast, now, claire, name):
    consent(claire, cast.claire, now)
    revoke(claire, cast.claire, now)
    remove_sender(claire, cast.ines, now)
    cast.claire.is_active = False
    cast.claire.save()
    with pytest.raises(RefusedError, match="is a person"):
        add_sender(cast.programme, name, None, cast.ines, now)
    with pytest.raises(RefusedError):
        approvals.ask(make_message(cast, now, sender=name), cast.ines, now)
