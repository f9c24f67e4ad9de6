"""The mails that tell somebody that something waits for them, and the tests they ask for."""

from collections.abc import Mapping, Sequence
from datetime import date
from string import ascii_lowercase
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, ngettext

from communications.messages.rendering.letter import Filled, prepare
from communications.messages.rendering.placeholders import KNOWN
from programmes.design.formats import day
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
            "%(count)d message needs your approval",
            "%(count)d messages need your approval",
            len(titles),
        ) % {"count": len(titles)}
        button = gettext("Read and decide")
        reason = gettext(
            "You are receiving this email because you approve the messages of %(programme)s."
        )
        return listing(programme, language, titles, address, (subject, button, reason))


def render_questions(
    programme: Programme, language: str, titles: Sequence[str], address: str
) -> Filled:
    """Return the mail about questions to answer; the rest as ``render_notice``."""
    with translation.override(language):
        subject = ngettext(
            "%(count)d question about a message needs your answer",
            "%(count)d questions about messages need your answer",
            len(titles),
        ) % {"count": len(titles)}
        button = gettext("Read and answer")
        reason = gettext(
            "You are receiving this email because you asked for approval of messages of "
            "%(programme)s."
        )
        return listing(programme, language, titles, address, (subject, button, reason))


def render_reminder(
    programme: Programme, language: str, titles: Sequence[str], address: str
) -> Filled:
    """Return the mail that reminds of what has waited for days; the rest as ``render_notice``."""
    with translation.override(language):
        subject = ngettext(
            "Reminder: %(count)d decision is waiting for you",
            "Reminder: %(count)d decisions are waiting for you",
            len(titles),
        ) % {"count": len(titles)}
        button = gettext("Read and decide")
        reason = gettext(
            "You are receiving this email because you make decisions for %(programme)s."
        )
        return listing(programme, language, titles, address, (subject, button, reason))


def render_handed(
    programme: Programme, language: str, titles: Sequence[str], address: str
) -> Filled:
    """Return the mail about needs of streams to answer; the rest as ``render_notice``."""
    with translation.override(language):
        subject = gettext("A need raised by a stream is waiting for your answer")
        button = gettext("Read and answer")
        reason = gettext(
            "You are receiving this email because a decision in %(programme)s was handed "
            "over to you."
        )
        return listing(programme, language, titles, address, (subject, button, reason))


def render_consent(
    programme: Programme, language: str, titles: Sequence[str], address: str
) -> Filled:
    """Return the mail about key points that somebody wants to leave out; as ``render_notice``."""
    with translation.override(language):
        subject = ngettext(
            "A key point of your message would be left out: do you agree?",
            "%(count)d key points of your messages would be left out: do you agree?",
            len(titles),
        ) % {"count": len(titles)}
        button = gettext("Read and answer")
        reason = gettext(
            "You are receiving this email because you write the messages of %(programme)s."
        )
        return listing(programme, language, titles, address, (subject, button, reason))


def render_owner(
    programme: Programme, language: str, titles: Sequence[str], address: str
) -> Filled:
    """Return the mail about what is missing of what its reader owns; ``address`` is of a wave."""
    with translation.override(language):
        subject = gettext("Reminder: items you own are not ready")
        button = gettext("Open readiness")
        reason = gettext(
            "You are receiving this email because you own a readiness rule in %(programme)s, "
            "or you manage the programme and a rule has no owner."
        )
        return listing(programme, language, titles, address, (subject, button, reason))


def render_gap_owner(
    programme: Programme, language: str, titles: Sequence[str], address: str
) -> Filled:
    """Return the mail about impacts of its reader that nothing approved covers."""
    with translation.override(language):
        subject = ngettext(
            "Reminder: %(count)d impact you own is not covered",
            "Reminder: %(count)d impacts you own are not covered",
            len(titles),
        ) % {"count": len(titles)}
        button = gettext("Show the gaps")
        reason = gettext(
            "You are receiving this email because you own an impact or lead a stream in "
            "%(programme)s."
        )
        return listing(programme, language, titles, address, (subject, button, reason))


def render_delegation(
    programme: Programme, language: str, text: Mapping[str, Any], address: str
) -> Filled:
    """Return the mail about who decides for whom; ``text`` is that of its notice."""
    days = {key: date.fromisoformat(text[key]) for key in ("from_on", "until_on")}
    with translation.override(language):
        values = {
            "delegate": text["delegate"],
            "principal": text["principal"],
            "from": day(days["from_on"]),
            "until": day(days["until_on"]),
        }
        if text["ended"]:
            subject = gettext("%(delegate)s no longer decides for %(principal)s") % values
        else:
            subject = gettext("%(delegate)s decides for %(principal)s") % values
        line = gettext("From %(from)s to %(until)s") % values
        button = gettext("Open decisions")
        reason = gettext(
            "You are receiving this email because you make decisions for %(programme)s."
        )
        return listing(programme, language, [line], address, (subject, button, reason))


def render_test(programme: Programme, language: str, text: Mapping[str, Any]) -> Filled:
    """Return a message as a mail that says that it is a test, in the language of the message.

    ``text`` holds subject and body, and in ``values`` what stands for all their placeholders.
    """
    with translation.override(language):
        subject = gettext("Test: %(subject)s") % {"subject": text["subject"]}
        reason = gettext("You asked for this test message. No one else receives it.")
    values: dict[str, str] = text["values"]
    own = frozenset(values.keys() - KNOWN.keys())
    prepared = prepare(programme, language, subject, text["body"], own, reason=reason)
    return prepared.fill(values)


def listing(
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
