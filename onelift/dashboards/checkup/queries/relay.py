"""The mail relay, reached in the way in which mails are sent."""

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import make_msgid

from communications.mailroom.channels import ChannelError, Outcome, RelayDown
from communications.mailroom.channels.mail import Letter, Relay, RelayConfig, build
from communications.mailroom.services.identity import HOST, SENDER_ADDRESS
from onelift.dashboards.checkup.queries.finding import Finding, fine, trouble, warning

PATIENCE_SECONDS = 15.0
TLS_FROM_THE_START = 465
HERE = ("localhost", "127.0.0.1", "::1")


def check_relay() -> Finding:
    """Connect, encrypt and sign in; send nothing."""
    config = _config()
    try:
        with Relay(config) as relay:
            relay.open()
    except RelayDown as down:
        return trouble(_advice(down, config))
    return _judged(config)


def _config() -> RelayConfig:
    config = RelayConfig.from_settings()
    return replace(config, timeout=min(config.timeout, PATIENCE_SECONDS))


def _advice(down: RelayDown, config: RelayConfig) -> str:
    said = down.reason.rstrip(".")
    if config.use_starttls and config.port == TLS_FROM_THE_START:
        return f"{said}: port {config.port} wants smtp+ssl:// in EMAIL_URL."
    mend = "mend EMAIL_URL or EMAIL_PASSWORD" if down.is_configuration else "see whether it runs"
    return f"{said}: {mend}."


def _judged(config: RelayConfig) -> Finding:
    place = f"{config.host}:{config.port}"
    is_secure = config.use_tls or config.use_starttls
    if config.user and not is_secure and config.host not in HERE:
        return warning(
            f"{place} is told the password in plain text: use smtp+tls:// or smtp+ssl://."
        )
    how = "with TLS" if is_secure else "without TLS"
    who = ", signed in" if config.user else ""
    return fine(f"{place} takes mails {how}{who}.")


def send_test_mail(address: str) -> Finding:
    """Send one mail to an address, and say what the server answered."""
    try:
        mail = build(_letter(address))
        with Relay(_config()) as relay:
            result = relay.send(SENDER_ADDRESS, address, mail, lambda: True)
    except (ChannelError, RelayDown) as error:
        return trouble(f"No mail was sent to {address}: {error}")
    if result.outcome is Outcome.SENT:
        return fine(f"A mail to {address} was taken by the server: {result.reply}")
    return trouble(f"The server did not take a mail to {address}: {result.reply}")


def _letter(address: str) -> Letter:
    text = "OneLift can send mails. This one was asked for by manage.py doctor.\n"
    return Letter(
        message_id=make_msgid(domain=HOST),
        date=datetime.now(UTC),
        sender_name="OneLift",
        sender_address=SENDER_ADDRESS,
        recipient_name="",
        recipient_address=address,
        language="en",
        subject="A test mail of OneLift",
        text=text,
        html=f"<p>{text}</p>",
    )
