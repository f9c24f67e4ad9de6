"""WeCom (企业微信): a robot in a group. It gets plain text, which shows links as they are."""

from django.utils.translation import gettext_lazy as _

from communications.groups.channels.announcement import Announcement, lines_of
from communications.groups.channels.service import Post, Service, as_json, by_code

BUSY, TOO_OFTEN = -1, 45009


def compose(address: str, secret: str, announcement: Announcement, at: int) -> Post:
    """Return a text; nobody is mentioned, since no list names anybody and no tag is left."""
    text = {"content": lines_of(announcement)}
    return Post(address, as_json({"msgtype": "text", "text": text}))


# A text takes 2,048 bytes, and a robot 20 posts a minute.
SERVICE = Service(
    limit=2048 // 3,
    rate=20,
    compose=compose,
    meaning=by_code(
        ["errcode"],
        for_now=(BUSY, TOO_OFTEN),
        known={
            93000: _("WeCom has no robot at this address. Copy the address from the group again.")
        },
    ),
    hosts=("qyapi.weixin.qq.com",),
)
