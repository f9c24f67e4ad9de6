"""The messages of a programme as a list: state, people, languages, and when each goes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from communications.dispatches.queries.sending import Sending, sendings_of
from communications.messages.models import Approval, Message
from communications.messages.models.content import Content
from communications.messages.queries.content import dues_in, places_in, reading_counts
from programmes.models import Programme, WaveSite
from programmes.queries.texts import READY, states_of_many
from programmes.scope import Scope
from programmes.timing import Due, Schedule
from stakeholders.audiences.models.audience import rule_lookups
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.crowd import Crowd, crowd_of
from stakeholders.models import Audience

FIELDS = ("subject", "body")
UNDECIDED = ("draft", "waiting", "refused")
ENDED = ("sent", "withdrawn")
SOON = timedelta(days=2)


@dataclass(frozen=True)
class MessageRow:
    """One message of the list, as far as it is in view.

    Attributes:
        message: the message.
        title: its subject, for readers of a region the approved one; so is ``level``.
        state: ``draft``, ``waiting``, ``approved``, ``sending``, ``sent``, ``refused`` or
            ``withdrawn``.
        due: when its first site is due, or None; ``zone`` is that site's.
        is_late: whether nothing is approved two days before that moment, or after it.
        groups: the names of regions and personas that it is for.
        ended: how many of its mails are on their way no more; counted while some are to come.
        people: how many it is for; ``ready`` of ``languages`` that they read have a text.
        texts: the states of the texts in these languages, by code.

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
    people: int = 0
    ready: int = 0
    languages: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)

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

    People and languages are not counted yet: see ``with_counts``.
    """
    messages = (
        Message.objects.within(scope)
        .select_related("audience")
        .prefetch_related("approvals")
        .prefetch_related(*rule_lookups("audience__"))
    )
    places = places_in(programme, scope)
    dues = {one.pk: _dues(one, places, scope) for one in messages}
    coming = {pk for pk, own in dues.items() if any(due and due.latest > now for _p, due in own)}
    sendings = sendings_of(messages, coming, scope)
    rows = [_row(one, dues[one.pk], sendings[one.pk], scope, now) for one in messages]
    return sorted(rows, key=_order)


def _order(row: MessageRow) -> tuple[bool, bool, float, int]:
    at = row.due.at.timestamp() if row.due else 0.0
    return (not row.is_open, row.due is None, at if row.is_open else -at, row.message.pk)


def _dues(
    message: Message, places: list[WaveSite], scope: Scope
) -> list[tuple[WaveSite, Due | None]]:
    frozen = frozen_for(message, scope)
    rule = frozen.rule if frozen else message.audience.rule()
    schedule = frozen.schedule if frozen else Schedule.of(message)
    return dues_in(rule, schedule, places)


def frozen_for(message: Message, scope: Scope) -> Content | None:
    """Return the approved content, for readers who see nothing else."""
    standing = standing_of(message)
    return standing.frozen if standing and not scope.reads_drafts else None


def _row(
    message: Message,
    dues: list[tuple[WaveSite, Due | None]],
    sending: Sending,
    scope: Scope,
    now: datetime,
) -> MessageRow:
    frozen = frozen_for(message, scope)
    rule = frozen.rule if frozen else message.audience.rule()
    dated = [(due, place) for place, due in dues if due]
    due, first = min(dated, key=lambda pair: pair[0].at, default=(None, None))
    to_come = any(d.latest > now and p.site_id not in sending.sites for d, p in dated)
    state = state_of(message, sending, to_come)
    return MessageRow(
        message=message,
        title=frozen.title if frozen else message.title,
        level=frozen.level if frozen else message.level,
        state=state,
        rule=rule,
        waves=_names((p.wave_id, p.wave.name) for p, _at in dues) if rule.waves else [],
        sites=_names((p.site_id, p.site.name) for p, _at in dues) if rule.sites else [],
        groups=_groups(message.audience, rule, scope),
        wave_ids=frozenset(place.wave_id for place, _at in dues),
        due=due,
        zone=first.site.time_zone if first else "UTC",
        is_late=state in UNDECIDED and due is not None and due.at < now + SOON,
        ended=sending.ended,
    )


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
    found = (one for one in message.approvals.all() if one.state == Approval.State.APPROVED)
    return next(found, None)


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


def with_counts(rows: Sequence[MessageRow], programme: Programme, scope: Scope) -> list[MessageRow]:
    """Return rows with their people and languages counted, in five queries at most."""
    if not rows:
        return []
    places = {place.site_id: place for place in places_in(programme, scope)}
    crowd = crowd_of(places.keys(), scope, [row.rule for row in rows], "language")
    statuses = states_of_many([row.message for row in rows], FIELDS, programme.languages)
    return [_counted(row, places, crowd, statuses[row.message.pk], programme) for row in rows]


def _counted(
    row: MessageRow,
    places: dict[int, WaveSite],
    crowd: Crowd,
    statuses: dict[str, Any],
    programme: Programme,
) -> MessageRow:
    meant = {pk for pk, place in places.items() if row.rule.names(place)}
    wanted = crowd.readers(row.rule, meant)
    read = set(reading_counts(wanted, programme.languages)) & set(programme.languages)
    texts = {code: statuses[code].state for code in programme.languages if code in read}
    ready = sum(state in READY for state in texts.values())
    return replace(row, people=wanted.total(), ready=ready, languages=len(read), texts=texts)
