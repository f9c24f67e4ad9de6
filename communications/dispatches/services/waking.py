"""Waking whoever sends, once the present transaction is committed; the pump comes anyway."""

from communications.mailroom.services.outbox import SENDERS
from programmes.database.wake import wake


def wake_senders(count: int = SENDERS) -> None:
    """Let senders look at once for what is ready, when this transaction is committed."""
    for _sender in range(count):
        wake("communications.deliver", queue="dispatch")


def wake_posters() -> None:
    """Let a poster look at once for what is ready, when this transaction is committed."""
    wake("communications.post", queue="dispatch")
