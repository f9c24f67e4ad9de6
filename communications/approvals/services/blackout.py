"""Deciding what becomes of an approved message that a blackout holds back."""

from datetime import datetime

from auditlog.models import LogEntry
from django.db import transaction
from django.utils.translation import gettext as _

from communications.approvals.queries.blackout import BLACKOUT, UNDONE, decisions_on, written
from communications.messages.models import Approval
from communications.messages.models.approval import MOVE, PASS, days_of
from communications.messages.services.refusal import RefusedError
from programmes.models import Blackout
from programmes.models.trail import PROGRAMME
from programmes.queries.decisions import is_fresh
from programmes.queries.trail import DECIDED_FOR, PRINCIPAL, taken_from
from programmes.services.trail import write_change, write_entry
from programmes.services.update import too_late
from stakeholders.accounts.access import principal_of
from stakeholders.models import User

CHOICES = (MOVE, PASS)


@transaction.atomic
def decide_on_blackout(
    approval: Approval, days: str, choice: str, user: User, now: datetime
) -> Approval:
    """Let a message move out of a blackout, or pass it; the pump computes its moments again.

    Args:
        approval: the version that stands.
        days: those of the blackout, as ``days_of`` writes them.
        choice: ``move`` or ``pass``.
        user: who decides, and did not write it.
        now: the instant.

    Raises:
        RefusedError: the user wrote it, or it no longer stands.
    """
    found = Approval.objects.select_for_update(of=("self",)).standing()
    fresh = found.select_related("message__programme").filter(pk=approval.pk).first()
    if fresh is None:
        raise RefusedError(_("This version is not approved."))
    if user.pk in fresh.authors:
        raise RefusedError(_("You wrote this message, so someone else must decide on it."))
    before = fresh.blackouts.get(days, "")
    fresh.blackouts = {**fresh.blackouts, days: choice}
    fresh.save(update_fields=["blackouts"])
    name = _name_of(fresh, days)
    _note(fresh, written(days, before, name), written(days, choice, name), user, now)
    return fresh


@transaction.atomic
def undo_on_blackout(approval: Approval, user: User, now: datetime) -> Approval:
    """Take the user's decision of the last minutes back, or one in their name: it asks again.

    Mails that left meanwhile stay sent.

    Raises:
        RefusedError: somebody else decided, the time is over, or the version no longer stands.
    """
    found = Approval.objects.select_for_update(of=("self",)).standing()
    fresh = found.select_related("message__programme").filter(pk=approval.pk).first()
    last = next(iter(decisions_on([fresh])), None) if fresh else None
    if fresh is None or last is None or user.pk not in last.deciders or not is_fresh(last.at, now):
        raise RefusedError(too_late())
    fresh.blackouts = {k: v for k, v in fresh.blackouts.items() if k != last.days}
    if last.before:
        fresh.blackouts[last.days] = last.before
    fresh.save(update_fields=["blackouts"])
    pair = [written(last.days, choice, last.name) for choice in (last.choice, last.before)]
    taken = taken_from(last.by, last.principal, user)
    changes = {BLACKOUT: pair} | {name: [was, ""] for name, was in taken.items()}
    said = {PROGRAMME: fresh.message.programme_id, UNDONE: True}
    write_entry(fresh, LogEntry.Action.UPDATE, user, now, changes, said)
    return fresh


def _name_of(approval: Approval, days: str) -> str:
    """Return what the blackout of these days is called; empty if there is none any more."""
    found = Blackout.objects.filter(programme=approval.message.programme_id)
    return next((one.name for one in found if days_of(one.span) == days), "")


def _note(approval: Approval, before: str, after: str, user: User, now: datetime) -> None:
    programme = approval.message.programme
    changed, said = {"blackout": after}, {}
    if principal := principal_of(user, programme, now):
        changed[DECIDED_FOR], said = str(principal), {PRINCIPAL: principal.pk}
    before_it = {"blackout": before}
    write_change(approval, before_it, changed, user, now, of=programme.pk, said=said)
