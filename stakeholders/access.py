"""What the roles of a user open: the table of actions, scopes, and the request's scope."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from programmes.access import ScopedRequest
from programmes.models import Programme
from programmes.scope import NOBODY, Scope
from stakeholders.models import Role, User

ZONES = available_timezones()

MANAGER = Role.Kind.PROGRAMME_MANAGER
CIO = Role.Kind.CIO
REGIONAL = Role.Kind.REGIONAL_IT_MANAGER
LEADER = Role.Kind.STREAM_LEADER
HR = Role.Kind.HR_IMPORTER
TEAM = Role.Kind.COMMUNICATION_TEAM
LOCAL = Role.Kind.LOCAL_COMMUNICATION
AUDITOR = Role.Kind.AUDITOR
HOST = Role.Kind.EVENT_HOST

# Whose work the plan is: all but the importer of personnel files, who sees nothing of it.
READERS = frozenset({MANAGER, CIO, REGIONAL, LEADER, TEAM, LOCAL, AUDITOR})
# Of these, leaders have no part in messages and figures.
LISTENERS = READERS - {LEADER}
# Whom the whole programme is in view of, with what nobody has approved.
WATCHERS = frozenset({MANAGER, CIO, TEAM, AUDITOR})
# Who makes events: all of them, or those of a region or of a stream.
EVENT_WRITERS = frozenset({MANAGER, TEAM, LOCAL, REGIONAL, LEADER})

# action → the roles that may perform it, from the table “Who may do what”.
ACTIONS: dict[str, frozenset[str]] = {
    "find.read": READERS,
    "overview.read": WATCHERS,
    "region.read": LISTENERS,
    "plan.read": READERS,
    "decision.read": WATCHERS,
    "setup.read": READERS,
    "setup.write": frozenset({MANAGER}),
    "people.read": frozenset({MANAGER, REGIONAL, AUDITOR}),
    "people.write": frozenset({MANAGER}),
    "people.count": LISTENERS,
    "address.read": frozenset({MANAGER, REGIONAL, AUDITOR}),
    "audience.read": READERS,
    "audience.write": frozenset({MANAGER, TEAM}),
    "persona.read": READERS,
    "persona.write": frozenset({MANAGER, TEAM}),
    "register.read": READERS,
    "register.all": WATCHERS,
    "register.notes": WATCHERS | {LEADER},
    "register.write": frozenset({MANAGER, LEADER, TEAM}),
    "import.run": frozenset({MANAGER, HR}),
    "import.count": frozenset({MANAGER, HR, CIO, AUDITOR}),
    "message.read": LISTENERS,
    "message.write": frozenset({MANAGER, TEAM}),
    "text.write": frozenset({MANAGER, TEAM, LOCAL}),
    "message.try": frozenset({MANAGER, CIO, TEAM}),
    "approval.ask": frozenset({MANAGER, TEAM}),
    "approval.decide": frozenset({CIO}),
    "dispatch.read": LISTENERS,
    "dispatch.pause": frozenset({MANAGER, CIO, TEAM}),
    "dispatch.cancel": frozenset({MANAGER, CIO, TEAM}),
    "dispatch.resolve": frozenset({MANAGER}),
    "delivery.read": frozenset({MANAGER, AUDITOR}),
    "delivery.unsent": frozenset({MANAGER, REGIONAL, TEAM, AUDITOR}),
    "post.read": LISTENERS,
    "post.write": frozenset({MANAGER, REGIONAL, TEAM, LOCAL}),
    "kit.read": READERS,
    "kit.download": frozenset({MANAGER, REGIONAL, LEADER, TEAM, LOCAL}),
    "kit.write": frozenset({MANAGER, TEAM, LOCAL}),
    "channel.read": frozenset({MANAGER, TEAM, AUDITOR}),
    "channel.test": frozenset({MANAGER, TEAM}),
    "event.read": READERS | {HOST},
    "event.all": WATCHERS,
    "event.write": EVENT_WRITERS,
    "event.names": EVENT_WRITERS | {HOST, AUDITOR},
    "event.check_in": EVENT_WRITERS | {HOST},
    "survey.read": LISTENERS,
    "survey.write": frozenset({MANAGER, TEAM}),
    "survey.translate": frozenset({MANAGER, TEAM, LOCAL}),
    "results.read": LISTENERS,
    "stream.read": READERS,
    "stream.write": frozenset({MANAGER, LEADER}),
    "update.open": frozenset({CIO}),
    "objective.read": frozenset({MANAGER, AUDITOR}),
    "objective.list": frozenset({MANAGER, REGIONAL, LEADER, TEAM, AUDITOR}),
    "objective.own": frozenset({MANAGER, REGIONAL, LEADER, TEAM}),
    "objective.count": frozenset({MANAGER, CIO, AUDITOR}),
    "role.read": frozenset({MANAGER, AUDITOR}),
    "trail.read": frozenset({MANAGER, CIO, AUDITOR}),
    "trail.all": frozenset({AUDITOR}),
    "look.noted": frozenset({AUDITOR}),
    "person.take": frozenset({AUDITOR}),
    "person.erase": frozenset({AUDITOR}),
}


def roles_of(user: User | AnonymousUser) -> list[Role]:
    """Return all roles of a user, in one query; nobody's are none."""
    return list(Role.objects.filter(user=user)) if user.is_authenticated else []


def scope_of(user: User | AnonymousUser, programme: Programme | None = None) -> Scope:
    """Return what a user may see and do, in one programme if given (one query)."""
    roles = roles_of(user)
    here = [r for r in roles if programme and r.programme_id == programme.pk]
    regions = frozenset(r.region_id for r in here if r.region_id is not None)
    streams = frozenset(r.stream_id for r in here if r.stream_id is not None)
    kinds = {r.kind for r in here}
    languages = frozenset(code for r in here for code in r.languages)
    watches = bool(kinds & WATCHERS)
    # A leader knows all regions by figures alone; with a region, names come into view there.
    everywhere = watches or (LEADER in kinds and not regions)
    return Scope(
        programme_ids=frozenset(r.programme_id for r in roles),
        regions=None if everywhere else regions,
        streams=None if kinds & {MANAGER, TEAM} else streams,
        languages=None if kinds & {MANAGER, TEAM} else languages,
        user_id=user.pk,
        reads_drafts=watches or LOCAL in kinds,
        actions=frozenset(action for action, allowed in ACTIONS.items() if allowed & kinds),
    )


def home_of(user: User, programme: Programme | None = None) -> str:
    """Return the address where a user lands after signing in, or in one programme."""
    roles = Role.objects.filter(user=user).select_related("programme", "region")
    role = (roles.filter(programme=programme) if programme else roles).first()
    if role is None:
        return "/admin/" if user.is_staff else "/profile/"
    slug = role.programme.slug
    if role.kind == REGIONAL and role.region:
        return f"/p/{slug}/regions/{role.region.slug}/"
    if role.kind == LOCAL:
        lang = f"lang={role.languages[0]}&" if len(role.languages) == 1 else ""
        return f"/p/{slug}/messages/?{lang}state=todo"
    homes: dict[str, str] = {
        LEADER: f"people/streams/{role.stream_id}/",
        HR: "people/imports/",
        TEAM: "messages/",
        AUDITOR: "audit/",
        HOST: "events/",
    }
    return f"/p/{slug}/{homes.get(role.kind, 'overview/')}"


def may_start_programme(user: User) -> bool:
    """Tell whether a user may start a programme: staff, or who manages one already."""
    return user.is_staff or user.roles.filter(kind=MANAGER).exists()


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
        """Look up the programme that the URL names, if the user has a role in it."""
        if "programme" not in kwargs or not request.user.is_authenticated:
            return
        programme = Programme.objects.filter(slug=kwargs["programme"]).first()
        scope = scope_of(request.user, programme)  # type: ignore[arg-type]
        if programme and programme.pk in scope.programme_ids:
            request.programme, request.scope = programme, scope


class SecondFactorMiddleware:
    """Leads administrators to their second factor before the admin, where that is asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; which view does is known later."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponseBase | None:
        """Send staff without a second factor away from all pages of the admin but its way out."""
        match = request.resolver_match
        is_admin = match is not None and match.namespaces[:1] == ["admin"]
        is_way_out = match is not None and match.url_name == "logout"
        if not settings.ADMIN_SECOND_FACTOR or not is_admin or is_way_out:
            return None
        if not request.user.is_staff or is_mfa_enabled(request.user):
            return None
        messages.warning(request, _("Set up a second factor. The administration opens after that."))
        return redirect("mfa_activate_totp")


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


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """Finds accounts by mail address, and keeps those of the demonstration out of production.

    Their passwords lie in a file; a database that once held the demonstration must not be open
    to whoever has read it. Django asks again at each request: a session does not outlive it.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Return the account that these credentials open; an earlier address opens none."""
        user = _admitted(super().authenticate(request, **credentials))
        typed = credentials.get("email")
        return user if user and (not typed or typed.lower() == user.email.lower()) else None

    def get_user(self, user_id: int) -> User | None:
        """Return the account of a session."""
        return _admitted(super().get_user(user_id))


def _admitted(user: User | None) -> User | None:
    is_shut_out = user and user.is_demonstration and not settings.EMBEDDED
    return None if is_shut_out else user
