"""How long a text should be on its channel: a guide for writers, never a limit. Nothing is cut.

A poster is read from three metres and a chat without unfolding. Chinese, Japanese and Korean signs
take twice the width of Latin ones and say about twice as much.
"""

import unicodedata
from collections.abc import Mapping

from communications.messages.models.channel_text import ChannelText

POSTER = {"headline": 36, "first": 60, "second": 60, "third": 60, "action": 40}
EMAIL = "email"
# A flyer lies in a hand: it may say a little more.
FLYER = {"headline": 48, "first": 90, "second": 90, "third": 90, "action": 60}
GUIDES: Mapping[str, Mapping[str, int]] = {
    # What a phone shows of a subject.
    EMAIL: {"subject": 60},
    ChannelText.Form.CHAT: {"body": 280},
    ChannelText.Form.POST: {"headline": 70, "body": 900},
    ChannelText.Form.POSTER: POSTER,
    ChannelText.Form.FLYER: FLYER,
    ChannelText.Form.POINTS: {"headline": 60, "body": 2400},
    ChannelText.Form.SLIDES: {"headline": 60, "body": 2400},
    ChannelText.Form.NOTICE: {"headline": 48, "body": 700},
}
WIDE = ("zh", "ja", "ko")


def guide(form: str, field: str, language: str) -> int | None:
    """Return how many signs a field should have at most in a language; None without a guide."""
    length = GUIDES[form].get(field)
    if length is None:
        return None
    return length // 2 if language.partition("-")[0] in WIDE else length


def length_of(text: str) -> int:
    """Return how many signs a text has as its reader counts them: no marks, no ends of lines."""
    return sum(1 for sign in text.strip() if not unicodedata.combining(sign) and sign != "\n")


def too_long(form: str, language: str, values: Mapping[str, str]) -> list[str]:
    """Return the names of the fields that are longer than their guides."""
    guides = {name: guide(form, name, language) for name in values}
    return [n for n, most in guides.items() if most is not None and length_of(values[n]) > most]
