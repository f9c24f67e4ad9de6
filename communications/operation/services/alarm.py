"""Telling administrators by email that something is stuck, once a problem, and that it is over.

That nothing is sent goes to whom the settings name, and to the administrators who asked for it on
the page of status; these get what else is stuck too, and so does the channel that they chose.

By another mail server where ``ALARM_EMAIL_URL`` names one: the usual one may be what is away. Where
it is, and no other is named, one email tells of the whole problem once it is over.
"""

import logging
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.db.models import QuerySet
from django.utils.html import format_html_join

from communications.mailroom.channels import ChannelError, Outcome, RelayDown
from communications.mailroom.channels.mail import Letter, Relay, RelayConfig, build
from communications.mailroom.channels.smtp import Phase
from communications.mailroom.services.identity import HOST, SENDER_ADDRESS
from communications.operation.models import Alarm
from communications.operation.queries.outage import HELD, UNREACHABLE, Outage, outage, relay_answers
from communications.operation.queries.problems import problems
from communications.operation.services.alarm_post import chosen, post
from communications.operation.services.alarm_reader import administrators, readers

log = logging.getLogger(__name__)

# In ``ALARM_EMAILS``, in place of addresses: all administrators.
ADMINISTRATORS = "administrators"
# What is over sooner is not worth an email. That nothing is sent is urgent; the rest may wait.
PATIENCE, LONG_PATIENCE = timedelta(minutes=5), timedelta(minutes=10)
NEXT_TRY = timedelta(minutes=2)
# Seconds for each answer of the mail server: the clock's other work waits meanwhile.
LONGEST_ANSWER = 10.0
SENDING = "Emails are due and have not been sent."
NEXT_STEPS = {
    Alarm.Kind.SENDING: "Run “manage.py doctor” to see why. Nothing is lost: sending resumes "
    "automatically once the cause is gone.",
    Alarm.Kind.HOLD: "If a backup was restored, run “manage.py hold_after_restore”. If nothing was "
    "lost, run “manage.py go_on_after_restore”.",
}


def watch(now: datetime) -> None:
    """Note whether something is stuck, and email those who should know."""
    channel, is_read = chosen(), readers().exists()
    if not (settings.ALARM_EMAILS or is_read or channel):
        return
    trouble = outage(now)
    note(trouble, now)
    # While nothing leaves at all, one email says so, and what else is stuck rests as it is.
    if trouble is None:
        note_stuck(now, is_wanted=is_read or channel is not None)
    forget_short(now)
    if channel:
        for alarm in Alarm.objects.filter(next_post_at__lte=now).order_by("pk"):
            if has_lasted(alarm, now) and (alarm.posted_at is None or alarm.ended_at):
                post(alarm, words(alarm), channel, now)
    for alarm in Alarm.objects.filter(next_try_at__lte=now).order_by("pk"):
        if is_due(alarm, now) and take(alarm, now) and email_all(alarm, now):
            settle(alarm, now)


def note(found: Outage | None, now: datetime) -> None:
    """Note that a problem of the sending has begun, that it goes on, or that it is over."""
    kind = found.kind if found else ""
    over = Alarm.objects.filter(ended_at=None, kind__in=Alarm.Kind.values).exclude(kind=kind)
    over.update(ended_at=now, next_try_at=now, next_post_at=now)
    Alarm.objects.filter(kind=kind).update(ended_at=None)
    if found:
        begun = {"since": found.since, "next_try_at": found.since, "next_post_at": found.since}
        Alarm.objects.get_or_create(kind=kind, defaults=begun)


def note_stuck(now: datetime, *, is_wanted: bool) -> None:
    """Note the same of what else is stuck, as long as an administrator asked for it.

    A look that breaks must not stop the alarms of the sending: what it knew rests as it is.
    """
    try:
        found = problems(now) if is_wanted else {}
    except Exception:
        log.exception("The check for stuck items failed")
        return
    over = of_others().filter(ended_at=None).exclude(kind__in=found)
    over.update(ended_at=now, next_try_at=now, next_post_at=now)
    of_others().filter(kind__in=found).update(ended_at=None)
    for key in found.keys() - set(of_others().values_list("kind", flat=True)):
        title, text = found[key].title[:200], found[key].text
        begun = {
            "since": now,
            "next_try_at": now,
            "next_post_at": now,
            "title": title,
            "text": text,
        }
        Alarm.objects.get_or_create(kind=key, defaults=begun)


def of_others() -> QuerySet[Alarm]:
    """Return the alarms that are not about the whole sending."""
    return Alarm.objects.exclude(kind__in=Alarm.Kind.values)


def forget_short(now: datetime) -> None:
    """Forget what was over too soon to be worth an email."""
    for alarm in Alarm.objects.filter(told_at=None, ended_at__isnull=False):
        if not has_lasted(alarm, now):
            alarm.delete()


def has_lasted(alarm: Alarm, now: datetime) -> bool:
    """Tell whether a problem is, or was, long enough to be worth an email."""
    patience = PATIENCE if alarm.kind in Alarm.Kind.values else LONG_PATIENCE
    return (alarm.ended_at or now) - alarm.since >= patience


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
    """Email everybody who should know; False if no one was told, so that it is tried again.

    What is over and was refused for good, or is for nobody, is not tried for ever.
    """
    addresses = recipients(alarm)
    if not addresses and not named(alarm):
        return True
    results: Counter[Outcome] = Counter()
    try:
        with Relay(relay_config()) as relay:
            for address in addresses:
                results[send(relay, alarm, address, now)] += 1
    except RelayDown as down:
        results[Outcome.RETRY] += 1
        log.warning("No further email about “%s” could be sent: %s", alarm.kind, down)
    return is_told(alarm, results) or bool(alarm.ended_at and not results[Outcome.RETRY])


def is_told(alarm: Alarm, results: Counter[Outcome]) -> bool:
    """Tell whether an email was accepted; if any was not, the log says so, without addresses.

    One in doubt counts: whoever has it must not get it every two minutes.
    """
    others = {outcome.value: n for outcome, n in results.items() if outcome != Outcome.SENT}
    if not results:
        log.warning("No one was emailed about “%s”: no administrator has an address", alarm.kind)
    elif not results[Outcome.SENT]:
        log.warning("No email about “%s” was accepted: %s", alarm.kind, others)
    elif others:
        log.warning("Some emails about “%s” were not accepted: %s", alarm.kind, others)
    return bool(results[Outcome.SENT] or results[Outcome.IN_DOUBT])


def send(relay: Relay, alarm: Alarm, address: str, now: datetime) -> Outcome:
    """Send one email about a problem, and return what became of it.

    Raises:
        RelayDown: nobody can be emailed now. If the server lets in and hangs up on this one, the
            next may be accepted.
    """
    try:
        message = build(letter(alarm, address, now))
        return relay.send(SENDER_ADDRESS, address, message, lambda: True).outcome
    except ChannelError:
        return Outcome.FAILED
    except RelayDown as down:
        if down.phase == Phase.CONNECTING:
            raise
        return Outcome.RETRY


def named(alarm: Alarm) -> list[str]:
    """Return who is told of a problem by the settings: addresses, and ``ADMINISTRATORS``."""
    return settings.ALARM_EMAILS if alarm.kind in Alarm.Kind.values else []


def recipients(alarm: Alarm) -> list[str]:
    """Return the addresses of those who are told of a problem."""
    names = named(alarm)
    found = [each for each in names if each != ADMINISTRATORS]
    for users in ([administrators()] if ADMINISTRATORS in names else []) + [readers()]:
        found += users.order_by("email").values_list("email", flat=True).distinct()
    return list(dict.fromkeys(found))


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
        html=format_html_join("", "<p>{}</p>", ((part,) for part in text.split("\n\n"))),
        headers={"X-OneLift-Alarm": alarm.kind},
    )


def words(alarm: Alarm) -> tuple[str, str]:
    """Return subject and text of the email about a problem."""
    since = f"{alarm.since:%d %b %Y, %H:%M} UTC"
    if alarm.kind not in Alarm.Kind.values:
        return words_of_stuck(alarm, since)
    what = {Alarm.Kind.HOLD: HELD, Alarm.Kind.SENDING: SENDING}[Alarm.Kind(alarm.kind)]
    if alarm.ended_at:
        until = f"{alarm.ended_at:%d %b %Y, %H:%M} UTC"
        text = f"The problem is over.\n\n{what} From {since} to {until}.\n\n{settings.PUBLIC_URL}\n"
        return "OneLift sends emails again", text
    cause = "" if relay_answers() or alarm.kind == Alarm.Kind.HOLD else f"\n\n{UNREACHABLE}"
    step = NEXT_STEPS[Alarm.Kind(alarm.kind)]
    text = f"{what} Since {since}.{cause}\n\n{step}\n\n{settings.PUBLIC_URL}\n"
    return "OneLift sends no emails", text


def words_of_stuck(alarm: Alarm, since: str) -> tuple[str, str]:
    """Return the same of what else is stuck."""
    title, page = " ".join(alarm.title.split()), f"{settings.PUBLIC_URL}/status/"
    if alarm.ended_at:
        until = f"{alarm.ended_at:%d %b %Y, %H:%M} UTC"
        text = f"The problem is over.\n\n{title}. From {since} to {until}.\n\n{page}\n"
        return f"OneLift: solved: {title}", text
    return f"OneLift: {title}", f"{title}. Since {since}.\n\n{alarm.text}\n\n{page}\n"
