"""The page of one stream, which is the home of its leader."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.approvals.queries.approval import approved_since
from communications.dispatches.sources import titles_of
from onelift.dashboards.attention.queries.streams import StreamKnown, stream_concerns
from onelift.dashboards.impacts.queries.home import StreamImpacts
from onelift.dashboards.people.queries.streams import leaders_of
from programmes.design.charts.milestones import Mark
from programmes.design.formats import listed
from programmes.models import Member, Milestone, Service, Stream, StreamUpdate, WaveSite
from programmes.models.stream import week_of
from programmes.queries.judgement import OFF, ON, Finding, judge_milestone, propose
from programmes.queries.measures import with_figures
from programmes.queries.moves import Move, kept_moves, moves_of
from programmes.queries.objective import ObjectiveLine, objective_line
from programmes.scope import Scope
from stakeholders.models import PersonalObjective, User

# What a first update looks back on, and how many older ones the page tells.
LOOKS_BACK = timedelta(days=14)
OLDER = 4
COMING = 6


@dataclass(frozen=True)
class Coming:
    """One thing on one day: a milestone, an objective or a go-live."""

    on: date
    title: str
    line: str = ""


@dataclass(frozen=True)
class StreamBoard:
    """What the page shows, within the scope of its reader.

    Attributes:
        stream: the stream.
        leaders: who leads it.
        members: who works in it, by employer in words.
        objectives: its objectives.
        personal: personal objectives that stand in it and that the reader may read.
        milestones: all of them.
        proposed: what the rules say today.
        update: this week's, draft or sent, or None.
        older: those that were sent before, the latest first.
        moves: what an update of this week may tell.
        services: what it brings.
        coming: what is next.
        today: the day.

    """

    stream: Stream
    leaders: list[User]
    members: list[tuple[str, list[Member]]]
    objectives: list[ObjectiveLine]
    personal: list[ObjectiveLine]
    milestones: list[Milestone]
    proposed: Finding
    update: StreamUpdate | None
    older: list[StreamUpdate]
    moves: list[Move]
    services: list[Service]
    coming: list[Coming]
    today: date

    @property
    def on_track(self) -> int:
        """Return how many of the objectives are on track."""
        return sum(1 for line in self.objectives if line.finding.state == ON)

    @property
    def late(self) -> list[Milestone]:
        return [m for m in self.milestones if judge_milestone(m, self.today) == "late"]

    @property
    def people(self) -> int:
        """Return how many work in the stream."""
        return sum(len(members) for _employer, members in self.members)

    @property
    def proposed_word(self) -> str:
        """Return what the rules propose in a word."""
        return str(StreamUpdate.Judgement(self.proposed.state).label)

    @property
    def is_draft(self) -> bool:
        """Tell whether this week's update is still to be sent."""
        return self.update is None or self.update.sent_at is None

    @property
    def is_read(self) -> bool:
        """Tell whether the CIO has read this week's update."""
        return self.update is not None and self.update.opened_at is not None

    @property
    def told(self) -> list[Move]:
        """Return what this week's update tells."""
        return kept_moves(self.update.moved) if self.update else []


def stream_board(stream: Stream, scope: Scope, now: datetime) -> StreamBoard:
    """Return the page of a stream, in a number of queries that is fixed."""
    today = now.date()
    milestones = list(stream.milestones.present())
    objectives = with_figures(stream.objectives.present(), stream.programme, now)
    update, older = _updates(stream, week_of(today))
    since = older[0].sent_at if older and older[0].sent_at else now - LOOKS_BACK
    services = list(stream.services.all())
    return StreamBoard(
        stream=stream,
        leaders=leaders_of([stream])[stream.pk],
        members=_members(stream),
        objectives=[objective_line(objective, today) for objective in objectives],
        personal=_personal(stream, scope, today),
        milestones=milestones,
        proposed=propose(milestones, objectives, today),
        update=update,
        older=older[:OLDER],
        moves=[
            *moves_of(milestones, objectives, since.date(), today),
            *_approved(scope, since),
        ],
        services=services,
        coming=_coming(scope, milestones, services, today),
        today=today,
    )


def _updates(stream: Stream, week_on: date) -> tuple[StreamUpdate | None, list[StreamUpdate]]:
    """Return this week's update and those sent before it."""
    known = stream.updates.filter(week_on__lte=week_on).select_related("sent_by", "opened_by")
    found = list(known[: OLDER + 2])
    this = next((update for update in found if update.week_on == week_on), None)
    return this, [update for update in found if update.sent_at and update.week_on < week_on]


def _members(stream: Stream) -> list[tuple[str, list[Member]]]:
    found: dict[str, list[Member]] = defaultdict(list)
    for member in stream.members.present():
        found[member.employer].append(member)
    return [(str(word), found[key]) for key, word in Member.Employer.choices if found[key]]


def _personal(stream: Stream, scope: Scope, today: date) -> list[ObjectiveLine]:
    found = PersonalObjective.objects.present().within(scope).filter(stream=stream)
    return [objective_line(one, today, one.owner) for one in found.select_related("owner")]


def _approved(scope: Scope, since: datetime) -> list[Move]:
    """Return the messages of the programme that were approved since."""
    versions = approved_since(scope, since)
    titles = titles_of((version.message for version in versions), scope)
    return [
        Move("message", version.pk, title, version.decided_at.date().isoformat())
        for version in versions
        if version.decided_at
        for title in [titles.get(version.message_id) or version.frozen.title]
    ]


def _coming(
    scope: Scope,
    milestones: Iterable[Milestone],
    services: Sequence[Service],
    today: date,
) -> list[Coming]:
    """Return the next milestones, and go-lives that bring the stream's services to sites."""
    own = [Coming(m.due_on, m.name) for m in milestones if _is_to_come(m, today) and m.due_on]
    found = [*own, *(_go_lives(scope, services, today) if services else [])]
    return sorted(found, key=lambda one: (one.on, one.title))[:COMING]


def _is_to_come(milestone: Milestone, today: date) -> bool:
    return not milestone.done_on and milestone.due_on is not None and milestone.due_on >= today


def _go_lives(scope: Scope, services: Sequence[Service], today: date) -> list[Coming]:
    places = WaveSite.objects.dated().within(scope)
    sites: dict[tuple[date, str], int] = defaultdict(int)
    for place in places.select_related("wave"):
        if (live_on := place.live_on) >= today:
            sites[live_on, place.wave.name] += 1
    names = listed(str(service.name) for service in services)
    return [
        Coming(
            on=on,
            title=_("%(wave)s goes live") % {"wave": wave},
            line=ngettext("%(n)d site gets: %(names)s", "%(n)d sites get: %(names)s", count)
            % {"n": count, "names": names},
        )
        for (on, wave), count in sites.items()
    ]


def marks_of(board: StreamBoard, url_of: dict[int, str]) -> list[Mark]:
    """Return the milestones as marks on a line; ``url_of`` says where each is changed."""
    return [
        Mark(
            pk=milestone.pk,
            name=milestone.name,
            due_on=milestone.due_on,
            state=judge_milestone(milestone, board.today),
            done_on=milestone.done_on,
            remark=_remark(milestone, board.today),
            url=url_of.get(milestone.pk, ""),
        )
        for milestone in board.milestones
    ]


def _remark(milestone: Milestone, today: date) -> str:
    days = milestone.days_late_on(today)
    if not days:
        return ""
    return ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days}


def title_of(board: StreamBoard, impacts: StreamImpacts | None) -> str:
    """Return what the reader should know first: the heaviest fact, else how objectives stand.

    ``impacts`` are those of the stream, for who may read them.
    """
    name = board.stream.name
    concerns = stream_concerns(_known(board, impacts))
    if concerns:
        return _("%(label)s: %(names)s") % {"label": name, "names": concerns[0].words}
    n = len(board.objectives)
    if not n:
        return _("%(stream)s has no objective yet") % {"stream": name}
    words = ngettext(
        "%(stream)s: %(on)d of %(n)d objectives is on track",
        "%(stream)s: %(on)d of %(n)d objectives are on track",
        board.on_track,
    )
    return words % {"stream": name, "n": n, "on": board.on_track}


def _known(board: StreamBoard, impacts: StreamImpacts | None) -> StreamKnown:
    off_track = [line.objective.due_on for line in board.objectives if line.finding.state == OFF]
    return StreamKnown(
        today=board.today,
        touched=impacts.touched if impacts else 0,
        unanswered=impacts.gaps.people if impacts else 0,
        begins_on=impacts.begins_on if impacts else None,
        late_on=[one.due_on for one in board.late if one.due_on],
        off_track=off_track,
    )
