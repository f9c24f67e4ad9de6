"""What happens next: mails, surveys and go-lives, with those still waiting for a decision."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from communications.desk.queries.recipients import Recipients
from communications.dispatches.queries.plans import plans_of
from communications.dispatches.queries.slots import Plan, SlotOf
from communications.models import Approval, Message
from feedback.models import Survey
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import Crowd

WEEKS_AHEAD = timedelta(weeks=4)
# What a message may be sent for, by its relation.
SENT_FOR = ("survey", "event", "reminded_event")


@dataclass(frozen=True)
class NamedPlan(Plan):
    """A plan that is named after the survey or event of its message, if that is sent for one.

    ``is_open`` tells whether its page is in the reader's view.
    """

    is_open: bool = True

    @property
    def is_survey(self) -> bool:
        return self.message.source == "survey"

    @property
    def is_on_fixed_day(self) -> bool:
        """Tell whether it has a date of its own, whatever the go-live."""
        return self.approval.frozen.schedule.fixed_on is not None

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
class Found:
    """Those slots of one message that have recipients, and how many people these are."""

    slots: list[NamedSlot]
    people: int


@dataclass(frozen=True)
class Moment:
    """One thing on one day, or a message with a fixed date that days of rest spread over some.

    Attributes:
        on: the day at the sites, the first of them.
        kind: ``message``, ``survey``, ``go_live`` or ``event``.
        title: what it is.
        state: a key of ``marks.STATUSES``.
        people: how many it concerns, within the scope.
        pk: of the message, the survey or the wave; of an event its address.
        query: of the people list that adds up to ``people``.
        is_open: whether its page is in the reader's view.
        until: the last day, if there are several.

    """

    on: date
    kind: str
    title: str
    state: str
    people: int
    pk: int | str
    query: str
    is_open: bool = field(default=True, kw_only=True)
    until: date | None = field(default=None, kw_only=True)


def named_plans(
    programme: Programme, scope: Scope, versions: Iterable[Approval] | None = None
) -> list[NamedPlan]:
    """Return ``plans_of`` a programme with their names; a leader opens those of own streams."""
    found = list(map(named, plans_of(programme, scope, versions, SENT_FOR)))
    if not scope.led:
        return found
    in_view = {
        "message": set(Message.objects.within(scope).values_list("pk", flat=True)),
        "survey": set(Survey.objects.within(scope).values_list("pk", flat=True)),
    }
    return [replace(plan, is_open=plan.pk in in_view[plan.kind]) for plan in found]


def named(plan: Plan) -> NamedPlan:
    """Return a plan with its name."""
    return NamedPlan(plan.approval, plan.state, plan.reason)


def next_moments(
    planned: Iterable[NamedSlot],
    places: Iterable[WaveSite],
    recipients: Recipients,
    underway: Mapping[tuple[int, int], int],
    now: datetime,
) -> list[Moment]:
    """Return what is on its way or due within four weeks, by day."""
    mails = _mails(planned, recipients, underway, now)
    found = [*mails, *_go_lives(places, recipients.crowd, now.date())]
    return sorted(found, key=lambda moment: (moment.on, moment.kind, moment.title))


def found_in(recipients: Recipients, group: Sequence[NamedSlot]) -> Found:
    """Return the recipients of some slots of one message; without a query."""
    plan, sites = group[0].plan, [each.wave_site.site_id for each in group]
    by_site = recipients.of(plan.message.pk).meant_by_site(plan.rule, sites)
    return Found([each for each in group if by_site[each.wave_site.site_id]], by_site.total())


def _mails(
    planned: Iterable[NamedSlot],
    recipients: Recipients,
    underway: Mapping[tuple[int, int], int],
    now: datetime,
) -> Iterable[Moment]:
    """Return what is on its way, and each day to come as a whole, as its list of people has it.

    What has a fixed date is one, however many days its sites take. None of a day on which nobody
    gets anything.
    """
    grouped: dict[tuple[int, date | None], list[NamedSlot]] = defaultdict(list)
    for each in planned:
        day = None if each.plan.is_on_fixed_day else each.on
        grouped[each.plan.message.pk, day].append(each)
    for (pk, _day), group in grouped.items():
        is_underway = any((pk, each.wave_site.site_id) in underway for each in group)
        if not is_underway and all(each.due.at < now for each in group):
            continue
        found = found_in(recipients, group)
        first = min((each.on for each in found.slots), default=date.max)
        if found.people and (is_underway or first <= now.date() + WEEKS_AHEAD):
            yield _mail(found, is_underway=is_underway)


def _mail(found: Found, *, is_underway: bool) -> Moment:
    plan, days = found.slots[0].plan, sorted({each.on for each in found.slots})
    state = "sending" if is_underway and plan.state == "approved" else plan.state
    on, until = days[0], days[-1] if len(days) > 1 else None
    return Moment(
        on=on,
        until=until,
        kind=plan.kind,
        title=plan.title,
        state=state,
        people=found.people,
        pk=plan.pk,
        query=query_of(plan) if until else f"{query_of(plan)}&due={on}",
        is_open=plan.is_open,
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
