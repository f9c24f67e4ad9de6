"""What happens next: mails, surveys and go-lives, with those still waiting for a decision."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from communications.approvals.queries.approval import open_versions
from communications.dispatches.queries.tally import waiting_in
from communications.messages.queries.schedule import concerns
from communications.models import Approval, Dispatch, Message
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from programmes.timing import Due, due_at
from stakeholders.models.audience import rule_lookups
from stakeholders.models.rule import Rule
from stakeholders.queries.crowd import Crowd

WEEKS_AHEAD = timedelta(weeks=4)
# What a message may be sent for, by its relation.
SENT_FOR = ("survey", "event", "reminded_event")


@dataclass(frozen=True)
class Plan:
    """What of a message is to be sent: the approved version, else what waits, else the draft.

    ``state`` is a key of ``marks.STATUSES``; ``approval`` is unsaved for a draft.
    """

    message: Message
    approval: Approval
    state: str

    @property
    def rule(self) -> Rule:
        """Return the audience rule of what is to be sent."""
        return self.approval.frozen.rule

    @property
    def is_survey(self) -> bool:
        """Tell whether it invites to a survey."""
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


@dataclass(frozen=True)
class Planned:
    """One plan at one site of one wave."""

    plan: Plan
    place: WaveSite
    due: Due

    @property
    def on(self) -> date:
        """Return the day at the site."""
        return self.due.at.astimezone(ZoneInfo(self.place.site.time_zone)).date()


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


def places_of(scope: Scope) -> list[WaveSite]:
    """Return the sites of a programme's waves in view, each with ``live_on`` (one query)."""
    places = WaveSite.objects.dated().within(scope)
    return list(places.select_related("wave", "site__region"))


def plans_of(
    programme: Programme, scope: Scope, versions: Iterable[Approval] | None = None
) -> list[Plan]:
    """Return what of each message in view is to be sent, in a number of queries that is fixed.

    ``versions`` are those of ``open_versions``, where they were asked for already. A version
    brings its rule; only the rules of drafts are asked for.
    """
    chosen = _chosen(open_versions(scope) if versions is None else versions)
    sendings = _sendings(programme)
    messages = Message.objects.within(scope).select_related(*SENT_FOR)
    found = list(messages.select_related("audience"))
    drafts = [message.audience for message in found if message.pk not in chosen]
    prefetch_related_objects(drafts, *rule_lookups())
    return [_plan(message, chosen, sendings) for message in found]


def _chosen(versions: Iterable[Approval]) -> dict[int, Approval]:
    """Return the version that stands, else the one that waits, by message id."""
    ordered = sorted(versions, key=lambda version: version.state == Approval.State.APPROVED)
    return {version.message_id: version for version in ordered}


def _sendings(programme: Programme) -> dict[int, str]:
    """Return ``paused`` or ``cancelled`` by message id, where its latest sending is."""
    sendings = Dispatch.objects.filter(message__programme=programme).order_by("occurrence")
    return {d.message_id: _halt(d) for d in sendings}


def _halt(dispatch: Dispatch) -> str:
    if dispatch.cancelled_at:
        return "cancelled"
    return "paused" if dispatch.paused_at else ""


def _plan(message: Message, versions: Mapping[int, Approval], sendings: Mapping[int, str]) -> Plan:
    version = versions.get(message.pk)
    if version is None:
        return plan_on(message, message.audience.rule())
    halt = sendings.get(message.pk, "") if version.state == Approval.State.APPROVED else ""
    return plan_on(message, version.frozen.rule, version, halt)


def plan_on(message: Message, rule: Rule, version: Approval | None = None, halt: str = "") -> Plan:
    """Return the plan of one version, or of the draft with its rule and own schedule."""
    if version is None:
        return Plan(message, Approval.of_draft(message, rule), "draft")
    return Plan(message, version, halt or version.state)


def planned_at(plans: Iterable[Plan], places: Iterable[WaveSite]) -> list[Planned]:
    """Return when each plan is due at each of its sites, without a query."""
    places = list(places)
    return [planned for plan in plans for planned in _planned(plan, places)]


def _planned(plan: Plan, places: Iterable[WaveSite]) -> Iterable[Planned]:
    schedule = plan.approval.frozen.schedule
    for place in places:
        if not concerns(plan.approval, place):
            continue
        due = due_at(schedule, place.live_on, place.site, place.blackouts)
        if due is not None:
            yield Planned(plan, place, due)


def open_deliveries(scope: Scope) -> dict[tuple[int, int], int]:
    """Return how many mails are on their way, by ids of message and site (one query)."""
    rows = waiting_in(scope).by("dispatch__message", "site")
    return {(row["dispatch__message"], row["site"]): row["n"] for row in rows}


def next_moments(
    planned: Iterable[Planned],
    places: Iterable[WaveSite],
    crowd: Crowd,
    underway: Mapping[tuple[int, int], int],
    now: datetime,
) -> list[Moment]:
    """Return what is on its way or due within four weeks, by day."""
    found = [*_mails(planned, crowd, underway, now), *_go_lives(places, crowd, now.date())]
    return sorted(found, key=lambda moment: (moment.on, moment.kind, moment.title))


def _mails(
    planned: Iterable[Planned],
    crowd: Crowd,
    underway: Mapping[tuple[int, int], int],
    now: datetime,
) -> Iterable[Moment]:
    """Return what is on its way, and each day to come as a whole, as its list of people has it."""
    grouped: dict[tuple[int, date, bool], list[Planned]] = defaultdict(list)
    for each in planned:
        is_underway = (each.plan.message.pk, each.place.site_id) in underway
        grouped[each.plan.message.pk, each.on, is_underway].append(each)
    for (_pk, on, is_underway), group in grouped.items():
        is_to_come = on <= now.date() + WEEKS_AHEAD and any(each.due.at >= now for each in group)
        if is_underway or is_to_come:
            yield _mail(group, on, crowd, is_underway=is_underway)


def _mail(group: list[Planned], on: date, crowd: Crowd, *, is_underway: bool) -> Moment:
    plan = group[0].plan
    sites = [planned.place.site_id for planned in group]
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
