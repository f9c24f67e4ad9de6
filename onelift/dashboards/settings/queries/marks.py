"""What is wrong behind a page of the settings, each asked in a number of queries that is fixed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Channel, ChannelState
from onelift.dashboards.checkup.queries.connections import groups
from onelift.dashboards.checkup.queries.stuck import stuck_now
from programmes.design import formats
from programmes.models import Programme, WaveSite
from programmes.queries.brand import swatches_of
from programmes.queries.support import lacking_support, places_with_support
from programmes.scope import Scope
from programmes.timing import rest_on
from stakeholders.models import Role

READABLE = 4.5


@dataclass(frozen=True)
class Mark:
    """That something is wrong there: how bad, in words, and how many where that is shown."""

    tone: str
    text: str
    count: int = 0


@dataclass(frozen=True)
class Asked:
    """Who looks, at which programme, and when (UTC)."""

    scope: Scope
    programme: Programme | None
    now: datetime


def marks_of(
    asked: Asked, opened: Collection[str], known_stuck: int | None = None
) -> dict[str, Mark]:
    """Return the marks of some pages by key.

    Args:
        asked: who looks, at what.
        opened: the keys of the pages.
        known_stuck: how many things are stuck, where the page has counted them already.

    """
    found: dict[str, Mark | None] = {
        key: look(asked.programme, asked)
        for key, look in OF_PROGRAMME.items()
        if key in opened and asked.programme
    }
    if "status" in opened:
        found["status"] = _stuck(stuck_now(asked.now) if known_stuck is None else known_stuck)
    return {key: mark for key, mark in found.items() if mark}


def _resting(programme: Programme, asked: Asked) -> Mark | None:
    """Look for go-lives that are planned for a day of rest."""
    today, n = asked.now.date(), 0
    for place in WaveSite.objects.within(asked.scope).select_related("wave", "site"):
        is_planned = place.wave.state_on(today) == "planned"
        if is_planned and rest_on(place.own_go_live_on or place.wave.go_live_on, place.site):
            n += 1
    words = ngettext(
        "%(n)s go-live falls on a non-working day", "%(n)s go-lives fall on a non-working day", n
    )
    return _warning(words, n)


def _helpless(programme: Programme, asked: Asked) -> Mark | None:
    """Look for sites where readers can ask nobody."""
    n = len(lacking_support(places_with_support(asked.scope), programme, asked.scope))
    return _warning(ngettext("%(n)s site has no contact", "%(n)s sites have no contact", n), n)


def _broken(programme: Programme, asked: Asked) -> Mark | None:
    """Look for channels to which nothing can be posted."""
    channels = Channel.objects.within(asked.scope).active().select_related("programme")
    states = {state.channel: state for state in ChannelState.objects.all()}
    n = sum(each.is_broken for each in groups(channels, states, {}))
    words = ngettext("%(n)s channel does not work", "%(n)s channels do not work", n)
    return Mark("bad", words % {"n": formats.number(n)}) if n else None


def _pale(programme: Programme, asked: Asked) -> Mark | None:
    """Look for colours that cannot be read."""
    n = sum(each.contrast < READABLE for each in swatches_of(programme))
    words = ngettext("%(n)s colour lacks contrast", "%(n)s colours lack contrast", n)
    return _warning(words, n)


def _undecided(programme: Programme, asked: Asked) -> Mark | None:
    """Look for somebody who decides."""
    roles = Role.objects.filter(programme=programme, kind=Role.Kind.CIO, user__is_active=True)
    return None if roles.exists() else Mark("warn", _("No CIO assigned"))


def _stuck(n: int) -> Mark | None:
    words = ngettext("%(n)s thing is stuck", "%(n)s things are stuck", n)
    return Mark("bad", words % {"n": formats.number(n)}, n) if n else None


def _warning(words: str, n: int) -> Mark | None:
    return Mark("warn", words % {"n": formats.number(n)}) if n else None


OF_PROGRAMME: dict[str, Callable[[Programme, Asked], Mark | None]] = {
    "waves": _resting,
    "contacts": _helpless,
    "channels": _broken,
    "brand": _pale,
    "roles": _undecided,
}
