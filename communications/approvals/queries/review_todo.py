"""What of the to-do of a week is a text to read."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from communications.messages.models import Review
from programmes.design.formats import language_name
from programmes.queries.todo import Thing, TodoSource, Week


class Reviews(TodoSource):
    """Texts that somebody has to read; marking one as reviewed says so."""

    key, action = "review", "review.write"

    def things(self, week: Week) -> Iterator[Thing]:
        """Yield what the reader has, and has finished lately (one query)."""
        own = Review.objects.within(week.scope).standing().filter(reviewer=week.scope.user_id)
        for review in own.with_texts():
            if review.is_open or (review.ended_at and review.ended_at >= week.since):
                yield _review(review, week)

    def tick(self, thing: Thing, week: Week, by: Any) -> None:
        """Leave it open: only the page with the text says so."""

    def undo(self, thing: Thing, week: Week, by: Any) -> None:
        """Leave it done."""


def _review(review: Review, week: Week) -> Thing:
    words = _("Review the %(language)s text of “%(title)s”")
    named = {"language": language_name(review.code), "title": review.title}
    return Thing(
        source=Reviews.key,
        key=str(review.pk),
        what=words % named,
        where=str(review.get_checks_display()),
        due_on=review.due_on,
        url=reverse("communications:review-show", args=[week.programme.slug, review.pk]),
        done_at=review.ended_at,
        may_undo=False,
        button=_("Read and comment"),
    )
