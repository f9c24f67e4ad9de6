"""What is settled for each request: scope, second factor, language, clock, and what was typed."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import quote
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from programmes.access import ScopedRequest
from programmes.models import Programme
from programmes.scope import NOBODY
from stakeholders.accounts.access import lacks_code, lacks_second_factor, scope_of
from stakeholders.accounts.models.draft import LONGEST_FORM
from stakeholders.accounts.services.draft import discard_draft
from stakeholders.models import User

ZONES = available_timezones()
# A field that static/js/draft.js adds to a form as it is sent: the draft's name, behind "!" where
# the browser could not keep the words itself.
KEPT_DRAFT = "kept_draft"
# Tells the same script that a form was saved, so that it forgets what it kept.
SAVED_COOKIE = "onelift_saved"
LED_ON = (302, 303)


class ScopeMiddleware:
    """Sets ``request.scope``, and ``request.programme`` where the URL names one in scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Start each request with nothing in scope."""
        request.scope = NOBODY  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: ScopedRequest, view: object, args: object, kwargs: dict[str, Any]
    ) -> None:
        """Look up the programme that the URL names, if the user has a role in it.

        A view that asks for a right in the installation gets that scope.
        """
        if not request.user.is_authenticated:
            return
        if getattr(view, "is_of_installation", False):
            request.scope = scope_of(request.user)
        if "programme" not in kwargs or getattr(view, "is_of_installation", False):
            return
        programme = Programme.objects.filter(slug=kwargs["programme"]).first()
        scope = scope_of(request.user, programme)
        if programme and programme.pk in scope.programme_ids:
            request.programme, request.scope = programme, scope


class SecondFactorMiddleware:
    """Leads administrators to their second factor before the admin, where that is asked for.

    The same for pages outside of it that do what only the admin did (``asks_second_factor``).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; which view does is known later."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, *given: object
    ) -> HttpResponseBase | None:
        """Send staff who have shown no second factor away from all such pages but the way out."""
        match = request.resolver_match
        is_admin = match is not None and match.namespaces[:1] == ["admin"]
        is_way_out = match is not None and match.url_name == "logout"
        is_asked = is_admin or getattr(view, "asks_second_factor", False)
        return _led_to_factor(request) if is_asked and not is_way_out else None


def _led_to_factor(request: HttpRequest) -> HttpResponseBase | None:
    """Lead to where a second factor is set up or, as the account has one, to where it is shown."""
    if lacks_second_factor(cast(User, request.user)):
        messages.warning(request, _("Set up a second factor to open this page."))
        return redirect("mfa_activate_totp")
    if lacks_code(request):
        messages.warning(request, _("Enter a code from your app to open this page."))
        page = reverse("mfa_reauthenticate", query={REDIRECT_FIELD_NAME: request.get_full_path()})
        return redirect(page)
    return None


class DraftMiddleware:
    """Discards a draft when its form leads on without an error: then it is saved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and forget what is saved now."""
        response = self.get_response(request)
        if request.method != "POST" or response.status_code not in LED_ON:
            return response
        form = request.POST.get(KEPT_DRAFT, "").removeprefix("!")[:LONGEST_FORM]
        if form and request.user.is_authenticated and not _was_refused(request):
            discard_draft(request.user, form)
            response.set_cookie(
                SAVED_COOKIE,
                quote(form, safe=""),
                max_age=3600,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response


def _was_refused(request: HttpRequest) -> bool:
    """Tell whether the next page says that something went wrong."""
    said = vars(messages.get_messages(request)).get("_queued_messages", [])
    return any(each.level >= messages.WARNING for each in said)


class LocaleOfUserMiddleware:
    """Speaks the user's language, or the browser's before sign-in, and reads the user's clock.

    Whoever has signed in reads the languages of staff, and English in place of another. What
    others meet, such as the way in or an unknown address, is told in any language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in that language."""
        chosen = _language_of(request) or translation.get_language_from_request(request)
        with translation.override(chosen), timezone.override(_zone_of(request)):
            request.LANGUAGE_CODE = chosen
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        """Turn to English where staff pages lack the language."""
        is_staff_language = request.LANGUAGE_CODE in settings.STAFF_LANGUAGES
        if not is_staff_language and _language_of(request):
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
            translation.activate(settings.LANGUAGE_CODE)


def _language_of(request: HttpRequest) -> str | None:
    """Return the user's language; who has no session is not looked up."""
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return getattr(request.user, "language", None) if has_session else None


def _zone_of(request: HttpRequest) -> ZoneInfo | None:
    """Return the user's time zone, or that of the device, which page.js names in a cookie.

    Without either, or with one that is none, it is the installation's (UTC).
    """
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    chosen = getattr(request.user, "time_zone", "") if has_session else ""
    name = chosen or request.COOKIES.get("time_zone", "")
    return ZoneInfo(name) if name in ZONES else None
