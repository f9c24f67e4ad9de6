"""How many of each group are informed, against the goal of its stage."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, Cell, Drawing, shortened

WIDTH, STEP, TOP = 400.0, 36.0, 18.0
START, END = 154.0, 356.0


@dataclass(frozen=True)
class ReachRow:
    """One group.

    Attributes:
        label: its name.
        people: how many it has.
        reached: the share informed, a fraction from 0 to 1.
        possible: the share that is informed at most, measured included.
        goal: the share to reach by now.
        remark: a few words below the bar.
        url: the list of its people or counts.
        reached_url: the list of those informed, who are ``reached_people``.

    """

    label: str
    people: int
    reached: float
    possible: float | None = None
    goal: float | None = None
    remark: str = ""
    url: str = ""
    reached_url: str = ""
    reached_people: int | None = None

    @property
    def is_below(self) -> bool:
        """Tell whether the goal is missed."""
        return self.goal is not None and self.reached < self.goal


def people_text(count: int) -> str:
    """Return a head count as words."""
    return ngettext("%(count)s person", "%(count)s people", count) % {
        "count": formats.number(count)
    }


def draw_reach(rows: Sequence[ReachRow], label: str) -> Drawing:
    """Draw one bar a group, with its goal as a tick; label is the sentence that says it all."""
    canvas = Canvas(WIDTH, TOP * 2 + max(0, len(rows) - 1) * STEP + 6)
    for index, row in enumerate(rows):
        _draw_row(canvas, row, TOP + index * STEP)
    first = next((i for i, row in enumerate(rows) if row.goal is not None), None)
    if first is not None and not rows[first].remark:
        canvas.text(_x(rows[first].goal or 0), TOP + first * STEP + 20, _("goal"), "m c")
    headings = [_("Group"), _("People"), _("Informed"), _("Possibly"), _("Goal")]
    svg = canvas.svg(label, has_links=any(row.url for row in rows))
    return Drawing(svg, headings, [_cells(row) for row in rows])


def _x(share: float) -> float:
    return START + min(1.0, max(0.0, share)) * (END - START)


def _draw_row(canvas: Canvas, row: ReachRow, y: float) -> None:
    with canvas.linked(row.label, row.url):
        canvas.rect(0, y - 9, START - 8, STEP - 3, "g-hit")
        canvas.text(0, y + 4, shortened(row.label, START - 8), "k")
        canvas.text(0, y + 18, people_text(row.people), "m")
    canvas.rect(START, y - 5, END - START, 10, "g-bg", radius=2)
    tone = "f-bad" if row.is_below else "f-acc"
    canvas.rect(START, y - 5, _x(row.reached) - START, 10, tone, radius=2)
    if row.possible is not None and row.possible > row.reached:
        canvas.line([(_x(row.reached), y), (_x(row.possible), y)], "s-range")
    if row.goal is not None:
        canvas.line([(_x(row.goal), y - 9), (_x(row.goal), y + 9)], "s-goal")
    canvas.text(WIDTH, y + 4, formats.percent(row.reached), "b e bad" if row.is_below else "b e")
    if row.remark:
        remark = shortened(row.remark, WIDTH - START, 11)
        canvas.text(START, y + 19, remark, "bad s" if row.is_below else "m")


def _cells(row: ReachRow) -> list[Cell]:
    # Beside the measured share, and never added to it.
    further = None if row.possible is None else row.possible - row.reached
    written = ["–" if one is None else formats.percent(one) for one in (further, row.goal)]
    return [
        Cell(row.label),
        Cell(formats.number(row.people), row.url, is_number=True, count=row.people),
        Cell(
            formats.percent(row.reached),
            row.reached_url,
            is_number=True,
            count=row.reached_people,
        ),
        *(Cell(text, is_number=True) for text in written),
    ]
