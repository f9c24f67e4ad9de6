"""Posting to a chat that something is stuck: to one channel, once a problem and once it is over.

Emails about problems cannot leave while the mail server is away, unless another one is named; a
chat is another way out of the house. What no service answers is tried again; what it refuses is
not, and the page of status shows such a channel.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from communications.groups.channels.group import Announcement, announce, is_posted
from communications.mailroom.channels import Outcome
from communications.messages.models import Channel
from communications.operation.models import Alarm, AlarmChannel
from programmes.services.trail import write_change
from stakeholders.models import User

log = logging.getLogger(__name__)

NEXT_TRY = timedelta(minutes=2)


def offered() -> list[Channel]:
    """Return the channels that can be posted to, of all programmes."""
    found = Channel.objects.active().select_related("programme").order_by("name", "pk")
    return [one for one in found if is_posted(one.kind) and one.has_address]


def chosen() -> Channel | None:
    """Return the channel that is told; None if nobody chose one, or it is switched off."""
    row = AlarmChannel.objects.filter(channel__is_active=True).select_related("channel").first()
    return row.channel if row else None


@transaction.atomic
def choose(channel: Channel | None, user: User, now: datetime) -> None:
    """Let a channel be told from now on in place of any other, or none."""
    others = AlarmChannel.objects.select_related("channel").exclude(channel=channel)
    for row in others:
        write_change(row.channel, {"alarms": row.channel.name}, {"alarms": ""}, user, now)
    others.delete()
    if channel and AlarmChannel.objects.get_or_create(channel=channel)[1]:
        write_change(channel, {"alarms": ""}, {"alarms": channel.name}, user, now)


def post(alarm: Alarm, words: tuple[str, str], channel: Channel, now: datetime) -> None:
    """Post subject and text of a problem, unless another process is at it."""
    mine = Alarm.objects.filter(pk=alarm.pk, next_post_at__lte=now)
    if not mine.update(next_post_at=now + NEXT_TRY):
        return
    title, text = words
    key = f"alarm-{alarm.kind}-{alarm.since:%Y%m%d%H%M}{'-over' if alarm.ended_at else ''}"
    said = Announcement(title, text, "", "en", key)
    address, secret = channel.address or "", channel.secret or ""
    result = announce(channel.kind, address, secret, said, lambda: True)
    if result.outcome != Outcome.SENT:
        log.warning("“%s” was not notified of “%s”: %s", channel.pk, alarm.kind, result.reply)
    if result.outcome != Outcome.RETRY:
        Alarm.objects.filter(pk=alarm.pk).update(posted_at=now, next_post_at=None)
