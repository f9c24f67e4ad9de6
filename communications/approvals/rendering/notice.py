"""The mails that tell somebody that something waits for them, and the tests they ask for."""

from collections.abc import Mapping, Sequence
from string import ascii_lowercase
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, ngettext

from communications.messages.rendering.letter import Filled, prepare
from communications.messages.rendering.placeholders import KNOWN
from programmes.models import Programme

LISTED = 10


def render_notice(
    programme: Programme, language: str, titles: Sequence[str], address: str
) -> Filled:
    """Return the mail in the reader's language; ``address`` is the page on which to decide.

    The first ten titles are listed.
    """
    with translation.override(language):
        subject = ngettext(
            "%(count)d message waits for your approval",
            "%(count)d messages wait for your approval",
            len(titles),
        ) % {"count": len(titles)}
        button = gettext("Read and decide")
        reason = gettext("You receive this mail because you approve the messages of %(programme)s.")
        return _listing(programme, language, titles, address, (subject, button, reason))


def render_questions(
    programme: Programme, language: str, titles: Sequence[str], address: str
) -> Filled:
    """Return the mail about questions to answer; the rest as ``render_notice``."""
    with translation.override(language):
        subject = ngettext(
            "%(count)d question about a message waits for your answer",
            "%(count)d questions about messages wait for your answer",
            len(titles),
        ) % {"count": len(titles)}
        button = gettext("Read and answer")
        reason = gettext(
            "You receive this mail because you ask for the approval of messages of %(programme)s."
        )
        return _listing(programme, language, titles, address, (subject, button, reason))


def render_test(programme: Programme, language: str, text: Mapping[str, Any]) -> Filled:
    """Return a message as a mail that says that it is a test, in the language of the message.

    ``text`` holds subject and body, and in ``values`` what stands for all their placeholders.
    """
    with translation.override(language):
        subject = gettext("Test: %(subject)s") % {"subject": text["subject"]}
        reason = gettext("You asked for this test of a message. Nobody else gets it.")
    values: dict[str, str] = text["values"]
    own = frozenset(values.keys() - KNOWN.keys())
    prepared = prepare(programme, language, subject, text["body"], own, reason=reason)
    return prepared.fill(values)


def _listing(
    programme: Programme,
    language: str,
    titles: Sequence[str],
    address: str,
    words: tuple[str, str, str],
) -> Filled:
    """Return a mail that lists titles above a button; words are subject, button and reason."""
    subject, button, reason = words
    names = {
        f"title_{letter}": title
        for letter, title in zip(ascii_lowercase, titles[:LISTED], strict=False)
    }
    rows = "\n".join(f"- {{{{ {name} }}}}" for name in names)
    prepared = prepare(
        programme,
        language,
        subject,
        f"{rows}\n\n[{button}]({{{{ decide_link }}}})",
        frozenset({"decide_link", *names}),
        reason=reason % {"programme": programme.name},
    )
    return prepared.fill({"decide_link": address, **names})
