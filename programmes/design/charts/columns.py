"""A count for each step of time, as columns side by side: the highest says its words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, Cell, Drawing, text_width

WIDTH, HEIGHT = 340.0, 112.0
TOP, BOTTOM, GAP = 22.0, 20.0, 3.0
# What is not nothing is seen.
LEAST = 1.5


@dataclass(frozen=True)
class Column:
    """One step of time and how many there were; ``name`` is the step in the table."""

    name: str
    count: int


@dataclass(frozen=True)
class ColumnWords:
    """What is written on the picture: above the highest column, and below both ends."""

    peak: str
    first: str
    last: str


def draw_columns(
    columns: Sequence[Column], words: ColumnWords, label: str, heading: str
) -> Drawing:
    """Draw the columns on one scale; the table names the steps under ``heading``."""
    canvas = Canvas(WIDTH, HEIGHT)
    most, step = max((each.count for each in columns), default=0), WIDTH / max(1, len(columns))
    room = HEIGHT - TOP - BOTTOM
    for number, each in enumerate(columns):
        height = max(LEAST, room * each.count / most) if each.count else 0
        top = HEIGHT - BOTTOM - height
        canvas.rect(number * step, top, step - GAP, height, "f-acc", radius=1)
    axis = HEIGHT - BOTTOM + 0.5
    canvas.line([(0, axis), (WIDTH, axis)], "g-axis")
    if most:
        highest = next(number for number, each in enumerate(columns) if each.count == most)
        half = text_width(words.peak, 11) / 2
        middle = min(max((highest + 0.5) * step, half), WIDTH - half)
        canvas.text(middle, TOP - 8, words.peak, "s k c")
    canvas.text(0, HEIGHT - 5, words.first, "m")
    canvas.text(WIDTH, HEIGHT - 5, words.last, "m e")
    rows = [[Cell(each.name), Cell(formats.number(each.count), is_number=True)] for each in columns]
    return Drawing(canvas.svg(label), [heading, _("Count")], rows)
