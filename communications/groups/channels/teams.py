"""Microsoft Teams: a workflow that posts an Adaptive Card when its address is called.

The words stand in rich text blocks, whose runs are plain: no Markdown, and no mention without an
entity, which this never writes.
"""

from typing import Any

from communications.groups.channels.announcement import Announcement
from communications.groups.channels.service import Post, Service, as_json, taken

CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
MOST_LINES = 60


def compose(address: str, secret: str, announcement: Announcement, at: int) -> Post:
    """Return a message with one card; the address holds all that opens the workflow."""
    card: dict[str, Any] = {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": announcement.language,
        "body": [
            _block(announcement.title, weight="Bolder", size="Large"),
            *(_block(line) for line in _lines(announcement.text)),
        ],
    }
    if announcement.url:
        action = {"type": "Action.OpenUrl", "title": announcement.url, "url": announcement.url}
        card["actions"] = [action]
    attachment = {"contentType": CARD, "contentUrl": None, "content": card}
    return Post(address, as_json({"type": "message", "attachments": [attachment]}))


def _lines(text: str) -> list[str]:
    """Return the lines of a text, each a block: a run shows no line ends."""
    lines = [line for line in text.split("\n") if line.strip()]
    rest = " ".join(lines[MOST_LINES - 1 :])
    return [*lines[: MOST_LINES - 1], rest] if rest else lines


def _block(text: str, **looks: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **looks}]}


# A message may have 28 KB; a workflow is throttled from some hundred calls in five minutes on.
SERVICE = Service(
    limit=5000,
    rate=20,
    compose=compose,
    meaning=taken,
    hosts=("*.logic.azure.com", "*.webhook.office.com", "*.api.powerplatform.com"),
)
