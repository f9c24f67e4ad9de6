"""Settling many mails in doubt at once, by what the mail server's log says.

A mail is known by its Message-ID: an address may have taken another mail, and two people may share
one. Two things are known by the address alone: a row without a Message-ID, which was planned after
a restore and whose mail has left under a number that nobody knows any more; and all of a log that
names none of our Message-IDs.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from communications.dispatches.models import Delivery, Dispatch
from communications.dispatches.services.dispatch import confirm_delivered, send_again
from communications.mailroom.models import State
from stakeholders.models import User

ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]]+@[^\s<>\"'(),;:\[\]]+")
MESSAGE_ID = re.compile(r"[0-9a-f]{12}\.\d+@[^\s<>\"'(),;:\[\]]+")


@dataclass(frozen=True)
class Settled:
    """How many mails were called delivered, are sent again, and stay in doubt."""

    delivered: int
    again: int
    in_doubt: int


def addresses_in(text: str) -> set[str]:
    """Return the mail addresses in a text such as a log, in lower case."""
    return {found.lower() for found in ADDRESS.findall(text)}


@dataclass(frozen=True)
class Named:
    """The Message-IDs of ours, without brackets, and the addresses that a log names."""

    message_ids: set[str]
    addresses: set[str]

    def names(self, row: Delivery) -> bool:
        """Tell whether the log says that the mail of a row was taken."""
        if row.message_id and self.message_ids:
            return row.message_id.strip("<>") in self.message_ids
        return bool({row.person.email.lower(), row.address.lower()} & self.addresses)


@transaction.atomic
def settle_by_log(
    dispatch: Dispatch, log: str, user: User, now: datetime, *, sends_others: bool
) -> Settled:
    """Call delivered what the log names; the others are sent again, or stay in doubt.

    ``log`` is what the mail server wrote of this dispatch alone. Each mail leaves its own trace of
    who settled it.
    """
    named = Named(set(MESSAGE_ID.findall(log)), addresses_in(log))
    delivered, again, others = 0, 0, 0
    rows = Delivery.objects.filter(dispatch=dispatch, state=State.IN_DOUBT)
    for row in rows.select_related("person").order_by("pk"):
        if named.names(row):
            delivered += confirm_delivered(row, user, now)
        elif sends_others:
            again += send_again(row, user, now)
        else:
            others += 1
    return Settled(delivered, again, others)
