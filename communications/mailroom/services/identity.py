"""By what a mail is known: the address that it comes from, and its Message-ID."""

from email.utils import parseaddr

from django.conf import settings

from communications.mailroom.channels.keyed import numbered
from communications.mailroom.models import Posting

SENDER_ADDRESS = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
HOST = SENDER_ADDRESS.rpartition("@")[2]


def message_id_of(row: Posting) -> str:
    """Return the Message-ID of a row: its number behind a tag that nobody can guess."""
    return f"<{numbered('message-id', row.pk)}@{HOST}>"


def recalled(row: Posting) -> dict[str, str]:
    """Return what an intent that was forgotten must have said of a mail and where it went."""
    address = row.known_address
    if address is None:
        return {}
    return {"message_id": row.message_id or message_id_of(row), "address": address}
