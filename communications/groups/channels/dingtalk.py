"""DingTalk (钉钉): a robot in a group. It gets plain text; a signature stands in the address."""

import hashlib
import hmac
from base64 import b64encode
from urllib.parse import quote_plus

from django.utils.translation import gettext_lazy as _

from communications.groups.channels.announcement import Announcement, lines_of
from communications.groups.channels.service import Post, Service, as_json, by_code

BUSY, TOO_OFTEN, THROTTLED, OVER_LIMIT = -1, 130101, 410100, 90030


def compose(address: str, secret: str, announcement: Announcement, at: int) -> Post:
    """Return a text that mentions nobody, to an address that is signed where there is a secret."""
    payload = {
        "msgtype": "text",
        "text": {"content": lines_of(announcement)},
        "at": {"atMobiles": [], "atUserIds": [], "isAtAll": False},
    }
    if secret:
        address = f"{address}&timestamp={at}&sign={quote_plus(signature(secret, at))}"
    return Post(address, as_json(payload))


def signature(secret: str, at: int) -> str:
    """Return the signature of a moment in milliseconds; it is good for an hour."""
    signed = hmac.new(secret.encode(), f"{at}\n{secret}".encode(), hashlib.sha256)
    return b64encode(signed.digest()).decode()


# A body takes 20,000 bytes, and a robot 20 posts a minute; more silence it for ten minutes.
SERVICE = Service(
    limit=5000,
    rate=20,
    compose=compose,
    meaning=by_code(
        ["errcode"],
        for_now=(BUSY, TOO_OFTEN, THROTTLED, OVER_LIMIT),
        known={
            300001: _(
                "DingTalk has no robot at this address. Copy the address from the group again."
            ),
            310000: _(
                "DingTalk’s security settings refused the post. Check the secret, or remove "
                "keywords and addresses from the settings."
            ),
        },
    ),
    hosts=("oapi.dingtalk.com",),
)
