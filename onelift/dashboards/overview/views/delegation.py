"""Naming who decides for a CIO who is away, and ending that before its last day."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communications.approvals.services.delegation import delegate, take_back
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from stakeholders.accounts.access import candidates_in
from stakeholders.accounts.forms.delegation import DelegationForm
from stakeholders.accounts.services.delegation import Absence
from stakeholders.models import Delegation, User


@require_http_methods(["GET", "POST"])
@requires("delegation.write")
def delegation_name(request: ScopedRequest) -> HttpResponse:
    """Let somebody decide for the CIO from one day to another."""
    user = cast(User, request.user)
    form = DelegationForm(request.POST or None, users=candidates_in(request.programme, user))
    if form.is_valid() and (made := _named(request, form)):
        text = _("%(name)s decides for you until %(day)s. You both get an email.")
        messages.success(request, text % {"name": made.user, "day": form.last_day})
        return redirect("dashboards:decisions-show", request.programme.slug)
    context = {"form": form, "zone": timezone.get_current_timezone_name()}
    return render(request, "dashboards/delegation.html", context)


def _named(request: ScopedRequest, form: DelegationForm) -> Delegation | None:
    """Return the delegation, or None after the form says what is wrong."""
    typed, user = form.cleaned_data, cast(User, request.user)
    zone = timezone.get_current_timezone_name()
    absence = Absence(typed["from_on"], typed["until_on"], zone)
    try:
        return delegate(request.programme, user, typed["user"], absence, database_now())
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None


@require_POST
@requires("delegation.write")
def delegation_end(request: ScopedRequest, pk: int) -> HttpResponse:
    """End one's own delegation now."""
    user = cast(User, request.user)
    mine = Delegation.objects.within(request.scope).filter(given_by=user)
    found = get_object_or_404(mine.select_related("user", "given_by", "programme"), pk=pk)
    if take_back(found, user, database_now()):
        text = _("%(name)s no longer decides for you.")
        messages.success(request, text % {"name": found.user})
    return redirect("dashboards:decisions-show", request.programme.slug)
