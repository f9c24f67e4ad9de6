"""A kit by its link, without sign-in; and who may write a kit makes and withdraws such links."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communications.kits.forms.kit_link import KitLinkForm
from communications.kits.models import KitLink
from communications.kits.queries.kit_link import find_kit_link, opened, version_behind
from communications.kits.queries.kit_shelf import titles_of
from communications.kits.services.kit_download import name_alone
from communications.kits.services.kit_link import hand_on, withdraw
from communications.kits.views.kit import file_answer, kit_url, where_in
from communications.messages.rendering import reading_language
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.page import page_in
from programmes.design.sealed import opens_nothing, sealed
from programmes.views.once import once
from stakeholders.models import User


@sealed
@require_safe
def kit_open(request: HttpRequest, token: str) -> HttpResponse:
    """Show the files for one site of a link, in the language of the page."""
    asked = request.GET.get("lang") or translation.get_language_from_request(request)
    now = database_now()
    found = opened(token, request.GET.get("site", ""), asked, now)
    if found is None:
        return opens_nothing(request)
    languages = found.programme.languages
    context = {
        "opened": found,
        "programme": found.programme,
        "languages": languages,
        "query": urlencode({"site": found.shelf.place.site.name}),
        "token": token,
        "is_live": found.shelf.place.live_on <= now.date(),
    }
    language = reading_language(asked, languages) or languages[0]
    return HttpResponse(page_in(language, "public/kit.html", context))


@sealed
@require_safe
def kit_file(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Give what one file of a link holds now."""
    now = database_now()
    link = find_kit_link(token, now)
    version = version_behind(link, pk, now.date()) if link else None
    if version is None:
        return opens_nothing(request)
    file = version.file
    title = titles_of([file.message_id], file.place, file.language)[file.message_id]
    return file_answer(name_alone(file, title), bytes(version.content))


@require_POST
@requires("kit.write")
@once
def link_add(request: ScopedRequest) -> HttpResponse:
    """Make a link to a kit in view, or to that of one of its sites."""
    where = where_in(request, request.POST)
    if where.region is None or where.wave is None:
        raise Http404
    form = KitLinkForm(request.POST, places=where.own)
    if not form.is_valid():
        raise Http404
    site, days = form.chosen()
    hand_on(where.wave, where.region, site, days, cast(User, request.user), database_now())
    messages.success(request, _("Link created. Copy it from the list."))
    return redirect(f"{kit_url(request, where.region, where.wave.pk)}#links")


@require_POST
@requires("kit.write")
def link_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let a link open nothing from now on."""
    links = KitLink.objects.within(request.scope)
    link = get_object_or_404(links.select_related("region"), pk=pk)
    if withdraw(link, cast(User, request.user), database_now()):
        messages.success(request, _("Link withdrawn. It no longer opens anything."))
    return redirect(f"{kit_url(request, link.region, link.wave_id)}#links")
