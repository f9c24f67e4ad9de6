"""The pages behind the links of an event: no sign-in, no cookie, and a GET changes nothing."""

from math import ceil
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from communications.messages.rendering import reading_language
from events.models import Registration
from events.queries.event import event_lines
from events.queries.occasion import facts_of
from events.queries.text import text_in, texts_of
from events.queries.ticket import (
    Opened,
    code_link_of,
    link_of,
    opened_by_invitation,
    opened_by_ticket,
    place_in_line,
    token_of,
)
from events.rendering.calendar import PUBLISH, calendar_file
from events.rendering.code import code_svg, spaced
from events.rendering.words import day_words, hour_words
from events.services.asking import TooManyError, register_by_address
from events.services.registration import ClosedError, register, withdraw
from programmes.database.clock import database_now
from programmes.design.page import page_in
from programmes.design.sealed import opens_nothing, sealed
from programmes.queries.support import support_at
from stakeholders.accounts.access import scope_of

GOING, WAITING = Registration.State.GOING, Registration.State.WAITING


# The link itself is the right to register, and no cookie is: see docs/decisions/events.md.
@csrf_exempt
@sealed
@require_http_methods(["GET", "HEAD", "POST"])
def event_open(request: HttpRequest, token: str) -> HttpResponse:
    """Show an event to somebody invited, who registers or cancels; or to anybody, to read."""
    return _answer(request, opened_by_invitation(token, database_now()))


@csrf_exempt
@sealed
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_show(request: HttpRequest, token: str) -> HttpResponse:
    """Show somebody's ticket, where they cancel, or come after all."""
    return _answer(request, opened_by_ticket(token))


@sealed
@require_GET
def ticket_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Give the event as a file for one's own calendar."""
    opened = opened_by_ticket(token)
    if opened is None or opened.registration is None:
        return opens_nothing(request)
    language, texts = _language_of(request, opened), texts_of(opened.event)
    link = link_of(opened.registration)
    facts = facts_of(opened.event, texts, language, link, is_mine=True)
    return HttpResponse(
        calendar_file(facts, PUBLISH),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="event.ics"'},
    )


@sealed
@require_GET
def code_show(request: HttpRequest, token: str) -> HttpResponse:
    """Lead a host who scans a code to the check-in; say the same to anybody else, of any code."""
    code = token.upper()
    found = Registration.objects.select_related("event__programme").filter(code=code)
    registration = found.first() if request.user.is_authenticated else None
    if registration:
        programme = registration.event.programme
        if scope_of(request.user, programme).may("event.check_in"):
            page = reverse("events:checkin-show", args=[programme.slug, registration.event.slug])
            return redirect(f"{page}?code={registration.code}")
    language = translation.get_language_from_request(request)
    return HttpResponse(page_in(language, "public/code.html", {}))


def _answer(request: HttpRequest, opened: Opened | None) -> HttpResponse:
    """Show what a link opens, or do what was posted and show it anew."""
    try:
        if opened is None or (request.method == "POST" and not _is_done(request, opened)):
            return opens_nothing(request)
    except TooManyError as error:
        return _slow_down(request, opened, error)
    if request.method == "POST":
        response = HttpResponseRedirect(_way_back(request, opened))
        response.status_code = 303
        return response
    language = _language_of(request, opened)
    context = _context(opened, language) | {"asked": request.GET.get("asked", "")}
    return HttpResponse(page_in(language, "public/event.html", context))


def _slow_down(request: HttpRequest, opened: Opened | None, error: TooManyError) -> HttpResponse:
    language = _language_of(request, opened) if opened else "en"
    page = page_in(language, "public/too_many.html", {"minutes": ceil(error.seconds / 60)})
    return HttpResponse(page, status=429, headers={"Retry-After": str(error.seconds)})


def _way_back(request: HttpRequest, opened: Opened) -> str:
    """Return the address of the page; it says what becomes of an address that was typed."""
    if not _is_public(opened):
        return request.get_full_path()
    query = request.GET.copy()
    query["asked"] = "yes" if _address_in(request) else "no"
    return f"{request.path}?{query.urlencode()}"


def _is_public(opened: Opened) -> bool:
    return opened.person is None and opened.registration is None


def _address_in(request: HttpRequest) -> str:
    """Return the mail address that was typed; empty if it is none."""
    address = request.POST.get("email", "").strip()
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address


def _is_done(request: HttpRequest, opened: Opened) -> bool:
    """Do what was posted; False if the link gives no right to it.

    Where the moment has passed, nothing is done, and the page says how things stand.
    """
    act, now = request.POST.get("act"), database_now()
    try:
        if act == "register" and opened.person:
            register(opened.event, opened.person, _language_of(request, opened), now)
        elif act == "cancel" and opened.registration:
            withdraw(opened.registration, now)
        elif act == "ask" and _is_public(opened):
            if address := _address_in(request):
                register_by_address(opened.event, address, _language_of(request, opened), now)
        else:
            return False
    except ClosedError:
        pass
    return True


def _context(opened: Opened, language: str) -> dict[str, Any]:
    event, own, now = opened.event, opened.registration, database_now()
    code, text = text_in(texts_of(event), language)
    zone = event.site.time_zone
    [line] = event_lines([event])
    return {
        "event": event,
        "programme": event.programme,
        "languages": event.programme.languages,
        "text": text,
        "text_language": code,
        "agenda": [item.strip() for item in text["agenda"].splitlines() if item.strip()],
        "day": day_words(event.starts_at, zone, language),
        "hours": hour_words(event.starts_at, event.ends_at, zone, language),
        "is_open": event.is_open(now),
        "is_over": event.ends_at <= now,
        "may_register": opened.person is not None,
        "free": 0 if line.waiting else line.free,
        "support": support_at(event.programme, event.site),
        "state": own.state if own else "",
        **(_ticket(own) if own else {}),
    }


def _ticket(own: Registration) -> dict[str, Any]:
    if own.state == WAITING:
        return {"place": place_in_line(own)}
    if own.state != GOING:
        return {}
    return {
        "drawn": code_svg(code_link_of(own)),
        "code": spaced(own.code),
        "ticket": token_of(own),
    }


def _language_of(request: HttpRequest, opened: Opened) -> str:
    """Return the language chosen on the page, else that of the mail, else the browser's."""
    chosen, languages = request.GET.get("lang", ""), opened.event.programme.languages
    if chosen in languages:
        return chosen
    wished = opened.language or translation.get_language_from_request(request)
    return reading_language(wished, languages) or languages[0]
