"""Sending the deliveries that are ready over some connections of a test."""

from communications.dispatches.services.sending import DELIVERIES
from communications.mailroom.services.kind import Round
from communications.mailroom.services.outbox import MailTransport, send_ready
from programmes.database.wake import is_stopping


def send_over(line, clock, until):
    """Run the outbox until an instant; return how many mails were tried."""
    return send_ready([DELIVERIES], MailTransport(line), Round(clock, until, is_stopping))
