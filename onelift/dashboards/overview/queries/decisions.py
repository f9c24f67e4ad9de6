"""What waits for a decision, with all that its decider wants to know; and what was decided."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from communications.approvals.queries import approval as approvals
from communications.approvals.queries.matters import Waiting
from communications.approvals.queries.reviewers import ReadBy
from communications.desk.queries.recipients import recipients_of
from communications.dispatches.queries import load
from communications.dispatches.queries.plans import plan_on
from communications.dispatches.queries.slots import planned_at
from communications.dispatches.sources import source_of, titles_of
from communications.groups.queries.post import channels_in, channels_named
from communications.kits.services.fitting import unfit_in
from communications.messages.models.channel_text import form_label
from communications.messages.queries import content
from communications.messages.queries.review import readings_of, reviews_of
from communications.messages.queries.text_wait import waiting_in
from communications.models import Approval, Channel, Question, Review
from onelift.dashboards.overview.queries.heads import adapted_by_version, missed_by_version
from onelift.dashboards.overview.queries.when import When
from onelift.dashboards.people.queries.reader import Reader
from programmes.models import WaveSite
from programmes.queries.texts import SOURCE_LANGUAGE
from stakeholders.accounts.access import deciders_in
from stakeholders.audiences.queries.crowd import Crowd
from stakeholders.models import User


@dataclass(frozen=True)
class Card(approvals.Decision):
    """One decision as it is read in a minute.

    Attributes:
        is_own: whether the reader wrote or asked for it.
        meant: how many people it means, where only some of them get it as things stand.
        other: how many people get another language than they read; ``nothing`` how many none.
        waits: how many of them wait for a text in their language instead.
        missed: how many people email does not reach.
        opted_out: how many people get nothing, since they have opted out and it allows that.
        before: the version that was decided last, with what ``changes`` since.
        unseen: what changed since the version that the reader had on the screen.
        questions: what was asked back, with the answers.
        may_answer: whether the reader may answer.
        channels: the channels of groups where it is posted too, by name.
        only: who of those whom it means gets it, in words, where that is not all of them.
        deciders: who else may decide, by name, where the reader may not.
        readings: who has read each text that is new, and how many people read that language.

    """

    is_own: bool
    meant: int
    when: When
    other: int
    nothing: int
    waits: int
    missed: int
    opted_out: int
    before: Approval | None
    changes: content.Changes | None
    unseen: content.Changes | None
    questions: Sequence[Question]
    may_answer: bool
    deciders: Sequence[str]
    channels: Sequence[Channel]
    only: str
    signer: User | None = None
    readings: Sequence[ReadBy] = ()

    @property
    def read(self) -> list[ReadBy]:
        """Return the languages that somebody has read."""
        return [one for one in self.readings if one.names]

    @property
    def unread(self) -> list[ReadBy]:
        """Return the languages that nobody has read."""
        return [one for one in self.readings if not one.names]

    @property
    def unfit(self) -> list[str]:
        """Return in words which texts of channels cannot be printed, and why."""
        return unfit_in(self.approval.frozen.forms)

    @property
    def is_open(self) -> bool:
        """Tell whether nobody's answer is missing."""
        return all(question.answered_at for question in self.questions)


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
    missed: Mapping[int, int]
    opted_out: Mapping[int, int]
    reviews: Mapping[int, Sequence[Review]]
    signers: Mapping[int, User | None]
    seen: str
    adapted: Mapping[int, Counter[str]]


def cards_of(
    rows: Sequence[Waiting],
    reader: Reader,
    user: User,
    places: Sequence[WaveSite],
    crowd: Crowd,
    hits: load.Hits | None = None,
) -> list[Card]:
    """Return the decisions, as they come; without a query if none waits.

    Args:
        rows: the versions with their questions.
        reader: who asks when; ``changed`` in the query is the id of the version that was on the
            screen, if a newer one waits.
        user: the reader.
        places: the sites of the programme in view, dated.
        crowd: the people there, counted for the rules of these versions and by language.
        hits: what else hits people, to add the load.

    """
    if not rows:
        return []
    waiting = [row.approval for row in rows]
    recipients = recipients_of({one.message: one.frozen.rule for one in waiting}, crowd)
    known = Known(
        titles=titles_of((version.message for version in waiting), reader.scope),
        crowd=crowd,
        crowds=recipients.apart,
        places=places,
        earlier=_earlier(waiting),
        questions={row.approval.pk: row.questions for row in rows},
        deciders=deciders_in(reader.programme, reader.now),
        hits=hits,
        channels=channels_named([version.frozen for version in waiting], reader.scope),
        limit=reader.programme.mails_a_week,
        missed=missed_by_version(waiting, reader.scope, recipients.people),
        opted_out=content.opted_out_by_version(waiting, reader.programme.pk, reader.scope),
        reviews=reviews_of([version.message_id for version in waiting]),
        signers={row.approval.pk: row.signer for row in rows},
        seen=reader.query.get("changed", ""),
        adapted=adapted_by_version(waiting, reader.scope, recipients.people),
    )
    return [_card(version, known, reader, user) for version in waiting]


def _earlier(waiting: Sequence[Approval]) -> dict[int, list[Approval]]:
    """Return the other versions of the same messages by message id, the latest first."""
    messages = [version.message_id for version in waiting]
    others = Approval.objects.filter(message__in=messages).exclude(state=Approval.State.WAITING)
    found: dict[int, list[Approval]] = defaultdict(list)
    for version in others.order_by("-version"):
        found[version.message_id].append(version)
    return found


def _card(version: Approval, known: Known, reader: Reader, user: User) -> Card:
    sites = [place.site_id for place in known.places if version.frozen.rule.names(place)]
    rule = version.frozen.rule
    wanted = known.crowds.get(version.message_id, known.crowd).readers(rule, sites)
    signer = known.signers[version.pk]
    decision = approvals.decision_on(version, wanted.total(), reader.scope, user, signer)
    left = wanted - known.adapted[version.pk]
    own, _others = content.readers(wanted, version.frozen.languages)
    _own, others = content.readers(left, version.frozen.languages)
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
        when=_when(version, known, reader.now),
        other=sum(count.people for count in others if count.reads),
        nothing=sum(count.people for count in others if not count.reads),
        waits=waiting_in(version.frozen, left, reader.programme.languages),
        missed=known.missed.get(version.pk, 0),
        opted_out=known.opted_out.get(version.pk, 0),
        before=before,
        changes=_changes(before, version),
        unseen=_changes(_seen(earlier, known.seen), version),
        questions=known.questions.get(version.pk, []),
        may_answer=reader.scope.may("approval.ask"),
        deciders=[] if decision.may_decide else _deciders(version, signer, known.deciders),
        channels=channels_in(version.frozen, known.channels),
        only=str(source_of(version.message).only_words),
        signer=signer,
        readings=_readings(version, before, known, {one.code: one.people for one in own}),
    )


def _deciders(version: Approval, signer: User | None, users: Iterable[User]) -> list[str]:
    may = [user for user in users if signer is None or user == signer]
    return [str(user) for user in may if user.pk not in version.authors]


def _readings(
    version: Approval, before: Approval | None, known: Known, people: Mapping[str, int]
) -> list[ReadBy]:
    """Return who has read each text that is new and that people get, most people first."""
    is_given = before is not None and before.state == Approval.State.APPROVED
    given = before.frozen.languages if before and is_given else {}
    new = {code: text for code, text in version.frozen.languages.items() if given.get(code) != text}
    reviews = known.reviews.get(version.message_id, ())
    found = readings_of(new, reviews)
    rows = [ReadBy.of(one, people.get(code, 0)) for code, one in found.items()]
    told = (one for one in rows if one.people or one.names or one.language == SOURCE_LANGUAGE)
    return [*sorted(told, key=lambda one: -one.people), *_readings_of_forms(version, reviews)]


def _readings_of_forms(version: Approval, reviews: Sequence[Review]) -> list[ReadBy]:
    """Return who has read which text of a channel; the others are too many for a card."""
    return [
        ReadBy.of(one, part=form_label(form, False))
        for form, content in version.frozen.forms.items()
        for one in readings_of(content.texts, reviews, form).values()
        if one.readers
    ]


def _when(version: Approval, known: Known, now: datetime) -> When:
    rule = version.frozen.rule
    meant = known.crowd.meant_by_site(rule)
    people = known.crowds.get(version.message_id, known.crowd).meant_by_site(rule)
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
