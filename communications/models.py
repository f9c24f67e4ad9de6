"""Messages, their approvals, their dispatches with the ledger, and the state of the channels."""

from communications.approvals.models.notice import Notice
from communications.approvals.models.question import Question
from communications.dispatches.models.addressee import Addressee
from communications.dispatches.models.bounce import Bounce
from communications.dispatches.models.dispatch import Delivery, Dispatch, PersonalLink
from communications.dispatches.models.post import Post
from communications.dispatches.models.tally import Tally
from communications.kits.models.kit import KitDownload, KitFile, KitVersion
from communications.kits.models.kit_link import KitLink
from communications.mailroom.models.channel_state import ChannelState, Heartbeat
from communications.mailroom.models.ledger import Posting, State, postings
from communications.mailroom.models.reason import Act, Reason, reason_words
from communications.mailroom.models.swept import Sweeper, Swept
from communications.mailroom.models.watermark import Sign, Watermark
from communications.messages.models.approval import Approval
from communications.messages.models.channel import Channel
from communications.messages.models.linkcount import LinkCount
from communications.messages.models.message import Message
from communications.operation.models.alarm import Alarm

__all__ = [
    "Act",
    "Addressee",
    "Alarm",
    "Approval",
    "Bounce",
    "Channel",
    "ChannelState",
    "Delivery",
    "Dispatch",
    "Heartbeat",
    "KitDownload",
    "KitFile",
    "KitLink",
    "KitVersion",
    "LinkCount",
    "Message",
    "Notice",
    "PersonalLink",
    "Post",
    "Posting",
    "Question",
    "Reason",
    "Sign",
    "State",
    "Sweeper",
    "Swept",
    "Tally",
    "Watermark",
    "postings",
    "reason_words",
]
