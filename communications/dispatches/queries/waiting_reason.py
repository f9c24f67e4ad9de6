"""Why mails of a dispatch wait, and until when: a line for each reason."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from communications.dispatches.models import Dispatch
from communications.dispatches.models.dispatch import UNWEIGHED
from communications.dispatches.queries.ledger import Ledger, Moved, SiteLedger, is_held
from communications.dispatches.queries.reply import Refused, reason_of_many, refused_for_now
from communications.messages.queries.text_wait import waits_at_most
from programmes.design.formats import moment, number
from programmes.scope import Scope
from programmes.timing import Delay

MOVED: dict[str, Promise] = {
    Delay.WEEKEND: _lazy("The planned day falls on a weekend there"),
    Delay.HOLIDAY: _lazy("The planned day falls on a public holiday there"),
    Delay.BLACKOUT: _lazy("The planned day falls in a blackout there"),
    Delay.OUTSIDE_HOURS: _lazy("The planned hour is outside working hours there"),
}

# Why rows wait whose moment had come already.
HELD: dict[str, Promise] = {
    Delay.WEEKEND: _lazy("It is the weekend there"),
    Delay.HOLIDAY: _lazy("It is a public holiday there"),
    Delay.BLACKOUT: _lazy("There is a blackout"),
    Delay.OUTSIDE_HOURS: _lazy("It is outside working hours there"),
    Delay.BUDGET: _lazy("They have reached this week’s email limit"),
}


@dataclass(frozen=True)
class Hold:
    """Why some people wait, and until when; ``part`` and ``site`` lead to their list."""

    people: int
    why: str
    until: str
    part: str = "held"
    site: int | None = None


def holds(dispatch: Dispatch, ledger: Ledger, scope: Scope, now: datetime) -> list[Hold]:
    """Return why people wait; one query at most. Each person stands in one line."""
    return [*held_rows(dispatch, ledger, scope), *moved_sites(ledger, now)]


def held_rows(dispatch: Dispatch, ledger: Ledger, scope: Scope) -> list[Hold]:
    """Return why rows wait."""
    if not ledger.held:
        return []
    if dispatch.paused_at is not None and dispatch.paused_at == dispatch.doubted_at:
        why = _("Paused automatically on %(when)s: many addresses in a row do not exist")
        until = _("Check the personnel file, then resume or cancel the rest")
        return [Hold(ledger.held, why % {"when": moment(dispatch.paused_at)}, until)]
    if dispatch.paused_at is not None:
        values = {"who": dispatch.paused_by or "–", "when": moment(dispatch.paused_at)}
        why = _("Paused by %(who)s on %(when)s") % values
        return [Hold(ledger.held, why, _("Continues when someone resumes it"))]
    if ledger.standing is None:
        return [Hold(ledger.held, _("No valid approval"), _("Continues with the next approval"))]
    if ledger.down is not None and is_held(ledger.down):
        why = _("The database was restored or copied")
        return [Hold(ledger.held, why, _("Continues when an administrator decides"))]
    if ledger.down is not None:
        reason = _("The mail server is not responding: %(reason)s") % {"reason": ledger.down.reason}
        return [Hold(ledger.held, reason, next_try(ledger.down.next_try_at))]
    return groups_held(dispatch, ledger, scope)


def groups_held(dispatch: Dispatch, ledger: Ledger, scope: Scope) -> list[Hold]:
    """Return what was moved to later, what the budget looks at, and what a server refused."""
    now, tried, without = ledger.holding.now, 0, 0
    moved: dict[str, Moved] = {}
    weighed = Moved()
    for group in ledger.waits:
        if group["due_at"] > now or group["delay"] == Delay.BUDGET:
            moved.setdefault(group["delay"], Moved()).add(group["n"], group["due_at"])
        elif group["try_at"] == UNWEIGHED:
            weighed.people += group["n"]
        elif group["delay"] == Delay.TEXT:
            without += group["n"]
        else:
            tried += group["n"]
    found = [moved_rows(delay, each) for delay, each in moved.items()]
    if weighed.people:
        why = _("Their emails this week are being counted")
        found.append(Hold(weighed.people, why, next_try(None)))
    if without:
        found.append(text_rows(ledger, without))
    if tried:
        found += refused_rows(refused_for_now(dispatch, scope, ledger.holding), tried)
    return sorted(found, key=lambda hold: -hold.people)


def text_rows(ledger: Ledger, people: int) -> Hold:
    """Return the line of rows that wait for a text in the language of their person."""
    ends = [
        waits_at_most(
            site.slot.latest,
            site.site,
            site.slot.blackouts,
            is_urgent=site.slot.approval.frozen.schedule.is_urgent,
        )
        for site in ledger.sites
        if site.slot
    ]
    until = _("Until %(when)s at the latest, then they get the nearest language")
    said = until % {"when": moment(max(ends))} if ends else next_try(None)
    return Hold(people, _("No approved text in their language yet"), said)


def moved_rows(delay: str, moved: Moved) -> Hold:
    """Return the line of rows that wait for a later moment for the same reason."""
    why = HELD.get(delay, _("The date or time was moved"))
    assert moved.first_at is not None  # noqa: S101  for the type checker
    return Hold(moved.people, str(why), _("Earliest: %(when)s") % {"when": moment(moved.first_at)})


def refused_rows(read: list[Refused], people: int) -> list[Hold]:
    """Return a line for each reply of a server that refused, and one for those not read."""
    tries: dict[str, list[datetime]] = {}
    for one in read:
        why = reason_of_many(one.reason) or _("The mail server closed the connection")
        tries.setdefault(why, []).append(one.next_try_at)
    lines = [Hold(len(at), why, next_try(min(at))) for why, at in tries.items()]
    if (rest := people - len(read)) > 0:
        lines.append(
            Hold(rest, _("The mail server temporarily refused others"), _("Each will be retried"))
        )
    return lines


def next_try(at: datetime | None) -> str:
    return (
        _("Next attempt at %(when)s") % {"when": moment(at)}
        if at
        else _("Next attempt in a minute")
    )


def moved_sites(ledger: Ledger, now: datetime) -> list[Hold]:
    """Return the people of sites where the planned moment gave way to rest, by reason."""
    groups: dict[str, list[SiteLedger]] = {}
    for site in ledger.sites:
        if site.later and site.slot and site.slot.delay and site.slot.ready_at > now:
            groups.setdefault(site.slot.delay, []).append(site)
    return [moved_hold(reason, sites) for reason, sites in groups.items()]


def moved_hold(reason: str, sites: list[SiteLedger]) -> Hold:
    """Return one line for the sites that rest for the same reason."""
    first = min(sites, key=lambda each: each.slot.ready_at)  # type: ignore[union-attr]
    values = {
        "site": first.site.name,
        "n": number(len(sites)),
        "when": moment(first.slot.ready_at, first.site.time_zone),  # type: ignore[union-attr]
    }
    until = ngettext(
        "%(n)s site, %(site)s: moved to %(when)s",
        "%(n)s sites, first %(site)s: moved to %(when)s",
        len(sites),
    )
    only = first.site.pk if len(sites) == 1 else None
    people = sum(site.later for site in sites)
    return Hold(people, str(MOVED[reason]), until % values, part="later", site=only)
