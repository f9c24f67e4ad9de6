"""The list behind each number of a dispatch: persons, or counts that add up to the number."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.models import Bounce, Delivery, Dispatch, State
from communications.models.ledger import OPEN
from communications.queries.ledger import (
    WAITING,
    channel_down,
    coming_people,
    held,
    ledger_of,
    standing_of,
)
from programmes.models import Site
from programmes.scope import Scope
from stakeholders.models import Person
from stakeholders.models.person import PersonQuerySet

# What a number may be of, with the words that stand behind it.
PART_WORDS: dict[str, Promise] = {
    "sent": _("sent"),
    "bounced": _("came back"),
    "waiting": _("waiting"),
    "queue": _("in the queue now"),
    "later": _("later"),
    "held": _("held"),
    "not_sent": _("not sent"),
    "in_doubt": _("in doubt"),
    "failed": _("failed"),
    "skipped": _("skipped"),
    "cancelled": _("cancelled"),
}
NOT_SENT = (State.IN_DOUBT, State.FAILED, State.SKIPPED, State.CANCELLED)
UNSENT_BY_PERSON = ("failed", "skipped", "bounced")
NO_LANGUAGE = "none"


@dataclass(frozen=True)
class Chosen:
    """What the list is narrowed to; empty is all. ``language`` may be ``none``: none yet."""

    part: str = ""
    site: int | None = None
    language: str = ""


@dataclass(frozen=True)
class Table:
    """Counts per site and language; ``columns`` are codes, empty for none yet."""

    columns: list[str]
    rows: list[tuple[Site, list[int], int]]
    totals: list[int]
    total: int


def may_see_persons(scope: Scope, part: str) -> bool:
    """Tell whether the reader may see this part person by person."""
    is_open = scope.may("delivery.unsent") and part in UNSENT_BY_PERSON
    return scope.may("delivery.read") or is_open


def deliveries_in(
    dispatch: Dispatch, scope: Scope, chosen: Chosen, now: datetime
) -> QuerySet[Delivery]:
    """Return the rows behind a number."""
    rows = dispatch.deliveries.within(scope)  # type: ignore[attr-defined]
    if chosen.part:
        is_held = held(dispatch, standing_of(dispatch), channel_down(), now)
        rows = rows.filter(condition_of(chosen.part, is_held))
    if chosen.site is not None:
        rows = rows.filter(site=chosen.site)
    if chosen.language:
        rows = rows.filter(language="" if chosen.language == NO_LANGUAGE else chosen.language)
    found: QuerySet[Delivery] = rows
    return found


def open_mails(people: PersonQuerySet) -> int:
    """Return how many mails are planned for some people, or on their way to them (one query)."""
    return Delivery.objects.filter(state__in=OPEN, person__in=people.order_by()).count()


def came_back(dispatch: Dispatch, scope: Scope) -> int:
    """Return how many mails of a dispatch a server took and could not deliver (one query)."""
    bounces = Bounce.objects.within(scope).filter(delivery__dispatch=dispatch)
    return bounces.values("delivery").distinct().count()


def condition_of(part: str, is_held: Q) -> Q:
    """Return which rows a part holds."""
    waiting = Q(state__in=WAITING)
    special = {
        "waiting": waiting,
        "held": is_held,
        "queue": waiting & ~is_held,
        "not_sent": Q(state__in=NOT_SENT),
        "bounced": Q(Exists(Bounce.objects.filter(delivery=OuterRef("pk")))),
    }
    return special.get(part, Q(state=part))


def people_later(dispatch: Dispatch, scope: Scope, chosen: Chosen, now: datetime) -> PersonQuerySet:
    """Return the people in view whose site’s hour has not come."""
    ledger = ledger_of(dispatch, scope, now)
    if ledger.standing is None:
        return Person.objects.none()
    sites = [each.site.pk for each in ledger.sites if each.later]
    people = coming_people(ledger.standing, dispatch).within(scope).filter(site__in=sites)
    if chosen.site is not None:
        people = people.filter(site=chosen.site)
    return people.filter(language=chosen.language) if chosen.language else people


def table_of(rows: "QuerySet[Delivery] | PersonQuerySet", scope: Scope) -> Table:
    """Count rows or people per site and language, in two queries."""
    cells: Counter[tuple[int, str]] = Counter()
    for site, language, n in (
        rows.order_by().values_list("site", "language").annotate(n=Count("*"))  # type: ignore[union-attr]
    ):
        cells[site, language] += n
    columns = sorted({language for _site, language in cells}, key=lambda code: (code == "", code))
    sites = Site.objects.within(scope).filter(pk__in={site for site, _code in cells})
    lines = [(s, [cells[s.pk, code] for code in columns]) for s in sites.order_by("name")]
    return Table(
        columns=columns,
        rows=[(site, numbers, sum(numbers)) for site, numbers in lines],
        totals=[sum(column) for column in zip(*(n for _s, n in lines), strict=True)],
        total=sum(cells.values()),
    )
