"""Takes translated units back: each is refused alone, or saved with the others of its object."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from communications.messages.services.refusal import RefusedError
from onelift.exchange.text_kind import Statuses, TextKind, Translation, WrittenField
from onelift.exchange.units import Unit, mark_of, place_of
from programmes.design.substance import lost_in, lost_words
from programmes.models import Programme
from programmes.queries.texts import DRAFT, READY, REVIEW, SOURCE_LANGUAGE, TextStatus
from programmes.scope import Scope
from programmes.services.texts import TextChangedError
from stakeholders.models import User

LANGUAGES = {code for code, _name in settings.LANGUAGES} - {SOURCE_LANGUAGE}
UNKNOWN = _("There is no such text. Export again, and leave the ids as they are.")
OTHER_LANGUAGE = _("“%(language)s” is none of: %(known)s.")
CHANGED = _("Someone has changed this translation since the export. Export again.")
OLDER = _("The English has changed since the export. Export again.")
LINES = _("The English has %(n)s answers, one a line. Write as many lines.")
LONG = _("The text has %(n)s characters. Shorten it to at most %(most)s.")


@dataclass(frozen=True)
class Bringing:
    """Who brings texts, and where these belong.

    Attributes:
        programmes: whose texts may change.
        languages: the codes that may be written.
        scope: what of the one programme is in view; None is all.
        by: who is noted as the writer; None is an operator's command.

    """

    programmes: Sequence[Programme]
    languages: Collection[str] = frozenset(LANGUAGES)
    scope: Scope | None = None
    by: User | None = None

    def find(self, kind: TextKind, pk: int) -> Any:
        """Return an object that may be written, or None."""
        if self.scope is None:
            return kind.objects(self.programmes).filter(pk=pk).first()
        obj = kind.within(self.programmes[0], self.scope).filter(pk=pk).first()
        return obj if obj is not None and kind.is_own(obj, self.scope) else None


@dataclass
class Report:
    """What became of a file.

    Attributes:
        saved: how many units changed a text, or made it ready for review.
        unchanged: how many were as they are, or empty.
        refused: units with the reason.

    """

    saved: int = 0
    unchanged: int = 0
    refused: list[tuple[Unit, str]] = field(default_factory=list)

    def refuse(self, units: Iterable[Unit], reason: str) -> None:
        """Note units that are not taken."""
        self.refused += [(unit, reason) for unit in units]


def take(units: Iterable[Unit], bringing: Bringing, now: datetime) -> Report:
    """Save what is right, and return what became of each unit.

    A text becomes a draft, or ready for review where all its units are called finished. Nothing
    that is approved changes: what is sent is the version that was approved.
    """
    report = Report()
    for own in by_object(units):
        take_own(own, bringing, report, now)
    return report


def by_object(units: Iterable[Unit]) -> list[list[Unit]]:
    """Return the units of each object and language, in the order of the file."""
    found: dict[tuple[str, str], list[Unit]] = {}
    for unit in units:
        found.setdefault((unit.id.rpartition("/")[0], unit.language), []).append(unit)
    return list(found.values())


def take_own(own: Sequence[Unit], bringing: Bringing, report: Report, now: datetime) -> None:
    """Take the units of one object and language; the report says what became of them."""
    (kind, pk), language = place_of(own[0].id), own[0].language
    obj = bringing.find(kind, pk) if kind else None
    if kind is None or obj is None:
        report.refuse(own, str(UNKNOWN))
    elif language not in bringing.languages:
        known = ", ".join(sorted(bringing.languages))
        report.refuse(own, OTHER_LANGUAGE % {"language": language, "known": known})
    else:
        _take_object(kind, obj, own, report, bringing.by, now)


def _take_object(
    kind: TextKind,
    obj: Any,
    units: Sequence[Unit],
    report: Report,
    by: User | None,
    now: datetime,
) -> None:
    """Save the units of one object and language that can be taken, in one step."""
    language = units[0].language
    found = kind.statuses([obj], [SOURCE_LANGUAGE, language])[obj.pk]
    english, own = found[SOURCE_LANGUAGE], found[language]
    taken = _taken(kind, obj, units, found, report)
    new = {unit.field: unit.target for unit in taken}
    given = [unit for unit in units if unit.target.strip()]
    is_whole = new.keys() >= {name for name, text in english.text.items() if text}
    changed = [unit for unit in taken if _differs(unit, own)]
    state = _state(taken, own, is_whole=is_whole, is_refused=len(taken) < len(given))
    if kind.has_states and is_whole and state == REVIEW and own.state == DRAFT:
        # Somebody has read all of it, and may have left words as they were.
        changed = taken
    report.unchanged += len(taken) - len(changed)
    if not changed:
        return
    try:
        with transaction.atomic():
            kind.write(obj, _translation(own, new, state, is_whole=is_whole), by, now)
        report.saved += len(changed)
    except TextChangedError:
        report.refuse(changed, str(CHANGED))
    except RefusedError as refused:
        report.refuse(changed, str(refused))
    except ValidationError as error:
        report.refuse(changed, " ".join(error.messages))


def _taken(
    kind: TextKind, obj: Any, units: Sequence[Unit], found: Statuses, report: Report
) -> list[Unit]:
    """Return the units that can be taken and hold something; the report says why others not."""
    taken, fields = [], {one.name: one for one in kind.fields()}
    for unit in units:
        english, own = found[SOURCE_LANGUAGE], found[unit.language]
        if reason := _refusal(unit, english, own, fields):
            report.refuse([unit], reason)
        elif not unit.target.strip():
            report.unchanged += 1
        elif not _differs(unit, own):
            taken.append(unit)
        else:
            taken += _fit(kind, obj, unit, fields[unit.field], report)
    return taken


def _fit(kind: TextKind, obj: Any, unit: Unit, field: WrittenField, report: Report) -> list[Unit]:
    """Return the unit as its page would save it; none where the page would refuse it."""
    try:
        return [replace(unit, target=kind.fit(obj, field, unit.target))]
    except ValidationError as error:
        report.refuse([unit], " ".join(error.messages))
        return []


def _differs(unit: Unit, own: TextStatus) -> bool:
    return mark_of(own.text[unit.field]) != mark_of(unit.target)


def _translation(
    own: TextStatus, new: Mapping[str, str], state: str, *, is_whole: bool
) -> Translation:
    """Return the text with what is new; only a whole one is made from the English of now."""
    return Translation(
        own.language,
        {**own.text, **new},
        state,
        own.fingerprint,
        (own.source if is_whole else own.source_of_part) or None,
        by_machine=own.by_machine and not is_whole,
    )


def _state(taken: Sequence[Unit], own: TextStatus, *, is_whole: bool, is_refused: bool) -> str:
    """Return ``review`` where all is finished: what was taken, and what was there before."""
    is_done = all(unit.state == REVIEW for unit in taken) and not is_refused
    return REVIEW if is_done and (is_whole or own.state in READY) else DRAFT


def _refusal(
    unit: Unit, english: TextStatus, own: TextStatus, fields: Mapping[str, WrittenField]
) -> str:
    """Return why a unit cannot be taken; empty if it can."""
    source = english.text.get(unit.field, "")
    if not source:
        return str(UNKNOWN)
    if mark_of(source) != mark_of(unit.source):
        return str(OLDER)
    if not unit.target.strip() or not _differs(unit, own):
        return ""
    if unit.seen and unit.seen != mark_of(own.text[unit.field]):
        return str(CHANGED)
    if lost := lost_in(source, unit.target):
        return lost_words(lost)
    return _misshapen(fields[unit.field], source, unit.target)


def _misshapen(field: WrittenField, source: str, target: str) -> str:
    """Return why a text does not fit its field; empty if it does."""
    texts, wanted = target.splitlines(), len(source.splitlines())
    if field.is_list and len(texts) != wanted:
        return LINES % {"n": wanted}
    n = max(map(len, texts if field.is_list else [target]))
    return LONG % {"n": n, "most": field.longest} if n > field.longest else ""
