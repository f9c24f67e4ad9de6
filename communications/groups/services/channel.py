"""Channels beside mail: what opens them, and a test of each."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from communications.groups.channels.group import Announcement, announce, is_posted
from communications.groups.rendering.channel import words_of_test
from communications.mailroom.channels import Outcome, Result
from communications.messages.models import Channel
from communications.messages.services.test_limit import count_test
from stakeholders.models import User


def send_test(channel: Channel, user: User, now: datetime) -> Result:
    """Post a fixed text to a channel, in its language, and return what became of it.

    Raises:
        ValidationError: this user has sent enough tests for now.
    """
    if not is_posted(channel.kind):
        return Result(Outcome.FAILED, _("Nothing is posted through a channel of this kind."))
    count_test(channel, user, now)
    title, text = words_of_test(channel.language, channel.name, channel.programme.name)
    key = f"test-{secrets.token_hex(8)}"
    announcement = Announcement(title, text, "", channel.language, key)
    return announce(
        channel.kind, channel.address or "", channel.secret or "", announcement, lambda: True
    )


def give_access(
    channel: Channel, address: str = "", secret: str = "", *, forgets_secret: bool = False
) -> None:
    """Set what opens a channel; what is empty stays as it is. Nothing is saved yet.

    A kind to which nothing is posted keeps neither.
    """
    if not is_posted(channel.kind):
        channel.address = channel.secret = None
        return
    channel.address = address or channel.address
    channel.secret = None if forgets_secret else secret or channel.secret


@transaction.atomic
def encrypt_again() -> tuple[int, list[str]]:
    """Encrypt what opens the channels with the key in use; return how many, and who is lost."""
    channels = list(Channel.objects.select_for_update())
    lost = [channel.name for channel in channels if channel.is_lost]
    return _rewritten(channel for channel in channels if not channel.is_lost), lost


def _rewritten(channels: Iterable[Channel]) -> int:
    count = 0
    for channel in channels:
        channel.save(update_fields=["address", "secret"])
        count += 1
    return count
