"""What waits for a decision, with all that its decider wants to know; and what was decided."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from communications.approvals.queries import approval as approvals
from communications.approvals.services.notice import deciders_of
from communications.dispatches.queries import load
from communications.dispatches.queries.plans import open_versions, places_of, plan_on, with_ends
from communications.dispatches.queries.slots import planned_at
from communications.dispatches.sources import source_of, titles_of
from communications.groups.queries.post import channels_in, channels_named
from communications.messages.queries import content
from communications.models import Approval, Channel, Question
from onelift.dashboards.overview.queries.when import When
from onelift.dashboards.people.queries.reader import Asker
from onelift.dashboards.plan.queries.moments import NamedSlot, named_plans
from onelift.dashboards.plan.queries.recipients import crowds_of
from programmes.models import WaveSite
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import Crowd
from stakeholders.models import User


@dataclass(frozen=True)
class Card(approvals.Decision):
    """One decision as it is read in a minute.

    Attributes:
        is_own: whether the reader wrote or asked for it.
        meant: how many people it means, where only some of them get it as things stand.
        other: how many people get another language than they read; ``nothing`` how many none.
        opted_out: how many people get nothing, since they have opted out and it allows that.
        before: the version that was decided last, with what ``changes`` since.
        unseen: what changed since the version that the reader had on the screen.
        questions: what was asked back, with the answers.
        may_answer: whether the reader may answer.
        channels: the channels of groups where it is posted too, by name.
        only: who of those whom it means gets it, in words, where that is not all of them.
        deciders: who else may decide, by name, where the reader may not.

    """

    is_own: bool
    meant: int
    when: When
    other: int
    nothing: int
    opted_out: int
    before: Approval | None
    changes: content.Changes | None
    unseen: content.Changes | None
    questions: Sequence[Question]
    may_answer: bool
    deciders: Sequence[str]
    channels: Sequence[Channel]
    only: str

    @property
    def open_questions(self) -> list[Question]:
        """Return the questions that nobody has answered."""
        return [question for question in self.questions if question.answered_at is None]


@dataclass(frozen=True)
class Known:
    """What several decisions are judged by, asked once for all."""

    titles: Mapping[int, str]
    crowd: Crowd
    crowds: Mapping[int, Crowd]
    places: Sequence[WaveSite]
    earlier: Mapping[int, Sequence[Approval]]
    questions: Mapping[int, Sequence[Question]]
    deciders: Iterable[User]
    hits: load.Hits | None
    channels: Mapping[int, Channel]
    limit: int | None
    opted_out: Mapping[int, int]
    seen: str


def cards_of(
    waiting: Sequence[Approval],
    asker: Asker,
    user: User,
    places: Sequence[WaveSite],
    crowd: Crowd,
    hits: load.Hits | None = None,
) -> list[Card]:
    """Return the decisions, the most urgent first; without a query if none waits.

    Args:
        waiting: the versions.
        asker: who asks when; ``changed`` in the query is the id of the version that was on the
            screen, if a newer one waits.
        user: the reader.
        places: the sites of the programme in view, dated.
        crowd: the people there, counted for the rules of these versions and by language.
        hits: what else hits people, to add the load.

    """
    if not waiting:
        return []
    known = Known(
        titles=titles_of((version.message for version in waiting), asker.scope),
        crowd=crowd,
        crowds=crowds_of(waiting),
        places=places,
        earlier=_earlier(waiting),
        questions=_questions(waiting),
        deciders=deciders_of(asker.programme),
        hits=hits,
        channels=channels_named([version.frozen for version in waiting], asker.scope),
        limit=asker.programme.mails_a_week,
        opted_out=content.opted_out_by_version(waiting, asker.programme.pk, asker.scope),
        seen=asker.query.get("changed", ""),
    )
    return sorted((_card(version, known, asker, user) for version in waiting), key=_urgency)


def _urgency(card: Card) -> tuple[bool, date, datetime]:
    return (not card.may_decide, card.when.due_on or date.max, card.approval.asked_at)


def _earlier(waiting: Sequence[Approval]) -> dict[int, list[Approval]]:
    """Return the other versions of the same messages by message id, the latest first."""
    messages = [version.message_id for version in waiting]
    others = Approval.objects.filter(message__in=messages).exclude(state=Approval.State.WAITING)
    found: dict[int, list[Approval]] = defaultdict(list)
    for version in others.order_by("-version"):
        found[version.message_id].append(version)
    return found


def _questions(waiting: Sequence[Approval]) -> dict[int, list[Question]]:
    found: dict[int, list[Question]] = defaultdict(list)
    asked = Question.objects.filter(approval__in=waiting)
    for question in asked.select_related("asked_by", "answered_by"):
        found[question.approval_id].append(question)
    return found


def _card(version: Approval, known: Known, asker: Asker, user: User) -> Card:
    sites = [place.site_id for place in known.places if version.frozen.rule.names(place)]
    rule = version.frozen.rule
    wanted = known.crowds.get(version.pk, known.crowd).readers(rule, sites)
    decision = approvals.decision_on(version, wanted.total(), asker.scope, user)
    _own, others = content.readers(wanted, version.frozen.languages)
    earlier = known.earlier.get(version.message_id, [])
    before = _before(earlier)
    return Card(
        approval=version,
        subject=known.titles.get(version.message_id, decision.subject),
        people=decision.people,
        languages=decision.languages,
        may_decide=decision.may_decide,
        is_own=user.pk in version.authors,
        meant=known.crowd.meant(rule, sites),
        when=_when(version, known, asker.now),
        other=sum(count.people for count in others if count.reads),
        nothing=sum(count.people for count in others if not count.reads),
        opted_out=known.opted_out.get(version.pk, 0),
        before=before,
        changes=_changes(before, version),
        unseen=_changes(_seen(earlier, known.seen), version),
        questions=known.questions.get(version.pk, []),
        may_answer=asker.scope.may("approval.ask"),
        deciders=[] if decision.may_decide else _names_but(version.authors, known.deciders),
        channels=channels_in(version.frozen, known.channels),
        only=str(source_of(version.message).only_words),
    )


def _names_but(authors: Collection[int | None], users: Iterable[User]) -> list[str]:
    return [str(user) for user in users if user.pk not in authors]


def _when(version: Approval, known: Known, now: datetime) -> When:
    rule = version.frozen.rule
    meant = known.crowd.meant_by_site(rule)
    people = known.crowds.get(version.pk, known.crowd).meant_by_site(rule)
    everywhere = planned_at([plan_on(version.message, rule, version)], known.places)
    peopled = [each for each in everywhere if meant[each.wave_site.site_id]]
    due = sorted(peopled, key=lambda each: each.due.at)
    counts = [(each.due, people[each.wave_site.site_id]) for each in due]
    soon = now + timedelta(minutes=settings.SEND_QUIET_MINUTES)
    return When(
        schedule=version.frozen.schedule,
        first=due[0] if due else None,
        last=due[-1] if due else None,
        days_left=(due[0].on - now.date()).days if due else 0,
        sites=len(due),
        moved=sum(1 for each in due if each.due.moved),
        at_once=sum(n for due_there, n in counts if due_there.at <= soon <= due_there.latest),
        too_late=sum(n for due_there, n in counts if due_there.latest < soon),
        heaviest=load.load_with(known.hits, version, due) if known.hits else None,
        enough=load.waiting_with(known.hits, version, due, known.limit) if known.hits else 0,
    )


def _changes(earlier: Approval | None, version: Approval) -> content.Changes | None:
    return content.changes_between(earlier.frozen, version.frozen) if earlier else None


def _seen(earlier: Iterable[Approval], key: str) -> Approval | None:
    """Return the version that the reader had on the screen, if this one has replaced it."""
    return next((each for each in earlier if str(each.pk) == key and each.is_outdated), None)


def _before(earlier: Iterable[Approval]) -> Approval | None:
    """Return the version that stands, else the one that was decided last."""
    decided = [each for each in earlier if each.decided_at]
    standing = (each for each in decided if each.state == Approval.State.APPROVED)
    return next(standing, decided[0] if decided else None)


def for_me(cards: Iterable[Card], scope: Scope) -> list[Card]:
    """Narrow to what the reader may decide, or was asked about what they want decided."""
    return [
        card
        for card in cards
        if card.may_decide or (scope.may("approval.ask") and card.is_own and card.open_questions)
    ]


@dataclass(frozen=True)
class Next:
    """What comes next: a draft by its title, or else the go-live of a wave."""

    on: date
    title: str = ""
    wave: str = ""


@dataclass(frozen=True)
class DecisionsBoard:
    """What waits; ``mine`` waits for the reader, and ``next`` is what will need a decision."""

    all: list[Card]
    mine: list[Card]
    next: Next | None


def decisions_board(asker: Asker, user: User) -> DecisionsBoard:
    """Return what waits in a programme, in a number of queries that does not grow with it."""
    places = places_of(asker.scope)
    versions = open_versions(asker.scope)
    plans = with_ends(named_plans(asker.programme, asker.scope, versions), asker.programme)
    waiting = approvals.waiting_of(versions)
    planned, cards = planned_at(plans, places), []
    if waiting:
        crowd = load.crowd_with(waiting, plans, places, asker.scope)
        hits = load.hits_of(plans, planned, places, crowd)
        cards = cards_of(waiting, asker, user, places, crowd, hits)
    return DecisionsBoard(cards, for_me(cards, asker.scope), _next(planned, places, asker.now))


def _next(planned: Iterable[NamedSlot], places: Iterable[WaveSite], now: datetime) -> Next | None:
    drafts = [e for e in planned if e.plan.state == "draft" and e.due.at > now]
    if drafts:
        first = min(drafts, key=lambda each: each.due.at)
        return Next(first.on, title=first.plan.title)
    coming = [(p.live_on, p.wave.name) for p in places if p.live_on > now.date()]
    return Next(min(coming)[0], wave=min(coming)[1]) if coming else None
