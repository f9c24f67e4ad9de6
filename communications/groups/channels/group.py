"""Posts to a group: the registry of services, and the one way through it."""

import time
from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from communications.groups.channels import dingtalk, feishu, slack, teams, webhook, wecom
from communications.groups.channels.announcement import Announcement, fitted
from communications.groups.channels.http import Destination, deliver, place_of
from communications.groups.channels.service import Service, judged
from communications.mailroom.channels import ChannelError, Outcome, Result
from communications.messages.models.channel import Channel, is_lost

__all__ = [
    "Announcement",
    "announce",
    "check_address",
    "is_posted",
    "limits_of",
    "needs_secret",
    "rate_of",
]

SERVICES: dict[str, Service] = {
    "teams": teams.SERVICE,
    "slack": slack.SERVICE,
    "wecom": wecom.SERVICE,
    "dingtalk": dingtalk.SERVICE,
    "feishu": feishu.SERVICE,
    "webhook": webhook.SERVICE,
}
UNPOSTED_RATE = 60


def announce(
    kind: str,
    address: str,
    secret: str,
    announcement: Announcement,
    may_begin: Callable[[], bool],
) -> Result:
    """Post an announcement once, and say what became of it; nothing in the reply is secret.

    Args:
        kind: a value of ``Channel.Kind`` that is posted.
        address: where the service takes posts.
        secret: what signs them, or "".
        announcement: what is told. What is longer than the service takes is cut.
        may_begin: asked once, immediately before the body leaves.

    Raises:
        KeyError: nothing is posted through this kind.
    """
    service = SERVICES[kind]
    if is_lost(address) or is_lost(secret):
        reason = _("The portal’s key has changed: enter the channel’s address and secret again.")
        return Result(Outcome.FAILED, reason)
    try:
        place_of(address, hosts_of(kind))
        now = int(time.time() * 1000)
        post = service.compose(address, secret, fitted(announcement, service.limit), now)
        answer = deliver(post, place_of(post.address, hosts_of(kind)), may_begin)
    except ChannelError as error:
        return Result(Outcome.FAILED if error.permanent else Outcome.RETRY, str(error))
    return answer if isinstance(answer, Result) else judged(service, answer)


def check_address(kind: str, address: str) -> Destination:
    """Return where an address of this kind leads.

    Raises:
        ChannelError: nothing may be posted there; it says why, in the language in use.
    """
    return place_of(address, hosts_of(kind))


def hosts_of(kind: str) -> tuple[str, ...]:
    """Return the hosts that addresses of a kind may have."""
    return tuple(settings.CHANNEL_HOSTS) if kind == "webhook" else SERVICES[kind].hosts


def rate_of(kind: str) -> int:
    """Return how many posts a minute the service of this kind takes from one channel."""
    return SERVICES[kind].rate if kind in SERVICES else UNPOSTED_RATE


def limits_of(channels: Iterable[Channel]) -> list[tuple[str, int]]:
    """Return the services of some channels by name, each with the characters that it takes.

    All get plain text: bold is left out, and links are shown as their addresses.
    """
    kinds = {one.kind: one.get_kind_display() for one in channels if one.kind in SERVICES}
    return sorted((name, SERVICES[kind].limit) for kind, name in kinds.items())


def is_posted(kind: str) -> bool:
    """Tell whether the portal posts; a feed is fetched, and by hand somebody does."""
    return kind in SERVICES


def needs_secret(kind: str) -> bool:
    """Tell whether nothing can be posted through this kind without a secret."""
    return kind in SERVICES and SERVICES[kind].needs_secret
