"""What is typed about an impact."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import KeysField
from programmes.models import Site, Stream, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.models import Persona
from stakeholders.register.forms.stakeholder import streams_to_write
from stakeholders.register.models import Impact, Severity
from stakeholders.register.services.impact import RELATIONS


class ImpactForm(forms.Form):
    """An impact: what changes from what to what, how hard, for whom, where, and what for."""

    name = forms.CharField(
        label=_("What changes"),
        max_length=120,
        help_text=_("In a few words, such as “One number for help”."),
    )
    dimension = forms.ChoiceField(label=_("Dimension"), choices=Impact.Dimension.choices)
    severity = forms.TypedChoiceField(
        label=_("Severity"),
        choices=Severity.choices,
        coerce=int,
        help_text=_("What is high or very high must be answered by an action."),
    )
    before = forms.CharField(label=_("Today"), required=False, widget=forms.Textarea({"rows": 2}))
    after = forms.CharField(
        label=_("From go-live on"), required=False, widget=forms.Textarea({"rows": 2})
    )
    benefit = forms.CharField(
        label=_("What it is good for"), required=False, widget=forms.Textarea({"rows": 2})
    )
    stream = forms.ModelChoiceField(
        Stream.objects.none(), label=_("Stream that brings it"), required=False
    )
    personas = KeysField(
        Persona.objects.none(), label=_("Personas"), widget=forms.CheckboxSelectMultiple
    )
    sites = KeysField(
        Site.objects.none(),
        label=_("Sites"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "ol-columns"}),
        help_text=_("Choose none if it is felt wherever these personas work."),
    )

    def __init__(self, data: Any, impact: Impact, *, scope: Scope) -> None:
        super().__init__(data, initial=_there(impact))
        sites = Site.objects.filter(pk__in=WaveSite.objects.within(scope).values("site"))
        self._offer("stream", streams_to_write(scope))
        self._offer("personas", Persona.objects.within(scope))
        self._offer("sites", sites.order_by("name"))
        self.fields["stream"].required = scope.streams is not None

    @property
    def what(self) -> list[forms.BoundField]:
        return [self[n] for n in ("name", "dimension", "severity", "before", "after", "benefit")]

    @property
    def whom(self) -> list[forms.BoundField]:
        """Return the fields that say whose change it is."""
        return [self[name] for name in ("stream", *RELATIONS)]

    def _offer(self, name: str, choices: Any) -> None:
        self.fields[name].queryset = choices  # type: ignore[attr-defined]


def _there(impact: Impact) -> dict[str, Any]:
    """Return what an impact holds; one that is new is felt somewhat."""
    if impact.pk is None:
        return {"severity": Severity.SOME}
    plain = ("name", "dimension", "severity", "before", "after", "benefit", "stream")
    sets = {name: [one.pk for one in getattr(impact, name).all()] for name in RELATIONS}
    return {**{name: getattr(impact, name) for name in plain}, **sets}
