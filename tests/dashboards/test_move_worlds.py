"""Over random plans: what is applied is what was shown, and undoing brings the same state back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from communications.dispatches.queries.slots import planned_at
from communications.models import Message
from events.models import Event
from onelift.dashboards.moves.queries.preview import preview_of
from onelift.dashboards.plan.queries.moments import named_plans
from programmes.models import Service, Wave, WaveSite
from programmes.queries.shift import Wishes, places_dated, shift_of
from programmes.services import plan
from programmes.services.move import move_date, undo_move
from stakeholders.accounts.access import scope_of
from stakeholders.audiences.services.audience import Lines
from tests.communications.making import approve, make_message
from tests.dashboards.test_plan import make_survey
from tests.events.making import make_event
from tests.examples import examples
from tests.factories import BlackoutFactory, ServiceFactory, SiteFactory

NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
MONDAY = date(2027, 1, 18)
COUNTRIES = {
    "PT": "Europe/Lisbon",
    "PL": "Europe/Warsaw",
    "CN": "Asia/Shanghai",
    "SA": "Asia/Riyadh",
}
DAYS = st.integers(-30, 60)

mail = st.fixed_dictionaries(
    {
        "offset_days": st.one_of(st.none(), DAYS),
        "local_time": st.sampled_from([time(6), time(9), time(16), time(21)]),
        "latest_hours": st.one_of(st.none(), st.integers(1, 72)),
        "is_urgent": st.booleans(),
        "is_everywhere": st.booleans(),
        "is_approved": st.booleans(),
    }
)


@dataclass(frozen=True)
class Plan:
    """A random plan of Wave 2, and where it is asked to move."""

    sites: list
    mails: list
    events: list
    surveys: list
    hand_over: int | None
    blackout: int | None
    is_live: bool
    site: int | None
    days: int
    wishes: Wishes


plans = st.builds(
    Plan,
    sites=st.lists(
        st.tuples(st.sampled_from(sorted(COUNTRIES)), st.one_of(st.none(), DAYS)), max_size=3
    ),
    mails=st.lists(mail, max_size=4),
    events=st.lists(st.tuples(st.integers(3, 60), st.booleans(), st.booleans()), max_size=2),
    surveys=st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=2),
    hand_over=st.one_of(st.none(), st.integers(30, 90)),
    blackout=st.one_of(st.none(), DAYS),
    is_live=st.booleans(),
    site=st.one_of(st.none(), st.integers(0, 3)),
    days=st.integers(-30, 60).filter(bool),
    wishes=st.builds(Wishes, events=st.booleans(), correction=st.booleans()),
)


def build(cast, random: Plan) -> Wave:
    wave = cast.wave1 if random.is_live else cast.wave2
    if random.hand_over:
        plan.hand_over(wave, date(2027, 3, 1) + timedelta(days=random.hand_over), NOW)
    if random.blackout is not None:
        first = MONDAY + timedelta(days=random.blackout)
        BlackoutFactory(programme=cast.programme, first_on=first, last_on=first)
    build_sites(cast, wave, random)
    build_mails(cast, wave, random)
    build_events(cast, wave, random)
    for offset, is_own in random.surveys:
        make_survey(cast, NOW, offset_days=offset, waves=[wave] if is_own else [])
    ServiceFactory(programme=cast.programme, offset_days=2)
    return wave


def build_sites(cast, wave, random):
    for country, own in random.sites:
        site = SiteFactory(country=country, time_zone=COUNTRIES[country], region=cast.iberia)
        cast.programme.sites.add(site)
        own_on = MONDAY + timedelta(days=own) if own is not None else None
        WaveSite.objects.create(wave=wave, site=site, own_go_live_on=own_on)


def build_mails(cast, wave, random):
    for values in random.mails:
        one = dict(values)
        waves = [] if one.pop("is_everywhere") else [wave]
        is_approved = one.pop("is_approved")
        fixed_on = None if one["offset_days"] is not None else date(2027, 1, 20)
        message = make_message(cast, NOW, **one, fixed_on=fixed_on, waves=waves)
        if is_approved:
            approve(cast, message, NOW)


def build_events(cast, wave, random):
    for days, is_own, is_approved in random.events:
        lines = Lines(waves=[wave]) if is_own else Lines()
        held_on = date(2026, 12, 1) + timedelta(days=days)
        where = {"site": wave.wave_sites.first().site, "invite_on": held_on - timedelta(days=7)}
        event = make_event(cast, NOW, held_on=held_on, lines=lines, **where)
        for message in (event.invitation, event.reminder) if is_approved else ():
            approve(cast, message, NOW)


def slots(cast, scope, wave):
    """Return when everything is due, by message and site."""
    found = planned_at(named_plans(cast.programme, scope), places_dated(wave, scope))
    return {(slot.plan.message.pk, slot.wave_site.site_id): slot.due.at for slot in found}


def state(cast, scope, wave):
    """Return all that a move may touch, without the stamps of when it was touched."""
    approved = cast.programme.messages.values_list("approvals__pk", "approvals__content")
    return (
        list(Wave.objects.order_by("pk").values_list("pk", "go_live_on", "handed_over_on")),
        list(WaveSite.objects.order_by("pk").values_list("pk", "own_go_live_on")),
        list(
            Message.objects.order_by("pk").values_list(
                "pk", "offset_days", "fixed_on", "local_time", "latest_hours", "audience"
            )
        ),
        list(Event.objects.order_by("pk").values_list("pk", "held_on", "sequence")),
        list(Service.objects.order_by("pk").values_list("pk", "offset_days", "fixed_on")),
        sorted(map(repr, approved)),
        slots(cast, scope, wave),
    )


@pytest.mark.slow
@settings(max_examples=examples(120))
@given(random=plans)
def test_what_is_applied_was_shown_and_undoing_restores_it(cast, random):
    with transaction.atomic():
        check(cast, random)
        transaction.set_rollback(True)


def check(cast, random: Plan) -> None:
    wave = Wave.objects.select_related("programme").get(pk=build(cast, random).pk)
    scope = scope_of(cast.ines, cast.programme)
    places = places_dated(wave, scope)
    own = [place.pk for place in places if place.wave_id == wave.pk]
    site = own[random.site % len(own)] if random.site is not None and own else None
    asked = shift_of(wave, places, site, None, NOW.date())
    if site and asked.place.live_on <= NOW.date():
        return
    to = (asked.place.live_on if site else asked.before_on) + timedelta(days=random.days)
    if asked.what == "hand_over" and (wave.handed_over_on is None or to < wave.go_live_on):
        return
    shift = shift_of(wave, places, site, max(to, cast.programme.starts_on), NOW.date())
    if shift.days == 0:
        return
    before = state(cast, scope, wave)
    preview = preview_of(cast.programme, shift, random.wishes, scope, NOW)
    move = move_date(shift, cast.ines, NOW, "", random.wishes)

    after, shown = slots(cast, scope, wave), dict(before[-1])
    for row in preview.rows:
        for at_site, (was, then) in row.instants.items():
            keys = [k for k in before[-1] if k[1] == at_site and f"message-{k[0]}-" in row.key]
            for key in keys:
                assert before[-1][key] == was
                shown[key] = then
    assert {key: at for key, at in after.items() if key in shown} == shown

    undo_move(move, cast.ines, NOW)
    assert state(cast, scope, wave) == before
