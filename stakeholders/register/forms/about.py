"""What an action is about: the part that each form of one has."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import KeysField
from programmes.models import Programme, Service
from stakeholders.register.models import Impact
from stakeholders.register.models.about import About, Stage
from stakeholders.register.models.impact import ImpactQuerySet
from stakeholders.register.services.about import AboutData


class AboutForm(forms.Form):
    """Impacts, services and stage; whoever is about nothing leaves all empty."""

    ABOUT = ("answers", "services", "stage")

    answers: Any = KeysField(
        Impact.objects.none(),
        label=_("Impacts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Informs the people these impacts affect."),
    )
    services: Any = KeysField(
        Service.objects.none(),
        label=_("Services"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Informs the people these services are for."),
    )
    stage = forms.ChoiceField(
        label=_("Stage of the wave"),
        required=False,
        choices=[("", _("None")), *Stage.choices],
        help_text=_("Informs people about their own wave."),
    )

    def offer_subjects(self, programme: Programme, impacts: ImpactQuerySet) -> None:
        """Offer some impacts and the services of a programme, where it has some."""
        self.impacts = impacts.present()
        services = Service.objects.filter(programme=programme)
        found: dict[str, Any] = {"answers": self.impacts, "services": services}
        for name, objects in found.items():
            self.fields[name].queryset = objects  # type: ignore[attr-defined]
            offered = {str(pk) for pk in objects.values_list("pk", flat=True)}
            self.initial[name] = [pk for pk in self.initial.get(name) or () if str(pk) in offered]
            if not offered:
                del self.fields[name]

    def about(self) -> AboutData:
        """Return what was chosen; the form must be valid."""
        chosen = {n: self.cleaned_data[n] for n in self.ABOUT if n in self.fields}
        return AboutData(offered=self.impacts, **chosen)

    @property
    def about_folds(self) -> list[tuple[forms.BoundField, int]]:
        """Return the long fields that offer something, each with how many are chosen."""
        names = [name for name in self.ABOUT if name in self.fields and name != "stage"]
        return [(self[name], len(self[name].value() or ())) for name in names]


def initial_about(action: About) -> dict[str, Any]:
    """Return what a form begins with for an action."""
    return {
        "answers": [one.pk for one in action.answers.all()],
        "services": [one.pk for one in action.services.all()],
        "stage": action.stage,
    }
