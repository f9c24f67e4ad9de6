"""One language of a message: writing it, its states, and how it looks as a mail."""

import base64
from typing import Any, cast
from urllib.parse import urlencode

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communications.desk.forms.text import FIELDS, TextForm
from communications.desk.queries.preview import preview_of, text_to_try, texts_shown, version_shown
from communications.desk.queries.text_checks import Check, checks_of, refusals_of
from communications.desk.services.trial import send_to_me
from communications.desk.views.text_page import (
    message_and_language,
    message_to_write,
    queue_in,
    rows_typed,
    text_page,
)
from communications.dispatches.services.batch import logo_of
from communications.dispatches.sources import source_of
from communications.mailroom.channels.parts import picture_type
from communications.messages.models import Message
from communications.messages.rendering import preview_html
from communications.messages.services.message import write_ready
from communications.messages.services.version import write_language
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.substance import refusals_in
from programmes.forms.shared_text import refuse_lost, seen_in
from programmes.models import fingerprint
from programmes.queries.texts import SOURCE_LANGUAGE, STALE, states_of, text_of
from programmes.services.texts import (
    TextChangedError,
    TextMissingError,
    confirm_unchanged,
)
from stakeholders.models import User

# The one exception from the strict policy: a mail brings its own styles, and nothing else.
PREVIEW_POLICY = {
    "sandbox": [True],
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "frame-ancestors": [SELF],
}


@require_http_methods(["GET", "POST"])
@requires("text.write")
def text_edit(request: ScopedRequest, pk: int, language: str) -> HttpResponse:
    """Write one language beside its source, and save it as a draft."""
    message = message_to_write(request, pk, language)
    form = _form_of(request, message, language)
    if form.is_valid():
        try:
            write_language(
                message, language, form.text(), _user(request), database_now(), **_seen(form)
            )
            messages.success(request, _("Draft saved."))
            return redirect(request.path)
        except TextChangedError as changed:
            form.show_theirs(changed.text, changed.by)
    return text_page(request, message, language, form)


@require_POST
@requires("text.write")
def text_ready(request: ScopedRequest, pk: int, language: str) -> HttpResponse:
    """Save one language and call it ready for review.

    A placeholder, link or number of the English that is missing is refused. What else the checks
    find is said first; whoever has seen it may say ``despite``.
    """
    message = message_to_write(request, pk, language)
    form = _form_of(request, message, language)
    wrong = _refusals(message, language, form)
    if form.is_valid() and _is_refused(message, language, form):
        return text_page(request, message, language, form, refused=wrong, is_final=True)
    if form.is_valid() and wrong and "despite" not in request.POST:
        form.add_error(None, _("Check this before review, or mark the text as ready anyway."))
        return text_page(request, message, language, form, refused=wrong)
    if form.is_valid():
        try:
            now = database_now()
            write_ready(
                message, language, **form.text(), user=_user(request), now=now, **_seen(form)
            )
            return _after_ready(request, message, language)
        except TextChangedError as changed:
            form.show_theirs(changed.text, changed.by)
    return text_page(request, message, language, form)


@require_POST
@requires("text.write")
def text_confirm(request: ScopedRequest, pk: int, language: str) -> HttpResponse:
    """Say that a text is still right: one that is stale, or that is asked about."""
    message = message_to_write(request, pk, language)
    user = _user(request)
    source, text = (text_of(message, code, FIELDS) for code in (SOURCE_LANGUAGE, language))
    if lost := refusals_in(source, text):
        messages.error(request, " ".join(lost.values()))
        return redirect("communications:text-edit", request.programme.slug, pk, language)
    try:
        seen = seen_in(request.POST)
        confirm_unchanged(message, language, user, database_now(), fields=FIELDS, **seen)
        messages.success(request, _("Confirmed: no change needed."))
    except TextChangedError:
        messages.error(request, _("The text has changed since you opened it. Read it again."))
    except TextMissingError:
        messages.error(request, _("There is no text yet. Write it first."))
    return redirect("communications:text-edit", request.programme.slug, pk, language)


@csp(PREVIEW_POLICY)
@require_GET
@requires("message.read")
def message_preview(request: ScopedRequest, pk: int, language: str) -> HttpResponse:
    """Answer with the mail of one person, as HTML for a frame or as plain text."""
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
        asked=request.GET.get("person", ""),
    ).mail
    if request.GET.get("format") == "text":
        return HttpResponse(mail.text, content_type="text/plain; charset=utf-8")
    return HttpResponse(preview_html(mail, logo_source(request)))


@require_POST
@requires("message.try")
def message_try(request: ScopedRequest, pk: int, language: str) -> HttpResponse:
    """Send one language as a mail to who asks for it, and to nobody else."""
    message, asked = message_and_language(request, pk, language), request.POST.get("version", "")
    if not send_test(request, message, language, asked):
        raise Http404
    query = urlencode({"language": language, **({"version": asked} if asked else {})})
    page = reverse("communications:message-show", args=[request.programme.slug, pk])
    return redirect(f"{page}?{query}#preview")


def send_test(request: ScopedRequest, message: Message, language: str, asked: str = "") -> bool:
    """Send a text as it is saved, or that of a version, to the user; tell whether there is one."""
    user, may_decide = _user(request), request.scope.may("approval.decide")
    version = version_shown(message, request.scope, may_decide, asked)
    source = source_of(message)
    more = (source.placeholders, source.examples(message, language))
    text = text_to_try(message, version, language, request.scope, user, *more)
    if text is None:
        return False
    try:
        send_to_me(message, text, language, user, database_now())
        said = _("The test is on its way to %(address)s and no one else.")
        messages.success(request, said % {"address": user.email})
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    return True


def logo_source(request: ScopedRequest) -> str:
    logo = logo_of(request.programme)
    return f"data:{picture_type(logo)};base64,{base64.b64encode(logo).decode()}"


def _form_of(request: ScopedRequest, message: Message, language: str) -> TextForm:
    text = text_of(message, language, FIELDS)
    source = text_of(message, SOURCE_LANGUAGE, FIELDS)
    initial = {**text, "text_seen": fingerprint(text), "source_seen": fingerprint(source)}
    extra = source_of(message).placeholders
    return TextForm(request.POST or None, extra=extra, initial=initial)


def _refusals(message: Message, language: str, form: TextForm) -> list[Check]:
    if language == SOURCE_LANGUAGE:
        return []
    extra = source_of(message).placeholders
    return refusals_of(checks_of(rows_typed(message, language, form), language, extra))


def _is_refused(message: Message, language: str, form: TextForm) -> bool:
    return language != SOURCE_LANGUAGE and refuse_lost(
        form, text_of(message, SOURCE_LANGUAGE, FIELDS), form.text()
    )


def _seen(form: TextForm) -> dict[str, Any]:
    return {"text_seen": form.seen, "source_seen": form.cleaned_data["source_seen"] or None}


def _user(request: ScopedRequest) -> User:
    return cast(User, request.user)


def _after_ready(request: ScopedRequest, message: Message, language: str) -> HttpResponse:
    """Go on to the next text of a translator, unless this one still belongs to an older English.

    The English leads back to its message, and so does the last text of a queue.
    """
    slug, state = request.programme.slug, states_of(message, FIELDS, [language])[language].state
    if state == STALE:
        messages.warning(
            request,
            _(
                "The English has changed and this text has not. Update it, or choose “No "
                "change needed”."
            ),
        )
        return redirect("communications:text-edit", slug, message.pk, language)
    sentence = _("%(language)s is ready for review.")
    messages.success(request, sentence % {"language": formats.language_name(language)})
    following = _following(request, message, language)
    if following:
        return redirect("communications:text-edit", slug, following, language)
    return redirect("communications:message-show", slug, message.pk)


def _following(request: ScopedRequest, message: Message, language: str) -> int | None:
    """Return the id of the message whose text comes next to write, if there is one."""
    if language == SOURCE_LANGUAGE:
        return None
    todo = queue_in(request, message, language, "todo").items
    return todo[0].pk if todo else None
