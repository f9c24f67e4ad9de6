"""The saved audiences: listed, compared, taken off the list, and who is in none."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.undo import offer_undo
from programmes.models import Wave
from stakeholders.audiences.forms.builder import ComparisonForm
from stakeholders.audiences.models import Audience
from stakeholders.audiences.queries.saved import compare, left_out, saved_audiences, with_people
from stakeholders.audiences.services.saved import remove_audience, restore_audience

ON_A_PAGE = 50


@require_GET
@requires("audience.read")
def audience_list(request: ScopedRequest) -> HttpResponse:
    """Show the saved audiences, how many people each means and how many actions use it."""
    saved = saved_audiences(request.scope).with_rule()
    page = Paginator(saved, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = with_people(list(page), request.scope)
    return render(request, "stakeholders/audience_list.html", {"page": page, "rows": rows})


@require_GET
@requires("audience.read")
def audience_compare(request: ScopedRequest) -> HttpResponse:
    """Show how many people two saved audiences share."""
    saved = saved_audiences(request.scope).with_rule()
    form = ComparisonForm(request.GET or None, audiences=saved)
    comparison = compare(**form.cleaned_data, scope=request.scope) if form.is_valid() else None
    context = {"form": form, "comparison": comparison}
    return render(request, "stakeholders/audience_compare.html", context)


@require_GET
@requires("audience.read")
def audience_left_out(request: ScopedRequest) -> HttpResponse:
    """Show how many people of each wave are in no audience."""
    waves = list(Wave.objects.within(request.scope))
    counts = left_out(request.programme, waves, request.scope)
    rows = [{"wave": wave, "people": counts[wave.pk]} for wave in waves]
    context = {"rows": rows, "people": sum(counts.values())}
    return render(request, "stakeholders/audience_left_out.html", context)


@require_POST
@requires("audience.write")
def audience_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a saved audience off the list; what was made from it keeps its people."""
    named = saved_audiences(request.scope)
    saved = get_object_or_404(named, pk=pk)
    remove_audience(saved, database_now(), request.user)
    undo = reverse("stakeholders:audience-restore", args=(request.programme.slug, pk))
    offer_undo(request, _("“%(name)s” was removed from the list.") % {"name": saved.name}, undo)
    return redirect("stakeholders:audience-list", request.programme.slug)


@require_POST
@requires("audience.write")
def audience_restore(request: ScopedRequest, pk: int) -> HttpResponse:
    named = Audience.objects.within(request.scope)
    removed = get_object_or_404(named.exclude(name=""), pk=pk)
    try:
        restore_audience(removed, database_now(), request.user)
        messages.success(request, _("“%(name)s” is back.") % {"name": removed.name})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("stakeholders:audience-list", request.programme.slug)
