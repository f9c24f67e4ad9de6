"""The sending end to end: rows, and the mails that a server took."""

from collections import Counter
from datetime import timedelta

import pytest

from communications.approvals.services import approval as approvals
from communications.dispatches.services import dispatch as acts
from communications.messages.services.refusal import RefusedError
from communications.models import ChannelState, Delivery, Dispatch, Notice, State
from stakeholders.models import Person
from tests.communications.making import approve, make_message, run

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=6)


def states():
    return Counter(Delivery.objects.values_list("state", flat=True))


def test_each_person_gets_one_mail_in_their_language(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    for _again in range(3):
        run(now + LATER)
    mails = [accept for accept in relay.accepts if accept.message["X-OneLift-Dispatch"]]
    assert sorted(mail.recipient for mail in mails) == sorted(p.email for p in cast.people)
    languages = Counter(mail.message["Content-Language"] for mail in mails)
    assert languages == {"es": 3, "zh-Hans": 3}
    assert states() == {"sent": 6}
    assert {d.message_id for d in Delivery.objects.all()} == {
        m.message["Message-ID"] for m in mails
    }


def test_nothing_leaves_within_five_minutes_of_the_approval(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    run(now + timedelta(minutes=4))
    assert not Delivery.objects.exists()


def test_the_cio_learns_by_mail_that_an_approval_waits(cast, now, relay):
    approvals.ask(make_message(cast, now), cast.ines, now)
    run(now)
    run(now)
    notices = [a for a in relay.accepts if a.message["X-OneLift-Notice"]]
    assert [notice.recipient for notice in notices] == [cast.claire.email]
    assert Notice.objects.get().state == State.SENT


def test_withdrawing_cancels_what_waits_and_a_new_approval_takes_it_up(cast, now, relay):
    approval = approve(cast, make_message(cast, now), now)
    relay.refuse()
    run(now + LATER)
    assert approvals.withdraw(approval, cast.claire, "A typo", now + LATER) == 6
    assert states() == {"cancelled": 6}
    relay.listen()
    run(now + LATER * 2)
    assert states() == {"cancelled": 6}
    approve(cast, approval.message, now + LATER * 2)
    run(now + LATER * 2)
    assert states() == {"planned": 6}
    run(now + LATER * 4)
    assert states() == {"sent": 6}
    assert len([a for a in relay.accepts if a.message["X-OneLift-Dispatch"]]) == 6


def test_a_relay_that_is_down_holds_everything_and_says_so(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    relay.refuse()
    run(now + LATER)
    assert states() == {"planned": 6}
    state = ChannelState.objects.get()
    assert state.failing_since == now + LATER
    assert state.reason
    assert now + LATER < state.next_try_at <= now + LATER + timedelta(minutes=1)
    relay.listen()
    run(state.next_try_at - timedelta(seconds=1))
    assert states() == {"planned": 6}
    run(now + LATER + timedelta(minutes=1))
    assert states() == {"sent": 6}
    assert ChannelState.objects.get().failing_since is None


def test_a_lost_answer_is_in_doubt_and_never_sent_again_by_itself(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    relay.fault("dot", "drop", times=1)
    for minutes in (6, 8, 30):
        run(now + timedelta(minutes=minutes))
    assert states() == {"sent": 5, "in_doubt": 1}
    doubt = Delivery.objects.get(state=State.IN_DOUBT)
    assert acts.send_again(doubt, cast.ines, now + LATER)
    run(now + timedelta(minutes=40))
    assert states() == {"sent": 6}


def test_a_refused_address_fails_alone_with_its_code(cast, now, relay):
    relay.fault("rcpt", "reply", reply="550 5.1.1 no such user", recipient=cast.people[0].email)
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    assert states() == {"sent": 5, "failed": 1}
    assert Delivery.objects.get(state=State.FAILED).reason.startswith("550")


def test_a_pause_holds_and_a_resume_goes_on(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    relay.refuse()
    run(now + LATER)
    relay.listen()
    acts.pause(Dispatch.objects.get(), cast.ines, now)
    run(now + LATER * 2)
    assert states() == {"planned": 6}
    acts.resume(Dispatch.objects.get(), cast.ines, now + LATER)
    run(now + LATER * 2)
    assert states() == {"sent": 6}


def test_who_has_left_is_skipped_and_who_is_hired_late_gets_it(cast, now, relay):
    from tests.factories import PersonFactory

    approve(cast, make_message(cast, now), now)
    relay.refuse()
    run(now + LATER)
    gone = cast.people[0]
    gone.left_on = now.date()
    gone.save()
    new = PersonFactory(site=cast.barcelona, language="cs")
    relay.listen()
    run(now + LATER * 2)
    assert states() == {"sent": 6, "skipped": 1}
    assert Delivery.objects.get(person=new).language == "en"


def test_nobody_approves_what_they_wrote(cast, now):
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    with pytest.raises(RefusedError):
        approvals.approve(asked, cast.ines, asked.fingerprint, now)


def test_a_wave_moved_to_later_takes_its_waiting_mails_along(cast, now, relay):
    from programmes.services.plan import move_wave

    message = make_message(cast, now, fixed_on=None, offset_days=15, waves=[cast.wave1])
    approve(cast, message, now)
    relay.refuse()
    run(now + LATER)
    assert states() == {"planned": 3}
    move_wave(cast.wave1, cast.wave1.go_live_on + timedelta(days=30), now + LATER)
    relay.listen()
    run(now + LATER * 3)
    assert states() == {"planned": 3}
    run(now + timedelta(days=30, minutes=10))
    assert states() == {"sent": 3}


def test_what_is_too_late_is_cancelled_with_that_reason(cast, now, relay):
    approve(cast, make_message(cast, now, latest_hours=1), now - timedelta(minutes=1))
    run(now + timedelta(hours=20))
    assert states() == {"cancelled": 6}
    assert set(Delivery.objects.values_list("reason", flat=True)) == {"too_late"}


def test_a_mail_that_was_refused_for_now_goes_to_the_address_of_its_second_try(cast, now, relay):
    person = cast.people[0]
    relay.fault("rcpt", "reply", reply="451 later", recipient=person.email, times=1)
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    Person.objects.filter(pk=person.pk).update(email="new@one.example")
    run(now + LATER * 3)
    row = Delivery.objects.get(person=person)
    assert (row.state, row.address, row.attempts) == ("sent", "new@one.example", 2)
    assert [a.recipient for a in relay.accepts].count("new@one.example") == 1
    assert person.email not in [a.recipient for a in relay.accepts]
