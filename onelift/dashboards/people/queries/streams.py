"""The streams of a programme side by side: for their list, and for the overview."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db.models import Count
from django.utils.translation import gettext as _

from feedback.models.survey import SMALLEST_GROUP
from programmes.models import Member, Milestone, Objective, Programme, Stream, StreamUpdate
from programmes.queries.judgement import (
    ON,
    Finding,
    judge_milestone,
    judge_objective,
    propose,
)
from programmes.queries.measures import with_figures
from programmes.queries.objective import ObjectiveLine, objective_line
from programmes.scope import Scope
from stakeholders.models import Role, User
from stakeholders.register.queries.objective import PersonalFigures, personal_figures

OfStream = TypeVar("OfStream", Milestone, Objective)

# An update of the week before last says nothing about today.
SPEAKS_FOR = timedelta(days=13)


@dataclass(frozen=True)
class StreamLine:
    """A stream with what is known of it.

    Attributes:
        stream: the stream.
        says: the judgement with its reason: the leader's if it is recent, else the rules'.
        update: the leader's latest that is recent, or None.
        objectives: how many there are.
        on_track: how many of them are on track.
        late: how many milestones are late.
        next_milestone: the next that is not done, late ones first.

    """

    stream: Stream
    says: Finding
    update: StreamUpdate | None
    objectives: int
    on_track: int
    late: int
    next_milestone: Milestone | None

    @property
    def is_unread(self) -> bool:
        """Tell whether the CIO has not read the update yet."""
        return self.update is not None and self.update.opened_at is None


@dataclass(frozen=True)
class StreamRow:
    """A line of the list: who leads, and how many of which employer work in it."""

    line: StreamLine
    leaders: list[User]
    members: list[tuple[str, int]]


@dataclass(frozen=True)
class StreamList:
    """What the list shows; ``personal`` are figures, or None where too few keep objectives."""

    rows: list[StreamRow]
    objectives: list[ObjectiveLine]
    personal: PersonalFigures | None

    @property
    def endangered(self) -> int:
        """Return how many of the streams shown are not on track."""
        return sum(1 for row in self.rows if row.line.says.state != ON)


def stream_lines(
    scope: Scope, today: date, streams: Iterable[Stream] | None = None
) -> list[StreamLine]:
    """Return how each stream stands, in a number of queries that does not grow with them."""
    streams = list(Stream.objects.within(scope) if streams is None else streams)
    if not streams:
        return []
    milestones = by_stream(Milestone.objects.within(scope).present())
    objectives = by_stream(Objective.objects.within(scope).present())
    updates = latest_updates(scope, today)
    return [
        stream_line(
            stream,
            milestones.get(stream.pk, []),
            objectives.get(stream.pk, []),
            updates.get(stream.pk),
            today,
        )
        for stream in streams
    ]


def by_stream(parts: Iterable[OfStream]) -> dict[int | None, list[OfStream]]:
    """Return parts by the ids of their streams."""
    found: dict[int | None, list[OfStream]] = defaultdict(list)
    for part in parts:
        found[part.stream_id].append(part)
    return found


def latest_updates(scope: Scope, today: date) -> dict[int, StreamUpdate]:
    """Return the latest update of each stream that is recent enough, by the stream's id."""
    sent = StreamUpdate.objects.within(scope).sent()
    recent = sent.filter(week_on__gte=today - SPEAKS_FOR).order_by("week_on")
    return {update.stream_id: update for update in recent}


def stream_line(
    stream: Stream,
    milestones: Sequence[Milestone],
    objectives: Sequence[Objective],
    update: StreamUpdate | None,
    today: date,
) -> StreamLine:
    """Return how one stream stands."""
    open_ones = [m for m in milestones if not m.done_on and m.due_on]
    return StreamLine(
        stream=stream,
        says=_says(update) or propose(milestones, objectives, today),
        update=update,
        objectives=len(objectives),
        on_track=sum(1 for o in objectives if judge_objective(o, today).state == ON),
        late=sum(1 for m in milestones if judge_milestone(m, today) == "late"),
        next_milestone=min(open_ones, key=lambda m: m.due_on or today, default=None),
    )


def _says(update: StreamUpdate | None) -> Finding | None:
    if update is None:
        return None
    return Finding(update.judgement, update.sentence or _("no comment"))


def stream_list(
    programme: Programme, scope: Scope, streams: Sequence[Stream], now: datetime
) -> StreamList:
    """Return the list for some streams, with the objectives of the whole programme."""
    today = now.date()
    leaders = leaders_of(streams)
    members = members_of(streams)
    lines = stream_lines(scope, today, streams)
    whole = with_figures(
        Objective.objects.within(scope).present().filter(stream=None), programme, now
    )
    may_count = scope.may("objective.count")
    return StreamList(
        rows=[StreamRow(line, leaders[line.stream.pk], members[line.stream.pk]) for line in lines],
        objectives=[objective_line(objective, today) for objective in whole],
        personal=personal_figures(programme, today, SMALLEST_GROUP) if may_count else None,
    )


def leaders_of(streams: Iterable[Stream]) -> Mapping[int, list[User]]:
    """Return who leads which stream, by its id (one query)."""
    found: dict[int, list[User]] = defaultdict(list)
    roles = Role.objects.filter(stream__in=list(streams)).select_related("user")
    for role in roles.order_by("user__email", "pk"):
        found[role.stream_id or 0].append(role.user)
    return found


def members_of(streams: Iterable[Stream]) -> Mapping[int, list[tuple[str, int]]]:
    """Return how many of which employer work in each stream, by its id (one query)."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    members = Member.objects.present().filter(stream__in=list(streams)).order_by()
    for stream, employer, n in members.values_list("stream", "employer").annotate(n=Count("*")):
        counts[stream][employer] = n
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for stream, by_employer in counts.items():
        found[stream] = in_words(by_employer)
    return found


def in_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the employers that have somebody, in their fixed order, by name."""
    return [(str(word), counts[key]) for key, word in Member.Employer.choices if counts[key]]
