"""Texts that two people may write at the same time."""

from collections.abc import Mapping
from typing import Any, TypedDict, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from programmes.design.substance import refusals_in
from programmes.models import fingerprint


class SharedTextForm(forms.Form):
    """A text of the fields ``WRITTEN``; ``text_seen`` tells what was there when it opened.

    ``theirs`` is label and text of what somebody else has saved since, where it differs.
    """

    WRITTEN: tuple[str, ...] = ()

    text_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.theirs: list[tuple[Any, str]] = []

    @property
    def seen(self) -> str | None:
        """Return the fingerprint of what was there when it opened; the form must be valid."""
        return self.cleaned_data["text_seen"] or None

    def words_typed(self, name: str) -> Any:
        """Return what was typed into a field, as ``show_theirs`` is told what is there."""
        return self.data.get(name)

    def words_of(self, name: str, theirs: str) -> str:
        """Return what somebody else has saved as this reader may see it."""
        return theirs

    def show_theirs(self, theirs: Mapping[str, str], by: object = None) -> None:
        """Keep what was typed, and let the next save replace what ``by`` or somebody wrote."""
        self.theirs = [
            (self.fields[name].label, self.words_of(name, theirs[name]))
            for name in self.WRITTEN
            if name in theirs and theirs[name] != self.words_typed(name)
        ]
        typed = cast(QueryDict, self.data).copy()
        typed["text_seen"] = fingerprint(theirs)
        self.data = typed
        self.add_error(None, _was_changed(by))


class Seen(TypedDict):
    """What a page showed: the fingerprints of a text and of its English, if it says so."""

    text_seen: str | None
    source_seen: str | None


def seen_in(posted: Mapping[str, str]) -> Seen:
    """Return what a form beside a text's own says that the page showed, as services ask for it."""
    return Seen(
        text_seen=posted.get("text_seen") or None, source_seen=posted.get("source_seen") or None
    )


def refuse_lost(form: forms.BaseForm, source: Mapping[str, str], text: Mapping[str, str]) -> bool:
    """Add an error to each field that lacks a placeholder, link or number of its English."""
    found = refusals_in(source, text)
    for name, reason in found.items():
        form.add_error(name, reason)
    return bool(found)


def to_be_replaced(by: object) -> Any:
    """Say who has changed a text, on a form that shows theirs at each field."""
    if by is None:
        return _(
            "Someone else has changed this text since you opened it. Save to replace their version."
        )
    said = _("%(name)s has changed this text since you opened it. Save to replace their version.")
    return said % {"name": by}


def _was_changed(by: object) -> Any:
    if by is None:
        return _(
            "Someone else has changed this text since you opened it. Compare the two versions, "
            "copy what you need and save again."
        )
    return _(
        "%(name)s has changed this text since you opened it. Compare the two versions, copy what "
        "you need and save again."
    ) % {"name": by}
