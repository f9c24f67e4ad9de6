"""A webhook to a system of your own, signed. What its receiver does: docs/operating/webhooks.md."""

import hashlib
import hmac

from communications.groups.channels.announcement import Announcement
from communications.groups.channels.service import Post, Service, as_json, taken


def compose(address: str, secret: str, announcement: Announcement, at: int) -> Post:
    """Return the announcement as JSON, with its key and its signature in headers."""
    seconds = at // 1000
    body = as_json(
        {
            "key": announcement.key,
            "language": announcement.language,
            "title": announcement.title,
            "text": announcement.text,
            "url": announcement.url,
        }
    )
    headers = {
        "Idempotency-Key": announcement.key,
        "OneLift-Timestamp": str(seconds),
        "OneLift-Signature": f"v1={signature(secret, seconds, body)}",
    }
    return Post(address, body, headers)


def signature(secret: str, at: int, body: bytes) -> str:
    """Return the HMAC-SHA256 of “seconds.body” in hexadecimal digits."""
    return hmac.new(secret.encode(), b"%d.%b" % (at, body), hashlib.sha256).hexdigest()


SERVICE = Service(limit=10_000, rate=60, compose=compose, meaning=taken, needs_secret=True)
