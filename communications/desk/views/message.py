"""Messages: the list, and the workspace of one."""

from collections.abc import Callable
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from communications.approvals.queries.approval import just_decided
from communications.approvals.queries.review import waiting_for_reader
from communications.approvals.queries.reviewers import reviewers_of
from communications.approvals.services.approval import content_of
from communications.desk.queries.ahead import ahead_of
from communications.desk.queries.counts import with_counts
from communications.desk.queries.forecast import waiting_for
from communications.desk.queries.linkcount import link_lines
from communications.desk.queries.message import MessageRow, message_rows, with_titles
from communications.desk.queries.message_filter import MessageFilter, chosen, filters_of
from communications.desk.queries.preview import version_shown
from communications.desk.queries.recipients import part_of
from communications.desk.queries.standing import standing_of
from communications.desk.queries.workspace import Workspace, workspace_of
from communications.desk.queries.writing import stale_texts, texts_to_write
from communications.dispatches.queries.before_live import LACKS, lacking_in
from communications.dispatches.sources import source_of, title_of, titles_of
from communications.messages.models import Approval, Message
from communications.messages.queries.adaptation_list import adaptations_in
from communications.messages.queries.adapted_core import may_adapt
from communications.messages.queries.channel_matrix import Matrix, matrix_of
from communications.messages.queries.sender import signing_cios
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.fields import is_key
from programmes.models import Programme, Wave
from programmes.scope import Scope
from stakeholders.models import User
from stakeholders.register.queries.about import about_words

PER_PAGE = 25
AskedFor = Callable[[Message, Scope], object]


def message_in_view(request: ScopedRequest, pk: int) -> Message:
    """Return a message of the programme within the scope, or answer 404."""
    found = Message.objects.within(request.scope)
    message: Message = get_object_or_404(
        found.select_related("programme", "audience__follows"), pk=pk
    )
    return message


def that_lack(
    rows: list[MessageRow], wish: MessageFilter, programme: Programme, scope: Scope
) -> list[MessageRow]:
    """Narrow rows to what a wave lacks until it goes live, if that is asked for."""
    if wish.lacks not in LACKS:
        return rows
    waves = Wave.objects.within(scope)
    wave = waves.filter(pk=int(wish.wave)).first() if is_key(wish.wave) else None
    found = lacking_in(wave, programme, scope, wish.lacks) if wave else set()
    return [row for row in rows if row.message.pk in found]


@require_GET
@requires("message.read")
def message_list(request: ScopedRequest) -> HttpResponse:
    """Show the messages in view, what goes out next first."""
    programme, scope = request.programme, request.scope
    rows = message_rows(programme, scope, database_now())
    rows = with_titles(rows, titles_of((row.message for row in rows), scope))
    wish = MessageFilter.read(request.GET, scope.languages)
    rows = with_counts(rows, programme, scope) if wish.needs_texts else rows
    found = that_lack(chosen(rows, wish), wish, programme, scope)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown: Any = page.object_list
    waves = Wave.objects.within(scope)
    context = {
        "all": rows,
        "stale": stale_texts(rows, programme) if scope.may("message.write") else [],
        "own": wish.own,
        "to_write": texts_to_write(rows, wish.own) if wish.own else [],
        "found": found,
        "open": chosen(found, MessageFilter("open")),
        "late": chosen(found, MessageFilter("late")),
        "waiting": chosen(found, MessageFilter("waiting")),
        "page": page,
        "rows": shown if wish.needs_texts else with_counts(shown, programme, scope),
        "groups": filters_of(rows, waves, wish),
        "is_filtered": wish.is_any,
        # Where writers land; their texts are counted over all messages.
        "is_to_do": wish == MessageFilter("todo", lang=wish.lang, own=wish.own),
        "lacks": wish.lacks,
        "to_review": waiting_for_reader(request.user, programme),
    }
    return render(request, "communications/message_list.html", context)


def matrix_shown(message: Message, workspace: Workspace, scope: Scope) -> Matrix | None:
    """Return the table of channels and languages, for those who read drafts."""
    if not scope.reads_drafts:
        return None
    email = {row.code: row.state for row in workspace.read}
    return matrix_of(message, email, workspace.facts.wanted, workspace.content.rule, scope)


@require_GET
@requires("message.read")
def message_show(request: ScopedRequest, pk: int, asked_for: AskedFor) -> HttpResponse:
    """Show a message: core, languages, preview, approval.

    ``asked_for`` finds what a change of wording asks about; it knows more than this wing does.
    """
    message = message_in_view(request, pk)
    scope, query = request.scope, request.GET
    may_decide = scope.may("approval.decide")
    version = version_shown(message, scope, may_decide, query.get("version", ""))
    draft = content_of(message)
    content = version.frozen if version else draft
    language, source = query.get("language", ""), source_of(message)
    undoable = just_decided(request.programme, cast(User, request.user), database_now())
    dispatch = message.dispatches.within(scope).first()
    only = part_of(message, content.rule, scope)
    state = standing_of(message, scope, database_now())
    ahead = ahead_of(state.row.going, version, draft, scope)
    shown = version or (
        ahead.version if ahead else Approval(message=message, content=content.to_json())
    )
    workspace = workspace_of(
        message, content, version, scope, language, source.placeholders, draft, ahead
    )
    purpose = source.purpose(message, scope) or content.purpose
    people = {row.code: row.people for row in workspace.languages}
    writable = scope.writable(request.programme.languages)
    context = {
        "workspace": workspace,
        "reviewers": reviewers_of(message, people, database_now().date())
        if scope.reads_drafts
        else None,
        "signer": signing_cios(request.programme.pk, shown.frozen.sender).get(shown.frozen.sender),
        "asked": asked_for(message, scope),
        "state": state,
        "ahead": ahead,
        "title": title_of(message, scope, workspace.title or purpose),
        "purpose": purpose,
        "about": about_words(message, scope) if source.key == "message" else None,
        "width": "desktop" if query.get("width") == "desktop" else "phone",
        "dispatch": dispatch,
        "waiting": waiting_for(shown, dispatch, scope),
        "adaptations": adaptations_in(message, scope),
        "may_adapt": may_adapt(message, scope),
        "links": link_lines(dispatch, scope, source.placeholders),
        "source": source,
        "only": only,
        "sent_only": workspace.ahead.only if workspace.ahead else only,
        "recipients": workspace.facts.people if only is None else only,
        "source_page": source.page(message),
        "may_open_source": scope.may(source.page_action),
        "matrix": matrix_shown(message, workspace, scope),
        "undoable": [one for one in undoable if one.message_id == message.pk],
        "is_own": request.user.pk in shown.authors,
        "writable": writable,
        "saves": message.history.count() if scope.may("decision.read") else 0,
    }
    return render(request, "communications/message_show.html", context)
