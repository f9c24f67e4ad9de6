"""Shares of groups with their intervals: who is satisfied where, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, Cell, Drawing, shortened, text_width
from programmes.design.charts.reach import people_text

WIDE, NARROW = 690.0, 360.0
# The size of small words, and what stays free between two of them.
SMALL, GAP = 11.0, 10.0
TOP, STEP, BOTTOM = 36.0, 30.0, 32.0
LEAST_SPAN = 0.3


@dataclass(frozen=True)
class DotRow:
    """One group.

    Attributes:
        label: its name.
        share: a fraction from 0 to 1; None where the group is hidden.
        low: lower end of the 95 % interval.
        high: upper end of the 95 % interval.
        answers: how many answered; None where the group is hidden.
        response: answers over delivered invitations, a fraction; of a hidden group, that of the
            larger one in which it counts.
        people: how many the group has.
        hidden: why the figure is not shown, a sentence; empty where it is.
        url: the table or list behind it.

    """

    label: str
    share: float | None = None
    low: float = 0.0
    high: float = 1.0
    answers: int | None = None
    response: float | None = None
    people: int | None = None
    hidden: str = ""
    url: str = ""

    @property
    def is_shown(self) -> bool:
        """Tell whether there is a figure to draw."""
        return self.share is not None and not self.hidden


@dataclass(frozen=True)
class _Axis:
    """Where shares lie between two edges of a canvas."""

    start: float
    end: float
    low: float
    high: float

    def x(self, share: float) -> float:
        return self.start + (share - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        return [n / 10 for n in range(round(self.low * 10), round(self.high * 10) + 1)]


def draw_dots(rows: Sequence[DotRow], goal: float | None, label: str) -> Drawing:
    """Draw one dot a group with its interval; red where the whole interval is below the goal."""
    headings = [_("Group"), _("Share"), _("Interval (95%)"), _("Answers"), _("Response")]
    return Drawing(
        _picture(rows, goal, label, WIDE),
        headings,
        [_cells(row) for row in rows],
        _picture(rows, goal, label, NARROW),
    )


def _picture(rows: Sequence[DotRow], goal: float | None, label: str, width: float) -> SafeString:
    canvas = Canvas(width, TOP + max(0, len(rows) - 1) * STEP + BOTTOM + 14)
    axis = _axis(rows, goal, width)
    floor_y = canvas.height - BOTTOM + 8
    for tick in axis.ticks():
        canvas.line([(axis.x(tick), 20), (axis.x(tick), floor_y)], "g-line")
        if width == WIDE or round(tick * 10) % 2 == 0:
            canvas.text(axis.x(tick), floor_y + 16, formats.percent(tick), "m c")
    if goal is not None:
        canvas.line([(axis.x(goal), 14), (axis.x(goal), floor_y)], "g-axis", dashed=True)
        _write_goal(canvas, axis, goal)
    canvas.text(width, 10, _("answers"), "m e")
    for index, row in enumerate(rows):
        _draw_row(canvas, axis, row, TOP + index * STEP, goal)
    return canvas.svg(label)


def _write_goal(canvas: Canvas, axis: _Axis, goal: float) -> None:
    """Write the goal over its line, as far right as the word over the counts leaves room."""
    text = _("goal %(share)s") % {"share": formats.percent(goal)}
    half, words = text_width(text, SMALL) / 2, text_width(_("answers"), SMALL)
    x = min(axis.x(goal), canvas.width - words - GAP - half)
    canvas.text(x, 10, text, "m c")


def _axis(rows: Sequence[DotRow], goal: float | None, width: float) -> _Axis:
    """Return an axis in whole tenths that holds all intervals and the goal."""
    shown = [row for row in rows if row.is_shown]
    ends = [end for row in shown for end in (row.low, row.high)] or [0.0, 1.0]
    ends += [goal] if goal is not None else []
    low, high = floor(min(ends) * 10) / 10, ceil(max(ends) * 10) / 10
    if high - low < LEAST_SPAN:
        low, high = max(0.0, low - 0.1), min(1.0, high + 0.2)
    start = 196.0 if width == WIDE else 112.0
    return _Axis(start, width - (84 if width == WIDE else 52), low, high)


def _draw_row(canvas: Canvas, axis: _Axis, row: DotRow, y: float, goal: float | None) -> None:
    is_wide = canvas.width == WIDE
    label_width = 92 if is_wide and row.people is not None else axis.start - 10
    canvas.text(0, y + 4, shortened(row.label, label_width), "k")
    if is_wide and row.people is not None:
        canvas.text(96, y + 4, people_text(row.people), "m")
    canvas.text(canvas.width, y + 4, _count(row, with_response=is_wide), "m e")
    if row.is_shown:
        _draw_dot(canvas, axis, row, y, goal)
    else:
        room = canvas.width - axis.start - 40
        canvas.text(axis.start + 8, y + 4, shortened(row.hidden, room, 11), "m halo it")


def _draw_dot(canvas: Canvas, axis: _Axis, row: DotRow, y: float, goal: float | None) -> None:
    is_below = goal is not None and row.high < goal
    share = row.share or 0.0
    range_class = "s-range is-bad" if is_below else "s-range"
    canvas.line([(axis.x(row.low), y), (axis.x(row.high), y)], range_class)
    canvas.circle(axis.x(share), y, 5.5, "f-bad" if is_below else "f-acc")
    tone = "bad" if is_below else "k"
    canvas.text(axis.x(share), y - 10, formats.percent(share), f"{tone} c halo s", "620")


def _count(row: DotRow, *, with_response: bool) -> str:
    if row.answers is None:
        return "–"
    answers = formats.number(row.answers)
    if not with_response or row.response is None:
        return answers
    return f"{answers}{formats.comma()}{formats.percent(row.response)}"


def _cells(row: DotRow) -> list[Cell]:
    response = Cell("–" if row.response is None else formats.percent(row.response), is_number=True)
    if not row.is_shown:
        return [Cell(row.label, row.url), Cell(row.hidden), Cell("–"), Cell("–"), response]
    interval = _("%(low)s to %(high)s") % {
        "low": formats.percent(row.low),
        "high": formats.percent(row.high),
    }
    return [
        Cell(row.label, row.url),
        Cell(formats.percent(row.share or 0.0), is_number=True),
        Cell(interval, is_number=True),
        Cell(_count(row, with_response=False), is_number=True),
        response,
    ]
