"""Waves, their sites and their hand-over."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.back import came_from
from programmes.design.formats import day
from programmes.design.undo import offer_undo
from programmes.forms.refusal import accepts
from programmes.forms.wave import HandOverForm, WaveForm
from programmes.models import Site, Wave
from programmes.services import plan


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def wave_add(request: ScopedRequest) -> HttpResponse:
    form = WaveForm(request.POST or None, programme=request.programme, scope=request.scope)
    if form.is_valid() and accepts(
        form,
        plan.add_wave,
        request.programme,
        now=database_now(),
        by=request.user,
        **form.cleaned_data,
    ):
        return _done(request)
    return render(request, "programmes/wave_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def wave_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change the name of a wave and add sites; what changes dates goes to its preview."""
    wave = _wave(request, pk)
    form = WaveForm(
        request.POST or None, programme=request.programme, scope=request.scope, wave=wave
    )
    if form.is_valid() and accepts(
        form, plan.change_wave, wave, now=database_now(), by=request.user, **form.without_dates
    ):
        return _after(request, wave, form)
    hand_over = HandOverForm(initial={"handed_over_on": wave.handed_over_on})
    context = {"form": form, "wave": _wave(request, pk), "hand_over": hand_over}
    return render(request, "programmes/wave_form.html", context)


def _after(request: ScopedRequest, wave: Wave, form: WaveForm) -> HttpResponse:
    """Go on to the preview of what changes dates, saying what is saved already."""
    out, to = form.taken_out, form.cleaned_data["go_live_on"]
    if not out and to == wave.go_live_on:
        return _done(request)
    added = {site.pk for site in form.cleaned_data["sites"]} - set(form.initial["sites"])
    if added or "name" in form.changed_data:
        messages.info(request, _("Saved, except for the changes in this preview."))
    return _to_leave(request, wave, out) if out else _to_preview(request, wave, to)


@require_POST
@requires("setup.write")
def wave_hand_over(request: ScopedRequest, pk: int) -> HttpResponse:
    """Hand a wave over to Run, or take that back."""
    wave = _wave(request, pk)
    before_on = wave.handed_over_on
    form = HandOverForm(request.GET or request.POST)
    if form.is_valid() and accepts(
        form,
        plan.hand_over,
        wave,
        form.cleaned_data["handed_over_on"],
        database_now(),
        request.user,
    ):
        url = reverse("programmes:wave-hand-over", args=[request.programme.slug, pk])
        undo = urlencode({"handed_over_on": before_on or ""})
        offer_undo(request, _hand_over_sentence(wave), f"{url}?{undo}")
        return _to_setup(request)
    return _again(request, form, _("Hand over %(wave)s") % {"wave": wave})


def _wave(request: ScopedRequest, pk: int) -> Wave:
    waves = Wave.objects.within(request.scope)
    return get_object_or_404(waves, pk=pk)


def _done(request: ScopedRequest) -> HttpResponse:
    """Go back to where the form was opened from."""
    back = came_from(request)
    return redirect(back) if back else _to_setup(request)


def _to_preview(request: ScopedRequest, wave: Wave, to: date) -> HttpResponse:
    """Show what would move with another date, which is not written yet."""
    url = reverse("dashboards:wave-move", args=[request.programme.slug, wave.pk])
    return redirect(f"{url}?{urlencode({'to': to})}")


def _to_leave(request: ScopedRequest, wave: Wave, sites: Sequence[Site]) -> HttpResponse:
    """Show what these sites lose, which still are in their wave."""
    url = reverse("dashboards:wave-leave", args=[request.programme.slug, wave.pk])
    return redirect(f"{url}?{urlencode([('site', site.pk) for site in sites])}")


def _to_setup(request: ScopedRequest) -> HttpResponse:
    return redirect("dashboards:setup", request.programme.slug)


def _again(request: ScopedRequest, form: Form, title: str) -> HttpResponse:
    """Show a form that came from the table, with what was typed and why it was refused."""
    return render(request, "programmes/form.html", {"form": form, "title": title})


def _hand_over_sentence(wave: Wave) -> str:
    if wave.handed_over_on is None:
        return _("%(wave)s is no longer handed over.") % {"wave": wave}
    sentence = _("%(wave)s is handed over to Run on %(day)s.")
    return sentence % {"wave": wave, "day": day(wave.handed_over_on)}
