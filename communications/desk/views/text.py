"""One language of a message: writing it, its states, and how it looks as a mail."""

import base64
from typing import Any
from urllib.parse import urlencode

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communications.desk.forms.text import FIELDS, TextForm
from communications.desk.queries.preview import preview_of, text_to_try, texts_shown, version_shown
from communications.desk.services.trial import send_to_me
from communications.desk.views.message import message_in_view
from communications.dispatches.services.batch import logo_of
from communications.dispatches.sources import source_of
from communications.mailroom.channels.parts import picture_type
from communications.messages.models import Message
from communications.messages.queries.source import source_changes
from communications.messages.rendering import KNOWN, preview_html
from communications.messages.services.message import write_ready
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.models import fingerprint
from programmes.queries.texts import MISSING, SOURCE_LANGUAGE, STALE, states_of, text_of
from programmes.services.texts import (
    TextChangedError,
    TextMissingError,
    confirm_unchanged,
    write_text,
)

# The one exception from the strict policy: a mail brings its own styles, and nothing else.
PREVIEW_POLICY = {
    "sandbox": [True],
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "frame-ancestors": [SELF],
}


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


@require_http_methods(["GET", "POST"])
@requires("text.write")
def text_edit(request: ScopedRequest, pk: int, language: str) -> HttpResponse:
    """Write one language beside its source, and save it as a draft."""
    message = message_to_write(request, pk, language)
    form = _form_of(request, message, language)
    if form.is_valid():
        try:
            write_text(
                message, language, form.text(), _user(request), database_now(), **_seen(form)
            )
            messages.success(request, _("Draft saved."))
            return redirect(request.path)
        except TextChangedError as changed:
            form.show_theirs(changed.text)
    return _page(request, message, language, form)


@require_POST
@requires("text.write")
def text_ready(request: ScopedRequest, pk: int, language: str) -> HttpResponse:
    """Save one language and call it ready for review."""
    message = message_to_write(request, pk, language)
    form = _form_of(request, message, language)
    if form.is_valid():
        try:
            now = database_now()
            write_ready(
                message, language, **form.text(), user=_user(request), now=now, **_seen(form)
            )
            return _after_ready(request, message, language)
        except TextChangedError as changed:
            form.show_theirs(changed.text)
    return _page(request, message, language, form)


@require_POST
@requires("text.write")
def text_confirm(request: ScopedRequest, pk: int, language: str) -> HttpResponse:
    """Say that a stale text is still right."""
    message = message_to_write(request, pk, language)
    try:
        confirm_unchanged(message, language, _user(request), database_now(), fields=FIELDS)
        messages.success(request, _("Noted: the text is still right."))
    except TextMissingError:
        messages.error(request, _("There is no text yet. Write it first."))
    return redirect("communications:text-edit", request.programme.slug, pk, language)


@csp(PREVIEW_POLICY)
@require_GET
@requires("message.read")
def message_preview(request: ScopedRequest, pk: int, language: str) -> HttpResponse:
    """Answer with the mail of one person, as HTML for a frame or as its plain text twin."""
    message = message_and_language(request, pk, language)
    scope = request.scope
    may_decide = scope.may("approval.decide")
    version = version_shown(message, scope, may_decide, request.GET.get("version", ""))
    texts = texts_shown(message, version)
    if language not in texts:
        raise Http404
    rule = version.frozen.rule if version else message.audience.rule()
    mail = preview_of(
        message,
        rule,
        texts,
        language,
        scope,
        source_of(message).placeholders,
        is_optional=version.frozen.is_optional if version else message.is_optional,
        examples=source_of(message).examples(message, language),
    ).mail
    if request.GET.get("format") == "text":
        return HttpResponse(mail.text, content_type="text/plain; charset=utf-8")
    return HttpResponse(preview_html(mail, _logo(request)))


@require_POST
@requires("message.try")
def message_try(request: ScopedRequest, pk: int, language: str) -> HttpResponse:
    """Send one language as a mail to who asks for it, and to nobody else."""
    message, user = message_and_language(request, pk, language), _user(request)
    asked, may_decide = request.POST.get("version", ""), request.scope.may("approval.decide")
    version = version_shown(message, request.scope, may_decide, asked)
    source = source_of(message)
    more = (source.placeholders, source.examples(message, language))
    text = text_to_try(message, version, language, request.scope, user, *more)
    if text is None:
        raise Http404
    try:
        send_to_me(message, text, language, user, database_now())
        said = _("The test is on its way to %(address)s, to nobody else.")
        messages.success(request, said % {"address": user.email})
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    query = urlencode({"language": language, **({"version": asked} if asked else {})})
    page = reverse("communications:message-show", args=[request.programme.slug, pk])
    return redirect(f"{page}?{query}#preview")


def _logo(request: ScopedRequest) -> str:
    logo = logo_of(request.programme)
    return f"data:{picture_type(logo)};base64,{base64.b64encode(logo).decode()}"


def _form_of(request: ScopedRequest, message: Message, language: str) -> TextForm:
    text = text_of(message, language, FIELDS)
    source = text_of(message, SOURCE_LANGUAGE, FIELDS)
    initial = {**text, "text_seen": fingerprint(text), "source_seen": fingerprint(source)}
    extra = source_of(message).placeholders
    return TextForm(request.POST or None, extra=extra, initial=initial)


def _seen(form: TextForm) -> dict[str, Any]:
    return {"text_seen": form.seen, "source_seen": form.cleaned_data["source_seen"] or None}


def _user(request: ScopedRequest) -> Any:
    return request.user


def _after_ready(request: ScopedRequest, message: Message, language: str) -> HttpResponse:
    """Go on to the workspace, unless the text still belongs to an older English."""
    slug, state = request.programme.slug, states_of(message, FIELDS, [language])[language].state
    if state == STALE:
        messages.warning(
            request,
            _(
                "The English has changed and this text has not. Change it, or say that it is "
                "still right."
            ),
        )
        return redirect("communications:text-edit", slug, message.pk, language)
    sentence = _("%(language)s is ready for review.")
    messages.success(request, sentence % {"language": formats.language_name(language)})
    return redirect("communications:message-show", slug, message.pk)


def _page(request: ScopedRequest, message: Message, language: str, form: TextForm) -> HttpResponse:
    statuses = states_of(message, FIELDS, request.programme.languages)
    changes = source_changes(message, language)
    context = {
        "message": message,
        "language": language,
        "source": SOURCE_LANGUAGE,
        "form": form,
        "state": statuses[language].state,
        "statuses": statuses,
        "writable": request.scope.writable(statuses),
        "rows": [{"field": form[name], "pieces": changes[name]} for name in FIELDS],
        "placeholders": KNOWN,
        "extra": sorted(source_of(message).placeholders),
        "is_missing": statuses[language].state == MISSING,
    }
    return render(request, "communications/text_form.html", context)
