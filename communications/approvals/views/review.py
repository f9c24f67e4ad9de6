"""Asking for reviews, reading, commenting: each step leads back to the page it was taken on."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communications.approvals.forms.review import (
    CommentForm,
    ReviewForm,
    TextsThere,
    WordsForm,
    key_in,
    text_in,
    usual_check,
)
from communications.approvals.queries.reviewers import Statuses, candidates_for
from communications.approvals.services import comment as comments
from communications.approvals.services import review as reviews
from communications.approvals.views.step import taken
from communications.messages.models import Adaptation, Message, Review, ReviewComment
from communications.messages.models.channel_text import form_label
from communications.messages.queries.adapted_core import may_write
from communications.messages.queries.channel_text import own_texts, statuses_by_form
from communications.messages.queries.review import EMAIL, FIELDS, sees_drafts, text_shown
from communications.messages.services.refusal import RefusedError
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.back import next_path
from programmes.design.undo import offer_undo
from programmes.queries.texts import MISSING, SOURCE_LANGUAGE, states_of
from programmes.scope import Scope
from programmes.views.once import once
from programmes.views.typed import typed_again
from stakeholders.models import User

# So long a reviewer has, unless somebody says otherwise.
DAYS_TO_READ = timedelta(days=5)


@require_http_methods(["GET", "POST"])
@requires("review.ask")
@once
def review_add(request: ScopedRequest, pk: int) -> HttpResponse:
    """Ask somebody to read one text of a message: its email, or that of a channel."""
    seen = Message.objects.within(request.scope).select_related("programme")
    message = get_object_or_404(seen, pk=pk)
    languages = request.programme.languages
    forms = statuses_by_form(list(own_texts(message)), languages)
    statuses = {EMAIL: states_of(message, FIELDS, languages), **forms}
    return ask_page(request, message, texts_in(statuses))


def texts_in(statuses: Statuses, *, is_adapted: bool = False) -> TextsThere:
    """Return what is written, in which languages, by form and its name."""
    return {
        (form, form_label(form, is_adapted) if form else _("Email")): codes
        for form, found in statuses.items()
        if (codes := [code for code, one in found.items() if one.state != MISSING])
    }


def ask_page(
    request: ScopedRequest,
    message: Message,
    texts: TextsThere,
    adaptation: Adaptation | None = None,
) -> HttpResponse:
    """Ask for a review of one of some texts; the address may name which."""
    keys = [key_in(form, code) for (form, _name), codes in texts.items() for code in codes]
    wanted = request.POST.get("language") or request.GET.get("language", "")
    key = wanted if wanted in keys else next(iter(keys), SOURCE_LANGUAGE)
    language = text_in(key)[1]
    form = ReviewForm(
        request.POST or None,
        texts=texts,
        candidates=candidates_for(request.programme, language),
        initial={
            "language": key,
            "checks": usual_check(language),
            "due_on": database_now().date() + DAYS_TO_READ,
        },
    )
    ask = partial(reviews.ask_review, adaptation=adaptation)
    if form.is_valid() and (review := tried(form, ask, message, form.review(), request)):
        sentence = _("%(name)s has the text now and is notified by email.")
        messages.success(request, sentence % {"name": review.reviewer})
        return redirect(_page_of_text(request, message, adaptation))
    context = {
        "form": form,
        "message": message,
        "adaptation": adaptation,
        "page_url": _page_of_text(request, message, adaptation),
    }
    return render(request, "communications/review_form.html", context)


def _page_of_text(request: ScopedRequest, message: Message, adaptation: Adaptation | None) -> str:
    name, pk = ("adaptation", adaptation.pk) if adaptation else ("message", message.pk)
    return reverse(f"communications:{name}-show", args=[request.programme.slug, pk])


def tried(form: Form, verb: Callable[..., Any], *args: Any) -> Any:
    """Take a step with what a form holds, the request last; None if refused: the form says why."""
    *row, request = args
    try:
        return verb(*row, request.user, database_now())
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return None


@require_POST
@requires("review.write")
def review_done(request: ScopedRequest, pk: int) -> HttpResponse:
    """Say that the text that was shown is reviewed; it can be undone."""
    review = review_in_view(request, pk)
    if review.reviewer_id != request.user.pk:
        raise PermissionDenied
    seen = request.POST.get("text_seen", "")
    if taken(request, reviews.finish_review, review, request.user, seen, database_now()):
        _offer_to_reopen(request, review, _("The text is reviewed."))
    return back(request, review)


@require_POST
@requires("review.write")
def review_call_off(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a text back from who has it."""
    review = review_in_view(request, pk)
    if not may_ask(request.scope, review):
        raise PermissionDenied
    if taken(request, reviews.call_off_review, review, request.user, database_now()):
        _offer_to_reopen(request, review, _("The review is cancelled."))
    return back(request, review)


@require_POST
@requires("review.write")
def review_reopen(request: ScopedRequest, pk: int) -> HttpResponse:
    """Undo what ended a review."""
    review = review_in_view(request, pk)
    has_ended_it = review.reviewer_id == request.user.pk and review.state == Review.State.DONE
    if not has_ended_it and not may_ask(request.scope, review):
        raise PermissionDenied
    sees = sees_drafts(review, request.scope)
    reopen = partial(reviews.reopen_review, sees_drafts=sees)
    if taken(request, reopen, review, request.user, database_now()):
        messages.success(request, _("The review is open again."))
    return back(request, review)


@require_POST
@requires("review.write")
@once
def review_comment(request: ScopedRequest, pk: int) -> HttpResponse:
    """Comment on a passage of a text."""
    review = review_in_view(request, pk)
    form = CommentForm(request.POST, shown=text_shown(review, request.scope))
    if form.is_valid():
        words = (form.cleaned_data["passage"], form.cleaned_data["words"])
        comment_on = partial(comments.comment_on, shown=form.shown)
        if tried(form, comment_on, review, *words, request):
            messages.success(request, _("Comment added."))
            return back(request, review)
    return _again(request, form, review, _("New comment"), _("Add comment"))


@require_POST
@requires("review.write")
@once
def review_answer(request: ScopedRequest, pk: int) -> HttpResponse:
    """Answer a comment."""
    comment, form = _comment(request, pk), WordsForm(request.POST)
    if form.is_valid() and tried(
        form, comments.answer_comment, comment, form.cleaned_data["words"], request
    ):
        messages.success(request, _("Answer sent."))
        return back(request, comment.review)
    return _again(request, form, comment.review, _("Answer to a comment"), _("Send answer"))


@require_POST
@requires("review.write")
def review_resolve(request: ScopedRequest, pk: int, *, is_open: bool = False) -> HttpResponse:
    """Resolve a comment, or open it again."""
    comment = _comment(request, pk)
    comments.resolve_comment(comment, cast(User, request.user), database_now(), is_open=is_open)
    if is_open:
        messages.success(request, _("The comment is open again."))
    else:
        url = reverse("communications:review-unresolve", args=[request.programme.slug, pk])
        query = urlencode({"next": next_path(request)})
        offer_undo(request, _("The comment is resolved."), f"{url}?{query}")
    return back(request, comment.review)


def review_in_view(request: ScopedRequest, pk: int) -> Review:
    """Return a review within the scope, or answer 404."""
    found = Review.objects.within(request.scope).with_texts()
    return get_object_or_404(found.select_related("reviewer", "asked_by"), pk=pk)


def may_ask(scope: Scope, review: Review) -> bool:
    """Tell whether somebody could have asked for a review: they write the text."""
    if review.adaptation:
        return scope.may("adaptation.write") and may_write(review.adaptation, scope)
    return scope.may("review.ask")


def _comment(request: ScopedRequest, pk: int) -> ReviewComment:
    found = ReviewComment.objects.within(request.scope).filter(parent=None)
    return get_object_or_404(found.select_related("review__message__programme"), pk=pk)


def _offer_to_reopen(request: ScopedRequest, review: Review, sentence: str) -> None:
    url = reverse("communications:review-reopen", args=[request.programme.slug, review.pk])
    offer_undo(request, sentence, f"{url}?{urlencode({'next': next_path(request)})}")


def back(request: ScopedRequest, review: Review) -> HttpResponse:
    """Go back to the page the step was taken on, or to that of the review."""
    return redirect(next_path(request) or page_of(request, review))


def page_of(request: ScopedRequest, review: Review) -> str:
    """Return the address of the page of a review."""
    return reverse("communications:review-show", args=[request.programme.slug, review.pk])


def _again(
    request: ScopedRequest, form: Form, review: Review, title: str, save: str
) -> HttpResponse:
    page = next_path(request) or page_of(request, review)
    return typed_again(request, form, title=title, save=save, cancel_url=page)
