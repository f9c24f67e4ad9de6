"""What is typed to give somebody a role, or to change it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.models import Programme, Region, Stream
from stakeholders.models import Role, User
from stakeholders.services.role import is_needed, roles_to_give


class PartForm(forms.Form):
    """Which role, and for a regional IT manager in which region, for a leader of which stream."""

    kind = forms.ChoiceField(label=_("Role"))
    region = forms.ModelChoiceField(
        label=_("Region"),
        queryset=Region.objects.all(),
        required=False,
        help_text=_("Only for a regional IT manager, who sees nothing else."),
    )
    stream = forms.ModelChoiceField(
        label=_("Stream"),
        queryset=Stream.objects.none(),
        required=False,
        help_text=_("Only for a stream leader."),
    )

    def __init__(self, *args: Any, giver: User, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stream"].queryset = programme.streams.all()  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(k.value, k.label) for k in roles_to_give(giver)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the region of a regional IT manager, and the stream of a leader."""
        values = super().clean() or {}
        if values.get("kind") == Role.Kind.REGIONAL_IT_MANAGER and not values.get("region"):
            self.add_error("region", _("Choose the region of a regional IT manager."))
        if values.get("kind") == Role.Kind.STREAM_LEADER and not values.get("stream"):
            self.add_error("stream", _("Choose the stream of a stream leader."))
        return values


class RoleForm(PartForm):
    """Who gets which role."""

    email = forms.EmailField(label=_("Work mail"), max_length=254)
    first_name = forms.CharField(
        label=_("First name"),
        max_length=150,
        required=False,
        help_text=_("Names are needed for somebody who is new here."),
    )
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    field_order = ("email", "first_name", "last_name", "kind", "region", "stream")


class RoleAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A role as administrators write it: refused where the services would refuse."""

    def clean(self) -> dict[str, Any] | None:
        """Raise ValidationError if nobody would manage the programme."""
        values = super().clean() or {}
        before = Role.objects.filter(pk=self.instance.pk).first()
        if before and values.get("kind") != before.kind and is_needed(before):
            text = _("Somebody must manage the programme. Give another the role first.")
            raise forms.ValidationError({"kind": text})
        return values
