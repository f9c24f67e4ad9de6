"""Writing the glossary of a programme."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.design.folding import folded
from programmes.models import Programme, Term
from programmes.queries.terms import english_of
from programmes.queries.texts import SOURCE_LANGUAGE, column_of
from programmes.services.trail import recorded


@transaction.atomic
def save_term(
    term: Term,
    words: Mapping[str, str],
    now: datetime,
    by: Any = None,
    *,
    note: str | None = None,
) -> Term:
    """Save how a term is called in some languages; what is said of no other language changes.

    Args:
        term: a new term or one that is there.
        words: by the code of the language; English is the term itself.
        now: the moment.
        by: who writes it.
        note: what it means; None leaves it.

    Raises:
        ValidationError: another term of the programme is called so in English, or it has none.

    """
    Programme.objects.select_for_update().get(pk=term.programme_id)
    columns = {column_of("word", code): " ".join(word.split()) for code, word in words.items()}
    columns |= {} if note is None else {"note": note.strip()}
    for name, value in columns.items():
        setattr(term, name, value)
    if SOURCE_LANGUAGE in words:
        _check_english(term)
    with recorded(term, by, now, columns):
        # A new one has columns of other languages too, which are empty.
        term.save(update_fields=list(columns) if term.pk else None)
    return term


def _check_english(term: Term) -> None:
    english = folded(english_of(term))
    if not english:
        raise ValidationError(_("Enter the term in English."))
    others = Term.objects.filter(programme=term.programme_id).present().exclude(pk=term.pk)
    column = column_of("word", SOURCE_LANGUAGE)
    if english in {folded(word or "") for word in others.values_list(column, flat=True)}:
        words = {"term": english_of(term)}
        raise ValidationError(_("“%(term)s” is already in the glossary.") % words)


@transaction.atomic
def remove_term(term: Term, now: datetime, by: Any = None) -> Term:
    """Take a term out of the glossary; it stays, so that it can be put back."""
    return _set_removed(term, now, now, by)


@transaction.atomic
def restore_term(term: Term, now: datetime, by: Any = None) -> Term:
    """Put a term back.

    Raises:
        ValidationError: another term has its place by now.

    """
    Programme.objects.select_for_update().get(pk=term.programme_id)
    _check_english(term)
    return _set_removed(term, None, now, by)


def _set_removed(term: Term, removed_at: datetime | None, now: datetime, by: Any) -> Term:
    term.removed_at = removed_at
    with recorded(term, by, now, ["removed_at"]):
        term.save(update_fields=["removed_at"])
    return term
