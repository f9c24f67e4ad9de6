"""What is typed to settle something about one person."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from programmes.design.formats import language_title
from programmes.design.languages import code_of
from programmes.models import Site
from stakeholders.people.models import Person


class LanguageField(forms.ChoiceField):
    """Offers some languages, and takes any that a personnel file may name."""

    def valid_value(self, value: Any) -> bool:
        """Tell whether it is the code of a language."""
        return super().valid_value(value) or code_of(str(value)[:12]) == value


class LanguageChoiceForm(forms.Form):
    """Which language somebody reads: one that is written, or that is spoken at a site."""

    language = LanguageField(label=_("Language"))
    by_files = forms.BooleanField(
        label=_("Allow personnel files to change it again"), required=False
    )

    def __init__(self, *args: Any, person: Person) -> None:
        super().__init__(*args)
        self.fields["language"].initial = person.language
        codes = {person.language, *dict(settings.LANGUAGES)}
        codes.update(Site.objects.order_by().values_list("language", flat=True).distinct())
        named = sorted((language_title(code), code) for code in codes)
        self.fields["language"].choices = [(code, name) for name, code in named]  # type: ignore[attr-defined]


class StopContactForm(forms.Form):
    """Why somebody is to get nothing."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Such as “on long leave until May”. Shown with each email that is skipped."),
        error_messages={"required": _("Enter a reason, so that others know when it ends.")},
    )
