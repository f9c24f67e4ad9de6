"""What a host types or scans at the door."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WalkInForm(forms.Form):
    """Somebody who comes without having registered."""

    who = forms.CharField(label=_("Work email, personnel number or guest name"), max_length=120)
