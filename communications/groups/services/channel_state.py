"""Whether the channel of a group takes posts, and when it may be asked next.

Each channel has a state of its own: one that does not answer stands in the way of no other.
"""

from datetime import datetime, timedelta

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from communications.groups.channels.group import rate_of
from communications.mailroom.models import ChannelState
from communications.messages.models import Channel

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
PREFIX = "group "


def key_of(channel: Channel) -> str:
    """Return the name under which the state of a channel is kept."""
    return f"{PREFIX}{channel.pk}"


def take_turn(channel: Channel, now: datetime) -> bool:
    """Take the channel's next place for one post; False if it rests, or a rival was faster.

    The next place comes as soon as its service allows, by posts a minute.
    """
    ChannelState.objects.get_or_create(channel=key_of(channel))
    free = Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)
    pause = MINUTE / max(1, rate_of(channel.kind))
    mine = ChannelState.objects.filter(free, channel=key_of(channel))
    return mine.update(next_try_at=now + pause) == 1


def free(channels: QuerySet[Channel], now: datetime) -> QuerySet[Channel]:
    """Narrow channels to those that may be asked now."""
    key = Concat(Value(PREFIX), Cast("pk", CharField()))
    resting = ChannelState.objects.filter(channel=OuterRef("key"), next_try_at__gt=now)
    return channels.alias(key=key).filter(~Exists(resting))


def failed(channel: Channel, reason: str, now: datetime) -> None:
    """Note that a channel takes nothing now; its pause doubles from 30 s to 15 minutes."""
    own = ChannelState.objects.filter(channel=key_of(channel))
    state = own.get()
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(state.failures, 10))
    own.update(
        failing_since=state.failing_since or now,
        reason=reason[:200],
        failures=F("failures") + 1,
        next_try_at=now + pause,
    )


def works(channel: Channel) -> None:
    """Note that a channel takes posts; its pace stays as it is."""
    ChannelState.objects.filter(channel=key_of(channel), failures__gt=0).update(
        failing_since=None, reason="", failures=0
    )
