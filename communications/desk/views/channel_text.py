"""The text of one channel of a message: its page, its states, and how it will look."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communications.desk.forms.channel_text import ChannelTextForm
from communications.desk.views.channel_page import channel_page, form_of, place_shown
from communications.desk.views.message import message_in_view
from communications.desk.views.text_page import message_to_write
from communications.kits.documents import UnfitError
from communications.kits.queries.draft import places_of_draft, said_of_draft
from communications.kits.queries.kit_kind import FORM_OF
from communications.kits.services.kit_download import ENDINGS
from communications.kits.services.kit_making import look, make, poster_in_a4
from communications.kits.views.kit import file_answer
from communications.messages.models import ChannelText, Message
from communications.messages.queries.channel_text import own_texts
from communications.messages.services.channel_text import (
    confirm_channel_text,
    mark_channel_text,
    propose,
    remove_channel_text,
    text_for,
    write_channel_text,
)
from communications.messages.services.refusal import RefusedError
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.forms.shared_text import seen_in
from programmes.queries.texts import text_of
from programmes.services.texts import TextChangedError
from programmes.views.once import once
from stakeholders.models import User

# The kind of file as which each form can be looked at as it is written.
KINDS = {form: kind for kind, form in FORM_OF.items()} | {"points": "points"}


@require_http_methods(["GET", "POST"])
@requires("text.write")
def channel_text_edit(request: ScopedRequest, pk: int, form: str, language: str) -> HttpResponse:
    """Write one language of a channel's text, and save it as a draft."""
    message = message_to_write(request, pk, language)
    text = text_shown(message, form)
    typed = form_of(request, text, language)
    if typed.is_valid() and _saved(request, text, language, typed):
        messages.success(request, _("Draft saved."))
        return redirect(request.path)
    return channel_page(request, text, language, typed)


@require_POST
@requires("text.write")
def channel_text_ready(request: ScopedRequest, pk: int, form: str, language: str) -> HttpResponse:
    """Save one language and call it ready for review."""
    message = message_to_write(request, pk, language)
    text = text_shown(message, form)
    typed = form_of(request, text, language)
    if typed.is_valid() and (saved := _saved(request, text, language, typed)):
        try:
            mark_channel_text(saved, language, cast(User, request.user), database_now())
            messages.success(request, _("The text is ready for review."))
            return _page(request, message, form, language)
        except RefusedError as refusal:
            typed.add_error(None, str(refusal))
    return channel_page(request, text, language, typed)


@require_POST
@requires("message.write")
@once
def channel_text_propose(request: ScopedRequest, pk: int, form: str) -> HttpResponse:
    """Fill an empty form from the email; it is a draft until somebody saves it."""
    message, language = message_in_view(request, pk), "en"
    check_form(form)
    try:
        propose(message, form, cast(User, request.user), database_now())
        messages.success(request, _("Proposed from the email. Read it, change it and save it."))
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    return _page(request, message, form, language)


@require_POST
@requires("text.write")
def channel_text_confirm(request: ScopedRequest, pk: int, form: str, language: str) -> HttpResponse:
    """Say that a text which is out of date is still right."""
    message = message_to_write(request, pk, language)
    text = text_shown(message, form)
    try:
        now, seen = database_now(), seen_in(request.POST)
        confirm_channel_text(text, language, cast(User, request.user), now, **seen)
        messages.success(request, _("Confirmed: no change needed."))
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    return _page(request, message, form, language)


@require_POST
@requires("message.write")
def channel_text_remove(request: ScopedRequest, pk: int, form: str) -> HttpResponse:
    """Delete a channel's text in all languages; what is approved goes on as approved."""
    message = message_in_view(request, pk)
    if text := own_texts(message).filter(form=form).first():
        remove_channel_text(text, cast(User, request.user), database_now())
        said = _("The text has been removed. The approved version is unchanged.")
        messages.success(request, said if message.approvals.standing() else _("Text removed."))
    return redirect("communications:message-edit", request.programme.slug, pk)


@never_cache
@require_GET
@requires("text.write")
def channel_text_picture(request: ScopedRequest, pk: int, form: str, language: str) -> HttpResponse:
    """Show the page of a form as it will hang, also where something does not fit."""
    text = text_shown(message_to_write(request, pk, language), form)
    place = place_shown(request, places_of_draft(text.message, request.scope)).place
    if place is None or form not in ("poster", "flyer", "points", "notice") or text.pk is None:
        raise Http404
    try:
        shown = look(said_of_draft(text, language, place, database_now()), form)
    except UnfitError as unfit:
        raise Http404 from unfit
    return HttpResponse(shown.picture, content_type="image/png")


@never_cache
@require_GET
@requires("text.write")
def channel_text_file(request: ScopedRequest, pk: int, form: str, language: str) -> HttpResponse:
    """Give the file that a text makes as it is written now, a poster in A3 or A4."""
    text = text_shown(message_to_write(request, pk, language), form)
    place = place_shown(request, places_of_draft(text.message, request.scope)).place
    kind = request.GET.get("kind", "") or KINDS.get(form, "")
    is_written = text.pk is not None and any(text_of(text, language, text.fields).values())
    if place is None or not is_written or FORM_OF.get(kind) != form:
        raise Http404
    said = said_of_draft(text, language, place, database_now())
    is_small = form == "poster" and request.GET.get("size") == "a4"
    try:
        made = poster_in_a4(said) if is_small else make(said, kind)
    except UnfitError:
        messages.error(request, _("The text does not fit its page. Shorten what is marked."))
        return _page(request, text.message, form, language)
    name = "poster-A4.pdf" if is_small else ENDINGS[kind]  # type: ignore[index]
    return file_answer(f"{language}-{name}", made.data)


def check_form(form: str) -> None:
    """Answer 404 for a channel that there is not."""
    if form not in ChannelText.Form.values:
        raise Http404


def text_shown(message: Message, form: str) -> ChannelText:
    """Return a message's text of a form, or one that nobody has saved yet; 404 for another form."""
    check_form(form)
    found = own_texts(message).filter(form=form).first()
    text = found or ChannelText(message=message, form=form)
    text.message = message
    return text


def _saved(
    request: ScopedRequest, text: ChannelText, language: str, form: ChannelTextForm
) -> ChannelText | None:
    """Save what was typed; None where somebody else was faster, which the form then says."""
    now, user = database_now(), cast(User, request.user)
    stored = text if text.pk else text_for(text.message, text.form, user, now)
    seen = {"text_seen": form.seen, "source_seen": form.cleaned_data["source_seen"] or None}
    try:
        write_channel_text(
            stored,
            language,
            form.values(),
            user,
            now,
            frame=form.frame(),
            **seen,
        )
    except TextChangedError as changed:
        form.show_theirs(changed.text, changed.by)
        return None
    return stored


def _page(request: ScopedRequest, message: Message, form: str, language: str) -> HttpResponse:
    where: tuple[Any, ...] = (request.programme.slug, message.pk, form, language)
    return redirect("communications:channel-text-edit", *where)
