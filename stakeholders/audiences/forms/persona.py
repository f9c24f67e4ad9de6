"""What is typed about a persona: what is said of it per language, and who belongs."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from programmes.design import formats
from programmes.design.fields import KeptTextField, KeysField
from programmes.forms.shared_text import to_be_replaced
from programmes.models import BusinessLine, Region, Service, Site, fingerprint
from programmes.queries.texts import SOURCE_LANGUAGE, text_of, translated_fields
from stakeholders.audiences.models import Persona
from stakeholders.audiences.models.persona import RELATIONS
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.people import lines_of_people
from stakeholders.audiences.queries.picking import picked_in
from stakeholders.audiences.services.persona import WORDS, PersonaData
from stakeholders.people.models import Person
from stakeholders.people.models.person import PersonQuerySet

SHOWN_UNKNOWN = 12
TEXTS = ("name", "needs", "what_changes")


class PersonaTextForm(forms.Form):
    """What is said of a persona in one language; ``text_seen`` is what the writer was shown."""

    name = KeptTextField(label=_("Name"), max_length=120, required=False)
    needs = KeptTextField(
        label=_("Needs"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What they need from IT in their work."),
    )
    what_changes = KeptTextField(
        label=_("What changes for them"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("In their words, in the order they will notice it."),
    )
    text_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, persona: Persona, language: str, **kwargs: Any) -> None:
        self.language = language
        texts = text_of(persona, language)
        initial = {**texts, "text_seen": fingerprint(texts), **kwargs.pop("initial", {})}
        super().__init__(data, initial=initial, **kwargs)
        direction = formats.locale_of(language).text_direction
        for name in TEXTS:
            self.fields[name].widget.attrs |= {"lang": language, "dir": direction}

    def texts(self) -> dict[str, str]:
        """Return what was typed, by field."""
        return {name: self.cleaned_data[name] for name in TEXTS}

    @property
    def text_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in TEXTS]

    def show_theirs(self, theirs: dict[str, str], by: object = None) -> None:
        """Keep what was typed, show what ``by`` or somebody wrote; the next save replaces it."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["text_seen"] = fingerprint(theirs)  # type: ignore[index]
        self.add_error(None, to_be_replaced(by))
        for name in translated_fields(Persona):
            if theirs[name] != self.cleaned_data.get(name):
                self.add_error(name, _("Their version: %(text)s") % {"text": theirs[name]})


class Counted(KeysField):
    """Objects with the number of people behind each."""

    counts: Counter[Any] = Counter()

    def label_from_instance(self, obj: Any) -> str:
        return _labelled(str(obj), self.counts[obj.pk])


def _labelled(name: str, people: int) -> str:
    return f"{name} ({formats.number(people)})"


def _ticks(label: Any, objects: Any) -> Any:
    widget = forms.CheckboxSelectMultiple
    return Counted(objects, label=label, required=False, widget=widget)


class PersonaForm(PersonaTextForm):
    """A whole persona with its English texts."""

    RULE = ("business_lines", "jobs", "regions", "sites", "employers")
    KINDS = (("rule", _("By rule")), ("picked", _("Picked by hand")))

    channels = forms.MultipleChoiceField(
        label=_("Channels that reach them"),
        required=False,
        choices=Persona.Channel.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    services = KeysField(
        Service.objects.none(),
        label=_("Their services"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A service without a persona is for everyone."),
    )
    kind = forms.ChoiceField(
        label=_("How members are chosen"),
        choices=KINDS,
        widget=forms.RadioSelect,
        help_text=_(
            "A rule follows the personnel files; people picked by hand stay until you change them."
        ),
    )
    business_lines = _ticks(_("Business lines"), BusinessLine.objects.none())
    jobs = forms.MultipleChoiceField(
        label=_("Jobs"),
        required=False,
        widget=forms.SelectMultiple({"size": 10}),
        help_text=_("As in the personnel files, most frequent first. Hold Ctrl to select several."),
    )
    regions = _ticks(_("Regions"), Region.objects.none())
    sites = Counted(
        Site.objects.none(),
        label=_("Sites"),
        required=False,
        widget=forms.SelectMultiple({"size": 8}),
        help_text=_("People at these sites, and in the regions above."),
    )
    employers = forms.MultipleChoiceField(
        label=_("Employers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    picked = KeptTextField(
        label=_("Personnel numbers or email addresses"),
        required=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        help_text=_("Paste a column or a list. Any separator works."),
    )

    def __init__(self, data: Any = None, *, persona: Persona, may_pick: bool = True) -> None:
        initial = _initial(persona) if persona.pk else {"kind": "rule"}
        self._programme = persona.programme_id
        # Hidden people stay: those who left, and those at sites without a wave.
        self._unseen = _unseen(persona) if persona.pk else []
        super().__init__(data, persona=persona, language=SOURCE_LANGUAGE, initial=initial)
        self.fields["name"].required = True
        self._offer(persona)
        if not may_pick:
            del self.fields["picked"]
            self.fields["kind"].choices = self.KINDS[:1]  # type: ignore[attr-defined]

    def _offer(self, persona: Persona) -> None:
        """Offer what people have, with how many have it; what is chosen stays on offer."""
        fields: dict[str, Any] = self.fields
        programme = persona.programme
        fields["services"].queryset = programme.services.all()
        people = Rule(programme=programme.pk).people()
        sites = Site.objects.filter(wave_sites__wave__programme=programme).select_related("region")
        counts = _counts(people, "site", "business_line", "job", "employer")
        at = counts["site"]
        kept = self.initial.get("business_lines") or ()
        fields["business_lines"].queryset = lines_of_people(Person.objects.of(programme.pk), kept)
        fields["business_lines"].counts = counts["business_line"]
        fields["sites"].queryset, fields["sites"].counts = sites, at
        fields["regions"].queryset = Region.objects.filter(sites__in=sites).distinct()
        fields["regions"].counts = _by_region(sites, at)
        fields["jobs"].choices = _words(counts["job"], persona.jobs)
        fields["employers"].choices = _words(counts["employer"], persona.employers)

    def clean_picked(self) -> list[Any]:
        """Return the people who are meant; raises ValidationError that names who is unknown."""
        found = picked_in(self.cleaned_data["picked"], self._programme)
        errors = [
            sentence % {"words": _some(words)}
            for words, sentence in (
                (found.unknown, _("No employee matches: %(words)s. Correct or remove them.")),
                (
                    found.several,
                    _("Several people match: %(words)s. Enter personnel numbers instead."),
                ),
            )
            if words
        ]
        if errors and self.data.get("kind") == "picked":
            raise ValidationError(errors)
        return found.people

    def clean(self) -> dict[str, Any]:
        """Ask for at least one line, or one person: an empty persona means nobody."""
        values = super().clean() or {}
        if values.get("kind") == "rule" and not any(values.get(name) for name in self.RULE):
            self.add_error(
                "kind", _("Choose at least one criterion. A rule without criteria matches no one.")
            )
        if values.get("kind") == "picked" and "picked" in values and not values["picked"]:
            self.add_error("picked", _("Paste at least one personnel number or email address."))
        return values

    def persona(self) -> PersonaData:
        """Return what was typed, of the chosen kind only; the form must be valid."""
        values = self.cleaned_data
        theirs = {name: values[name] for name in ("channels", "services")}
        if values["kind"] == "picked":
            people = [*values["picked"], *self._unseen]
            return PersonaData(is_hand_picked=True, people=people, **theirs)
        return PersonaData(**theirs, **{name: values[name] for name in self.RULE})

    @property
    def rule_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.RULE]


def _seen(persona: Persona) -> PersonQuerySet:
    """Return those of the people picked by hand whom the programme has now."""
    theirs = persona.people.values("pk")
    return Person.objects.of(persona.programme_id).active().filter(pk__in=theirs)


def _unseen(persona: Persona) -> list[Person]:
    return list(persona.people.exclude(pk__in=_seen(persona).values("pk")))


def _initial(persona: Persona) -> dict[str, Any]:
    numbers = _seen(persona).values_list("personnel_number", flat=True)
    return {
        **{name: list(getattr(persona, name).all()) for name in (*RELATIONS, "services")},
        **{name: getattr(persona, name) for name in WORDS},
        "kind": "picked" if persona.is_hand_picked else "rule",
        "picked": "\n".join(numbers),
    }


def _counts(people: PersonQuerySet, *columns: str) -> dict[str, Counter[Any]]:
    """Count people by the values of each column, in one query for all."""
    found: dict[str, Counter[Any]] = {column: Counter() for column in columns}
    for row in people.order_by().values(*columns).annotate(n=Count("*")):
        for column in columns:
            found[column][row[column]] += row["n"]
    return found


def _by_region(sites: Iterable[Site], at: Counter[int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for site in sites:
        found[site.region_id] += at[site.pk]
    return found


def _words(counts: Counter[str], chosen: Iterable[str]) -> list[tuple[str, str]]:
    offered = [word for word, _n in formats.most_first(counts) if word]
    gone = [word for word in chosen if word not in counts]
    return [(word, _labelled(word, counts[word])) for word in (*gone, *offered)]


def _some(words: list[str]) -> str:
    shown = formats.listed(words[:SHOWN_UNKNOWN])
    rest = len(words) - SHOWN_UNKNOWN
    return f"{shown} + {formats.number(rest)}" if rest > 0 else shown
