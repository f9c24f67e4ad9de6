"""Sums of a dispatch that hold at every moment of a real sending."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.dispatches.queries.delivery import (
    Chosen,
    cells_of,
    deliveries_in,
    people_later,
    table_of,
)
from communications.dispatches.queries.dispatch import events, finding, site_state
from communications.dispatches.queries.ledger import interruption, ledger_of
from communications.dispatches.queries.reply import reasons_in
from communications.dispatches.queries.waiting_reason import holds
from communications.dispatches.services import dispatch as acts
from communications.models import ChannelState, Delivery, Dispatch
from programmes.scope import EVERYTHING, Scope
from programmes.services.plan import move_wave
from tests import factories
from tests.communications.making import approve, make_message, run

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=6)
ROW_PARTS = ("sent", "queue", "held", "in_doubt", "failed", "skipped", "cancelled")


def check(now, scope=EVERYTHING):
    """Assert that all sums of the one dispatch hold, and that each number is a list's total."""
    dispatch = Dispatch.objects.get()
    ledger = ledger_of(dispatch, scope, now)
    assert ledger.planned == Delivery.objects.within(scope).count()
    assert ledger.planned == sum(
        ledger.parts[part]
        for part in ("sent", "failed", "skipped", "cancelled", "in_doubt", "waiting")
    )
    for name in ("planned", "queue", "held", "later", "people", "not_sent"):
        assert getattr(ledger, name) == sum(getattr(site, name) for site in ledger.sites), name
    assert ledger.planned == sum(counts.planned for counts in ledger.languages.values())
    listed = {part: deliveries_in(dispatch, scope, Chosen(part), now).count() for part in ROW_PARTS}
    assert listed == {
        **{part: ledger.parts[part] for part in ROW_PARTS},
        "queue": ledger.queue,
        "held": ledger.held,
    }
    for part in (*ROW_PARTS, "not_sent", "waiting", ""):
        for chosen in (Chosen(part), Chosen(part, language="es"), Chosen(part, language="none")):
            rows = deliveries_in(dispatch, scope, chosen, now)
            assert table_of(cells_of(dispatch, scope, chosen, now)).total == rows.count()
    later = people_later(dispatch, scope, Chosen("later"), now)
    assert later.count() == ledger.later
    assert cells_of(dispatch, scope, Chosen("later"), now).total() == ledger.later
    return ledger


def test_sums_hold_before_half_way_and_at_the_end(cast, now, relay):
    names = [person.email for person in cast.people]
    relay.fault("rcpt", reply=f"550 5.1.1 <{names[0]}> no such user", recipient=names[0])
    relay.fault("rcpt", reply=f"550 5.1.1 <{names[1]}> no such user", recipient=names[1])
    relay.fault("rcpt", reply="451 4.7.1 try later", recipient=names[2])
    relay.fault("dot", "drop", times=1, recipient=names[3])
    cast.people[4].left_on = now.date()
    approve(cast, make_message(cast, now), now)
    relay.refuse()
    run(now + LATER)
    held = check(now + LATER)
    assert (held.held, held.queue, held.interruption.waiting) == (6, 0, 6)
    relay.listen()
    cast.people[4].save()
    run(now + LATER * 2)
    half = check(now + LATER * 2)
    assert dict(half.parts) == {
        "sent": 1, "failed": 2, "waiting": 1, "in_doubt": 1, "skipped": 1
    }  # fmt: skip
    assert (half.held, half.queue) == (1, 0)
    assert half.interruption is None
    (hold,) = holds(Dispatch.objects.get(), half, EVERYTHING, now + LATER * 2)
    assert hold.people == 1
    assert hold.why.startswith("451")
    assert reasons_in(half.reasons["failed"]) == [("550 5.1.1 … no such user", 2)]
    assert reasons_in(half.reasons["skipped"]) == [("has left the organisation", 1)]
    relay.heal()
    run(now + LATER * 4)
    done = check(now + LATER * 4)
    assert done.parts["sent"] == 2
    assert done.rest == 0
    assert finding(Dispatch.objects.get(), done) == "Done: 2 sent, 4 not sent"


def test_the_people_of_a_site_whose_hour_has_not_come_are_later(cast, now, relay):
    approve(cast, make_message(cast, now, fixed_on=None, offset_days=15), now)
    run(now + LATER)
    ledger = check(now + LATER)
    assert (ledger.parts["sent"], ledger.later, ledger.people) == (3, 3, 6)
    assert finding(Dispatch.objects.get(), ledger) == "1 of 2 waves sent, 3 people waiting"
    states = [site_state(s, Dispatch.objects.get(), now + LATER).text for s in ledger.sites]
    assert states[0] == "Done at 11:26"
    assert states[1] == "Starts 2 Feb, 00:01"


def test_a_site_that_rests_is_held_back_until_its_next_working_moment(cast, now, relay):
    move_wave(cast.wave1, now.date(), now - LATER)
    move_wave(cast.wave2, date(2026, 11, 28), now - LATER)
    approve(cast, make_message(cast, now, fixed_on=None, offset_days=0, is_urgent=False), now)
    run(now + LATER)
    ledger = check(now + LATER)
    (hold,) = holds(Dispatch.objects.get(), ledger, EVERYTHING, now + LATER)
    assert (hold.people, hold.part, hold.site) == (3, "later", cast.shanghai.pk)
    assert hold.why == "The planned day falls on a weekend there"
    assert "Mon 30 Nov 2026" in hold.until


def test_what_a_move_made_due_later_is_held(cast, now, relay):
    approve(cast, make_message(cast, now, fixed_on=None, offset_days=15, waves=[cast.wave1]), now)
    relay.refuse()
    run(now + LATER)
    move_wave(cast.wave1, cast.wave1.go_live_on + timedelta(days=30), now + LATER)
    relay.listen()
    run(now + LATER * 2)
    ChannelState.objects.update(failing_since=None)
    ledger = check(now + LATER * 2)
    assert ledger.held == 3
    (hold,) = holds(Dispatch.objects.get(), ledger, EVERYTHING, now + LATER * 2)
    assert hold.why == "The date or time was moved"


def test_a_pause_and_a_cancel_count_and_leave_a_trace(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    relay.refuse()
    run(now + LATER)
    relay.listen()
    dispatch = Dispatch.objects.get()
    acts.pause(dispatch, cast.ines, now + LATER)
    dispatch.refresh_from_db()
    ledger = check(now + LATER)
    assert ledger.held == 6
    assert finding(dispatch, ledger) == "Paused, 6 people waiting"
    assert holds(dispatch, ledger, EVERYTHING, now)[0].why.startswith("Paused by Ines Test on")
    assert acts.cancel(dispatch, cast.claire, now + LATER * 2) == 6
    dispatch.refresh_from_db()
    ledger = check(now + LATER * 2)
    assert ledger.parts == {"cancelled": 6}
    assert reasons_in(ledger.reasons["cancelled"]) == [("the rest was cancelled", 6)]
    told = [event.sentence for event in events(dispatch, ledger, EVERYTHING)]
    assert "Ines Test: paused the sending" in told
    assert "Claire Test: cancelled the rest" in told


def test_a_region_sees_its_own_sums_only(cast, now, relay):
    relay.fault("rcpt", reply="550 no", recipient=cast.people[3].email)
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    iberia = Scope(regions=frozenset({cast.iberia.pk}))
    ledger = check(now + LATER, iberia)
    assert dict(ledger.parts) == {"sent": 3}
    assert [site.site for site in ledger.sites] == [cast.barcelona]
    assert ledger.reasons == {}


def test_queries_do_not_grow_with_sites(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    counts = []
    for _site in range(3):
        dispatch = Dispatch.objects.get()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ledger_of(dispatch, EVERYTHING, now + LATER)
        counts.append(len(queries))
        site = factories.SiteFactory(region=cast.iberia)
        factories.place(cast.wave1, site)
        factories.PersonFactory(site=site)
        run(now + LATER)
    assert len(ledger_of(dispatch, EVERYTHING, now + LATER).sites) == 5
    assert counts == [6, 6, 6]


def test_an_interruption_counts_what_waits_in_view_and_goes_by_itself(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    relay.refuse()
    run(now + LATER)
    iberia = Scope(regions=frozenset({cast.iberia.pk}))
    assert interruption(EVERYTHING).waiting == 6
    assert interruption(iberia).waiting == 3
    relay.listen()
    run(now + LATER * 2)
    assert interruption(EVERYTHING) is None
