"""What a program can tell of a text of an adaptation: what it must hold, and what to look at."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from communications.adaptations.queries.forms import EMAIL, FIELDS
from communications.adaptations.queries.points import Point, by_size
from communications.desk.queries.text_checks import Check, refusals_of, term_hint
from communications.dispatches.sources import source_of
from communications.messages.channels.foreign_words import foreign_words
from communications.messages.channels.lengths import guide, length_of
from communications.messages.models import Adaptation, ChannelText
from communications.messages.queries.channel_text import unfilled
from communications.messages.rendering import unknown_placeholders
from communications.messages.rendering.placeholders import WELL_FORMED, is_known
from communications.messages.rendering.proposal import OF_SITE
from programmes.design import formats
from programmes.design.substance import PLACEHOLDER, numbers_in
from programmes.queries.terms import TermWord, words_in
from programmes.queries.texts import SOURCE_LANGUAGE, text_of


def checks_of(
    adaptation: Adaptation,
    points: Sequence[Point],
    form: str,
    language: str,
    text: Mapping[str, str],
    words: Sequence[TermWord] = (),
) -> list[Check]:
    """Return what is wrong with a text, what to look at, and what was found right, in that order.

    Args:
        adaptation: whose text it is.
        points: the key points of its core, as it keeps them.
        form: the form of the text.
        language: its language.
        text: its fields.
        words: the glossary in this language; without it, no word is looked for.

    """
    if not any(text.values()):
        return []
    found = [
        *_parts(form, text),
        *_numbers(adaptation, points, text),
        *_placeholders(adaptation, form, text),
        *_lengths(form, language, text),
        *_foreign(form, language, text),
        *_terms(english_kept(adaptation, points), text, words),
    ]
    return sorted(found, key=lambda check: ("bad", "warn", "good").index(check.tone))


def refusal_of(
    adaptation: Adaptation,
    points: Sequence[Point],
    form: str,
    language: str,
    text: Mapping[str, str],
) -> str:
    """Return why a text cannot be called ready, in words; empty if it can."""
    wrong = refusals_of(checks_of(adaptation, points, form, language, text))
    return f"{wrong[0].title}. {wrong[0].detail}".strip() if wrong else ""


def _parts(form: str, text: Mapping[str, str]) -> Iterator[Check]:
    """Yield which parts are empty that its people cannot do without."""
    model = Adaptation if form == EMAIL else ChannelText
    fields: dict[str, Any] = {name: model._meta.get_field(name) for name in unfilled(text)}
    if empty := [str(field.verbose_name) for field in fields.values()]:
        said = _("Write these first: %(parts)s.") % {"parts": formats.enumeration(empty)}
        yield Check("bad", _("A part of the text is missing"), said)


def locked_in(adaptation: Adaptation, points: Sequence[Point]) -> Counter[str]:
    """Return the numbers that each text must hold: of kept key points, else of the core's text."""
    found: Counter[str] = Counter()
    for point in points:
        if point.is_kept:
            found |= point.numbers
    return found if points else numbers_of_core(adaptation)


def numbers_of_core(adaptation: Adaptation) -> Counter[str]:
    """Return the numbers of the core's English."""
    return numbers_in(english_of_core(adaptation))


def english_of_core(adaptation: Adaptation) -> str:
    """Return the English of the core, its subject on top."""
    return "\n".join(text_of(adaptation.message, SOURCE_LANGUAGE, FIELDS[EMAIL]).values())


def english_kept(adaptation: Adaptation, points: Sequence[Point]) -> str:
    """Return what each text says in other words: the key points that are kept, else the core."""
    kept = "\n".join(point.text for point in points if point.is_kept)
    return kept if points else english_of_core(adaptation)


def _numbers(
    adaptation: Adaptation, points: Sequence[Point], text: Mapping[str, str]
) -> Iterator[Check]:
    # Where something hangs is told in the kit, and not printed.
    own = numbers_in("\n".join(said for name, said in text.items() if name != "spot"))
    locked = locked_in(adaptation, points)
    # What the core says twice, in its subject and its text, an adaptation may say once.
    missing = sorted(locked.keys() - own.keys(), key=by_size)
    if missing:
        said = _("The core says %(numbers)s. Enter exactly these.")
        yield Check("bad", _("A number is missing"), said % {"numbers": formats.listed(missing)})
    known = locked | numbers_of_core(adaptation)
    for point in points:
        known |= point.numbers
    if other := sorted(own.keys() - known.keys(), key=by_size):
        said = _("%(numbers)s: check that they are right for your people.")
        title = _("Numbers that are not in the core")
        yield Check("warn", title, said % {"numbers": formats.listed(other)})
    if locked and not missing:
        yield Check("good", _("Numbers match"))


def _placeholders(adaptation: Adaptation, form: str, text: Mapping[str, str]) -> Iterator[Check]:
    """Yield what nobody can fill, and which personal links an email lacks.

    On paper only what all people of a site share is filled.
    """
    whole = "\n".join(text.values())
    for one in unknown_placeholders(whole, placeholders_of(adaptation, form)):
        yield Check("bad", _("%(name)s is not a placeholder") % {"name": one})
    if form == EMAIL:
        for name in sorted(links_of_core(adaptation) - set(PLACEHOLDER.findall(text["body"]))):
            yield Check("bad", _("%(name)s is missing") % {"name": f"{{{{ {name} }}}}"})
    used = {m[0]: m[1] for m in WELL_FORMED.finditer(whole)} if form != EMAIL else {}
    for one, name in used.items():
        if is_known(one, frozenset()) and name not in OF_SITE:
            yield Check("bad", _("%(name)s has no value on paper") % {"name": one})


def placeholders_of(adaptation: Adaptation, form: str) -> frozenset[str]:
    """Return the placeholders of its source that a form may hold; on paper nobody fills them."""
    return source_of(adaptation.message).placeholders if form == EMAIL else frozenset()


def links_of_core(adaptation: Adaptation) -> frozenset[str]:
    """Return the placeholders of the core that are personal links: each email must hold them."""
    body = text_of(adaptation.message, SOURCE_LANGUAGE, FIELDS[EMAIL])["body"]
    own = placeholders_of(adaptation, EMAIL) & set(PLACEHOLDER.findall(body))
    return frozenset(name for name in own if name.endswith("_link"))


def _lengths(form: str, language: str, text: Mapping[str, str]) -> Iterator[Check]:
    long = [
        (length_of(value), most)
        for name, value in text.items()
        if (most := guide(form, name, language)) and length_of(value) > most
    ]
    for n, most in long:
        words = _("%(n)s of %(most)s characters")
        said = words % {"n": formats.number(n), "most": formats.number(most)}
        yield Check("warn", _("A line is long"), said)


def _foreign(form: str, language: str, text: Mapping[str, str]) -> Iterator[Check]:
    """Yield the words that belong to another channel; nothing is foreign to an email."""
    if form == EMAIL:
        return
    hints = foreign_words(form, language, text)
    for hint in hints:
        yield Check("warn", hint.said)
    if not hints:
        yield Check("good", _("No words of another channel"))


def _terms(english: str, text: Mapping[str, str], words: Sequence[TermWord]) -> Iterator[Check]:
    """Yield the terms of what is kept whose words the text does not use."""
    whole = "\n".join(text.values())
    for one in words_in(words, english) if words else ():
        if one.word and not one.is_used_in(whole):
            yield term_hint(one)
