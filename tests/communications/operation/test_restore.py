"""A database that was restored sends nothing twice: a real copy, real mails, real pages."""

from collections import Counter
from datetime import timedelta
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from django.core.management import CommandError, call_command

from communications.approvals.services import approval as approvals
from communications.models import Delivery, Dispatch, Notice
from communications.operation.services.pump import run_pump
from communications.operation.services.restore import (
    NUMBERS_SKIPPED,
    copy_made_at,
    go_on,
    hold_after_restore,
)
from tests import factories
from tests.clock import NOW
from tests.communications.database_copy import Backup
from tests.communications.dispatches.test_dispatch_pages import address, text_of
from tests.communications.making import approve, make_message, run

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def past(now):
    return now - 30 * MINUTE


@pytest.fixture
def message(cast, now, past):
    """Return a message that is due everywhere as soon as it is approved."""
    day = now.date() - timedelta(days=1)
    return make_message(cast, past, fixed_on=day, latest_hours=96)


@pytest.fixture
def backup(tmp_path):
    """Return a function that makes a copy of the database."""
    return lambda: Backup(tmp_path / "backup")


def states():
    return Counter(Delivery.objects.values_list("state", flat=True))


def told(relay):
    """Return how often each person was told."""
    return Counter(accept.recipient for accept in relay.accepts if accept.dispatch)


def everybody(cast):
    return Counter(person.email for person in cast.people)


def send_after_copy(backup, now):
    """Copy, send all that is due, and put the copy back."""
    copy = backup()
    run(now)
    copy.restore()


def test_what_left_after_the_copy_leaves_again_only_where_a_person_says_so(
    cast, message, now, past, relay, backup, as_user
):
    approve(cast, message, past)
    run_pump(now)
    send_after_copy(backup, now)
    assert told(relay) == everybody(cast)
    assert states() == {"planned": 6}

    hold_after_restore(copy_made_at(), now)
    run(now + MINUTE)
    assert told(relay) == everybody(cast)
    assert states() == {"in_doubt": 6}

    dispatch, client = Dispatch.objects.get(), as_user(cast.ines)
    text = text_of(client.get(address(dispatch)))
    assert "may have been sent before the database was restored" in text
    assert "–: held what may have been sent before the database was restored" in text
    rows = list(Delivery.objects.select_related("person").order_by("pk"))
    assert {row.message_id for row in rows} == {a.message_id for a in relay.accepts if a.dispatch}
    assert all(row.message_id in text.replace("&lt;", "<").replace("&gt;", ">") for row in rows)
    for row in rows[:4]:
        client.post(f"/p/one-it/deliveries/{row.pk}/delivered/")
    for row in rows[4:]:
        client.post(f"/p/one-it/deliveries/{row.pk}/again/")
    run(now + 2 * MINUTE)
    assert told(relay) == everybody(cast)

    assert "Resume" in text_of(client.get(address(dispatch)))
    client.post(address(dispatch, "resume/"))
    run(now + 3 * MINUTE)
    assert states() == {"sent": 6}
    assert told(relay) == everybody(cast) + Counter(row.person.email for row in rows[4:])


def test_if_somebody_says_that_nothing_was_lost_all_are_told_twice(
    cast, message, now, past, relay, backup
):
    approve(cast, message, past)
    run_pump(now)
    send_after_copy(backup, now)
    run(now + MINUTE)
    assert told(relay) == everybody(cast)
    go_on(cast.ines, now + MINUTE)
    run(now + 2 * MINUTE)
    assert told(relay) == everybody(cast) + everybody(cast)


@pytest.mark.parametrize(
    ("rest", "found"),
    [("claimed", {"in_doubt": 6}), ("sending", {"sent": 5, "in_doubt": 1})],
)
def test_what_was_in_hand_when_the_copy_was_made_is_in_doubt(
    cast, message, now, past, relay, backup, rest, found
):
    """Of what one worker had begun, all but the last had been taken before the copy."""
    approve(cast, message, past)
    run_pump(now)
    for number, row in enumerate(Delivery.objects.all()):
        lease = now + MINUTE + timedelta(milliseconds=number)
        Delivery.objects.filter(pk=row.pk).update(state=rest, fence="f" * 32, lease_until=lease)
    copy = backup()
    copy.restore()
    hold_after_restore(copy_made_at(), now)
    run(now + 10 * MINUTE)
    assert states() == found
    assert not told(relay)


def test_who_is_brought_in_again_before_the_command_is_in_doubt_too(
    cast, message, now, past, relay, backup
):
    approve(cast, message, past)
    run_pump(now)
    copy = backup()
    late = {"site": cast.barcelona, "personnel_number": "L1", "email": "late@example.com"}
    factories.PersonFactory(**late)
    run(now)
    copy.restore()
    factories.PersonFactory(**late)
    hold_after_restore(copy_made_at(), now)
    Dispatch.objects.update(paused_at=None)
    run(now + MINUTE)
    assert states() == {"in_doubt": 7}
    assert told(relay)["late@example.com"] == 1


def test_a_sending_that_began_after_the_copy_does_not_begin_again(
    cast, message, now, past, relay, backup
):
    approve(cast, message, past)
    send_after_copy(backup, now)
    assert not Dispatch.objects.exists()
    hold_after_restore(copy_made_at(), now + MINUTE)
    run(now + 2 * MINUTE)
    assert told(relay) == everybody(cast)
    assert states() == {"in_doubt": 6}


@pytest.mark.parametrize("is_asked_before", [True, False])
def test_what_was_approved_after_the_copy_waits_when_it_is_approved_again(
    cast, message, now, past, relay, backup, as_user, is_asked_before
):
    copy = None if is_asked_before else backup()
    asked = approvals.ask(message, cast.ines, past)
    copy = copy or backup()
    approvals.approve(asked, cast.claire, asked.fingerprint, past)
    run(now)
    copy.restore()
    hold_after_restore(copy_made_at(), now + MINUTE)
    dispatch, client = Dispatch.objects.get(), as_user(cast.ines)
    assert client.get(address(dispatch)).status_code == 200
    assert client.get(f"/p/one-it/messages/{message.pk}/").status_code == 200
    asked = message.approvals.first() or approvals.ask(message, cast.ines, now + MINUTE)
    approvals.approve(asked, cast.claire, asked.fingerprint, now + 2 * MINUTE)
    run(now + 10 * MINUTE)
    assert told(relay) == everybody(cast)
    assert states() == {"planned": 6}
    assert "Paused, 6 people waiting" in text_of(client.get(address(dispatch)))


def test_a_site_whose_time_is_over_is_in_doubt_and_not_called_untold(
    cast, message, now, past, relay, backup
):
    approve(cast, message, past)
    copy = backup()
    run(now)
    copy.restore()
    later = now + timedelta(days=10)
    hold_after_restore(past, later)
    run(later + MINUTE)
    assert states() == {"in_doubt": 6}


def test_what_comes_later_waits_and_what_is_over_is_let_be(cast, now, past, relay, backup):
    long_ago = now - timedelta(days=40)
    over = make_message(cast, long_ago, fixed_on=long_ago.date(), latest_hours=1)
    approve(cast, over, long_ago)
    run(now)
    day = now.date() + timedelta(days=30)
    coming = make_message(cast, past, fixed_on=day)
    approve(cast, coming, past)
    before = states()
    backup().restore()
    held = hold_after_restore(past, now)
    assert ([each.message for each in held.paused], held.deliveries) == ([coming], 0)
    assert states() == before


def test_a_wave_that_was_moved_to_an_earlier_day_tells_nobody_twice(cast, now, past, relay, backup):
    later, yesterday = now + timedelta(days=20), now.date() - timedelta(days=1)
    cast.programme.waves.update(go_live_on=later.date())
    approve(cast, make_message(cast, past, fixed_on=None, offset_days=0, latest_hours=96), past)
    copy = backup()
    cast.programme.waves.update(go_live_on=yesterday)
    run(now)
    assert told(relay) == everybody(cast)
    copy.restore()
    hold_after_restore(copy_made_at(), now + MINUTE)
    run(later + timedelta(days=1))
    assert told(relay) == everybody(cast)


def test_a_notice_is_not_sent_again(cast, message, now, past, relay, backup):
    approvals.ask(message, cast.ines, past)
    copy = backup()
    run(now)
    assert [a.recipient for a in relay.accepts] == [cast.claire.email]
    copy.restore()
    assert hold_after_restore(copy_made_at(), now).notices == 1
    run(now + MINUTE)
    assert Notice.objects.get().state == "in_doubt"
    assert len(relay.accepts) == 1


def test_numbers_that_were_given_after_the_copy_are_not_given_again(
    cast, message, now, past, relay, backup
):
    approve(cast, message, past)
    send_after_copy(backup, now)
    hold_after_restore(copy_made_at(), now)
    sent = {accept.message_id for accept in relay.accepts if accept.dispatch}
    assert Delivery.objects.order_by("pk").first().pk > NUMBERS_SKIPPED
    Delivery.objects.update(state="planned", ended_at=None)
    Dispatch.objects.update(paused_at=None)
    run(now + MINUTE)
    again = {accept.message_id for accept in relay.accepts if accept.dispatch} - sent
    assert len(again) == 6


# The commands


def call(name, *arguments, **options):
    output = StringIO()
    call_command(name, *arguments, stdout=output, **options)
    return output.getvalue()


def test_the_command_names_what_waits_for_a_decision(cast, message, now, past, relay, backup):
    approve(cast, message, past)
    run_pump(now - 5 * MINUTE)
    send_after_copy(backup, now)
    text = call("hold_after_restore")
    assert "In doubt: 6 emails and 0 notices." in text
    dispatch = Dispatch.objects.get()
    assert f"Paused: dispatch {dispatch.pk}, 6 in doubt, " in text
    assert f"/p/one-it/dispatches/{dispatch.pk}/" in text


def test_the_command_names_only_what_is_not_finished(cast, message, now, past, relay):
    approve(cast, message, past)
    run(now)
    assert states() == {"sent": 6}
    coming = make_message(cast, past, fixed_on=now.date() + timedelta(days=30))
    approve(cast, coming, past)
    text = call("hold_after_restore", "--backup-made", now.isoformat())
    done, ahead = Dispatch.objects.order_by("pk")
    assert (done.message, ahead.message) == (message, coming)
    assert all(each.paused_at for each in (done, ahead))
    assert text.splitlines()[3:] == [
        f"Paused: dispatch {ahead.pk}, 0 in doubt, "
        f"http://127.0.0.1:8000/p/one-it/dispatches/{ahead.pk}/",
        "Paused as well: 1 finished dispatch. Resume one only if people who join later are to "
        "get its email.",
    ]


def test_a_dispatch_with_somebody_in_doubt_is_not_finished(cast, message, now, past, relay):
    approve(cast, message, past)
    run(now)
    Delivery.objects.filter(person=cast.people[0]).update(state="in_doubt")
    text = call("hold_after_restore", "--backup-made", now.isoformat())
    assert f"Paused: dispatch {Dispatch.objects.get().pk}, 1 in doubt, " in text
    assert "finished" not in text


def test_a_dispatch_with_somebody_new_is_not_finished(cast, message, now, past, relay):
    """Who is new is planned by the hold itself, and in doubt."""
    approve(cast, message, past)
    run(now)
    factories.PersonFactory(site=cast.barcelona)
    text = call("hold_after_restore", "--backup-made", now.isoformat())
    assert f"Paused: dispatch {Dispatch.objects.get().pk}, 1 in doubt, " in text
    assert "finished" not in text


def test_the_command_refuses_a_database_that_a_worker_uses(cast, message, past):
    approve(cast, message, past)
    run_pump(NOW)
    with pytest.raises(CommandError, match="Stop beat and all workers"):
        call("hold_after_restore")
    assert states() == {"planned": 6}
    call("hold_after_restore", "--backup-made", past.isoformat())
    assert states() == {"in_doubt": 6}


@pytest.fixture
def settle(monkeypatch, cast):
    """Return a function that runs the command with a log on its standard input."""

    def run_with(log: str, by=cast.ines.email, **options):
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(log.encode("latin-1"))))
        return call("settle_in_doubt", str(Dispatch.objects.get().pk), by=by, **options).strip()

    return run_with


def test_the_log_of_the_mail_server_settles_thousands_at_once(
    cast, message, now, past, relay, backup, settle
):
    factories.PersonFactory(site=cast.barcelona, email="Lost@example.com", language="es")
    approve(cast, message, past)
    run_pump(now)
    relay.fault("rcpt", reply="451 4.3.0 later", recipient="Lost@")
    send_after_copy(backup, now)
    relay.heal()
    log = "\n".join(f"é: to=<{a.recipient}>, status=sent" for a in relay.accepts)
    hold_after_restore(copy_made_at(), now)
    said = settle(log)
    assert said == "6 marked as delivered, 0 to be sent again, 1 still in doubt."
    said = settle(log, send_others=True)
    assert said == "0 marked as delivered, 1 to be sent again, 0 still in doubt."
    Dispatch.objects.update(paused_at=None)
    run(NOW + MINUTE)
    assert states() == {"sent": 7}
    assert told(relay) == everybody(cast) + Counter(["Lost@example.com"])


def test_people_who_share_an_address_are_told_apart_by_the_message_id(
    cast, message, now, past, relay, settle
):
    for number in range(2):
        factories.PersonFactory(
            site=cast.barcelona, email="both@example.com", personnel_number=f"B{number}"
        )
    approve(cast, message, past)
    run_pump(now)
    hold_after_restore(copy_made_at(), now)
    shared = Delivery.objects.filter(person__email="both@example.com").order_by("pk")
    arrived, lost = (row.message_id for row in shared)
    assert arrived != lost
    said = settle(f"A1: message-id={arrived}\nA1: to=<both@example.com>, status=sent\n")
    assert said == "1 marked as delivered, 0 to be sent again, 7 still in doubt."
    assert [row.state for row in shared.all()] == ["sent", "in_doubt"]


def test_who_was_planned_after_the_restore_is_known_by_the_address(
    cast, message, now, past, relay, backup, settle
):
    approve(cast, message, past)
    send_after_copy(backup, now)
    hold_after_restore(copy_made_at(), now + MINUTE)
    log = "\n".join(f"message-id={a.message_id} to=<{a.recipient}>" for a in relay.accepts)
    said = settle(log, send_others=True)
    assert said == "6 marked as delivered, 0 to be sent again, 0 still in doubt."


def test_a_log_that_names_nobody_and_a_decider_who_is_unknown_are_refused(
    cast, message, now, past, settle
):
    approve(cast, message, past)
    hold_after_restore(None, now)
    with pytest.raises(CommandError, match="contains no email and no address"):
        settle("", send_others=True)
    with pytest.raises(CommandError, match="There is no user nobody@"):
        settle("ana@example.com", by="nobody@example.com")
    assert states() == {"in_doubt": 6}
    assert settle("nobody@invalid", send_others=True).startswith(
        "0 marked as delivered, 6 to be sent"
    )
