"""Giving the two roles without which the list goes no further: HR importer and CIO."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from onelift.start.forms import HolderForm
from programmes.access import ScopedRequest, asks_second_factor, requires_installation
from programmes.database.clock import database_now
from programmes.design.back import came_from
from programmes.forms.refusal import accepts
from programmes.models import Programme
from stakeholders.accounts.services.invitation import invite
from stakeholders.accounts.services.role import give_role
from stakeholders.accounts.views.role import say_given
from stakeholders.models import Role, User


@require_http_methods(["GET", "POST"])
@requires_installation("programme.place")
@asks_second_factor
def importer_add(request: ScopedRequest) -> HttpResponse:
    """Make somebody HR importer."""
    return _give(request, None, Role.Kind.HR_IMPORTER)


@require_http_methods(["GET", "POST"])
@requires_installation("programme.place")
@asks_second_factor
def cio_add(request: ScopedRequest, slug: str) -> HttpResponse:
    """Make somebody CIO of a programme."""
    programme = get_object_or_404(Programme.objects.within(request.scope), slug=slug)
    return _give(request, programme, Role.Kind.CIO)


def may_appoint(user: User) -> bool:
    """Tell whether somebody gives these roles: who could give them in the administration."""
    return user.is_superuser and user.is_staff


def _give(request: ScopedRequest, programme: Programme | None, kind: Role.Kind) -> HttpResponse:
    giver, back = cast(User, request.user), came_from(request) or reverse("start:start-show")
    if not may_appoint(giver):
        raise PermissionDenied
    form = HolderForm(request.POST or None)
    if form.is_valid():
        named = {"kind": kind, **form.holder()}
        if role := accepts(form, give_role, giver, programme, database_now(), **named):
            say_given(request, role, is_told=invite(role))
            return redirect(back)
    context = {"form": form, "back": back, "appointed": programme}
    return render(request, "start/role.html", context, status=422 if form.is_bound else 200)
