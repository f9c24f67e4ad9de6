"""Waking whoever sends, once the present transaction is committed; the pump comes anyway."""

from programmes.database.wake import wake

SENDERS = 2


def wake_senders(count: int = SENDERS) -> None:
    """Let senders look at once for what is ready, when this transaction is committed."""
    for _sender in range(count):
        wake("communications.deliver", queue="dispatch")


def wake_posters() -> None:
    """Let a poster look at once for what is ready, when this transaction is committed."""
    wake("communications.post", queue="dispatch")
