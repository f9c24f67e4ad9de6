"""Writing texts and moving them through their states, one language at a time.

Each verb locks the row, reads the text as the database has it and touches the columns of its own
language only, so that two translators never overwrite each other.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model

from programmes.models import TextState, fingerprint
from programmes.queries.texts import DRAFT, SOURCE_LANGUAGE, TEXT, column_of, text_of


class TextChangedError(Exception):
    """Somebody else has written this text since the writer opened it.

    Attributes:
        text: what is there now, by field name.

    """

    def __init__(self, text: Mapping[str, str]) -> None:
        super().__init__("the text has changed")
        self.text = text


class TextMissingError(Exception):
    """There is no text in this language whose state could change."""


@transaction.atomic
def write_text(
    obj: Model,
    language: str,
    values: Mapping[str, str],
    user: AbstractBaseUser | None,
    now: datetime,
    *,
    group: str = TEXT,
    text_seen: str | None = None,
    source_seen: str | None = None,
) -> TextState:
    """Save one language of a text as a draft; an unchanged text keeps its state.

    Args:
        obj: the object; its attributes of this language are set as well.
        language: the code, of ``settings.LANGUAGES``.
        values: the text of each field of the group. Outer spaces and kinds of line breaks do
            not count as a change.
        user: who wrote it; None for the system.
        now: the moment of the change.
        group: the group of fields.
        text_seen: the fingerprint of the text that the writer was shown. Given, somebody
            else's newer text is not overwritten.
        source_seen: the fingerprint of the English that was translated; without it, the
            English of this moment.

    Raises:
        TextChangedError: the text is no longer the one of ``text_seen``.
        ValueError: the language is none that content can have.

    """
    if language not in dict(settings.LANGUAGES):
        raise ValueError(language)
    new = {name: _tidy(value) for name, value in values.items()}
    stored = _locked(obj)
    old = text_of(stored, language, tuple(new))
    if text_seen is not None and text_seen != fingerprint(old) and old != new:
        raise TextChangedError(old)
    row = _row(obj, language, group)
    if row and old == new:
        return row
    _save_columns(obj, language, new)
    source = new if language == SOURCE_LANGUAGE else text_of(stored, SOURCE_LANGUAGE, tuple(new))
    return _record(
        obj,
        language,
        group,
        state=DRAFT,
        source_fingerprint=source_seen or fingerprint(source),
        text_fingerprint=fingerprint(new),
        changed_by=user,
        changed_at=now,
    )


@transaction.atomic
def mark(
    obj: Model,
    language: str,
    state: str,
    user: AbstractBaseUser | None,
    now: datetime,
    *,
    fields: Sequence[str] | None = None,
    group: str = TEXT,
    text_seen: str | None = None,
) -> TextState:
    """Move a text to ``draft``, ``review`` or ``approved``; a stale one stays stale.

    Raises:
        TextMissingError: nothing is written in this language.
        TextChangedError: the text is no longer the one of ``text_seen``.
        ValueError: there is no such state.

    """
    state = TextState.State(state).value
    stored = _locked(obj)
    text = _text_there(stored, language, fields)
    if text_seen is not None and text_seen != fingerprint(text):
        raise TextChangedError(text)
    row = _row(obj, language, group)
    return _record(
        obj,
        language,
        group,
        state=state,
        source_fingerprint=row.source_fingerprint if row else _source_of(stored, fields),
        text_fingerprint=fingerprint(text),
        changed_by=user,
        changed_at=now,
    )


@transaction.atomic
def confirm_unchanged(
    obj: Model,
    language: str,
    user: AbstractBaseUser | None,
    now: datetime,
    *,
    fields: Sequence[str] | None = None,
    group: str = TEXT,
) -> TextState:
    """Say that a stale text is still right: it gets the state that it had before.

    Raises:
        TextMissingError: nothing is written in this language.

    """
    stored = _locked(obj)
    text = fingerprint(_text_there(stored, language, fields))
    row = _row(obj, language, group)
    return _record(
        obj,
        language,
        group,
        state=row.state if row and row.text_fingerprint == text else DRAFT,
        source_fingerprint=_source_of(stored, fields),
        text_fingerprint=text,
        changed_by=user,
        changed_at=now,
    )


@transaction.atomic
def publish(
    obj: Model,
    language: str,
    user: AbstractBaseUser | None,
    now: datetime,
    *,
    text_seen: str | None = None,
) -> TextState:
    """Approve a text as it stands, for all readers; of a stale one it says that it is right.

    Raises:
        TextMissingError: nothing is written in this language.
        TextChangedError: the text is no longer the one of ``text_seen``.

    """
    mark(obj, language, TextState.State.APPROVED, user, now, text_seen=text_seen)
    return confirm_unchanged(obj, language, user, now)


def _tidy(value: str) -> str:
    """Return a text as it is kept: NFC, line feeds, no space around it."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _locked(obj: Model) -> Model:
    return type(obj)._default_manager.select_for_update().get(pk=obj.pk)


def _save_columns(obj: Model, language: str, values: Mapping[str, str]) -> None:
    columns = {column_of(name, language): value for name, value in values.items()}
    for column, value in columns.items():
        setattr(obj, column, value)
    obj.save(update_fields=columns)


def _text_there(stored: Model, language: str, fields: Sequence[str] | None) -> dict[str, str]:
    text = text_of(stored, language, fields)
    if not any(text.values()):
        raise TextMissingError(language)
    return text


def _source_of(stored: Model, fields: Sequence[str] | None) -> str:
    return fingerprint(text_of(stored, SOURCE_LANGUAGE, fields))


def _row(obj: Model, language: str, group: str) -> TextState | None:
    kind = ContentType.objects.get_for_model(obj)
    return TextState.objects.filter(
        content_type=kind, object_id=obj.pk, group=group, language=language
    ).first()


def _record(obj: Model, language: str, group: str, **values: Any) -> TextState:
    row, _made = TextState.objects.update_or_create(
        content_type=ContentType.objects.get_for_model(obj),
        object_id=obj.pk,
        group=group,
        language=language,
        defaults=values,
    )
    return row
