"""How far each language of a text is, for any model whose fields are translated.

A group of fields is written and judged together; the group ``text`` is all translated fields of
the model unless a caller names fewer. English is the source of every other language.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

from programmes.models import TextState, fingerprint

SOURCE_LANGUAGE = settings.MODELTRANSLATION_DEFAULT_LANGUAGE
# States of a text that may be sent once it is approved.
READY = ("review", "approved")
TEXT = "text"

MISSING = "missing"
STALE = "stale"
DRAFT = TextState.State.DRAFT.value
REVIEW = TextState.State.REVIEW.value
APPROVED = TextState.State.APPROVED.value


@dataclass(frozen=True)
class TextStatus:
    """One language of one text.

    Attributes:
        language: the code.
        state: ``missing`` (no field has a text), ``draft``, ``review``, ``approved``, or
            ``stale`` where the English has changed since.
        text: what is written, by field name; empty strings where nothing is.

    """

    language: str
    state: str
    text: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of exactly this text."""
        return fingerprint(self.text)


def translated_fields(model: type[Model]) -> tuple[str, ...]:
    """Return the names of a model's translated fields, in their order."""
    return tuple(translator.get_options_for_model(model).all_fields)


def column_of(field: str, language: str) -> str:
    """Return the name of the column that holds a field in one language."""
    return build_localized_fieldname(field, language)


def text_of(obj: Model, language: str, fields: Sequence[str] | None = None) -> dict[str, str]:
    """Return what is written in exactly this language, without any fallback."""
    names = fields if fields is not None else translated_fields(type(obj))
    return {name: getattr(obj, column_of(name, language)) or "" for name in names}


def states_of(
    obj: Model,
    fields: Sequence[str] | None = None,
    languages: Iterable[str] | None = None,
    group: str = TEXT,
) -> dict[str, TextStatus]:
    """Return the status of each language of one text (all languages unless some are named)."""
    return states_of_many([obj], fields, languages, group)[obj.pk]


def states_of_many(
    objs: Sequence[Model],
    fields: Sequence[str] | None = None,
    languages: Iterable[str] | None = None,
    group: str = TEXT,
) -> dict[int, dict[str, TextStatus]]:
    """Return the status of each language of texts of one model, by id, in one query."""
    codes = list(languages) if languages is not None else [c for c, _ in settings.LANGUAGES]
    rows = _rows(objs, group)
    return {obj.pk: _statuses(obj, fields, codes, rows.get(obj.pk, {})) for obj in objs}


def writers_of(objs: Iterable[Model]) -> list[int]:
    """Return the ids of those who last wrote a text that is in review, or called it ready."""
    found: set[int] = set()
    for obj in objs:
        kind = ContentType.objects.get_for_model(obj)
        rows = TextState.objects.filter(content_type=kind, object_id=obj.pk, state=REVIEW)
        named = rows.exclude(changed_by=None)
        found.update(named.values_list("changed_by", flat=True))
    return sorted(found)


def _rows(objs: Sequence[Model], group: str) -> dict[int, dict[str, TextState]]:
    if not objs:
        return {}
    kind = ContentType.objects.get_for_model(objs[0])
    ids = [obj.pk for obj in objs]
    found: dict[int, dict[str, TextState]] = {}
    for row in TextState.objects.filter(content_type=kind, object_id__in=ids, group=group):
        found.setdefault(row.object_id, {})[row.language] = row
    return found


def _statuses(
    obj: Model,
    fields: Sequence[str] | None,
    languages: list[str],
    rows: Mapping[str, TextState],
) -> dict[str, TextStatus]:
    source = fingerprint(text_of(obj, SOURCE_LANGUAGE, fields))
    texts = {language: text_of(obj, language, fields) for language in languages}
    return {
        language: TextStatus(language, _state(language, text, rows.get(language), source), text)
        for language, text in texts.items()
    }


def _state(language: str, text: Mapping[str, str], row: TextState | None, source: str) -> str:
    """Judge one text; what was written past the services is a draft, whatever its row says."""
    if not any(text.values()):
        return MISSING
    if row is None:
        return DRAFT
    if language != SOURCE_LANGUAGE and row.source_fingerprint != source:
        return STALE
    return row.state if row.text_fingerprint == fingerprint(text) else DRAFT
