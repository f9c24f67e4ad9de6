"""An intranet feed: its secret address, and what it shows while it is approved.

Whoever knows the address reads the feed, nobody else.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.conf import settings
from django.db.models import Max
from django.urls import reverse

from communications.dispatches.models import Post
from communications.groups.queries.post import text_of
from communications.mailroom.channels.keyed import is_honoured, keyed_token
from communications.mailroom.models import State
from communications.messages.models import Approval, Channel
from communications.messages.rendering import GroupText

USE = "feeds"
MOST_ENTRIES = 50


def feed_token(pk: int) -> str:
    """Return the token of a feed, by its channel's id."""
    return keyed_token(USE, str(pk))


def feed_url(channel: Channel) -> str:
    """Return the address that an intranet server fetches."""
    path = reverse("communications:feed-show", args=[channel.pk, feed_token(channel.pk)])
    return f"{settings.PUBLIC_URL}{path}"


def find_feed(pk: int, token: str) -> Channel | None:
    """Return the feed of an address, or None, whatever is wrong with it, for the same work."""
    feeds = Channel.objects.active().filter(kind=Channel.Kind.FEED)
    found = feeds.select_related("programme").filter(pk=pk).first()
    return found if is_honoured(USE, str(pk), token) else None


@dataclass(frozen=True)
class Entry:
    """One message in a feed; ``key`` names it for good, instants are UTC."""

    key: str
    text: GroupText
    published_at: datetime
    updated_at: datetime


def entries_of(feed: Channel) -> list[Entry]:
    """Return the latest entries, newest first, each as it is approved now, in two queries."""
    posts = Post.objects.filter(channel=feed, state=State.SENT, ended_at__isnull=False)
    posts = posts.select_related("dispatch__message__programme").order_by("-ended_at", "-pk")
    standing = Approval.objects.standing().filter(message__dispatches__posts__in=posts)
    versions = {approval.message_id: approval for approval in standing}
    shown = (_entry(post, versions.get(post.dispatch.message_id)) for post in posts)
    return [entry for entry in shown if entry is not None][:MOST_ENTRIES]


def _entry(post: Post, version: Approval | None) -> Entry | None:
    text = text_of(post, version) if version else None
    if version is None or text is None or post.ended_at is None:
        return None
    decided_at = version.decided_at or post.ended_at
    return Entry(post.message_id, text, post.ended_at, max(post.ended_at, decided_at))


def changed_at(feed: Channel) -> datetime:
    """Return when a feed changed last (UTC), also by what was taken out of it; one query."""
    found = Post.objects.filter(channel=feed, state=State.SENT).aggregate(
        posted=Max("ended_at"), decided=Max("dispatch__message__approvals__decided_at")
    )
    began = datetime.combine(feed.programme.starts_on, time(), UTC)
    return max([at for at in found.values() if at], default=began)
