"""What would help if all were lost: a backup that was put back once, and a trail that is whole.

Nothing tells the portal that a backup was restored elsewhere: who tried it records it here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Proof
from onelift.dashboards.checkup.queries.finding import Finding, fine, warning
from onelift.version import VERSION
from programmes.database.clock import database_now
from programmes.design import formats

# A night may be missed, and no more.
LONGEST_WITHOUT = timedelta(days=2)
# After a quarter the tools and the people have changed.
LONGEST_UNTRIED = timedelta(days=92)


@dataclass(frozen=True)
class Safe:
    """One row: a key of the status marks, what it is about, and what is known of it."""

    state: str
    name: str | Promise
    said: str


@dataclass(frozen=True)
class Safety:
    """All rows, and whether the trail was broken when it was last verified (UTC)."""

    rows: tuple[Safe, ...]
    broken_at: datetime | None = None


def safety(found: Mapping[str, Proof], now: datetime) -> Safety:
    """Return what is known of backup and trail; ``found`` are all proofs by kind."""
    trail = found.get(Proof.Kind.TRAIL)
    is_broken = trail is not None and not trail.is_well
    return Safety(
        rows=(
            backup(found.get(Proof.Kind.BACKUP), now),
            restore(found.get(Proof.Kind.RESTORE), now),
            trail_of(trail),
            Safe("works", _("Version"), VERSION),
        ),
        broken_at=trail.at if trail and is_broken else None,
    )


def backup(proof: Proof | None, now: datetime) -> Safe:
    """Return when ``manage.py backup`` last made one, and how large it is."""
    if proof is None or proof.at is None:
        return Safe("unused", _("Backup"), _("none made with the backup command"))
    words = {"time": formats.moment(proof.at), "size": formats.size(proof.amount)}
    state = "works" if proof.at >= now - LONGEST_WITHOUT else "late"
    return Safe(state, _("Backup"), _("%(time)s, %(size)s") % words)


def check_backup() -> Finding:
    """Judge whether a night was missed; no other way of backing up is known here."""
    proof = Proof.objects.filter(kind=Proof.Kind.BACKUP).first()
    if proof is None or proof.at is None:
        return warning(_("No backup was made with the backup command: set up a nightly one."))
    words = {"time": formats.moment(proof.at), "size": formats.size(proof.amount)}
    if proof.at < database_now() - LONGEST_WITHOUT:
        return warning(_("The newest backup is from %(time)s: check the nightly job.") % words)
    return fine(_("The newest backup is from %(time)s, %(size)s.") % words)


def restore(proof: Proof | None, now: datetime) -> Safe:
    """Return when a backup was last put back: here, or elsewhere as somebody recorded."""
    name = _("Restore tested")
    if proof is None or proof.at is None:
        return Safe("unused", name, _("never recorded"))
    days = (now - proof.at).days
    ago = ngettext("%(day)s, %(n)s day ago", "%(day)s, %(n)s days ago", days)
    said = ago % {"day": formats.day(proof.at), "n": formats.number(days)}
    return Safe("works" if proof.at >= now - LONGEST_UNTRIED else "late", name, said)


def trail_of(proof: Proof | None) -> Safe:
    """Return what came of the last verification, or how far the one that runs is."""
    name = _("Audit trail")
    if proof and proof.asked_at:
        return Safe("waiting", name, _progress(proof, proof.asked_at))
    if proof is None or proof.at is None:
        return Safe("unused", name, _("never checked"))
    return Safe("works" if proof.is_well else "broken", name, _result(proof, proof.at))


def _progress(proof: Proof, asked_at: datetime) -> str:
    if proof.seen_at is None:
        return _("waiting for a worker since %(time)s") % {"time": formats.clock(asked_at)}
    words = ngettext(
        "being checked: %(n)s entry read", "being checked: %(n)s entries read", proof.done
    )
    return words % {"n": formats.number(proof.done)}


def _result(proof: Proof, at: datetime) -> str:
    if proof.is_well:
        words = ngettext("%(n)s entry, intact", "%(n)s entries, intact", proof.amount)
    else:
        words = ngettext("%(n)s entry, broken", "%(n)s entries, broken", proof.amount)
    known = words % {"n": formats.number(proof.amount)}
    return _("%(known)s (%(time)s)") % {"known": known, "time": formats.moment(at)}
