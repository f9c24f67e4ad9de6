"""Messages, their versions, and the channels that they name."""

from communications.messages.models.adaptation import Adaptation
from communications.messages.models.adaptation_version import AdaptationVersion
from communications.messages.models.approval import Approval
from communications.messages.models.channel import Channel
from communications.messages.models.channel_text import ChannelText
from communications.messages.models.dropped_point import DroppedPoint
from communications.messages.models.linkcount import LinkCount
from communications.messages.models.message import Message
from communications.messages.models.message_version import MessageVersion
from communications.messages.models.review import Review, ReviewComment
from communications.messages.models.sender import Sender

__all__ = [
    "Adaptation",
    "AdaptationVersion",
    "Approval",
    "Channel",
    "ChannelText",
    "DroppedPoint",
    "LinkCount",
    "Message",
    "MessageVersion",
    "Review",
    "ReviewComment",
    "Sender",
]
