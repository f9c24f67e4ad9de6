"""The mail channel: one kept connection to the company's relay."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from communications.mailroom.channels import Outcome, RelayDown, Result
from communications.mailroom.channels.address import wire_address
from communications.mailroom.channels.connection import RelayConfig, connect
from communications.mailroom.channels.letter import Letter, build
from communications.mailroom.channels.smtp import Conversation, Dropped, Phase

__all__ = ["Letter", "Mail", "Relay", "RelayConfig", "build"]

LAST_WORD_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail for the wire: envelope sender (empty for none), recipient, headers and body."""

    sender: str
    recipient: str
    message: bytes


class Relay:
    """One connection to the relay, opened when first needed and kept from mail to mail.

    It belongs to one thread of one process.
    """

    def __init__(self, config: RelayConfig) -> None:
        self.config = config
        self._conversation: Conversation | None = None
        # The mail whose envelope left last behind another body, and that envelope.
        self._ahead: tuple[Mail | None, list[bytes]] = (None, [])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._say_goodbye()
        self.close()

    @property
    def is_open(self) -> bool:
        """Tell whether a connection stands, as far as this side knows."""
        return self._conversation is not None and self._conversation.sock is not None

    def open(self) -> None:
        """Connect, encrypt and sign in, unless a connection stands.

        Raises:
            RelayDown: the relay cannot be used.
        """
        if not self.is_open:
            self._conversation = connect(self.config)

    def close(self) -> None:
        """Cut the connection without a word: a body that has begun is not ended."""
        if self._conversation is not None:
            self._conversation.close()
            self._conversation = None

    def _say_goodbye(self) -> None:
        """Quit, unless the server waits for a body: it would take the word for its beginning."""
        conversation = self._conversation
        if conversation is None or not self.is_open or conversation.has_begun_another:
            return
        conversation.timeout = min(self.config.timeout, LAST_WORD_SECONDS)
        with suppress(OSError):
            conversation.quit()

    @property
    def is_answered_ahead(self) -> bool:
        """Tell whether the server has already answered the envelope of the next mail."""
        return self._conversation is not None and self._conversation.is_answered_ahead

    def send(
        self,
        sender: str,
        recipient: str,
        message: bytes,
        intent: Callable[[], bool],
        then: Mail | None = None,
    ) -> Result:
        """Send one mail to one recipient, and say what became of it.

        Args:
            sender: envelope sender; empty for none.
            recipient: envelope recipient.
            message: headers and body.
            intent: called when the server waits for the body, before its first byte. It stores
                durably that the body leaves now. If it returns False, or raises, nothing leaves
                and the connection is cut.
            then: the mail that will be sent next, if that is known; its envelope may leave behind
                this body. If another is sent after all, the connection is opened again.

        Raises:
            RelayDown: the relay cannot be used; nothing of the body left. A connection that the
                server closed between two mails is not worth an error: it is opened once again.
        """
        try:
            return self._send(Mail(sender, recipient, message), intent, then)
        except BaseException:
            self.close()
            raise

    def _send(self, mail: Mail, intent: Callable[[], bool], then: Mail | None) -> Result:
        refusal = self.open_body(mail)
        if refusal is not None:
            return refusal
        if not intent():
            self.close()
            return Result(Outcome.ABANDONED, "")
        self.start_body(mail, then)
        return self.end_body()

    # The steps of one mail, for whoever takes them over several connections at a time.

    def open_body(self, mail: Mail) -> Result | None:
        """Give the server the envelope; return None once it waits for the body, else its refusal.

        Raises:
            RelayDown: as of ``send``.
        """
        was_kept = self.is_open
        try:
            return self._open_body(mail)
        except Dropped:
            if not was_kept:
                raise
        self.close()
        return self._open_body(mail)

    def start_body(self, mail: Mail, then: Mail | None, deadline: float | None = None) -> None:
        """Send the body, all of it by ``deadline`` (of the monotonic clock) if there is one."""
        conversation = self._standing()
        self._ahead = then, commands_ahead(conversation, then)
        conversation.start_body(mail.message, self._ahead[1], deadline)

    def end_body(self) -> Result:
        """Wait for what the server says to the body."""
        return self._standing().end_body()

    def _connected(self) -> Conversation:
        self.open()
        return self._standing()

    def _standing(self) -> Conversation:
        assert self._conversation is not None  # noqa: S101  for the type checker
        return self._conversation

    def _open_body(self, mail: Mail) -> Result | None:
        conversation = self._connected()
        commands = self._commands_of(conversation, mail)
        if isinstance(commands, Result):
            return commands
        if conversation.expects_other(commands):
            self.close()
            return self._open_body(mail)
        return conversation.open_body(commands)

    def _commands_of(self, conversation: Conversation, mail: Mail) -> list[bytes] | Result:
        known, commands = self._ahead
        is_known = known is mail and conversation.has_begun_another
        return commands if is_known else commands_of(conversation, mail)


def commands_ahead(conversation: Conversation, mail: Mail | None) -> list[bytes]:
    """Return the envelope of the mail to come; none if it is not known, or cannot be sent."""
    try:
        commands = commands_of(conversation, mail) if mail else []
    except RelayDown:
        return []
    return [] if isinstance(commands, Result) else commands


def commands_of(conversation: Conversation, mail: Mail) -> list[bytes] | Result:
    """Return MAIL, RCPT and DATA of a mail, or why this server cannot be given it.

    Raises:
        RelayDown: the server takes no such mail at all.
    """
    try:
        mail_from = wire_address(mail.sender).encode() if mail.sender else b""
        rcpt_to = wire_address(mail.recipient).encode()
    except ValueError as error:
        return Result(Outcome.FAILED, str(error))
    is_international = not (mail_from + rcpt_to).isascii()
    if is_international and not conversation.has_extn("smtputf8"):
        reason = "The mail server accepts no address with non-ASCII letters (SMTPUTF8)"
        return Result(Outcome.FAILED, reason)
    options = mail_options(conversation, mail.message, is_international=is_international)
    return [b"MAIL FROM:<%b>%b" % (mail_from, options), b"RCPT TO:<%b>" % rcpt_to, b"DATA"]


def mail_options(conversation: Conversation, message: bytes, *, is_international: bool) -> bytes:
    """Return the parameters of MAIL that this message needs and the server offers.

    Raises:
        RelayDown: the message has bytes above 127 and the server takes only seven bits.
    """
    options = b" SIZE=%d" % len(message) if conversation.has_extn("size") else b""
    if is_international:
        options += b" SMTPUTF8"
    if not message.isascii():
        if not conversation.has_extn("8bitmime"):
            raise RelayDown(
                "The mail server does not offer 8BITMIME.",
                is_configuration=True,
                phase=Phase.ENVELOPE,
            )
        options += b" BODY=8BITMIME"
    return options
