"""Waves, and the dates of their sites."""

from urllib.parse import urlencode

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
from programmes.forms.wave import HandOverForm, MoveForm, SiteDateForm, WaveForm
from programmes.models import Wave, WaveSite
from programmes.services import plan


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def wave_add(request: ScopedRequest) -> HttpResponse:
    form = WaveForm(request.POST or None, programme=request.programme, scope=request.scope)
    if form.is_valid() and accepts(
        form, plan.add_wave, request.programme, now=database_now(), **form.cleaned_data
    ):
        return _done(request)
    return render(request, "programmes/wave_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def wave_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change the name, date and sites of a wave, or hand it over."""
    wave = _wave(request, pk)
    form = WaveForm(
        request.POST or None, programme=request.programme, scope=request.scope, wave=wave
    )
    if form.is_valid() and accepts(
        form, plan.change_wave, wave, now=database_now(), **form.cleaned_data
    ):
        return _done(request)
    hand_over = HandOverForm(initial={"handed_over_on": wave.handed_over_on})
    context = {"form": form, "wave": _wave(request, pk), "hand_over": hand_over}
    return render(request, "programmes/wave_form.html", context)


@require_POST
@requires("setup.write")
def wave_move(request: ScopedRequest, pk: int) -> HttpResponse:
    """Give a wave another date; the query of the address holds it when it is taken back."""
    wave = _wave(request, pk)
    before_on = wave.go_live_on
    form = MoveForm(request.GET or request.POST)
    if form.is_valid() and accepts(
        form, plan.move_wave, wave, now=database_now(), **form.cleaned_data
    ):
        url = reverse("programmes:wave-move", args=[request.programme.slug, pk])
        undo = {"go_live_on": before_on, "expected_on": wave.go_live_on}
        sentence = _("%(wave)s goes live on %(day)s.")
        named = {"wave": wave, "day": day(wave.go_live_on)}
        offer_undo(request, sentence % named, f"{url}?{urlencode(undo)}")
        return _to_setup(request)
    return _again(request, form, _("Move %(wave)s") % {"wave": wave})


@require_POST
@requires("setup.write")
def site_date(request: ScopedRequest, pk: int) -> HttpResponse:
    """Give a site its own date or, empty, its wave's."""
    places = WaveSite.objects.within(request.scope).select_related("site", "wave__programme")
    place = get_object_or_404(places, pk=pk)
    before_on = place.own_go_live_on
    form = SiteDateForm(request.GET or request.POST)
    if form.is_valid() and accepts(
        form, plan.move_site, place, form.cleaned_data["go_live_on"], database_now()
    ):
        url = reverse("programmes:site-date", args=[request.programme.slug, pk])
        undo = urlencode({"go_live_on": before_on or ""})
        offer_undo(request, _site_sentence(place), f"{url}?{undo}")
        return _to_setup(request)
    return _again(request, form, _("Move %(site)s") % {"site": place.site})


@require_POST
@requires("setup.write")
def wave_hand_over(request: ScopedRequest, pk: int) -> HttpResponse:
    """Hand a wave over to Run, or take that back."""
    wave = _wave(request, pk)
    before_on = wave.handed_over_on
    form = HandOverForm(request.GET or request.POST)
    if form.is_valid() and accepts(
        form, plan.hand_over, wave, form.cleaned_data["handed_over_on"], database_now()
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


def _to_setup(request: ScopedRequest) -> HttpResponse:
    return redirect("dashboards:setup", request.programme.slug)


def _again(request: ScopedRequest, form: Form, title: str) -> HttpResponse:
    """Show a form that came from the table, with what was typed and why it was refused."""
    return render(request, "programmes/form.html", {"form": form, "title": title})


def _site_sentence(place: WaveSite) -> str:
    if place.own_go_live_on:
        sentence, day_on = _("%(site)s goes live on %(day)s."), place.own_go_live_on
    else:
        sentence, day_on = _("%(site)s goes live with its wave, on %(day)s."), place.wave.go_live_on
    return sentence % {"site": place.site, "day": day(day_on)}


def _hand_over_sentence(wave: Wave) -> str:
    if wave.handed_over_on is None:
        return _("%(wave)s is not handed over.") % {"wave": wave}
    sentence = _("%(wave)s is handed over to Run on %(day)s.")
    return sentence % {"wave": wave, "day": day(wave.handed_over_on)}
