"""How many rows lie in each pile, in one query, and the rows of one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import CharField, Count, DateTimeField, F, Min, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse

from communications.dispatches.models.dispatch import UNWEIGHED
from onelift.dashboards.checkup.queries.piles import PILES, Pile
from programmes.design.formats import comma
from stakeholders.models import User


@dataclass(frozen=True)
class Heap:
    """A pile as it stands; ``since`` is when the first of it began to wait (UTC)."""

    pile: Pile
    count: int
    since: datetime | None = None
    next_try: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        """Tell whether the first has waited longer than anything of this pile should."""
        late_after = self.pile.late_after
        return bool(late_after and self.since and self.since < now - late_after)


@dataclass(frozen=True)
class Line:
    """One row of a pile; ``url`` is empty for whoever may not open it in the administration."""

    pk: int
    what: str
    about: str
    since: datetime | None
    next_try: datetime | None
    attempts: int | None
    url: str


def heaps(now: datetime, piles: Iterable[Pile] = PILES.values()) -> dict[str, Heap]:
    """Return some piles as they stand, all of them unless they are named, in one query."""
    wanted = {pile.key: pile for pile in piles}
    first, *others = [counted(pile, now) for pile in wanted.values()]
    found = {key: (n, since, tried) for key, n, since, tried in first.union(*others, all=True)}
    return {key: Heap(pile, *found.get(key, (0, None, None))) for key, pile in wanted.items()}


def counted(pile: Pile, now: datetime) -> QuerySet[Any, Any]:
    """Return one row: the pile's key, how many there are, since when, and the next try."""
    # PostgreSQL takes the types of a union from its first query, and a bare NULL for text.
    nothing = Cast(Value(None), DateTimeField())
    next_try = Min(pile.next_try) if pile.next_try else nothing
    rows = pile.rows(now).order_by().annotate(pile_key=Value(pile.key, CharField()))
    counts = rows.values("pile_key").annotate(
        pile_count=Count("pk"), pile_since=Min(pile.since), pile_next=next_try
    )
    found: QuerySet[Any, Any] = counts.values_list(
        "pile_key", "pile_count", "pile_since", "pile_next"
    )
    return found


def lines_of(pile: Pile, rows: Sequence[Any], user: User) -> list[Line]:
    """Return some rows of a pile in words. Nobody is named to whom something is sent."""
    return [_line(pile, row, user) for row in rows]


def ordered(pile: Pile, now: datetime) -> QuerySet[Any]:
    """Return the rows of a pile, the oldest first."""
    related = [path.replace(".", "__") for path in pile.path if is_related(path)]
    return pile.rows(now).select_related(*related).order_by(F(pile.since).asc(), "pk")


def is_related(path: str) -> bool:
    return not path.startswith("get_") and path != "file_name"


def _line(pile: Pile, row: Any, user: User) -> Line:
    what, *about = (_words(row, path) for path in pile.path)
    next_try = getattr(row, pile.next_try) if pile.next_try else None
    return Line(
        pk=row.pk,
        what=what,
        about=comma().join(filter(None, about)),
        since=getattr(row, pile.since),
        next_try=None if next_try == UNWEIGHED else next_try,
        attempts=getattr(row, "attempts", None),
        url=_address(row, user),
    )


def _words(row: Any, path: str) -> str:
    for name in path.split("."):
        row = getattr(row, name, None)
    found = row() if callable(row) else row
    return "" if found is None else str(found)


def _address(row: Any, user: User) -> str:
    meta = row._meta
    may_open = user.is_staff and user.has_perm(f"{meta.app_label}.view_{meta.model_name}")
    if not may_open or not admin.site.is_registered(type(row)):
        return ""
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
