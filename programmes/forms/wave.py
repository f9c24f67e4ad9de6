"""What is typed about waves and the dates of their sites."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import DayField, KeysField
from programmes.forms.refusal import programme_in
from programmes.models import Programme, Site, Wave, WaveSite
from programmes.scope import Scope
from programmes.services.plan import check_dates, check_day


class SitesField(KeysField):
    """Sites to tick, each with its region and the wave that has it already."""

    widget = forms.CheckboxSelectMultiple
    taken: Mapping[int, str] = {}

    def label_from_instance(self, site: Site) -> str:
        """Name the site, its region and, if any, its wave."""
        words = [site.name, site.region.name, self.taken.get(site.pk, "")]
        return " · ".join(word for word in words if word)


class WaveForm(forms.Form):
    """A wave: its name, its go-live and its sites."""

    name = forms.CharField(label=_("Name"), max_length=80)
    go_live_on = DayField(
        label=_("Go-live"), help_text=_("Each site goes live on this day, unless it has its own.")
    )
    sites = SitesField(
        label=_("Sites"),
        required=False,
        queryset=Site.objects.none(),
        help_text=_(
            "A site can be in one wave only. To move it, remove it from its wave first. If a "
            "site is missing, ask an administrator to add it to the programme."
        ),
    )

    def __init__(
        self, *args: Any, programme: Programme, scope: Scope, wave: Wave | None = None
    ) -> None:
        super().__init__(*args)
        sites = self.fields["sites"]
        sites.queryset = Site.objects.within(scope).select_related("region")  # type: ignore[attr-defined]
        sites.taken = _taken(programme, wave)  # type: ignore[attr-defined]
        if wave:
            self.initial = {
                "name": wave.name,
                "go_live_on": wave.go_live_on,
                "sites": list(wave.wave_sites.values_list("site", flat=True)),
            }
            self.fields["go_live_on"].disabled = wave.state_on(timezone.now().date()) != "planned"

    def clean(self) -> dict[str, Any]:
        """Ask for one preview at a time."""
        values = super().clean() or {}
        if not self.errors and self.taken_out and "go_live_on" in self.changed_data:
            text = _(
                "Remove the sites first, then move the go-live: each step has its own preview."
            )
            self.add_error("sites", text)
        return values

    @property
    def taken_out(self) -> list[Site]:
        """Return the sites that the wave has and that are no longer ticked."""
        ticked = {site.pk for site in self.cleaned_data.get("sites", ())}
        gone = set(self.initial.get("sites", ())) - ticked
        return list(Site.objects.filter(pk__in=gone).order_by("pk"))

    @property
    def without_dates(self) -> dict[str, Any]:
        """Return the name and the sites, with those that leave: dates change by previews alone."""
        return {
            "name": self.cleaned_data["name"],
            "sites": [*self.cleaned_data["sites"], *self.taken_out],
        }


def _taken(programme: Programme, wave: Wave | None) -> dict[int, str]:
    """Return the names of the other waves, by the ids of their sites."""
    places = WaveSite.objects.filter(wave__programme=programme)
    if wave:
        places = places.exclude(wave=wave)
    return dict(places.values_list("site", "wave__name"))


class HandOverForm(forms.Form):
    """The day of the hand-over to Run; empty takes it back."""

    handed_over_on = DayField(
        label=_("Handed over to Run on"),
        required=False,
        help_text=_("Leave empty to undo the hand-over."),
    )


class WaveAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A wave as administrators write it: refused where the services would refuse."""

    def clean(self) -> dict[str, Any]:
        """Refuse dates that the wave cannot have."""
        values = super().clean() or {}
        programme, go_live_on = programme_in(self), values.get("go_live_on")
        if programme and go_live_on:
            check_dates(programme, self.instance, go_live_on, values.get("handed_over_on"))
        return values


class PlaceAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A site of a wave as administrators write it; the row of another site is another row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "site" in self.fields:
            site = self.instance.site
            # A field that searches would ask the database for its only choice, in every row.
            self.fields["site"].widget = forms.Select(choices=[(site.pk, str(site))])
            self.fields["site"].disabled = True

    def clean(self) -> dict[str, Any]:
        """Refuse a date of its own outside the programme."""
        values = super().clean() or {}
        own, wave = values.get("own_go_live_on"), values.get("wave")
        if own and wave and wave.programme_id:
            check_day(wave.programme, own, "own_go_live_on")
        return values
