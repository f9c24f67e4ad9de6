"""When an impact is a gap: against a plain reading of the rules, over random worlds."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from communications.dispatches.services.dispatch import cancel
from communications.messages.services.answer import answer_impact
from communications.models import Approval
from onelift.dashboards.impacts.queries.figures import (
    all_impacts,
    gap_figure,
    gaps_by_wave,
    gaps_closed,
)
from onelift.dashboards.impacts.queries.home import hits_on, stream_impacts
from onelift.dashboards.impacts.queries.impacts import ImpactFilter, impacts_of
from onelift.dashboards.impacts.queries.rows import rows_of
from programmes.models import BusinessLine, SupportContact, Wave
from stakeholders.accounts.access import scope_of
from stakeholders.models import Impact, Person, Persona
from stakeholders.register.services.impact import accept_impact
from tests.clock import NOW
from tests.communications.making import approve, make_message
from tests.events.making import make_event
from tests.examples import examples
from tests.factories import ImpactFactory, PersonFactory
from tests.world import make_streams

DAY = timedelta(days=1)


@pytest.fixture
def world(cast, now):
    """Three lines at two sites, personas by job, by line and by hand."""
    lines = [BusinessLine.objects.create(name=name) for name in ("Lab", "Plant", "Sales")]
    for number in range(12):
        PersonFactory(
            site=(cast.barcelona, cast.shanghai)[number % 2],
            business_line=[*lines, None][number % 4],
            job=("Operator", "Chemist", "Driver")[number % 3],
        )
    of = {"programme": cast.programme}
    jobs = Persona.objects.create(**of, slug="jobs", name_en="Jobs", jobs=["Operator", "Driver"])
    lab = Persona.objects.create(**of, slug="lab", name_en="Lab", employers=[])
    lab.business_lines.set(lines[:2])
    picked = Persona.objects.create(**of, slug="picked", name_en="Picked", is_hand_picked=True)
    picked.people.set(Person.objects.order_by("pk")[3:9])
    cast.personas, cast.lines = [jobs, lab, picked], lines
    return cast


def board(cast, today=None, **wish):
    scope = scope_of(cast.ines, cast.programme)
    return impacts_of(cast.programme, scope, ImpactFilter(**wish), today or NOW.date())


def forgotten(cast, today=None):
    return board(cast, today).heads(lambda hit: hit.is_gap)


@pytest.fixture
def shift(cast):
    PersonFactory.create_batch(2, site=cast.barcelona, job="Operator")
    PersonFactory.create_batch(3, site=cast.shanghai, job="Operator")
    return Persona.objects.create(
        programme=cast.programme, slug="shift", name_en="Shift", jobs=["Operator"]
    )


@pytest.fixture
def badge(cast, shift):
    return ImpactFactory(programme=cast.programme, name="Badge", severity=4, personas=[shift])


# How a plain reader would say it, person by person


def plain_gap_people(cast, today):
    """Return the ids of everybody who faces a high impact that nothing approved is about."""
    found = set()
    for person in Person.objects.active().select_related("site"):
        place = person.site.wave_sites.select_related("wave").first()
        if place is None:
            continue
        for impact in Impact.objects.filter(removed_at=None):
            for persona in impact.personas.all():
                if persona.matching().filter(pk=person.pk).exists() and plain_is_gap(
                    impact, persona, person, place, today
                ):
                    found.add(person.pk)
    return found


def plain_is_gap(impact, persona, person, place, today):
    live_on = place.own_go_live_on or place.wave.go_live_on
    handed_over = place.wave.handed_over_on
    sites, lines = list(impact.sites.all()), list(impact.business_lines.all())
    if impact.severity < 3 or impact.accepted_at:
        return False
    if handed_over is not None and handed_over <= today:
        return False
    if impact.until_days is not None and live_on + impact.until_days * DAY < today:
        return False
    if impact.wave not in (None, place.wave) or (sites and person.site not in sites):
        return False
    if lines and person.business_line not in lines:
        return False
    return not any(approved_for(message, person.site, persona) for message in impact.messages.all())


def approved_for(message, site, persona):
    if not Approval.objects.filter(message=message, state="approved").exists():
        return False
    sites, personas = list(message.audience.sites.all()), list(message.audience.personas.all())
    return (not sites or site in sites) and (not personas or persona in personas)


IMPACTS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sets(st.integers(0, 2), min_size=1),
        st.sets(st.integers(0, 2)),
        st.sampled_from(["", "barcelona", "shanghai"]),
        st.sampled_from([None, "wave1", "wave2"]),
        st.sampled_from([None, 0, 20, 60]),
        st.booleans(),
        st.lists(st.tuples(st.booleans(), st.sampled_from(["", "barcelona", "shanghai"]))),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=examples(60))
@given(IMPACTS, st.integers(-90, 90), st.sampled_from([None, -5, 5]))
def test_gaps_are_those_of_a_plain_reading(world, now, rows, days, handed_over):
    with transaction.atomic():
        today = world.wave1.go_live_on + days * DAY
        handed_over_on = None if handed_over is None else today + handed_over * DAY
        Wave.objects.filter(pk=world.wave1.pk).update(handed_over_on=handed_over_on)
        make_rows(world, now, rows)
        assert_gaps_are_plain(world, today)
        transaction.set_rollback(True)


def make_rows(cast, now, rows):
    for severity, whom, lines, site, wave, until, is_accepted, told in rows:
        impact = ImpactFactory(
            programme=cast.programme,
            severity=severity,
            personas=[cast.personas[n] for n in whom],
            business_lines=[cast.lines[n] for n in lines],
            sites=[getattr(cast, site)] if site else [],
            wave=getattr(cast, wave) if wave else None,
            until_days=until,
        )
        if is_accepted:
            accept_impact(impact, "Known", cast.ines, now)
        for is_approved, where in told[:2]:
            message = make_message(cast, now, sites=[getattr(cast, where)] if where else [])
            answer_impact(message, impact)
            if is_approved:
                approve(cast, message, now)


def assert_gaps_are_plain(cast, today):
    found = board(cast, today)
    plain = plain_gap_people(cast, today)
    assert found.heads(lambda hit: hit.is_gap) == len(plain)
    assert gap_figure(found).people == len(plain)
    places = {p.site_id: p.wave_id for p in found.places}
    by_wave = {}
    for site, wave in Person.objects.filter(pk__in=plain).values_list("site", "pk"):
        by_wave.setdefault(places[site], set()).add(wave)
    figures = {wave: figure.people for wave, figure in gaps_by_wave(found).items()}
    assert figures == {wave: len(people) for wave, people in by_wave.items()}
    scope = scope_of(cast.ines, cast.programme)
    at = {place.site_id: place for place in found.places}
    alone = {
        person.pk
        for person in Person.objects.active().select_related("site")
        if any(
            hit.is_gap
            for hit in hits_on(person, at.get(person.site_id), cast.programme, scope, today)
        )
    }
    assert alone == plain
    only = board(cast, today, gaps="1")
    assert only.heads() == len(plain)
    assert bool(plain) == any(row.gap_people for row in rows_of(found, ImpactFilter()))


# One rule at a time


def test_a_draft_closes_nothing(cast, badge, now):
    message = make_message(cast, now)
    answer_impact(message, badge)
    assert forgotten(cast) == 5
    approve(cast, message, now)
    assert forgotten(cast) == 0


def test_sites_in_run_are_no_gap_and_lead_no_list(cast, badge, shift, now):
    PersonFactory.create_batch(4, site=cast.barcelona, job="Operator")
    small = ImpactFactory(
        programme=cast.programme, severity=3, personas=[shift], sites=[cast.shanghai]
    )
    only_here = ImpactFactory(
        programme=cast.programme, severity=4, personas=[shift], sites=[cast.barcelona]
    )
    today = now.date()
    Wave.objects.filter(pk=cast.wave1.pk).update(go_live_on=today - 60 * DAY, handed_over_on=today)
    found = board(cast)
    assert {hit.place.site for hit in found.gaps} == {cast.shanghai}
    assert forgotten(cast) == 3
    rows = [row.impact for row in rows_of(found, ImpactFilter())]
    assert rows == [badge, small, only_here]


def test_an_impact_is_a_gap_until_it_is_over(cast, badge):
    badge.wave, badge.offset_days, badge.until_days = cast.wave2, 5, 20
    badge.save()
    live_on = cast.wave2.go_live_on
    assert forgotten(cast, live_on - 100 * DAY) == 3
    assert forgotten(cast, live_on + 20 * DAY) == 3
    assert forgotten(cast, live_on + 21 * DAY) == 0


def test_what_moves_with_its_wave_ends_with_it(cast, badge, now):
    Impact.objects.filter(pk=badge.pk).update(until_days=0)
    late = max(cast.wave1.go_live_on, cast.wave2.go_live_on) + DAY
    assert forgotten(cast, late) == 0
    Wave.objects.filter(pk=cast.wave2.pk).update(go_live_on=late)
    assert forgotten(cast, late) == 3


def test_what_is_accepted_with_a_reason_is_no_gap(cast, badge, now):
    accept_impact(badge, "The badge comes with the contract", cast.ines, now)
    assert forgotten(cast) == 0
    accept_impact(badge, "", cast.ines, now)
    assert forgotten(cast) == 5


def test_an_event_counts_once_its_invitation_is_approved(cast, badge, now):
    event = make_event(cast, now, held_on=now.date() + 7 * DAY)
    answer_impact(event.invitation, badge)
    assert forgotten(cast) == 5
    approve(cast, event.invitation, now)
    assert forgotten(cast) == 0
    answer = next(one for one in board(cast).answers if one.kind == "event")
    assert answer.url == f"/p/one-it/events/{event.slug}/"
    event.cancelled_at = now
    event.save()
    assert forgotten(cast) == 5


def test_support_counts_where_it_is(cast, badge):
    there = SupportContact.objects.create(
        programme=cast.programme, site=cast.shanghai, phone="5050"
    )
    badge.supports.add(there)
    assert forgotten(cast) == 2
    whole = SupportContact.objects.create(programme=cast.programme)
    badge.supports.add(whole)
    assert forgotten(cast) == 2
    SupportContact.objects.filter(pk=whole.pk).update(mail="help@onelift.example")
    assert forgotten(cast) == 0


def test_a_message_whose_sending_was_cancelled_informs_nobody(cast, badge, now):
    message = make_message(cast, now)
    answer_impact(message, badge)
    approve(cast, message, now)
    dispatch = message.dispatches.create(started_at=now)
    assert forgotten(cast) == 0
    cancel(dispatch, cast.ines, now)
    assert forgotten(cast) == 5


def test_what_somebody_accepts_is_closed(cast, badge, shift, now):
    ImpactFactory(programme=cast.programme, severity=3, personas=[shift], sites=[cast.shanghai])
    scope = scope_of(cast.ines, cast.programme)
    accept_impact(badge, "Known", cast.ines, now)
    closed = gaps_closed(all_impacts(cast.programme, scope, now.date()))
    assert (closed.closed, closed.impacts, closed.percent) == (1, 2, 50.0)


def test_a_stream_sees_its_gaps_and_what_it_has_not_confirmed(cast, badge, shift, now, as_user):
    streams = make_streams(cast, now)
    desk, samir = streams["stream"], streams["samir"]
    Impact.objects.filter(pk=badge.pk).update(stream=desk)
    client, page = as_user(samir), f"/p/one-it/people/streams/{desk.pk}/"
    words = client.get(page).content.decode()
    assert "1 of 1 not confirmed yet" in words
    assert "5 people face a high impact with no approved action" in words
    answer = client.post(f"/p/one-it/people/impacts/{badge.pk}/confirm/?next={page}")
    assert answer["Location"] == page
    assert "All impacts of the stream are confirmed." in client.get(page).content.decode()
    scope = scope_of(samir, cast.programme)
    found = stream_impacts(cast.programme, scope, desk, now.date())
    assert (found.total, found.unconfirmed, found.gaps.people) == (1, [], 5)


def test_the_page_of_a_person_says_what_changes_for_them(cast, badge, now, as_user):
    person = Person.objects.filter(site=cast.barcelona, job="Operator").first()
    words = as_user(cast.ines).get(f"/p/one-it/people/{person.pk}/").content.decode()
    assert "What changes for them" in words
    assert "Not covered" in words
    other = cast.people[0]
    words = as_user(cast.ines).get(f"/p/one-it/people/{other.pk}/").content.decode()
    assert "What changes for them" not in words
