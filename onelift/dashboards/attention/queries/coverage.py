"""People who go live soon and are not informed, and people whose impact nothing answers."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onelift.dashboards.attention.queries.concern import Concern, Step
from onelift.dashboards.attention.queries.known import Known, WaveAhead
from onelift.dashboards.attention.queries.weight import GAP, IMPACTS
from onelift.dashboards.coverage.queries.coverage import DAYS
from programmes.design import formats


def gaps(known: Known) -> Iterator[Concern]:
    """Yield each wave that goes live soon and has people who are not informed."""
    for wave in known.waves:
        if wave.uninformed and (days := _days_ahead(wave, known)):
            yield _gap(known, wave, days)


def _days_ahead(wave: WaveAhead, known: Known) -> list[int]:
    """Return in how many days its sites go live; none once the wave was moved further away.

    Who is not informed is counted once a minute, so the count may still be that of the old date.
    """
    found = ((day - known.today).days for day in wave.ahead(known.today))
    return [days for days in found if days <= DAYS]


def _gap(known: Known, one: WaveAhead, ahead: list[int]) -> Concern:
    n, last = one.uninformed, str(ahead[-1])
    words = ngettext(
        "%(n)s person goes live %(when)s, faces a high impact and is not informed",
        "%(n)s people go live %(when)s, face a high impact and are not informed",
        n,
    )
    own = {"wave": str(one.wave.pk), **_in_region(known)}
    advice = _("%(wave)s: inform them before %(day)s.") % {
        "wave": one.wave.name,
        "day": formats.day(one.ahead(known.today)[0]),
    }
    return Concern(
        GAP,
        words % {"n": formats.number(n), "when": _when(ahead[-1])},
        advice=advice,
        people=n,
        days=ahead[0],
        url=_people_url(known, **own, live_within=last, affected="high", informed="no"),
        count=n,
        step=_write(known, n, {**own, "days": last}),
    )


def _when(days: int) -> str:
    """Return by when all of them are live, in the words of the list behind the figure."""
    if days < 2:
        return _("tomorrow") if days else _("today")
    return ngettext("within %(n)d day", "within %(n)d days", days) % {"n": days}


def _write(known: Known, n: int, own: dict[str, str]) -> Step | None:
    """Return the way to the editor with them as audience, else to where they are, if any opens."""
    if known.scope.may("message.write"):
        text = ngettext("Write to %(n)s person", "Write to %(n)s people", n)
        label = text % {"n": formats.number(n)}
        url = reverse("dashboards:coverage-write", args=[known.slug])
        return Step(label, url, posted=own)
    if not known.scope.may("people.count"):
        return None
    url = reverse("dashboards:coverage-show", args=[known.slug])
    return Step(_("See where they work"), f"{url}?{urlencode(own)}")


def unanswered(known: Known) -> Iterator[Concern]:
    """Yield the people who face a high impact for which nothing is approved, each once."""
    open_waves = [wave for wave in known.waves if wave.unanswered]
    n = sum(wave.unanswered for wave in open_waves)
    if not n:
        return
    left = [wave.days_left(known.today) for wave in open_waves]
    words = ngettext(
        "%(n)s person faces a high impact with no approved action",
        "%(n)s people face a high impact with no approved action",
        n,
    )
    map_url = ""
    if known.scope.may("register.read"):
        map_url = f"{reverse('dashboards:impact-map', args=[known.slug])}?gaps=1"
    yield Concern(
        IMPACTS,
        words % {"n": formats.number(n)},
        advice=_reminded(known) or _("A draft counts once it is approved."),
        people=n,
        days=min((days for days in left if days is not None), default=0),
        url=_people_url(known, unanswered="high", **_in_region(known)) or map_url,
        count=n,
        step=Step(_("Show the gaps"), map_url) if map_url else None,
        other=_remind(known),
    )


def _reminded(known: Known) -> str:
    """Say when owners were last reminded, and by whom; nothing if they were not."""
    if known.reminder is None:
        return ""
    words = {"day": formats.day(known.reminder.at), "who": known.reminder.by}
    return _("Owners were reminded on %(day)s by %(who)s.") % words


def _remind(known: Known) -> Step | None:
    """Return the way to remind owners; none for who may not, or once that was done today."""
    is_done = known.reminder is not None and known.reminder.at.date() == known.today
    if is_done or not known.scope.may("readiness.write"):
        return None
    posted = {"next": reverse("dashboards:overview-show", args=[known.slug])} | _in_region(known)
    return Step(
        _("Remind owners"), reverse("dashboards:gaps-remind", args=[known.slug]), posted, "mail"
    )


def _in_region(known: Known) -> dict[str, str]:
    return {"region": known.region} if known.region else {}


def _people_url(known: Known, **query: str) -> str:
    """Return the list of some people, empty for those who may not open it."""
    if not (known.scope.may("people.count") and known.scope.may("register.read")):
        return ""
    return f"{reverse('dashboards:people-list', args=[known.slug])}?{urlencode(query)}"
