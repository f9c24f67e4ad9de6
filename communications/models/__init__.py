"""Messages, their approvals, their dispatches with the ledger, and the state of the channels."""

from communications.models.approval import Approval
from communications.models.channel import ChannelState, Heartbeat
from communications.models.dispatch import Delivery, Dispatch, PersonalLink
from communications.models.ledger import Posting, State
from communications.models.message import Message
from communications.models.notice import Notice
from communications.models.reason import Reason

__all__ = [
    "Approval",
    "ChannelState",
    "Delivery",
    "Dispatch",
    "Heartbeat",
    "Message",
    "Notice",
    "PersonalLink",
    "Posting",
    "Reason",
    "State",
]
