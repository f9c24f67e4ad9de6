"""What the last personnel file changed in an audience: who came, changed and left."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule
from stakeholders.importing.models import EntryKind, ImportEntry, ImportRun, ImportState
from stakeholders.people.models import Person

# Each word of the news with what a file has done to whoever it means.
WORDS = {
    "came": (EntryKind.NEW, EntryKind.RETURNED),
    "changed": (EntryKind.CHANGED,),
    "left": (EntryKind.LEFT,),
}


@dataclass(frozen=True)
class News:
    """How many people of an audience a file brought, changed, and took away."""

    at: datetime
    came: int
    changed: int
    left: int


def news_of(rule: Rule, scope: Scope) -> News | None:
    """Return what the last file changed in an audience; None if nothing (two queries)."""
    run = last_run()
    if run is None or run.ended_at is None:
        return None
    people = Person.objects.within(scope).filter(rule.meant()).order_by()
    here = Q(left_on__isnull=True)
    counts = people.aggregate(
        came=Count("pk", filter=here & told_of(run, "came")),
        changed=Count("pk", filter=here & told_of(run, "changed")),
        left=Count("pk", filter=~here & told_of(run, "left")),
    )
    return News(run.ended_at, **counts) if any(counts.values()) else None


def last_run() -> ImportRun | None:
    """Return the last file that was applied, unless it was the first: then everybody came."""
    applied = ImportRun.objects.filter(state=ImportState.APPLIED, ended_at__isnull=False)
    run = applied.order_by("-ended_at", "-pk").first()
    return run if run and run.effect.get("known") else None


def told_of(run: ImportRun, word: str) -> Q:
    """Return the condition of the people to whom a file did what a word says."""
    entries = ImportEntry.objects.filter(run=run, kind__in=WORDS[word]).order_by()
    return Q(personnel_number__in=entries.values("personnel_number"))
