"""A share from week to week with its interval, the goal, and what happened on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, floor

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, Cell, Drawing, Point, shortened, text_width

WIDE, NARROW, HEIGHT = 440.0, 330.0, 250.0
START, END, TOP, BOTTOM = 8.0, 78.0, 48.0, 26.0
FLAG_STEP, FLAG_HEIGHT, LONGEST_FLAG, FLAG_ROWS = 20.0, 17.0, 110.0, 2
LEAST_SPAN, MOST_WORDS, MOST_WEEKS = 0.3, 6, 12
SMALL = 11.0
# Between the picture and the words beside it, and behind these.
BESIDE, GAP = 10.0, 6.0
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class CurvePoint:
    """The share of one week, with the ends of its 95 % interval; ``monday`` names the week."""

    monday: date
    share: float
    low: float
    high: float
    answers: int
    url: str = ""

    @property
    def week(self) -> str:
        """Return the name of the week, such as W48."""
        return _("W%(n)s") % {"n": self.monday.isocalendar().week}

    def is_below(self, goal: float) -> bool:
        """Tell whether it misses the goal beyond chance."""
        return self.high < goal


@dataclass(frozen=True)
class Flag:
    """A day on which something happened, such as the go-live of a wave."""

    on: date
    word: str


@dataclass(frozen=True)
class Curve:
    """Weeks in their order, the flags and the goal; ``today`` lies in the running week."""

    points: Sequence[CurvePoint]
    flags: Sequence[Flag]
    goal: float
    today: date


def draw_curve(curve: Curve, label: str) -> Drawing:
    """Draw the weeks as a line; a diamond, red, where the whole interval is below the goal."""
    headings = [_("Week"), _("Share"), _("Interval (95%)"), _("Answers")]
    rows = [_cells(point) for point in reversed(curve.points)]
    wide, narrow = (_Picture(curve, width).draw(label) for width in (WIDE, NARROW))
    return Drawing(wide, headings, rows, narrow)


def _cells(point: CurvePoint) -> list[Cell]:
    ends = {"low": formats.percent(point.low), "high": formats.percent(point.high)}
    return [
        Cell(point.week, point.url),
        Cell(formats.percent(point.share), is_number=True),
        Cell(_("%(low)s to %(high)s") % ends, is_number=True),
        Cell(formats.number(point.answers), is_number=True),
    ]


def _edges(curve: Curve) -> tuple[date, date]:
    """Return the first and the last week; flags shortly before the first point are in."""
    first, last = curve.points[0].monday, curve.points[-1].monday
    before = [f.on - timedelta(days=f.on.weekday()) for f in curve.flags if f.on < first]
    return min([first, *(day for day in before if last - day < MOST_WEEKS * WEEK)]), last


class _Picture:
    """Where weeks and shares are on a canvas of some width."""

    def __init__(self, curve: Curve, width: float) -> None:
        self.curve, self.canvas = curve, Canvas(width, HEIGHT)
        self.first, self.last = _edges(curve)
        ends = [end for p in curve.points for end in (p.low, p.high)] + [curve.goal]
        self.low, self.high = floor(min(ends) * 10) / 10, ceil(max(ends) * 10) / 10
        if self.high - self.low < LEAST_SPAN:
            self.low, self.high = max(0.0, self.low - 0.1), min(1.0, self.high + 0.1)
        self.goal = _("goal %(share)s") % {"share": formats.percent(curve.goal)}
        room = max(END, text_width(self.goal, SMALL) + BESIDE + GAP)
        self.floor, self.right = HEIGHT - BOTTOM, width - room

    def draw(self, label: str) -> SafeString:
        self._draw_levels()
        self._draw_weeks()
        self._draw_flags()
        self._draw_line()
        self._draw_points()
        return self.canvas.svg(label)

    def _draw_levels(self) -> None:
        goal_y = self._y(self.curve.goal)
        for tenth in range(round(self.low * 10), round(self.high * 10) + 1):
            y = self._y(tenth / 10)
            self.canvas.line([(START, y), (self.right, y)], "g-line")
            if tenth % 2 == 0 and abs(y - goal_y) > SMALL:
                self.canvas.text(self.right + BESIDE, y + 4, formats.percent(tenth / 10), "m")
        self.canvas.line([(START, goal_y), (self.right, goal_y)], "g-axis", dashed=True)
        self.canvas.text(self.right + BESIDE, goal_y + 4, self.goal, "m")

    def _draw_weeks(self) -> None:
        """Name as many weeks as there is room for, the last one always."""
        weeks = (self.last - self.first) // WEEK
        every = max(1, ceil((weeks + 1) / MOST_WORDS))
        for n in range(weeks % every, weeks + 1, every):
            monday = self.first + n * WEEK
            words = CurvePoint(monday, 0, 0, 0, 0).week
            place = "m" if weeks and not n else "m c"
            self.canvas.text(self._x(monday), HEIGHT - 6, words, place)

    def _draw_flags(self) -> None:
        """Name the days over the weeks, each in the first row with room for it."""
        ends = [-1.0] * FLAG_ROWS
        for flag in sorted(self.curve.flags, key=lambda one: one.on):
            if not self.first <= flag.on < self.last + WEEK:
                continue
            x, words = self._x(flag.on), shortened(flag.word, LONGEST_FLAG, SMALL)
            width = text_width(words, SMALL) + 14
            left = min(max(0.0, x - width / 2), self.canvas.width - width)
            row = next((n for n, end in enumerate(ends) if left > end), None)
            self.canvas.line([(x, TOP - 6), (x, self.floor)], "g-axis", dashed=True)
            if row is not None:
                ends[row] = left + width + 4
                self._draw_flag(words, left, width, row)

    def _draw_flag(self, words: str, left: float, width: float, row: int) -> None:
        top = (FLAG_ROWS - 1 - row) * FLAG_STEP
        self.canvas.rect(left, top, width, FLAG_HEIGHT, "g-ink", radius=3)
        self.canvas.text(left + width / 2, top + 12, words, "inv c s", "600")

    def _draw_line(self) -> None:
        """Draw the way from week to week, dashed into the one that is not over."""
        points = self.curve.points
        band = [(self._x(p.monday), self._y(p.high)) for p in points]
        band += [(self._x(p.monday), self._y(p.low)) for p in reversed(points)]
        if len(points) > 1:
            self.canvas.area(band, "f-band")
        for before, after in pairwise(points):
            is_running = after.monday + WEEK > self.curve.today
            ways = [self._at(before), self._at(after)]
            self.canvas.line(ways, "s-acc", dashed=is_running)

    def _draw_points(self) -> None:
        """Draw each week; say the share of the last, and of those below the goal."""
        said = self.canvas.width
        for point in reversed(self.curve.points):
            (x, y), is_below = self._at(point), point.is_below(self.curve.goal)
            if is_below:
                self.canvas.mark("bad", x, y, 5)
            else:
                self.canvas.circle(x, y, 3.5, "f-acc")
            words = formats.percent(point.share)
            is_last = point is self.curve.points[-1]
            if is_last or (is_below and said - x > text_width(words) + 4):
                said = x
                self.canvas.text(x, y + 20, words, f"{'bad' if is_below else 'b'} c halo", "620")

    def _at(self, point: CurvePoint) -> Point:
        return self._x(point.monday), self._y(point.share)

    def _x(self, day: date) -> float:
        """Return the place of a day; a single week stands in the middle."""
        start, end = START + 12, self.right - 12
        days = (self.last - self.first).days
        return start + (end - start) * min(1.0, (day - self.first).days / days if days else 0.5)

    def _y(self, share: float) -> float:
        return self.floor - (share - self.low) / (self.high - self.low) * (self.floor - TOP)
