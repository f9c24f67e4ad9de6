"""The pages of a reviewer: what they have to read, and one text with what is said about it."""

from collections.abc import Iterator, Mapping
from typing import Any

from csp.decorators import csp
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from communications.approvals.forms.review import CommentForm
from communications.approvals.queries.review import requests_to_sign, talk_for, threads
from communications.approvals.queries.reviewers import marked, reviews_in, state_of
from communications.approvals.views.review import may_ask, review_in_view
from communications.desk.queries.preview import Preview, preview_of
from communications.desk.views.text import PREVIEW_POLICY, logo_source
from communications.dispatches.sources import source_of
from communications.messages.models import Review
from communications.messages.queries.review import source_under, text_shown, text_under
from communications.messages.rendering import preview_html
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.models import fingerprint

# The fields that are printed as titles.
TITLES = ("subject", "headline")


@require_GET
@requires("review.read")
def review_list(request: ScopedRequest) -> HttpResponse:
    """Show what waits for the reader: texts to review, comments, and their consent."""
    user: Any = request.user
    context = {
        "own": reviews_in(request.scope, user),
        "talk": talk_for(request.scope),
        "requests": requests_to_sign(user, request.programme),
        "today": database_now().date(),
    }
    return render(request, "communications/review_list.html", context)


@require_GET
@requires("review.read")
def review_show(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show one text to whoever was asked to read it, with the comments on it."""
    review = review_in_view(request, pk)
    text, seen = text_shown(review, request.scope), fingerprint(text_under(review))
    is_shown = fingerprint(text) == seen
    said = threads(review.comments.filter(parent=None))
    passages = [one.passage for one in said if one.resolved_at is None]
    shown = preview(request, review, text)
    context = {
        "review": review,
        "text": text,
        "is_empty": not any(text.values()),
        "pieces": [(name in TITLES, marked(words, passages)) for name, words in text.items()],
        "source": list(_source(review, is_shown=is_shown)),
        "text_seen": seen,
        "is_shown": is_shown,
        "state": state_of(review, seen, database_now().date()),
        "has_changed": review.is_open and seen != review.asked_fingerprint,
        "comments": said,
        "open": [one for one in said if one.resolved_at is None],
        "form": CommentForm(shown=text),
        "is_reviewer": review.reviewer_id == request.user.pk,
        "may_ask": may_ask(request.scope, review),
        "subject": shown.mail.subject if shown else "",
    }
    return render(request, "communications/review_show.html", context)


def _source(review: Review, *, is_shown: bool) -> Iterator[tuple[bool, str]]:
    """Yield the English beside a text, each with whether it is a title; none beside an older one.

    Who has finished would see in it what others are writing.
    """
    for name, words in source_under(review).items() if is_shown else ():
        if words:
            yield name in TITLES, words


@csp(PREVIEW_POLICY)
@require_GET
@requires("review.read")
def review_preview(request: ScopedRequest, pk: int) -> HttpResponse:
    """Answer with the email that the text makes, for a frame."""
    review = review_in_view(request, pk)
    shown = preview(request, review, text_shown(review, request.scope))
    if shown is None:
        raise Http404
    return HttpResponse(preview_html(shown.mail, logo_source(request)))


def preview(request: ScopedRequest, review: Review, text: Mapping[str, str]) -> Preview | None:
    """Return the email that a text makes; None where it is none, or not written."""
    message = review.message
    if review.form or not all(text.values()):
        return None
    source = source_of(message)
    return preview_of(
        message,
        review.adaptation.rule() if review.adaptation else message.audience.rule(),
        {review.code: text},
        review.code,
        request.scope,
        source.placeholders,
        is_optional=message.is_optional,
        examples=source.examples(message, review.code),
    )
