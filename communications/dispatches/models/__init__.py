"""Dispatches with their rows, and what came back."""

from communications.dispatches.models.addressee import Addressee
from communications.dispatches.models.bounce import Bounce
from communications.dispatches.models.dispatch import Delivery, Dispatch, PersonalLink
from communications.dispatches.models.post import Post
from communications.dispatches.models.reason import NotSent
from communications.dispatches.models.tally import Tally

__all__ = [
    "Addressee",
    "Bounce",
    "Delivery",
    "Dispatch",
    "NotSent",
    "PersonalLink",
    "Post",
    "Tally",
]
