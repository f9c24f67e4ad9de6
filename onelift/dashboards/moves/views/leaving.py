"""Taking sites out of a wave: a preview, then exactly that as one step, and its undo."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onelift.dashboards.moves.queries.leaving import Leaving, leaving_of, places_chosen
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.fields import is_key
from programmes.design.undo import offer_undo
from programmes.forms.move import LeavingForm
from programmes.forms.refusal import accepts
from programmes.models import Wave
from programmes.queries.leaving import Removal, removals_of, why_not_back
from programmes.queries.shift import leave_of, places_dated
from programmes.services.plan import put_back_sites, take_out_sites
from programmes.services.readiness import refresh_readiness


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def wave_leave(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show what sites lose that are taken out of a wave; POST does exactly what was seen."""
    wave, now = _wave(request, pk), database_now()
    sent = request.POST if request.method == "POST" else request.GET
    everywhere = places_dated(wave, request.scope)
    places = places_chosen(everywhere, pk, sent.getlist("site"))
    if not places and request.method == "POST" and (gone := _gone_before(wave, sent)):
        _offer_back(request, gone)
        return redirect(_wave_url(request, pk))
    if not places:
        return redirect("programmes:wave-edit", request.programme.slug, pk)
    shift = leave_of(wave, everywhere, places)
    preview = leaving_of(request.programme, shift, request.scope, now)
    form = LeavingForm(request.POST or None)
    is_changed = form.is_valid() and form.cleaned_data["seen"] != preview.fingerprint
    if form.is_valid() and not is_changed and _is_done(request, wave, preview, form):
        return redirect(_wave_url(request, pk))
    context = {
        "wave": wave,
        "preview": preview,
        "form": form,
        "is_changed": is_changed,
        "wave_url": _wave_url(request, pk),
    }
    return render(request, "dashboards/move_leaving.html", context)


@require_POST
@requires("setup.write")
def wave_return(request: ScopedRequest, pk: int) -> HttpResponse:
    """Undo one removal of sites, named by its entry in the trail, while nothing changed since."""
    wave, sent = _wave(request, pk), (request.GET or request.POST).get("entry", "")
    try:
        put_back_sites(wave, int(sent) if is_key(sent) else 0, database_now(), request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        refresh_readiness(request.programme, database_now())
        messages.success(request, _("The sites are back in %(wave)s.") % {"wave": wave})
    return redirect(_wave_url(request, pk))


def _is_done(request: ScopedRequest, wave: Wave, preview: Leaving, form: LeavingForm) -> bool:
    """Tell whether the sites are out, with an offer to undo it; else the form says why not."""
    sites, why = [place.site_id for place in preview.places], form.cleaned_data["why"]
    gone: Removal | None = accepts(
        form, take_out_sites, wave, sites, database_now(), request.user, why
    )
    if gone is None:
        return False
    refresh_readiness(request.programme, database_now())
    _offer_back(request, gone)
    return True


def _gone_before(wave: Wave, sent: QueryDict) -> Removal | None:
    """Return the last removal if it took out exactly the sites of a form that was sent twice."""
    last = next(iter(removals_of(wave)), None)
    if last is None or why_not_back(last, database_now()):
        return None
    return last if {str(pk) for pk in last.dates} == set(sent.getlist("site")) else None


def _offer_back(request: ScopedRequest, gone: Removal) -> None:
    """Say what was taken out, with an offer to undo it."""
    back = reverse("dashboards:wave-return", args=[request.programme.slug, gone.wave.pk])
    words = {"sites": gone.names, "wave": gone.wave}
    url = f"{back}?{urlencode({'entry': gone.pk})}"
    offer_undo(request, _("Removed from %(wave)s: %(sites)s.") % words, url)


def _wave(request: ScopedRequest, pk: int) -> Wave:
    waves = Wave.objects.within(request.scope).select_related("programme")
    return get_object_or_404(waves, pk=pk)


def _wave_url(request: ScopedRequest, pk: int) -> str:
    """Return where a wave stands open among the others."""
    return f"{reverse('dashboards:setup', args=[request.programme.slug])}?open={pk}"
