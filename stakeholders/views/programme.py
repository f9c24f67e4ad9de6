"""Starting a programme."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from programmes.forms.programme import ProgrammeForm
from programmes.forms.refusal import accepts
from programmes.queries.clock import database_now
from stakeholders.access import may_start_programme
from stakeholders.models import User
from stakeholders.services.programme import start_programme


@require_http_methods(["GET", "POST"])
@login_required
def programme_add(request: HttpRequest) -> HttpResponse:
    """Start a programme; whoever starts it manages it."""
    user = cast(User, request.user)
    if not may_start_programme(user):
        raise PermissionDenied
    form = ProgrammeForm(request.POST or None)
    if form.is_valid():
        values, purpose = form.texts_apart()
        made = accepts(form, start_programme, user, values, purpose, database_now())
        if made:
            return redirect("dashboards:setup", made.slug)
    return render(request, "stakeholders/programme_add.html", {"form": form})
