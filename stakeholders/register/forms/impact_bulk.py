"""What is given to several impacts at once, and why one needs no action."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.models import Programme, Service, Wave
from programmes.scope import Scope
from stakeholders.accounts.models import User
from stakeholders.register.forms.impact import text_field, until_field
from stakeholders.register.queries.impact_choices import owners_for
from stakeholders.register.services.impact_batch import KEYED, TOGETHER

NO_CHANGE = _("No change")
EMPTY: dict[str, Any] = {"accepted_why": ""}


class BulkForm(forms.Form):
    """Values for the chosen impacts; a field that is left empty changes nothing."""

    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), required=False, empty_label=NO_CHANGE
    )
    service = forms.ModelChoiceField(
        Service.objects.none(), label=_("Service"), required=False, empty_label=NO_CHANGE
    )
    wave = forms.ModelChoiceField(
        Wave.objects.none(), label=_("Wave"), required=False, empty_label=NO_CHANGE
    )
    until_days = until_field()
    accepted_why = text_field(
        _("Reason to accept without action"),
        _("They no longer count as gaps. Each impact shows the reason."),
    )
    empty = forms.MultipleChoiceField(
        label=_("Clear"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("owner", _("Owner")),
            ("service", _("Service")),
            ("wave", _("Wave: every wave")),
            ("until_days", _("Until: end of hypercare")),
            ("accepted_why", _("Acceptance: an action is needed again")),
        ],
    )

    def __init__(self, data: Any, *, programme: Programme, scope: Scope) -> None:
        super().__init__(data)
        self.fields["until_days"].help_text = NO_CHANGE_IF_EMPTY
        choices = (
            owners_for(programme, scope),
            Service.objects.filter(programme=programme),
            Wave.objects.within(scope),
        )
        for name, queryset in zip(KEYED, choices, strict=True):
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Say at a field that it is to be changed and cleared, or that nothing is to change."""
        values = super().clean() or {}
        for name in values.get("empty", ()):
            if values.get(name) not in (None, ""):
                self.add_error(name, _("Enter a value or clear it, not both."))
        if not self.errors and not self.values():
            self.add_error(None, _("Enter at least one change."))
        return values

    def values(self) -> dict[str, Any]:
        """Return what is to change, by column."""
        given = {n: v for n in TOGETHER if (v := self.cleaned_data.get(n)) not in (None, "")}
        cleared = {name: EMPTY.get(name) for name in self.cleaned_data.get("empty", ())}
        return {**given, **cleared}


NO_CHANGE_IF_EMPTY = _("Leave empty for no change.")


class AcceptForm(forms.Form):
    """Why an impact needs no action."""

    why = text_field(_("Reason to accept without action"), required=True)
