"""Taking a file of terms into the glossary of a programme."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from onelift.exchange.glossary_file import NOTE, FileTerm
from onelift.exchange.services.term import save_term
from programmes.design.folding import folded
from programmes.design.formats import language_title
from programmes.models import Programme, Term
from programmes.queries.terms import english_of, terms_of, word_in
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.value import RowError, WrongRowsError


@dataclass(frozen=True)
class Glossarian:
    """Who writes a glossary: in which languages, and whether terms and meanings too."""

    by: Any
    languages: Collection[str]
    is_whole: bool


@transaction.atomic
def import_terms(
    programme: Programme,
    rows: Iterable[FileTerm],
    unread: Iterable[RowError],
    writer: Glossarian,
    now: datetime,
) -> int:
    """Add and change the terms of a file, all or none; return how many rows changed something.

    A term is known by its English. An empty cell changes nothing.

    Raises:
        WrongRowsError: some cannot be taken, or could not be read (``unread``).

    """
    known = {folded(english_of(term)): term for term in terms_of(programme)}
    wrong, changed = list(unread), 0
    for row in rows:
        term = known.get(folded(row.english), Term(programme=programme))
        try:
            changed += _take(term, row, writer, now)
        except ValidationError as refusal:
            wrong.append(RowError(row.number, " ".join(refusal.messages)))
    if wrong:
        raise WrongRowsError(sorted(wrong, key=lambda one: one.number))
    return changed


def _take(term: Term, row: FileTerm, writer: Glossarian, now: datetime) -> bool:
    words = {code: word for code, word in row.words.items() if word != word_in(term, code)}
    note = row.cells.get(NOTE) or term.note
    if not term.pk:
        words[SOURCE_LANGUAGE] = row.english
    elif not words and note == term.note:
        return False
    _check_rights(term, words, writer, is_noted=note != term.note)
    save_term(term, words, now, writer.by, note=note)
    return True


def _check_rights(
    term: Term, words: Mapping[str, str], writer: Glossarian, *, is_noted: bool
) -> None:
    if (not term.pk or is_noted) and not writer.is_whole:
        raise ValidationError(
            _("Only the communication team and programme managers add terms and meanings.")
        )
    others = [code for code in words if code not in (*writer.languages, SOURCE_LANGUAGE)]
    if others:
        text = _("You do not translate into %(language)s. Leave this column as it was.")
        raise ValidationError(text % {"language": language_title(others[0])})
