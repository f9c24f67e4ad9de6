"""What the audit trail is narrowed to."""

from typing import Any

from auditlog.models import LogEntry
from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import DayField
from programmes.models.trail import SEEN, TAKEN

ACTS = {
    SEEN: _("Viewed"),
    TAKEN: _("Downloaded"),
    "create": _("Added"),
    "update": _("Changed"),
    "delete": _("Deleted"),
}
ACTIONS = {
    "create": LogEntry.Action.CREATE,
    "update": LogEntry.Action.UPDATE,
    "delete": LogEntry.Action.DELETE,
}


class TrailForm(forms.Form):
    """Who did what to whom or what, from a day to a day; each may be empty."""

    who = forms.CharField(label=_("Who"), max_length=120, required=False)
    act = forms.ChoiceField(
        label=_("Activity"), choices=[("", _("All activities")), *ACTS.items()], required=False
    )
    about = forms.CharField(label=_("Person or item"), max_length=120, required=False)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)

    def wishes(self) -> dict[str, Any]:
        """Return what was filled in and understood; whatever was not is no wish."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
