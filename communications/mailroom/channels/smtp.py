"""One SMTP connection that knows how far the mail in hand has come (RFC 5321).

The standard library raises the same error wherever a connection breaks. What is to be done
differs: before the body nothing was sent, after it nobody knows.
"""

import smtplib
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum

from communications.mailroom.channels import Outcome, RelayDown, Result, one_line
from communications.mailroom.channels.wire import CRLF, dotted

LONGEST_REPLY = 64 * 1024
START_BODY = 354
CLOSING = 421
NOT_SIGNED_IN = (530, 534, 535, 538)
Reply = tuple[int, bytes]


class Phase(StrEnum):
    """Where a connection stands. Only from BODY on can a mail have been delivered."""

    CONNECTING = "connecting"
    IDLE = "idle"
    ENVELOPE = "envelope"
    BODY = "body"


class Dropped(RelayDown):
    """The server hung up, or said that it would, before a body began."""


class Silent(smtplib.SMTPServerDisconnected):
    """No complete answer within the time-out."""


class Conversation(smtplib.SMTP):
    """A connection whose replies have a deadline and whose mails have a phase.

    ``dot_timeout`` is the time, in seconds, that the server has to answer the end of a body;
    ``timeout`` is that for every other answer, however slowly it drips.
    """

    phase = Phase.CONNECTING
    dot_timeout: float = 0
    timeout: float
    sock: socket.socket | None
    seen_code = 0
    _received = b""
    _ahead: tuple[bytes, ...] = ()
    _dot_deadline = 0.0

    # Reading and writing

    def getreply(self) -> Reply:
        """Return code and text of one reply; the code is -1 when the server speaks no SMTP.

        Raises:
            Silent: no complete reply in time.
            smtplib.SMTPServerDisconnected: the connection is lost.
        """
        self.seen_code = 0
        is_body = self.phase is Phase.BODY
        deadline = self._dot_deadline if is_body else time.monotonic() + self.timeout
        texts: list[bytes] = []
        while sum(map(len, texts)) < LONGEST_REPLY:
            line = self._line(deadline)
            if not _has_code(line):
                return -1, line
            self.seen_code = int(line[:3])
            texts.append(line[4:].strip())
            if line[3:4] != b"-":
                return self.seen_code, b"\n".join(texts)
        return -1, b"endless reply"

    def _line(self, deadline: float) -> bytes:
        while b"\n" not in self._received:
            chunk = self._receive(deadline)
            if not chunk:
                return self._last_words()
            self._received += chunk
            if len(self._received) > LONGEST_REPLY:
                break
        line, _, self._received = self._received.partition(b"\n")
        return line.rstrip(b"\r")

    def _last_words(self) -> bytes:
        """Return the line that the end of the stream cut, if it has its number."""
        line, self._received = self._received, b""
        self.close()
        if not _has_code(line):
            raise smtplib.SMTPServerDisconnected("the server closed the connection")
        return line

    def _receive(self, deadline: float) -> bytes:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        try:
            self.sock.settimeout(max(deadline - time.monotonic(), 0.001))
            return self.sock.recv(8192)
        except TimeoutError:
            self.close()
            raise Silent("the server did not respond in time") from None
        except OSError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(f"connection lost: {error.strerror}") from error

    def send(self, s: object) -> None:
        """Send bytes or ASCII text; all of it within ``timeout``."""
        self._send_within(self.timeout, s)

    def _send_within(self, seconds: float, s: object) -> None:
        if self.sock is not None:
            self.sock.settimeout(seconds)
        super().send(s)  # type: ignore[arg-type]

    def forget_plain_text(self) -> None:
        """Drop what arrived before TLS, so that nobody can slip in a reply (CVE-2011-0411)."""
        self._received = b""

    # One mail

    def open_body(self, commands: Sequence[bytes]) -> Result | None:
        """Send MAIL, RCPT and DATA; return None once the server waits for the body.

        A refusal is a result: FAILED for 5xx, RETRY for 4xx. Where the server offers pipelining
        the three leave together (RFC 2920), or have left already behind the last body.

        Raises:
            Dropped: the connection is lost, or the server closes it with 421.
            RelayDown: no answer in time, no SMTP, or the server wants a sign-in first.
        """
        self.phase = Phase.ENVELOPE
        try:
            code, text = self._envelope(commands)
        except Silent as error:
            raise RelayDown(f"Mail server: {error}.", phase=self.phase) from error
        except smtplib.SMTPServerDisconnected as error:
            raise Dropped(f"Mail server: {error}.", phase=self.phase) from error
        if code == START_BODY:
            self._check_nothing_left_over()
            return None
        result = self._refusal(code, text)
        self._reset()
        return result

    def _envelope(self, commands: Sequence[bytes]) -> Reply:
        """Return the first refusal, or the 354."""
        if self.has_extn("pipelining"):
            return self._pipelined(commands)
        for command in commands:
            self.send(command + CRLF)
            reply = self.getreply()
            if not _goes_on(reply[0], command):
                break
        return reply

    def _pipelined(self, commands: Sequence[bytes]) -> Reply:
        if not self._ahead:
            self.send(CRLF.join(commands) + CRLF)
        self._ahead = ()
        refusal: Reply | None = None
        for command in commands:
            try:
                reply = self.getreply()
            except smtplib.SMTPServerDisconnected:
                if refusal is None:
                    raise
                return refusal
            if refusal is None and not _goes_on(reply[0], command):
                refusal = reply
        if refusal is not None and reply[0] == START_BODY:
            self.close()  # it waits for a body that must not come
        return refusal or reply

    def _check_nothing_left_over(self) -> None:
        """Refuse a surplus reply: it would be taken for the answer to the dot."""
        if self._received:
            self.close()
            raise RelayDown("The mail server responded out of turn.", phase=self.phase)

    def _refusal(self, code: int, text: bytes) -> Result:
        said = as_text(code, text)
        if code == CLOSING:
            self.close()
            raise Dropped(f"The mail server closed the connection: {said}", phase=self.phase)
        if code in NOT_SIGNED_IN:
            self.close()
            reason = f"The mail server requires sign-in or encryption first: {said}"
            raise RelayDown(reason, is_configuration=True, phase=self.phase)
        if 400 <= code < 600:
            return Result(Outcome.RETRY if code < 500 else Outcome.FAILED, said)
        self.close()
        raise RelayDown(f"The mail server gave an unexpected response: {said}", phase=self.phase)

    def _reset(self) -> None:
        """Make ready for the next mail; a connection that cannot be is closed."""
        try:
            if self.sock is not None and self.rset()[0] != 250:
                self.close()
        except smtplib.SMTPServerDisconnected:
            self.close()
        self.phase = Phase.IDLE

    def start_body(
        self, message: bytes, then: Sequence[bytes] = (), deadline: float | None = None
    ) -> None:
        """Send the body and its dot, and wait for nothing. Never raises for a break.

        ``then`` are the commands of the next mail. Where the server offers pipelining they leave
        behind the dot (RFC 2920 lets a body begin a group), so that their answers come along. All
        has to leave by ``deadline`` (of the monotonic clock), or within ``timeout``.
        """
        self.phase = Phase.BODY
        self._ahead = tuple(then) if self.has_extn("pipelining") else ()
        wire = dotted(message, self._ahead)
        left = self.timeout if deadline is None else deadline - time.monotonic()
        with suppress(smtplib.SMTPServerDisconnected):
            self._send_within(max(left, 0.001), wire)
        self._dot_deadline = time.monotonic() + self.dot_timeout

    def end_body(self) -> Result:
        """Wait for the answer to the dot, and say what became of the mail. Never raises."""
        self.seen_code = 0
        try:
            code, text = self.getreply()
        except smtplib.SMTPServerDisconnected as error:
            code, text = self.seen_code or -1, str(error).encode()
        result = _verdict(code, text)
        if result.outcome is Outcome.IN_DOUBT or code == CLOSING:
            self.close()
        if self.sock is None:
            self._ahead = ()
        self.phase = Phase.IDLE
        return result

    def expects_other(self, commands: Sequence[bytes]) -> bool:
        """Tell whether commands of another mail than this have left already."""
        return bool(self._ahead) and self._ahead != tuple(commands)

    @property
    def is_answered_ahead(self) -> bool:
        """Tell whether the answers to the commands that left ahead have come."""
        if not self._ahead:
            return False
        lines = self._received.split(b"\n")[:-1]
        return sum(line[3:4] != b"-" for line in lines) >= len(self._ahead)

    @property
    def has_begun_another(self) -> bool:
        """Tell whether commands of a mail have left that nobody has asked the answers of."""
        return bool(self._ahead)


class EncryptedConversation(Conversation, smtplib.SMTP_SSL):
    """The same with TLS from the first byte (RFC 8314)."""


def _has_code(line: bytes) -> bool:
    return len(line) >= 3 and line[:3].isdigit()


def _goes_on(code: int, command: bytes) -> bool:
    return code == START_BODY if command == b"DATA" else 200 <= code < 300


def _verdict(code: int, text: bytes) -> Result:
    """Read the answer to the dot: no number, or one that SMTP does not know, decides nothing."""
    if 200 <= code < 300:
        return Result(Outcome.SENT, as_text(code, text))
    if 400 <= code < 500:
        return Result(Outcome.RETRY, as_text(code, text))
    if 500 <= code < 600:
        return Result(Outcome.FAILED, as_text(code, text))
    return Result(Outcome.IN_DOUBT, f"No response after the body: {as_text(code, text)}")


def as_text(code: int, text: bytes) -> str:
    """Return a reply as one clean line."""
    said = text.decode("utf-8", "replace")
    return one_line(said if code < 0 else f"{code} {said}")
