"""The page of one language: its sentences beside the English, its checks, its email, its queue."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render

from communications.desk.forms.text import FIELDS, LONGEST_BODY, TextForm
from communications.desk.queries.preview import Preview, preview_of
from communications.desk.queries.sentence_rows import SentenceRow, rows_of
from communications.desk.queries.text_checks import checks_of
from communications.desk.queries.text_queue import Queue, queue_of
from communications.desk.views.message import message_in_view
from communications.dispatches.sources import source_of
from communications.messages.models import Message
from communications.messages.queries.content import readers_by_language
from communications.messages.queries.source import former_source
from communications.messages.rendering import KNOWN
from communications.messages.rendering.fitting import one_line
from programmes.access import ScopedRequest
from programmes.database.clock import database_now
from programmes.queries.terms import words_in, words_of
from programmes.queries.texts import (
    MISSING,
    SOURCE_LANGUAGE,
    STALE,
    TextStatus,
    states_of,
    text_of,
)


def message_and_language(request: ScopedRequest, pk: int, language: str) -> Message:
    """Return a message in view, or answer 404 also for a language that its programme lacks."""
    if language not in request.programme.languages:
        raise Http404
    return message_in_view(request, pk)


def message_to_write(request: ScopedRequest, pk: int, language: str) -> Message:
    """Return a message in view, or answer 403 for a language that is not the user's to write."""
    message = message_and_language(request, pk, language)
    if not request.scope.translates(language):
        raise PermissionDenied
    return message


def typed_in(form: TextForm) -> dict[str, str]:
    """Return subject and body as they are typed, whether they may be saved or not."""
    typed = {name: str(form[name].value() or "").replace("\r\n", "\n") for name in FIELDS}
    return {"subject": one_line(typed["subject"]), "body": typed["body"][:LONGEST_BODY]}


def rows_typed(message: Message, language: str, form: TextForm) -> list[SentenceRow]:
    """Return what is typed beside the English, sentence by sentence."""
    source = text_of(message, SOURCE_LANGUAGE, FIELDS)
    return rows_of(source, former_source(message, language, source), typed_in(form))


def looks_of(
    request: ScopedRequest, message: Message, language: str, form: TextForm
) -> dict[str, Any]:
    """Return what the page says of what is typed; of the English itself, only its email."""
    rows = rows_typed(message, language, form) if language != SOURCE_LANGUAGE else []
    words = words_of(request.programme, language) if rows else []
    extra = source_of(message).placeholders
    return {
        "rows": rows,
        "words": words_in(words, "\n".join(row.source for row in rows)),
        "changed": sum(row.is_changed for row in rows),
        "checks": checks_of(rows, language, extra, words) if rows else [],
        "shown": typed_preview(request, message, language, form),
    }


def typed_preview(
    request: ScopedRequest, message: Message, language: str, form: TextForm
) -> Preview | None:
    """Return the email of what is typed, once there is a text."""
    text, source = typed_in(form), source_of(message)
    if not text["body"].strip():
        return None
    return preview_of(
        message,
        message.audience.rule(),
        {language: text},
        language,
        request.scope,
        source.placeholders,
        is_optional=message.is_optional,
        examples=source.examples(message, language),
    )


def languages_of(
    request: ScopedRequest, message: Message, statuses: dict[str, TextStatus]
) -> dict[str, Any]:
    """Return the languages that somebody in view reads, those with most readers first, and others.

    Each is its code, its readers and its state.
    """
    people = readers_by_language(message.audience.rule(), request.scope, statuses)
    rows = [(code, people[code], status.state) for code, status in statuses.items()]
    rows.sort(key=lambda row: -row[1])
    return {"read": [row for row in rows if row[1]], "unread": [row for row in rows if not row[1]]}


def queue_in(request: ScopedRequest, message: Message, language: str, part: str) -> Queue:
    """Return one part of the queue of a language around a message, or the part it belongs to."""
    return queue_of(request.programme, request.scope, language, database_now(), message.pk, part)


def text_page(
    request: ScopedRequest, message: Message, language: str, form: TextForm, **more: Any
) -> HttpResponse:
    """Show one language beside its source."""
    statuses = states_of(message, FIELDS, request.programme.languages)
    own, english = statuses[language], statuses[SOURCE_LANGUAGE]
    state = own.state
    has_gaps = any(text and not own.text[name] for name, text in english.text.items())
    context = {
        "message": message,
        "language": language,
        "source": SOURCE_LANGUAGE,
        "form": form,
        "state": state,
        "writable": request.scope.writable(statuses),
        **languages_of(request, message, statuses),
        "placeholders": KNOWN,
        "extra": sorted(source_of(message).placeholders),
        "is_missing": state == MISSING,
        "is_stale": state == STALE,
        "is_asked": statuses[language].is_asked,
        "by_machine": own.by_machine,
        "has_machine": bool(settings.TRANSLATION_URL) and has_gaps,
        "queue": queue_in(request, message, language, request.GET.get("queue", "")),
        **looks_of(request, message, language, form),
        **more,
    }
    return render(request, "communications/text_form.html", context)
