"""What is typed about a programme and its brand."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from programmes.forms.fields import DayField, is_far
from programmes.forms.refusal import SeenForm
from programmes.models.programme import hex_colour
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.programme import check_colours, check_waves_within

LARGEST_LOGO_BYTES = 300_000
LOGO_FORMATS = {"PNG", "JPEG"}


def in_order(codes: Iterable[str]) -> list[str]:
    """Return codes of languages in their usual order, English with them."""
    chosen = {SOURCE_LANGUAGE, *codes}
    return [code for code, _name in settings.LANGUAGES if code in chosen]


def check_logo(logo: Any) -> None:
    """Raise ValidationError for what mail programs cannot show, or what is too heavy for a mail."""
    if logo.image.format not in LOGO_FORMATS:
        raise forms.ValidationError(_("Save the logo as PNG or JPEG and choose it again."))
    if logo.size > LARGEST_LOGO_BYTES:
        raise forms.ValidationError(_("Make the logo smaller than 300 KB and choose it again."))


class ProgrammeForm(forms.Form):
    """A programme: its name, purpose, dates and languages."""

    name = forms.CharField(label=_("Name"), max_length=80)
    purpose = forms.CharField(
        label=_("Purpose, in English"),
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Why the organisation does this, in words that everybody understands."),
    )
    starts_on = DayField(label=_("Starts on"))
    ends_on = DayField(label=_("Ends on"))
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=settings.LANGUAGES,
        initial=[code for code, _name in settings.LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("English is the source of every text and always there."),
    )

    mails_a_week = forms.IntegerField(
        label=_("Mails a person and week at most"),
        required=False,
        min_value=1,
        max_value=50,
        help_text=_(
            "What is more waits for the next week: strategic messages first, then tactical ones. "
            "Empty is no limit. Urgent mails go out and are not counted."
        ),
    )

    is_once_per_address = forms.BooleanField(
        label=_("One mail an address"),
        required=False,
        help_text=_(
            "Of people who share an address, one gets each message, the others do not. It holds "
            "for messages whose sending starts from now on."
        ),
    )

    has_link_counts = forms.BooleanField(
        label=_("Count how often links are opened"),
        required=False,
        help_text=_(
            "In total, by language. Nobody learns who opened one, or when. It holds for messages "
            "whose sending starts from now on. Ask your works council first."
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


class BrandForm(forms.Form):
    """Three colours and a logo."""

    accent = forms.CharField(label=_("Accent"), max_length=7, validators=[hex_colour])
    accent_strong = forms.CharField(label=_("Strong accent"), max_length=7, validators=[hex_colour])
    accent_soft = forms.CharField(label=_("Soft accent"), max_length=7, validators=[hex_colour])
    logo = forms.ImageField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG or JPEG, up to 300 KB. Without one, the present logo stays."),
    )

    def clean_logo(self) -> Any:
        """Refuse a logo that no mail can show."""
        logo = self.cleaned_data["logo"]
        if logo:
            check_logo(logo)
        return logo


class ProgrammeAdminForm(SeenForm):
    """A programme as administrators write it: refused where the services would refuse."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("English is the source of every text and always there."),
    )

    def clean_languages(self) -> list[str]:
        """Return the codes in their usual order, English with them."""
        return in_order(self.cleaned_data["languages"])

    def clean_logo(self) -> Any:
        """Refuse a new logo that no mail can show."""
        logo = self.cleaned_data["logo"]
        if logo and "logo" in self.changed_data:
            check_logo(logo)
        return logo

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
