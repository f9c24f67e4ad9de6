"""The audit trail: who did what, and who looked at what is kept of persons."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKey,
    Model,
    OneToOneRel,
    Q,
    QuerySet,
)
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from communications.approvals.queries.blackout import BLACKOUT, noted_in_words
from communications.models import Act, Bounce, Channel, Delivery, Dispatch, KitLink, Message, Post
from events.models import EventMail, Registration
from feedback.models import NeedMail
from programmes.design.formats import amount, day, enumeration, language_name, moment
from programmes.models import Programme
from programmes.models.trail import PROGRAMME, SEEN, TAKEN, WHY, Kept
from programmes.scope import Scope
from stakeholders.accounts.forms.trail import ACTIONS, ACTS
from stakeholders.accounts.rendering import column_of, field_in_words, row_in_words
from stakeholders.models import OptOut, Person, PersonalObjective, Role

# Where a row says which programme it belongs to, for entries that do not say so themselves.
PATHS: dict[type[Model], str] = {
    Role: "programme",
    Message: "programme",
    Channel: "programme",
    Dispatch: "message__programme",
    Delivery: "dispatch__message__programme",
    Post: "dispatch__message__programme",
    KitLink: "wave__programme",
    EventMail: "registration__event__programme",
    NeedMail: "need__programme",
    Registration: "event__programme",
    OptOut: "programme",
    PersonalObjective: "programme",
}
# Rows whose name or changes tell of one person.
OF_PERSONS = (Person, OptOut, Delivery, Bounce, PersonalObjective, Registration)
Names = Mapping[tuple[Any, str], str]
# What the entry says itself, and how nothing was written down.
UNSAID = {"pk", "id", "given_by_id", "given_at"}
NOTHING = {"None", "[]", ""}
CODE = re.compile(r"[a-z]+(?:-[a-z]+)?")
# The day behind each title of what moved with a date.
DAY_OF_ITEM = re.compile(r"(?<=: )\d{4}-\d\d-\d\d(?=; |$)")
MOST_WORDS = 8


@dataclass(frozen=True)
class TrailLine:
    """One entry: when (UTC), who, what was done, to what, and what changed from what to what.

    ``programme`` is the name of the one that the entry says it belongs to, or empty; ``why`` is the
    reason that was given, if any.
    """

    at: datetime
    who: str
    act: str
    about: str
    kind: str
    changes: list[tuple[str, str, str]]
    programme: str
    why: str = ""


def entries_of(programme: Programme, scope: Scope, wishes: Mapping[str, Any]) -> QuerySet[LogEntry]:
    """Return the entries of a programme that a reader may see, the latest first."""
    own = Q(**{f"additional_data__{PROGRAMME}": programme.pk}) | _placed(programme)
    return _found(own, scope, wishes)


def all_entries(scope: Scope, wishes: Mapping[str, Any]) -> QuerySet[LogEntry]:
    """Return the entries of all programmes and of the installation, the latest first."""
    return _found(Q(), scope, wishes)


def _found(own: Q, scope: Scope, wishes: Mapping[str, Any]) -> QuerySet[LogEntry]:
    found: QuerySet[LogEntry] = LogEntry.objects.filter(own, _wanted(wishes, scope))
    return found.select_related("actor", "content_type").order_by("-timestamp", "-pk")


def _placed(programme: Programme) -> Q:
    """Return the condition of entries that say nothing of a programme, on rows of this one."""
    types, found = ContentType.objects.get_for_models(*PATHS), Q()
    for model, path in PATHS.items():
        rows = model._default_manager.filter(**{path: programme}).order_by().values("pk")
        found |= Q(content_type=types[model], object_id__in=rows)
    return found & _silent()


def _silent() -> Q:
    return Q(additional_data__isnull=True) | ~Q(additional_data__has_key=PROGRAMME)


def _wanted(wishes: Mapping[str, Any], scope: Scope) -> Q:
    found = _done(wishes.get("act", ""))
    for word in str(wishes.get("who", "")).replace("\x00", "").split()[:MOST_WORDS]:
        found &= (
            Q(actor__email__icontains=word)
            | Q(actor__first_name__icontains=word)
            | Q(actor__last_name__icontains=word)
            | Q(actor_email__icontains=word)
        )
    for word in str(wishes.get("about", "")).replace("\x00", "").split()[:MOST_WORDS]:
        found &= Q(object_repr__icontains=word) & ~_hidden(scope)
    if since := wishes.get("since"):
        found &= Q(timestamp__gte=datetime.combine(since, time(), UTC))
    if until := wishes.get("until"):
        found &= Q(timestamp__lt=datetime.combine(until, time(), UTC) + timedelta(days=1))
    return found


def _done(act: str) -> Q:
    if act in (SEEN, TAKEN):
        looked = Q(action=LogEntry.Action.ACCESS)
        taken = Q(**{"additional_data__has_key": TAKEN})
        return looked & (taken if act == TAKEN else ~taken | Q(additional_data__isnull=True))
    return Q(action=ACTIONS[act]) if act in ACTIONS else Q()


def _hidden(scope: Scope) -> Q:
    """Return the condition of entries whose names the reader must not search."""
    if scope.may("people.read"):
        return Q(pk__in=())
    return Q(content_type__in=list(ContentType.objects.get_for_models(*OF_PERSONS).values()))


def lines_of(entries: list[LogEntry], scope: Scope) -> list[TrailLine]:
    """Return entries in words; who reads no records of persons learns nobody's name."""
    names = _names(entries)
    return [_line(entry, scope, names) for entry in entries]


def _names(entries: Iterable[LogEntry]) -> Names:
    """Return what rows are called that entries name by their keys, a query a table."""
    found: defaultdict[Any, set[str]] = defaultdict(set)
    for entry in entries:
        model = entry.content_type.model_class()
        for name, values in (entry.changes_dict or {}).items():
            if table := _table_of(column_of(model, name)):
                found[table] |= {value for value in values if str(value).isdecimal()}
        found[Programme] |= _said_programme(entry)
    rows = {model: model._default_manager.in_bulk(list(keys)) for model, keys in found.items()}
    return {(m, str(pk)): str(row) for m, by_key in rows.items() for pk, row in by_key.items()}


def _table_of(column: Any) -> Any:
    """Return the table of which a column names a row by its key; none where that is a person."""
    if not isinstance(column, ForeignKey) or column.related_model in OF_PERSONS:
        return None
    return column.related_model


def _said_programme(entry: LogEntry) -> set[str]:
    """Return the key of the programme that an entry says it belongs to, if any."""
    said = (entry.additional_data or {}).get(PROGRAMME)
    return {str(said)} if said else set()


def _line(entry: LogEntry, scope: Scope, names: Names) -> TrailLine:
    model = entry.content_type.model_class()
    is_hidden = model in OF_PERSONS and not scope.may("people.read")
    return TrailLine(
        at=entry.timestamp,
        who=str(entry.actor or entry.actor_email or _nobody(model)),
        act=capfirst(_act(entry)),
        about=_("One person") if is_hidden else row_in_words(model, entry.object_repr),
        kind=str(entry.content_type.name),
        changes=[] if is_hidden else list(_changes(entry, model, names)),
        programme=next((names.get((Programme, pk), "") for pk in _said_programme(entry)), ""),
        why="" if is_hidden else str((entry.additional_data or {}).get(WHY, "")),
    )


def _nobody(model: Any) -> str:
    """Return who did what has no user: people choose for themselves by their personal links."""
    return _("The person, using their own link") if model is Person else _("The system")


def _act(entry: LogEntry) -> str:
    """Say what was done: the act of a dispatch, what was seen or taken, else the bare action."""
    more = entry.additional_data or {}
    if more.get("act") in Act.values:
        return str(Act(more["act"]).label)
    for key in (SEEN, TAKEN):
        if more.get(key) in Kept.values:
            return _("%(act)s: %(what)s") % {"act": ACTS[key], "what": Kept(more[key]).label}
    words = {action: ACTS[name] for name, action in ACTIONS.items()}
    return str(words.get(entry.action, ACTS[SEEN]))


def _changes(entry: LogEntry, model: Any, names: Names) -> Iterator[tuple[str, str, str]]:
    for name, (before, after) in sorted((entry.changes_dict or {}).items()):
        if name not in UNSAID:
            column = column_of(model, name)
            was, now = (_said(column, name, str(each), names) for each in (before, after))
            if was != now:
                yield field_in_words(model, name), was, now


def _when(column: Any, value: str) -> str:
    """Return a moment or a day as people read it; empty if it is neither."""
    with suppress(ValueError):
        if isinstance(column, DateTimeField | OneToOneRel) and (at := parse_datetime(value)):
            return moment(at.replace(tzinfo=at.tzinfo or UTC))
        if type(column) is DateField and (on := parse_date(value)):
            return day(on)
    return ""


def _day_in_words(found: re.Match[str]) -> str:
    with suppress(ValueError):
        return day(date.fromisoformat(found[0]))
    return found[0]


def _said(column: Any, name: str, value: str, names: Names) -> str:
    """Return a value as people read it: a row by its name, a choice by its word, a moment."""
    if value in NOTHING:
        return ""
    if table := _table_of(column):
        return names.get((table, value), value)
    if name == "second_factor":
        return _("On") if value == "set up" else ""
    return _of_name(name, value) or _when(column, value) or _of_column(column, name, value)


def _of_name(name: str, value: str) -> str:
    """Return what is told in one way under its name; empty if it has none of its own."""
    if name.startswith("moved_") or name == "own_days":
        return DAY_OF_ITEM.sub(_day_in_words, value)
    if name == BLACKOUT:
        return noted_in_words(value)
    if name == "languages":
        return enumeration([language_name(code) for code in CODE.findall(value)])
    return ""


def _of_column(column: Any, name: str, value: str) -> str:
    """Return what a column holds: yes or no, a number, a choice by its word, or as it is."""
    if isinstance(column, BooleanField):
        return _("Yes") if value == "True" else _("No")
    if isinstance(column, DecimalField):
        return amount(Decimal(value))
    choices = {str(key): word for key, word in getattr(column, "choices", None) or ()}
    if name == "language" and not choices:
        return language_name(value)
    return str(choices.get(value, value))
