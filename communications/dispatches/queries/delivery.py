"""The list behind each number of a dispatch: persons, or counts that add up to the number."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.dispatches.models import Bounce, Delivery, Dispatch
from communications.dispatches.models.tally import WAITING
from communications.dispatches.queries.ledger import channel_down, ledger_of, standing_of
from communications.dispatches.queries.tally import Group, Holding, groups_of, sending_at
from communications.dispatches.queries.unplanned import coming_at, coming_people
from communications.mailroom.models import State
from communications.mailroom.models.ledger import OPEN
from programmes.models import Site
from programmes.scope import Scope
from stakeholders.models import Person
from stakeholders.people.models.person import PersonQuerySet

# What a number may be of, with the words that stand behind it.
PART_WORDS: dict[str, Promise] = {
    "sent": _("sent"),
    "bounced": _("bounced"),
    "waiting": _("waiting"),
    "queue": _("in the queue"),
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

    @property
    def by_column(self) -> list[tuple[Site, list[tuple[str, int]], int]]:
        """Return the rows with the code of its column beside each number."""
        return [(site, self._named(numbers), total) for site, numbers, total in self.rows]

    @property
    def totals_by_column(self) -> list[tuple[str, int]]:
        return self._named(self.totals)

    def _named(self, numbers: list[int]) -> list[tuple[str, int]]:
        return list(zip(self.columns, numbers, strict=True))


def may_see_persons(scope: Scope, part: str) -> bool:
    """Tell whether the reader may see this part person by person."""
    is_open = scope.may("delivery.unsent") and part in UNSENT_BY_PERSON
    return scope.may("delivery.read") or is_open


def deliveries_in(
    dispatch: Dispatch, scope: Scope, chosen: Chosen, now: datetime
) -> QuerySet[Delivery]:
    """Return the rows behind a number."""
    rows = dispatch.deliveries.within(scope)
    if chosen.part:
        rows = rows.filter(condition_of(chosen.part, holding_of(dispatch, now).rows))
    if chosen.site is not None:
        rows = rows.filter(site=chosen.site)
    if chosen.language:
        rows = rows.filter(in_language(chosen.language))
    found: QuerySet[Delivery] = rows
    return found


def holding_of(dispatch: Dispatch, now: datetime) -> Holding:
    """Return what holds a dispatch now, in two queries."""
    return Holding.of(dispatch, standing_of(dispatch), channel_down(), now)


def in_language(language: str) -> Q:
    """Return which rows count in a language: what waits counts in none, whatever was tried."""
    if language == NO_LANGUAGE:
        return Q(language="") | Q(state__in=OPEN)
    return Q(language=language) & ~Q(state__in=OPEN)


def open_mails(people: PersonQuerySet) -> int:
    """Return how many mails are planned for some people, or on their way to them (one query)."""
    return Delivery.objects.filter(state__in=OPEN, person__in=people.order_by()).count()


def came_back(dispatch: Dispatch, scope: Scope) -> int:
    """Return how many mails of a dispatch a server took and could not deliver (one query)."""
    bounces = Bounce.objects.within(scope).filter(dispatch=dispatch)
    return bounces.values("delivery").distinct().count()


def condition_of(part: str, is_held: Q) -> Q:
    """Return which rows a part holds."""
    waiting = Q(state__in=OPEN)
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
    people = coming_people(ledger.standing, dispatch).filter(site__in=sites)
    if chosen.site is not None:
        people = people.filter(site=chosen.site)
    return people.filter(language=chosen.language) if chosen.language else people


# How many there are behind a number, by ids of their sites and by language, empty for none yet.
Cells = Counter[tuple[int, str]]


def cells_of(dispatch: Dispatch, scope: Scope, chosen: Chosen, now: datetime) -> Cells:
    """Count the rows or people behind a number without reading them."""
    if chosen.part == "later":
        found = cells_later(dispatch, scope, now)
    elif chosen.part == "bounced":
        found = cells_that_came_back(dispatch, scope)
    else:
        found = cells_in(dispatch, scope, chosen.part, holding_of(dispatch, now))
    language = "" if chosen.language == NO_LANGUAGE else chosen.language
    return Counter(
        {
            (site, code): n
            for (site, code), n in found.items()
            if chosen.site in (None, site) and (not chosen.language or code == language) and n > 0
        }
    )


def cells_in(dispatch: Dispatch, scope: Scope, part: str, holding: Holding) -> Cells:
    """Count the rows of a part, from the tally."""
    found: Cells = Counter()
    for group in groups_of(dispatch, scope):
        if is_in(group, part, holding):
            found[group["site"], group["language"]] += group["n"]
    if part in ("held", "queue"):
        sign = -1 if part == "held" else 1
        for site, n in sending_at(dispatch, scope, holding).items():
            found[site, ""] += sign * n
    return found


def is_in(group: Group, part: str, holding: Holding) -> bool:
    """Tell whether a group of the tally counts in a part, as ``condition_of`` does of rows."""
    if part in ("held", "queue"):
        return bool(group["part"] == WAITING) and holding.holds(group) == (part == "held")
    return group["part"] in NOT_SENT if part == "not_sent" else part in ("", group["part"])


def cells_that_came_back(dispatch: Dispatch, scope: Scope) -> Cells:
    """Count the mails that a server took and could not deliver."""
    rows = Bounce.objects.within(scope).filter(dispatch=dispatch).order_by()
    counted = rows.values_list("site", "delivery__language").annotate(
        n=Count("delivery", distinct=True)
    )
    return Counter({(site, language): n for site, language, n in counted})


def cells_later(dispatch: Dispatch, scope: Scope, now: datetime) -> Cells:
    """Count the people in view whose site’s hour has not come."""
    ledger = ledger_of(dispatch, scope, now)
    sites = [each.site.pk for each in ledger.sites if each.later]
    return coming_at(ledger.standing, dispatch, sites) if ledger.standing else Counter()


def table_of(cells: Cells) -> Table:
    """Lay counts in view out by site and language, in one query."""
    columns = sorted({language for _site, language in cells}, key=lambda code: (code == "", code))
    sites = Site.objects.filter(pk__in={site for site, _code in cells})
    lines = [(s, [cells[s.pk, code] for code in columns]) for s in sites.order_by("name")]
    return Table(
        columns=columns,
        rows=[(site, numbers, sum(numbers)) for site, numbers in lines],
        totals=[sum(column) for column in zip(*(n for _s, n in lines), strict=True)],
        total=cells.total(),
    )
