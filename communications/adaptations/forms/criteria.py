"""Who gets an adaptation, as it is chosen."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communications.adaptations.services.writing import AdaptationData
from programmes.models import BusinessLine, Programme, Region, Site
from programmes.scope import Scope
from stakeholders.models import Person, Persona


class CriteriaForm(forms.Form):
    """The people of an adaptation, of the places that the writer may write for."""

    site = forms.ModelChoiceField(Site.objects.none(), required=False, label=_("Site"))
    region = forms.ModelChoiceField(Region.objects.none(), required=False, label=_("Region"))
    persona: "forms.ModelChoiceField[Persona]" = forms.ModelChoiceField(
        Persona.objects.none(), required=False, label=_("Persona")
    )
    business_line = forms.ModelChoiceField(
        BusinessLine.objects.none(), required=False, label=_("Business line")
    )
    has_email = forms.BooleanField(
        required=False,
        label=_("By email too"),
        help_text=_("Clear it for people who get a poster and a briefing, and no email."),
    )

    def __init__(self, data: Any, *, programme: Programme, scope: Scope, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.scope = scope
        sites = Site.objects.filter(wave_sites__wave__programme=programme).distinct()
        regions = Region.objects.filter(sites__in=sites).distinct()
        personas = Persona.objects.within(scope)
        here = Person.objects.active().within(scope).order_by()
        if scope.regions is not None:
            sites = sites.filter(region__in=scope.regions)
            regions = regions.filter(pk__in=scope.regions)
            personas = personas.touching(scope.regions).distinct()
        self._choose("site", sites.order_by("name"))
        self._choose("region", regions.order_by("name"))
        self._choose("persona", personas)
        lines = BusinessLine.objects.filter(pk__in=here.values("business_line"))
        self._choose("business_line", lines.order_by("name"))

    def _choose(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        field.empty_label = "–"

    def clean(self) -> dict[str, Any]:
        """Refuse people of other regions, of a writer for some."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        is_placed = found.get("site") or found.get("region")
        if self.scope.regions is not None and not is_placed and not self.errors:
            raise ValidationError(_("Choose one of your sites, or your region."))
        return found

    def chosen(self) -> AdaptationData:
        """Return what was chosen; the form must be valid."""
        return AdaptationData(**self.cleaned_data)
