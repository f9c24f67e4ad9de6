"""What happens next: mails, surveys and go-lives, with those still waiting for a decision."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from communications.dispatches.queries.plans import plans_of
from communications.dispatches.queries.slots import Plan, SlotOf
from communications.models import Approval
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import Crowd

WEEKS_AHEAD = timedelta(weeks=4)
# What a message may be sent for, by its relation.
SENT_FOR = ("survey", "event", "reminded_event")


@dataclass(frozen=True)
class NamedPlan(Plan):
    """A plan that is named after the survey or event of its message, if that is sent for one."""

    @property
    def is_survey(self) -> bool:
        return self.message.source == "survey"

    @property
    def kind(self) -> str:
        """Return ``survey`` or ``message``: whose page is its own."""
        return "survey" if self.is_survey and hasattr(self.message, "survey") else "message"

    @property
    def pk(self) -> int:
        """Return the id of the survey or of the message."""
        pk: int = self.message.survey.pk if self.kind == "survey" else self.message.pk
        return pk

    @property
    def title(self) -> str:
        """Return what it is sent for, or the subject as it is to be sent, else of the draft."""
        if survey := getattr(self.message, "survey", None):
            return str(survey.name)
        if event := getattr(self.message, "event", None):
            return _("Invitation: %(event)s") % {"event": event}
        if event := getattr(self.message, "reminded_event", None):
            return _("Reminder: %(event)s") % {"event": event}
        return self.approval.frozen.title if self.approval.pk else self.message.title


NamedSlot = SlotOf[NamedPlan]


@dataclass(frozen=True)
class Moment:
    """One thing on one day.

    Attributes:
        on: the day at the sites.
        kind: ``message``, ``survey``, ``go_live`` or ``event``.
        title: what it is.
        state: a key of ``marks.STATUSES``.
        people: how many it concerns, within the scope.
        pk: of the message, the survey or the wave; of an event its address.
        query: of the people list that adds up to ``people``.

    """

    on: date
    kind: str
    title: str
    state: str
    people: int
    pk: int | str
    query: str


def named_plans(
    programme: Programme, scope: Scope, versions: Iterable[Approval] | None = None
) -> list[NamedPlan]:
    """Return ``plans_of`` a programme with their names."""
    return list(map(named, plans_of(programme, scope, versions, SENT_FOR)))


def named(plan: Plan) -> NamedPlan:
    """Return a plan with its name."""
    return NamedPlan(plan.approval, plan.state, plan.reason)


def next_moments(
    planned: Iterable[NamedSlot],
    places: Iterable[WaveSite],
    crowd: Crowd,
    underway: Mapping[tuple[int, int], int],
    now: datetime,
) -> list[Moment]:
    """Return what is on its way or due within four weeks, by day."""
    found = [*_mails(planned, crowd, underway, now), *_go_lives(places, crowd, now.date())]
    return sorted(found, key=lambda moment: (moment.on, moment.kind, moment.title))


def _mails(
    planned: Iterable[NamedSlot],
    crowd: Crowd,
    underway: Mapping[tuple[int, int], int],
    now: datetime,
) -> Iterable[Moment]:
    """Return what is on its way, and each day to come as a whole, as its list of people has it."""
    grouped: dict[tuple[int, date, bool], list[NamedSlot]] = defaultdict(list)
    for each in planned:
        is_underway = (each.plan.message.pk, each.wave_site.site_id) in underway
        grouped[each.plan.message.pk, each.on, is_underway].append(each)
    for (_pk, on, is_underway), group in grouped.items():
        is_to_come = on <= now.date() + WEEKS_AHEAD and any(each.due.at >= now for each in group)
        if is_underway or is_to_come:
            yield _mail(group, on, crowd, is_underway=is_underway)


def _mail(group: list[NamedSlot], on: date, crowd: Crowd, *, is_underway: bool) -> Moment:
    plan = group[0].plan
    sites = [planned.wave_site.site_id for planned in group]
    state = "sending" if is_underway and plan.state == "approved" else plan.state
    return Moment(
        on=on,
        kind=plan.kind,
        title=plan.title,
        state=state,
        people=crowd.meant(plan.rule, sites),
        pk=plan.pk,
        query=f"{query_of(plan)}&due={on}",
    )


def query_of(plan: Plan) -> str:
    """Return the filter of the people list that names the rule: of a version, or of the draft."""
    if plan.approval.pk is None:
        return f"audience={plan.message.audience_id}"
    return f"version={plan.approval.pk}"


def _go_lives(places: Iterable[WaveSite], crowd: Crowd, today: date) -> Iterable[Moment]:
    grouped: dict[tuple[int, date], list[WaveSite]] = defaultdict(list)
    for place in places:
        if today <= place.live_on <= today + WEEKS_AHEAD:
            grouped[place.wave_id, place.live_on].append(place)
    for (wave, on), group in grouped.items():
        yield Moment(
            on=on,
            kind="go_live",
            title=_("%(wave)s goes live") % {"wave": group[0].wave.name},
            state="planned",
            people=crowd.at([place.site_id for place in group]),
            pk=wave,
            query=f"wave={wave}&due={on}",
        )
