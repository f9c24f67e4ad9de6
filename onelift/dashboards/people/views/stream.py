"""Streams: all beside each other, each with its page, and the week’s update of its leader."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onelift.dashboards.impacts.queries.home import stream_impacts
from onelift.dashboards.people.queries.stream import StreamBoard, marks_of, stream_board, title_of
from onelift.dashboards.people.queries.streams import stream_list
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.undo import offer_undo
from programmes.forms.refusal import accepts
from programmes.forms.stream import UpdateForm
from programmes.models import Stream, StreamUpdate
from programmes.models.stream import week_of
from programmes.models.trail import Kept
from programmes.queries.moves import Move
from programmes.services.update import (
    UpdateChangedError,
    open_update,
    save_update,
    send_update,
    stamp_of,
    take_back,
)
from programmes.views.trail import note_audit
from stakeholders.models import User
from stakeholders.register.queries.impact import seats_of

ON_A_PAGE = 50


@require_GET
@requires("stream.read")
def stream_index(request: ScopedRequest) -> HttpResponse:
    """Show the streams and the objectives of the programme."""
    streams = Stream.objects.within(request.scope)
    page = Paginator(streams, ON_A_PAGE).get_page(request.GET.get("page"))
    board = stream_list(request.programme, request.scope, list(page), database_now())
    context = {"board": board, "page": page, "may_write": request.scope.writes(None)}
    return render(request, "dashboards/stream_list.html", context)


@require_GET
@requires("stream.read")
def stream_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show one stream; whoever writes it finds the week’s update ready to send."""
    board = stream_board(_stream(request, pk), request.scope, database_now())
    if board.personal:
        note_audit(request, Kept.OBJECTIVES, board.stream)
    return _page(request, board, update_form(None, board), is_correction="correct" in request.GET)


@require_POST
@requires("stream.write")
def update_save(request: ScopedRequest, pk: int) -> HttpResponse:
    """Keep the week’s update as a draft or send it; a script keeps it while one types."""
    stream, now = _written_stream(request, pk), database_now()
    board = stream_board(stream, request.scope, now)
    form = update_form(request.POST, board)
    if form.is_valid() and (update := _accepted(request, form, stream)):
        if request.headers.get("HX-Request"):
            return render(request, "dashboards/_update_saved.html", {"update": update})
        _tell(request, update)
        return redirect("dashboards:stream-show", request.programme.slug, pk)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return _page(request, board, form, is_correction=True)


@require_POST
@requires("stream.write")
def update_take_back(request: ScopedRequest, pk: int, update: int) -> HttpResponse:
    """Make a draft of an update that was sent and that nobody has read."""
    stream = _written_stream(request, pk)
    found = get_object_or_404(stream.updates.sent(), pk=update)
    try:
        take_back(found)
        messages.success(request, _("The update is a draft again."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("dashboards:stream-show", request.programme.slug, pk)


@require_POST
@requires("update.open")
def update_open(request: ScopedRequest, pk: int, update: int) -> HttpResponse:
    """Note that the CIO reads an update, and show it in its stream."""
    updates = StreamUpdate.objects.within(request.scope)
    found = get_object_or_404(updates, pk=update, stream=pk)
    try:
        open_update(found, request.user, database_now())  # type: ignore[arg-type]
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("dashboards:stream-show", request.programme.slug, pk)


def update_form(data: object, board: StreamBoard) -> UpdateForm:
    """Return the form of this week, begun with its draft or with what the rules propose."""
    update, proposed = board.update, board.proposed.state
    moves = {move.key: move for move in [*board.told, *board.moves]}
    return UpdateForm(
        data,
        moves=list(moves.values()),
        proposed=proposed,
        initial={
            "judgement": (update and update.judgement) or proposed,
            "moved": [move.key for move in (board.told if update else _own(board.moves))],
            "sentence": update.sentence if update else "",
            "need": update.need if update else "",
            "seen": stamp_of(update),
        },
    )


def _own(moves: list[Move]) -> list[Move]:
    """Return what the stream did itself; a message of the programme may have another cause."""
    return [move for move in moves if move.kind != "message"]


def _accepted(request: ScopedRequest, form: UpdateForm, stream: Stream) -> StreamUpdate | None:
    now, seen = database_now(), form.cleaned_data["seen"]
    week, data = week_of(now.date()), form.data_typed()
    try:
        verb = send_update if "send" in request.POST else save_update
        return accepts(form, verb, stream, week, data, request.user, now, seen)  # type: ignore[no-any-return]
    except UpdateChangedError as changed:
        form.show_theirs(changed.update, stamp_of(changed.update))
        return None


def _tell(request: ScopedRequest, update: StreamUpdate) -> None:
    if update.sent_at is None:
        messages.success(request, _("The draft is saved."))
        return
    url = reverse(
        "dashboards:update-take-back",
        args=[request.programme.slug, update.stream_id, update.pk],
    )
    offer_undo(request, _("The update is sent."), url)


def _page(
    request: ScopedRequest, board: StreamBoard, form: UpdateForm, *, is_correction: bool
) -> HttpResponse:
    slug, may_write = request.programme.slug, request.scope.writes(board.stream.pk)
    is_open = board.is_draft or (is_correction and (not board.is_read or form.is_bound))
    urls = {
        m.pk: reverse("programmes:part-edit", args=[slug, "milestones", m.pk])
        for m in board.milestones
        if may_write
    }
    impacts = _impacts(request, board)
    context = {
        "board": board,
        "title": title_of(board, impacts["impacts"] if impacts else None),
        "marks": marks_of(board, urls),
        "form": form,
        "may_write": may_write,
        "may_write_personal": may_write and request.scope.streams is not None,
        "is_written": may_write and is_open,
        **impacts,
    }
    return render(request, "dashboards/stream.html", context)


def _impacts(request: ScopedRequest, board: StreamBoard) -> dict[str, Any]:
    """Return the impacts of a stream for who may read them, and whether the reader confirms."""
    if not request.scope.may("register.read"):
        return {}
    found = stream_impacts(request.programme, request.scope, board.stream, board.today)
    seats = seats_of(cast(User, request.user), request.programme)
    return {"impacts": found, "speaks": board.stream.pk in seats.streams}


def _stream(request: ScopedRequest, pk: int) -> Stream:
    streams = Stream.objects.within(request.scope)
    return get_object_or_404(streams.select_related("programme"), pk=pk)


def _written_stream(request: ScopedRequest, pk: int) -> Stream:
    """Return a stream that the user writes; 404 out of scope, 403 where somebody else does."""
    stream = _stream(request, pk)
    if not request.scope.writes(pk):
        raise PermissionDenied
    return stream
