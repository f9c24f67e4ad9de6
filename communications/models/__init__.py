"""Messages, their approvals, their dispatches with the ledger, and the state of the channels."""

from communications.models.addressee import Addressee
from communications.models.alarm import Alarm
from communications.models.approval import Approval
from communications.models.bounce import Bounce
from communications.models.channel import Channel
from communications.models.channel_state import ChannelState, Heartbeat
from communications.models.dispatch import Delivery, Dispatch, PersonalLink
from communications.models.kit import KitDownload, KitFile, KitVersion
from communications.models.kit_link import KitLink
from communications.models.ledger import Posting, State, postings
from communications.models.linkcount import LinkCount
from communications.models.message import Message
from communications.models.notice import Notice
from communications.models.post import Post
from communications.models.question import Question
from communications.models.reason import Act, Reason, reason_words
from communications.models.swept import Sweeper, Swept
from communications.models.tally import Tally
from communications.models.watermark import Sign, Watermark

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
