"""What a program can tell of a translation: numbers, placeholders, links, what is empty, length."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.desk.queries.sentence_rows import SentenceRow
from communications.messages.rendering import page_links, unknown_placeholders
from programmes.design import formats
from programmes.design.substance import (
    NAMES,
    PLACEHOLDER,
    numbers_beside,
    numbers_in,
    numbers_written,
)
from programmes.queries.terms import TermWord, words_in

LONGEST_SUBJECT = 60
# How long a text usually is, as a share of the English: of other alphabets, and of the scripts
# that write a word with a sign or two.
USUAL, USUAL_WIDE = (0.75, 1.45), (0.2, 0.8)
WIDE_LANGUAGES = ("zh", "ja", "ko")
# Less than this much text has no usual length.
LEAST_SIGNS = 40


@dataclass(frozen=True)
class Check:
    """What was compared; ``tone`` is ``bad``, ``warn`` (a hint) or ``good``.

    ``row`` is the number of the row to look at, if there is one. A hint that ``holds`` is to be
    settled before the text is ready: while somebody types, it is no fault yet. ``word`` is what
    the glossary says instead, to be put in.
    """

    tone: str
    title: str
    detail: str = ""
    row: int | None = None
    holds: bool = False
    word: str = ""


def checks_of(
    rows: Sequence[SentenceRow],
    language: str,
    extra: frozenset[str],
    words: Sequence[TermWord] = (),
) -> list[Check]:
    """Return what is wrong with a text, what to look at, and what was found right, in that order.

    Args:
        rows: the text beside its source.
        language: the code of the text.
        extra: the placeholders of the message's source.
        words: the glossary in this language.
    """
    if not any(row.text.strip() for row in rows[1:]):
        return []
    written = [row for row in rows if row.text.strip()]
    found = [
        *_numbers(written, language),
        *_placeholders(written, extra),
        *_links(written, extra),
        *_empty(rows),
        *_length(rows, language),
        *_terms(written, words),
    ]
    return sorted(found, key=lambda check: ("bad", "warn", "good").index(check.tone))


def _numbers(rows: Sequence[SentenceRow], language: str) -> Iterator[Check]:
    both = [row for row in rows if row.source]
    counted = [(row, numbers_in(row.source), numbers_beside(row.source, row.text)) for row in both]
    wrong = [_differs(row, said, own, language) for row, said, own in counted if said - own]
    yield from wrong
    if not wrong and any(said for _row, said, _own in counted):
        yield Check("good", _("Numbers match"))


def _differs(row: SentenceRow, said: Counter[str], own: Counter[str], language: str) -> Check:
    there = _written(numbers_written(row.source), said - own)
    here = _written(numbers_written(row.text, is_english=False), own - said)
    detail = _("English says %(there)s, %(language)s says %(here)s.")
    if not here:
        detail = _("English says %(there)s, %(language)s does not.")
    values = {"there": there, "here": here, "language": formats.language_name(language)}
    return Check("bad", _("A number differs"), detail % values, row.number)


def _written(numbers: Iterable[tuple[str, str]], wanted: Counter[str]) -> str:
    """Return numbers as a text writes them."""
    return formats.enumeration([written for written, plain in numbers if plain in wanted])


def _placeholders(rows: Sequence[SentenceRow], extra: frozenset[str]) -> Iterator[Check]:
    unknown = unknown_placeholders("\n".join(row.text for row in rows), extra)
    for one in unknown:
        row = next((row.number for row in rows if one in row.text), None)
        yield Check("bad", _("%(name)s is not a placeholder") % {"name": one}, "", row)
    said, written = (_named(rows, part) for part in ("source", "text"))
    for name in sorted(said - written):
        place = next(row.number for row in rows if name in PLACEHOLDER.findall(row.source))
        tone = "warn" if name in NAMES else "bad"
        yield Check(tone, _("%(name)s is missing") % {"name": f"{{{{ {name} }}}}"}, "", place)
    if said and said <= written and not unknown:
        yield Check("good", _("Placeholders kept"), formats.listed(sorted(said)))


def _named(rows: Sequence[SentenceRow], part: str) -> set[str]:
    return {name for row in rows for name in PLACEHOLDER.findall(getattr(row, part))}


def _links(rows: Sequence[SentenceRow], extra: frozenset[str]) -> Iterator[Check]:
    said, written = (
        page_links("\n\n".join(getattr(row, part) for row in rows), extra)
        for part in ("source", "text")
    )
    lost = [one for one in said if one not in written]
    if len(written) < len(said):
        row = next((row.number for row in rows if lost[0] in row.source), None)
        yield Check("bad", _("A link is missing"), lost[0], row)
    elif lost:
        row = next((row.number for row in rows if lost[0] in row.source), None)
        yield Check("warn", _("A link goes to a different address"), lost[0], row)
    elif said:
        yield Check("good", _("Links kept"))


def _empty(rows: Sequence[SentenceRow]) -> Iterator[Check]:
    left = [row for row in rows if row.source and not row.text.strip()]
    gone = [row for row in rows if not row.source and row.text.strip()]
    if left:
        words = ngettext("%(n)s sentence is empty", "%(n)s sentences are empty", len(left))
        yield Check("warn", words % {"n": formats.number(len(left))}, "", left[0].number, True)
    for row in gone:
        yield Check("warn", _("No longer in the English"), row.text[:80], row.number)


def _length(rows: Sequence[SentenceRow], language: str) -> Iterator[Check]:
    subject = len(rows[0].text)
    if subject > LONGEST_SUBJECT:
        words = _("%(n)s of %(most)s characters. Phones will cut it off.")
        said = words % {"n": subject, "most": LONGEST_SUBJECT}
        yield Check("warn", _("The subject is long"), said, 0)
    both = [(len(row.source), len(row.text)) for row in rows[1:] if row.text and row.source]
    english, own = (sum(part) for part in zip(*both, strict=True)) if both else (0, 0)
    if english < LEAST_SIGNS:
        return
    low, high = USUAL_WIDE if language.startswith(WIDE_LANGUAGES) else USUAL
    words = _("%(share)s of the English length. Usual range: %(low)s to %(high)s.")
    share, *usual = (formats.percent(value) for value in (own / english, low, high))
    said = words % {"share": share, "low": usual[0], "high": usual[1]}
    fits = low <= own / english <= high
    yield Check("good" if fits else "warn", _("Length fits") if fits else _("Check length"), said)


def _terms(rows: Sequence[SentenceRow], words: Sequence[TermWord]) -> Iterator[Check]:
    """Yield a hint for each term of the glossary whose word is not used, at the first place."""
    hinted: set[str] = set()
    for row in rows:
        for one in words_in(words, row.source) if words else ():
            if one.word and one.english not in hinted and not one.is_used_in(row.text):
                hinted.add(one.english)
                yield term_hint(one, row.number)


def term_hint(term: TermWord, row: int | None = None) -> Check:
    """Return the hint that a text does not use the glossary's word for a term of the English."""
    names = {"term": term.english, "word": term.word}
    title = _("“%(term)s”: the glossary says %(word)s") % names
    return Check("warn", title, term.note, row, word=term.word)


def refusals_of(checks: Sequence[Check]) -> list[Check]:
    """Return what must be settled, or confirmed, before a text is called ready."""
    return [check for check in checks if check.tone == "bad" or check.holds]
