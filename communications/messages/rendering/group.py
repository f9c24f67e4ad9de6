"""An approved text as a group reads it: plain for a chat and for copying, HTML for a feed.

No line is broken but where its author breaks it, since a chat breaks lines by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.html import format_html

from communications.messages.models.channel import Channel
from communications.messages.models.channel_text import ChannelText
from communications.messages.models.content import Content
from communications.messages.rendering.markdown import Button, Part, prose_html, read
from communications.messages.rendering.placeholders import SHARED, Pattern, clean_line, mark
from communications.messages.rendering.plain import text_blocks
from programmes.models import Programme

NOTHING: frozenset[str] = frozenset()
# Where people scroll on and read a few lines; a feed and a posting by hand have room for a title.
PAGES = (Channel.Kind.FEED, Channel.Kind.BY_HAND)
IN_GROUPS = (ChannelText.Form.CHAT, ChannelText.Form.POST)


@dataclass(frozen=True)
class GroupText:
    """What a group reads: a title of one line, paragraphs of plain text, and the same as HTML."""

    language: str
    title: str
    text: str
    html: str


def texts_for_group(content: Content, kind: str) -> dict[str, dict[str, str]]:
    """Return what a content says on a kind of channel, subject and body by language.

    That is its own text for chats or posts where there is one in a language, else the email.
    """
    texts = {code: dict(text) for code, text in content.languages.items()}
    for form in IN_GROUPS if kind in PAGES else IN_GROUPS[::-1]:
        for code, words in content.forms[form].texts.items() if form in content.forms else ():
            subject = words.get("headline") or content.languages.get(code, {}).get("subject", "")
            texts[code] = {"subject": subject, "body": words["body"]}
    return texts


def me_url(programme: Programme) -> str:
    """Return where everybody reads what changes for them."""
    return f"{settings.PUBLIC_URL}/me/{programme.slug}/"


def group_text(
    programme: Programme,
    language: str,
    subject: str,
    body: str,
    more: Mapping[str, str] | None = None,
) -> GroupText:
    """Return a text with the name of the programme in its place.

    ``more`` are values that all of the group share; other placeholders stay empty.
    """
    shared = {SHARED: programme.name, **(more or {})}
    values = {name: clean_line(value) for name, value in shared.items()}
    parts = read(mark(body, NOTHING))
    blocks = text_blocks(parts, language)
    return GroupText(
        language=language,
        title=Pattern.of(mark(clean_line(subject), NOTHING)).fill(values).strip(),
        text="".join(gap + block.unbroken(values) for gap, block in blocks).strip(),
        html=Pattern.of("".join(map(_html, parts))).fill(
            {name: format_html("{}", value) for name, value in values.items()}
        ),
    )


def _html(part: Part) -> str:
    if isinstance(part, Button):
        return format_html('<p><a href="{}">{}</a></p>', part.href, part.label)
    return prose_html(part, {})
