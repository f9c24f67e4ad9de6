"""The tally that the database keeps of the ledger: it equals a plain count, whoever writes rows."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st

from communications.approvals.services.approval import withdraw
from communications.desk.services.erasure import erase
from communications.dispatches.models.counting import drop_tally, keep_tally, mend_tally
from communications.dispatches.models.dispatch import UNWEIGHED
from communications.dispatches.services import dispatch as acts
from communications.dispatches.services import tally
from communications.dispatches.services.planning import plan_due
from communications.dispatches.services.sending import DELIVERIES
from communications.dispatches.services.settling import settle_by_log
from communications.mailroom.services import ledger
from communications.mailroom.services.replanning import end_doubt
from communications.models import Approval, Delivery, Dispatch, Reason, State, Tally
from communications.operation.services.pump import cancel_late
from communications.operation.services.restore import hold_after_restore
from programmes.scope import EVERYTHING, NOBODY, Scope
from programmes.services.plan import move_wave
from tests.communications.making import approve, make_message, run
from tests.communications.operation.test_pump import at_once
from tests.communications.tallies import counted, ends, tallied, tallied_ends
from tests.examples import examples
from tests.waiting import HANGS

LATER = timedelta(minutes=6)
STATES = st.sampled_from(State.values)
# What may be written into rows by whatever statement.
WRITTEN = st.fixed_dictionaries(
    {},
    optional={
        "state": STATES,
        "language": st.sampled_from(["", "fr", "de"]),
        "reason": st.sampled_from(["", Reason.TOO_LATE, "550 <a@b.example> unknown"]),
        "delay": st.sampled_from(["", "weekend", "budget"]),
        "due": st.integers(-1, 1),
        "try": st.sampled_from([None, 10, 70, UNWEIGHED]),
        "ended": st.sampled_from([None, 1, 5]),
    },
)


@pytest.fixture
def planned(cast, now, relay):
    """Six rows of one dispatch at two sites, that wait for a server."""
    approve(cast, make_message(cast, now), now)
    relay.refuse()
    run(now + LATER)
    relay.listen()
    return Dispatch.objects.get()


def write(rows, given, now):
    """Write into rows by one statement."""
    values = {
        name: given[name] for name in ("state", "language", "reason", "delay") if name in given
    }
    if "due" in given:
        values["due_at"] = F("due_at") + timedelta(days=given["due"])
    if "try" in given:
        at = given["try"]
        values["next_try_at"] = now + timedelta(seconds=at) if isinstance(at, int) else at
    if "ended" in given:
        at = given["ended"]
        values["ended_at"] = now + timedelta(minutes=at) if at else None
    if values:
        rows.update(**values)


def insert(rows, _given, _now):
    copy = rows.first() or Delivery.objects.first()
    newest = Delivery.objects.latest("pk")
    copy.pk, copy.channel = None, f"x{newest.pk}"  # as many rows may be there again after one went
    copy.save(force_insert=True)


def delete(rows, _given, _now):
    if Delivery.objects.count() > 3:
        Delivery.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:1])).delete()


def undone(rows, _given, _now):
    with transaction.atomic():
        rows.delete()
        transaction.set_rollback(True)


def take(_rows, _given, now):
    ledger.take(ledger.Claim(Delivery, "f"), Delivery.objects.filter(state="planned"), 2, now)


# The ways in which rows are written, and what is done to the tally meanwhile.
WAYS = {
    "update": write,
    "one": lambda rows, given, now: write(rows.filter(pk=rows.first().pk), given, now),
    "insert": insert,
    "delete": delete,
    "undone": undone,
    "take": take,
    "merge": lambda _rows, _given, _now: Tally.objects.merge(),
    "mend": lambda _rows, _given, _now: mend_tally(Dispatch.objects.get().pk),
}
ACTS = st.tuples(st.sampled_from(sorted(WAYS)), STATES, WRITTEN)


@pytest.mark.django_db
@settings(max_examples=examples(60))
@given(steps=st.lists(ACTS, min_size=1, max_size=15))
def test_the_tally_equals_a_count_after_whatever_is_done(planned, now, steps):
    with transaction.atomic():
        for name, state, given in steps:
            rows = Delivery.objects.filter(state=state)
            if rows or name != "one":
                WAYS[name](rows, given, now)
            assert tallied() == counted()
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_whatever_happens_to_a_sending_is_counted(planned, cast, now, relay):
    """Each act of the portal that moves rows; after each test of this folder it is compared too."""
    moment = count(7)

    def compared(*done):
        assert tallied() == counted(), done
        assert tallied_ends() == ends(), done
        return now + timedelta(minutes=next(moment))

    at = compared()
    acts.pause(planned, cast.ines, at)
    acts.resume(planned, cast.ines, at)
    relay.fault("rcpt", reply="550 <x@y.example> unknown", recipient=cast.people[0].email)
    relay.fault("rcpt", reply="451 later", recipient=cast.people[1].email, times=1)
    relay.fault("dot", "drop", recipient=cast.people[2].email, times=1)
    relay.fault("dot", "drop", recipient=cast.people[3].email, times=1)
    cast.people[4].is_do_not_contact = True
    cast.people[4].save()
    run(compared())
    compared("sent")
    assert {row.state for row in Delivery.objects.all()} >= {"failed", "in_doubt", "skipped"}
    doubts = Delivery.objects.filter(state=State.IN_DOUBT)
    acts.confirm_delivered(doubts.first(), cast.ines, compared())
    acts.send_again(doubts.first(), cast.ines, compared("confirmed"))
    run(compared("again") + LATER)
    compared("retried")
    erased = cast.people[0]
    erased.left_on = now.date()
    erased.save()
    erase(erased, cast.dora, compared())
    compared("erased")
    assert not [key for key in tallied() if "@" in str(key)]


@pytest.mark.django_db(transaction=True)
def test_whatever_stops_or_moves_a_sending_is_counted(planned, cast, now):
    at = now + LATER
    claim = DELIVERIES.claim(at)
    assert tallied() == counted()
    ledger.postpone(claim, "OSError", at)
    withdraw(Approval.objects.standing().get(), cast.claire, "Stop", at)
    assert tallied() == counted()
    approve(cast, planned.message, at)
    plan_due(at + LATER)
    assert tallied() == counted()
    assert Tally.objects.filter(part="waiting").mails() == 6
    cancel_late(at + timedelta(days=60))
    assert {key[4] for key in tallied()} == {Reason.TOO_LATE}
    acts.cancel(planned, cast.claire, at)
    hold_after_restore(None, at)
    assert tallied() == counted()


@pytest.mark.django_db(transaction=True)
def test_a_wave_that_moves_takes_its_count_along(cast, now, relay):
    approve(cast, make_message(cast, now, fixed_on=None, offset_days=15, waves=[cast.wave1]), now)
    relay.refuse()
    run(now + LATER)
    before = set(tallied())
    move_wave(cast.wave1, cast.wave1.go_live_on + timedelta(days=30), now + LATER)
    plan_due(now + LATER * 2)
    assert tallied() == counted()
    assert not before & set(tallied())


@pytest.mark.django_db(transaction=True)
def test_mails_restored_and_settled_by_a_log_are_counted(planned, cast, now):
    at = now + LATER
    hold_after_restore(None, at)
    assert tallied() == counted()
    log = f"to=<{cast.people[0].email}>"
    settle_by_log(planned, log, cast.ines, at, sends_others=True)
    end_doubt(Delivery.objects.first(), Reason.CAME_BACK)
    assert tallied() == counted()


def test_counts_are_narrowed_to_the_regions_in_view(planned, cast):
    def at_sites(scope):
        return {row["site"]: row["n"] for row in Tally.objects.within(scope).by("site")}

    assert at_sites(EVERYTHING) == {cast.barcelona.pk: 3, cast.shanghai.pk: 3}
    assert at_sites(Scope(regions=frozenset({cast.china.pk}))) == {cast.shanghai.pk: 3}
    assert at_sites(NOBODY) == {}


def test_who_writes_is_told_how_many_rows_changed(planned):
    """A trigger writes as well, of which the one who asked is not to hear."""
    assert Delivery.objects.update(state=State.SENT) == 6
    assert Delivery.objects.filter(pk=Delivery.objects.first().pk)._raw_delete("default") == 1


def test_the_pump_leaves_one_row_for_the_same_mails(planned, now):
    for state in (State.FAILED, State.SENT, State.FAILED, State.SENT):
        Delivery.objects.update(state=state)
    tally.tidy()
    assert Tally.objects.count() == len(tallied()) == len(counted()) == 2
    assert not Tally.objects.filter(is_new=True).exists()


def test_a_merge_that_dies_in_the_middle_changes_nothing(planned):
    Delivery.objects.update(state=State.SENT)
    before = list(Tally.objects.order_by("pk").values())
    with transaction.atomic():
        assert Tally.objects.merge() == {planned.pk}
        transaction.set_rollback(True)
    assert list(Tally.objects.order_by("pk").values()) == before
    assert tallied() == counted()


def test_a_tally_that_is_wrong_is_mended_when_its_dispatch_rests(planned):
    tally.tidy()
    Tally.objects.filter(part="waiting").update(mails=F("mails") + 1)
    Delivery.objects.all()[:1].get().delete()
    tally.tidy()
    assert tallied() != counted(), "while some are open it is left to the clock of the day"
    Delivery.objects.update(state=State.SENT)
    Tally.objects.filter(part="waiting").delete()
    tally.tidy()
    assert tallied() == counted()


def test_the_comparison_of_the_day_mends_and_tells_so(planned, caplog):
    wrong = Tally.objects.filter(site=planned.deliveries.first().site_id)
    differing = len([key for key in tallied() if key[1] == wrong.first().site_id])
    wrong.delete()
    assert tallied() != counted()
    with caplog.at_level(logging.ERROR):
        assert tally.compare_all() == differing
    assert [record.message for record in caplog.records] == [
        f"The tally of dispatch {planned.pk} differed in {differing} counts: corrected"
    ]
    assert tallied() == counted()
    assert tally.compare_all() == 0
    Delivery.objects.update(state=State.SENT)
    assert tallied() == counted(), "it goes on counting"


@pytest.mark.django_db(transaction=True)
class TestAlone:
    """What needs a database of its own, since it is committed."""

    def test_a_flushed_database_counts_nothing(self, planned):
        call_command("flush", interactive=False, verbosity=0)
        assert not Tally.objects.exists()

    def test_mails_that_were_there_before_are_counted_anew(self, planned):
        before = tallied()
        with connection.schema_editor() as editor:
            drop_tally(None, editor)
        try:
            Delivery.objects.filter(pk=Delivery.objects.first().pk).update(state=State.SENT)
            assert tallied() == before
        finally:
            with connection.schema_editor() as editor:
                keep_tally(None, editor)
        assert sum(tallied().values()) == sum(before.values())
        assert tallied() == counted()
        Delivery.objects.update(state=State.SENT)
        assert tallied() == counted()


@pytest.mark.django_db(transaction=True)
def test_writers_mergers_and_comparisons_at_once_lose_nothing(planned):
    pks = list(Delivery.objects.values_list("pk", flat=True))
    turns = count()

    def work():
        for state in (State.SENT, State.FAILED, State.PLANNED, State.SKIPPED):
            Delivery.objects.filter(pk=pks[next(turns) % len(pks)]).update(state=state)
            Tally.objects.merge()
            assert mend_tally(planned.pk) == 0

    at_once(4, work)
    assert tallied() == counted()
    # Two mergers may have left two rows of the same mails, until something of these mails is new.
    Tally.objects.update(is_new=True)
    Tally.objects.merge()
    assert Tally.objects.count() == len(counted())


@pytest.mark.services  # SQLite lets one connection write at a time.
@pytest.mark.django_db(transaction=True)
def test_senders_do_not_wait_for_each_other_to_be_counted(planned):
    first, last = Delivery.objects.order_by("pk").first(), Delivery.objects.order_by("pk").last()

    def other():
        try:
            changed = Delivery.objects.filter(pk=last.pk).update(state=State.SENT)
            Tally.objects.merge()
            return changed
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Delivery.objects.filter(pk=first.pk).update(state=State.SENT)
        assert pool.submit(other).result(timeout=HANGS) == 1
    assert tallied() == counted()
