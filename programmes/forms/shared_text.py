"""Texts that two people may write at the same time."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

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

    def show_theirs(self, theirs: Mapping[str, str]) -> None:
        """Keep what was typed, and let the next save replace what somebody else wrote."""
        self.theirs = [
            (self.fields[name].label, theirs[name])
            for name in self.WRITTEN
            if name in theirs and theirs[name] != self.data.get(name)
        ]
        typed = cast(QueryDict, self.data).copy()
        typed["text_seen"] = fingerprint(theirs)
        self.data = typed
        self.add_error(
            None,
            _(
                "Somebody else has changed this text since you opened it. Theirs stands beside "
                "yours. Take from it what you need and save again."
            ),
        )
