"""A sending while it runs: its page, and pause, resume, cancel."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communications.dispatches.models import Delivery, Dispatch
from communications.dispatches.queries.delivery import PART_WORDS, came_back
from communications.dispatches.queries.dispatch import (
    events,
    finding,
    site_state,
    subject_of,
    version_of,
)
from communications.dispatches.queries.ledger import Counts, Ledger, ledger_of
from communications.dispatches.queries.reply import reasons_in
from communications.dispatches.queries.waiting_reason import holds
from communications.dispatches.services.dispatch import cancel, pause, resume
from communications.dispatches.sources import title_of
from communications.groups.queries.post import possible_by, posts_of
from communications.mailroom.models import State
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.charts.ledger import LedgerPart
from programmes.design.formats import number
from programmes.timing import Delay
from stakeholders.models import User

# How often the page looks again, in seconds: while mails leave, and while some are to come.
RUNNING_SECONDS, COMING_SECONDS = 2, 60
SOON = timedelta(minutes=10)
DOUBTS_SHOWN = 20
# Parts of the bar → their key among the looks of a ledger.
LOOKS = {"in_doubt": "doubt"}
ENDS = ("failed", "skipped", "cancelled")


@require_GET
@requires("dispatch.read")
def dispatch_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show where all mails are; a script asks for the part that moves alone."""
    dispatch, now = dispatch_in(request, pk), database_now()
    template = "_dispatch" if request.headers.get("HX-Request") else "dispatch"
    context = page_of(request, dispatch, now)
    response = render(request, f"communications/{template}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
@requires("dispatch.pause")
def dispatch_pause(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let nothing begin any more."""
    pause(dispatch_in(request, pk), cast(User, request.user), database_now())
    return redirect("communications:dispatch-show", request.programme.slug, pk)


@require_POST
@requires("dispatch.pause")
def dispatch_resume(request: ScopedRequest, pk: int) -> HttpResponse:
    resume(dispatch_in(request, pk), cast(User, request.user), database_now())
    return redirect("communications:dispatch-show", request.programme.slug, pk)


@require_http_methods(["GET", "POST"])
@requires("dispatch.cancel")
def dispatch_cancel(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask with the number of people, then cancel the rest for good."""
    dispatch, now = dispatch_in(request, pk), database_now()
    if request.method == "POST":
        count = cancel(dispatch, cast(User, request.user), now)
        sentence = ngettext("%(n)s email cancelled.", "%(n)s emails cancelled.", count)
        messages.success(request, sentence % {"n": number(count)})
        return redirect("communications:dispatch-show", request.programme.slug, pk)
    ledger = ledger_of(dispatch, request.scope, now)
    context = {
        "dispatch": dispatch,
        "ledger": ledger,
        "subject": title_of(
            dispatch.message, request.scope, subject_of(version_of(dispatch, ledger.standing))
        ),
    }
    return render(request, "communications/dispatch_cancel.html", context)


def dispatch_in(request: ScopedRequest, pk: int) -> Dispatch:
    """Return a dispatch of the programme that reaches a site in view; 404 without."""
    dispatches = Dispatch.objects.within(request.scope)
    return get_object_or_404(dispatches.select_related("message", "paused_by"), pk=pk)


def page_of(request: ScopedRequest, dispatch: Dispatch, now: datetime) -> dict[str, Any]:
    """Return all that the page shows."""
    ledger = ledger_of(dispatch, request.scope, now)
    version = version_of(dispatch, ledger.standing)
    list_url = reverse("communications:delivery-list", args=[request.programme.slug, dispatch.pk])
    posts = posts_of(dispatch, request.scope, now)
    return {
        "dispatch": dispatch,
        "ledger": ledger,
        "version": version,
        "schedule": version.frozen.schedule if version else None,
        "subject": title_of(dispatch.message, request.scope, subject_of(version)),
        "finding": finding(dispatch, ledger),
        "now": now,
        "list_url": list_url,
        "total_url": "" if ledger.later else list_url,
        "parts": bar_of(ledger, list_url),
        "sites": [
            (s, f"{list_url}?site={s.site.pk}", bar_of(s), site_state(s, dispatch, now))
            for s in ledger.sites
        ],
        "languages": sorted(ledger.languages.items(), key=lambda item: (not item[0], item[0])),
        "ends": [
            (part, PART_WORDS[part], ledger.parts[part], reasons(ledger, part)) for part in ENDS
        ],
        "came_back": came_back(dispatch, request.scope),
        "holds": holds(dispatch, ledger, request.scope, now),
        "delays": [
            (moved.people, Delay(why).label, moved.first_at)
            for why, moved in sorted(ledger.delays.items(), key=lambda item: -item[1].people)
        ],
        "doubts": doubts_of(request, dispatch),
        "posts": posts,
        "possible": possible_by(posts, ledger),
        "events": events(dispatch, ledger, request.scope),
        "again_seconds": again_seconds(ledger, now),
    }


def reasons(ledger: Ledger, part: str) -> list[tuple[str, int]]:
    """Return why rows of a part ended so; the list of them tells what is left out."""
    told = reasons_in(ledger.reasons.get(part, Counter()))
    others = ledger.parts[part] - sum(n for _reason, n in told)
    return [*told, (_("others: see the list"), others)] if told and others > 0 else told


def bar_of(counts: Counts, list_url: str = "") -> list[LedgerPart]:
    """Return the parts of a bar; together they are the people."""
    numbers = {
        "sent": counts.parts["sent"],
        "queue": counts.queue,
        "later": counts.later,
        "held": counts.held,
        "in_doubt": counts.parts["in_doubt"],
        **{part: counts.parts[part] for part in ENDS},
    }
    return [
        LedgerPart(LOOKS.get(part, part), str(PART_WORDS[part]), n, f"{list_url}?part={part}")
        for part, n in numbers.items()
        if n or part in ("sent", "queue", "held", "in_doubt", "failed", "skipped")
    ]


def doubts_of(request: ScopedRequest, dispatch: Dispatch) -> list[Delivery]:
    """Return the first mails in doubt, for whoever may settle them."""
    if not request.scope.may("dispatch.resolve"):
        return []
    rows = dispatch.deliveries.filter(state=State.IN_DOUBT)
    return list(rows.select_related("person", "site").order_by("ended_at", "pk")[:DOUBTS_SHOWN])


def again_seconds(ledger: Ledger, now: datetime) -> int:
    """Return after how many seconds the page looks again; 0 when all is at rest."""
    if ledger.parts["waiting"]:
        return RUNNING_SECONDS
    soon = any(s.later and s.slot and s.slot.ready_at <= now + SOON for s in ledger.sites)
    return RUNNING_SECONDS if soon else COMING_SECONDS if ledger.later else 0
