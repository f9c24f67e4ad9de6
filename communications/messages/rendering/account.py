"""Mails about somebody's own account: in the frame of OneLift, since no programme sends them."""

import re
from collections.abc import Mapping

from communications.messages.rendering.frame import Brand
from communications.messages.rendering.letter import Filled, rendered

ONELIFT = Brand(name="OneLift", accent="#2A41C2", strong="#1E3099", has_logo=False)
PLACEHOLDER = re.compile("[a-z_]+")
REASON = re.compile(r"^--[ ]*$", re.MULTILINE)


def texts_of(context: Mapping[str, object]) -> dict[str, str]:
    """Return the texts of a template's context that may stand in a mail."""
    return {
        name: str(value)
        for name, value in context.items()
        if isinstance(value, str) and value and PLACEHOLDER.fullmatch(name)
    }


def marks_for(texts: Mapping[str, str]) -> dict[str, str]:
    """Return a placeholder for each text: what people wrote is never read as Markdown."""
    return {name: f"{{{{ {name} }}}}" for name in texts}


def account_mail(language: str, subject: str, written: str, texts: Mapping[str, str]) -> Filled:
    """Return a mail.

    Args:
        language: the language that it is written in.
        subject: one line.
        written: Markdown; below a line of two dashes stands why somebody gets the mail.
        texts: the values of its placeholders; those that end in ``_link`` are addresses.
    """
    body, reason = REASON.split(written, maxsplit=1)
    prepared = rendered(ONELIFT, language, subject, body.strip(), frozenset(texts), reason.strip())
    return prepared.fill(texts)
