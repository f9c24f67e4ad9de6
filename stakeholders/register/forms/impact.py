"""What is typed about an impact."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.design.fields import KeptTextField, KeysField
from programmes.forms.shared_text import SharedTextForm
from programmes.models import (
    BusinessLine,
    Service,
    Site,
    Stream,
    SupportContact,
    Wave,
    WaveSite,
    fingerprint,
)
from programmes.scope import Scope
from stakeholders.accounts.models import User
from stakeholders.audiences.models import Persona
from stakeholders.audiences.queries.people import lines_of_people
from stakeholders.people.models import Person
from stakeholders.register.models import Impact, Severity
from stakeholders.register.models.impact import FURTHEST_DAYS
from stakeholders.register.queries.impact import PLAIN, RELATIONS, held, hidden_sites, said_of
from stakeholders.register.queries.impact_cells import cells_of, contact_name
from stakeholders.register.queries.impact_choices import owners_for, streams_to_write

# What a page still shows as sentences.
LONGEST_TEXT = 2000


class ContactsField(KeysField):
    """Support contacts, by the site that they are for."""

    def label_from_instance(self, obj: Any) -> str:
        return contact_name(obj)


class DaysField(forms.IntegerField):
    """Days from a go-live; negative is before."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs |= {"min_value": -FURTHEST_DAYS, "max_value": FURTHEST_DAYS}
        super().__init__(required=False, **kwargs)


def until_field() -> DaysField:
    return DaysField(
        label=_("Matters until (days from go-live)"),
        help_text=_("Leave empty if it matters until the hand-over to Run."),
    )


def text_field(label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    """Return a field for some sentences."""
    return KeptTextField(
        label=label,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2}),
        help_text=help_text,
    )


class ImpactForm(SharedTextForm):
    """An impact: what changes from what to what, how hard, for whom, where, and what for."""

    WRITTEN = (*PLAIN, *RELATIONS)

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
        help_text=_("High and very high impacts must be covered by an action."),
    )
    before = text_field(_("Before"))
    after = text_field(_("After"))
    benefit = text_field(_("Benefit"))
    risk = text_field(_("Risk"), _("What could go wrong if these people are not prepared."))
    service = forms.ModelChoiceField(
        Service.objects.none(),
        label=_("Service"),
        required=False,
        help_text=_("The service that brings this change."),
    )
    wave = forms.ModelChoiceField(
        Wave.objects.none(), label=_("Wave"), required=False, empty_label=_("Every wave")
    )
    offset_days = DaysField(
        label=_("Begins (days from go-live)"),
        help_text=_("0 is the go-live of each site, -14 is two weeks before."),
    )
    until_days = until_field()
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Owner"),
        required=False,
        help_text=_("Makes sure these people are informed."),
    )
    stream = forms.ModelChoiceField(
        Stream.objects.none(), label=_("Responsible stream"), required=False
    )
    personas = KeysField(
        Persona.objects.none(), label=_("Personas"), widget=forms.CheckboxSelectMultiple
    )
    sites = KeysField(
        Site.objects.none(),
        label=_("Sites"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "ol-columns"}),
        help_text=_("Leave empty if it affects these personas at all sites."),
    )
    business_lines = KeysField(
        BusinessLine.objects.none(),
        label=_("Business lines"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "ol-columns"}),
        help_text=_("Leave empty for all."),
    )
    supports = ContactsField(
        SupportContact.objects.none(),
        label=_("Support contacts"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "ol-columns"}),
        help_text=_(
            "Choose contacts who are prepared for this change. Each covers their own site."
        ),
    )

    def __init__(self, data: Any, impact: Impact, *, scope: Scope) -> None:
        super().__init__(data, initial=_there(impact))
        self.impact, self.scope, programme = impact, scope, impact.programme
        sites = Site.objects.filter(pk__in=WaveSite.objects.within(scope).values("site"))
        lines = lines_of_people(
            Person.objects.within(scope), impact.business_lines.all() if impact.pk else ()
        )
        contacts = SupportContact.objects.within(scope).select_related("site", "programme")
        self._offer("stream", streams_to_write(scope))
        self._offer("service", Service.objects.filter(programme=programme))
        self._offer("wave", Wave.objects.within(scope))
        self._offer("owner", owners_for(programme, scope, impact.owner_id))
        self._offer("personas", Persona.objects.within(scope))
        self._offer("sites", sites.order_by("name"))
        self._offer("business_lines", lines)
        self._offer("supports", contacts.order_by("site__name"))
        self.fields["stream"].required = scope.streams is not None

    def clean_offset_days(self) -> int:
        """Return the days; nothing typed is the go-live."""
        return self.cleaned_data["offset_days"] or 0

    def clean_sites(self) -> list[Site]:
        """Return the sites, with those that the writer does not see."""
        return [*self.cleaned_data["sites"], *hidden_sites(self.impact, self.scope)]

    @property
    def values(self) -> dict[str, Any]:
        """Return what was typed, as ``save_impact`` takes it; the form must be valid."""
        return {name: self.cleaned_data[name] for name in self.WRITTEN}

    def words_typed(self, name: str) -> str:
        """Return what was typed or chosen as the trail tells it, to compare it with theirs."""
        return said_of(self.cleaned_data.get(name))

    def words_of(self, name: str, theirs: str) -> str:
        """Return what the impact, which was read again, holds in view."""
        return cells_of(self.impact, self.scope)[name]

    @property
    def what(self) -> list[forms.BoundField]:
        names = ("name", "dimension", "severity", "before", "after", "benefit", "risk")
        return [self[name] for name in names]

    @property
    def when(self) -> list[forms.BoundField]:
        """Return the fields that say what brings it, when, and until when it matters."""
        return [self[name] for name in ("wave", "offset_days", "until_days", "service")]

    @property
    def audience_fields(self) -> list[forms.BoundField]:
        """Return the fields that say whose change it is."""
        return [self[name] for name in ("stream", "owner", *RELATIONS)]

    def _offer(self, name: str, choices: Any) -> None:
        self.fields[name].queryset = choices  # type: ignore[attr-defined]


def _there(impact: Impact) -> dict[str, Any]:
    """Return what an impact holds; one that is new is felt somewhat, from the go-live on."""
    if impact.pk is None:
        return {"severity": Severity.SOME, "offset_days": 0}
    sets = {name: [one.pk for one in getattr(impact, name).all()] for name in RELATIONS}
    seen = {"text_seen": fingerprint(held(impact))}
    return {**{name: getattr(impact, name) for name in PLAIN}, **sets, **seen}
