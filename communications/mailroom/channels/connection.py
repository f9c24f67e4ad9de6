"""Reaching the company's relay: connect, encrypt, sign in."""

import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from typing import Self

from django.conf import settings
from django.core.mail.utils import DNS_NAME  # noqa: TID251  only its cached host name

from communications.mailroom.channels import RelayDown
from communications.mailroom.channels.smtp import (
    Conversation,
    EncryptedConversation,
    Phase,
    Silent,
    as_text,
)


@dataclass(frozen=True, slots=True)
class RelayConfig:
    """Where the relay is and how it is spoken to. Times are in seconds.

    ``connect_timeout`` is for each answer until mails can be sent, ``dot_timeout`` for the one
    to a body, ``timeout`` for all others; the first is as long as the last unless given.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    use_starttls: bool = False
    use_tls: bool = False
    timeout: float = 60
    dot_timeout: float = 120
    connect_timeout: float | None = None

    @classmethod
    def from_settings(cls) -> Self:
        """Read Django's settings of the same meaning, as EMAIL_URL fills them."""
        return cls(
            host=settings.EMAIL_HOST,
            port=settings.EMAIL_PORT,
            user=settings.EMAIL_HOST_USER or "",
            password=settings.EMAIL_HOST_PASSWORD or "",
            use_starttls=settings.EMAIL_USE_TLS,
            use_tls=settings.EMAIL_USE_SSL,
            timeout=settings.EMAIL_TIMEOUT,
            dot_timeout=settings.EMAIL_DOT_TIMEOUT,
            connect_timeout=settings.EMAIL_CONNECT_TIMEOUT,
        )

    @property
    def patience(self) -> float:
        """Return how long each answer may take until mails can be sent."""
        return self.timeout if self.connect_timeout is None else self.connect_timeout


def connect(config: RelayConfig) -> Conversation:
    """Return a connection that is ready for mail.

    Raises:
        RelayDown: not reached, not trusted, or not let in; ``is_configuration`` tells which.
    """
    where = f"{config.host}:{config.port}"
    try:
        return _connect(config)
    except ssl.SSLError as error:
        raise _tls_down(where, error) from error
    except (TimeoutError, Silent) as error:
        raise RelayDown(f"{where} did not respond within {config.patience:g} s.") from error
    except smtplib.SMTPResponseException as error:
        said = as_text(error.smtp_code, _bytes(error.smtp_error))
        raise RelayDown(f"{where} is not accepting emails now: {said}") from error
    except smtplib.SMTPServerDisconnected as error:
        raise RelayDown(f"{where} closed the connection before an email began.") from error
    except OSError as error:
        raise RelayDown(f"Cannot connect to {where}: {error.strerror or error}.") from error


def _tls_down(where: str, error: ssl.SSLError) -> RelayDown:
    """Tell a break from what an operator must mend."""
    if isinstance(error, ssl.SSLEOFError):
        return RelayDown(f"{where} closed the connection while encryption began.")
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = f"The certificate of {where} is not trusted: {error.verify_message}."
        return RelayDown(reason, is_configuration=True)
    reason = f"TLS with {where} failed: {error.reason}."
    return RelayDown(reason, is_configuration=True)


def _connect(config: RelayConfig) -> Conversation:
    """Let errors of the socket and of smtplib through, except those that name their cause."""
    name = str(DNS_NAME)
    if config.use_tls:
        conversation: Conversation = EncryptedConversation(
            config.host, config.port, name, timeout=config.patience, context=_tls()
        )
    else:
        conversation = Conversation(config.host, config.port, name, timeout=config.patience)
    try:
        _introduce(conversation, config)
    except BaseException:
        conversation.close()
        raise
    return conversation


def _introduce(conversation: Conversation, config: RelayConfig) -> None:
    assert conversation.sock is not None  # noqa: S101  for the type checker
    conversation.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    conversation.dot_timeout = config.dot_timeout
    conversation.ehlo_or_helo_if_needed()
    if config.use_starttls:
        _encrypt(conversation)
    if config.user:
        _sign_in(conversation, config)
    conversation.timeout = config.timeout
    conversation.phase = Phase.IDLE


def _encrypt(conversation: Conversation) -> None:
    try:
        conversation.starttls(context=_tls())
    except smtplib.SMTPNotSupportedError as error:
        reason = "The mail server does not offer STARTTLS."
        raise RelayDown(reason, is_configuration=True) from error
    except smtplib.SMTPResponseException as error:
        said = as_text(error.smtp_code, _bytes(error.smtp_error))
        reason = f"The mail server refuses STARTTLS: {said}"
        raise RelayDown(reason, is_configuration=error.smtp_code != 421) from error
    conversation.forget_plain_text()
    conversation.ehlo_or_helo_if_needed()


def _sign_in(conversation: Conversation, config: RelayConfig) -> None:
    """Sign in. The server's words are left out: some repeat what they were given."""
    try:
        conversation.login(config.user, config.password)
    except smtplib.SMTPAuthenticationError as error:
        reason = f"The mail server refuses the user name or password ({error.smtp_code})."
        raise RelayDown(reason, is_configuration=error.smtp_code >= 500) from error
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException as error:
        reason = "The mail server offers no supported way to sign in."
        raise RelayDown(reason, is_configuration=True) from error
    except UnicodeError as error:
        reason = "The mail server's user name or password contains non-ASCII letters."
        raise RelayDown(reason, is_configuration=True) from error


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
