"""What the emails about needs say."""

from collections.abc import Mapping, Sequence
from string import ascii_lowercase

from django.utils import translation
from django.utils.translation import gettext

from communications.messages.rendering.letter import Filled, prepare
from feedback.needs.models import Need, NeedMail
from programmes.design.formats import comma, long_day
from programmes.models import Programme

# What texts hold that are translated; the paragraphs of an answer go by names of their own.
PLACEHOLDERS = frozenset({"need_what", "need_site", "need_day", "need_due", "need_link"})
SAID = "said"
# An answer has as many paragraphs as there are letters, and the last holds the rest.
PARAGRAPHS = len(ascii_lowercase)


def render_answer(need: Need, language: str, text: str, page: str) -> Filled:
    """Return the email with the answer to a need, which its reporter reads in a language.

    ``page`` is the address where a user reads it too; empty for a stranger.
    """
    lead, paragraphs = need.lead, paragraphs_of(text)
    with translation.override(language):
        subject = gettext("Answer to what you reported: {{ need_site }}")
        reported = gettext("You reported on {{ need_day }} what is missing at {{ need_site }}:")
        signed = f"{{{{ need_by }}}}{comma()}{{{{ need_answered }}}}"
        button = f"[{gettext('Open the need')}]({{{{ need_link }}}})" if page else ""
        values = {
            **_facts(need),
            "need_by": str(lead.answered_by or need.programme),
            "need_answered": long_day(lead.answered_at) if lead.answered_at else "",
        }
        parts = [
            reported,
            "“{{ need_what }}”",
            f"**{lead.get_outcome_display()}**",
            *(f"{{{{ {name} }}}}" for name in paragraphs),
            signed,
            button,
        ]
        reason = _reason_of_stranger() if not page else _reason_of_user()
    return _filled(need.programme, language, (subject, parts, reason), values | paragraphs, page)


def _reason_of_stranger() -> str:
    return gettext(
        "You are receiving this email because you reported this and asked for an answer. "
        "Your address is now deleted."
    )


def _reason_of_user() -> str:
    return gettext("You are receiving this email because you reported this.")


def render_owner(mail: NeedMail, language: str, page: str) -> Filled:
    """Return the email that tells somebody that they own a need now."""
    need = mail.need
    with translation.override(language):
        subject = gettext("You own a need: {{ need_site }}")
        until = gettext("Answer by {{ need_due }}") if need.due_on else ""
        values = {
            **_facts(need),
            "need_effect": need.get_effect_display(),
            "need_due": long_day(need.due_on) if need.due_on else "",
        }
        parts = [
            "“{{ need_what }}”",
            "{{ need_site }} · {{ need_effect }}",
            until,
            f"[{gettext('Read and answer')}]({{{{ need_link }}}})",
        ]
        reason = gettext(
            "You are receiving this email because you were made the owner of this need."
        )
    return _filled(need.programme, language, (subject, parts, reason), values, page)


def _facts(need: Need) -> dict[str, str]:
    return {
        "need_what": need.what,
        "need_site": need.site.both_names,
        "need_day": long_day(need.reported_at),
    }


def paragraphs_of(text: str) -> dict[str, str]:
    """Return the lines of a text by the names under which they stand in an email."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    shown = [*lines[: PARAGRAPHS - 1], " ".join(lines[PARAGRAPHS - 1 :])]
    named = zip(ascii_lowercase, filter(None, shown), strict=False)
    return {f"{SAID}_{letter}": line for letter, line in named}


def _filled(
    programme: Programme,
    language: str,
    words: tuple[str, Sequence[str], str],
    values: Mapping[str, str],
    page: str,
) -> Filled:
    """Return an email; words are its subject, its paragraphs and why somebody gets it."""
    subject, parts, reason = words
    body, names = "\n\n".join(filter(None, parts)), frozenset({*values, "need_link"})
    prepared = prepare(programme, language, subject, body, names, reason=reason)
    return prepared.fill({**values, "need_link": page})
