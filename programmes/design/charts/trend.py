"""A share from week to week, with the band of its interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, Cell, Drawing

WIDTH, HEIGHT = 400.0, 232.0
START, END, TOP, BASE = 8.0, 330.0, 20.0, 202.0
MOST_LABELS = 6
LEAST_SPAN = 0.2


@dataclass(frozen=True)
class TrendPoint:
    """One week.

    Attributes:
        label: its short name, such as ``W46``.
        share: a fraction from 0 to 1.
        low: lower end of the 95 % interval.
        high: upper end of the 95 % interval.
        answers: how many answered.
        note: words beside the point.
        is_running: whether the week is not over yet.
        url: the table behind it.

    """

    label: str
    share: float
    low: float
    high: float
    answers: int
    note: str = ""
    is_running: bool = False
    url: str = ""


@dataclass(frozen=True)
class _Plane:
    """Where weeks and shares lie."""

    count: int
    low: float
    high: float

    def x(self, index: int) -> float:
        """Return the place of a week; a single one stands in the middle."""
        if self.count == 1:
            return (START + END) / 2
        return START + index / (self.count - 1) * (END - START)

    def y(self, share: float) -> float:
        """Return the height of a share."""
        return BASE - (share - self.low) / (self.high - self.low) * (BASE - TOP)


def draw_trend(points: Sequence[TrendPoint], goal: float | None, label: str) -> Drawing:
    """Draw the line, its band, and the goal; the running week is dashed."""
    canvas = Canvas(WIDTH, HEIGHT)
    plane = _plane(points, goal)
    _draw_grid(canvas, plane, goal)
    if points:
        _draw_band(canvas, plane, points)
        _draw_line(canvas, plane, points)
    _draw_words(canvas, plane, points)
    headings = [_("Week"), _("Share"), _("Interval (95%)"), _("Answers")]
    return Drawing(canvas.svg(label), headings, [_cells(point) for point in points])


def _plane(points: Sequence[TrendPoint], goal: float | None) -> _Plane:
    ends = [end for point in points for end in (point.low, point.high)] or [0.0, 1.0]
    ends += [goal] if goal is not None else []
    low, high = floor(min(ends) * 10) / 10, ceil(max(ends) * 10) / 10
    if high - low < LEAST_SPAN:
        low, high = max(0.0, low - 0.1), min(1.0, high + 0.1)
    return _Plane(len(points), low, high)


def _draw_grid(canvas: Canvas, plane: _Plane, goal: float | None) -> None:
    for tenth in range(round(plane.low * 10), round(plane.high * 10) + 1):
        y = plane.y(tenth / 10)
        canvas.line([(START, y), (END, y)], "g-line")
        if goal is None or abs(y - plane.y(goal)) > 12:
            canvas.text(END + 6, y + 4, formats.percent(tenth / 10), "m")
    if goal is not None:
        canvas.line([(START, plane.y(goal)), (END, plane.y(goal))], "g-axis", dashed=True)
        words = _("goal %(share)s") % {"share": formats.percent(goal)}
        canvas.text(END + 6, plane.y(goal) + 4, words, "m")


def _draw_band(canvas: Canvas, plane: _Plane, points: Sequence[TrendPoint]) -> None:
    upper = [(plane.x(i), plane.y(point.high)) for i, point in enumerate(points)]
    lower = [(plane.x(i), plane.y(point.low)) for i, point in enumerate(points)]
    if len(points) == 1:
        canvas.line([upper[0], lower[0]], "s-range")
    else:
        canvas.area(upper + lower[::-1], "f-band")


def _draw_line(canvas: Canvas, plane: _Plane, points: Sequence[TrendPoint]) -> None:
    places = [(plane.x(i), plane.y(point.share)) for i, point in enumerate(points)]
    settled = sum(1 for point in points if not point.is_running)
    canvas.line(places[:settled] or places[:1], "s-acc")
    if 0 < settled < len(points):
        canvas.line(places[settled - 1 :], "s-acc", dashed=True)
    for (x, y), point in zip(places, points, strict=True):
        canvas.circle(x, y, 3.5 if point.note else 2.2, "f-acc")


def _draw_words(canvas: Canvas, plane: _Plane, points: Sequence[TrendPoint]) -> None:
    every = max(1, ceil(len(points) / MOST_LABELS))
    for index, point in enumerate(points):
        x, is_last = plane.x(index), index == len(points) - 1
        place = "e" if is_last and index else ("c" if index else "")
        if index % every == 0:
            canvas.text(x, HEIGHT - 10, point.label, f"m {place if index else ''}".strip())
        if point.note or is_last:
            words = point.note or formats.percent(point.share)
            y = plane.y(point.share) + (18 if _is_valley(points, index) else -8)
            canvas.text(x, y, words, f"b halo s {place}".strip())


def _is_valley(points: Sequence[TrendPoint], index: int) -> bool:
    """Tell whether the line comes down to a point and goes up again, so that words fit below."""
    beside = [points[i].share for i in (index - 1, index + 1) if 0 <= i < len(points)]
    return len(beside) == 2 and min(beside) > points[index].share


def _cells(point: TrendPoint) -> list[Cell]:
    interval = _("%(low)s to %(high)s") % {
        "low": formats.percent(point.low),
        "high": formats.percent(point.high),
    }
    return [
        Cell(point.label),
        Cell(formats.percent(point.share), is_number=True),
        Cell(interval, is_number=True),
        Cell(formats.number(point.answers), point.url, is_number=True),
    ]
