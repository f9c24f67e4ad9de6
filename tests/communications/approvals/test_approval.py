"""Decisions: what they bind to, and what taking them back restores."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction

from communications.approvals.services import approval as approvals
from communications.mailroom.channels.lanes import Lanes
from communications.mailroom.channels.mail import RelayConfig
from communications.mailroom.services import ledger
from communications.messages.services.message import write_ready
from communications.messages.services.refusal import RefusedError
from communications.models import Approval, Delivery, Message, Reason, State
from communications.operation.services.pump import run_pump
from programmes.models import TextState
from programmes.queries.texts import states_of
from stakeholders.models import Role, User
from tests.communications.making import approve, make_message, run
from tests.communications.over import send_over
from tests.communications.waiting import is_waited_for
from tests.events.making import at_once
from tests.faults.harness import until

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=6)


def edit(cast, message, now, subject="Another subject"):
    write_ready(message, "en", subject, "Hello {{ first_name }}", cast.ines, now)


def states():
    return Counter(Delivery.objects.values_list("state", flat=True))


def state_of(approval):
    return Approval.objects.get(pk=approval.pk).state


def second_version(cast, message, now, **changes):
    edit(cast, message, now)
    for site in changes.get("sites", []):
        message.audience.sites.add(site)
    return approve(cast, message, now)


def test_an_undo_restores_the_version_that_stood_before(cast, now):
    first = approve(cast, make_message(cast, now), now)
    second = second_version(cast, first.message, now + LATER)
    assert state_of(first) == "replaced"
    approvals.undo_decision(second, cast.claire, now + LATER)
    assert (state_of(first), state_of(second)) == ("approved", "waiting")


def test_an_undo_never_brings_back_what_was_withdrawn(cast, now):
    first = approve(cast, make_message(cast, now), now)
    second = second_version(cast, first.message, now)
    approvals.withdraw(second, cast.claire, "All wrong", now)
    edit(cast, first.message, now, "A third subject")
    third = approve(cast, first.message, now)
    approvals.undo_decision(third, cast.claire, now)
    assert not Approval.objects.standing().exists()


def test_an_undo_gives_people_back_whom_the_new_version_left_out(cast, now, relay):
    first = approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)
    second = second_version(cast, first.message, now + LATER, sites=[cast.barcelona])
    assert Counter(Delivery.objects.values_list("state", "reason")) == {
        ("planned", ""): 3,
        ("cancelled", Reason.NOT_MEANT): 3,
    }
    approvals.undo_decision(second, cast.claire, now + LATER)
    assert states() == {"planned": 6}
    run(now + LATER * 3)
    assert states() == {"sent": 6}


def test_a_wider_version_takes_up_whom_a_narrower_one_left_out(cast, now):
    first = approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)
    second_version(cast, first.message, now + LATER, sites=[cast.barcelona])
    first.message.audience.sites.clear()
    approve(cast, first.message, now + LATER)
    assert states() == {"planned": 6}


def test_a_refusal_can_be_taken_back_and_restores_nothing_else(cast, now):
    first = approve(cast, make_message(cast, now), now)
    edit(cast, first.message, now)
    second = approvals.ask(first.message, cast.ines, now)
    approvals.refuse(second, cast.claire, "Too long", now)
    assert (state_of(first), state_of(second)) == ("approved", "refused")
    second.refresh_from_db()
    approvals.undo_decision(second, cast.claire, now)
    assert (state_of(first), state_of(second)) == ("approved", "waiting")


@pytest.mark.parametrize("minutes", [6, 60])
def test_an_undo_comes_too_late_after_the_quiet_minutes(cast, now, minutes):
    approval = approve(cast, make_message(cast, now), now)
    with pytest.raises(RefusedError):
        approvals.undo_decision(approval, cast.claire, now + timedelta(minutes=minutes))
    assert state_of(approval) == "approved"


def test_only_the_own_decision_is_taken_back(cast, now):
    approval = approve(cast, make_message(cast, now), now)
    with pytest.raises(RefusedError):
        approvals.undo_decision(approval, cast.ines, now)


def test_a_decision_on_another_fingerprint_is_refused(cast, now):
    message = make_message(cast, now)
    seen = approvals.ask(message, cast.ines, now).fingerprint
    edit(cast, message, now)
    newer = approvals.ask(message, cast.ines, now)
    with pytest.raises(RefusedError):
        approvals.approve(newer, cast.claire, seen, now)
    assert not Approval.objects.standing().exists()


def test_a_version_that_a_newer_one_replaced_cannot_be_approved(cast, now):
    message = make_message(cast, now)
    older = approvals.ask(message, cast.ines, now)
    edit(cast, message, now)
    approvals.ask(message, cast.ines, now)
    with pytest.raises(RefusedError):
        approvals.approve(older, cast.claire, older.fingerprint, now)


def test_who_asked_does_not_approve_and_who_wrote_does_not_either(cast, now):
    message = make_message(cast, now)
    asked = approvals.ask(message, cast.claire, now)
    for user in (cast.claire, cast.ines):
        with pytest.raises(RefusedError):
            approvals.approve(asked, user, asked.fingerprint, now)


def test_who_wrote_one_of_its_texts_does_not_approve(cast, now, as_user):
    message = make_message(cast, now)
    Role.objects.create(user=cast.claire, programme=cast.programme, kind="communication_team")
    page, typed = f"/p/one-it/messages/{message.pk}/", {"subject": "Hola", "body": "Escrito por mí"}
    assert as_user(cast.claire).post(f"{page}es/ready/", typed).status_code == 302
    asked = approvals.ask(Message.objects.get(pk=message.pk), cast.tom, now)
    url = f"/p/one-it/approvals/{asked.pk}/"
    for act in ("approve", "refuse"):
        typed = {"fingerprint": asked.fingerprint, "reason": "No"}
        answer = as_user(cast.claire).post(f"{url}{act}/", typed, follow=True)
        assert "You wrote this message. Somebody else must approve it." in answer.content.decode()
    assert "Somebody else must approve it." in as_user(cast.claire).get(page).content.decode()
    assert state_of(asked) == "waiting"


def test_what_was_approved_before_keeps_nobody_from_the_next_version(cast, now):
    message = make_message(cast, now)
    write_ready(message, "es", "Hola", "Escrito por mí", cast.claire, now)
    other = User.objects.create_user("cleo@onelift.example")
    asked = approvals.ask(message, cast.ines, now)
    approvals.approve(asked, other, asked.fingerprint, now)
    write_ready(message, "en", "Hello", "Anew", cast.tom, now)
    asked = approvals.ask(Message.objects.get(pk=message.pk), cast.ines, now)
    assert asked.writers == [cast.tom.pk]
    assert approvals.approve(asked, cast.claire, asked.fingerprint, now).state == "approved"


def test_the_same_content_is_not_asked_twice(cast, now):
    message = make_message(cast, now)
    approvals.ask(message, cast.ines, now)
    with pytest.raises(RefusedError):
        approvals.ask(message, cast.ines, now)


def test_who_asks_six_times_at_once_asks_once(cast, now):
    message = make_message(cast, now)
    results = at_once([lambda: approvals.ask(message, cast.ines, now)] * 6)
    assert Counter(type(result) for result in results) == {Approval: 1, RefusedError: 5}
    assert Approval.objects.count() == 1


def test_an_edit_is_a_draft_and_what_runs_keeps_one_text(cast, now, relay):
    first = approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)
    edit(cast, first.message, now + LATER, "Not yet approved")
    run(now + LATER)
    assert states() == {"sent": 6}
    assert not [a for a in relay.accepts if "Not yet" in a.message["Subject"]]
    assert set(Delivery.objects.values_list("approval", flat=True)) == {first.pk}


def test_a_new_version_of_a_running_message_waits_its_quiet_minutes(cast, now, relay):
    from communications.mailroom.channels.mail import RelayConfig
    from communications.operation.services.pump import deliver

    first = approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)
    second = second_version(cast, first.message, now + LATER)
    deliver(lambda: now + LATER + timedelta(seconds=5), RelayConfig.from_settings())
    assert states() == {"planned": 6}
    run(now + LATER * 2)
    assert set(Delivery.objects.values_list("state", "approval")) == {("sent", second.pk)}


def test_a_language_added_later_is_approved_alone(cast, now, relay):
    message = make_message(cast, now, texts={"en": ("Desk", "Hello")})
    approve(cast, message, now)
    write_ready(message, "es", "Mesa", "Hola", cast.ines, now)
    second = approve(cast, message, now)
    states_now = states_of(message, approvals.FIELDS, ["en", "es"])
    assert {s.state for s in states_now.values()} == {TextState.State.APPROVED}
    run(now + LATER)
    languages = Counter(Delivery.objects.values_list("language", flat=True))
    assert languages == {"es": 3, "en": 3}
    assert set(Delivery.objects.values_list("approval", flat=True)) == {second.pk}


@pytest.mark.parametrize("lanes", [1, 3])
def test_a_withdrawal_in_the_middle_of_a_batch_lets_leave_what_is_abreast(cast, now, relay, lanes):
    approval = approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)

    def clock():
        # The clock is read at each step: after the first mail the CIO withdraws.
        if relay.recipients and Approval.objects.standing().exists():
            approvals.withdraw(approval, cast.claire, "Stop", now + LATER)
        return now + LATER

    with Lanes(RelayConfig.from_settings(), lanes) as line:
        send_over(line, clock, until=now + LATER * 2)
    assert states() == {"sent": lanes, "cancelled": 6 - lanes}
    assert len(relay.accepts) == lanes
    reasons = Delivery.objects.filter(state=State.CANCELLED).values_list("reason", flat=True)
    assert set(reasons) == {Reason.WITHDRAWN}


@pytest.mark.parametrize("lanes", [1, 3])
def test_a_version_replaced_in_the_middle_of_a_batch_lets_leave_what_is_abreast(
    cast, now, relay, lanes
):
    first = approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)

    def clock():
        if relay.recipients and state_of(first) == Approval.State.APPROVED:
            second_version(cast, first.message, now + LATER)
        return now + LATER

    with Lanes(RelayConfig.from_settings(), lanes) as line:
        send_over(line, clock, until=now + LATER * 2)
    assert states() == {"sent": lanes, "planned": 6 - lanes}
    run(now + LATER * 3)
    versions = Counter(Delivery.objects.values_list("approval__version", flat=True))
    assert versions == {1: lanes, 2: 6 - lanes}


@pytest.mark.services
@pytest.mark.parametrize("act", ["withdraw", "follow"])
def test_a_mail_that_begins_in_the_same_moment_is_left_to_its_sender(act, cast, now):
    approval = approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)
    assert ledger.claim(Delivery.objects.all(), 10, now + LATER)

    def decide():
        if act == "withdraw":
            approvals.withdraw(approval, cast.claire, "Stop", now + LATER)
        else:
            approvals.follow(approval, now + LATER)
        connection.close()

    decision = threading.Thread(target=decide)
    with transaction.atomic():
        first = Delivery.objects.values_list("pk", flat=True)[0]
        Delivery.objects.filter(pk=first).update(state=State.SENDING)
        decision.start()
        until(is_waited_for, 20, "the decision waits for the row")
    decision.join()
    assert states() == {"sending": 1, "cancelled" if act == "withdraw" else "planned": 5}


def test_a_change_of_the_purpose_waits_for_approval_again(cast, now):
    message = make_message(cast, now, purpose="Tell")
    approve(cast, message, now)
    message.purpose = "Tell it better"
    message.save()
    second = approvals.ask(message, cast.ines, now)
    assert (second.version, second.content["purpose"]) == (2, "Tell it better")
    assert message.approvals.standing().get().content["purpose"] == "Tell"
