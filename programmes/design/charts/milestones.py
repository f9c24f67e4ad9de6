"""Milestones on a line of time: what is done, what is next, what is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, Cell, Drawing, shortened, text_width
from programmes.design.marks import STATUSES

WIDTH, HEIGHT, LINE = 830.0, 106.0, 40.0
MOST, BEFORE = 7, 2
GAP = 116.0
SIDE = 52.0
ROOM = GAP - 6
TONES = {"late": "warn", "undated": "bad"}


@dataclass(frozen=True)
class Mark:
    """One milestone.

    Attributes:
        pk: of the milestone.
        name: what it is.
        on: the day it was done or is due; None if nobody knows.
        state: ``done``, ``planned``, ``late`` or ``undated``.
        remark: how late it is, or nothing.
        url: where it can be changed.

    """

    pk: int
    name: str
    on: date | None
    state: str
    remark: str = ""
    url: str = ""


def around(marks: Sequence[Mark]) -> list[Mark]:
    """Return the marks that fit: a few that are done, then those to come, in their order."""
    done = [mark for mark in marks if mark.state == "done"]
    rest = [mark for mark in marks if mark.state != "done"]
    kept = done[-max(BEFORE, MOST - len(rest)) :] + rest
    return kept[:MOST]


def draw_milestones(marks: Sequence[Mark], today: date, label: str) -> Drawing:
    """Draw those around today on a line; the table has all."""
    canvas = Canvas(WIDTH, HEIGHT)
    shown = around(marks)
    places = _places(shown)
    now = _today_at(shown, places, today)
    if shown:
        _draw_line(canvas, places, now)
    for mark, x in zip(shown, places, strict=True):
        _draw_mark(canvas, mark, x)
    headings = [_("Milestone"), _("Day"), _("State")]
    return Drawing(canvas.svg(label), headings, [_cells(mark) for mark in marks])


def _places(marks: Sequence[Mark]) -> list[float]:
    """Return x by time, none closer to the one before than its words need."""
    days = [mark.on for mark in marks if mark.on]
    if not days:
        return [SIDE + i * GAP for i in range(len(marks))]
    first, last = min(days), max(days)
    room = WIDTH - 2 * SIDE - GAP * sum(1 for mark in marks if mark.on is None)
    span = max(1, (last - first).days)
    ideal = [SIDE + room * (((mark.on or last) - first).days / span) for mark in marks]
    return _apart(ideal)


def _apart(ideal: Sequence[float]) -> list[float]:
    """Push places apart to the right, then back from the right edge."""
    gap = min(GAP, (WIDTH - 2 * SIDE) / max(1, len(ideal) - 1))
    places: list[float] = []
    for x in ideal:
        places.append(max(x, places[-1] + gap) if places else x)
    edge = WIDTH - SIDE
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], edge)
        edge = places[i] - gap
    return places


def _today_at(marks: Sequence[Mark], places: Sequence[float], today: date) -> float:
    """Return where today is among the marks that have a day."""
    dated = [(mark.on, x) for mark, x in zip(marks, places, strict=True) if mark.on]
    before = [pair for pair in dated if pair[0] <= today]
    after = [pair for pair in dated if pair[0] > today]
    if not before:
        return max(0.0, after[0][1] - GAP / 2) if after else 0.0
    if not after:
        return min(WIDTH, before[-1][1] + GAP / 2)
    (day, x), (next_day, next_x) = before[-1], after[0]
    return x + (next_x - x) * ((today - day).days / (next_day - day).days)


def _draw_line(canvas: Canvas, places: Sequence[float], now: float) -> None:
    first, last = places[0], max(places[-1], now)
    canvas.line([(min(first, now), LINE), (now, LINE)], "s-done")
    canvas.line([(now, LINE), (last, LINE)], "s-next")
    canvas.line([(now, LINE - 12), (now, LINE + 12)], "g-today")
    canvas.text(now, LINE - 20, _("today"), "m c")


def _draw_mark(canvas: Canvas, mark: Mark, x: float) -> None:
    tone = TONES.get(mark.state, "")
    if mark.state == "done":
        canvas.circle(x, LINE, 6, "st-done")
    else:
        canvas.mark(tone, x, LINE, 7)
    lines = _two_lines(mark.name)
    for n, words in enumerate(lines):
        canvas.text(x, LINE + 24 + n * 14, words, "b c s")
    words = mark.remark or day_of(mark)
    fits = words if text_width(words, 11) <= GAP + 6 else day_of(mark)
    canvas.text(x, LINE + 26 + len(lines) * 14, fits, f"{tone} c s" if tone else "m c")


def _two_lines(words: str) -> list[str]:
    """Break a name where its first line is full; what does not fit the second is cut."""
    if text_width(words, 11) <= ROOM:
        return [words]
    first, rest = "", words.split(" ")
    while len(rest) > 1 and text_width(f"{first} {rest[0]}".strip(), 11) <= ROOM:
        first = f"{first} {rest.pop(0)}".strip()
    return [shortened(line, ROOM, 11) for line in (first, " ".join(rest)) if line]


def day_of(mark: Mark) -> str:
    """Return the day of a milestone as words."""
    return formats.short_day(mark.on) if mark.on else _("no date yet")


def _cells(mark: Mark) -> list[Cell]:
    word = str(STATUSES[mark.state].word)
    return [Cell(mark.name, mark.url), Cell(day_of(mark)), Cell(mark.remark or word)]
