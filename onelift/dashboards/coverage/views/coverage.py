"""Coverage as a page, and writing to those who are not informed."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from communications.approvals.services.gaps import last_reminder
from onelift.dashboards.coverage.queries.coverage import (
    DAYS,
    Asked,
    Coverage,
    coverage_of,
    high_impacts,
    lacking_people,
)
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.fields import is_key
from programmes.models import Region, Site, Wave
from stakeholders.accounts.queries.role import holders
from stakeholders.audiences.services.saved import keep_people
from stakeholders.models import Persona, Role

NARROWING = ("wave", "region", "site", "persona")
MOST_DAYS, LONGEST_NAME = 3660, 100


@require_GET
@requires("people.count")
def coverage_show(request: ScopedRequest) -> HttpResponse:
    """Show who goes live soon, is affected and is not informed: in all and by group."""
    asked, chosen = asked_in(request, request.GET), chosen_in(request.GET)
    own, coverage = {"days": str(asked.days), **chosen}, coverage_of(asked)
    context = {
        "coverage": coverage,
        "subject": _subject(coverage),
        "asked": asked,
        "chosen": own,
        "waves": Wave.objects.within(request.scope),
        "list_query": urlencode({"live_within": asked.days, "affected": "high", **chosen}),
        "reminder": last_reminder(request.programme),
        "managers": holders(request.programme, Role.Kind.PROGRAMME_MANAGER).order_by("email"),
        "queries": {kind: _queries(asked, chosen, kind) for kind in NARROWING},
    }
    return render(request, "dashboards/coverage.html", context)


def _subject(coverage: Coverage) -> str:
    """Return the subject of an email about those who are not informed: their waves."""
    waves = [group.label for group in coverage.waves if group.share.uninformed]
    return _("Coverage of %(waves)s") % {"waves": formats.enumeration(waves)} if waves else ""


def _queries(asked: Asked, chosen: Mapping[str, str], kind: str) -> dict[str, str]:
    """Return what leads on to a group of some kind: to this page and to the list of people."""
    rest = {name: value for name, value in chosen.items() if name != kind}
    return {
        "page": urlencode({"days": asked.days, **rest}),
        "list": urlencode({"live_within": asked.days, "affected": "high", **rest}),
    }


@require_POST
@requires("message.write")
def coverage_write(request: ScopedRequest) -> HttpResponse:
    """Keep those who are not informed as an audience, and open the editor with it."""
    asked, now = asked_in(request, request.POST), database_now()
    people = lacking_people(asked)
    if not people.exists():
        messages.success(
            request, _("Everyone has been informed by now. There is no one left to write to.")
        )
        return redirect("dashboards:coverage-show", request.programme.slug)
    name = f"{_('Not informed')}, {formats.day(now.date())}"
    kept = keep_people(
        request.programme, name[:LONGEST_NAME], people, _question(asked, request), now, request.user
    )
    own = {"saved": kept.pk, "answers": [one.pk for one in high_impacts(request.programme)]}
    address = reverse("communications:message-add", args=[request.programme.slug])
    return redirect(f"{address}?{urlencode(own, doseq=True)}")


def _question(asked: Asked, request: ScopedRequest) -> str:
    """Return what was asked, and in which regions: by it the same audience is found again."""
    regions = request.scope.regions
    seen = "all" if regions is None else ",".join(map(str, sorted(regions)))
    own = {"days": asked.days, **chosen_in(request.POST)}
    digest = hashlib.sha256(f"{urlencode(sorted(own.items()))}&{seen}".encode()).hexdigest()
    return f"coverage {digest}"


def chosen_in(query: Mapping[str, str]) -> dict[str, str]:
    """Return by which groups a query narrows, as addresses name them."""
    return {name: query[name] for name in NARROWING if query.get(name)}


def asked_in(request: ScopedRequest, query: Mapping[str, str]) -> Asked:
    """Return what a query asks, or answer 404 where it names what is not in view."""
    scope, chosen = request.scope, chosen_in(query)
    personas = Persona.objects.within(scope).with_rule()
    typed = query.get("days", "").strip()
    return Asked(
        request.programme,
        scope,
        database_now().date(),
        min(_number(typed), MOST_DAYS) if typed else DAYS,
        wave=_key(Wave.objects.within(scope), "pk", chosen.get("wave")),
        region=_key(Region.objects.within(scope), "slug", chosen.get("region")),
        site=_key(Site.objects.within(scope), "pk", chosen.get("site")),
        persona=_one(personas, "slug", chosen.get("persona")),
    )


def _one(found: QuerySet[Any], by: str, value: str | None) -> Any:
    """Return what an address names, None where it names nothing."""
    if value is None:
        return None
    key = _number(value) if by == "pk" else value.replace("\x00", "")
    return get_object_or_404(found, **{by: key})


def _key(found: QuerySet[Any], by: str, value: str | None) -> int | None:
    one = _one(found, by, value)
    return one and int(one.pk)


def _number(value: str) -> int:
    if not is_key(value):
        raise Http404
    return int(value)
