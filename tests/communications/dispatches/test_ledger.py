"""The state machine of the ledger, in any order of what can happen to it."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from communications.approvals.services import approval as approvals
from communications.approvals.services.undoing import undo_decision
from communications.dispatches.services import dispatch as acts
from communications.dispatches.services.batch import read_batch
from communications.dispatches.services.sending import DELIVERIES
from communications.mailroom.channels import Outcome, Result
from communications.mailroom.services import ledger
from communications.mailroom.services.kind import Told
from communications.messages.services.message import write_ready
from communications.messages.services.refusal import RefusedError
from communications.models import Approval, Delivery, Dispatch, State
from communications.operation.services.pump import run_pump
from stakeholders.models import Contact
from tests.communications.contacts import contacts, last_sent
from tests.communications.making import approve, make_message
from tests.communications.tallies import counted, tallied
from tests.examples import examples

pytestmark = pytest.mark.django_db

SEEN: Counter[Outcome] = Counter()
WORKERS = st.sampled_from([0, 1])
OUTCOMES = [Outcome.SENT, Outcome.IN_DOUBT, Outcome.RETRY, Outcome.FAILED]
STEPS = st.tuples(WORKERS, st.sampled_from(OUTCOMES))
OPEN = [State.PLANNED, State.CLAIMED, State.SENDING]


class Worker:
    """One sender: what it has claimed, and the mails that it has in hand, one a connection."""

    claim = batch = None
    rows = ()

    def __init__(self):
        self.told, self.in_hand = [], []


class LedgerMachine(RuleBasedStateMachine):
    """Two workers, a server, a CIO and a clock over one message to six people."""

    cast = start = None

    def __init__(self):
        super().__init__()
        Dispatch.objects.all().delete()
        Contact.objects.all().delete()
        Approval.objects.all().delete()
        self.now = self.start
        self.workers = [Worker(), Worker()]
        self.accepts = Counter()
        self.approved = set()
        self.edits = 0
        self.message = make_message(self.cast, self.now)

    @initialize(is_planned=st.sampled_from([True, True, False]), steps=st.lists(STEPS, min_size=4))
    def it_is_approved_and_under_way(self, is_planned, steps):
        if is_planned:
            approvals.ask(self.message, self.cast.ines, self.now)
            self.the_cio_approves()
            self.now += timedelta(minutes=6)
            run_pump(self.now)
            for number, outcome in steps:
                self.a_worker_takes_its_next_step(number, outcome, accepted=True)

    # The clock

    @rule(seconds=st.sampled_from([1, 30, 61, 100, 400]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule()
    def the_pump_runs(self):
        run_pump(self.now)

    @rule()
    def the_sweeper_runs(self):
        DELIVERIES.sweep(self.now)

    # The workers

    @rule(number=WORKERS, outcome=st.sampled_from(OUTCOMES), accepted=st.booleans())
    def a_worker_takes_its_next_step(self, number, outcome, accepted):
        """Claim, begin or hear the answer, whatever comes next: so that runs get far."""
        worker = self.workers[number]
        if worker.in_hand:
            self.the_server_answers(number, outcome, accepted)
        elif worker.rows:
            self.bodies_begin(number, 2 if accepted else 1)
        else:
            self.a_worker_claims(number)

    @rule(steps=st.lists(STEPS, min_size=3, max_size=9))
    def the_workers_work_on(self, steps):
        for number, outcome in steps:
            self.a_worker_takes_its_next_step(number, outcome, accepted=True)

    def a_worker_claims(self, number):
        worker = self.workers[number]
        if claim := DELIVERIES.claim(self.now):
            worker.claim, worker.batch = claim, read_batch(claim, self.now)
            worker.rows = list(worker.batch.rows) if worker.batch else []

    def bodies_begin(self, number, abreast):
        worker = self.workers[number]
        rows, worker.rows = worker.rows[:abreast], worker.rows[abreast:]
        for row in rows:
            worker.batch.address(row)
        ledger.renew(worker.claim, self.now)
        self.now += timedelta.resolution
        may_leave = worker.batch.begin(worker.claim, rows, self.now)
        worker.in_hand = [row for row in rows if row.pk in may_leave]
        if may_leave:
            self.check_permission(worker.batch.approval)

    def check_permission(self, approval):
        assert approval.fingerprint in self.approved, "sent without an approval of exactly this"
        assert approval.frozen.fingerprint == approval.fingerprint
        standing = Approval.objects.standing().get()
        assert (standing.pk, standing.decided_by) == (approval.pk, self.cast.claire)
        assert not Dispatch.objects.filter(paused_at__isnull=False).exists()

    def the_server_answers(self, number, outcome, accepted):
        worker = self.workers[number]
        if not worker.in_hand:
            return
        SEEN[outcome] += 1
        row = worker.in_hand.pop(0)
        is_taken = outcome is Outcome.SENT or (accepted and outcome is Outcome.IN_DOUBT)
        self.accepts[row.pk] += is_taken
        told = Told(row, Result(outcome, "250"), self.now)
        if outcome is not Outcome.SENT:
            self.what_was_taken_is_written_down(worker)
            worker.batch.settle(worker.claim, told)
            return
        worker.told.append(told)
        if not worker.rows or sum(SEEN.values()) % 3 == 0:
            self.what_was_taken_is_written_down(worker)

    def what_was_taken_is_written_down(self, worker):
        """Without a next body: the server is slow, or there is none."""
        if worker.told:
            worker.batch.write_taken(worker.claim, worker.told)
            worker.told = []

    @precondition(lambda self: any(worker.claim and not worker.rows for worker in self.workers))
    @rule(number=WORKERS)
    def a_worker_gives_back(self, number):
        worker = self.workers[number]
        if worker.claim is not None and not worker.in_hand:
            self.what_was_taken_is_written_down(worker)
            ledger.release(worker.claim)
            self.workers[number] = Worker()

    @precondition(lambda self: any(worker.in_hand for worker in self.workers))
    @rule(number=WORKERS, accepted=st.booleans())
    def a_worker_is_killed(self, number, accepted):
        worker, self.workers[number] = self.workers[number], Worker()
        for row in worker.in_hand:
            self.accepts[row.pk] += accepted

    # The people

    @rule(own=st.booleans())
    def somebody_asks(self, own):
        """Ask for a decision; if it is the author's own, they try to approve it, too."""
        try:
            asked = approvals.ask(self.message, self.cast.ines, self.now)
        except RefusedError:
            return
        if own:
            with pytest.raises(RefusedError):
                approvals.approve(asked, self.cast.ines, asked.fingerprint, self.now)

    @rule()
    def the_cio_approves(self):
        waiting = Approval.objects.waiting().first()
        if waiting:
            approvals.approve(waiting, self.cast.claire, waiting.fingerprint, self.now)
            self.approved.add(waiting.fingerprint)

    @precondition(lambda self: self.edits)
    @rule()
    def the_cio_takes_it_back(self):
        standing = Approval.objects.standing().first()
        if standing:
            try:
                undo_decision(standing, self.cast.claire, self.now)
            except RefusedError:
                return

    @precondition(lambda self: self.edits)
    @rule()
    def the_cio_withdraws(self):
        standing = Approval.objects.standing().first()
        if standing:
            approvals.withdraw(standing, self.cast.claire, "Stop", self.now)
            assert not DELIVERIES.ready(self.now).exists()

    @rule()
    def the_text_is_edited(self):
        self.edits += 1
        write_ready(self.message, "en", f"Subject {self.edits}", "Hi", self.cast.ines, self.now)

    @rule(is_paused=st.booleans())
    def somebody_pauses_or_resumes(self, is_paused):
        for dispatch in Dispatch.objects.all():
            act = acts.pause if is_paused else acts.resume
            act(dispatch, self.cast.ines, self.now)

    @rule()
    def somebody_says_that_it_arrived(self):
        doubt = Delivery.objects.filter(state=State.IN_DOUBT).first()
        if doubt and self.accepts[doubt.pk]:
            assert acts.confirm_delivered(doubt, self.cast.ines, self.now)

    # What always holds

    @invariant()
    def contacts_say_what_the_ledger_says(self):
        assert contacts() == last_sent()

    @invariant()
    def the_tally_says_what_the_ledger_says(self):
        assert tallied() == counted()

    @invariant()
    def nobody_gets_it_twice(self):
        assert max(self.accepts.values(), default=0) <= 1

    @invariant()
    def what_was_taken_is_not_planned_again(self):
        taken = [pk for pk, count in self.accepts.items() if count]
        again = Delivery.objects.filter(pk__in=taken, state__in=[State.PLANNED, State.CLAIMED])
        assert not again.exists()

    @invariant()
    def what_is_called_sent_was_taken(self):
        sent = Delivery.objects.filter(state=State.SENT).values_list("pk", flat=True)
        assert all(self.accepts[pk] == 1 for pk in sent)

    @invariant()
    def each_person_has_one_row(self):
        assert Delivery.objects.count() in (0, 6)

    def teardown(self):
        """Nobody works any more: every state that is not final is left by sweeping alone."""
        self.now += timedelta(seconds=200)
        run_pump(self.now)
        self.what_was_taken_is_not_planned_again()
        assert not Delivery.objects.filter(state__in=[State.CLAIMED, State.SENDING]).exists()
        run_pump(self.now + timedelta(days=30))
        assert not Delivery.objects.filter(state__in=OPEN).exists()
        self.nobody_gets_it_twice()
        self.what_was_taken_is_not_planned_again()


def test_nothing_doubles_and_nothing_is_stuck_in_any_order(cast, now, settings_of_sending):
    LedgerMachine.cast, LedgerMachine.start = cast, now
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=examples(160),
            stateful_step_count=40,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=[Phase.generate],
        ),
    )
    assert min(SEEN[outcome] for outcome in OUTCOMES) > 1, SEEN


@pytest.fixture
def settings_of_sending(settings):
    settings.SEND_BATCH = 3


@pytest.fixture
def claimed(cast, now):
    """Return a claim on three planned rows, and the rows."""
    approve(cast, make_message(cast, now, waves=[cast.wave1]), now)
    at = now + timedelta(minutes=6)
    run_pump(at)
    claim = ledger.claim(DELIVERIES.ready(at), 20, at)
    return claim, list(claim.rows.order_by("pk")), at


def test_a_claim_takes_each_row_once(claimed):
    _claim, rows, at = claimed
    assert len(rows) == 3
    assert ledger.claim(DELIVERIES.ready(at), 20, at) is None


def test_a_lease_that_ran_out_gives_the_rows_to_others(claimed):
    claim, rows, at = claimed
    late = at + timedelta(seconds=61)
    ledger.sweep(Delivery, late)
    other = ledger.claim(DELIVERIES.ready(late), 20, late)
    assert other is not None
    assert not ledger.renew(claim, late)
    assert not ledger.begin(claim, rows[0], late)
    assert ledger.begin(other, rows[0], late)


def test_a_renewed_lease_stands(claimed):
    claim, rows, at = claimed
    assert ledger.renew(claim, at + timedelta(seconds=50))
    ledger.sweep(Delivery, at + timedelta(seconds=61))
    assert ledger.begin(claim, rows[0], at + timedelta(seconds=61))


def test_a_body_begins_once(claimed):
    claim, rows, at = claimed
    assert ledger.begin(claim, rows[0], at)
    assert not ledger.begin(claim, rows[0], at)


def test_what_was_being_sent_becomes_in_doubt_and_its_late_answer_changes_nothing(claimed):
    claim, rows, at = claimed
    ledger.begin(claim, rows[0], at)
    late = at + timedelta(minutes=10)
    ledger.sweep(Delivery, late)
    assert Delivery.objects.get(pk=rows[0].pk).state == State.IN_DOUBT
    ledger.settle(claim, rows[0], Result(Outcome.RETRY, "451 later"), late)
    assert Delivery.objects.get(pk=rows[0].pk).state == State.IN_DOUBT


def test_the_rest_after_a_refusal_doubles_up_to_two_hours():
    pauses = [ledger.pause_after(n).total_seconds() / 60 for n in (0, 1, 2, 5, 6, 7, 30000)]
    assert pauses == [2, 4, 8, 64, 120, 120, 120]


# What the server took, and nobody has written down


def let_begin(claimed, *sizes):
    """Let a worker die with its last mails on the wire, before it wrote down those before."""
    claim, rows, at = claimed
    batch = read_batch(claim, at)
    left = list(batch.rows)
    for seconds, size in enumerate(sizes):
        abreast, left = left[:size], left[size:]
        for row in abreast:
            batch.address(row)
        may_leave = batch.begin(claim, abreast, at + timedelta(seconds=seconds))
        assert may_leave == {row.pk for row in abreast}
    return rows, batch, at


@pytest.fixture
def untold(claimed):
    return let_begin(claimed, 1, 1, 1)


@pytest.mark.parametrize(
    ("sizes", "ends"),
    [
        ((1, 1, 1), [State.SENT, State.SENT, State.IN_DOUBT]),
        ((1, 2), [State.SENT, State.IN_DOUBT, State.IN_DOUBT]),
        ((2, 1), [State.SENT, State.SENT, State.IN_DOUBT]),
        ((3,), [State.IN_DOUBT] * 3),
    ],
)
def test_of_what_a_dead_worker_had_begun_what_began_last_is_in_doubt(claimed, sizes, ends):
    rows, _batch, at = let_begin(claimed, *sizes)
    run_pump(at + timedelta(minutes=10))
    found = Delivery.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    assert [row.state for row in found] == ends
    begun = [at + timedelta(seconds=n) for n, size in enumerate(sizes) for _ in range(size)]
    sent = [
        (row, begun_at)
        for row, begun_at in zip(found, begun, strict=True)
        if row.state == State.SENT
    ]
    assert all(row.ended_at == begun_at for row, begun_at in sent)
    assert contacts() == last_sent()
    assert len(contacts()) == len(sent)


def test_a_body_that_is_owned_no_more_does_not_leave_beside_others_that_are(claimed):
    claim, rows, at = claimed
    batch = read_batch(claim, at)
    Delivery.objects.filter(pk=rows[1].pk).update(fence="other")
    assert batch.begin(claim, batch.rows, at) == {rows[0].pk, rows[2].pk}
    assert Delivery.objects.get(pk=rows[1].pk).attempts == 0


def test_nothing_is_said_of_a_worker_whose_lease_stands(untold):
    rows, _batch, at = untold
    run_pump(at + timedelta(seconds=30))
    assert Delivery.objects.filter(state=State.SENDING).count() == len(rows)


def test_a_worker_that_wakes_up_late_changes_nothing_of_what_was_swept(untold, claimed):
    (claim, *_rest), (rows, batch, at) = claimed, untold
    late = at + timedelta(minutes=10)
    run_pump(late)
    batch.write_taken(claim, [Told(row, Result(Outcome.SENT, "250"), late) for row in rows])
    found = claim.rows.order_by("pk")
    assert [row.state for row in found] == [State.SENT, State.SENT, State.IN_DOUBT]
    assert not found.filter(ended_at=late, state=State.SENT).exists()
    assert contacts() == last_sent()
