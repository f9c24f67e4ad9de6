"""A mail as a file that a mail program opens as a draft, for somebody to send on."""

from collections.abc import Mapping

from communications.mailroom.channels.letter import clean, header, words
from communications.mailroom.channels.parts import body


def draft(subject: str, text: str, html: str, images: Mapping[str, bytes], language: str) -> bytes:
    """Return an unsent mail without sender, recipient and date.

    Whoever opens it is its sender: X-Unsent is what Outlook asks for, others open any mail so.
    ``images`` are PNG or JPEG bytes keyed by the content id that the HTML names.
    """
    lines = [
        header("X-Unsent", "1"),
        header("Subject", words("Subject", subject)),
        header("Content-Language", clean(language)),
    ]
    return "".join(lines).encode() + body(text, html, images)
