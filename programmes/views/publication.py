"""Letting the public read a text, and taking it back; each undoes the other."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from programmes.access import ScopedRequest
from programmes.database.clock import database_now
from programmes.design.formats import language_name
from programmes.design.substance import refusals_in
from programmes.design.undo import offer_undo
from programmes.queries.texts import DRAFT, SOURCE_LANGUAGE, text_of
from programmes.services.publishing import publish
from programmes.services.texts import TextChangedError, TextMissingError, mark


def publish_text(request: ScopedRequest, text: Model, page: str, undo: str) -> HttpResponse:
    """Publish the language that a form names, if its text is the one that was looked at.

    Args:
        request: holds ``language``, and ``text_seen`` unless it undoes.
        text: the object.
        page: the address of the text's page.
        undo: the address that takes it back.

    """
    code = _language_of(request)
    seen = request.POST.get("text_seen") or None

    if lost := refusals_in(text_of(text, SOURCE_LANGUAGE), text_of(text, code)):
        messages.error(request, " ".join(lost.values()))
        return redirect(f"{page}?{urlencode({'language': code})}")

    def verb() -> None:
        publish(text, code, request.user, database_now(), text_seen=seen)  # type: ignore[arg-type]

    return _done(request, verb, _("%(language)s is now public."), page, undo)


def withdraw_text(request: ScopedRequest, text: Model, page: str, undo: str) -> HttpResponse:
    """Take back the language that a form names, which is a draft again."""
    code = _language_of(request)

    def verb() -> None:
        mark(text, code, DRAFT, request.user, database_now())  # type: ignore[arg-type]

    return _done(request, verb, _("%(language)s is no longer public."), page, undo)


def _done(
    request: ScopedRequest, verb: Callable[[], Any], sentence: str, page: str, undo: str
) -> HttpResponse:
    query = urlencode({"language": _language_of(request)})
    try:
        verb()
    except TextMissingError:
        messages.error(request, _("There is no text in this language yet. Write it first."))
    except TextChangedError:
        messages.error(request, _("The text has changed since you opened it. Read it again."))
    else:
        words = {"language": language_name(_language_of(request))}
        offer_undo(request, sentence % words, f"{undo}?{query}")
    return redirect(f"{page}?{query}")


def _language_of(request: ScopedRequest) -> str:
    code = request.GET.get("language") or request.POST.get("language", "")
    if code not in request.programme.languages:
        raise Http404
    return code
