"""What was decided about approved messages that blackouts hold back, as the trail says it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from auditlog.models import LogEntry
from django.utils.translation import gettext as _

from communications.messages.models import Approval
from communications.messages.models.approval import PASS
from programmes.design.formats import day
from programmes.queries.trail import DECIDED_FOR, PRINCIPAL, entries_on

# Under these names an entry says what was decided, and that a decision was undone.
BLACKOUT, UNDONE = "blackout", "undone"


@dataclass(frozen=True)
class BlackoutDecision:
    """One decision that counts: which days, what, what before it, when, by whom and for whom.

    ``name`` is what the blackout was called then; empty where that was not kept.
    """

    approval: Approval
    days: str
    choice: str
    name: str
    before: str
    at: datetime
    by: Any
    principal: str
    principal_id: int | None

    @property
    def deciders(self) -> set[int]:
        """Return the ids of those who may undo it: who decided, and for whom."""
        return {key for key in (self.by and self.by.pk, self.principal_id) if key}


def decisions_on(versions: Sequence[Approval]) -> list[BlackoutDecision]:
    """Return what counts for these versions, the latest first; one query, none without any."""
    decided = {version.pk: version for version in versions if version.blackouts}
    if not decided:
        return []
    return list(_counting(decided, entries_on(Approval, decided)))


def _counting(
    versions: dict[int, Approval], entries: Iterable[LogEntry]
) -> Iterator[BlackoutDecision]:
    """Yield the latest decision about each days of a version that was not undone."""
    undone: Counter[tuple[int, str]] = Counter()
    seen: set[tuple[int, str]] = set()
    for entry in entries:
        if BLACKOUT not in (entry.changes_dict or {}):
            continue
        one = _decision(versions[entry.object_id], entry)
        place = (entry.object_id, one.days)
        if (entry.additional_data or {}).get(UNDONE):
            undone[place] += 1
        elif undone[place]:
            undone[place] -= 1
        elif place not in seen:
            seen.add(place)
            yield one


def _decision(version: Approval, entry: LogEntry) -> BlackoutDecision:
    before, after = entry.changes_dict[BLACKOUT]
    days, choice, name = _parts(after or before)
    return BlackoutDecision(
        approval=version,
        days=days,
        choice=choice,
        name=name,
        before=_parts(before)[1],
        at=entry.timestamp,
        by=entry.actor,
        principal=entry.changes_dict.get(DECIDED_FOR, ("", ""))[1],
        principal_id=(entry.additional_data or {}).get(PRINCIPAL),
    )


def written(days: str, choice: str, name: str) -> str:
    """Return a choice as the trail keeps it; nothing if none was made."""
    return f"{days} {choice} {name}".strip() if choice else ""


def _parts(written: str) -> tuple[str, str, str]:
    days, choice, name, *_more = [*written.split(" ", 2), "", "", ""]
    return days, choice, name


def choice_in_words(choice: str) -> str:
    """Say what becomes of a message that a blackout holds back."""
    return _("Sent anyway") if choice == PASS else _("Moved past the blackout")


def days_in_words(days: str) -> str:
    """Return the days of a blackout as people read them."""
    return " – ".join(day(date.fromisoformat(each)) for each in days.split("/"))


def noted_in_words(noted: str) -> str:
    """Return what the trail keeps of a choice as people read it; as it is if it is none."""
    days, choice, name = _parts(noted)
    with suppress(ValueError):
        label = " · ".join(filter(None, (name, days_in_words(days))))
        return _("%(label)s: %(names)s") % {"label": label, "names": choice_in_words(choice)}
    return noted
