"""How far the texts of channels are: each form of a message in each language.

The English of a form is made from the English of its message, and other languages from the English
of the form; all texts of an adaptation are made from the English of the message.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from django.contrib.contenttypes.models import ContentType

from communications.messages.models import ChannelText, Message
from communications.messages.models.channel_text import ChannelTextQuerySet
from communications.messages.models.form_content import FormContent
from programmes.design.substance import refusals_in
from programmes.models import TextState, fingerprint
from programmes.queries.texts import (
    MISSING,
    READY,
    SOURCE_LANGUAGE,
    STALE,
    TEXT,
    TextStatus,
    status_in,
    text_of,
)

CORE = ("subject", "body")
# What no form nor email can do without, the rest may be left empty.
NEEDED = {"subject", "headline", "body"}

Statuses = Mapping[str, TextStatus]
Rows = Mapping[tuple[int, str], TextState]


def own_texts(message: Message) -> ChannelTextQuerySet:
    """Return the texts of channels that a message has itself, not those of its adaptations."""
    found = ChannelText.objects.filter(message=message, adaptation=None)
    return found.select_related("message")


def source_of_text(text: ChannelText, language: str) -> str:
    """Return the fingerprint of the English from which one language of a text is made."""
    if elsewhere := text.text_source():
        return elsewhere
    if language == SOURCE_LANGUAGE:
        return fingerprint(text_of(text.message, SOURCE_LANGUAGE, CORE))
    return fingerprint(text_of(text, SOURCE_LANGUAGE, text.fields))


def statuses_of(
    texts: Sequence[ChannelText], languages: Iterable[str]
) -> dict[int, dict[str, TextStatus]]:
    """Return the status of each language of some texts, by their ids; one query, with messages.

    What is made from an English that is out of date is so too.
    """
    codes, rows = list(languages), _rows(texts)
    return {text.pk: _of_one(text, codes, rows) for text in texts}


def status_of(text: ChannelText, language: str) -> TextStatus:
    """Return the status of one language of one text."""
    return statuses_of([text], [language])[text.pk][language]


def is_english_behind(text: ChannelText) -> bool:
    """Tell whether the English of a form is out of date, and its translations with it."""
    return not text.adaptation_id and status_of(text, SOURCE_LANGUAGE).state == STALE


def _rows(texts: Sequence[ChannelText]) -> Rows:
    if not texts:
        return {}
    kind, ids = ContentType.objects.get_for_model(ChannelText), [one.pk for one in texts]
    found = TextState.objects.filter(content_type=kind, object_id__in=ids, group=TEXT)
    return {(row.object_id, row.language): row for row in found}


def _of_one(text: ChannelText, codes: Sequence[str], rows: Rows) -> dict[str, TextStatus]:
    english = _status(text, SOURCE_LANGUAGE, rows)
    is_behind = english.state == STALE and not text.adaptation_id
    return {code: _behind(_status(text, code, rows), is_behind) for code in codes}


def _behind(status: TextStatus, is_behind: bool) -> TextStatus:
    if is_behind and status.state != MISSING:
        return replace(status, state=STALE, is_asked=False)
    return status


def _status(text: ChannelText, language: str, rows: Rows) -> TextStatus:
    written = text_of(text, language, text.fields)
    return status_in(
        language, written, rows.get((text.pk, language)), source_of_text(text, language)
    )


def statuses_by_form(
    texts: Sequence[ChannelText], languages: Iterable[str]
) -> dict[str, dict[str, TextStatus]]:
    """Return the status of each language of the texts of one message, by form.

    One query, none without texts.
    """
    found = statuses_of(texts, languages)
    return {text.form: found[text.pk] for text in texts}


def lost_from(text: ChannelText, language: str) -> str:
    """Return what a translation lacks of its English, in whatever field, as a sentence.

    English lacks nothing, and an adaptation is held to the core in its own place.
    """
    if text.adaptation_id or language == SOURCE_LANGUAGE:
        return ""
    both = (text_of(text, code, text.fields) for code in (SOURCE_LANGUAGE, language))
    source, own = ({"": "\n".join(filter(None, said.values()))} for said in both)
    return next(iter(refusals_in(source, own).values()), "")


def forms_of(
    texts: Sequence[ChannelText],
    statuses: Mapping[str, Statuses],
    unread: Mapping[str, Collection[str]],
) -> dict[str, FormContent]:
    """Return what an approval freezes of the texts of one message, by form: only what is ready.

    ``unread`` are the languages that stay out of it, by form, until somebody has reviewed them.
    """
    found = {one.form: _frozen(one, statuses[one.form], unread[one.form]) for one in texts}
    return {form: content for form, content in found.items() if content.texts}


def _frozen(text: ChannelText, statuses: Statuses, unread: Collection[str]) -> FormContent:
    read = {code: one for code, one in statuses.items() if code not in unread}
    ready = {code: dict(s.text) for code, s in read.items() if s.state in READY}
    return FormContent(
        texts=ready, from_on=text.from_on, until_on=text.until_on, copies=text.copies
    )


def unfilled(text: Mapping[str, str]) -> list[str]:
    """Return the names of the fields of a whole text that must not stay empty and are."""
    return [name for name, said in text.items() if name in NEEDED and not said.strip()]
