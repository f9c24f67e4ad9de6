"""The page on which an audience is put together, opened and kept."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.forms.refusal import accepts
from stakeholders.audiences.forms.builder import NameForm, lines_of
from stakeholders.audiences.models import Audience
from stakeholders.audiences.queries.builder import Board, board_of, query_of
from stakeholders.audiences.queries.choices import with_choice
from stakeholders.audiences.queries.news import news_of
from stakeholders.audiences.queries.offers import offers_of, unread_in
from stakeholders.audiences.queries.saved import saved_audiences, with_people
from stakeholders.audiences.services.saved import keep_audience

BESIDE = 5
LONGEST_NUMBER = 18
_UNREAD = gettext_lazy(
    "Nothing was saved. Some criteria in the page address are invalid. Choose the "
    "criteria below, then save."
)


@require_GET
@requires("audience.read")
def audience_build(request: ScopedRequest) -> HttpResponse:
    """Show whom the lines in the address mean; one more choice comes as ``add=kind:value``."""
    if "add" in request.GET:
        kind, _colon, value = request.GET["add"].partition(":")
        return redirect(request.path + with_choice(request.GET, kind, value))
    saved = _being_edited(request)
    form = NameForm(initial={"name": saved.name if saved else ""})
    return _builder(request, board_of(request.programme, request.scope, request.GET), form, saved)


@require_GET
@requires("audience.read")
def audience_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Open a saved audience: its lines where they can be changed, else whom it means."""
    saved = _saved(request, pk)
    if not saved.frozen_at:
        query = query_of(saved, offers_of(request.programme, request.scope))
        if query is not None:
            return redirect(f"{_builder_url(request)}?{query.urlencode()}")
    board = board_of(request.programme, request.scope, request.GET, saved)
    return _builder(request, board, NameForm(initial={"name": saved.name}), saved)


@require_POST
@requires("audience.write")
def audience_save(request: ScopedRequest) -> HttpResponse:
    """Keep what the address chooses under a name, as a new audience or in place of one.

    Nothing is kept of an address that cannot be read: what is left of it could mean everybody.
    """
    form = NameForm(request.POST)
    board = _board_read(request)
    if board is None:
        form.add_error(None, _UNREAD)
        nothing = board_of(request.programme, request.scope, QueryDict())
        return _builder(request, nothing, form, None, status=422)
    saved = _being_edited(request)
    if form.is_valid():
        replaced = None if "as_new" in request.POST else saved
        kept = accepts(
            form,
            keep_audience,
            request.programme,
            form.cleaned_data["name"],
            lines_of(board.draft),
            database_now(),
            audience=replaced,
            is_frozen=form.cleaned_data["is_frozen"],
            by=request.user,
        )
        if kept:
            messages.success(request, _("“%(name)s” is saved.") % {"name": kept.name})
            is_followed = replaced and kept.followers.exists()
            page = "communications:audience-follow" if is_followed else "stakeholders:audience-show"
            return redirect(page, request.programme.slug, kept.pk)
    return _builder(request, board, form, saved, status=422)


def _board_read(request: ScopedRequest) -> Board | None:
    """Return the page of the address, or None if a part of it says nothing or names nothing."""
    if unread_in(request.GET) or not _names_one(request.GET.get("of", "")):
        return None
    try:
        return board_of(request.programme, request.scope, request.GET)
    except Http404:
        return None


def _names_one(value: str) -> bool:
    """Tell whether an address names an audience by a key, or none."""
    is_number = value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER
    return is_number or not value


def _saved(request: ScopedRequest, pk: int) -> Audience:
    saved = saved_audiences(request.scope).with_rule()
    return get_object_or_404(saved, pk=pk)


def _being_edited(request: ScopedRequest) -> Audience | None:
    value = request.GET.get("of", "")
    return _saved(request, int(value)) if value and _names_one(value) else None


def _builder_url(request: ScopedRequest) -> str:
    return reverse("stakeholders:audience-build", args=(request.programme.slug,))


def _builder(
    request: ScopedRequest,
    board: Board,
    form: NameForm,
    saved: Audience | None,
    status: int = 200,
) -> HttpResponse:
    audiences = saved_audiences(request.scope).with_rule()
    save_url = reverse("stakeholders:audience-save", args=(request.programme.slug,))
    context = {
        "board": board,
        "form": form,
        "saved": saved,
        "save_url": f"{save_url}?{board.query.urlencode()}",
        "unread": ", ".join(f"“{part}”" for part in unread_in(board.query)),
        "audiences": with_people(list(audiences[:BESIDE]), request.scope),
        "sample": board.sample if request.scope.may("people.read") else [],
        "news": news_of(board.rule, request.scope),
        "now": database_now(),
    }
    return render(request, "stakeholders/audience.html", context, status=status)
