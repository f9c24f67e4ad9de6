"""Messages to a group as an Atom feed, for an intranet server to read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from django.utils.feedgenerator import Atom1Feed

from communications.messages.rendering.group import GroupText, me_url
from communications.messages.rendering.language import language_tag
from programmes.models import Programme


class FeedEntry(Protocol):
    """What an entry is made from."""

    @property
    def key(self) -> str:
        """Its name for good."""

    @property
    def text(self) -> GroupText:
        """Its title and text."""

    @property
    def published_at(self) -> datetime:
        """When it appeared (UTC)."""

    @property
    def updated_at(self) -> datetime:
        """When its text was approved, if that was later (UTC)."""


class Feed(Atom1Feed):
    """An Atom feed that knows when it changed, also while it is empty."""

    def latest_post_date(self) -> Any:
        """Return when the feed changed last (UTC)."""
        return self.feed["changed_at"]


def feed_xml(
    programme: Programme,
    name: str,
    language: str,
    url: str,
    entries: Iterable[FeedEntry],
    changed_at: datetime,
) -> str:
    """Return the feed of a channel.

    Args:
        programme: whose messages they are; it stands as their author.
        name: of the channel.
        language: of the channel.
        url: where the feed is read.
        entries: the newest first.
        changed_at: when it changed last (UTC).
    """
    feed = Feed(
        title=f"{programme.name}: {name}",
        link=me_url(programme),
        description=None,
        language=language_tag(language),
        author_name=programme.name,
        feed_url=url,
        feed_guid=identity(url),
        changed_at=changed_at,
    )
    for entry in entries:
        feed.add_item(
            title=entry.text.title,
            link=me_url(programme),
            description=entry.text.html,
            unique_id=identity(entry.key),
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
        )
    return feed.writeString("utf-8")


def identity(key: str) -> str:
    """Return the id of a feed or an entry: the same for the same key, and of nothing else."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, key)}"
