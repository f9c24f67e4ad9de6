"""What of this floor is to be done on site: needs that wait for an answer of their owner."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.needs.models import Need
from programmes.queries.todo import Thing, TodoSource, Week, register


class OwnNeeds(TodoSource):
    """Needs that the reader owns, until their day; the answer says that they are done."""

    key, action = "need", "need.write"

    def things(self, week: Week) -> Iterator[Thing]:
        """Yield what is due soon or was, and what was answered lately (one query)."""
        waits = Q(answered_at=None, due_on__lte=week.last_on)
        done = Q(answered_at__gte=week.since)
        rows = Need.objects.within(week.scope).unjoined().filter(waits | done)
        own = rows.filter(owner=week.scope.user_id).select_related("site", "answered_by")
        for need in own:
            if need.due_on:
                yield _need(need, week)

    def tick(self, thing: Thing, week: Week, by: Any) -> None:
        """Leave it open: only an answer says so."""

    def undo(self, thing: Thing, week: Week, by: Any) -> None:
        """Leave it done: its own page undoes an answer."""


def _need(need: Need, week: Week) -> Thing:
    return Thing(
        source=OwnNeeds.key,
        key=str(need.pk),
        what=_("Answer the need “%(need)s”") % {"need": need},
        where=need.site.name,
        due_on=need.due_on or week.today,
        url=reverse("feedback:need-show", args=[week.programme.slug, need.pk]),
        done_at=need.answered_at,
        said=str(need.answered_by or ""),
        may_undo=False,
        button=_("Answer"),
    )


register(OwnNeeds())
