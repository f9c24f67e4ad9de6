"""From dates, calendars and people to rows."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.dispatches.queries.slots import slots
from communications.dispatches.services import dispatch as acts
from communications.dispatches.services.planning import plan_due
from communications.models import Approval, Delivery, NotSent, State
from communications.operation.services.pump import run_pump
from programmes.models import Site, Wave, WaveSite
from programmes.services.blackout import remove_blackout, save_blackout
from programmes.services.plan import assign_sites, move_wave
from stakeholders.importing.services.personnel import import_people
from stakeholders.models import Person
from tests import factories
from tests.communications.making import approve, make_message, run

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=6)
ZONES = ("Asia/Tokyo", "Europe/Paris", "Asia/Kolkata")
NINE = {"local_time": time(9), "is_urgent": False}


def rows():
    return Counter(Delivery.objects.values_list("site__name", "state"))


def statements(action):
    """Return what an action returns, and how many statements it takes, transactions apart."""
    with CaptureQueriesContext(connection) as captured:
        result = action()
    words = ("SELECT", "INSERT", "UPDATE")
    return result, sum(1 for query in captured if query["sql"].startswith(words))


def planned_at(cast, now, at, **schedule):
    """Return the due moments, per site, of what is planned at a moment."""
    approve(cast, make_message(cast, now, **{**NINE, **schedule}), now)
    plan_due(at)
    return dict(Delivery.objects.values_list("site__name", "due_at").distinct())


def test_a_weekend_gives_way_to_monday_morning_at_the_place(cast, now):
    # 19 days after Monday 9 November is Saturday 28.
    saturday = {"fixed_on": None, "offset_days": 19, "waves": [cast.wave1]}
    monday = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert planned_at(cast, now, monday - timedelta(minutes=1), **saturday) == {}
    plan_due(monday)
    assert set(Delivery.objects.values_list("due_at", flat=True)) == {monday}


def test_a_holiday_moves_the_place_that_keeps_it_and_no_other(cast, now):
    # 8 December is a holiday in Spain, not in China.
    tuesday, wednesday = (datetime(2026, 12, day, 8, 30, tzinfo=UTC) for day in (8, 9))
    due = planned_at(cast, now, tuesday, fixed_on=date(2026, 12, 8))
    assert due == {"Shanghai": datetime(2026, 12, 8, 1, 0, tzinfo=UTC)}
    plan_due(wednesday)
    assert Delivery.objects.filter(
        site=cast.barcelona, due_at=datetime(2026, 12, 9, 8, 0, tzinfo=UTC)
    ).count() == len(cast.people[:3])


def test_an_urgent_message_keeps_its_holiday(cast, now):
    at = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)
    due = planned_at(cast, now, at, fixed_on=date(2026, 12, 8), is_urgent=True)
    assert due["Barcelona"] == at


def test_a_blackout_holds_back_its_region_and_what_is_not_urgent(cast, now, relay):
    factories.BlackoutFactory(
        programme=cast.programme,
        region=cast.iberia,
        first_on=date(2026, 11, 26),
        last_on=date(2026, 12, 2),
    )
    thursday = {**NINE, "fixed_on": date(2026, 11, 26)}
    approve(cast, make_message(cast, now, **thursday), now)
    urgent = make_message(cast, now, **{**thursday, "is_urgent": True})
    approve(cast, urgent, now)
    run(datetime(2026, 11, 26, 8, 0, tzinfo=UTC))
    assert rows() == {("Shanghai", "sent"): 6, ("Barcelona", "sent"): 3}
    run(datetime(2026, 12, 3, 7, 59, tzinfo=UTC))
    assert len(relay.accepts) == 9
    run(datetime(2026, 12, 3, 8, 0, tzinfo=UTC))
    held = Delivery.objects.filter(site=cast.barcelona).exclude(dispatch__message=urgent)
    assert set(held.values_list("state", "delay")) == {("sent", "blackout")}
    assert held.count() == 3


def test_a_blackout_that_is_set_later_holds_what_waits_and_keeps_its_reason(cast, now, relay):
    approve(cast, make_message(cast, now, **{**NINE, "fixed_on": date(2026, 11, 26)}), now)
    plan_due(datetime(2026, 11, 26, 8, 0, tzinfo=UTC))
    tried = Delivery.objects.filter(site=cast.barcelona).first()
    Delivery.objects.filter(pk=tried.pk).update(attempts=1)
    blackout = factories.BlackoutFactory.build(programme=cast.programme, region=cast.iberia)
    days = {"first_on": date(2026, 11, 26), "last_on": date(2026, 11, 27)}
    save_blackout(blackout, days, datetime(2026, 11, 26, 8, 1, tzinfo=UTC))
    run(datetime(2026, 11, 26, 8, 10, tzinfo=UTC))
    assert rows() == {("Shanghai", "sent"): 3, ("Barcelona", "planned"): 3}
    monday = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    held = Delivery.objects.filter(site=cast.barcelona)
    assert set(held.values_list("due_at", "delay")) == {(monday, "blackout")}
    for n in range(2):
        run(monday + timedelta(minutes=n))
    assert set(held.values_list("state", "due_at", "delay")) == {("sent", monday, "blackout")}


def test_a_removed_blackout_lets_go_after_the_quiet_minutes(cast, now, relay):
    days = {"first_on": date(2026, 11, 26), "last_on": date(2026, 11, 27)}
    blackout = factories.BlackoutFactory(programme=cast.programme, **days)
    approve(cast, make_message(cast, now, **{**NINE, "fixed_on": date(2026, 11, 26)}), now)
    eleven = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    remove_blackout(blackout, eleven)
    run(eleven + timedelta(minutes=4))
    assert not relay.accepts
    run(eleven + LATER)
    assert len(relay.accepts) == 3  # in Shanghai work is over by then
    assert set(Delivery.objects.values_list("site__name", "delay")) == {("Barcelona", "")}


def test_it_is_cancelled_where_a_blackout_lasts_beyond_its_latest_time(cast, now, relay):
    days = {"first_on": date(2026, 11, 26), "last_on": date(2026, 11, 27)}
    factories.BlackoutFactory(programme=cast.programme, **days)
    thursday = {**NINE, "fixed_on": date(2026, 11, 26), "latest_hours": 24}
    approve(cast, make_message(cast, now, **thursday), now)
    run(datetime(2026, 11, 30, 8, 0, tzinfo=UTC))
    found = set(Delivery.objects.values_list("state", "reason", "delay"))
    assert found == {("cancelled", "too_late", "blackout")}


def test_what_is_approved_on_a_weekend_waits_for_monday(cast, now, relay):
    saturday = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    message = make_message(cast, now, **{**NINE, "fixed_on": date(2026, 11, 27)})
    approve(cast, message, saturday)
    run(saturday + LATER)
    assert not relay.accepts
    run(datetime(2026, 11, 30, 8, 0, tzinfo=UTC))
    assert set(Delivery.objects.values_list("state", "delay")) == {("sent", "weekend")}


def test_what_is_left_at_the_end_of_a_day_waits_for_the_next(cast, now, relay):
    approve(cast, make_message(cast, now, **{**NINE, "fixed_on": date(2026, 11, 26)}), now)
    plan_due(datetime(2026, 11, 26, 8, 0, tzinfo=UTC))
    run(datetime(2026, 11, 26, 17, 0, tzinfo=UTC))
    assert not relay.accepts
    run(datetime(2026, 11, 27, 7, 0, tzinfo=UTC))
    assert set(Delivery.objects.values_list("state", "delay")) == {("sent", "outside_hours")}


def test_the_holidays_of_a_part_of_the_country_are_kept_there_alone(cast, now, relay):
    bavaria, berlin = (
        factories.SiteFactory(
            region=cast.iberia, country="DE", subdivision=part, time_zone="Europe/Berlin"
        )
        for part in ("BY", "BE")
    )
    for site in (bavaria, berlin):
        factories.place(cast.wave1, site)
        factories.PersonFactory(site=site)
    epiphany = datetime(2027, 1, 6, 8, 0, tzinfo=UTC)
    approve(cast, make_message(cast, now, **{**NINE, "fixed_on": epiphany.date()}), now)
    run(epiphany)
    assert not Delivery.objects.filter(site=bavaria).exists()
    run(epiphany + timedelta(days=1))
    assert set(Delivery.objects.filter(site__country="DE").values_list("site", "delay")) == {
        (bavaria.pk, "holiday"),
        (berlin.pk, ""),
    }


def test_the_pump_is_idempotent_and_adds_only_who_is_new(cast, now):
    approve(cast, make_message(cast, now), now)
    assert [plan_due(now + LATER) for _again in range(3)] == [6, 0, 0]
    factories.PersonFactory(site=cast.shanghai)
    assert plan_due(now + LATER) == 1


@pytest.mark.parametrize("sites", [1, 3])
def test_planning_takes_the_same_statements_for_any_number_of_sites(cast, now, sites):
    for number in range(sites):
        site = factories.SiteFactory(region=cast.iberia, time_zone=ZONES[number])
        factories.place(cast.wave1, site)
        factories.PersonFactory(site=site)
    approve(cast, make_message(cast, now), now)
    # One of them asks who no longer agrees to be named as sender.
    assert statements(lambda: plan_due(now + LATER)) == (6 + sites, 11)
    assert statements(lambda: plan_due(now + LATER)) == (0, 7)


def test_each_site_keeps_its_own_moments_in_the_common_statement(cast, now):
    approve(cast, make_message(cast, now), now)
    plan_due(now + LATER)
    slot_of = {slot.wave_site.site_id: slot for slot in slots(Approval.objects.standing())}
    assert len({slot.due.latest for slot in slot_of.values()}) == 2
    for row in Delivery.objects.select_related("person"):
        slot = slot_of[row.person.site_id]
        assert (row.site_id, row.due_at, row.latest_at) == (
            row.person.site_id,
            slot.ready_at,
            slot.latest,
        )


def test_who_is_hired_after_the_latest_moment_gets_nothing(cast, now):
    approve(cast, make_message(cast, now, latest_hours=24), now)
    plan_due(now + LATER)
    factories.PersonFactory(site=cast.barcelona)
    plan_due(now + timedelta(days=3))
    assert Delivery.objects.count() == 6


def test_a_wave_moved_to_earlier_is_told_at_once_but_not_within_five_minutes(cast, now, relay):
    message = make_message(cast, now, fixed_on=None, offset_days=-55, waves=[cast.wave2])
    approve(cast, message, now - timedelta(days=1))  # due 24 November, Shanghai
    move_wave(cast.wave2, cast.wave2.go_live_on + timedelta(days=1), now - timedelta(hours=1))
    run(now)
    assert not Delivery.objects.exists()
    move_wave(cast.wave2, cast.wave2.go_live_on - timedelta(days=1), now)
    run(now + timedelta(minutes=4))
    assert not Delivery.objects.exists()
    run(now + LATER)
    assert rows() == {("Shanghai", "sent"): 3}


def test_who_was_not_told_in_time_is_told_when_the_wave_moves_to_later(cast, now, relay):
    message = make_message(cast, now, fixed_on=None, offset_days=10, waves=[cast.wave1])
    approve(cast, message, now)  # too late: it was due on 19 November
    run(now + LATER)
    assert set(Delivery.objects.values_list("state", "reason")) == {("cancelled", "too_late")}
    move_wave(cast.wave1, date(2026, 11, 30), now + LATER)
    run(now + LATER * 2)
    assert rows() == {("Barcelona", "cancelled"): 3}
    for _again in range(2):
        run(datetime(2026, 12, 10, 8, 0, tzinfo=UTC))
    assert rows() == {("Barcelona", "sent"): 3}
    assert len(relay.accepts) == 3


def test_a_person_who_changes_wave_gets_the_message_once(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    Person.objects.filter(pk=cast.people[0].pk).update(site=cast.shanghai)
    WaveSite.objects.filter(site=cast.shanghai).update(changed_at=now)
    run(now + LATER * 2)
    assert len(relay.accepts) == 6
    assert Delivery.objects.count() == 6


def test_a_site_taken_out_of_its_wave_is_not_told(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    plan_due(now + LATER)
    assign_sites(cast.wave1, [], now + LATER)
    run(now + LATER * 2)
    assert rows() == {("Barcelona", "cancelled"): 3, ("Shanghai", "sent"): 3}
    assign_sites(cast.wave1, [cast.barcelona], now + LATER * 2)
    run(now + LATER * 4)
    assert rows() == {("Barcelona", "sent"): 3, ("Shanghai", "sent"): 3}


def test_what_is_asked_to_be_sent_again_outlives_the_latest_moment(cast, now, relay):
    approve(cast, make_message(cast, now, latest_hours=24), now)
    relay.fault("dot", "drop", times=1)
    run(now + LATER)
    tomorrow = now + timedelta(days=1)
    assert acts.send_again(Delivery.objects.get(state=State.IN_DOUBT), cast.ines, tomorrow)
    run(tomorrow)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize(("far", "days"), [(date.max, 2), (date.min, -2)])
def test_a_date_far_beyond_the_calendar_is_waited_for(cast, now, far, days, caplog):
    Wave.objects.filter(pk=cast.wave2.pk).update(go_live_on=now.date() - timedelta(days=days))
    WaveSite.objects.filter(site=cast.barcelona).update(own_go_live_on=far)
    approve(cast, make_message(cast, now, fixed_on=None, offset_days=days), now)
    approve(cast, make_message(cast, now, fixed_on=far), now)
    run_pump(now + LATER)
    assert rows() == {("Shanghai", "planned"): 3}
    assert caplog.records == []


def test_a_broken_row_is_logged_and_stops_nobody_else(cast, now, relay, caplog):
    relay.fault("rcpt", reply="450 4.2.0 later", times=99)
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    assert rows() == {("Shanghai", "planned"): 3, ("Barcelona", "planned"): 3}
    Site.objects.filter(pk=cast.barcelona.pk).update(time_zone="Nowhere/At_all")
    approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)
    assert rows() == {("Shanghai", "planned"): 6, ("Barcelona", "planned"): 3}
    [told, *_same] = [
        r for r in caplog.records if r.name == "communications.dispatches.queries.slots"
    ]
    assert f"at site {cast.barcelona.pk}" in told.getMessage()
    Site.objects.filter(pk=cast.barcelona.pk).update(time_zone="Europe/Madrid")
    run_pump(now + LATER)
    assert rows() == {("Shanghai", "planned"): 6, ("Barcelona", "planned"): 6}


def test_a_broken_content_is_logged_and_stops_nobody_else(cast, now, relay, caplog):
    relay.fault("rcpt", reply="450 4.2.0 later", times=99)
    broken = approve(cast, make_message(cast, now), now)
    run(now + LATER)
    broken.content["schedule"]["local_time"] = "soon"
    broken.save()
    approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)
    assert rows() == {("Shanghai", "planned"): 6, ("Barcelona", "planned"): 6}
    assert f"Message {broken.message_id} is not planned" in caplog.text


def personnel(people, **changes):
    """Return a personnel file of people, with the values of some changed, keyed by number."""
    lines = ["personnel_number,last_name,first_name,email,site,language"]
    for person in people:
        values = {
            "email": person.email,
            "language": person.language,
            **changes.get(person.personnel_number, {}),
        }
        lines.append(
            f"{person.personnel_number},{person.last_name},{person.first_name},"
            f"{values['email']},{person.site.name},{values['language']}"
        )
    return "\n".join(lines).encode()


def test_an_import_between_plan_and_dispatch_counts_at_the_last_moment(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    plan_due(now + LATER)
    leaver, french, mover, *others = cast.people
    changes = {
        french.personnel_number: {"language": "en"},
        mover.personnel_number: {"email": "new@onelift.example"},
        others[0].personnel_number: {"email": others[1].email},
        others[1].personnel_number: {"email": others[0].email},
    }
    file = personnel([french, mover, *others], **changes)
    import_people(file, "people.csv", now=now, confirm_leavers=True)
    run(now + LATER)
    told = {d.person_id: (d.state, d.reason, d.address, d.language) for d in Delivery.objects.all()}
    assert told[leaver.pk][:2] == ("skipped", NotSent.LEFT)
    assert told[french.pk] == ("sent", "", french.email, "en")
    assert told[mover.pk][2] == "new@onelift.example"
    assert told[others[0].pk][2] == others[1].email
    assert told[others[1].pk][2] == others[0].email
    by_address = {a.recipient: str(a.message["To"]) for a in relay.accepts}
    assert others[0].last_name in by_address[others[1].email]
    assert len(relay.accepts) == len(by_address) == 5


@pytest.mark.parametrize("step", ["planning", "again"])
def test_the_pump_asks_as_often_for_few_people_as_for_many(cast, now, step):
    def queries():
        message = make_message(cast, now)
        approval = approve(cast, message, now)
        if step == "again":
            run_pump(now + LATER)
        with CaptureQueriesContext(connection) as captured:
            run_pump(now + LATER)
        approval.message.dispatches.all()[0].deliveries.all().delete()
        approval.message.dispatches.all().delete()
        message.delete()
        run_pump(now)  # what it counted of the rows that went is not asked of the next
        return len(captured)

    run_pump(now)
    few = queries()
    for _each in range(60):
        factories.PersonFactory(site=cast.barcelona)
    assert queries() == few
