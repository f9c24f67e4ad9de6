"""What needs attention in a stream: gaps of impacts, late milestones, objectives off track."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import ngettext

from onelift.dashboards.attention.queries.concern import Concern
from onelift.dashboards.attention.queries.weight import IMPACTS, MILESTONE, OBJECTIVE, by_weight
from programmes.design import formats


@dataclass(frozen=True)
class StreamKnown:
    """What the page of a stream knows.

    Attributes:
        today: the day.
        touched: how many people its impacts touch.
        unanswered: how many of them face a high impact for which nothing is approved.
        begins_on: when the first of these impacts begins.
        late_on: the days on which late milestones were due.
        off_track: the days on which objectives that are off track are due.

    """

    today: date
    touched: int = 0
    unanswered: int = 0
    begins_on: date | None = None
    late_on: Sequence[date] = ()
    off_track: Sequence[date] = ()


def stream_concerns(known: StreamKnown) -> list[Concern]:
    """Return what needs attention in a stream, the heaviest first; without a query."""
    found = (*_unanswered(known), *_late(known), *_off_track(known))
    return by_weight(found, known.touched)


def _unanswered(known: StreamKnown) -> Iterator[Concern]:
    n = known.unanswered
    if not n:
        return
    words = ngettext(
        "%(n)s person faces a high impact with no action planned",
        "%(n)s people face a high impact with no action planned",
        n,
    )
    days = (known.begins_on - known.today).days if known.begins_on else None
    yield Concern(IMPACTS, words % {"n": formats.number(n)}, people=n, days=days)


def _late(known: StreamKnown) -> Iterator[Concern]:
    n = len(known.late_on)
    if n:
        words = ngettext("%(n)d milestone is late", "%(n)d milestones are late", n)
        days = (min(known.late_on) - known.today).days
        yield Concern(MILESTONE, words % {"n": n}, days=days)


def _off_track(known: StreamKnown) -> Iterator[Concern]:
    n = len(known.off_track)
    if n:
        words = ngettext("%(n)d objective is off track", "%(n)d objectives are off track", n)
        days = (min(known.off_track) - known.today).days
        yield Concern(OBJECTIVE, words % {"n": n}, days=days)
