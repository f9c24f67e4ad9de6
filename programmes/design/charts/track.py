"""Where one thing is and where it would be, on a calendar that all rows of a table share."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas

WIDTH, HEIGHT, HEAD, MIDDLE = 352.0, 32.0, 18.0, 16.0
MARGIN = timedelta(days=7)
ARROW_FROM, ARROW_TO = 5.0, 7.0


@dataclass(frozen=True)
class Axis:
    """The days that the tracks of a table show.

    Attributes:
        first: the first day.
        last: the last day.
        rests: days on which something rests, each a line.
        is_quiet: tells of a day whether it lies in a time when most people are away.

    """

    first: date
    last: date
    rests: Sequence[date] = ()
    is_quiet: Callable[[date], bool] = bool

    @classmethod
    def around(
        cls, days: Iterable[date], rests: Iterable[date], is_quiet: Callable[[date], bool]
    ) -> "Axis":
        """Return the axis for some days, with a week around them."""
        days = list(days)
        first, last = min(days) - MARGIN, max(days) + MARGIN
        known = sorted({on for on in rests if first <= on <= last})
        return cls(first, last, tuple(known), is_quiet)

    def x(self, on: date) -> float:
        """Return where a day begins."""
        return (on - self.first).days / max(1, (self.last - self.first).days) * WIDTH

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def months(self) -> list[date]:
        """Return the first days of its months, but for one at its very end."""
        return [on for on in self.days if on.day == 1 and (self.last - on).days > 3]


def draw_head(axis: Axis) -> SafeString:
    """Write the months of an axis."""
    canvas = Canvas(WIDTH, HEAD)
    for on in axis.months:
        canvas.text(axis.x(on), 13, formats.month(on), "m")
    return canvas.svg(_("Months"))


def draw_track(
    axis: Axis, before: date, then: date, *, is_date: bool, has_clash: bool
) -> SafeString:
    """Draw a ring for the day now, and a disc for that then; a diamond where something clashes."""
    canvas = Canvas(WIDTH, HEIGHT)
    _draw_ground(canvas, axis)
    old, new = axis.x(before), axis.x(then)
    if abs(new - old) > ARROW_FROM + ARROW_TO:
        way = 1 if new > old else -1
        tip = new - way * ARROW_TO
        canvas.line([(old + way * ARROW_FROM, MIDDLE), (tip, MIDDLE)], "s-arrow")
        canvas.line([(tip - way * 3, 13), (tip, MIDDLE), (tip - way * 3, 19)], "s-arrow")
    canvas.circle(old, MIDDLE, 4, "g-sf s-old")
    if has_clash:
        canvas.area([(new, 9), (new + 6.5, MIDDLE), (new, 23), (new - 6.5, MIDDLE)], "f-warn")
    else:
        canvas.circle(new, MIDDLE, 6.5 if is_date else 5.5, "st-gl" if is_date else "f-acc")
    words = {"before": formats.day(before), "then": formats.day(then)}
    return canvas.svg(_("From %(before)s to %(then)s") % words)


def _draw_ground(canvas: Canvas, axis: Axis) -> None:
    width = axis.x(axis.first + timedelta(days=1))
    for on in axis.days:
        if axis.is_quiet(on):
            canvas.rect(axis.x(on), 0, width, HEIGHT, "g-bg")
    for on in axis.months:
        canvas.line([(axis.x(on), 0), (axis.x(on), HEIGHT)], "g-line")
    for on in axis.rests:
        canvas.line([(axis.x(on), 0), (axis.x(on), HEIGHT)], "s-hol")
