"""Making and changing a message: its form, and what the page says while somebody types."""

from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from communications.approvals.queries.reviewers import Reviewers, reviewers_of
from communications.desk.forms.message import (
    MessageForm,
    blank_message,
    initial_of,
    told_of,
)
from communications.desk.forms.text import LONGEST_BODY
from communications.desk.queries.ahead import ahead_as
from communications.desk.queries.glance import Glance, glance_of
from communications.desk.queries.preview import (
    Preview,
    preview_of,
    readers_offered,
    texts_shown,
)
from communications.desk.queries.standing import standing_of
from communications.desk.views.editor_core import change_typed, core_looks, kind_typed
from communications.desk.views.message import message_in_view
from communications.desk.views.text import PREVIEW_POLICY, logo_source, send_test
from communications.dispatches.sources import source_of
from communications.messages.forms.frame import as_typed
from communications.messages.models import ChannelText, Message
from communications.messages.queries.change import TextChange
from communications.messages.queries.channel_tab import email_detail, tabs_of
from communications.messages.rendering import KNOWN, preview_html
from communications.messages.services.message import change_with_text, create_with_text
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.forms.refusal import accepts
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.texts import TextChangedError
from programmes.views.once import once
from stakeholders.audiences.forms.lines import lines_to_start_from, number_in
from stakeholders.audiences.queries.people import number_of
from stakeholders.models import Impact
from stakeholders.register.views.impact import own_impact

SHOWN = ("language", "person")


@require_http_methods(["GET", "POST"])
@requires("message.write")
@once
def message_add(request: ScopedRequest) -> HttpResponse:
    """Make a message with its English text; it may be about an impact, which it then answers."""
    impact = impact_wanted(request)
    form = typed_form(request, beginning(request, impact))
    if form.is_valid():
        made = accepts(
            form,
            create_with_text,
            request.programme,
            form.message(),
            form.text(),
            request.user,
            database_now(),
            impact,
        )
        if made:
            return saved(request, made, form)
    return form_page(request, form)


def typed_form(request: ScopedRequest, initial: dict[str, Any]) -> MessageForm:
    """Return the form; whoever stays to write on may leave the purpose and the text for later."""
    return MessageForm(
        request.POST or None,
        programme=request.programme,
        initial=initial,
        is_unfinished="stay" in request.POST,
    )


def impact_wanted(request: ScopedRequest) -> Impact | None:
    """Return the impact that a new message is about, if the address names one."""
    key = number_in(request.GET.get("impact", ""))
    return own_impact(request, key) if key else None


def beginning(request: ScopedRequest, impact: Impact | None) -> dict[str, Any]:
    """Return what the form of a new message begins with."""
    query = request.GET
    if impact:
        chosen = told_of(impact, query.get("persona", ""), query.get("site", ""))
    else:
        chosen = lines_to_start_from(request.programme, query.get("saved", ""))
        chosen |= {"answers": [number_in(pk) for pk in query.getlist("answers")]}
    return blank_message(request.programme.name) | chosen


@require_http_methods(["GET", "POST"])
@requires("message.write")
def message_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change a message and its English text; what is approved goes on as approved."""
    message = message_in_view(request, pk)
    if page := source_of(message).page(message):
        return redirect(page)
    if request.GET.get("channel") in ChannelText.Form.values:
        where = (request.programme.slug, pk, request.GET["channel"], SOURCE_LANGUAGE)
        return redirect("communications:channel-text-edit", *where)
    form = typed_form(request, initial_of(message))
    if form.is_valid():
        change = change_typed(message, form)
        try:
            if accepts(form, change_with_text, message, *_typed(request, message, form)):
                return saved(request, message, form, change)
        except TextChangedError as changed:
            form.show_theirs(changed.text, changed.by)
    return form_page(request, form, message)


def _typed(request: ScopedRequest, message: Message, form: MessageForm) -> tuple[Any, ...]:
    said = kind_typed(message, form)
    return form.message(), form.text(), request.user, database_now(), form.seen, said


@require_POST
@requires("message.write")
def message_look(request: ScopedRequest, pk: int | None = None) -> HttpResponse:
    """Answer with what is typed in short: audience, time, what is missing; nothing is kept."""
    message = own_or_new(request, pk)
    form = MessageForm(request.POST, programme=request.programme)
    context = looks_of(request, message, form) | {"is_look": True}
    return render(request, "communications/_editor_look.html", context)


@csp(PREVIEW_POLICY)
@require_POST
@requires("message.write")
def message_draft(request: ScopedRequest, pk: int | None = None) -> HttpResponse:
    """Answer with the email that the typed text makes, for a frame; nothing is kept."""
    message = own_or_new(request, pk)
    form = MessageForm(request.POST, programme=request.programme)
    shown = typed_preview(request, message, form)
    return HttpResponse(preview_html(shown.mail, logo_source(request)) if shown else "")


def own_or_new(request: ScopedRequest, pk: int | None) -> Message:
    """Return a message in view, or one that nobody has saved yet."""
    return message_in_view(request, pk) if pk else Message(programme=request.programme)


def texts_typed(request: ScopedRequest, message: Message, form: MessageForm) -> dict[str, Any]:
    """Return the texts by language, the English as it is typed."""
    stored = texts_shown(message, None) if message.pk else {}
    english = {
        "subject": str(form["subject"].value() or ""),
        "body": str(form["body"].value() or "")[:LONGEST_BODY],
    }
    return {SOURCE_LANGUAGE: english, **{c: t for c, t in stored.items() if c != SOURCE_LANGUAGE}}


def typed_preview(request: ScopedRequest, message: Message, form: MessageForm) -> Preview | None:
    """Return the email in the language and for the person chosen, once there is a text."""
    form.is_valid()
    rule, texts = form.rule_so_far(request.programme), texts_typed(request, message, form)
    language, person = shown_as(request, texts)
    if rule is None or not texts[language]["body"].strip():
        return None
    return preview_of(
        message,
        rule,
        texts,
        language,
        request.scope,
        frozenset(),
        is_optional=bool(form.cleaned_data.get("is_optional")),
        asked=person,
    )


def unseen_because(texts: dict[str, Any], language: str) -> str:
    """Return what to do to see the email, where ``typed_preview`` has none."""
    if texts[language]["body"].strip():
        return _("Choose an audience to see the email.")
    if texts[language]["subject"].strip():
        return _("Write a text to see the email.")
    return _("Write a subject and a text to see the email.")


def shown_as(request: ScopedRequest, texts: dict[str, Any]) -> tuple[str, str]:
    """Return the language and the person that the preview is wished for."""
    typed = request.POST or request.GET
    language, person = (typed.get(f"shown_{name}", "") for name in SHOWN)
    return (language if language in texts else SOURCE_LANGUAGE), person


def looks_of(request: ScopedRequest, message: Message, form: MessageForm) -> dict[str, Any]:
    """Return what the page says of what is typed."""
    form.is_valid()
    rule, schedule = form.rule_so_far(request.programme), form.schedule_so_far()
    glance = glance_of(message, rule, schedule, request.scope)
    texts = texts_typed(request, message, form)
    language, person = shown_as(request, texts)
    offered = readers_offered(rule, set(texts), language, request.scope) if rule else []
    return {
        "look": form,
        "glance": glance,
        "schedule": schedule,
        "is_sent": message.pk is not None and message.approvals.standing().exists(),
        "lacking": len(form.unfilled) + len(glance.lacks),
        **core_looks(message, form, glance),
        "shown": typed_preview(request, message, form),
        "unseen": unseen_because(texts, language),
        "shown_language": language,
        "shown_person": person,
        "languages": [(code, _readers(glance, code)) for code in texts],
        "readers": offered,
    }


def _readers(glance: Any, code: str) -> int:
    return next((row.people for row in glance.languages if row.code == code), 0)


def form_page(
    request: ScopedRequest, form: MessageForm, message: Message | None = None
) -> HttpResponse:
    """Show the form with the preview and what is missing beside it."""
    stored = message_in_view(request, message.pk) if message else own_or_new(request, None)
    state = standing_of(stored, request.scope, database_now()) if message else None
    look = form if form.is_bound else MessageForm(as_typed(form), programme=request.programme)
    looks = looks_of(request, stored, look)
    context = {
        "form": form,
        "message": message,
        "title": stored.title if message else "",
        "state": state,
        "reviewers": reviewers_for(message, looks["glance"]) if message else None,
        "ahead": ahead_as(state.row.going, request.scope) if state and state.row.going else None,
        "placeholders": KNOWN,
        **looks,
        "saves": message.history.count() if message else 0,
        "email_detail": email_detail(stored),
        "tabs": tabs_of(stored, SOURCE_LANGUAGE, state.due_on) if state else [],
    }
    return render(request, "communications/message_form.html", context)


def reviewers_for(message: Message, glance: Glance) -> Reviewers:
    """Return who reads the texts of a message, with how many people read each language."""
    people = {row.code: row.people for row in glance.languages}
    return reviewers_of(message, people, database_now().date())


def saved(
    request: ScopedRequest, message: Message, form: MessageForm, change: TextChange | None = None
) -> HttpResponse:
    """Say how many people it is for; go to its workspace, or stay where somebody writes on."""
    count = number_of(message.audience.rule(), request.scope)
    sentence = ngettext(
        "Saved. %(number)s person will get it.", "Saved. %(number)s people will get it.", count
    )
    said = sentence % {"number": formats.number(count)}
    if going := message.approvals.standing().first() or message.approvals.waiting().first():
        sentence = _("Saved as a draft. Version %(version)s is unchanged.")
        said = sentence % {"version": going.version}
    if lacking := [str(field.label) for field in form.unfilled]:
        said = _("Saved as a draft. Still empty: %(fields)s.") % {
            "fields": formats.enumeration(lacking)
        }
    messages.success(request, said)
    if change:
        messages.info(request, f"{change.what} {change.follows}")
    where = (request.programme.slug, message.pk)
    if request.POST.get("stay") == "try" and request.scope.may("message.try"):
        send_test(request, message, SOURCE_LANGUAGE)
    if "stay" not in request.POST:
        return redirect("communications:message-show", *where)
    names = (f"shown_{name}" for name in SHOWN)
    query = urlencode({name: request.POST[name] for name in names if request.POST.get(name)})
    page = reverse("communications:message-edit", args=where)
    return redirect(f"{page}?{query}" if query else page)
