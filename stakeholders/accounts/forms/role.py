"""What is typed to give somebody a role, or to change it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from programmes.forms.refusal import programme_in, refuse_of_other_programmes
from programmes.models import Programme, Region, Stream
from programmes.queries.texts import SOURCE_LANGUAGE
from stakeholders.accounts.models import Role, User
from stakeholders.accounts.services.role import is_needed, roles_to_give

TRANSLATED = [one for one in settings.LANGUAGES if one[0] != SOURCE_LANGUAGE]
NEEDED = (
    (Role.Kind.REGIONAL_IT_MANAGER, "region", _("Choose a region for the regional IT manager.")),
    (Role.Kind.STREAM_LEADER, "stream", _("Choose a stream for the stream leader.")),
    (Role.Kind.LOCAL_COMMUNICATION, "region", _("Choose a region for local communication.")),
    (Role.Kind.LOCAL_COMMUNICATION, "languages", _("Choose languages for local communication.")),
)


class PartForm(forms.Form):
    """Which role, and where it needs one: in which region, for which stream, which languages."""

    kind = forms.ChoiceField(label=_("Role"))
    region = forms.ModelChoiceField(
        label=_("Region"),
        queryset=Region.objects.none(),
        required=False,
        help_text=_("For regional IT managers and local communication. They see this region only."),
    )
    stream = forms.ModelChoiceField(
        label=_("Stream"),
        queryset=Stream.objects.none(),
        required=False,
        help_text=_("For stream leaders only."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=TRANSLATED,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For local communication only: the languages they can write."),
    )

    def __init__(self, *args: Any, giver: User, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = Region.objects.filter(sites__programmes=programme).distinct()
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]
        self.fields["stream"].queryset = programme.streams.all()  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(k.value, k.label) for k in roles_to_give(giver)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what the role needs at its field."""
        values = super().clean() or {}
        for kind, name, sentence in NEEDED:
            if values.get("kind") == kind and not values.get(name):
                self.add_error(name, sentence)
        return values


class RoleForm(PartForm):
    """Who gets which role."""

    email = forms.EmailField(label=_("Work email"), max_length=254)
    first_name = forms.CharField(
        label=_("First name"),
        max_length=150,
        required=False,
        help_text=_("First and last name are required for new accounts."),
    )
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    field_order = ("email", "first_name", "last_name", "kind", "region", "stream", "languages")


class RoleAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A role as administrators write it: refused where the services would refuse."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=TRANSLATED,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For local communication only: the languages they can write."),
    )

    def clean(self) -> dict[str, Any] | None:
        """Refuse a stream or region that is not the programme's, and to leave it unmanaged."""
        values = super().clean() or {}
        refuse_of_other_programmes(self, "stream")
        programme, region = programme_in(self), values.get("region")
        if programme and region and not region.sites.filter(programmes=programme).exists():
            self.add_error(
                "region", _("The programme has no sites in this region. Choose another region.")
            )
        before = Role.objects.filter(pk=self.instance.pk).first()
        if before and values.get("kind") != before.kind and is_needed(before):
            text = _(
                "The programme needs a programme manager. Assign the role to someone else first."
            )
            raise forms.ValidationError({"kind": text})
        return values
