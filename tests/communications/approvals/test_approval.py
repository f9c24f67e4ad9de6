"""Decisions: what they bind to, and what taking them back restores."""

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from communications.approvals.services import approval as approvals
from communications.approvals.services.undoing import undo_decision
from communications.mailroom.channels.connections import Connections
from communications.mailroom.channels.mail import RelayConfig
from communications.mailroom.services import ledger
from communications.messages.services.message import MessageData, change_message, write_ready
from communications.messages.services.refusal import RefusedError
from communications.models import Approval, Delivery, Message, NotSent, State
from communications.operation.services.pump import run_pump
from programmes.models import TextState
from programmes.queries.texts import states_of
from programmes.services.texts import mark, write_text
from stakeholders.models import Role, User
from tests.communications.making import approve, make_message, run
from tests.communications.over import send_over
from tests.communications.waiting import is_waited_for
from tests.events.making import at_once
from tests.waiting import until

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
    undo_decision(second, cast.claire, now + LATER)
    assert (state_of(first), state_of(second)) == ("approved", "waiting")


def text_states(message):
    found = states_of(Message.objects.get(pk=message.pk), ("subject", "body"))
    return {code: found[code].state for code in ("en", "es", "zh-hans")}


def test_an_undo_puts_texts_back_in_review(cast, now):
    approval = approve(cast, make_message(cast, now), now)
    assert set(text_states(approval.message).values()) == {"approved"}
    undo_decision(approval, cast.claire, now)
    assert set(text_states(approval.message).values()) == {"review"}


def test_an_undo_leaves_approved_what_an_earlier_version_approved(cast, now):
    first = approve(cast, make_message(cast, now), now)
    write_ready(first.message, "es", "Hola", "Otro texto", cast.ines, now)
    second = approve(cast, Message.objects.get(pk=first.message_id), now)
    undo_decision(second, cast.claire, now)
    assert text_states(first.message) == {"en": "approved", "es": "review", "zh-hans": "approved"}


def test_who_wrote_a_text_decides_on_it_no_more_after_an_undo(cast, now):
    message = make_message(cast, now)
    write_ready(message, "es", "Hola", "Escrito por mí", cast.claire, now)
    cleo = User.objects.create_user("cleo@onelift.example")
    asked = approvals.ask(message, cast.ines, now)
    approvals.approve(asked, cleo, asked.fingerprint, now)
    undo_decision(asked, cleo, now)
    Message.objects.filter(pk=message.pk).update(sender="Somebody else")
    asked = approvals.ask(Message.objects.get(pk=message.pk), cast.ines, now)
    with pytest.raises(RefusedError):
        approvals.approve(asked, cast.claire, asked.fingerprint, now)


def test_an_undo_never_brings_back_what_was_withdrawn(cast, now):
    first = approve(cast, make_message(cast, now), now)
    second = second_version(cast, first.message, now)
    approvals.withdraw(second, cast.claire, "All wrong", now)
    edit(cast, first.message, now, "A third subject")
    third = approve(cast, first.message, now)
    undo_decision(third, cast.claire, now)
    assert not Approval.objects.standing().exists()


def test_an_undo_that_comes_second_brings_nothing_back(cast, now):
    message = make_message(cast, now)
    first = approve(cast, message, now)
    Message.objects.filter(pk=message.pk).update(purpose="Tell once more")
    second = approve(cast, Message.objects.get(pk=message.pk), now)
    seen = Approval.objects.get(pk=second.pk)
    approvals.withdraw(second, cast.claire, "Wrong", now)
    with pytest.raises(RefusedError, match="only undo your own"):
        undo_decision(seen, cast.claire, now)
    first.refresh_from_db()
    assert first.state == "replaced"


def test_an_undo_gives_people_back_whom_the_new_version_left_out(cast, now, relay):
    first = approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)
    second = second_version(cast, first.message, now + LATER, sites=[cast.barcelona])
    assert Counter(Delivery.objects.values_list("state", "reason")) == {
        ("planned", ""): 3,
        ("cancelled", NotSent.NOT_MEANT): 3,
    }
    undo_decision(second, cast.claire, now + LATER)
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
    undo_decision(second, cast.claire, now)
    assert (state_of(first), state_of(second)) == ("approved", "waiting")


@pytest.mark.parametrize("minutes", [6, 60])
def test_an_undo_comes_too_late_after_the_quiet_minutes(cast, now, minutes):
    approval = approve(cast, make_message(cast, now), now)
    with pytest.raises(RefusedError):
        undo_decision(approval, cast.claire, now + timedelta(minutes=minutes))
    assert state_of(approval) == "approved"


def test_only_the_own_decision_is_taken_back(cast, now):
    approval = approve(cast, make_message(cast, now), now)
    with pytest.raises(RefusedError):
        undo_decision(approval, cast.ines, now)


def test_a_decision_on_another_fingerprint_is_refused(cast, now):
    message = make_message(cast, now)
    seen = approvals.ask(message, cast.ines, now).fingerprint
    edit(cast, message, now)
    newer = approvals.ask(message, cast.ines, now)
    with pytest.raises(RefusedError):
        approvals.approve(newer, cast.claire, seen, now)
    assert not Approval.objects.standing().exists()


def test_a_text_that_is_written_while_it_is_approved_stays_a_draft(cast, now, monkeypatch):
    message = make_message(cast, now)
    version = approvals.ask(message, cast.ines, now)
    plain = approvals.decide

    def decide(version, *args):
        plain(version, *args)
        # Somebody saves between the reading of the message and the approval of its texts.
        theirs = Message.objects.get(pk=version.message.pk)
        write_text(theirs, "es", {"subject": "Otra", "body": "Otra"}, cast.tom, now)

    monkeypatch.setattr(approvals, "decide", decide)
    approvals.approve(version, cast.claire, version.fingerprint, now)
    states = states_of(Message.objects.get(pk=message.pk), approvals.FIELDS, ["en", "es"])
    assert {code: one.state for code, one in states.items()} == {"en": "approved", "es": "draft"}


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
    page, typed = (
        f"/p/one-it/messages/{message.pk}/",
        {"subject": "Hola", "body": "{{ site }}, por mí", "despite": "yes"},
    )
    assert as_user(cast.claire).post(f"{page}es/ready/", typed).status_code == 302
    asked = approvals.ask(Message.objects.get(pk=message.pk), cast.tom, now)
    url = f"/p/one-it/approvals/{asked.pk}/"
    for act in ("approve", "refuse"):
        typed = {"fingerprint": asked.fingerprint, "reason": "No"}
        answer = as_user(cast.claire).post(f"{url}{act}/", typed, follow=True)
        assert "You wrote this message, so someone else must approve it." in answer.content.decode()
    assert "so someone else must approve it." in as_user(cast.claire).get(page).content.decode()
    assert state_of(asked) == "waiting"


def refuses(approval, user, now):
    with pytest.raises(RefusedError, match="someone else must approve it"):
        approvals.approve(approval, user, approval.fingerprint, now)
    return state_of(approval) == "waiting"


def test_a_text_that_somebody_else_called_ready_is_still_its_writers(cast, now):
    message = make_message(cast, now)
    write_ready(message, "en", "By Claire", "All of this is by Claire.", cast.claire, now)
    mark(message, "en", TextState.State.REVIEW, cast.ines, now)
    asked = approvals.ask(message, cast.ines, now)
    assert refuses(asked, cast.claire, now)


def test_who_chose_people_or_day_does_not_approve_them(cast, now):
    message = make_message(cast, now)
    other = MessageData(purpose="Tell", sender="Claire", fixed_on=date(2026, 12, 24))
    change_message(message, other, now, cast.claire)
    asked = approvals.ask(Message.objects.get(pk=message.pk), cast.ines, now)
    assert refuses(asked, cast.claire, now)
    decider = User.objects.create_user("cleo@onelift.example")
    approvals.refuse(asked, decider, "Another word", now)
    edit(cast, message, now)
    again = approvals.ask(Message.objects.get(pk=message.pk), cast.ines, now)
    assert refuses(again, cast.claire, now), "what was refused is still her choice"
    approvals.approve(again, decider, again.fingerprint, now)
    edit(cast, message, now, "A third subject")
    later = approvals.ask(Message.objects.get(pk=message.pk), cast.ines, now)
    approvals.approve(later, cast.claire, later.fingerprint, now)
    assert state_of(later) == "approved", "what was approved before is nobody's any more"


def test_who_moves_a_draft_on_the_plan_does_not_approve_its_day(cast, now, as_user):
    message = make_message(cast, now)
    Role.objects.create(user=cast.claire, programme=cast.programme, kind="communication_team")
    moved = as_user(cast.claire).post(f"/p/one-it/messages/{message.pk}/later/?days=2")
    assert moved.status_code == 302
    asked = approvals.ask(Message.objects.get(pk=message.pk), cast.ines, now)
    assert refuses(asked, cast.claire, now)


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


@pytest.mark.parametrize("connections", [1, 3])
def test_a_withdrawal_in_the_middle_of_a_batch_lets_leave_what_is_abreast(
    cast, now, relay, connections
):
    approval = approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)

    def clock():
        # The clock is read at each step: after the first mail the CIO withdraws.
        if relay.recipients and Approval.objects.standing().exists():
            approvals.withdraw(approval, cast.claire, "Stop", now + LATER)
        return now + LATER

    with Connections(RelayConfig.from_settings(), connections) as line:
        send_over(line, clock, until=now + LATER * 2)
    assert states() == {"sent": connections, "cancelled": 6 - connections}
    assert len(relay.accepts) == connections
    reasons = Delivery.objects.filter(state=State.CANCELLED).values_list("reason", flat=True)
    assert set(reasons) == {NotSent.WITHDRAWN}


@pytest.mark.parametrize("connections", [1, 3])
def test_a_version_replaced_in_the_middle_of_a_batch_lets_leave_what_is_abreast(
    cast, now, relay, connections
):
    first = approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)

    def clock():
        if relay.recipients and state_of(first) == Approval.State.APPROVED:
            second_version(cast, first.message, now + LATER)
        return now + LATER

    with Connections(RelayConfig.from_settings(), connections) as line:
        send_over(line, clock, until=now + LATER * 2)
    assert states() == {"sent": connections, "planned": 6 - connections}
    run(now + LATER * 3)
    versions = Counter(Delivery.objects.values_list("approval__version", flat=True))
    assert versions == {1: connections, 2: 6 - connections}


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
        until(is_waited_for, "the decision waits for the row")
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
