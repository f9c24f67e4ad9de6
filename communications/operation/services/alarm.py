"""Telling administrators by email that nothing is sent, once a problem, and that it is over.

By another mail server where ``ALARM_EMAIL_URL`` names one: the usual one may be what is away. Where
it is, and no other is named, one email tells of the whole problem once it is over.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.db.models import Q

from communications.mailroom.channels import ChannelError, Outcome, RelayDown, Result
from communications.mailroom.channels.mail import Letter, Relay, RelayConfig, build
from communications.mailroom.services.identity import HOST, SENDER_ADDRESS
from communications.operation.models import Alarm
from communications.operation.queries.outage import HELD, UNREACHABLE, Outage, outage, relay_answers
from stakeholders.models import Role, User

log = logging.getLogger(__name__)

# In ``ALARM_EMAILS``, in place of addresses: all administrators.
ADMINISTRATORS = "administrators"
# What is over sooner is not worth an email.
PATIENCE = timedelta(minutes=10)
NEXT_TRY = timedelta(minutes=2)
# Seconds for each answer of the mail server: the clock's other work waits meanwhile.
LONGEST_ANSWER = 10.0
SENDING = "Emails are due and have not been sent."
NEXT_STEPS = {
    Alarm.Kind.SENDING: "Run “manage.py doctor” to see why. Nothing is lost: sending goes on by "
    "itself once the cause is gone.",
    Alarm.Kind.HOLD: "If a backup was restored, run “manage.py hold_after_restore”. If nothing was "
    "lost, run “manage.py go_on_after_restore”.",
}


def watch(now: datetime) -> None:
    """Note whether something is wrong with the sending, and email those who should know."""
    if not settings.ALARM_EMAILS:
        return
    note(outage(now), now)
    for alarm in Alarm.objects.filter(next_try_at__lte=now):
        if is_due(alarm, now) and take(alarm, now) and email_all(alarm, now):
            settle(alarm, now)


def note(found: Outage | None, now: datetime) -> None:
    """Note that a problem has begun, that it goes on, or that it is over."""
    kind = found.kind if found else ""
    over = Alarm.objects.filter(ended_at=None).exclude(kind=kind)
    over.update(ended_at=now, next_try_at=now)
    Alarm.objects.filter(kind=kind).update(ended_at=None)
    if found:
        begun = {"since": found.since, "next_try_at": found.since}
        Alarm.objects.get_or_create(kind=kind, defaults=begun)
    for alarm in Alarm.objects.filter(told_at=None, ended_at__isnull=False):
        if not has_lasted(alarm, now):
            alarm.delete()


def has_lasted(alarm: Alarm, now: datetime) -> bool:
    """Tell whether a problem is, or was, long enough to be worth an email."""
    return (alarm.ended_at or now) - alarm.since >= PATIENCE


def is_due(alarm: Alarm, now: datetime) -> bool:
    """Tell whether an email about a problem should leave, and can."""
    is_news = alarm.told_at is None or alarm.ended_at is not None
    return is_news and has_lasted(alarm, now) and bool(settings.ALARM_RELAY or relay_answers())


def take(alarm: Alarm, now: datetime) -> bool:
    """Tell whether it is up to this process to send the email; a rival waits for the next try."""
    mine = Alarm.objects.filter(pk=alarm.pk, next_try_at__lte=now)
    return mine.update(next_try_at=now + NEXT_TRY) == 1


def settle(alarm: Alarm, now: datetime) -> None:
    """Keep in mind that an email about a problem has left; once it is over, forget it."""
    own = Alarm.objects.filter(pk=alarm.pk)
    if alarm.ended_at:
        own.delete()
    else:
        own.update(told_at=now)


def email_all(alarm: Alarm, now: datetime) -> bool:
    """Email everybody who should know; False if none could leave, so that it is tried again."""
    results: list[Result] = []
    try:
        with Relay(relay_config()) as relay:
            for address in recipients():
                results.append(send(relay, alarm, address, now))
    except (ChannelError, RelayDown) as error:
        log.warning("No email about “%s” could be sent: %s", alarm.kind, error)
        return bool(results)
    return not results or any(result.outcome != Outcome.RETRY for result in results)


def send(relay: Relay, alarm: Alarm, address: str, now: datetime) -> Result:
    """Send one email about a problem; raises as ``Relay.send`` and ``build`` do."""
    return relay.send(SENDER_ADDRESS, address, build(letter(alarm, address, now)), lambda: True)


def recipients() -> list[str]:
    """Return the addresses that the settings name, those of administrators among them."""
    named = [each for each in settings.ALARM_EMAILS if each != ADMINISTRATORS]
    if ADMINISTRATORS in settings.ALARM_EMAILS:
        is_one = Q(is_superuser=True) | Q(roles__kind=Role.Kind.ADMINISTRATOR)
        users = User.objects.filter(is_one, is_active=True).exclude(email="")
        named += users.order_by("email").values_list("email", flat=True).distinct()
    return list(dict.fromkeys(named))


def relay_config() -> RelayConfig:
    """Return which mail server takes emails about problems."""
    config, other = RelayConfig.from_settings(), settings.ALARM_RELAY
    if other:
        config = replace(
            config,
            host=other["EMAIL_HOST"],
            port=other["EMAIL_PORT"],
            user=other["EMAIL_HOST_USER"] or "",
            password=other["EMAIL_HOST_PASSWORD"] or "",
            use_starttls=other.get("EMAIL_USE_TLS", False),
            use_tls=other.get("EMAIL_USE_SSL", False),
        )
    return replace(
        config,
        timeout=min(config.timeout, LONGEST_ANSWER),
        dot_timeout=min(config.dot_timeout, LONGEST_ANSWER),
        connect_timeout=min(config.patience, LONGEST_ANSWER),
    )


def letter(alarm: Alarm, address: str, now: datetime) -> Letter:
    """Return the email about a problem, in English as all that is for operators."""
    subject, text = words(alarm)
    return Letter(
        message_id=make_msgid(domain=HOST),
        date=now,
        sender_name="OneLift",
        sender_address=SENDER_ADDRESS,
        recipient_name="",
        recipient_address=address,
        language="en",
        subject=subject,
        text=text,
        html="".join(f"<p>{part}</p>" for part in text.split("\n\n")),
        headers={"X-OneLift-Alarm": alarm.kind},
    )


def words(alarm: Alarm) -> tuple[str, str]:
    """Return subject and text of the email about a problem."""
    what = {Alarm.Kind.HOLD: HELD, Alarm.Kind.SENDING: SENDING}[Alarm.Kind(alarm.kind)]
    since = f"{alarm.since:%d %b %Y, %H:%M} UTC"
    if alarm.ended_at:
        until = f"{alarm.ended_at:%d %b %Y, %H:%M} UTC"
        text = f"The problem is over.\n\n{what} From {since} to {until}.\n\n{settings.PUBLIC_URL}\n"
        return "OneLift sends emails again", text
    cause = "" if relay_answers() or alarm.kind == Alarm.Kind.HOLD else f"\n\n{UNREACHABLE}"
    step = NEXT_STEPS[Alarm.Kind(alarm.kind)]
    text = f"{what} Since {since}.{cause}\n\n{step}\n\n{settings.PUBLIC_URL}\n"
    return "OneLift sends no emails", text
