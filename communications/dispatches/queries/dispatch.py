"""What the page of a dispatch says about its counts: finding, states, what happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.dispatches.models import Delivery, Dispatch
from communications.dispatches.models.dispatch import trail_id
from communications.dispatches.queries.ledger import Interruption, Ledger, SiteLedger, is_held
from communications.messages.models import Approval
from communications.messages.models.act import Act
from programmes.design.formats import clock, number, percent, short_day
from programmes.scope import Scope

SOON = timedelta(minutes=90)
EVENTS = 30
HALF = (0.45, 0.55)


@dataclass(frozen=True)
class SiteState:
    """Where a site stands: a key of the status marks, and its word."""

    key: str
    text: str


@dataclass(frozen=True)
class Event:
    """Something that happened, when (UTC)."""

    when: datetime
    sentence: str


def finding(dispatch: Dispatch, ledger: Ledger) -> str:
    """Return the sentence that the page opens with."""
    sent, rest = ledger.parts["sent"], ledger.rest
    if dispatch.cancelled_at is not None and not rest:
        return _("Cancelled: %(sent)s sent, %(not_sent)s not sent") % ended(ledger)
    if not rest:
        return _("Done: %(sent)s sent, %(not_sent)s not sent") % ended(ledger)
    waits = ngettext("%(n)s person waiting", "%(n)s people waiting", rest) % {"n": number(rest)}
    values = {"waits": waits}
    if dispatch.paused_at is not None:
        return _("Paused, %(waits)s") % values
    if ledger.standing is None:
        return _("No valid approval, %(waits)s") % values
    if ledger.interruption:
        return held_back(ledger.interruption) % values
    if not sent:
        return _("Nothing sent yet, %(waits)s") % values
    return so_far(ledger, sent / ledger.people, waits)


def so_far(ledger: Ledger, share: float, waits: str) -> str:
    """Return how much is sent and how many wait: by wave, where it leaves so, else in percent."""
    if waves := waves_of(ledger):
        over = {"over": number(sum(waves.values())), "all": number(len(waves)), "waits": waits}
        words = ngettext(
            "%(over)s of %(all)s waves sent, %(waits)s",
            "%(over)s of %(all)s waves sent, %(waits)s",
            sum(waves.values()),
        )
        return words % over
    if HALF[0] <= share <= HALF[1]:
        return _("Half sent, %(waits)s") % {"waits": waits}
    return _("%(share)s sent, %(waits)s") % {"waits": waits, "share": percent(share)}


def waves_of(ledger: Ledger) -> dict[int, bool]:
    """Return whether a wave is over, by its id, where several get it one after the other."""
    if ledger.standing is None or ledger.standing.frozen.schedule.fixed_on:
        return {}
    found: dict[int, bool] = {}
    for site in ledger.sites:
        if site.slot:
            wave = site.slot.wave_site.wave_id
            found[wave] = found.get(wave, True) and not site.later and not site.parts["waiting"]
    return found if len(found) > 1 else {}


def held_back(by: Interruption) -> str:
    """Return what holds the mails back, with a place for how many."""
    if by.is_held:
        return _("The database was restored or copied, %(waits)s")
    return _("The mail server is not responding, %(waits)s")


def ended(ledger: Ledger) -> dict[str, str]:
    """Return the two numbers of a dispatch at its end."""
    return {"sent": number(ledger.parts["sent"]), "not_sent": number(ledger.not_sent)}


def version_of(dispatch: Dispatch, standing: Approval | None) -> Approval | None:
    """Return the version that stands and is sent, or else that was decided last."""
    if standing is not None:
        return standing
    decided = dispatch.message.approvals.filter(decided_at__isnull=False)
    return decided.select_related("decided_by").first()


def subject_of(version: Approval | None) -> str:
    """Return the subject as approved, in the reader's language if it has one."""
    return version.frozen.title if version else ""


def site_state(site: SiteLedger, dispatch: Dispatch, now: datetime) -> SiteState:
    """Return where a site stands."""
    if site.parts["waiting"]:
        if site.held < site.parts["waiting"]:
            return SiteState("sending", _("Sending"))
        key = "paused" if dispatch.paused_at is not None else "held"
        return SiteState(key, _("Paused") if key == "paused" else _("On hold"))
    if site.later:
        return coming_state(site, now)
    if site.parts["in_doubt"]:
        n = site.parts["in_doubt"]
        done = ngettext("Done, %(n)s in doubt", "Done, %(n)s in doubt", n) % {"n": number(n)}
        return SiteState("done", done)
    if not site.parts["sent"]:
        return SiteState("cancelled", _("Nothing sent"))
    return SiteState("done", _("Done at %(hour)s") % {"hour": local(site, site.last_at)})


def coming_state(site: SiteLedger, now: datetime) -> SiteState:
    """Return when a site whose hour has not come starts."""
    slot = site.slot
    if slot is None or slot.ready_at <= now:
        return SiteState("planned", _("Next"))
    there = slot.ready_at.astimezone(ZoneInfo(site.site.time_zone))
    values = {"day": short_day(there.date()), "hour": local(site, slot.ready_at)}
    if slot.delay:
        return SiteState("held", _("Moved to %(day)s, %(hour)s") % values)
    if slot.ready_at - now > SOON:
        return SiteState("planned", _("Starts %(day)s, %(hour)s") % values)
    minutes = max(1, round((slot.ready_at - now).total_seconds() / 60))
    text = ngettext("Starts in %(n)s minute", "Starts in %(n)s minutes", minutes)
    return SiteState("planned", text % {"n": number(minutes)})


def local(site: SiteLedger, at: datetime | None) -> str:
    """Return the hour of an instant on the clocks of a site."""
    return clock(at, site.site.time_zone) if at else ""


def events(dispatch: Dispatch, ledger: Ledger, scope: Scope) -> list[Event]:
    """Return what happened, the latest first, in one query."""
    found = [Event(dispatch.started_at, _("Started"))]
    if ledger.first_sent_at:
        found.append(Event(ledger.first_sent_at, _("The mail server accepted the first email")))
    if ledger.last_at and not ledger.rest:
        found.append(Event(ledger.last_at, _("The last email was processed")))
    if ledger.down and ledger.down.failing_since and not is_held(ledger.down):
        sentence = _("The mail server stopped responding: %(reason)s")
        sentence %= {"reason": ledger.down.reason}
        found.append(Event(ledger.down.failing_since, sentence))
    found += [Event(e.timestamp, act_sentence(e)) for e in trail_of(dispatch, scope)]
    return sorted(found, key=lambda event: event.when, reverse=True)


def trail_of(dispatch: Dispatch, scope: Scope) -> Iterable[LogEntry]:
    """Return the entries of the audit trail on the dispatch and its mails in view."""
    types = ContentType.objects.get_for_models(Dispatch, Delivery)
    mails = Q(content_type=types[Delivery], cid=trail_id(dispatch.pk))
    if scope.regions is not None:
        rows = Delivery.objects.within(scope).filter(pk=OuterRef("object_id"))
        mails &= Q(Exists(rows))
    own = Q(content_type=types[Dispatch], object_id=dispatch.pk)
    entries = LogEntry.objects.filter(own | mails, additional_data__has_key="act")
    return entries.select_related("actor").order_by("-timestamp", "-pk")[:EVENTS]  # type: ignore[no-any-return]


def act_sentence(entry: LogEntry) -> str:
    act = entry.additional_data["act"]
    done = Act(act).label if act in Act.values else act
    return _("%(who)s: %(done)s") % {"who": entry.actor or entry.actor_email or "–", "done": done}
