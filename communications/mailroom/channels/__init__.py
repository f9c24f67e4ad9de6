"""How messages leave the house: one module per channel, one error type, one kind of result."""

import re
from dataclasses import dataclass
from enum import StrEnum

REPLY_LENGTH = 200
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


class ChannelError(Exception):
    """A message that a channel cannot take.

    Attributes:
        permanent: True when another try of the same message would fail as well.
    """

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class RelayDown(Exception):  # noqa: N818  a state of the relay, not an error of a mail
    """The mail server cannot be used now, and no mail is at fault: none of a body has left.

    Attributes:
        reason: one plain English sentence of at most 200 characters, without secrets.
        is_configuration: True when waiting will not mend it and an operator must act.
        phase: how far the connection had come, a value of ``channels.smtp.Phase``.
        is_refusal: True when the server answers, and refuses one mail after the other.
    """

    def __init__(
        self,
        reason: str,
        *,
        is_configuration: bool = False,
        phase: str = "connecting",
        is_refusal: bool = False,
    ) -> None:
        self.reason = one_line(reason)
        self.is_configuration = is_configuration
        self.phase = phase
        self.is_refusal = is_refusal
        super().__init__(self.reason)


class Outcome(StrEnum):
    """What became of one mail.

    SENT: the server took it. FAILED: it refused for good. RETRY: it refused for now.
    IN_DOUBT: the body had begun to leave and no answer came; it may have been delivered.
    ABANDONED: the caller's intent said no, and nothing of the body left.
    """

    SENT = "sent"
    FAILED = "failed"
    RETRY = "retry"
    IN_DOUBT = "in_doubt"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one mail and what the server said, such as “550 5.1.1 No such user”."""

    outcome: Outcome
    reply: str


def one_line(text: str) -> str:
    """Return a text of somebody else as one line of at most 200 visible characters."""
    line = _INVISIBLE.sub(" ", text).strip()
    return line if len(line) <= REPLY_LENGTH else line[: REPLY_LENGTH - 1] + "…"
