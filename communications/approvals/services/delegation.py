"""Naming a delegate and ending that, with a mail to both."""

from datetime import datetime

from django.db import transaction

from communications.approvals.services.notice import announce_delegation
from programmes.models import Programme
from stakeholders.accounts.services.delegation import Absence, end_delegation, name_delegate
from stakeholders.models import Delegation, User


@transaction.atomic
def delegate(
    programme: Programme, principal: User, to: User, absence: Absence, now: datetime
) -> Delegation:
    """Let somebody decide for a CIO; both learn by mail (raises as ``name_delegate``)."""
    delegation = name_delegate(programme, principal, to, absence, now)
    announce_delegation(delegation, now)
    return delegation


@transaction.atomic
def take_back(delegation: Delegation, user: User, now: datetime) -> bool:
    """End a delegation now, with a mail to both; return whether it still lasted."""
    if not end_delegation(delegation, user, now):
        return False
    delegation.refresh_from_db()
    announce_delegation(delegation, now)
    return True
