"""What is typed about a stakeholder."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import DayField, KeptTextField
from programmes.forms.stream import PartForm
from programmes.models import Region, Stream
from programmes.scope import Scope
from stakeholders.accounts.models import User
from stakeholders.audiences.models import Persona
from stakeholders.register.models import Engagement, Stakeholder
from stakeholders.register.models.stakeholder import JUDGED, MOST
from stakeholders.register.queries.impact_choices import owners_for, streams_to_write
from stakeholders.register.services.stakeholder import MOVES


class OutOfAHundred(forms.IntegerField):
    """A judgement from 0 to 100."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=MOST, **kwargs)


class StakeholderForm(PartForm):
    """A whole entry of the register, with why it is judged so now."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Stakeholder.Kind.choices)
    part = forms.CharField(
        label=_("Role in the programme"),
        max_length=120,
        required=False,
        help_text=_("Such as “Sponsor”."),
    )
    persona: "forms.ModelChoiceField[Persona]" = forms.ModelChoiceField(
        Persona.objects.none(),
        label=_("Persona"),
        required=False,
        help_text=_("If the group is a persona, its people are counted automatically."),
    )
    size = forms.IntegerField(
        label=_("People"),
        required=False,
        min_value=1,
        max_value=9_999_999,
        help_text=_("Number of people, if the group is not a persona."),
    )
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=_("Region"),
        required=False,
        help_text=_("The regional IT manager can then read this entry, without notes and reasons."),
    )
    stream = forms.ModelChoiceField(
        Stream.objects.none(),
        label=_("Stream"),
        required=False,
        help_text=_("The stream leader can then read and edit this entry."),
    )
    power = OutOfAHundred(
        label=_("Power over the change"), help_text=_("From 0 (none) to 100 (can stop it).")
    )
    interest = OutOfAHundred(
        label=_("Interest in the change"), help_text=_("From 0 (none) to 100 (follows every step).")
    )
    interest_wanted = OutOfAHundred(label=_("Target interest"), required=False)
    engagement = forms.ChoiceField(label=_("Current engagement"), choices=Engagement.choices)
    engagement_wanted = forms.ChoiceField(
        label=_("Target engagement"),
        choices=Engagement.choices,
        initial=Engagement.SUPPORTIVE,
    )
    reason = KeptTextField(
        label=_("Reason for this assessment"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What you heard or saw. Kept in the history."),
    )
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), required=False)
    next_action = forms.CharField(label=_("Next action"), max_length=160, required=False)
    next_action_on = DayField(label=_("Next action date"), required=False)
    notes = KeptTextField(label=_("Notes"), required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, data: Any, part: Stakeholder, *, scope: Scope) -> None:
        super().__init__(data, part)
        streams = streams_to_write(scope)
        self._offer("persona", Persona.objects.within(scope))
        self._offer("owner", owners_for(part.programme, scope, part.owner_id))
        self._offer("stream", streams)
        self._offer(
            "region",
            Region.objects.within(scope) | Region.objects.filter(pk__in=[part.region_id or 0]),
        )
        self.fields["stream"].required = scope.streams is not None

    def _offer(self, name: str, choices: Any) -> None:
        self.fields[name].queryset = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Say that a day needs something to do on it."""
        values = super().clean() or {}
        if values.get("next_action_on") and not values.get("next_action"):
            self.add_error("next_action", _("Enter the next action for this date."))
        return values

    @property
    def who(self) -> list[forms.BoundField]:
        """Return the fields that say who it is, and who reads that."""
        return [self[n] for n in ("name", "kind", "part", "persona", "size", "region", "stream")]

    @property
    def stand(self) -> list[forms.BoundField]:
        """Return what a review judges, with the reason."""
        return [self[name] for name in (*JUDGED, "reason")]

    @property
    def next(self) -> list[forms.BoundField]:
        return [self[name] for name in ("next_action", "next_action_on", "owner", "notes")]

    def values(self) -> dict[str, Any]:
        """Return the fields of the entry."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class PlaceForm(forms.Form):
    """A place on the grid."""

    power = OutOfAHundred()
    interest = OutOfAHundred()


class MoveForm(forms.Form):
    """Which of the stakeholders moves one step, and where to."""

    stakeholder = forms.ChoiceField()
    way = forms.ChoiceField(choices=[(way, way) for way in MOVES])

    def __init__(self, data: Any, *, stakeholders: Iterable[Stakeholder]) -> None:
        super().__init__(data)
        self.known = {str(one.pk): one for one in stakeholders}
        self.fields["stakeholder"].choices = [(pk, pk) for pk in self.known]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Stakeholder:
        """Return the stakeholder that a valid form names."""
        return self.known[self.cleaned_data["stakeholder"]]
