"""The messages of a programme as a list: state, people, languages, and when each goes out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from communications.dispatches.queries.sending import Sending, sendings_of
from communications.messages.models import Approval, Message
from communications.messages.models.content import Content
from communications.messages.models.message import MessageQuerySet
from communications.messages.queries.content import due_for, places_in
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from programmes.timing import Due, Schedule
from stakeholders.audiences.models.audience import rule_lookups
from stakeholders.audiences.models.rule import Rule
from stakeholders.models import Audience

UNDECIDED = ("draft", "waiting", "refused")
ENDED = ("sent", "withdrawn")
SOON = timedelta(days=2)


@dataclass(frozen=True)
class MessageRow:
    """One message of the list, as far as it is in view.

    Attributes:
        message: the message.
        title: its subject, for readers of a region the approved one; so is ``level``.
        state: ``draft``, ``waiting``, ``approved``, ``sending``, ``scheduled`` between two
            sendings, ``sent``, ``refused`` or ``withdrawn``.
        due: when its first site is due, or None; ``zone`` is that site's.
        is_late: whether nothing is approved two days before that moment, or after it.
        groups: the names of regions and personas that it is for.
        ended: how many of its mails are on their way no more; counted while some are to come.
        waves_sent: of ``waves_due`` to which it leaves one after the other, how many are over; both
            are 0 where all get it on one day, or only one wave does.
        going: the version that goes out or waits to; None for a draft. Who, when and in which
            languages follow it.
        draft_rule: the audience as it is written now, which may be newer.
        people: how many get it; ``ready`` of ``languages`` that its audience reads have a text.
        is_newer: whether what is written now differs from ``going``; counted too.
        texts: the states of the texts in the languages that ``draft_rule`` reads, by code.
        next_on: the day of the next sending, of one that is scheduled.

    """

    message: Message
    title: str
    level: str
    state: str
    rule: Rule
    waves: list[str]
    sites: list[str]
    groups: list[str]
    wave_ids: frozenset[int]
    due: Due | None
    zone: str
    is_late: bool
    ended: int
    going: Approval | None
    draft_rule: Rule
    waves_sent: int = 0
    waves_due: int = 0
    people: int = 0
    is_newer: bool = False
    ready: int = 0
    languages: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)
    next_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether something of it is still to come."""
        return self.state not in ENDED

    @property
    def is_for_all(self) -> bool:
        """Tell whether its rule has no line at all."""
        return self.rule.is_everybody

    @property
    def goes_on(self) -> date | None:
        """Return the day at that first site."""
        return self.due.at.astimezone(ZoneInfo(self.zone)).date() if self.due else None

    @property
    def share(self) -> float:
        """Return the fraction of its people whose mail is done, 0 to 1."""
        return min(1.0, self.ended / self.people) if self.people else 0.0


def message_rows(programme: Programme, scope: Scope, now: datetime) -> list[MessageRow]:
    """Return all messages in view, what is to come first, in a constant number of queries.

    People and languages are not counted yet: see ``queries.counts``.
    """
    return rows_of(Message.objects.within(scope), programme, scope, now)


def row_of(message: Message, scope: Scope, now: datetime) -> MessageRow:
    """Return one message in view as a row, not counted either."""
    found = Message.objects.within(scope).filter(pk=message.pk)
    return rows_of(found, message.programme, scope, now)[0]


def rows_of(
    found: MessageQuerySet, programme: Programme, scope: Scope, now: datetime
) -> list[MessageRow]:
    """Return some messages as rows, what is to come first."""
    messages = (
        found.select_related("audience")
        .prefetch_related("approvals")
        .prefetch_related(*rule_lookups("audience__"))
    )
    places = places_in(programme, scope)
    going = {one.pk: going_of(one, places, scope) for one in messages}
    dues = {one.pk: _dues(one, going[one.pk], places) for one in messages}
    coming = {pk for pk, own in dues.items() if any(due and due.latest > now for _p, due in own)}
    sendings = sendings_of(messages, coming, scope)
    rows = [
        _row(one, going[one.pk], dues[one.pk], sendings[one.pk], scope, now) for one in messages
    ]
    return sorted(rows, key=_order)


def _order(row: MessageRow) -> tuple[bool, bool, float, int]:
    at = row.due.at.timestamp() if row.due else 0.0
    return (not row.is_open, row.due is None, at if row.is_open else -at, row.message.pk)


def going_of(message: Message, places: Iterable[WaveSite], scope: Scope) -> Approval | None:
    """Return the version of a message that goes out, else the one that waits for a decision.

    None for a draft, as for a writer of some regions of whose sites that version names none.
    """
    found = standing_of(message)
    if not scope.reads_drafts:
        return found
    found = found or in_state(message, Approval.State.WAITING)
    if found and scope.regions is not None and not any(map(found.frozen.rule.names, places)):
        return None
    return found


def _dues(
    message: Message, going: Approval | None, places: list[WaveSite]
) -> list[tuple[WaveSite, Due | None]]:
    rule, schedule = _meant(message, going)
    named = [place for place in places if rule.names(place)]
    return [(place, due_for(message, schedule, place)) for place in named]


def _meant(message: Message, going: Approval | None) -> tuple[Rule, Schedule]:
    """Return who gets a message and when: as the version that goes says, else the draft."""
    if going:
        return going.frozen.rule, going.frozen.schedule
    return message.audience.rule(), Schedule.of(message)


def frozen_for(message: Message, scope: Scope) -> Content | None:
    """Return the approved content, for readers who see nothing else."""
    standing = standing_of(message)
    return standing.frozen if standing and not scope.reads_drafts else None


def _row(
    message: Message,
    going: Approval | None,
    dues: list[tuple[WaveSite, Due | None]],
    sending: Sending,
    scope: Scope,
    now: datetime,
) -> MessageRow:
    frozen = frozen_for(message, scope)
    rule, schedule = _meant(message, going)
    dated = [(due, place) for place, due in dues if due]
    due, first = min(dated, key=lambda pair: pair[0].at, default=(None, None))
    to_come = [(d, p) for d, p in dated if d.latest > now and p.site_id not in sending.sites]
    state = state_of(message, sending, bool(to_come))
    next_on = next_day(to_come, now) if state == "sending" and not sending.open else None
    waves = {} if schedule.fixed_on else waves_over(dues, sending, now)
    return MessageRow(
        message=message,
        title=frozen.title if frozen else message.title,
        level=frozen.level if frozen else message.level,
        state="scheduled" if next_on else state,
        rule=rule,
        waves=_names((p.wave_id, p.wave.name) for p, _at in dues) if rule.waves else [],
        sites=_names((p.site_id, p.site.name) for p, _at in dues) if rule.sites else [],
        groups=_groups(message.audience, rule, scope),
        wave_ids=frozenset(place.wave_id for place, _at in dues),
        due=due,
        zone=first.site.time_zone if first else "UTC",
        is_late=(
            state in UNDECIDED
            and standing_of(message) is None
            and due is not None
            and due.at < now + SOON
        ),
        ended=sending.ended,
        going=going,
        draft_rule=frozen.rule if frozen else message.audience.rule(),
        waves_sent=sum(waves.values()) if len(waves) > 1 else 0,
        waves_due=len(waves) if len(waves) > 1 else 0,
        next_on=next_on,
    )


def next_day(to_come: Iterable[tuple[Due, WaveSite]], now: datetime) -> date | None:
    """Return the day at the next of some sites; None while one of them may leave already."""
    due, place = min(to_come, key=lambda pair: pair[0].at)
    if due.at <= now:
        return None
    return due.at.astimezone(ZoneInfo(place.site.time_zone)).date()


def waves_over(
    dues: Iterable[tuple[WaveSite, Due | None]], sending: Sending, now: datetime
) -> dict[int, bool]:
    """Return whether nothing is to come or on its way at any site of a wave, by its id."""
    found: dict[int, bool] = {}
    for place, due in dues:
        is_begun = place.site_id in sending.sites or (due is not None and due.latest <= now)
        is_over = is_begun and place.site_id not in sending.busy
        found[place.wave_id] = found.get(place.wave_id, True) and is_over
    return found


def _groups(audience: Audience, rule: Rule, scope: Scope) -> list[str]:
    """Return the names of the regions in view and of the personas that a rule names."""
    if rule.frozen:
        return []
    seen, named = scope.regions, rule.regions
    personas = {one.id for one in rule.personas}
    regions = (one for one in audience.regions.all() if seen is None or one.pk in seen)
    return [
        *(str(one) for one in regions if one.pk in named),
        *(str(one) for one in audience.personas.all() if one.pk in personas),
    ]


def _names(pairs: Iterable[tuple[int, str]]) -> list[str]:
    return list(dict(pairs).values())


def standing_of(message: Message) -> Approval | None:
    """Return the approved version among prefetched ones."""
    return in_state(message, Approval.State.APPROVED)


def in_state(message: Message, state: str) -> Approval | None:
    """Return the version in a state that only one can have, among prefetched ones."""
    return next((one for one in message.approvals.all() if one.state == state), None)


def state_of(message: Message, sending: Sending, to_come: bool) -> str:
    """Return the word for where a message stands; ``to_come`` are sites without rows."""
    states = [str(one.state) for one in message.approvals.all()]
    if "waiting" in states:
        return "waiting"
    if "approved" not in states:
        return next((one for one in states if one != "replaced"), "draft")
    if not sending.has_rows:
        return "approved"
    return "sending" if sending.open or to_come else "sent"


def with_titles(rows: Iterable[MessageRow], titles: Mapping[int, str]) -> list[MessageRow]:
    """Return rows of which some have a title of their own, by the id of the message."""
    return [replace(row, title=titles.get(row.message.pk, row.title)) for row in rows]
