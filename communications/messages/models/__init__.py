"""Messages, their versions, and the channels that they name."""

from communications.messages.models.approval import Approval
from communications.messages.models.channel import Channel
from communications.messages.models.linkcount import LinkCount
from communications.messages.models.message import Message

__all__ = [
    "Approval",
    "Channel",
    "LinkCount",
    "Message",
]
