"""Whom something is for: the lines of an audience, as each form of an action has them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from programmes.design import formats
from programmes.design.fields import KeysField
from programmes.models import BusinessLine, Programme, Region, Site, Wave
from stakeholders.audiences.models import Audience, Persona
from stakeholders.audiences.models.audience import KINDS
from stakeholders.audiences.queries.people import lines_of_people
from stakeholders.audiences.services.audience import RELATIONS, WORDS, Lines, lines_of
from stakeholders.people.models import Person

ANY = _("Leave empty for all.")
TAKE = "take"


def _ticks(label: Any, objects: Any, help_text: Any = ANY) -> Any:
    return KeysField(
        objects,
        label=label,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


def _words(label: Any, help_text: Any = ANY) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


class LinesForm(forms.Form):
    """The lines of an audience and its exceptions.

    ``follows`` is the saved audience to start from; ``taken`` is the one whose lines the form
    shows. Where they differ, the lines of the one chosen take the place of those typed.
    """

    START: tuple[str, ...] = ("follows",)
    AUDIENCE = ("waves", "regions", "sites", "personas")
    MORE = ("business_lines", "employers", "languages")
    EXCEPTIONS = tuple(f"without_{kind}" for kind in KINDS)

    follows = forms.ModelChoiceField(
        Audience.objects.none(),
        label=_("Start from a saved audience"),
        required=False,
        empty_label=_("None"),
        help_text=_("It replaces the criteria below. A frozen audience keeps its members."),
    )
    taken = forms.CharField(required=False, widget=forms.HiddenInput)
    waves = _ticks(_("Waves"), Wave.objects.none())
    regions = _ticks(
        _("Regions"),
        Region.objects.none(),
        _("People in these regions, and at the sites below."),
    )
    sites = KeysField(
        Site.objects.none(),
        label=_("Sites"),
        required=False,
        help_text=_(
            "Leave sites and regions empty for all sites of the waves. Hold Ctrl to select several."
        ),
    )
    business_lines = _ticks(_("Business lines"), BusinessLine.objects.none())
    personas = _ticks(_("Personas"), Persona.objects.none())
    employers = _words(_("Employers"))
    languages = _words(_("Languages that people read"))
    without_site = KeysField(Site.objects.none(), label=_("Excluded sites"), required=False)
    without_region = _ticks(_("Excluded regions"), Region.objects.none(), "")
    without_business_line = _ticks(_("Excluded business lines"), BusinessLine.objects.none(), "")
    without_persona = _ticks(_("Excluded personas"), Persona.objects.none(), "")
    without_employer = _words(_("Excluded employers"), "")
    without_language = _words(_("Excluded languages"), "")

    def __init__(self, data: Any = None, *args: Any, programme: Programme, **kwargs: Any) -> None:
        stored = kwargs.get("initial") or {}
        if data and TAKE in data:
            taken = lines_to_start_from(programme, data.get("follows", ""))
            stored, kwargs["initial"] = stored | taken, self._typed(data) | taken
            data = None
        super().__init__(data, *args, **kwargs)
        self._offer_lines(programme, stored)

    def _offer_lines(self, programme: Programme, stored: Mapping[str, Any]) -> None:
        """Offer what its people have, and what is stored; what was typed may be anything."""
        for name, found in (_offered(programme) | _lines_offered(programme, stored)).items():
            self.fields[name].queryset = found  # type: ignore[attr-defined]
        for name, words in _words_read(programme).items():
            gone = [word for word in stored.get(name) or () if word not in dict(words)]
            kept = [(word, _name_of(name, word)) for word in gone]
            self.fields[name].choices = [*words, *kept]  # type: ignore[attr-defined]

    def _typed(self, data: QueryDict) -> dict[str, Any]:
        """Return all that was typed, unchecked."""
        many = (forms.ModelMultipleChoiceField, forms.MultipleChoiceField)
        return {
            name: data.getlist(name) if isinstance(field, many) else data.get(name, "")
            for name, field in self.base_fields.items()
        }

    @property
    def line_names(self) -> str:
        """Return the names of all fields that decide how many are meant."""
        return ",".join((*self.START, "taken", *self.AUDIENCE, *self.MORE, *self.EXCEPTIONS))

    def lines(self) -> Lines:
        """Return the lines that are meant; the form must be valid."""
        typed, follows = self.cleaned_data, self.cleaned_data["follows"]
        if follows and typed["taken"] != str(follows.pk):
            return replace(lines_of(follows), follows=follows)
        without = {kind: list(typed[f"without_{kind}"]) for kind in KINDS}
        return Lines(
            **{name: typed[name] for name in (*RELATIONS, *WORDS)},
            without={kind: values for kind, values in without.items() if values},
            follows=follows,
        )

    @property
    def start_fields(self) -> list[forms.BoundField]:
        """Return what the audience may start from, where something is saved."""
        field: Any = self.fields["follows"]
        return [self[name] for name in self.START if field.queryset]

    @property
    def audience_fields(self) -> list[forms.BoundField]:
        """Return the lines that most audiences need."""
        return self._offering(self.AUDIENCE)

    @property
    def folds(self) -> list[tuple[Any, list[forms.BoundField], bool]]:
        """Return the rest under a word each: its fields, and whether one of them says something."""
        parts = [(_("More criteria"), self.MORE), (_("Exceptions"), self.EXCEPTIONS)]
        return [(word, self._offering(names), self._says(names)) for word, names in parts]

    @property
    def exception_fields(self) -> list[forms.BoundField]:
        """Return the lines of who is left out."""
        return self._offering(self.EXCEPTIONS)

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """Return the lines that few audiences need."""
        return self._offering(self.MORE)

    @property
    def names_chosen(self) -> list[str]:
        """Return the names of what the lines hold; the form must have been checked."""
        typed, chosen = self.cleaned_data, self._chosen((*self.AUDIENCE, *self.MORE))
        follows = typed.get("follows")
        is_whole = follows and (not chosen or typed.get("taken") != str(follows.pk))
        return [str(follows)] if is_whole else chosen

    @property
    def names_left_out(self) -> list[str]:
        """Return the names of who is left out; the form must have been checked."""
        return self._chosen(self.EXCEPTIONS)

    def _chosen(self, names: Iterable[str]) -> list[str]:
        typed = self.cleaned_data
        return [_name_of(name, str(one)) for name in names for one in typed.get(name) or ()]

    def _offering(self, names: Iterable[str]) -> list[forms.BoundField]:
        """Return those of some fields that offer a choice."""
        return [self[name] for name in names if _offers(self.fields[name])]

    def _says(self, names: Iterable[str]) -> bool:
        return any(self[name].value() or self[name].errors for name in names)


def _offers(field: Any) -> bool:
    return bool(field.choices if isinstance(field, forms.MultipleChoiceField) else field.queryset)


def _offered(programme: Programme) -> dict[str, Any]:
    """Return what each line offers, by the name of its field."""
    sites = Site.objects.filter(wave_sites__wave__programme=programme)
    regions = Region.objects.filter(sites__in=sites).distinct()
    return {
        "follows": _saved(programme),
        "waves": programme.waves.all(),
        "regions": regions,
        "sites": sites,
        "personas": programme.personas.all(),
        "without_region": regions,
        "without_site": sites,
        "without_persona": programme.personas.all(),
    }


def _lines_offered(programme: Programme, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the business lines of its people, and those that are stored, by field."""
    people = Person.objects.of(programme.pk)
    names = ("business_lines", "without_business_line")
    return {name: lines_of_people(people, stored.get(name) or ()) for name in names}


def _saved(programme: Programme) -> Any:
    return Audience.objects.saved().filter(programme=programme).order_by("name", "pk")


def _words_read(programme: Programme) -> dict[str, list[tuple[str, str]]]:
    """Return the employers and languages that its people have, by field, in one query."""
    pairs = (
        Person.objects.of(programme.pk)
        .active()
        .order_by()
        .values_list("language", "employer")
        .distinct()
    )
    found = list(pairs)
    named = [(name, name) for name in sorted({employer for _code, employer in found if employer})]
    codes = {code for code, _employer in found}
    read = sorted(
        ((code, formats.language_title(code)) for code in codes), key=lambda pair: pair[1]
    )
    return {
        "employers": named,
        "without_employer": named,
        "languages": read,
        "without_language": read,
    }


def _name_of(field: str, word: str) -> str:
    return formats.language_name(word) if "language" in field else word


def lines_to_start_from(programme: Programme, pk: str) -> dict[str, Any]:
    """Return what a form begins with for a saved audience; nothing if there is none of that key."""
    saved = _saved(programme).filter(pk=number_in(pk)).first()
    return initial_lines(lines_of(saved)) | _start(saved) if saved else {}


def number_in(value: str) -> int:
    """Return the id that an address names; 0 where it names none."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else 0


def _start(saved: Audience) -> dict[str, Any]:
    return {"follows": saved.pk, "taken": str(saved.pk)}


def initial_lines(lines: Lines) -> dict[str, Any]:
    """Return what a form begins with for some lines."""
    without: Mapping[str, Sequence[Any]] = lines.without
    follows = lines.follows
    return {
        **{name: getattr(lines, name) for name in (*RELATIONS, *WORDS)},
        **{f"without_{kind}": without.get(kind, []) for kind in KINDS},
        **(_start(follows) if follows else {"follows": None, "taken": ""}),
    }
