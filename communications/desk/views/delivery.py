"""The list behind each number of a dispatch, and settling what is in doubt."""

from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import accumulate
from typing import Any, cast

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from communications.desk.views.dispatch import dispatch_in
from communications.dispatches.models import Delivery
from communications.dispatches.queries.delivery import (
    NO_LANGUAGE,
    PART_WORDS,
    Cells,
    Chosen,
    cells_of,
    deliveries_in,
    may_see_persons,
    people_later,
    table_of,
)
from communications.dispatches.queries.dispatch import subject_of, version_of
from communications.dispatches.queries.ledger import standing_of
from communications.dispatches.services.dispatch import confirm_delivered, send_again
from communications.dispatches.sources import title_of
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.models import Site
from programmes.models.trail import Kept
from programmes.views.trail import note_audit
from stakeholders.models import User

PAGE = 50
LANGUAGES = {"", NO_LANGUAGE, *dict(settings.LANGUAGES)}


@require_GET
@requires("dispatch.read")
def delivery_list(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show the persons behind a number, or counts per site and language that add up to it."""
    dispatch, now = dispatch_in(request, pk), database_now()
    site, chosen = chosen_in(request)
    is_later = chosen.part == "later"
    cells = cells_of(dispatch, request.scope, chosen, now)
    by_person = may_see_persons(request.scope, chosen.part)
    if by_person:
        note_audit(request, Kept.DELIVERIES, dispatch)
        find = people_later if is_later else deliveries_in
        rows: Any = find(dispatch, request.scope, chosen, now)
    context = {
        "dispatch": dispatch,
        "subject": title_of(
            dispatch.message, request.scope, subject_of(version_of(dispatch, standing_of(dispatch)))
        ),
        "chosen": chosen,
        "is_later": is_later,
        "words": PART_WORDS.get(chosen.part, ""),
        "total": cells.total(),
        "parts": PART_WORDS.items(),
        "site": site,
        "page": page_of(request, rows, is_later, cells) if by_person else None,
        "table": None if by_person else table_of(cells),
    }
    return render(request, "communications/delivery_list.html", context)


def chosen_in(request: ScopedRequest) -> tuple[Site | None, Chosen]:
    """Return the site and all that the address asks for; 404 for what is not there."""
    part, key = request.GET.get("part", ""), request.GET.get("site", "")
    language = request.GET.get("language", "")
    sites = {str(site.pk): site for site in Site.objects.within(request.scope)} if key else {}
    site = sites.get(key)
    is_unknown = bool(key) and site is None
    if is_unknown or part not in ("", *PART_WORDS) or language not in LANGUAGES:
        raise Http404
    return site, Chosen(part, site.pk if site else None, language)


class SiteBySite:
    """Persons, site by site; of a slice only those sites are read that have a part in it.

    A large dispatch is neither counted nor sorted for one page of it: ``cells`` say how many there
    are where.
    """

    def __init__(self, rows: Any, cells: Cells) -> None:
        self.rows = rows
        counts: Counter[int] = Counter()
        for (site, _language), n in cells.items():
            counts[site] += n
        names = Site.objects.filter(pk__in=counts).order_by("name", "pk")
        self.sites = [(pk, counts[pk]) for pk in names.values_list("pk", flat=True)]

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(n for _pk, n in self.sites)

    def __getitem__(self, wanted: slice) -> list[Any]:
        ends = list(accumulate(n for _pk, n in self.sites))
        first, last = bisect_right(ends, wanted.start), bisect_left(ends, wanted.stop)
        before = ends[first - 1] if first else 0
        sites = [pk for pk, _n in self.sites[first : last + 1]]
        return list(self.rows.filter(site__in=sites)[wanted.start - before : wanted.stop - before])


def page_of(request: ScopedRequest, rows: Any, is_later: bool, cells: Cells) -> Any:
    """Return one page of persons, site by site."""
    if is_later:
        rows = rows.select_related("site").order_by("site__name", "site", "last_name", "pk")
    else:
        rows = rows.select_related("person", "site").prefetch_related("bounces")
        rows = rows.order_by("site__name", "site", "person__last_name", "pk")
    found = SiteBySite(rows, cells)
    paginator: Paginator[Any] = Paginator(found, PAGE)  # type: ignore[arg-type]
    return paginator.get_page(request.GET.get("page"))


@require_POST
@requires("dispatch.resolve")
def delivery_delivered(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take somebody's word that a mail in doubt arrived."""
    delivery = delivery_in(request, pk)
    confirm_delivered(delivery, cast(User, request.user), database_now())
    return redirect("communications:dispatch-show", request.programme.slug, delivery.dispatch_id)


@require_POST
@requires("dispatch.resolve")
def delivery_again(request: ScopedRequest, pk: int) -> HttpResponse:
    """Send a mail in doubt again, on somebody's risk that it arrives twice."""
    delivery = delivery_in(request, pk)
    send_again(delivery, cast(User, request.user), database_now())
    return redirect("communications:dispatch-show", request.programme.slug, delivery.dispatch_id)


def delivery_in(request: ScopedRequest, pk: int) -> Delivery:
    """Return a mail of the programme in view; 404 without."""
    return get_object_or_404(Delivery.objects.within(request.scope), pk=pk)
