"""Events, who is registered, who was there, and the mails that tell them."""

from events.models.checkin import CheckIn
from events.models.event import Event
from events.models.mail import EventMail
from events.models.registration import Registration

__all__ = ["CheckIn", "Event", "EventMail", "Registration"]
