"""What is typed about services and streams."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import DayField, KeptTextField
from programmes.forms.refusal import SeenForm, refuse_of_other_programmes
from programmes.forms.shared_text import to_be_replaced
from programmes.models import Programme, Service, Stream, fingerprint
from programmes.queries.texts import text_of


class ServiceForm(forms.Form):
    """One language of a service. ``text_seen`` tells what was there when the page was opened."""

    name = KeptTextField(label=_("Name"), max_length=120)
    benefit = KeptTextField(
        label=_("Benefit"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("What gets better for the people who use it."),
    )
    how_to_get = KeptTextField(
        label=_("How to get it"), required=False, widget=forms.Textarea({"rows": 3})
    )
    text_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, service: Service, language: str) -> None:
        texts = text_of(service, language)
        super().__init__(data, initial={**texts, "text_seen": fingerprint(texts)})

    def texts(self) -> dict[str, str]:
        """Return what was typed, by field."""
        return {name: self.cleaned_data[name] for name in ("name", "benefit", "how_to_get")}

    def show_theirs(self, theirs: dict[str, str], by: object = None) -> None:
        """Keep what was typed, show what ``by`` or somebody wrote; the next save replaces it."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["text_seen"] = fingerprint(theirs)  # type: ignore[index]
        self.add_error(None, to_be_replaced(by))
        for name, text in theirs.items():
            if text != self.cleaned_data.get(name):
                self.add_error(name, _("Their version: %(text)s") % {"text": text})


class ServicePlanForm(forms.Form):
    """The stream that brings a service, and from when on it is there."""

    stream = forms.ModelChoiceField(
        label=_("Stream"), required=False, queryset=Stream.objects.none()
    )
    offset_days = forms.IntegerField(
        label=_("Days from go-live"),
        required=False,
        min_value=-730,
        max_value=730,
        help_text=_(
            "Leave empty to start on the day of each site’s go-live. -7 means a week before."
        ),
    )
    fixed_on = DayField(
        label=_("Fixed date"),
        required=False,
        help_text=_("For a service that starts everywhere on the same day."),
    )

    def __init__(self, data: Any, *, service: Service, programme: Programme) -> None:
        names = ("stream", "offset_days", "fixed_on")
        super().__init__(data, initial={name: getattr(service, name) for name in names})
        self.fields["stream"].queryset = programme.streams.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse two answers to the same question."""
        values = super().clean() or {}
        if values.get("fixed_on") and values.get("offset_days") is not None:
            self.add_error("fixed_on", _("Enter either days from go-live or a fixed date."))
        return values

    def apply_to(self, service: Service) -> None:
        """Set what was typed on a service; the form must be valid."""
        for name, value in self.cleaned_data.items():
            setattr(service, name, value)


class StreamForm(forms.Form):
    """The name and purpose of a stream, as settings take them."""

    name = forms.CharField(label=_("Name"), max_length=80)
    purpose = KeptTextField(label=_("Purpose"), required=False, widget=forms.Textarea({"rows": 3}))


class ServiceAdminForm(SeenForm):
    """A service as administrators write it."""

    def clean(self) -> dict[str, Any]:
        """Refuse a stream of another programme."""
        values = super().clean() or {}
        refuse_of_other_programmes(self, "stream")
        return values
