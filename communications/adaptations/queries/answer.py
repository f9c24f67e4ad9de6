"""What one person gets of a message, looked up by name, and by which rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.adaptations.queries.who import NO_VOICE, languages_in
from communications.messages.models import Adaptation, AdaptationVersion
from communications.messages.queries.adaptation import most_specific_first, voice_of_each
from communications.messages.queries.adapted_core import Core
from communications.messages.rendering import adapted_language, reading_language
from programmes.design import formats
from programmes.scope import Scope
from stakeholders.models import Person
from stakeholders.people.models.names import words_of

# So many people of a name are answered for.
NAMED = 5
LONGEST_NAME = 80


@dataclass(frozen=True)
class Answer:
    """What one person gets, in a sentence, and why, in further ones."""

    person: Person
    sentence: str
    rules: list[str]


@dataclass(frozen=True)
class Answers:
    """The first people of a name, and how many more have it."""

    shown: Sequence[Answer] = ()
    more: int = 0


def answers_for(core: Core, adaptations: Sequence[Adaptation], scope: Scope, name: str) -> Answers:
    """Return what people of a name get, for those who may read records of persons."""
    sought = name.strip()[:LONGEST_NAME]
    words = words_of(sought)
    if not words or not scope.may("people.read"):
        return Answers()
    found = core.rule.people().within(scope).sought(sought, words)
    voices = [(one.pk, one.criteria()) for one in adaptations]
    told = found.annotate(voice=voice_of_each(voices) if voices else NO_VOICE)
    by_key = {one.pk: one for one in adaptations}
    people = told.select_related("site").order_by("last_name", "first_name", "pk")[:NAMED]
    shown = [
        _answer(person, by_key.get(getattr(person, "voice", None) or 0), adaptations, core)
        for person in people
    ]
    return Answers(shown, found.count() - len(shown) if len(shown) == NAMED else 0)


def _answer(
    person: Person, adaptation: Adaptation | None, adaptations: Sequence[Adaptation], core: Core
) -> Answer:
    written = languages_in(core.message, core.message.programme.languages)
    if adaptation is None:
        rules = [_("No adaptation is for them.")] if adaptations else []
        return Answer(person, _core(person, reading_language(person.language, written)), rules)
    rules = [_why(person, adaptation, adaptations), *_not_yet(person, adaptation)]
    if not adaptation.has_email:
        return Answer(person, _adapted(person, adaptation, None), rules)
    own = languages_in(adaptation, core.message.programme.languages)
    is_adapted, language = adapted_language(person.language, own, written)
    if is_adapted:
        return Answer(person, _adapted(person, adaptation, language), rules)
    only = _("The version for %(people)s is not in their language.") % {"people": adaptation}
    return Answer(person, _core(person, language), [only, *rules[:1]])


def _core(person: Person, language: str | None) -> str:
    values = {"person": person, "site": person.site}
    if language is None:
        return _("%(person)s, %(site)s, gets no email: there is no text for them.") % values
    sentence = _("%(person)s, %(site)s, gets the core message (%(language)s).")
    return sentence % {**values, "language": formats.language_name(language)}


def _adapted(person: Person, adaptation: Adaptation, language: str | None) -> str:
    values = {"person": person, "site": person.site, "people": adaptation}
    if language is None:
        return _("%(person)s, %(site)s, gets the version for %(people)s, without email.") % values
    sentence = _("%(person)s, %(site)s, gets the version for %(people)s (%(language)s).")
    return sentence % {**values, "language": formats.language_name(language)}


def _why(person: Person, adaptation: Adaptation, adaptations: Sequence[Adaptation]) -> str:
    """Return why it is this one of all adaptations."""
    also = _also(person, adaptation, adaptations)
    if not also:
        return _("It is the only one that means them.")
    return ngettext(
        "It is more specific than the one for %(others)s.",
        "It is more specific than those for %(others)s.",
        len(also),
    ) % {"others": formats.enumeration([str(one) for one in also])}


def _not_yet(person: Person, adaptation: Adaptation) -> list[str]:
    """Return what they get until an adaptation is approved as it is written now, if that is due."""
    versions = adaptation.versions.all()
    standing = [v for v in versions if v.state == AdaptationVersion.State.APPROVED]
    here = Person.objects.filter(pk=person.pk)
    if any(here.filter(v.frozen.criteria.condition()).exists() for v in standing):
        return []
    return [_("It is not approved for them yet. Until then they get what is approved.")]


def _also(
    person: Person, chosen: Adaptation, adaptations: Sequence[Adaptation]
) -> list[Adaptation]:
    """Return the other adaptations that mean a person, in their order."""
    order = most_specific_first((one.pk, one.criteria()) for one in adaptations)
    by_key = {one.pk: one for one in adaptations}
    here = Person.objects.filter(pk=person.pk)
    return [
        by_key[pk]
        for pk, criteria in order
        if pk != chosen.pk and here.filter(criteria.condition()).exists()
    ]
