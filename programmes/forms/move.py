"""What is asked of a preview of a move, and what is said when it is applied."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import DayField
from programmes.models import WaveSite
from programmes.models.programme import Wave
from programmes.services.plan import check_day

LONGEST_WHY = 500
# The names of choices, and what may be chosen that is not the usual way (see ``queries.shift``).
CHOICE = re.compile(r"(event|message)-\d{1,18}")
CHOICES = ("keep", "earlier", "extend")


def why_field() -> forms.CharField:
    """Return the field of a reason, without which no date moves."""
    return forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_WHY,
        error_messages={"required": _("Enter a reason, such as “The plant is closed that week”.")},
    )


class MoveForm(forms.Form):
    """What moves, and to which day; it is sent by GET and changes nothing."""

    site = forms.ChoiceField(label=_("What moves"), required=False)
    to = DayField(label=_("New go-live"), required=False)
    events = forms.BooleanField(label=_("Move events too"), required=False)

    def __init__(self, *args: Any, wave: Wave, places: Sequence[WaveSite], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wave = wave
        site: Any = self.fields["site"]
        whole = _("All of %(wave)s") % {"wave": wave}
        site.choices = [("", whole), *((str(one.pk), one.site.name) for one in places)]

    def clean_to(self) -> date | None:
        """Refuse a day outside the programme."""
        to: date | None = self.cleaned_data["to"]
        if to is not None:
            check_day(self.wave.programme, to, None)
        return to

    @property
    def is_asked(self) -> bool:
        """Tell whether what moves, and to which day, is right; a reason may still be missing."""
        return not set(self.errors) - {"why"}

    @property
    def choices(self) -> dict[str, str]:
        """Return the ways out of conflicts that somebody chose, by name."""
        named = {name: self.data.get(name, "") for name in self.data if CHOICE.fullmatch(name)}
        return {name: value for name, value in sorted(named.items()) if value in CHOICES}

    @property
    def place(self) -> int | None:
        """Return the row of the only site that moves; None is the whole wave."""
        found = self.cleaned_data.get("site") if self.is_asked else self.data.get("site", "")
        known = [value for value, _name in self.fields["site"].choices]  # type: ignore[attr-defined]
        return int(found) if found and found in known else None


class MoveApplyForm(MoveForm):
    """The same with the preview that was seen, the reason, and the wish for a correction.

    ``instead`` asks for the preview of another day; then nothing moves.
    """

    instead = DayField(required=False)
    correction = forms.BooleanField(required=False)
    why = why_field()
    seen = forms.CharField(required=False, max_length=64)


class LeavingForm(forms.Form):
    """The preview that was seen of sites that leave a wave, and the reason."""

    why = why_field()
    seen = forms.CharField(required=False, max_length=64)
