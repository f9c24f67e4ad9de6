"""The ledger, and how channels and jobs are."""

from communications.mailroom.models.channel_state import ChannelState, Heartbeat
from communications.mailroom.models.ledger import Posting, State, postings
from communications.mailroom.models.reason import Reason, reason_words
from communications.mailroom.models.swept import Sweeper, Swept
from communications.mailroom.models.watermark import Sign, Watermark

__all__ = [
    "ChannelState",
    "Heartbeat",
    "Posting",
    "Reason",
    "Sign",
    "State",
    "Sweeper",
    "Swept",
    "Watermark",
    "postings",
    "reason_words",
]
