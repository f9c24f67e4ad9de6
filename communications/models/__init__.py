"""Messages, their approvals, their dispatches with the ledger, and the state of the channels."""

from communications.models.approval import Approval
from communications.models.channel import ChannelState, Heartbeat
from communications.models.dispatch import Delivery, Dispatch, PersonalLink
from communications.models.ledger import Posting, State
from communications.models.message import Message
from communications.models.notice import Notice
from communications.models.question import Question
from communications.models.reason import Act, Reason, reason_words

__all__ = [
    "Act",
    "Approval",
    "ChannelState",
    "Delivery",
    "Dispatch",
    "Heartbeat",
    "Message",
    "Notice",
    "PersonalLink",
    "Posting",
    "Question",
    "Reason",
    "State",
    "reason_words",
]
