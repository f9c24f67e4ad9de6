"""What changes for a reader: no sign-in, no cookie, the same bytes for all who ask the same."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_GET, require_safe
from django.views.decorators.vary import vary_on_headers

from onelift.dashboards.me.queries.me import WRITTEN, Asked, Me, facts_of, me_of
from onelift.dashboards.me.queries.reader import all_languages, page_language, published_programmes
from onelift.dashboards.me.queries.unpublished import unpublished
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.page import page_in
from programmes.models import Programme

View = Callable[..., HttpResponse]
SLUG = re.compile(r"[-\w]+\Z", re.ASCII)
KEPT_SECONDS = 60


def public(view: View) -> View:
    """Let anybody keep a page for a minute, and ask later whether it has changed.

    It holds no secret, so that its length may tell what is on it: it goes compressed.
    """
    kept = cache_control(public=True, max_age=KEPT_SECONDS)(view)
    asked = conditional_page(vary_on_headers("Accept-Language")(kept))
    return require_safe(gzip_page(asked))


@public
def me_index(request: HttpRequest) -> HttpResponse:
    """Lead to the programme that has something public, or show which have."""
    language = _language_of(request, all_languages())
    found = published_programmes()
    if len(found) == 1:
        return redirect(_with(reverse("dashboards:me-show", args=[found[0].slug]), request))
    if not found:
        return _nothing(language)
    context = {"programmes": found, "languages": all_languages()}
    return HttpResponse(page_in(language, "public/me_index.html", context))


@public
def me_show(request: HttpRequest, slug: str, persona: str = "") -> HttpResponse:
    """Show what changes at a site and for a persona, or for everybody."""
    if "persona" in request.GET:
        return _to_persona(request, slug)
    programme = Programme.objects.filter(slug=slug).first()
    facts = facts_of(programme) if programme else None
    if facts is None or not facts.services:
        return _nothing(_language_of(request, all_languages()))
    asked = _asked(request, facts.programme, persona)
    try:
        me = me_of(facts, asked, database_now())
    except Http404:
        return _nothing(asked.language, facts.programme)
    return HttpResponse(page_in(me.language, "public/me.html", _context(request, me)))


@require_GET
@requires("setup.write")
def me_preview(request: ScopedRequest) -> HttpResponse:
    """Show the page with drafts, as it will be when all of them are published."""
    asked = _asked(request, request.programme, request.GET.get("persona", ""))
    me = me_of(facts_of(request.programme, WRITTEN), asked, database_now())
    url = reverse("dashboards:me-preview", args=[request.programme.slug])
    gaps = {"me": me, "gaps": unpublished(me), "programme": request.programme}
    note = render_to_string("dashboards/_me_preview.html", gaps, request)
    context = {
        **_context(request, me),
        "address": url,
        "preview": note,
        "preview_language": translation.get_language(),
        "query": _query(me, persona=me.persona.slug if me.persona else ""),
    }
    return HttpResponse(page_in(me.language, "public/me.html", context))


def _asked(request: HttpRequest, programme: Programme, persona: str) -> Asked:
    language = _language_of(request, programme.languages)
    return Asked(language, request.GET.get("site", "").strip(), persona)


def _context(request: HttpRequest, me: Me) -> dict[str, Any]:
    """Return what the template of a page takes; ``query`` keeps the choice in another language."""
    return {
        "me": me,
        "programme": me.programme,
        "languages": me.programme.languages,
        "address": reverse("dashboards:me-show", args=[me.programme.slug]),
        "asked_language": me.language if "lang" in request.GET else "",
        "query": _query(me),
        "printed": settings.PUBLIC_URL + request.path,
    }


def _query(me: Me, **more: str) -> str:
    site = next((choice.value for choice in me.sites if choice.is_chosen), "")
    return urlencode({name: word for name, word in {"site": site, **more}.items() if word})


def _language_of(request: HttpRequest, languages: list[str]) -> str:
    accepted = request.headers.get("Accept-Language", "")
    return page_language(request.GET.get("lang", ""), accepted, languages)


def _to_persona(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the form, which is without scripts too: the choice stands in the address."""
    persona = request.GET["persona"]
    if persona and not SLUG.match(persona):
        return _nothing(_language_of(request, all_languages()))
    name = "dashboards:me-persona" if persona else "dashboards:me-show"
    where = [slug, persona] if persona else [slug]
    return redirect(_with(reverse(name, args=where), request))


def _with(address: str, request: HttpRequest) -> str:
    """Return an address with what the present one chooses."""
    chosen = {name: request.GET.get(name, "") for name in ("site", "lang")}
    query = urlencode({name: word for name, word in chosen.items() if word})
    return f"{address}?{query}" if query else address


def _nothing(language: str, programme: Programme | None = None) -> HttpResponse:
    """Say that nothing is there; with a programme, where its page begins."""
    context = {"programme": programme, "languages": all_languages()}
    return HttpResponse(page_in(language, "public/no_me.html", context), status=404)
