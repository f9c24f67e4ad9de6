"""What personnel files have done to the people of a programme, or of the regions in view.

Somebody who moves between two sites in view changes; who comes from another one, or goes to one,
moves in or out. Rejected and noted rows belong to no site, so they are in no such report.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from programmes.models import Site
from programmes.models.organisation import sites_of_people
from programmes.scope import Scope
from stakeholders.importing.models import EntryKind, ImportEntry, ImportRun, ImportState


class Part(TextChoices):
    """What a file does to the people in view; each of its entries there is of one part."""

    NEW = "new", _("New")
    ARRIVED = "arrived", _("Moved in")
    RETURNED = "returned", _("Returned")
    CHANGED = "changed", _("Changed")
    LEFT = "left", _("Left")
    DEPARTED = "departed", _("Moved out")


JOINED = (Part.NEW, Part.ARRIVED, Part.RETURNED)
GONE = (Part.LEFT, Part.DEPARTED)


@dataclass(frozen=True)
class Report:
    """One file, with how many people in view are of each part."""

    run: ImportRun
    counts: Mapping[str, int]

    @property
    def is_done(self) -> bool:
        """Tell whether the file is written."""
        return self.run.state == ImportState.APPLIED

    @property
    def parts(self) -> list[tuple[Part, int]]:
        """Return each part with its number of people."""
        return [(part, self.counts.get(part, 0)) for part in Part]

    @property
    def joined(self) -> int:
        """Return how many people there are more by it."""
        return sum(self.counts.get(part, 0) for part in JOINED)

    @property
    def gone(self) -> int:
        """Return how many people there are less by it."""
        return sum(self.counts.get(part, 0) for part in GONE)

    @property
    def changed(self) -> int:
        """Return how many people of here are changed."""
        return self.counts.get(Part.CHANGED, 0)


def reports_of(runs: Sequence[ImportRun], scope: Scope) -> list[Report]:
    """Return what files have done to the people in view (two queries, however many files)."""
    sites = _sites(scope)
    counts = {name: Count("pk", filter=condition) for name, condition in _conditions(sites).items()}
    entries = ImportEntry.objects.filter(run__in=[run.pk for run in runs], run__state=DONE)
    rows = entries.filter(_touched(sites)).order_by().values("run").annotate(**counts)
    found = {row.pop("run"): row for row in rows}
    return [Report(run, found.get(run.pk, {}) | _unlisted(run, sites)) for run in runs]


DONE = ImportState.APPLIED


def entries_in(run: ImportRun, part: str, scope: Scope) -> QuerySet[ImportEntry]:
    """Return the entries of a part on the people in view, by name (two queries)."""
    found = ImportEntry.objects.filter(_conditions(_sites(scope))[part], run=run, run__state=DONE)
    return found.select_related("site", "came_from").order_by("name", "pk")


def sites_in(run: ImportRun, part: str, scope: Scope) -> list[tuple[Site, int]]:
    """Return how many people of a part each site in view has, by name (three queries).

    Who has moved out is counted at the site they left.
    """
    site = "came_from" if part == Part.DEPARTED else "site"
    rows = entries_in(run, part, scope).order_by().values_list(site).annotate(n=Count("pk"))
    sites = {each.pk: each for each in sites_of_people(scope).select_related("region")}
    counts = _first(run, sites) if part == Part.NEW and run.is_first else dict(rows)
    found = [(sites[pk], n) for pk, n in counts.items() if n]
    return sorted(found, key=lambda each: each[0].name)


def _unlisted(run: ImportRun, sites: Iterable[int]) -> dict[str, int]:
    return {Part.NEW: sum(_first(run, sites).values())} if run.is_first else {}


def _first(run: ImportRun, sites: Iterable[int]) -> dict[int, int]:
    """Return by site how many people the first file has brought there."""
    told = run.effect.get("sites", {})
    return {pk: told.get(str(pk), {}).get("new", 0) for pk in sites}


def _sites(scope: Scope) -> list[int]:
    return list(sites_of_people(scope).values_list("pk", flat=True))


def _touched(sites: Sequence[int]) -> Q:
    return Q(site__in=sites) | Q(came_from__in=sites)


def _conditions(sites: Sequence[int]) -> dict[str, Q]:
    """Return for each part the condition of its entries."""
    here, stays = Q(site__in=sites), Q(came_from__isnull=True) | Q(came_from__in=sites)
    changed = Q(kind=EntryKind.CHANGED)
    return {
        Part.NEW: here & Q(kind=EntryKind.NEW),
        Part.ARRIVED: here & changed & ~stays,
        Part.RETURNED: here & Q(kind=EntryKind.RETURNED),
        Part.CHANGED: here & changed & stays,
        Part.LEFT: here & Q(kind=EntryKind.LEFT),
        Part.DEPARTED: ~here & changed & Q(came_from__in=sites),
    }
