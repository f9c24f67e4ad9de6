"""Feishu (飞书) and Lark: a robot in a group. A signature stands in the body."""

import hashlib
import hmac
from base64 import b64encode
from typing import Any

from django.utils.translation import gettext_lazy as _

from communications.groups.channels.announcement import Announcement, untagged
from communications.groups.channels.service import Post, Service, as_json, by_code

TOO_OFTEN, OVER_LIMIT = 11232, 99991400
LANGUAGES = {"zh": "zh_cn", "ja": "ja_jp"}


def compose(address: str, secret: str, announcement: Announcement, at: int) -> Post:
    """Return a post of paragraphs, signed where there is a secret."""
    lines = [[{"tag": "text", "text": untagged(announcement.text)}]]
    if announcement.url:
        lines.append([{"tag": "a", "text": announcement.url, "href": announcement.url}])
    language = LANGUAGES.get(announcement.language.partition("-")[0], "en_us")
    post = {language: {"title": untagged(announcement.title), "content": lines}}
    payload: dict[str, Any] = {"msg_type": "post", "content": {"post": post}}
    if secret:
        seconds = at // 1000
        payload |= {"timestamp": str(seconds), "sign": signature(secret, seconds)}
    return Post(address, as_json(payload))


def signature(secret: str, at: int) -> str:
    """Return the signature of a moment in seconds, over nothing: secret and moment are the key."""
    signed = hmac.new(f"{at}\n{secret}".encode(), b"", hashlib.sha256)
    return b64encode(signed.digest()).decode()


# A body takes 20 KB, and a robot 100 posts a minute.
SERVICE = Service(
    limit=4000,
    rate=100,
    compose=compose,
    meaning=by_code(
        ["code", "StatusCode"],
        for_now=(TOO_OFTEN, OVER_LIMIT),
        known={
            19001: _("Feishu has no robot at this address. Copy the address from the group again."),
            19021: _("Feishu refused the signature: enter the robot’s secret again."),
            19022: _("Feishu’s security settings refused the portal’s address. Add it there."),
            19024: _("Feishu’s security settings require a keyword. Remove it from the settings."),
        },
    ),
    hosts=("open.feishu.cn", "open.larksuite.com"),
)
