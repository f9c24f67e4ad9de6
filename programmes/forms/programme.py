"""What is typed about a programme and its brand."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import DayField, KeptTextField, is_far
from programmes.design.logo import kept_logo
from programmes.forms.refusal import SeenForm
from programmes.forms.wave import SitesField
from programmes.models import Site
from programmes.models.programme import hex_colour
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.scope import Scope
from programmes.services.programme import check_colours, check_waves_within


def in_order(codes: Iterable[str]) -> list[str]:
    """Return codes of languages in their usual order, English with them."""
    chosen = {SOURCE_LANGUAGE, *codes}
    return [code for code, _name in settings.LANGUAGES if code in chosen]


class ProgrammeForm(forms.Form):
    """A programme: its name, purpose, dates and languages."""

    name = forms.CharField(label=_("Name"), max_length=80)
    purpose = KeptTextField(
        label=_("Purpose, in English"),
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Why the organisation is doing this, in words that everyone understands."),
    )
    starts_on = DayField(label=_("Starts on"))
    ends_on = DayField(label=_("Ends on"))
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("English is the source of every text and always included."),
    )

    mails_a_week = forms.IntegerField(
        label=_("Maximum emails per person per week"),
        required=False,
        min_value=1,
        max_value=50,
        help_text=_(
            "Emails over the limit are sent the following week: strategic messages are delayed "
            "first, then tactical ones. Leave empty for no limit. Urgent emails are always sent "
            "and do not count."
        ),
    )

    is_once_per_address = forms.BooleanField(
        label=_("One email per address"),
        required=False,
        help_text=_(
            "If people share an address, only one of them gets each message. Applies to messages "
            "that start sending from now on."
        ),
    )

    has_link_counts = forms.BooleanField(
        label=_("Count how often links are opened"),
        required=False,
        help_text=_(
            "Totals by language. No one can see who opened a link, or when. Applies to messages "
            "that start sending from now on. Ask your works council first."
        ),
    )

    asks_review = forms.BooleanField(
        label=_("Only reviewed texts go for approval"),
        required=False,
        help_text=_(
            "A text that no one has reviewed is left out of what the CIO approves. Otherwise the "
            "decision only says that no one has read it."
        ),
    )

    def clean_languages(self) -> list[str]:
        """Return the codes in their usual order, English with them."""
        return in_order(self.cleaned_data["languages"])

    def clean(self) -> dict[str, Any]:
        """Say at the field that the end comes before the start."""
        values = super().clean() or {}
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", _("The programme must end after it starts."))
        return values

    def texts_apart(self) -> tuple[dict[str, Any], str]:
        """Return the plain values, and the purpose, which is translated."""
        values = dict(self.cleaned_data)
        return values, values.pop("purpose")


class PlacesForm(forms.Form):
    """The sites of a programme, of those that the reader may choose from."""

    sites = SitesField(
        label=_("Sites"),
        required=False,
        queryset=Site.objects.none(),
        help_text=_("Once a site is in a wave, its people belong to the programme."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.within(scope).select_related("region")
        self.fields["sites"].queryset = sites.order_by("region__name", "name")  # type: ignore[attr-defined]


class StartForm(PlacesForm, ProgrammeForm):
    """A new programme, with its sites where whoever starts it may choose them."""

    def __init__(self, *args: Any, scope: Scope, language: str, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        spoken = Site.objects.within(scope).order_by().values_list("language", flat=True)
        languages = self.fields["languages"]
        languages.initial = in_order(set(spoken.distinct()) or {language})
        languages.help_text = _(
            "English is the source of every text and always included. You can add a language "
            "later: its texts are then written and approved separately."
        )
        if not (scope.may("programme.place") and self.fields["sites"].queryset.exists()):  # type: ignore[attr-defined]
            del self.fields["sites"]

    def parts(self) -> tuple[dict[str, Any], str, list[Site]]:
        """Return the plain values, the purpose, and the sites."""
        values, purpose = self.texts_apart()
        return values, purpose, list(values.pop("sites", ()))


class BrandForm(forms.Form):
    """Three colours and a logo."""

    accent = forms.CharField(label=_("Accent"), max_length=7, validators=[hex_colour])
    accent_strong = forms.CharField(label=_("Strong accent"), max_length=7, validators=[hex_colour])
    accent_soft = forms.CharField(label=_("Soft accent"), max_length=7, validators=[hex_colour])
    logo = forms.ImageField(
        label=_("Logo"),
        required=False,
        help_text=_(
            "PNG or JPEG, up to 300 kB and 2,000 pixels wide and high. Leave empty to keep the "
            "current logo."
        ),
    )

    def clean_logo(self) -> Any:
        """Refuse a logo that no mail can show."""
        logo = self.cleaned_data["logo"]
        return kept_logo(logo) if logo else logo


class ProgrammeAdminForm(SeenForm):
    """A programme as administrators write it: refused where the services would refuse."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("English is the source of every text and always included."),
    )

    def clean_languages(self) -> list[str]:
        """Return the codes in their usual order, English with them."""
        return in_order(self.cleaned_data["languages"])

    def clean_logo(self) -> Any:
        """Refuse a new logo that no mail can show."""
        logo = self.cleaned_data["logo"]
        return kept_logo(logo) if logo and "logo" in self.changed_data else logo

    def clean(self) -> dict[str, Any]:
        """Refuse colours that cannot be read, and dates far off, or that leave a wave outside."""
        values = super().clean() or {}
        for name in ("starts_on", "ends_on"):
            if values.get(name) and is_far(values[name]):
                self.add_error(name, DayField.default_error_messages["far"])
        if not self.errors:
            check_colours(*(values[name] for name in ("accent", "accent_strong", "accent_soft")))
            check_waves_within(self.instance, values["starts_on"], values["ends_on"])
        return values
