"""By what a mail is known: the address that it comes from, and its Message-ID."""

import hashlib
import hmac
from email.utils import parseaddr

from django.conf import settings

from communications.models import Delivery, Posting

SENDER_ADDRESS = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
HOST = SENDER_ADDRESS.rpartition("@")[2]


def message_id_of(delivery: Delivery) -> str:
    """Return the Message-ID of a row: its number behind a tag that nobody can guess."""
    digest = hmac.digest(
        settings.SECRET_KEY.encode(), f"message-id:{delivery.pk}".encode(), hashlib.sha256
    )
    return f"<{digest.hex()[:12]}.{delivery.pk}@{HOST}>"


def recalled(row: Posting) -> dict[str, str]:
    """Return what an intent that was forgotten must have said of a mail and where it went."""
    if not isinstance(row, Delivery):
        return {}
    address = row.address or row.person.email
    return {"message_id": row.message_id or message_id_of(row), "address": address}
