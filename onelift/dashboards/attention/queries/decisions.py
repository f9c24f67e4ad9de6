"""Decisions that are late, and those that wait in time."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onelift.dashboards.attention.queries.concern import Concern, Step
from onelift.dashboards.attention.queries.known import Known, Waiting
from onelift.dashboards.attention.queries.weight import LATE_DECISION, WAITING
from programmes.design import formats


def decisions(known: Known) -> Iterator[Concern]:
    """Yield those whose day has passed as one fact, and the others as another."""
    if not known.scope.may("decision.read"):
        return
    late = [one for one in known.waiting if one.due_on and one.due_on < known.today]
    if late:
        yield _late(known, sorted(late, key=lambda one: (one.due_on or known.today, one.title)))
    in_time = [one for one in known.waiting if one not in late]
    if in_time:
        yield _in_time(known, in_time)


def _late(known: Known, late: list[Waiting]) -> Concern:
    n, first = len(late), late[0]
    if known.scope.may("approval.decide"):
        words = ngettext("%(n)d of your decisions is late", "%(n)d of your decisions are late", n)
    else:
        words = ngettext("%(n)d CIO decision is late", "%(n)d CIO decisions are late", n)
    values = {"title": first.title, "day": formats.day(first.due_on or known.today)}
    return Concern(
        LATE_DECISION,
        words % {"n": n},
        advice=_("“%(title)s” was due on %(day)s.") % values,
        people=max(one.people for one in late),
        days=((first.due_on or known.today) - known.today).days,
        url=_url(known, "late"),
        step=_step(known, n),
        count=n,
    )


def _in_time(known: Known, waiting: list[Waiting]) -> Concern:
    n, days = len(waiting), [one.due_on for one in waiting if one.due_on]
    advice = ""
    if days:
        advice = _("The first is due on %(day)s.") % {"day": formats.day(min(days))}
    return Concern(
        WAITING,
        waiting_words(n, is_yours=known.scope.may("approval.decide")),
        advice=advice,
        days=(min(days) - known.today).days if days else None,
        url=_url(known, "ahead"),
        step=_step(known, n),
        count=n,
    )


def waiting_words(n: int, *, is_yours: bool) -> str:
    """Say how many decisions wait, and for whom."""
    if is_yours:
        words = ngettext("%(n)d decision for you to make", "%(n)d decisions for you to make", n)
    else:
        words = ngettext(
            "%(n)d decision for the CIO to make", "%(n)d decisions for the CIO to make", n
        )
    return words % {"n": n}


def _url(known: Known, part: str) -> str:
    return reverse("dashboards:decisions-show", args=[known.slug]) + f"?for={part}"


def _step(known: Known, n: int) -> Step:
    url = reverse("dashboards:decisions-show", args=[known.slug])
    return Step(ngettext("Open decision", "Open decisions", n), url)
