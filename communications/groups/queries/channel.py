"""Channels beside mail: where each reaches, how many people are there, and whether it works."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from communications.dispatches.queries.reach import people_in
from communications.groups.channels.group import is_posted, needs_secret
from communications.groups.queries.feed import feed_url
from communications.messages.models import Channel
from programmes.models import Programme
from programmes.scope import Scope


@dataclass(frozen=True)
class ChannelRow:
    """A channel as its reader may know it: no address, no secret.

    Attributes:
        places: names of its regions, then of its sites.
        people: how many of the programme work there now: whom a channel may reach, nobody knows
            whom it did.
        query: of the list of these people.
        state: on, off, lost (the portal's key has changed) or bare (address or secret is missing).
        is_posted: whether the portal posts to it, so that it can be tested.
        feed_url: where an intranet server reads a feed; empty for other kinds.
    """

    pk: int
    kind: str
    name: str
    language: str
    places: tuple[str, ...]
    people: int
    query: str
    state: str
    is_posted: bool
    feed_url: str


def channels_of(scope: Scope) -> QuerySet[Channel]:
    """Return the channels of a programme that reach what is in view, with their places."""
    found = Channel.objects.within(scope)
    return found.prefetch_related("regions", "sites")


def channel_rows(
    channels: Iterable[Channel], programme: Programme, scope: Scope
) -> list[ChannelRow]:
    """Return some channels with the people whom each may reach, in one query more."""
    crowd = _crowd(programme, scope)
    return [_row(channel, crowd) for channel in channels]


def _crowd(programme: Programme, scope: Scope) -> Counter[tuple[int, int]]:
    """Return the number of active people of a programme by site and region."""
    people = people_in(programme, scope).order_by()
    counted = people.values_list("site", "site__region").annotate(people=Count("*"))
    return Counter({(site, region): count for site, region, count in counted})


def _row(channel: Channel, crowd: Counter[tuple[int, int]]) -> ChannelRow:
    regions = {region.pk for region in channel.regions.all()}
    sites = {site.pk for site in channel.sites.all()}
    names = (str(place) for place in (*channel.regions.all(), *channel.sites.all()))
    return ChannelRow(
        pk=channel.pk,
        kind=channel.get_kind_display(),
        name=channel.name,
        language=channel.language,
        places=tuple(names),
        people=sum(n for (site, region), n in crowd.items() if site in sites or region in regions),
        query=f"channel={channel.pk}",
        state=state_of(channel),
        is_posted=is_posted(channel.kind),
        feed_url=feed_url(channel) if channel.kind == Channel.Kind.FEED else "",
    )


def state_of(channel: Channel) -> str:
    """Return whether a channel is on, off, lost or bare; see ``ChannelRow``."""
    if channel.is_lost:
        return "lost"
    is_bare = not channel.has_address or (needs_secret(channel.kind) and not channel.has_secret)
    if is_posted(channel.kind) and is_bare:
        return "bare"
    return "on" if channel.is_active else "off"


def lost_channels() -> list[str]:
    """Return the names of the channels whose address or secret no key reads any more."""
    return [channel.name for channel in Channel.objects.all() if channel.is_lost]
