"""The channels of groups in the demonstration, and what was posted there.

None has an address: nothing of it leaves the machine. What the portal would have posted stands in
the ledger as sent; what somebody posts by hand was ticked off, or waits.
"""

from datetime import datetime

from communications.groups.channels.group import is_posted
from communications.groups.queries.post import tasks, text_of
from communications.groups.services.post import tick_off
from communications.groups.services.post_sending import POSTS, key_of, send_posts
from communications.mailroom.services.replanning import done_by_hand
from communications.models import Approval, Channel
from programmes.models import Programme, Region, Site
from stakeholders.models import User

WECHAT, BOARD = "WeChat group Shanghai", "Notice board Barcelona"
# Kind, name, language, regions and sites.
CHANNELS: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("teams", "IT news Europe", "en", ("Europe",), ()),
    ("wecom", "IT Shanghai", "zh-hans", (), ("Shanghai",)),
    ("feed", "Intranet France", "fr", ("France",), ()),
    ("by_hand", WECHAT, "zh-hans", (), ("Shanghai",)),
    ("by_hand", BOARD, "es", (), ("Barcelona",)),
)


def make_channels(programme: Programme) -> list[Channel]:
    made = []
    for kind, name, language, regions, sites in CHANNELS:
        channel = Channel(programme=programme, kind=kind, name=name, language=language)
        channel.save()
        channel.regions.set(Region.objects.filter(name__in=regions))
        channel.sites.set(Site.objects.filter(name__in=sites))
        made.append(channel)
    return made


def be_posted(moment: datetime) -> None:
    """Let what is ready at a moment stand as posted, or appear in its feed."""
    for post in POSTS.ready(moment).select_related("channel", "dispatch__message__programme"):
        version = Approval.objects.standing().get(message=post.dispatch.message_id)
        text = text_of(post, version)
        if text and is_posted(post.channel.kind):
            told = {"approval": version, "language": text.language, "message_id": key_of(post)}
            done_by_hand(post, moment, **told)
    send_posts(lambda: moment)


def hang_up(programme: Programme, user: User, moment: datetime) -> None:
    """Let somebody print what is for the notice board, and tick it off."""
    waiting = tasks(moment).filter(dispatch__message__programme=programme, channel__name=BOARD)
    for post in waiting.select_related("dispatch__message__programme"):
        tick_off(post, moment.date(), "Canteen, ground floor", user, moment)
