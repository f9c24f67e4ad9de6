"""What the portal measures itself equals plain SQL, whatever the world, and what pages show."""

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from communications.messages.services.answer import answer_impact
from events.models import CheckIn, Registration
from onelift.dashboards.impacts.queries.impacts import ImpactFilter, impacts_of
from onelift.dashboards.measures.queries.figures import (
    attendance,
    gaps_closed,
    informed,
    people_live,
)
from onelift.dashboards.overview.queries.overview import overview_of
from programmes.models import Objective, ObjectiveValue
from programmes.queries.measures import MEASURES, figures_of, percent
from programmes.services.value import record_figures
from programmes.tasks import measure
from stakeholders.accounts.access import scope_of
from stakeholders.models import Informed, Person, Persona
from tests import factories
from tests.communications.making import make_message
from tests.events.making import make_event
from tests.examples import examples

STREAMS = "/p/one-it/people/streams/"
random_worlds = settings(max_examples=examples(40))


@contextmanager
def undone():
    """Roll back what the block writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def plain(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


# A site: days since its wave and since its own date (None: no own date), people, people who left.
SITES = st.lists(
    st.tuples(
        st.integers(-3, 3),
        st.none() | st.integers(-3, 3),
        st.integers(0, 4),
        st.integers(0, 2),
    ),
    max_size=5,
)


@random_worlds
@given(SITES, SITES)
def test_people_live_are_those_at_sites_that_are_live(cast, now, own, foreign):
    today = now.date()
    with undone():
        other = factories.ProgrammeFactory(slug="two")
        for programme, sites in ((cast.programme, own), (other, foreign)):
            for number, (since, own_since, staying, left) in enumerate(sites, 3):
                site = factories.SiteFactory(region=cast.iberia)
                wave = factories.WaveFactory(
                    programme=programme,
                    name=f"Wave {number}",
                    order=number,
                    go_live_on=today - timedelta(days=since),
                    sites=[site],
                )
                if own_since is not None:
                    day = today - timedelta(days=own_since)
                    wave.wave_sites.update(own_go_live_on=day)
                factories.PersonFactory.create_batch(staying, site=site)
                gone = factories.PersonFactory.create_batch(left, site=site)
                Person.objects.filter(pk__in=[one.pk for one in gone]).update(left_on=today)
        (expected,) = plain(
            "SELECT COUNT(*) FROM stakeholders_person WHERE left_on IS NULL AND site_id IN ("
            " SELECT ws.site_id FROM programmes_wavesite ws"
            " JOIN programmes_wave w ON w.id = ws.wave_id"
            " WHERE w.programme_id = %s AND COALESCE(ws.own_go_live_on, w.go_live_on) <= %s)",
            cast.programme.pk,
            today,
        )
        assert people_live(cast.programme, now) == expected
        board = overview_of(cast.programme, scope_of(cast.ines, cast.programme), cast.ines, now)
        assert board.live.people == expected


# An event: days since it was held, whether it was cancelled, seats whose holders came or not.
EVENTS = st.lists(
    st.tuples(st.integers(-2, 2), st.booleans(), st.integers(0, 3), st.integers(0, 3)), max_size=4
)


@random_worlds
@given(EVENTS)
def test_attendance_counts_seats_at_events_that_were_held(cast, now, events):
    with undone():
        for number, (since, is_cancelled, came, missed) in enumerate(events):
            event = make_event(cast, now, room=f"Room {number}")
            event.held_on = now.date() - timedelta(days=since)
            event.cancelled_at = now if is_cancelled else None
            event.save()
            for seat in range(came + missed):
                held = Registration.objects.create(
                    event=event,
                    guest_name=f"Guest {seat}",
                    state="going",
                    asked_at=now,
                    ticket_hash=f"{event.pk:032}{seat:032}",
                )
                if seat < came:
                    CheckIn.objects.create(registration=held, at=now, by=cast.ines)
        came, seats = plain(
            "SELECT COUNT(c.registration_id), COUNT(*) FROM events_registration r"
            " JOIN events_event e ON e.id = r.event_id"
            " LEFT JOIN events_checkin c ON c.registration_id = r.id"
            " WHERE e.programme_id = %s AND e.held_on < %s AND e.cancelled_at IS NULL"
            " AND r.state = 'going'",
            cast.programme.pk,
            now.date(),
        )
        assert attendance(cast.programme, now) == percent(came, seats)


# An impact: its severity (1 to 4) and whether a message answers it, by the site it is felt at.
IMPACTS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["iberia", "china", "nowhere"])), max_size=5
)


@random_worlds
@given(IMPACTS)
def test_gaps_closed_agrees_with_the_map_of_impacts(cast, now, impacts):
    with undone():
        persona = Persona.objects.create(
            programme=cast.programme, slug="all", name_en="All", jobs=[cast.people[0].job]
        )
        sites = {"iberia": cast.barcelona, "china": cast.shanghai}
        for severity, answered in impacts:
            impact = factories.ImpactFactory(
                programme=cast.programme, severity=severity, personas=[persona]
            )
            if answered in sites:
                answer_impact(make_message(cast, now, sites=[sites[answered]]), impact)
        scope = scope_of(cast.ines, cast.programme)
        found = impacts_of(cast.programme, scope, ImpactFilter(), now.date())
        high = {hit.impact.pk for hit in found.felt if hit.impact.is_high}
        open_ones = {hit.impact.pk for hit in found.felt if hit.is_gap}
        assert gaps_closed(cast.programme, now) == percent(len(high - open_ones), len(high))


def test_informed_are_those_who_were_told_by_name(cast, now):
    assert informed(cast.programme, now) == 0
    told = Informed(programme=cast.programme, person=cast.people[0], site=cast.barcelona)
    told.informed_at = now - timedelta(hours=1)
    told.save()
    assert informed(cast.programme, now) == percent(1, 6)
    assert informed(cast.programme, now - timedelta(hours=2)) == 0


def test_each_measure_says_nothing_of_an_empty_programme(now, db):
    empty = factories.ProgrammeFactory()
    figures = figures_of(empty, MEASURES, now)
    assert figures.pop("people_live") == 0
    assert set(figures.values()) == {None}


def measured(cast, key="people_live", **values):
    return factories.ObjectiveFactory(
        programme=cast.programme, computed_by=key, unit="", target_value=10, **values
    )


def test_an_objective_shows_the_figure_of_now_and_its_history(cast, now, as_user):
    live = measured(cast, name="People who are live")
    record_figures(cast.programme, now - timedelta(days=30))
    page = as_user(cast.claire).get(f"{STREAMS}objectives/{live.pk}/").content.decode()
    assert "People who are live: 3, target 10" in page
    assert "The portal measures this every hour." in page
    assert "The portal" in page
    assert 'value="3"' not in page
    assert ">3<" in as_user(cast.claire).get(STREAMS).content.decode()


def test_the_clock_keeps_one_figure_a_day(cast, now):
    live, typed = measured(cast), factories.ObjectiveFactory(programme=cast.programme)
    for _ in range(2):
        measure()
    factories.PersonFactory(site=cast.barcelona)
    measure()
    (row,) = ObjectiveValue.objects.all()
    assert (row.objective, row.value, row.source, row.author) == (live, 4, "computed", None)
    live.refresh_from_db()
    typed.refresh_from_db()
    assert (live.value, live.measured_on) == (4, row.measured_on)
    assert typed.value is None


def test_a_measured_objective_is_not_typed_and_its_values_stay(cast, now, as_user):
    live = measured(cast)
    record_figures(cast.programme, now)
    ines = as_user(cast.ines)
    typed = {"value": "99", "measured_on": str(now.date())}
    page = ines.post(f"{STREAMS}objectives/{live.pk}/measure/", typed).content.decode()
    assert "The portal measures this objective." in page
    row = live.values.get()
    page = ines.post(f"{STREAMS}objectives/values/{row.pk}/remove/", follow=True).content.decode()
    assert "it stays in the history." in page
    assert ObjectiveValue.objects.present().get() == row


def test_choosing_a_measure_gives_its_unit_and_its_figure_at_once(cast, as_user):
    typed = {
        "name": "People who are live",
        "measure": "At sites that are live",
        "unit": "heads",
        "start_value": "0",
        "target_value": "6",
        "starts_on": "1 Nov 2026",
        "due_on": "1 Mar 2027",
        "computed_by": "people_live",
    }
    ines = as_user(cast.ines)
    assert (
        "Select a valid choice"
        in ines.post(f"{STREAMS}objectives/add/", {**typed, "computed_by": "gold"}).content.decode()
    )
    ines.post(f"{STREAMS}objectives/add/", typed)
    made = Objective.objects.get()
    assert (made.computed_by, made.unit, made.value) == ("people_live", "", Decimal(3))


@pytest.mark.parametrize("count", [1, 3])
def test_boards_ask_for_a_figure_once(cast, as_user, count, django_assert_num_queries):
    for _ in range(count):
        measured(cast)
    client = as_user(cast.claire)
    client.get(STREAMS)
    with django_assert_num_queries(11):
        client.get(STREAMS)
