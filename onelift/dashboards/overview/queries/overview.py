"""The overview: each floor answers once, the board zips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from communications.desk.queries.recipients import recipients_of
from communications.dispatches.queries.ledger import Interruption, interruption
from communications.dispatches.queries.plans import open_deliveries, open_versions, places_of
from communications.dispatches.queries.slots import planned_at
from feedback.models import Survey
from feedback.queries.response import Response, responses_by, surveys_of
from feedback.queries.results import Satisfaction, satisfactions
from feedback.queries.weekly import WeekOfAnswers, first_week, weeks_of_answers
from onelift.dashboards.attention.queries.known import Halted
from onelift.dashboards.attention.queries.stuck import halted_in
from onelift.dashboards.coverage.queries.coverage import as_of, informed_by_site
from onelift.dashboards.coverage.queries.shares import Share
from onelift.dashboards.impacts.queries.figures import all_impacts, gaps_by_wave
from onelift.dashboards.overview.queries.board import (
    Planned,
    crowd_in,
    plan_in,
    to_decide,
)
from onelift.dashboards.overview.queries.wave_lines import WaveLine, wave_lines
from onelift.dashboards.plan.queries.meetings import next_meetings
from onelift.dashboards.plan.queries.moments import Moment, named_plans, next_moments
from onelift.dashboards.readiness.queries.board import WaveState, states_of
from programmes.models import Programme, Wave, WaveSite
from programmes.queries.decisions import Asking, Card, all_cards
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import Crowd
from stakeholders.models import Stakeholder, User
from stakeholders.register.queries.stakeholder import resisting_with_power

GOAL_PERCENT = 75


@dataclass(frozen=True)
class LiveCount:
    """How many sites and people are live, of those that have people."""

    people: int
    all_people: int
    sites: int
    all_sites: int


@dataclass(frozen=True)
class Asked:
    """What surveys have found: in total, against the goal, and which survey to open.

    ``survey`` is the id of the only survey, or None where there are several or none.
    ``responses`` are those of the waves or sites of a board, by id. ``weeks`` are those of the
    last months in which answers were published, where a board asks for them.
    """

    total: Satisfaction | None
    goal_percent: int
    survey: int | None
    responses: Mapping[int, Response]
    weeks: Sequence[WeekOfAnswers] = ()


@dataclass(frozen=True)
class Overview:
    """What the page shows, within the scope of its reader.

    ``asked_back`` is what waits for somebody's answer before it can be decided.
    ``own_gaps`` are the people in gaps by wave, for who reads a part of the impacts only.
    """

    today: date
    lines: list[WaveLine]
    states: dict[int, WaveState]
    live: LiveCount
    informed: Share
    as_of: datetime | None
    asked: Asked
    moments: list[Moment]
    interruption: Interruption | None
    decisions: list[Card]
    asked_back: list[Card]
    resisting: list[Stakeholder]
    halted: Halted
    own_gaps: Mapping[int, int]

    @property
    def answerers(self) -> list[str]:
        """Return the names of those whose answers are waited for."""
        return sorted({card.matter.waits_for for card in self.asked_back})

    @property
    def open_states(self) -> list[WaveState]:
        """Return the states of the waves that were not handed over."""
        return [state for state in self.states.values() if state.found.state != "run"]


def overview_of(programme: Programme, scope: Scope, user: User, now: datetime) -> Overview:
    """Return the overview, in a number of queries that does not grow with waves or people."""
    asked = Asking(programme, scope, now, is_brief=True)
    places, versions = asked.once(places_of, scope), asked.once(open_versions, scope)
    plans = named_plans(programme, scope, versions)
    planned = asked.keep(plan_in, Planned(plans, planned_at(plans, places))).slots
    crowd = asked.once(crowd_in, asked)
    recipients = recipients_of({plan.message: plan.rule for plan in plans}, crowd)
    waves, since = list(Wave.objects.within(scope)), first_week(now.date())
    surveys, cards = surveys_of(programme, since), all_cards(asked, user)
    satisfied, total = satisfactions("wave", surveys.editions, scope)
    by_site = informed_by_site(crowd, programme)
    return Overview(
        today=now.date(),
        lines=wave_lines(waves, places, planned, crowd, satisfied, by_site),
        states=states_of(programme, waves, scope, now),
        live=live_count(places, crowd, now.date()),
        informed=sum(by_site.values(), Share()),
        as_of=as_of(programme),
        asked=replace(
            asked_of(scope, total, responses_by("wave", surveys, places, scope)),
            weeks=weeks_of_answers(surveys.past, scope, since),
        ),
        moments=next_meetings(
            next_moments(planned, places, recipients, open_deliveries(scope), now),
            scope,
            now,
        ),
        interruption=interruption(scope),
        decisions=to_decide(cards, asked),
        asked_back=[card for card in cards if card.matter.waits_for],
        resisting=resisting_with_power(scope),
        halted=halted_in(scope, now),
        own_gaps={} if scope.may("register.all") else own_gaps(programme, scope, now.date()),
    )


def own_gaps(programme: Programme, scope: Scope, today: date) -> dict[int, int]:
    """Return how many people face a high impact in view that nothing approved covers, by wave."""
    found = gaps_by_wave(all_impacts(programme, scope, today))
    return {wave: figure.people for wave, figure in found.items()}


def live_count(places: Sequence[WaveSite], crowd: Crowd, today: date) -> LiveCount:
    live = {place.site_id for place in places if place.live_on <= today}
    return LiveCount(
        people=crowd.at(live),
        all_people=crowd.people,
        sites=sum(1 for site in crowd.by_site if site in live),
        all_sites=len(crowd.by_site),
    )


def asked_of(scope: Scope, total: Satisfaction | None, responses: Mapping[int, Response]) -> Asked:
    """Return the satisfaction in a scope, with the goal of the latest survey.

    The goal is the programme's, whoever reads; the page of a survey is only its readers'.
    """
    surveys = Survey.objects.within(scope.of_plan).order_by("-pk")
    goals = dict(surveys.values_list("pk", "goal_percent"))
    if scope.led:
        read = list(Survey.objects.within(scope).values_list("pk", flat=True))
    else:
        read = list(goals)
    return Asked(
        total=total,
        goal_percent=next(iter(goals.values()), GOAL_PERCENT),
        survey=read[0] if len(read) == 1 else None,
        responses=responses,
    )
