"""An adaptation: making it, writing it beside the core, its preview, and who gets which."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communications.adaptations.forms.adaptation import AdaptedForm
from communications.adaptations.forms.criteria import CriteriaForm
from communications.adaptations.queries.forms import statuses_of
from communications.adaptations.queries.page import Shown, version_shown
from communications.adaptations.services import deciding
from communications.adaptations.services.points import ask_consent, drop_points
from communications.adaptations.services.writing import (
    call_ready,
    change_criteria,
    confirm_adapted,
    create_adaptation,
    remove_adaptation,
    write_adapted,
)
from communications.adaptations.views.adaptation_look import form_in, looks_of
from communications.adaptations.views.adaptation_page import (
    adaptation_in_view,
    adaptation_to_write,
    core_in_view,
    edit_page,
    reviewers_for,
    waiting_page,
    who_context,
)
from communications.approvals.queries.waiting import signers_of
from communications.desk.views.message import message_in_view
from communications.messages.models import Adaptation
from communications.messages.queries.adaptation import is_in_force, is_unsigned
from communications.messages.queries.adaptation_list import is_stale, state_seen
from communications.messages.queries.adapted_core import Core, may_adapt, may_write
from communications.messages.services.refusal import RefusedError
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.queries.texts import MISSING, STALE
from programmes.services.texts import TextChangedError, TextMissingError
from stakeholders.models import User

BEING_EDITED = gettext_lazy(
    "This message is being edited. It can be adapted once the new version is approved."
)


@require_http_methods(["GET", "POST"])
@requires("adaptation.write")
def adaptation_add(request: ScopedRequest, pk: int) -> HttpResponse:
    """Choose the people of a new adaptation of a message."""
    core = core_in_view(request, message_in_view(request, pk))
    if not may_adapt(core.message, request.scope):
        raise PermissionDenied
    form = _criteria_form(request, {"has_email": True})
    if form.is_valid() and not core.is_settled:
        form.add_error(None, BEING_EDITED)
    elif form.is_valid():
        try:
            made = create_adaptation(core.message, form.chosen(), _user(request), database_now())
            return redirect("communications:adaptation-edit", request.programme.slug, made.pk)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    return _criteria_page(request, core, form, None)


@require_http_methods(["GET", "POST"])
@requires("adaptation.write")
def adaptation_people(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change the criteria of an adaptation; what is approved goes on until the next decision."""
    core, adaptation = adaptation_to_write(request, pk)
    names = ("region", "site", "business_line", "persona", "has_email")
    form = _criteria_form(request, {name: getattr(adaptation, name) for name in names})
    if form.is_valid() and not core.is_settled:
        form.add_error(None, BEING_EDITED)
    elif form.is_valid():
        try:
            change_criteria(adaptation, form.chosen(), _user(request), database_now())
            return redirect("communications:adaptation-edit", request.programme.slug, pk)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    return _criteria_page(request, core, form, adaptation)


@require_POST
@requires("adaptation.write")
def adaptation_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    """Delete an adaptation that was never in review."""
    _core, adaptation = adaptation_to_write(request, pk)
    slug, message = request.programme.slug, adaptation.message_id
    try:
        remove_adaptation(adaptation, _user(request), database_now())
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("communications:adaptation-show", slug, pk)
    messages.success(request, _("The adaptation has been removed."))
    return redirect("communications:message-show", slug, message)


def _criteria_form(request: ScopedRequest, initial: dict[str, Any]) -> CriteriaForm:
    data = request.POST or None
    return CriteriaForm(data, programme=request.programme, scope=request.scope, initial=initial)


def _criteria_page(
    request: ScopedRequest, core: Core, form: CriteriaForm, adaptation: Adaptation | None
) -> HttpResponse:
    context = {"message": core.message, "core": core, "form": form, "adaptation": adaptation}
    context["is_removable"] = adaptation is not None and not adaptation.versions.exists()
    status = 422 if form.is_bound else 200
    return render(request, "communications/adaptation_criteria.html", context, status=status)


@require_GET
@requires("message.read")
def adaptation_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show what waits for a decision or is approved, as it was frozen; to writers the draft."""
    scope, (core, adaptation) = request.scope, adaptation_in_view(request, pk)
    version = version_shown(adaptation, scope)
    is_writer = scope.may("adaptation.write") and may_write(adaptation, scope)
    content = version.frozen if version else deciding.content_of(adaptation)
    standing = adaptation.versions.within(scope).standing().first()
    who = who_context(request, core)
    signers = signers_of([version], request.programme.pk)[0] if version else set()
    reads = scope.reads_drafts or is_writer
    statuses = statuses_of(adaptation) if reads else {}
    context = {
        "adaptation": adaptation,
        "message": adaptation.message,
        "shown": Shown(version, content, signers=sorted(signers, key=str)),
        "state": state_seen(adaptation, scope),
        "standing": standing,
        "is_stale": is_stale(adaptation, content),
        "is_in_force": standing is not None and is_in_force(standing),
        "is_unsigned": standing is not None and is_unsigned(standing),
        "may_write": is_writer,
        "may_decide": scope.may("approval.decide"),
        "is_own": version is not None and request.user.pk in version.authors,
        "reviewers": reviewers_for(adaptation, statuses, who["shares"]) if reads else None,
        **who,
    }
    return render(request, "communications/adaptation_show.html", context)


@require_http_methods(["GET", "POST"])
@requires("adaptation.write")
def adaptation_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Write one text of an adaptation beside the core, and save it as a draft."""
    return _written(request, pk, "save")


@require_POST
@requires("adaptation.write")
def adaptation_ready(request: ScopedRequest, pk: int) -> HttpResponse:
    """Save one text and call it ready; of one that the core has left behind, that it is right."""
    return _written(request, pk, "ready")


@require_POST
@requires("adaptation.write")
def adaptation_ask(request: ScopedRequest, pk: int) -> HttpResponse:
    """Save one text, then ask for consent where that is missing, else for approval."""
    return _written(request, pk, "ask")


def _written(request: ScopedRequest, pk: int, step: str) -> HttpResponse:
    core, adaptation = adaptation_to_write(request, pk)
    form = form_in(request, adaptation)
    form_name, language = form.form, form.language
    if not core.is_settled:
        return waiting_page(request, adaptation, form if form.is_bound else None)
    if form.is_valid():
        # A choice of key points that was refused has not saved the text.
        renewed = {"points_seen"}
        try:
            _save(request, adaptation, form, language, step)
            renewed = {"text_seen", "source_seen", "points_seen"}
            messages.success(request, _step(request, adaptation, form, step))
            query = urlencode({"form": form_name, "language": language})
            page = reverse("communications:adaptation-edit", args=[request.programme.slug, pk])
            return redirect(f"{page}?{query}")
        except TextChangedError as changed:
            form.show_theirs(changed.text, changed.by)
        except (RefusedError, TextMissingError) as refusal:
            # What is saved by now is what the writer has seen: they are in nobody's way.
            core, adaptation = adaptation_to_write(request, pk)
            form = form_in(request, adaptation, renewed)
            form.add_error(None, _refusal(refusal))
    return edit_page(request, core, adaptation, form, looks_of(request, core, adaptation, form))


def _refusal(refusal: RefusedError | TextMissingError) -> str:
    if isinstance(refusal, TextMissingError):
        return _("There is no text yet. Write it first.")
    return str(refusal)


@transaction.atomic
def _save(
    request: ScopedRequest, adaptation: Adaptation, form: AdaptedForm, language: str, step: str
) -> None:
    """Save the key points and the text; a text that was never written stays missing.

    Who asks for a decision does not write what is only proposed on the page that is open.
    """
    now, user = database_now(), _user(request)
    points_seen = form.cleaned_data["points_seen"] or None
    drop_points(adaptation, form.dropped(), user, now, seen=points_seen)
    status = statuses_of(adaptation)[form.form][language]
    is_unwritten = status.state == MISSING
    if is_unwritten and (form.is_as_proposed if step == "ask" else not any(form.text().values())):
        return
    write_adapted(
        adaptation,
        form.form,
        language,
        form.text(),
        user,
        now,
        frame=form.frame(),
        text_seen=form.seen,
        source_seen=form.cleaned_data["source_seen"] or None,
    )


def _step(request: ScopedRequest, adaptation: Adaptation, form: AdaptedForm, step: str) -> str:
    """Take the step after the saving; return what was done, in a sentence."""
    now, user = database_now(), _user(request)
    if step == "ready":
        one, language = form.form, form.language
        status = statuses_of(adaptation)[one][language]
        if status.state == STALE or status.is_asked:
            source_seen = form.cleaned_data["source_seen"]
            confirm_adapted(adaptation, one, language, user, now, source_seen=source_seen)
        else:
            call_ready(adaptation, one, language, user, now)
        return _("The text is ready.")
    if step == "ask":
        if ask_consent(adaptation, now):
            return _("The author of the core message is asked to agree, by email.")
        version = deciding.ask(adaptation, user, now)
        sentence = _("Version %(version)s is waiting for the CIO, who is notified by email.")
        return sentence % {"version": version.version}
    return _("Draft saved.")


def _user(request: ScopedRequest) -> User:
    return cast(User, request.user)
