"""What the plan holds: messages, surveys, go-lives and hand-overs, each with its day and state."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.desk.queries.recipients import Recipients
from communications.dispatches.queries.weeks import Weeks
from communications.models import Approval, Dispatch, Reason
from onelift.dashboards.plan.queries.moments import (
    Moment,
    NamedPlan,
    NamedSlot,
    found_in,
    query_of,
)
from programmes.models import Programme, Region, Wave, WaveSite
from programmes.queries.judgement import Finding
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.crowd import Crowd

ENDED = (Approval.State.REFUSED, Approval.State.WITHDRAWN)


@dataclass(frozen=True)
class Activity(Moment):
    """One thing on one day, at some sites.

    Attributes:
        reason: why it is in that state, in words; may be empty.
        level: of a message or survey, else empty.
        waves: those of its sites.
        regions: those of its sites, by name.
        is_past: whether the day is over.
        rule: whom it means at these sites; None for everybody.

    """

    reason: str
    level: str
    waves: tuple[Wave, ...]
    regions: tuple[Region, ...]
    is_past: bool
    rule: Rule | None = None


@dataclass(frozen=True)
class Sendings:
    """How far messages are, by id: whose sending has begun, and what is on its way."""

    started: frozenset[int]
    underway: Mapping[tuple[int, int], int]


def sendings_in(programme: Programme, underway: Mapping[tuple[int, int], int]) -> Sendings:
    """Return how far the messages of a programme are, in one query."""
    begun = Dispatch.objects.filter(message__programme=programme)
    return Sendings(frozenset(begun.values_list("message", flat=True)), underway)


def mails_in(
    planned: Iterable[NamedSlot],
    weeks: Weeks,
    recipients: Recipients,
    sendings: Sendings,
    now: datetime,
) -> Iterable[Activity]:
    """Yield messages and surveys that are due in some weeks, each day as a whole."""
    grouped: dict[tuple[int, date], list[NamedSlot]] = defaultdict(list)
    for each in planned:
        if each.on in weeks:
            grouped[each.plan.message.pk, each.on].append(each)
    for on, group, people in _with_people(grouped, recipients):
        plan = group[0].plan
        state, reason = _state(plan, group, sendings, now)
        yield Activity(
            on=on,
            kind=plan.kind,
            title=plan.title,
            state=state,
            people=people,
            pk=plan.pk,
            query=f"{query_of(plan)}&due={on}",
            is_open=plan.is_open,
            reason=reason,
            level=plan.approval.frozen.level,
            is_past=max(each.due.at for each in group) < now,
            waves=waves_of(each.wave_site for each in group),
            regions=regions_of(each.wave_site for each in group),
            rule=plan.rule,
        )


def _with_people(
    grouped: Mapping[tuple[int, date], list[NamedSlot]], recipients: Recipients
) -> Iterable[tuple[date, list[NamedSlot], int]]:
    """Yield each day with its people, at those sites that have some, else at all of them.

    Of a fixed date none for sites that have no recipients.
    """
    found = {key: found_in(recipients, group) for key, group in grouped.items()}
    sent = {message for (message, _on), one in found.items() if one.people}
    for (message, on), group in grouped.items():
        one = found[message, on]
        if one.people or not (group[0].plan.is_on_fixed_day and message in sent):
            yield on, one.slots or group, one.people


def waves_of(places: Iterable[WaveSite]) -> tuple[Wave, ...]:
    """Return the waves of some sites, in their order."""
    waves = {place.wave_id: place.wave for place in places}
    return tuple(sorted(waves.values(), key=lambda wave: (wave.order, wave.name)))


def regions_of(places: Iterable[WaveSite]) -> tuple[Region, ...]:
    """Return the regions of some sites, by name."""
    regions = {place.site.region_id: place.site.region for place in places}
    return tuple(sorted(regions.values(), key=lambda region: region.name))


def _state(
    plan: NamedPlan, group: Sequence[NamedSlot], sendings: Sendings, now: datetime
) -> tuple[str, str]:
    """Return a key of ``marks.STATUSES`` and its reason."""
    if plan.state == "approved":
        return _approved(plan, group, sendings, now)
    if plan.state in ENDED:
        return plan.state, plan.reason
    is_late = min(each.due.at for each in group) < now
    is_open = plan.state in ("draft", "waiting")
    return plan.state, _("Not approved in time") if is_late and is_open else ""


def _approved(
    plan: NamedPlan, group: Sequence[NamedSlot], sendings: Sendings, now: datetime
) -> tuple[str, str]:
    message = plan.message.pk
    if any((message, each.wave_site.site_id) in sendings.underway for each in group):
        return "sending", ""
    if any(each.due.at > now for each in group):
        return "approved", _moved(group)
    if message in sendings.started:
        return "sent", _moved(group)
    if any(each.due.latest > now for each in group):
        return "approved", _moved(group)
    return "cancelled", str(Reason.TOO_LATE.label)


def _moved(group: Sequence[NamedSlot]) -> str:
    moved = sum(1 for each in group if each.due.moved)
    words = ngettext(
        "%(n)s site gets it later: weekend, holiday or outside working hours",
        "%(n)s sites get it later: weekend, holiday or outside working hours",
        moved,
    )
    return words % {"n": moved} if moved else ""


def go_lives_in(
    places: Iterable[WaveSite],
    weeks: Weeks,
    crowd: Crowd,
    states: Mapping[int, Finding],
    today: date,
) -> Iterable[Activity]:
    """Yield the go-lives of waves in some weeks, and of sites that hold a date of their own.

    ``states`` are those of the waves, by id.
    """
    grouped: dict[tuple[int, date], list[WaveSite]] = defaultdict(list)
    for place in places:
        if place.live_on in weeks:
            grouped[place.wave_id, place.live_on].append(place)
    for (wave, on), group in grouped.items():
        yield Activity(
            on=on,
            kind="go_live",
            title=_("%(wave)s goes live") % {"wave": group[0].wave.name},
            state=states[wave].state,
            people=crowd.at([place.site_id for place in group]),
            pk=wave,
            query=f"wave={wave}&due={on}",
            reason=states[wave].reason,
            level="",
            is_past=on < today,
            waves=waves_of(group),
            regions=regions_of(group),
        )


def hand_overs_in(
    places: Iterable[WaveSite], weeks: Weeks, crowd: Crowd, today: date
) -> Iterable[Activity]:
    """Yield the hand-overs of waves to Run in some weeks."""
    grouped: dict[int, list[WaveSite]] = defaultdict(list)
    for place in places:
        if place.wave.handed_over_on and place.wave.handed_over_on in weeks:
            grouped[place.wave_id].append(place)
    for pk, group in grouped.items():
        wave = group[0].wave
        on = wave.handed_over_on or today
        yield Activity(
            on=on,
            kind="hand_over",
            title=_("%(wave)s is handed over to Run") % {"wave": wave.name},
            state="run" if on <= today else "planned",
            people=crowd.at([place.site_id for place in group]),
            pk=pk,
            query=f"wave={pk}",
            reason="",
            level="",
            is_past=on < today,
            waves=waves_of(group),
            regions=regions_of(group),
        )
