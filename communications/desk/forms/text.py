"""What is typed as the text of a message, in one language."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communications.messages.rendering import KNOWN, refused_links, unknown_placeholders
from programmes.design.fields import KeptTextField
from programmes.forms.shared_text import SharedTextForm

FIELDS = ("subject", "body")
# Many times the longest mail that anybody reads; what is longer keeps a process busy for minutes.
LONGEST_BODY = 20_000


class TextForm(SharedTextForm):
    """Subject and text. ``source_seen`` tells what the English was when it opened."""

    WRITTEN = FIELDS

    subject = KeptTextField(label=_("Subject"), max_length=160)
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea({"rows": 16}),
        help_text=_(
            "Markdown: **bold**, lists with - and links as [words](https://…). "
            "A line that is only a link becomes a button."
        ),
    )
    source_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        extra: frozenset[str] = frozenset(),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.extra = extra

    def clean_subject(self) -> str:
        """Refuse a placeholder that nobody can fill."""
        return with_known_placeholders(self.cleaned_data["subject"], self.extra)

    def clean_body(self) -> str:
        """Refuse unknown placeholders, links that a mail must not hold, and a missing link."""
        return fit_body(self.cleaned_data["body"], self.extra)

    def text(self) -> dict[str, str]:
        """Return what was typed, by field; the form must be valid."""
        return {name: self.cleaned_data[name] for name in FIELDS}


def with_known_placeholders(text: str, extra: frozenset[str]) -> str:
    """Return the text.

    Args:
        text: a subject or a body.
        extra: the placeholders of the message's source.

    Raises:
        ValidationError: it has a placeholder that nobody can fill.
    """
    if unknown := unknown_placeholders(text, extra):
        known = ", ".join(braced(name) for name in (*KNOWN, *sorted(extra)))
        raise ValidationError(
            _("%(unknown)s is no placeholder. These are known: %(known)s."),
            params={"unknown": ", ".join(unknown), "known": known},
        )
    return text


def fit_body(body: str, extra: frozenset[str]) -> str:
    """Return the body; ``extra`` as above.

    Raises:
        ValidationError: it has a placeholder that nobody can fill or a link that a mail must not
            hold, or lacks one of ``extra``.
    """
    with_known_placeholders(body, extra)
    if refused := refused_links(body, extra):
        raise ValidationError(
            _(
                "A mail cannot link to %(links)s. Write a whole address that begins with "
                "https://, mailto: or tel:."
            ),
            params={"links": ", ".join(refused)},
        )
    for name in sorted(extra):
        # All of the text is known: it lacks a word if it is still known without that word.
        if not unknown_placeholders(body, extra - {name}):
            raise ValidationError(
                _("Write %(placeholder)s where the personal link goes."),
                params={"placeholder": braced(name)},
            )
    return body


def braced(name: str) -> str:
    """Return a placeholder as it is written in a text."""
    return f"{{{{ {name} }}}}"


class ReasonForm(forms.Form):
    """Why a version is refused or withdrawn."""

    reason = forms.CharField(label=_("Reason"), max_length=2000)
