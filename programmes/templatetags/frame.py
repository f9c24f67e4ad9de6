"""The frame of every signed-in page: the words of the navigation, and who is signed in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programmes.models import Programme, Region, Stream
from programmes.scope import NOBODY, Scope

register = template.Library()


@dataclass(frozen=True)
class Word:
    """One word of the navigation.

    Attributes:
        label: the word.
        url: where it leads.
        is_current: whether the page is there or below.

    """

    label: str | Promise
    url: str
    is_current: bool


# word, address below /p/<programme>/, the addresses its pages share, the action it needs.
# A word shows when its page exists and the roles may see it; of two alike the first that does.
WORDS: list[tuple[Promise, str, tuple[str, ...], str]] = [
    (_("Overview"), "overview/", ("overview/", "start/"), "overview.read"),
    (_("Plan"), "plan/", ("plan/", "setup/", "decisions/"), "plan.read"),
    (_("Messages"), "messages/", ("messages/", "texts/"), "message.read"),
    (_("Kit"), "kit/", ("kit/",), "kit.read"),
    (_("Events"), "events/", ("events/",), "event.read"),
    (_("People"), "people/", ("people/",), "people.count"),
    (_("People"), "people/audiences/", ("people/",), "audience.read"),
    (_("Listening"), "listening/", ("listening/",), "survey.read"),
    (_("Audit"), "audit/", ("audit/",), "trail.all"),
]
# The same of the pages of the installation: word, address, the action it needs.
INSTALLATION: list[tuple[Promise, str, str]] = [
    (_("Imports"), "/imports/", "import.read"),
    (_("People"), "/people/", "people.all"),
    (_("Audit"), "/audit/", "trail.all"),
]
# Who may do one of these changes something in the settings of a programme or the installation.
CHANGES = {"setup.write", "readiness.write", "token.write", "programme.place", "status.read"}
# How the addresses of the settings begin, below /p/<programme>/ and of the installation.
SETTINGS = ("setup/", "settings/", "start/")
SETTINGS_OF_INSTALLATION = ("/settings/", "/status/", "/programmes/", "/start/")


@register.inclusion_tag("components/top.html", takes_context=True)
def top_bar(context: Mapping[str, Any]) -> dict[str, Any]:
    """Show the bar on top: programme, navigation, language, theme, and the user's menu."""
    request = context["request"]
    programme = getattr(request, "programme", None)
    scope = getattr(request, "scope", NOBODY)
    gear = _gear(request, programme, scope)
    ours = _words_of_installation(request.path, scope)
    words = _words(request, programme, scope) if programme else ours
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "user": request.user,
        "programme": programme,
        "programmes": _other_programmes(programme, scope),
        "installation_url": ours[0].url if programme and ours else "",
        "words": [replace(w, is_current=False) for w in words]
        if gear and gear.is_current
        else words,
        "gear": gear,
        "find_url": _find_url(programme, scope),
        "languages": settings.STAFF_LANGUAGES,
        "language": get_language(),
    }


@register.inclusion_tag("components/language_menu.html", takes_context=True)
def language_menu(context: Mapping[str, Any]) -> dict[str, Any]:
    """Offer all languages to somebody who has not signed in."""
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "languages": [code for code, _name in settings.LANGUAGES],
        "language": get_language(),
    }


@register.simple_tag(takes_context=True)
def settings_foot(context: Mapping[str, Any]) -> str:
    """Say which version runs, at the foot of the pages of the settings."""
    request = context.get("request")
    programme = getattr(request, "programme", None)
    begins = tuple(f"/p/{programme.slug}/{word}" for word in SETTINGS) if programme else ()
    if not request or not request.path.startswith((*begins, *SETTINGS_OF_INSTALLATION)):
        return ""
    return format_html('<footer class="ol-meta mt-4">OneLift {}</footer>', settings.VERSION)


def _gear(request: HttpRequest, programme: Programme | None, scope: Scope) -> Word | None:
    """Return where the settings begin, for who may change one of them."""
    changes = CHANGES & scope.installation or (programme and CHANGES & scope.actions)
    if not changes and not getattr(request.user, "is_staff", False):
        return None
    if programme and scope.may("setup.read"):
        root = f"/p/{programme.slug}/"
        is_current = request.path.removeprefix(root).startswith(SETTINGS)
        return Word(_("Settings"), f"{root}settings/", is_current)
    return Word(_("Settings"), "/settings/", request.path.startswith(SETTINGS_OF_INSTALLATION))


def _find_url(programme: Programme | None, scope: Scope) -> str:
    """Return where anything is found, for who finds something there, else nothing."""
    url = f"/p/{programme.slug}/find/" if programme else ""
    return url if scope.may("find.read") and _exists(url) else ""


def _words_of_installation(path: str, scope: Scope) -> list[Word]:
    """Return where the roles without a programme lead."""
    return [
        Word(label, url, path.startswith(url))
        for label, url, action in INSTALLATION
        if action in scope.installation
    ]


def _words(request: HttpRequest, programme: Programme, scope: Scope) -> list[Word]:
    root = f"/p/{programme.slug}/"
    found: dict[tuple[str, ...], Word] = {}
    for label, address, shared, action in WORDS:
        if scope.may(action) and _exists(root + address):
            is_current = request.path.removeprefix(root).startswith(shared)
            found.setdefault(shared, Word(label, root + address, is_current))
    homes = _regions(request.path, root, scope) + _streams(request.path, programme, scope)
    if any(home.is_current for home in homes):
        return homes + [replace(word, is_current=False) for word in found.values()]
    return homes + list(found.values())


def _regions(path: str, root: str, scope: Scope) -> list[Word]:
    """Return the homes of the regions of somebody who sees only these."""
    if scope.is_everywhere or not scope.may("region.read"):
        return []
    homes = ((r.name, f"{root}regions/{r.slug}/") for r in Region.objects.within(scope))
    return [Word(name, url, path.startswith(url)) for name, url in homes if _exists(url)]


def _streams(path: str, programme: Programme, scope: Scope) -> list[Word]:
    """Return the homes of the streams of somebody who leads these."""
    if not scope.streams:
        return []
    led = Stream.objects.of(programme).filter(pk__in=scope.streams)
    homes = ((s.name, f"/p/{programme.slug}/people/streams/{s.pk}/") for s in led)
    return [Word(name, url, path.startswith(url)) for name, url in homes if _exists(url)]


def _other_programmes(programme: Programme | None, scope: Scope) -> list[Programme]:
    """Return the other programmes that the user may open, without a query if none."""
    others = [pk for pk in scope.opens if programme is None or pk != programme.pk]
    return list(Programme.objects.filter(pk__in=others)) if others else []


def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
