"""The page on which an adaptation is written: the core, the text, its preview, who gets which."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render

from communications.adaptations.forms.adaptation import AdaptedForm
from communications.adaptations.queries.answer import answers_for
from communications.adaptations.queries.forms import EMAIL, key_of, statuses_of
from communications.adaptations.queries.page import languages_for, tabs_of
from communications.adaptations.queries.points import agreers_of, name_of, not_agreed
from communications.adaptations.queries.who import Share, adaptations_of, shares_of
from communications.approvals.queries.reviewers import Reviewers, reviewers_adapted
from communications.desk.queries.preview import preview_of
from communications.dispatches.sources import source_of
from communications.messages.models import Adaptation, Message
from communications.messages.queries.adaptation_list import state_of
from communications.messages.queries.adapted_core import Core, as_seen, core_for, may_write
from communications.messages.rendering.letter import Filled
from programmes.access import ScopedRequest
from programmes.database.clock import database_now
from programmes.queries.texts import SOURCE_LANGUAGE, TextStatus, text_of


def edit_page(
    request: ScopedRequest,
    core: Core,
    adaptation: Adaptation,
    form: AdaptedForm,
    looks: Mapping[str, Any],
) -> HttpResponse:
    """Show one text of an adaptation beside the core; ``looks`` says how what is typed looks."""
    message, statuses = adaptation.message, statuses_of(adaptation)
    kind, language = form.form, form.language
    status = statuses[kind][language]
    open_points = not_agreed(form.points)
    who = who_context(request, core)
    context = {
        "adaptation": adaptation,
        "message": message,
        "core": text_of(message, SOURCE_LANGUAGE, ("subject", "body")),
        "form": form,
        "kind": kind,
        "language": language,
        "languages": languages_for(request.programme, request.scope),
        "tabs": tabs_of(statuses, language),
        "status": status,
        "state": state_of(adaptation),
        "open_points": open_points,
        "agreer": name_of(list(agreers_of(message))),
        "is_by_mail": kind == EMAIL,
        **looks,
        **who,
        "reviewers": reviewers_for(adaptation, statuses, who["shares"]),
        "people": own_people(who["shares"], adaptation),
    }
    answer = 422 if form.is_bound else 200
    return render(request, "communications/adaptation_edit.html", context, status=answer)


def own_people(shares: Sequence[Share], adaptation: Adaptation) -> int:
    """Return how many people in view get an adaptation."""
    found = (one.people for one in shares if one.adaptation and one.adaptation.pk == adaptation.pk)
    return next(found, 0)


def waiting_page(
    request: ScopedRequest, adaptation: Adaptation, form: AdaptedForm | None
) -> HttpResponse:
    """Say that the core is being edited, with what was typed, if something was."""
    message, status = adaptation.message, 422 if form else 200
    context = {"adaptation": adaptation, "message": message, "form": form}
    return render(request, "communications/adaptation_waits.html", context, status=status)


def reviewers_for(
    adaptation: Adaptation,
    statuses: Mapping[str, Mapping[str, TextStatus]],
    shares: Sequence[Share],
) -> Reviewers:
    """Return who reads its texts, with how many people get its email in each language."""
    found = {key_of(form): own for form, own in statuses.items()}
    own = (one.languages for one in shares if one.adaptation == adaptation)
    counts: Mapping[str, int] = next(own, {})
    return reviewers_adapted(adaptation, found, counts, database_now().date())


def who_context(request: ScopedRequest, core: Core) -> dict[str, Any]:
    """Return the heads of the core and of each adaptation, and what people of a name get."""
    message, asked = core.message, request.GET.get("person", "")
    adaptations = adaptations_of(message, request.scope)
    shares = shares_of(core, adaptations, request.scope)
    return {
        "shares": shares,
        "everybody": sum(share.people for share in shares),
        "asked": asked,
        "answers": answers_for(core, adaptations, request.scope, asked),
        "may_ask": request.scope.may("people.read"),
    }


def mail_of(
    request: ScopedRequest, adaptation: Adaptation, language: str, text: Mapping[str, str]
) -> Filled:
    """Return the email of one of its people in view, or of a sample."""
    message = adaptation.message
    source = source_of(message)
    return preview_of(
        message,
        adaptation.rule(),
        {language: text},
        language,
        request.scope,
        source.placeholders,
        is_optional=message.is_optional,
        examples=source.examples(message, language),
    ).mail


def adaptation_in_view(request: ScopedRequest, pk: int) -> tuple[Core, Adaptation]:
    """Return an adaptation within the scope and its core, as they are to be seen, or answer 404."""
    found = Adaptation.objects.within(request.scope).with_places().filter(pk=pk)
    seen = as_seen(found, request.scope)
    if not seen:
        raise Http404
    return core_in_view(request, seen[0].message), seen[0]


def core_in_view(request: ScopedRequest, message: Message) -> Core:
    """Return a message within the scope as it is to be seen there, or answer 404."""
    core = core_for(message, request.scope)
    if core is None:
        raise Http404
    return core


def adaptation_to_write(request: ScopedRequest, pk: int) -> tuple[Core, Adaptation]:
    """Return the same, or answer 403 for an adaptation that is not the user's to write."""
    core, adaptation = adaptation_in_view(request, pk)
    if not may_write(adaptation, request.scope):
        raise PermissionDenied
    return core, adaptation
