"""Kits: looking at one, and taking it along."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from communications.kits.documents import bundle
from communications.kits.forms.kit import DownloadForm
from communications.kits.forms.kit_link import KitLinkForm
from communications.kits.models import KitFile, KitVersion
from communications.kits.queries.kit_board import KitBoard, kit_board
from communications.kits.queries.kit_choice import Where, filters_of, where_of
from communications.kits.queries.kit_link import links_out
from communications.kits.services.kit import ask_again
from communications.kits.services.kit_download import COLUMNS, Taken, take
from communications.messages.services.refusal import RefusedError
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.paging import page_of
from programmes.models import Region, WaveSite
from stakeholders.models import User

# So many sites have their files in the tables of a page; so many files in all stand there unfolded,
# and so many if somebody has chosen among them.
SITES, FEW, SOME = 12, 60, 150
TYPES = {
    "pdf": "application/pdf",
    "eml": "message/rfc822",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def where_in(request: ScopedRequest, asked: Any) -> Where:
    """Return the kit that is asked for, else the next one in view; 404 for what is not in view."""
    slug, number = asked.get("region", ""), asked.get("wave", "")
    today = database_now().date()
    where = where_of(request.programme, request.scope, slug, number, today)
    if where is None:
        raise Http404
    return where


def board_at(
    request: ScopedRequest,
    where: Where,
    language: str,
    *,
    only_new: bool = False,
    listed: Iterable[WaveSite] = (),
) -> KitBoard:
    """Return a kit as the user sees it; 404 where there is none."""
    if where.region is None or where.wave is None:
        raise Http404
    return kit_board(
        request.programme,
        where.wave,
        where.region,
        where.own,
        request.scope,
        language,
        only_new=only_new,
        listed=[place.pk for place in listed],
        today=database_now().date(),
    )


@require_GET
@requires("kit.read")
def kit_show(request: ScopedRequest) -> HttpResponse:
    """Show the kit of a wave in a region: what is there, missing and new."""
    where = where_in(request, request.GET)
    language, only_new = request.GET.get("lang", ""), request.GET.get("new") == "since-last"
    site = request.GET.get("site", "")
    sites = page_of(request, [p for p in where.own if site in ("", str(p.site_id))], SITES)
    board = None
    if where.wave:
        board = board_at(request, where, language, only_new=only_new, listed=sites)
    is_filtered = bool(language or only_new or site)
    context = {
        "board": board,
        "where": where,
        "sites": sites,
        "groups": filters_of(where, board.languages if board else []),
        "is_filtered": is_filtered,
        "is_open": board is not None and board.listed <= (SOME if is_filtered else FEW),
        "may_download": request.scope.may("kit.download"),
        **links_of(request, where),
    }
    return render(request, "communications/kit.html", context)


def links_of(request: ScopedRequest, where: Where) -> dict[str, Any]:
    """Return the links to a kit, and the form that makes one, for who may write it."""
    if where.wave is None or where.region is None or not request.scope.may("kit.write"):
        return {}
    out = links_out(where.wave, where.region, database_now())
    return {"links": out, "link_form": KitLinkForm(places=where.own)}


@require_POST
@requires("kit.download")
def kit_download(request: ScopedRequest) -> HttpResponseBase:
    """Write down what is taken, and send it; a POST, so that nothing counts that only looks.

    A file that is not in that kit is not found.
    """
    form = DownloadForm(request.POST)
    if not form.is_valid():
        raise Http404
    choice = form.choice()
    board = board_at(request, where_in(request, request.POST), choice.language)
    try:
        taken = take(board, choice, cast(User, request.user), database_now())
    except RefusedError as refusal:
        if choice.file:
            raise Http404 from refusal
        messages.error(request, str(refusal))
        return redirect(kit_url(request, board.region, board.wave.pk))
    return sent(taken, is_single=choice.file is not None)


@require_POST
@requires("kit.write")
def kit_again(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let a file be made once more that could not be."""
    files = KitFile.objects.within(request.scope).wanted()
    file = get_object_or_404(files.select_related("place__site__region"), pk=pk)
    if ask_again(file, database_now()):
        messages.success(request, _("The file is being created again. Check back in a minute."))
    return redirect(kit_url(request, file.place.site.region, file.place.wave_id))


@require_GET
@requires("kit.read")
@cache_control(private=True, max_age=3600)
def kit_picture(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show the first page of a version small; it never changes."""
    files = KitFile.objects.within(request.scope).wanted()
    versions = KitVersion.objects.current().filter(file__in=files).exclude(picture=b"")
    version = get_object_or_404(versions.defer("content"), pk=pk)
    return HttpResponse(bytes(version.picture), content_type="image/png")


def sent(taken: Taken, *, is_single: bool) -> HttpResponseBase:
    """Return one file as it is, or several as a ZIP that is written while it is sent."""
    if is_single:
        return file_answer(taken.name, taken.entries[0].read())
    stream = bundle(taken.entries, COLUMNS)
    answer = StreamingHttpResponse(stream, content_type="application/zip")
    answer["Content-Length"] = str(len(stream))
    keep_harmless(answer, taken.name)
    return answer


def file_answer(name: str, content: bytes) -> HttpResponse:
    """Return one file of a kit, to be kept under a name."""
    answer = HttpResponse(content, content_type=TYPES[name.rpartition(".")[2]])
    keep_harmless(answer, name)
    return answer


def keep_harmless(answer: HttpResponseBase, name: str) -> None:
    """Let a browser keep a file, under a name, instead of opening it as a page of ours."""
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"


def kit_url(request: ScopedRequest, region: Region, wave: int) -> str:
    query = urlencode({"region": region.slug, "wave": str(wave)})
    return f"{reverse('communications:kit-show', args=[request.programme.slug])}?{query}"
