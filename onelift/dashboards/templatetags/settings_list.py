"""The list beside each page of the settings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import template
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onelift.dashboards.settings.queries.marks import Asked, Mark, marks_of
from onelift.dashboards.settings.queries.pages import GROUPS, SettingsPage, pages_for
from onelift.start.progress import furthest, unfinished
from programmes.database.clock import database_now
from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.accounts.access import programmes_set_up_by

register = template.Library()


@dataclass(frozen=True)
class Entry:
    """One line of the list; ``mark`` says that something is wrong there."""

    label: str | Promise
    url: str
    is_current: bool = False
    mark: Mark | None = None


@register.inclusion_tag("dashboards/_settings_list.html", takes_context=True)
def settings_list(context: Mapping[str, Any]) -> dict[str, Any]:
    """List all settings that a reader may open, with marks; nothing where that is one page."""
    request = context["request"]
    programme, scope = getattr(request, "programme", None), request.scope
    groups = _groups(request, programme, scope, getattr(context.get("status"), "troubles", None))
    entries = [entry for _label, group in groups for entry in group]
    return {
        "groups": groups if len(entries) > 1 else [],
        "current": next((entry for entry in entries if entry.is_current), None),
        "worst": worst_of(entries),
        "programmes": [] if programme else programmes_set_up_by(request.user),
        "tables": admin.site.get_app_list(request) if request.user.is_staff else [],
    }


def worst_of(entries: Iterable[Entry]) -> str:
    """Return the tone of the worst mark, or nothing without any."""
    tones = {entry.mark.tone for entry in entries if entry.mark}
    return next((tone for tone in ("bad", "warn") if tone in tones), "")


@register.simple_tag(takes_context=True)
def settings_url(context: Mapping[str, Any]) -> str:
    """Return where the settings of the page's programme, or of the installation, begin."""
    programme = getattr(context["request"], "programme", None)
    if programme:
        return reverse("dashboards:settings-programme", args=[programme.slug])
    return reverse("dashboards:settings-show")


@register.simple_tag(takes_context=True)
def settings_label(context: Mapping[str, Any]) -> str | Promise:
    """Return what the page is called in the list; a page that is not there is the settings."""
    view = context["request"].resolver_match.view_name
    pages = (page for group in GROUPS for page in group.pages)
    return next((page.label for page in pages if page.holds(view)), _("Settings"))


def _groups(
    request: HttpRequest, programme: Programme | None, scope: Scope, stuck: tuple[Any, ...] | None
) -> list[tuple[str | Promise, list[Entry]]]:
    pages = list(pages_for(scope, is_begun=_is_begun(programme, scope)))
    asked = Asked(scope, programme, database_now())
    marks = marks_of(asked, {page.key for _own, page in pages}, _count(stuck))
    return [
        (group.label, [_entry(page, request, programme, marks) for _own, page in found])
        for group, found in groupby(pages, key=lambda pair: pair[0])
    ]


def _count(stuck: tuple[Any, ...] | None) -> int | None:
    return None if stuck is None else len(stuck)


def _is_begun(programme: Programme | None, scope: Scope) -> bool:
    """Tell whether nothing is left of the first steps, to whoever takes them."""
    if programme:
        return unfinished(programme, scope) is None
    return not scope.may("programme.place") or furthest(scope).is_complete


def _entry(
    page: SettingsPage,
    request: HttpRequest,
    programme: Programme | None,
    marks: Mapping[str, Mark],
) -> Entry:
    view = request.resolver_match.view_name if request.resolver_match else ""
    return Entry(page.label, page.url(programme), page.holds(view), marks.get(page.key))
