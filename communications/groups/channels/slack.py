"""Slack: an incoming webhook. The words stand in plain text objects, which know no mentions."""

import re
from typing import Any

from django.utils.translation import gettext as _

from communications.groups.channels.announcement import Announcement
from communications.groups.channels.service import Post, Service, ServiceReply, as_json
from communications.mailroom.channels import Outcome, Result

WORD = re.compile(rb"[a-z_]{2,60}")
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def compose(address: str, secret: str, announcement: Announcement, at: int) -> Post:
    """Return a message of blocks, and its title for notifications; the address is the secret."""
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(announcement.title)}]
    if announcement.text:
        blocks.append({"type": "section", "text": _plain(announcement.text)})
    if announcement.url:
        link = f"<{announcement.url.translate(ESCAPES).replace('|', '%7C')}>"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": link}})
    title = announcement.title.translate(ESCAPES)
    payload = {"text": title, "mrkdwn": False, "link_names": False, "blocks": blocks}
    return Post(address, as_json(payload))


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def meaning(answer: ServiceReply) -> Result:
    """Read the word that Slack answers: “ok”, or what is wrong, such as “invalid_payload”."""
    if answer.body.strip() == b"ok":
        return Result(Outcome.SENT, str(answer.status))
    if WORD.fullmatch(answer.body.strip()):
        return Result(Outcome.FAILED, _("Slack refused the content of the post."))
    return Result(Outcome.IN_DOUBT, _("The service’s reply cannot be read."))


# A header takes 150 characters, a section 3,000; one post a second to a channel.
SERVICE = Service(limit=3000, rate=60, compose=compose, meaning=meaning, hosts=("hooks.slack.com",))
