"""Whether the mail server can be reached: written by the senders, read by every page."""

import logging
from datetime import datetime, timedelta

from django.db.models import F

from communications.mailroom.channels import RelayDown
from communications.mailroom.channels.mail import Relay
from communications.mailroom.models import ChannelState

log = logging.getLogger(__name__)

MAIL = "mail"
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(seconds=60)
CAREFUL_FOR = timedelta(minutes=10)


def may_try(now: datetime) -> bool:
    """Tell whether the server works, or is to be tried again."""
    return not ChannelState.objects.filter(channel=MAIL, next_try_at__gt=now).exists()


def failed(down: RelayDown, now: datetime) -> None:
    """Note an interruption; the pause until the next try doubles from 5 s to a minute.

    Of all processes that meet it, one writes the line in the log; and none writes another one
    before the server has taken a mail.
    """
    state, _made = ChannelState.objects.get_or_create(channel=MAIL)
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(state.failures, 10))
    change = {
        "reason": down.reason[:200],
        "failures": F("failures") + 1,
        "next_try_at": now + pause,
        "careful_until": now + CAREFUL_FOR,
        "is_refusing": down.is_refusal,
    }
    own = ChannelState.objects.filter(channel=MAIL)
    # In one statement: no page may see a server that fails without its reason.
    if own.filter(failures=0).update(failing_since=now, **change):
        log.warning("The mail server is not accepting emails: %s", down.reason)
    elif not own.filter(failing_since=None).update(failing_since=now, **change):
        own.update(**change)


def be_careful(now: datetime) -> None:
    """Note that the server did not let in a connection while others stand."""
    ChannelState.objects.update_or_create(
        channel=MAIL, defaults={"careful_until": now + CAREFUL_FOR}
    )


def is_careful(now: datetime) -> bool:
    """Tell whether the server has refused a connection lately."""
    return ChannelState.objects.filter(channel=MAIL, careful_until__gt=now).exists()


def is_refusing() -> bool:
    """Tell whether it answers and refuses all mails: that it can be reached proves nothing."""
    return ChannelState.objects.filter(channel=MAIL, is_refusing=True).exists()


def answers() -> None:
    """Note that the server answers, whether it takes a mail or not; the sign on the pages goes.

    Not where it refuses all mails: only a mail that it takes shows that it no longer does.
    """
    _take_down_sign(is_refusing=False)


def _take_down_sign(**where: bool) -> None:
    away = ChannelState.objects.filter(channel=MAIL, failures__gt=0, **where)
    away.update(failing_since=None, reason="", next_try_at=None, is_refusing=False)


def works() -> None:
    """Note that the server has taken a mail; the sign on the pages goes by itself."""
    away = ChannelState.objects.filter(channel=MAIL, failures__gt=0)
    if away.update(failing_since=None, reason="", failures=0, next_try_at=None, is_refusing=False):
        log.warning("The mail server is accepting emails again")


def look_again(relay: Relay, now: datetime) -> None:
    """Try a server that failed though nothing is to be sent, so that the sign does not stay.

    One that refused all mails has none to refuse any more: that it answers is all that can be seen.
    """
    if not ChannelState.objects.filter(channel=MAIL, next_try_at__lte=now).exists():
        return
    try:
        relay.open()
    except RelayDown as down:
        failed(down, now)
    else:
        _take_down_sign()
