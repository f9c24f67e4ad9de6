"""Starting a programme, and giving it its sites."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from programmes.access import ScopedRequest, requires_installation
from programmes.database.clock import database_now
from programmes.design.back import came_from
from programmes.forms.programme import PlacesForm, StartForm
from programmes.forms.refusal import accepts
from programmes.models import Programme
from programmes.services.programme import place_programme
from stakeholders.accounts.models import User
from stakeholders.accounts.services.programme import start_programme

ON_A_PAGE = 50


@require_http_methods(["GET", "POST"])
@requires_installation("programme.start")
def programme_add(request: ScopedRequest) -> HttpResponse:
    """Start a programme; whoever starts it manages it."""
    user = cast(User, request.user)
    form = StartForm(request.POST or None, scope=request.scope, language=user.language)
    if form.is_valid():
        values, purpose, sites = form.parts()
        made = accepts(form, start_programme, user, values, purpose, database_now(), sites)
        if made:
            return redirect("stakeholders:programme-show", made.slug)
    return render(request, "stakeholders/programme_add.html", {"form": form})


@require_GET
@requires_installation("programme.place")
def programme_list(request: ScopedRequest) -> HttpResponse:
    """List the programmes with their numbers of sites and of sites in a wave."""
    programmes = Programme.objects.within(request.scope).annotate(
        sites_count=Count("sites", distinct=True),
        placed_count=Count("waves__wave_sites", distinct=True),
    )
    page = Paginator(programmes, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "stakeholders/programme_list.html", {"page": page})


@require_http_methods(["GET", "POST"])
@requires_installation("programme.place")
def programme_place(request: ScopedRequest, slug: str) -> HttpResponse:
    """Choose the sites whose people belong to a programme."""
    programme = get_object_or_404(Programme.objects.within(request.scope), slug=slug)
    initial = {"sites": list(programme.sites.values_list("pk", flat=True))}
    form = PlacesForm(request.POST or None, scope=request.scope, initial=initial)
    if form.is_valid():
        sites, user = list(form.cleaned_data["sites"]), cast(User, request.user)
        accepts(form, place_programme, programme, sites, user, database_now())
        if form.is_valid():
            text = ngettext(
                "%(programme)s now has %(n)s site.",
                "%(programme)s now has %(n)s sites.",
                len(sites),
            )
            messages.success(request, text % {"programme": programme, "n": len(sites)})
            return redirect(came_from(request) or "stakeholders:programme-list")
    return render(request, "stakeholders/programme_place.html", {"form": form, "placed": programme})
