"""What a text of a message may hold: the one rule of pages and of files.

Whatever else a translation has to keep of its English is in ``programmes.design.substance``.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communications.messages.rendering.markdown import refused_links
from communications.messages.rendering.placeholders import (
    KNOWN,
    WELL_FORMED,
    unknown_placeholders,
)
from communications.messages.rendering.proposal import FOR_GROUPS, OF_GROUP, OF_SITE
from programmes.design.formats import listed


def one_line(text: str) -> str:
    """Return a text without ends of lines, which no header of an email may hold."""
    return " ".join(text.splitlines())


def fit_line(text: str, extra: frozenset[str]) -> str:
    """Return a subject as one line; raises ValidationError as ``with_known_placeholders``."""
    return with_known_placeholders(one_line(text), extra)


def with_known_placeholders(text: str, extra: frozenset[str]) -> str:
    """Return the text.

    Args:
        text: a subject or a body.
        extra: the placeholders of the message's source.

    Raises:
        ValidationError: it has a placeholder that nobody can fill.
    """
    if unknown := unknown_placeholders(text, extra):
        known = listed(braced(name) for name in (*KNOWN, *sorted(extra)))
        raise ValidationError(
            _("%(unknown)s is not a placeholder. Use one of these: %(known)s."),
            params={"unknown": listed(unknown), "known": known},
        )
    return text


def fit_body(body: str, extra: frozenset[str], needed: frozenset[str] | None = None) -> str:
    """Return the body; ``extra`` as above, ``needed`` are those of them that it must hold: all.

    Raises:
        ValidationError: it has a placeholder that nobody can fill or a link that a mail must not
            hold, or lacks one that is needed.
    """
    with_known_placeholders(body, extra)
    if refused := refused_links(body, extra):
        raise ValidationError(
            _(
                "An email cannot link to %(links)s. Enter a full address that begins with "
                "https://, mailto: or tel:."
            ),
            params={"links": listed(refused)},
        )
    for name in sorted(extra if needed is None else needed):
        # All of the text is known: it lacks a word if it is still known without that word.
        if not unknown_placeholders(body, extra - {name}):
            raise ValidationError(
                _("Add %(placeholder)s where the personal link should appear."),
                params={"placeholder": braced(name)},
            )
    return body


def fit_email(
    name: str, text: str, extra: frozenset[str] = frozenset(), needed: frozenset[str] | None = None
) -> str:
    """Return a subject or body of an email; raises ValidationError as the two above."""
    return fit_body(text, extra, needed) if name == "body" else fit_line(text, extra)


def fit_channel(form: str, name: str, text: str) -> str:
    """Return a text of a channel: its body as it is, any other field as one line.

    Args:
        form: of the text, such as ``poster``.
        name: of the field.
        text: what is written.

    Raises:
        ValidationError: it has a placeholder that this channel cannot fill, or a link of no use.
    """
    allowed = OF_GROUP if form in FOR_GROUPS else OF_SITE
    used = [found[0] for found in WELL_FORMED.finditer(text) if found[1] not in allowed]
    if unknown := [*unknown_placeholders(text, frozenset()), *used]:
        words = {"unknown": listed(dict.fromkeys(unknown)), "known": _all_braced(allowed)}
        raise ValidationError(
            _("%(unknown)s has no value on this channel. Use one of these: %(known)s."),
            params=words,
        )
    if refused := refused_links(text, frozenset()):
        sentence = _("A text cannot link to %(links)s. Enter a full address with https://.")
        raise ValidationError(sentence, params={"links": listed(refused)})
    return text if name == "body" else one_line(text)


def _all_braced(names: Iterable[str]) -> str:
    return listed(braced(name) for name in KNOWN if name in names)


def braced(name: str) -> str:
    """Return a placeholder as it is written in a text."""
    return f"{{{{ {name} }}}}"
