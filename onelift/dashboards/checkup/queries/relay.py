"""The mail relay, reached in the way in which mails are sent."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import make_msgid

from django.conf import settings
from django.utils.translation import gettext as _

from communications.mailroom.channels import ChannelError, Outcome, RelayDown, Result
from communications.mailroom.channels.mail import Letter, Relay, RelayConfig, build
from communications.mailroom.services.identity import HOST, SENDER_ADDRESS
from communications.operation.models import Alarm
from communications.operation.services.alarm import recipients, relay_config
from onelift.dashboards.checkup.queries.finding import Finding, fine, trouble, warning

PATIENCE_SECONDS = 15.0
TLS_FROM_THE_START = 465
HERE = ("localhost", "127.0.0.1", "::1")


def check_relay() -> Finding:
    """Connect, encrypt and sign in; send nothing."""
    return _examined(_config(), "EMAIL")


def check_alarm_relay() -> Finding:
    """Do the same where emails about problems leave."""
    if settings.ALARM_RELAY:
        return _examined(relay_config(), "ALARM_EMAIL")
    if settings.ALARM_EMAILS:
        return warning(
            _(
                "Emails about problems use the usual mail server: while it is down, no one is "
                "told. Set ALARM_EMAIL_URL to another one."
            )
        )
    return fine(_("Emails about problems use the usual mail server."))


def check_alarm_recipients() -> Finding:
    """Name who would be told that nothing is sent."""
    addresses = recipients(Alarm(kind=Alarm.Kind.SENDING))
    if addresses:
        words = _("Emails about problems go to %(addresses)s.")
        return fine(words % {"addresses": ", ".join(addresses)})
    if settings.ALARM_EMAILS:
        return warning(
            _(
                "No one gets emails about problems: no administrator has an email address. Set "
                "ALARM_EMAILS."
            )
        )
    return fine(_("No one gets emails about problems: ALARM_EMAILS is empty."))


def _examined(config: RelayConfig, settings_of: str) -> Finding:
    try:
        with Relay(config) as relay:
            relay.open()
    except RelayDown as down:
        return trouble(_advice(down, config, settings_of))
    return _judged(config)


def _config() -> RelayConfig:
    config = RelayConfig.from_settings()
    return replace(config, timeout=min(config.timeout, PATIENCE_SECONDS))


def _advice(down: RelayDown, config: RelayConfig, settings_of: str) -> str:
    said = {"reason": down.reason.rstrip("."), "port": config.port}
    said |= {"url": f"{settings_of}_URL", "password": f"{settings_of}_PASSWORD"}
    if config.use_starttls and config.port == TLS_FROM_THE_START:
        return _("%(reason)s: port %(port)s needs smtp+ssl:// in %(url)s.") % said
    if down.is_configuration:
        return _("%(reason)s: correct %(url)s or %(password)s.") % said
    return _("%(reason)s: check that it is running.") % said


def _judged(config: RelayConfig) -> Finding:
    place = f"{config.host}:{config.port}"
    is_secure = config.use_tls or config.use_starttls
    if config.user and not is_secure and config.host not in HERE:
        return warning(
            _("The password is sent to %(place)s in plain text: use smtp+tls:// or smtp+ssl://.")
            % {"place": place}
        )
    return fine(_taking(is_secure=is_secure, is_signed_in=bool(config.user)) % {"place": place})


def _taking(*, is_secure: bool, is_signed_in: bool) -> str:
    """Return in which way a server takes mails; its place is left open."""
    if is_signed_in:
        secure, plain = (
            _("%(place)s accepts emails, with TLS and sign-in."),
            _("%(place)s accepts emails, with sign-in but without TLS."),
        )
    else:
        secure, plain = (
            _("%(place)s accepts emails, with TLS."),
            _("%(place)s accepts emails, without TLS."),
        )
    return secure if is_secure else plain


@dataclass(frozen=True)
class Words:
    """What a test says, and in which language."""

    subject: str
    text: str
    language: str = "en"


DOCTORS = Words(
    "A test email from OneLift",
    "OneLift can send emails. You asked for this one with manage.py doctor.",
)


def send_test_mails(address: str) -> Iterator[Finding]:
    """Send a mail to an address by each mail server; yield what it answered."""
    yield send_test_mail(address).of("test email")
    if settings.ALARM_RELAY:
        yield send_test_mail(address, relay_config()).of("alarm test")


def send_test_mail(address: str, config: RelayConfig | None = None) -> Finding:
    """Send one mail to an address, and say what the server answered."""
    result = try_mail(address, DOCTORS, config)
    if result.outcome is Outcome.SENT:
        return fine(f"The server accepted an email to {address}: {result.reply}")
    if result.outcome is Outcome.ABANDONED:
        return trouble(f"No email was sent to {address}: {result.reply}")
    return trouble(f"The server did not accept an email to {address}: {result.reply}")


def try_mail(address: str, words: Words, config: RelayConfig | None = None) -> Result:
    """Send one mail to an address; it is abandoned where it could not be made or begun."""
    try:
        mail = build(_letter(address, words))
        with Relay(config or _config()) as relay:
            return relay.send(SENDER_ADDRESS, address, mail, lambda: True)
    except (ChannelError, RelayDown) as error:
        return Result(Outcome.ABANDONED, str(error))


def _letter(address: str, words: Words) -> Letter:
    text = f"{words.text}\n"
    return Letter(
        message_id=make_msgid(domain=HOST),
        date=datetime.now(UTC),
        sender_name="OneLift",
        sender_address=SENDER_ADDRESS,
        recipient_name="",
        recipient_address=address,
        language=words.language,
        subject=words.subject,
        text=text,
        html=f"<p>{text}</p>",
    )
