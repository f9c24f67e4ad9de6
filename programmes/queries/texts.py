"""How far each language of a text is, for any model whose fields are translated.

A group of fields is written and judged together; the group ``text`` is all translated fields of
the model unless a caller names fewer. English is the source of every other language. What is made
from a text elsewhere says so: its model has a method ``text_source`` that returns the fingerprint
of that text, and then no language of its own is the source of the others.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
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
        is_asked: whether the English has changed since in wording only, so that whoever writes
            the language is asked whether the text is still right.
        by_machine: whether a service wrote it, and nobody has saved it or called it ready since.
        source: the fingerprint of what it is made from now; empty for what is itself the source.
        made_from: the fingerprint of what it was made from; empty where nobody knows.

    """

    language: str
    state: str
    text: Mapping[str, str]
    is_asked: bool = False
    by_machine: bool = False
    source: str = ""
    made_from: str = ""

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of exactly this text."""
        return fingerprint(self.text)

    @property
    def source_of_part(self) -> str:
        """Return what the text is made from where only some of its fields are written now.

        The words that stay were made from an older source, and so is the text as a whole.
        """
        return self.source if self.state == MISSING else self.made_from or self.source


def translated_fields(model: type[Model]) -> tuple[str, ...]:
    """Return the names of a model's translated fields, in the order of the model."""
    # Modeltranslation holds them in a set.
    names = translator.get_options_for_model(model).all_fields
    return tuple(field.name for field in model._meta.fields if field.name in names)


def column_of(field: str, language: str) -> str:
    """Return the name of the column that holds a field in one language."""
    return build_localized_fieldname(field, language)


def text_of(obj: Model, language: str, fields: Sequence[str] | None = None) -> dict[str, str]:
    """Return what is written in exactly this language, without any fallback."""
    names = fields if fields is not None else translated_fields(type(obj))
    return {name: getattr(obj, column_of(name, language)) or "" for name in names}


def source_of(obj: Model, fields: Sequence[str] | None = None) -> str:
    """Return the fingerprint of what the texts of an object are made from now."""
    return source_elsewhere(obj) or fingerprint(text_of(obj, SOURCE_LANGUAGE, fields))


def source_elsewhere(obj: Model) -> str:
    """Return the same where it is not the object's own English, else nothing."""
    asked: Callable[[], str] | None = getattr(obj, "text_source", None)
    return asked() if asked else ""


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
    rows = _rows(objs, group, codes)
    return {obj.pk: _statuses(obj, fields, codes, rows.get(obj.pk, {})) for obj in objs}


def writers_of(objs: Iterable[Model]) -> list[int]:
    """Return the ids of all who had a hand in a text that may be sent, since it was approved.

    One that somebody called still right is approved as before, and still has their hand in it. One
    query for each model among the objects.
    """
    ids: dict[type[Model], list[int]] = defaultdict(list)
    for obj in objs:
        ids[type(obj)].append(obj.pk)
    found: set[int] = set()
    for model, keys in ids.items():
        kind = ContentType.objects.get_for_model(model)
        rows = TextState.objects.filter(content_type=kind, object_id__in=keys, state__in=READY)
        found.update(*(row.hands for row in rows))
    return sorted(found)


def _rows(
    objs: Sequence[Model], group: str, codes: Sequence[str]
) -> dict[int, dict[str, TextState]]:
    if not objs:
        return {}
    kind = ContentType.objects.get_for_model(objs[0])
    ids = [obj.pk for obj in objs]
    found: dict[int, dict[str, TextState]] = {}
    states = TextState.objects.filter(content_type=kind, object_id__in=ids, group=group)
    for row in states.filter(language__in=codes):
        found.setdefault(row.object_id, {})[row.language] = row
    return found


def _statuses(
    obj: Model,
    fields: Sequence[str] | None,
    languages: list[str],
    rows: Mapping[str, TextState],
) -> dict[str, TextStatus]:
    source = source_of(obj, fields)
    # Where the source lies elsewhere, English is made from it as every language is.
    original = "" if source_elsewhere(obj) else SOURCE_LANGUAGE
    texts = {language: text_of(obj, language, fields) for language in languages}
    return {
        language: status_in(
            language, text, rows.get(language), "" if language == original else source
        )
        for language, text in texts.items()
    }


def status_in(
    language: str, text: Mapping[str, str], row: TextState | None, source: str
) -> TextStatus:
    """Return the status of one language, by its row and the fingerprint of its source now.

    ``source`` is empty for what is itself the source of the others.
    """
    state = _state(text, row, source)
    is_other = row is not None and bool(source) and row.source_fingerprint != source
    is_asked = is_other and state not in (MISSING, STALE)
    by_machine, made = _is_by_machine(text, row), row.source_fingerprint if row else ""
    return TextStatus(language, state, text, is_asked, by_machine, source, made)


def made_from(row: TextState) -> tuple[str, str]:
    """Return the fingerprints of the sources that a text says the same as."""
    return row.source_fingerprint, row.wording_fingerprint


def _is_by_machine(text: Mapping[str, str], row: TextState | None) -> bool:
    return row is not None and row.by_machine and row.text_fingerprint == fingerprint(text)


def _state(text: Mapping[str, str], row: TextState | None, source: str) -> str:
    """Judge one text; what was written past the services is a draft, whatever its row says.

    ``source`` is empty for what is itself the source of the others.
    """
    if not any(text.values()):
        return MISSING
    if row is None:
        return DRAFT
    if source and source not in made_from(row):
        return STALE
    return row.state if row.text_fingerprint == fingerprint(text) else DRAFT
