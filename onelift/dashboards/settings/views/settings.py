"""The doors to the settings: each leads on to the page to begin with."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from onelift.start.progress import furthest, unfinished
from programmes.access import ScopedRequest, requires
from stakeholders.accounts.access import programmes_set_up_by, scope_of
from stakeholders.models import User


@require_GET
@login_required
def settings_show(request: HttpRequest) -> HttpResponse:
    """Lead administrators to their first steps, then to status; others to their programme."""
    user = cast(User, request.user)
    scope = scope_of(user)
    if scope.may("status.read"):
        is_begun = furthest(scope).is_complete
        return redirect("dashboards:status-show" if is_begun else "start:start-show")
    programme = next(iter(programmes_set_up_by(user)), None)
    if programme:
        return redirect("dashboards:settings-programme", programme.slug)
    if user.is_staff:
        return redirect("admin:index")
    raise PermissionDenied


@require_GET
@requires("setup.read")
def settings_programme(request: ScopedRequest) -> HttpResponse:
    """Lead to what is left of the first steps, then to waves and sites."""
    is_left = unfinished(request.programme, request.scope)
    page = "start:programme-start" if is_left else "dashboards:setup"
    return redirect(page, request.programme.slug)
