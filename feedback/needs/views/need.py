"""Needs in view: the list, reporting one, and the page of one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback.needs.forms.need import ReportForm
from feedback.needs.forms.work import AnswerForm, StudyForm
from feedback.needs.models import Need
from feedback.needs.queries.need import WISHES, need_list
from feedback.needs.queries.one import (
    languages_to_answer,
    last_site_of,
    need_page,
    owners_for,
    sites_to_report,
    streams_for,
    written_answers,
)
from feedback.needs.services.reporting import report, withdraw
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.paging import page_of
from programmes.design.undo import offer_undo
from programmes.views.once import once

PER_PAGE = 25
Stage = Need.Stage


@require_GET
@requires("need.read")
def need_list_page(request: ScopedRequest) -> HttpResponse:
    """Show the needs in view, the most urgent first, as the address filters them."""
    wish = {name: request.GET.get(name, "") for name in WISHES}
    today = database_now().date()
    found = need_list(request.scope, wish, today)
    page = page_of(request, found.chosen, PER_PAGE)
    context = {
        "needs": found,
        "page": page,
        "is_filtered": any(wish.values()),
        "today": today,
    }
    return render(request, "feedback/need_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("need.report")
@once
def need_report(request: ScopedRequest) -> HttpResponse:
    """Take what is missing at a site in view; similar needs are offered on the page it leads to."""
    user: Any = request.user
    sites = sites_to_report(request.programme, request.scope)
    last = last_site_of(user, request.programme)
    form = ReportForm(request.POST or None, sites=sites, site=last)
    if form.is_valid():
        data = form.data_in(get_language() or user.language)
        made = report(request.programme, data, user, database_now())
        undo = reverse("feedback:need-withdraw", args=[request.programme.slug, made.pk])
        offer_undo(request, _("Need reported."), undo)
        return redirect("feedback:need-show", request.programme.slug, made.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "sites": sites}
    return render(request, "feedback/need_report.html", context, status=status)


@require_POST
@requires("need.report")
def need_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    """Undo the user's own report."""
    user: Any = request.user
    need = need_to_write(request, pk)
    try:
        withdraw(need, user, database_now())
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
        return redirect("feedback:need-show", request.programme.slug, pk)
    messages.success(request, _("The need was removed."))
    return redirect("feedback:need-list", request.programme.slug)


@require_GET
@requires("need.read")
def need_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show one need: who else lacks it, and the forms to study and to answer it."""
    return one_page(request, need_in_view(request, pk))


def need_in_view(request: ScopedRequest, pk: int) -> Need:
    """Return a need in view, or answer 404."""
    related = (
        *("programme", "site__region", "stream", "owner", "reported_by", "answered_by"),
        *("joined_to__owner", "joined_to__answered_by", "joined_to__stream"),
    )
    rows = Need.objects.within(request.scope)
    return get_object_or_404(rows.select_related(*related), pk=pk)


def need_to_write(request: ScopedRequest, pk: int) -> Need:
    """Return a need at a site in view, or answer 404."""
    need = need_in_view(request, pk)
    if not is_written(request, need):
        raise Http404
    return need


def one_page(
    request: ScopedRequest,
    need: Need,
    *,
    study: StudyForm | None = None,
    answer: AnswerForm | None = None,
) -> HttpResponse:
    """Show a need; a form that was not taken comes back with what was typed (422)."""
    refused, page, today = study or answer, need_page(need, request.scope), database_now().date()
    is_open = need.stage != Stage.ANSWERED and need.joined_to_id is None
    may_write = request.scope.may("need.write") and is_written(request, need)
    context: dict[str, Any] = {
        "need": need,
        "page": page,
        "may_write": may_write,
        "is_overdue": need.is_overdue(today),
        "refused": refused,
    }
    if may_write and is_open:
        context |= {
            "study": study or study_form(need, None),
            "form": answer or answer_form(need, None),
        }
    elif refused:
        # Somebody else was faster: what was typed can still be copied.
        context |= {"study": study, "form": answer}
    return render(request, "feedback/need_show.html", context, status=422 if refused else 200)


def is_written(request: ScopedRequest, need: Need) -> bool:
    """Tell whether a need is at a site of the user's regions."""
    return request.scope.regions is None or need.site.region_id in request.scope.regions


def study_form(need: Need, data: Any) -> StudyForm:
    """Return the form of who studies a need until when."""
    owners, streams = owners_for(need), streams_for(need.programme)
    return StudyForm(data, need, owners=owners, streams=streams)


def answer_form(need: Need, data: Any) -> AnswerForm:
    """Return the form of the answer, in the languages of those who wait for it."""
    languages, written = languages_to_answer(need), written_answers(need)
    return AnswerForm(data, need, languages=languages, written=written)
