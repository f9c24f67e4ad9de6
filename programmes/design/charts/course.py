"""The course of an objective: what it stood at from day to day, with its target and the pace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, Cell, Drawing, Point, text_width

WIDTH, HEIGHT = 1100.0, 260.0
NARROW_WIDTH, NARROW_HEIGHT = 340.0, 200.0
TOP, BOTTOM = 22.0, 30.0
# Room for the words of the value axis, and at the other end for half of a day's words.
MOST_WORDS, END = 110.0, 30.0


@dataclass(frozen=True)
class CoursePoint:
    """A value of one day."""

    on: date
    value: Decimal


@dataclass(frozen=True)
class Course:
    """Values in the order of their days, and the way from start to target that was planned."""

    points: Sequence[CoursePoint]
    start: CoursePoint
    target: CoursePoint
    unit: str


def draw_course(course: Course, today: date, label: str) -> Drawing:
    """Draw the values as a line, the planned way dashed, the target across."""
    rows = [
        [Cell(formats.day(p.on)), Cell(formats.amount(p.value, course.unit), is_number=True)]
        for p in reversed(course.points)
    ]
    wide, narrow = (
        _Picture(course, today, *size).draw(label)
        for size in ((WIDTH, HEIGHT), (NARROW_WIDTH, NARROW_HEIGHT))
    )
    return Drawing(wide, [_("Day"), _("Value")], rows, narrow)


class _Picture:
    """Where days and values are on a canvas of some size."""

    def __init__(self, course: Course, today: date, width: float, height: float) -> None:
        self.course, self.today = course, today
        self.canvas = Canvas(width, height)
        every = [course.start, course.target, *course.points]
        self.first = min(point.on for point in every)
        self.days = max(1, (max(point.on for point in every) - self.first).days)
        values = [float(point.value) for point in every]
        self.low, self.span = min(values), (max(values) - min(values)) or 1.0
        words = (formats.amount(p.value, course.unit) for p in (course.start, course.target))
        self.left = min(MOST_WORDS, max(text_width(each) for each in words) + 10)

    def draw(self, label: str) -> SafeString:
        self._draw_frame()
        pace = [self._at(self.course.start), self._at(self.course.target)]
        self.canvas.line(pace, "g-axis", dashed=True)
        places = [self._at(point) for point in self.course.points]
        if len(places) > 1:
            self.canvas.line(places, "s-acc")
        for x, y in places:
            self.canvas.circle(x, y, 3, "f-acc")
        return self.canvas.svg(label)

    def _draw_frame(self) -> None:
        """Draw the levels of start and target, today, and the days at both ends."""
        right = self.canvas.width - END
        for point, line in ((self.course.start, "g-line"), (self.course.target, "s-goal")):
            _x, y = self._at(point)
            self.canvas.line([(self.left, y), (right, y)], line)
            words = formats.amount(point.value, self.course.unit)
            self.canvas.text(self.left - 6, y + 4, words, "m e")
        low = self.canvas.height - 8
        self.canvas.text(self.left, low, formats.long_day(self.first), "m")
        last = self.first + timedelta(days=self.days)
        self.canvas.text(right, low, formats.long_day(last), "m e")
        self._draw_today()

    def _draw_today(self) -> None:
        since = (self.today - self.first).days
        if 0 <= since <= self.days:
            x = self._x(self.today)
            self.canvas.line([(x, TOP - 8), (x, self.canvas.height - BOTTOM)], "g-today")
            self.canvas.text(x, 10, _("today"), "m c")

    def _at(self, point: CoursePoint) -> Point:
        room = self.canvas.height - TOP - BOTTOM
        up = (float(point.value) - self.low) / self.span
        return self._x(point.on), TOP + room * (1 - up)

    def _x(self, day: date) -> float:
        room = self.canvas.width - self.left - END
        return self.left + room * (day - self.first).days / self.days
