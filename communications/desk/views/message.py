"""Messages: the list, making and changing one, and its workspace."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from communications.approvals.queries.approval import just_decided
from communications.approvals.services.approval import content_of
from communications.desk.forms.message import MessageForm, blank_message, initial_of, told_of
from communications.desk.forms.text import ReasonForm
from communications.desk.queries.linkcount import link_lines
from communications.desk.queries.message import message_rows, with_counts, with_titles
from communications.desk.queries.message_filter import MessageFilter, chosen, filters_of
from communications.desk.queries.preview import version_shown
from communications.desk.queries.workspace import workspace_of
from communications.desk.queries.writing import stale_texts, texts_to_write
from communications.dispatches.queries.forecast import waiting_for
from communications.dispatches.sources import source_of, title_of, titles_of
from communications.messages.models import Approval, Message
from communications.messages.rendering import KNOWN
from communications.messages.services.message import change_with_text, create_with_text
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.forms.refusal import accepts
from programmes.models import Wave
from programmes.services.texts import TextChangedError
from stakeholders.audiences.forms.lines import lines_to_start_from, number_in
from stakeholders.audiences.queries.people import number_of
from stakeholders.models import Impact
from stakeholders.register.views.impact import own_impact

PER_PAGE = 25


def message_in_view(request: ScopedRequest, pk: int) -> Message:
    """Return a message of the programme within the scope, or answer 404."""
    found = Message.objects.within(request.scope)
    message: Message = get_object_or_404(
        found.select_related("programme", "audience__follows"), pk=pk
    )
    return message


@require_GET
@requires("message.read")
def message_list(request: ScopedRequest) -> HttpResponse:
    """Show the messages in view, what goes out next first."""
    programme, scope = request.programme, request.scope
    rows = message_rows(programme, scope, database_now())
    rows = with_titles(rows, titles_of((row.message for row in rows), scope))
    wish = MessageFilter.read(request.GET, scope.languages)
    rows = with_counts(rows, programme, scope) if wish.needs_texts else rows
    page = Paginator(chosen(rows, wish), PER_PAGE).get_page(request.GET.get("page"))
    shown: Any = page.object_list
    waves = Wave.objects.within(scope)
    context = {
        "all": rows,
        "stale": stale_texts(rows, programme) if scope.may("message.write") else [],
        "own": wish.own,
        "to_write": texts_to_write(rows, wish.own) if wish.own else [],
        "open": chosen(rows, MessageFilter("open")),
        "late": chosen(rows, MessageFilter("late")),
        "waiting": chosen(rows, MessageFilter("waiting")),
        "page": page,
        "rows": shown if wish.needs_texts else with_counts(shown, programme, scope),
        "groups": filters_of(rows, waves, wish),
        "is_filtered": wish.is_any,
    }
    return render(request, "communications/message_list.html", context)


@require_GET
@requires("message.read")
def message_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show a message: core, languages, preview, approval."""
    message = message_in_view(request, pk)
    scope, query = request.scope, request.GET
    may_decide = scope.may("approval.decide")
    version = version_shown(message, scope, may_decide, query.get("version", ""))
    content = version.frozen if version else content_of(message)
    language, source = query.get("language", ""), source_of(message)
    undoable = just_decided(request.programme, request.user, database_now())  # type: ignore[arg-type]
    dispatch = message.dispatches.within(scope).first()
    shown = version or Approval(message=message, content=content.to_json())
    only = source.only({pk: content.rule})
    workspace = workspace_of(message, content, version, scope, language, source.placeholders)
    purpose = source.purpose(message, scope) or content.purpose
    context = {
        "workspace": workspace,
        "title": title_of(message, scope, workspace.title or purpose),
        "purpose": purpose,
        "width": "desktop" if query.get("width") == "desktop" else "phone",
        "dispatch": dispatch,
        "waiting": waiting_for(shown, dispatch, scope),
        "links": link_lines(dispatch, scope, source.placeholders),
        "source": source,
        "only": people.within(scope).count() if (people := only.get(pk)) is not None else None,
        "source_page": source.page(message),
        "may_open_source": scope.may(source.page_action),
        "undoable": [one for one in undoable if one.message_id == message.pk],
        "is_own": request.user.pk in shown.authors,
        "writable": scope.writable(request.programme.languages),
        "reason": ReasonForm(),
    }
    return render(request, "communications/message_show.html", context)


@require_http_methods(["GET", "POST"])
@requires("message.write")
def message_add(request: ScopedRequest) -> HttpResponse:
    """Make a message with its English text; it may be about an impact, which it then answers."""
    impact = impact_wanted(request)
    form = MessageForm(
        request.POST or None, programme=request.programme, initial=beginning(request, impact)
    )
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
            return saved(request, made)
    return form_page(request, form)


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
    return blank_message(str(request.user)) | chosen


@require_http_methods(["GET", "POST"])
@requires("message.write")
def message_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change a message and its English text; what is approved goes on as approved."""
    message = message_in_view(request, pk)
    if page := source_of(message).page(message):
        return redirect(page)
    form = MessageForm(
        request.POST or None, programme=request.programme, initial=initial_of(message)
    )
    if form.is_valid():
        try:
            if accepts(form, change_with_text, message, *_typed(request, form)):
                return saved(request, message)
        except TextChangedError as changed:
            form.show_theirs(changed.text)
    return form_page(request, form, message)


def _typed(request: ScopedRequest, form: MessageForm) -> tuple[Any, ...]:
    return form.message(), form.text(), request.user, database_now(), form.seen


def form_page(
    request: ScopedRequest, form: MessageForm, message: Message | None = None
) -> HttpResponse:
    """Show the form with the placeholders beside it."""
    context = {
        "form": form,
        "message": message,
        "title": message_in_view(request, message.pk).title if message else "",
        "standing": message.approvals.standing().first() if message else None,
        "placeholders": KNOWN,
    }
    return render(request, "communications/message_form.html", context)


def saved(request: ScopedRequest, message: Message) -> HttpResponse:
    """Say how many people it is for, and go to its workspace."""
    count = number_of(message.audience.rule(), request.scope)
    sentence = ngettext(
        "Saved. It is for %(number)s person.", "Saved. It is for %(number)s people.", count
    )
    messages.success(request, sentence % {"number": formats.number(count)})
    return redirect("communications:message-show", request.programme.slug, message.pk)
