"""Handing a need over, and telling at once whoever is to answer it."""

from datetime import datetime

from django.db import transaction

from communications.approvals.services.notice import announce_hand_over
from programmes.models import StreamUpdate
from programmes.services.update import hand_over
from stakeholders.models import User


@transaction.atomic
def hand_over_and_tell(
    update: StreamUpdate, to: User, user: User, now: datetime, principal: User | None = None
) -> StreamUpdate:
    """Let somebody else answer a need, and plan a mail to them.

    Raises:
        ValidationError: see ``hand_over``.

    """
    update = hand_over(update, to, user, now, principal)
    announce_hand_over(update, to, now)
    return update
