"""Messages, their approvals, their dispatches with the ledger, and the state of the channels."""

from communications.approvals.models.notice import Notice
from communications.approvals.models.question import Question
from communications.approvals.models.reminder import Reminder
from communications.dispatches.models.addressee import Addressee
from communications.dispatches.models.bounce import Bounce
from communications.dispatches.models.dispatch import Delivery, Dispatch, PersonalLink
from communications.dispatches.models.post import Post
from communications.dispatches.models.reason import NotSent
from communications.dispatches.models.tally import Tally
from communications.kits.models.kit import KitDownload, KitFile, KitVersion
from communications.kits.models.kit_link import KitLink
from communications.mailroom.models.channel_state import ChannelState, Heartbeat
from communications.mailroom.models.ledger import Posting, State, postings
from communications.mailroom.models.reason import Reason, reason_words
from communications.mailroom.models.swept import Sweeper, Swept
from communications.mailroom.models.watermark import Sign, Watermark
from communications.messages.models.act import Act
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
from communications.operation.models.alarm import Alarm, AlarmChannel, AlarmReader
from communications.operation.models.proof import Proof

__all__ = [
    "Act",
    "Adaptation",
    "AdaptationVersion",
    "Addressee",
    "Alarm",
    "AlarmChannel",
    "AlarmReader",
    "Approval",
    "Bounce",
    "Channel",
    "ChannelState",
    "ChannelText",
    "Delivery",
    "Dispatch",
    "DroppedPoint",
    "Heartbeat",
    "KitDownload",
    "KitFile",
    "KitLink",
    "KitVersion",
    "LinkCount",
    "Message",
    "MessageVersion",
    "NotSent",
    "Notice",
    "PersonalLink",
    "Post",
    "Posting",
    "Proof",
    "Question",
    "Reason",
    "Reminder",
    "Review",
    "ReviewComment",
    "Sender",
    "Sign",
    "State",
    "Sweeper",
    "Swept",
    "Tally",
    "Watermark",
    "postings",
    "reason_words",
]
