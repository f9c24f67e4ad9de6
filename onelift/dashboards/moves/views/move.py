"""The preview of a move, applying it as one step, and undoing it as one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onelift.dashboards.moves.queries.overtaken import overtaken_texts
from onelift.dashboards.moves.queries.preview import Preview, preview_of
from onelift.dashboards.moves.queries.told import Telling
from onelift.dashboards.moves.queries.view import MovePage, page_of_move
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.formats import day
from programmes.design.undo import offer_undo
from programmes.forms.move import LONGEST_WHY, MoveApplyForm, MoveForm
from programmes.models import Move, Wave, WaveSite
from programmes.models.trail import Kept
from programmes.queries.shift import Shift, Wishes, move_seen, places_dated, shift_of
from programmes.services.move import move_date, undo_move, why_not
from programmes.views.trail import note_audit

ON_A_PAGE = 50
ONE_WEEK = timedelta(weeks=1)


@dataclass
class Asked:
    """What an address asks of a wave: what moves, and to which day."""

    request: ScopedRequest
    wave: Wave
    now: datetime

    @cached_property
    def places(self) -> tuple[WaveSite, ...]:
        return places_dated(self.wave, self.request.scope)

    @cached_property
    def form(self) -> Any:
        """Return the form of the address, or that of what is to be applied."""
        own = [place for place in self.places if place.wave_id == self.wave.pk]
        if self.request.method == "POST":
            return MoveApplyForm(self.request.POST, wave=self.wave, places=own)
        return MoveForm(self.request.GET, wave=self.wave, places=own)

    @cached_property
    def shift(self) -> Shift:
        to: date | None = self.form.cleaned_data.get("to") if self.form.is_asked else None
        place, today = self.form.place, self.now.date()
        if to is None and "to" not in self.form.data:
            to = next((p.live_on for p in self.places if p.pk == place), None)
        return shift_of(self.wave, self.places, place, to, today)

    @property
    def wishes(self) -> Wishes:
        data = self.form.cleaned_data if self.form.is_asked else {}
        choices = self.form.choices if data else {}
        return Wishes(bool(data.get("events")), bool(data.get("correction")), choices)

    @cached_property
    def preview(self) -> Preview:
        programme = self.request.programme
        return preview_of(programme, self.shift, self.wishes, self.request.scope, self.now)


def _asked(request: ScopedRequest, pk: int) -> Asked:
    waves = Wave.objects.within(request.scope).select_related("programme")
    return Asked(request, get_object_or_404(waves, pk=pk), database_now())


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def wave_move(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show what a move would change; POST applies exactly the preview that was seen."""
    asked = _asked(request, pk)
    is_changed = False
    if request.method == "POST" and not _applies(asked):
        if asked.form.data.get("site") and not asked.form.place:
            raise Http404
        return redirect(_shown(asked))
    if request.method == "POST" and asked.form.is_valid():
        is_changed = asked.form.cleaned_data["seen"] != asked.preview.fingerprint
        if not is_changed and (move := _applied(asked)):
            return _done(request, move)
        if move := _applied_before(_asked(request, pk)):
            return _done_before(request, move)
    page = page_of_move(asked.preview, asked.form, request.programme, request.scope, asked.now)
    return render(request, "dashboards/move.html", _context(asked, page, is_changed=is_changed))


def _context(asked: Asked, page: MovePage, *, is_changed: bool) -> dict[str, Any]:
    return {
        "page": page,
        "preview": asked.preview,
        "shift": asked.shift,
        "form": asked.form,
        "is_changed": is_changed,
        "why": asked.form.data.get("why", ""),
        "wants_correction": _wants_correction(asked.form.data, is_usual=_joins(page)),
        "earlier": asked.shift.after_on - ONE_WEEK,
        "later": asked.shift.after_on + ONE_WEEK,
        "told_query": _query(asked, str(asked.shift.after_on)),
        "wave_url": _wave_url(asked.request, asked.wave.pk),
    }


def _joins(page: MovePage) -> bool:
    """Tell whether a correction is usual: a new one, or one more part of a draft of its own."""
    return page.draft is None or page.draft.audience is not None


def _query(asked: Asked, to: str) -> str:
    """Return the address of the same question with another date, as somebody typed it."""
    place = asked.form.place
    words = {
        "site": str(place) if place else "",
        "events": "on" if asked.form.data.get("events") else "",
        **asked.form.choices,
    }
    filled = {name: value for name, value in words.items() if value}
    return urlencode({"to": to, **filled})


def _applies(asked: Asked) -> bool:
    """Tell whether the button was pressed that moves what was seen, and none that shows a day."""
    data = asked.form.data
    return bool(data.get("seen")) and not data.get("instead")


def _shown(asked: Asked) -> str:
    """Return the address of the preview of the day that was typed or chosen, with all else typed.

    A day that was typed, or stepped to, gets the focus again.
    """
    data = asked.form.data
    to, why = data.get("instead") or data.get("to", ""), data.get("why", "")[:LONGEST_WHY]
    typed = {"why": why}
    if _wants_correction(data, is_usual=False):
        typed["correction"] = "on"
    where = "" if data.get("instead") else "#id_to"
    return f"{asked.request.path}?{_query(asked, to)}&{urlencode(typed)}{where}"


def _wants_correction(data: Mapping[str, str], *, is_usual: bool) -> bool:
    """Tell whether the tick of a correction is set, or was before a page that had none.

    Where nothing was typed yet it is as usual.
    """
    if "why" not in data:
        return is_usual
    return "correction" in data or "wanted_correction" in data


def _applied(asked: Asked) -> Move | None:
    """Apply what was seen; None if it was refused, which the form then says."""
    why, seen = asked.form.cleaned_data["why"], asked.form.cleaned_data["seen"]
    try:
        return move_date(asked.shift, asked.request.user, asked.now, why, asked.wishes, seen)
    except ValidationError as refusal:
        asked.form.add_error(None, ValidationError(refusal.messages))
        return None


def _applied_before(asked: Asked) -> Move | None:
    """Return the move that the same form has applied already, if it was sent twice."""
    seen = asked.form.data.get("seen", "")
    return move_seen(asked.shift, seen, asked.request.scope)


def _done_before(request: ScopedRequest, move: Move) -> HttpResponse:
    """Say that it has moved already, and offer to undo it as long as that is possible."""
    said = _("This move has already been made. %(now)s") % {"now": _sentence(move)}
    if problem := why_not(move):
        messages.info(request, f"{said} {problem}")
    else:
        offer_undo(request, said, _undo_url(request, move))
    return redirect(_wave_url(request, move.wave_id))


def _sentence(move: Move) -> str:
    sentence = _("%(what)s goes live on %(day)s.")
    if move.what == Move.What.HAND_OVER:
        sentence = _("%(what)s is handed over to Run on %(day)s.")
    return sentence % {"what": move.site or move.wave, "day": day(move.after_on)}


def _undo_url(request: ScopedRequest, move: Move) -> str:
    return reverse("dashboards:move-undo", args=[request.programme.slug, move.pk])


def _done(request: ScopedRequest, move: Move) -> HttpResponse:
    """Say on the page of the waves what moved, with an offer to undo it."""
    slug = request.programme.slug
    offer_undo(request, _sentence(move), _undo_url(request, move))
    if "texts" in move.kept:
        url = reverse("dashboards:move-texts", args=[slug, move.pk])
        said = _("Some texts mention the old date and are now out of date.")
        messages.warning(request, format_html('{} <a href="{}">{}</a>', said, url, _("Show texts")))
    if correction := move.kept.get("correction"):
        said = _("The correction is a draft. It is sent once it is approved.")
        if "joined" in correction:
            said = _("The draft correction now includes everyone who was told an earlier date.")
        messages.info(request, said)
    return redirect(_wave_url(request, move.wave_id))


def _wave_url(request: ScopedRequest, pk: int) -> str:
    """Return where a wave stands open among the others."""
    return f"{reverse('dashboards:setup', args=[request.programme.slug])}?open={pk}"


@require_POST
@requires("setup.write")
def move_undo(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a move back with all that moved along, or say why that is not possible any more."""
    moves = Move.objects.within(request.scope).select_related("wave", "site")
    move = get_object_or_404(moves, pk=pk)
    try:
        undo_move(move, request.user, database_now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        words = {"what": move.site or move.wave, "day": day(move.before_on)}
        messages.success(request, _("Undone: %(what)s is back on %(day)s.") % words)
    return redirect(_wave_url(request, move.wave_id))


@require_GET
@requires("setup.write")
def move_texts(request: ScopedRequest, pk: int) -> HttpResponse:
    """List the texts that still name the date from before a move."""
    moves = Move.objects.within(request.scope).select_related("wave", "site")
    move = get_object_or_404(moves, pk=pk)
    context = {"move": move, "texts": overtaken_texts(move)}
    return render(request, "dashboards/move_texts.html", context)


@require_GET
@requires("people.read")
def move_told(request: ScopedRequest, pk: int) -> HttpResponse:
    """List whom a mail has told the date that would move, or with ``on`` that one date."""
    asked, on = _asked(request, pk), _date_in(request.GET.get("on", ""))
    telling = Telling(asked.shift, request.scope)
    people = telling.people(on).select_related("site", "business_line")
    pages = Paginator(people.order_by("folded_name", "pk"), ON_A_PAGE)
    note_audit(request, Kept.PEOPLE)
    told_on = telling.by_date()
    context = {
        "wave": asked.wave,
        "shift": asked.shift,
        "on": on or (next(iter(told_on)) if len(told_on) == 1 else None),
        "told_on": told_on,
        "told_query": _query(asked, str(asked.shift.after_on)),
        "page": pages.get_page(request.GET.get("page")),
        "total": pages.count,
    }
    return render(request, "dashboards/move_told.html", context)


def _date_in(value: str) -> date | None:
    """Return the date that an address names, if it names one; 404 for what is none."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise Http404 from error
