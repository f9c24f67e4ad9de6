"""Settling many mails in doubt at once, by what the mail server's log says."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from communications.models import Delivery, Dispatch, State
from communications.services.dispatch import confirm_delivered, send_again
from stakeholders.models import User

ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]]+@[^\s<>\"'(),;:\[\]]+")


@dataclass(frozen=True)
class Settled:
    """How many mails were called delivered, are sent again, and stay in doubt."""

    delivered: int
    again: int
    in_doubt: int


def addresses_in(text: str) -> set[str]:
    """Return the mail addresses in a text such as a log, in lower case."""
    return {found.lower() for found in ADDRESS.findall(text)}


@transaction.atomic
def settle_by_log(
    dispatch: Dispatch, log: str, user: User, now: datetime, *, sends_others: bool
) -> Settled:
    """Call delivered what the log names; the others are sent again, or stay in doubt.

    ``log`` is what the mail server wrote of this dispatch alone. Each mail leaves its own trace of
    who settled it.
    """
    known, delivered, again, others = addresses_in(log), 0, 0, 0
    rows = Delivery.objects.filter(dispatch=dispatch, state=State.IN_DOUBT)
    for row in rows.select_related("person").order_by("pk"):
        if {row.person.email.lower(), row.address.lower()} & known:
            delivered += confirm_delivered(row, user, now)
        elif sends_others:
            again += send_again(row, user, now)
        else:
            others += 1
    return Settled(delivered, again, others)
