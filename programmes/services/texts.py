"""Writing texts and moving them through their states, one language at a time.

Each verb locks the row, reads the text as the database has it and touches the columns of its own
language only, so that two translators never overwrite each other.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q

from programmes.models import TextState, fingerprint
from programmes.queries.texts import (
    APPROVED,
    DRAFT,
    SOURCE_LANGUAGE,
    TEXT,
    column_of,
    source_elsewhere,
    source_of,
    text_of,
)


class TextChangedError(Exception):
    """Somebody else has written this text since the writer opened it.

    Attributes:
        text: what is there now, by field name.
        by: who wrote it, if that is known.

    """

    def __init__(self, text: Mapping[str, str], by: AbstractBaseUser | None = None) -> None:
        super().__init__("the text has changed")
        self.text = text
        self.by = by


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
    is_wording: bool = False,
    by_machine: bool = False,
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
        is_wording: whether a change of the English leaves its meaning, so that other languages
            stay as ready as they are; who writes them is asked whether they are still right.
        by_machine: whether a service wrote it. Whoever saves it as it is has read it.

    Raises:
        TextChangedError: the text is no longer the one of ``text_seen``.
        ValueError: the language is none that content can have.

    """
    if language not in dict(settings.LANGUAGES):
        raise ValueError(language)
    new = {name: _tidy(value) for name, value in values.items()}
    stored = _locked(obj)
    old = text_of(stored, language, tuple(new))
    row = _row(obj, language, group)
    if text_seen is not None and text_seen != fingerprint(old) and old != new:
        raise TextChangedError(old, row.writer if row else None)
    if row and old == new:
        return _read(row, by_machine=by_machine)
    _save_columns(obj, language, new)
    if is_wording and language == SOURCE_LANGUAGE:
        let_stand(type(obj), [obj.pk], fingerprint(old), fingerprint(new), group=group)
    elsewhere = source_elsewhere(stored)
    source = new if language == SOURCE_LANGUAGE else text_of(stored, SOURCE_LANGUAGE, tuple(new))
    return _record(
        obj,
        language,
        group,
        row,
        state=DRAFT,
        source_fingerprint=source_seen or elsewhere or fingerprint(source),
        wording_fingerprint=_wording_since(row, source_seen),
        text_fingerprint=fingerprint(new),
        changed_by=user,
        changed_at=now,
        by_machine=by_machine,
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
    text, row = _text_there(stored, language, fields), _row(obj, language, group)
    if text_seen is not None and text_seen != fingerprint(text):
        raise TextChangedError(text, row.writer if row else None)
    return _record(
        obj,
        language,
        group,
        row,
        is_decided=state == APPROVED,
        state=state,
        source_fingerprint=row.source_fingerprint if row else source_of(stored, fields),
        wording_fingerprint=row.wording_fingerprint if row else "",
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
    source: str = "",
    text_seen: str | None = None,
    source_seen: str | None = None,
) -> TextState:
    """Say that a stale text is still right: it gets the state that it had before.

    ``source`` is the fingerprint of what it is made from, where that is not known of its object.

    Raises:
        TextMissingError: nothing is written in this language.
        TextChangedError: the text or its source is no longer the one of ``text_seen`` or
            ``source_seen``.

    """
    stored = _locked(obj)
    there, source = _text_there(stored, language, fields), source or source_of(stored, fields)
    text, row = fingerprint(there), _row(obj, language, group)
    if text_seen not in (None, text) or source_seen not in (None, source):
        raise TextChangedError(there, row.writer if row else None)
    return _record(
        obj,
        language,
        group,
        row,
        state=row.state if row and row.text_fingerprint == text else DRAFT,
        source_fingerprint=source,
        wording_fingerprint="",
        text_fingerprint=text,
        changed_by=user,
        changed_at=now,
    )


def let_stand(
    model: type[Model], keys: Iterable[int], old: str, new: str, *, group: str = TEXT
) -> None:
    """Let texts that say what their source said until now stand beside its new wording.

    Args:
        model: that of the objects.
        keys: their ids.
        old: the fingerprint of the source until now; what was made from another one stays as it is.
        new: that of its new wording.
        group: the group of fields.

    """
    if old == new:
        return
    kind = ContentType.objects.get_for_model(model)
    rows = TextState.objects.filter(content_type=kind, object_id__in=list(keys), group=group)
    said = Q(source_fingerprint=old) | Q(wording_fingerprint=old)
    rows.filter(said).update(wording_fingerprint=new)


def forget_texts(obj: Model) -> None:
    """Delete what is known of the texts of an object that is about to be deleted."""
    kind = ContentType.objects.get_for_model(obj)
    TextState.objects.filter(content_type=kind, object_id=obj.pk).delete()


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


def _wording_since(row: TextState | None, source_seen: str | None) -> str:
    """Return the wording that came after the source that a writer saw."""
    is_same = row is not None and source_seen == row.source_fingerprint
    return row.wording_fingerprint if row is not None and is_same else ""


def _row(obj: Model, language: str, group: str) -> TextState | None:
    kind = ContentType.objects.get_for_model(obj)
    return TextState.objects.filter(
        content_type=kind, object_id=obj.pk, group=group, language=language
    ).first()


def _read(row: TextState, *, by_machine: bool) -> TextState:
    """Note that a person has saved what a service wrote."""
    if row.by_machine and not by_machine:
        row.by_machine = False
        row.save(update_fields=["by_machine"])
    return row


def _record(
    obj: Model,
    language: str,
    group: str,
    before: TextState | None,
    *,
    is_decided: bool = False,
    **values: Any,
) -> TextState:
    """Write the state of a text, and who has had a hand in it since it was last approved.

    Who decides on it has none, and ends that of the others.
    """
    values.setdefault("by_machine", False)
    known, user = before.writers if before else [], values["changed_by"]
    added = [user.pk] if user and user.pk not in known else []
    values["writers"] = [] if is_decided else [*known, *added]
    row, _made = TextState.objects.update_or_create(
        content_type=ContentType.objects.get_for_model(obj),
        object_id=obj.pk,
        group=group,
        language=language,
        defaults=values,
    )
    return row
