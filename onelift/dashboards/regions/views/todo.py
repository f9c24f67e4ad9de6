"""The to-do of the week of somebody on site."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from communications.dispatches.queries.plans import places_of
from communications.messages.services.refusal import RefusedError
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.back import own_path
from programmes.queries.todo import Thing, Week, todo_of
from programmes.services.todo import tick, undo


@require_GET
@requires("todo.read")
def todo_show(request: ScopedRequest) -> HttpResponse:
    """Show what is to be done at the reader's sites, overdue first, and what was done lately."""
    return render(request, "dashboards/todo.html", {"todo": todo_of(week_of(request))})


@require_POST
@requires("todo.tick")
def todo_tick(request: ScopedRequest) -> HttpResponse:
    """Tick one thing off."""
    return _write(request, tick, _("Done: %(what)s"))


@require_POST
@requires("todo.tick")
def todo_undo(request: ScopedRequest) -> HttpResponse:
    """Open one thing again."""
    return _write(request, undo, _("Open again: %(what)s"))


def _write(
    request: ScopedRequest, verb: Callable[[Week, str, Any], Thing | None], sentence: str
) -> HttpResponse:
    try:
        thing = verb(week_of(request), request.POST.get("thing", ""), request.user)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        if thing is None:
            raise Http404
        messages.success(request, sentence % {"what": thing.what})
    page = reverse("dashboards:todo-show", args=[request.programme.slug])
    return redirect(own_path(request.POST.get("next", "")) or page)


def week_of(request: ScopedRequest) -> Week:
    """Return the week of the reader's sites, from now on."""
    return Week(request.programme, request.scope, places_of(request.scope), database_now())
