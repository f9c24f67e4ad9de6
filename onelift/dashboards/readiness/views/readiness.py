"""The readiness of a wave as a page: its rules, their thresholds, and an override."""

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communications.approvals.services.owners import (
    last_wave_reminder,
    owners_to_remind,
    remind_owners,
)
from onelift.dashboards.readiness.queries.board import changes_of, state_of
from onelift.dashboards.readiness.views.thresholds import (
    rule_or_404,
    sets_threshold,
    threshold_form,
)
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.formats import enumeration
from programmes.forms.readiness import OverrideForm
from programmes.forms.refusal import accepts
from programmes.models import Wave
from programmes.queries.wave_readiness import WaveReadiness, counted_now
from programmes.services.readiness import end_override, override_wave
from stakeholders.models import User


@require_GET
@requires("readiness.read")
def readiness_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show whether a wave is ready, and what keeps it from being so."""
    return _page(request, _wave(request, pk))


@require_http_methods(["GET", "POST"])
@requires("readiness.write")
def threshold_set(request: ScopedRequest, pk: int, key: str) -> HttpResponse:
    """Set what a rule asks for; the form stands in the row of the rule."""
    wave, rule = _wave(request, pk), rule_or_404(key)
    form = threshold_form(request, rule)
    if form.is_valid() and sets_threshold(request, rule, form):
        return _to_page(request, pk)
    return _page(request, wave, form=form, opened=key)


@require_http_methods(["GET", "POST"])
@requires("readiness.write")
def override_make(request: ScopedRequest, pk: int) -> HttpResponse:
    """Give a wave another state than its rules, until a day."""
    wave, form = _wave(request, pk), OverrideForm(request.POST or None)
    if form.is_valid() and accepts(
        form, override_wave, wave, user=request.user, now=database_now(), **form.cleaned_data
    ):
        messages.success(request, _("The state of %(wave)s is overridden.") % {"wave": wave})
        return _to_page(request, pk)
    return _page(request, wave, override_form=form)


@require_POST
@requires("readiness.write")
def override_end(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let the rules of a wave count again."""
    wave = _wave(request, pk)
    if end_override(wave, request.user, database_now()):
        messages.success(request, _("The rules of %(wave)s apply again.") % {"wave": wave})
    return _to_page(request, pk)


@require_POST
@requires("readiness.write")
def owners_remind(request: ScopedRequest, pk: int) -> HttpResponse:
    """Mail those who own what is missing in a wave, each once a day."""
    wave, now = _wave(request, pk), database_now()
    user = cast(User, request.user)
    told = remind_owners(wave, _counted(request, wave, now).rules, user, now)
    if told:
        names = enumeration([str(owner) for owner in told])
        messages.success(request, _("Reminder sent to %(names)s.") % {"names": names})
    else:
        messages.error(request, _("There is no one left to remind today."))
    return _to_page(request, pk)


def _counted(request: ScopedRequest, wave: Wave, now: datetime) -> WaveReadiness:
    return next(one for one in counted_now(request.programme, now) if one.wave == wave)


def _page(request: ScopedRequest, wave: Wave, **more: Any) -> HttpResponse:
    now, programme, user = database_now(), request.programme, cast(User, request.user)
    found, may_write = _counted(request, wave, now), request.scope.may("readiness.write")
    context = {
        "state": state_of(found, programme.slug, request.scope, now),
        "wave": found.wave,
        "days_left": (wave.go_live_on - now.date()).days,
        "now": now,
        "changes": changes_of(wave, request.scope),
        "may_write": may_write,
        "owners": owners_to_remind(found.rules, programme, user, now) if may_write else [],
        "reminder": last_wave_reminder(wave),
    }
    return render(request, "dashboards/readiness.html", {**context, **more})


def _wave(request: ScopedRequest, pk: int) -> Wave:
    return get_object_or_404(Wave.objects.within(request.scope), pk=pk)


def _to_page(request: ScopedRequest, pk: int) -> HttpResponse:
    return redirect("dashboards:readiness-show", request.programme.slug, pk)
