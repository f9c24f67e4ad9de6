"""Milestones on a line of time: what is done, what is next, what is late."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, Cell, Drawing
from programmes.design.charts.packing import label_width
from programmes.design.marks import STATUSES

WIDTH, LINE = 830.0, 40.0
MOST, BEFORE = 7, 2
GAP = 119.0
SIDE = 58.0
# Of a name and its dates, and from the line to the first of them; bold letters are wider.
ROOM, STEP, BELOW = GAP - 8, 14.0, 24.0
SIZE, BOLD_SIZE = 11.0, 11.5
TONES = {"late": "warn", "undated": "bad"}


@dataclass(frozen=True)
class Mark:
    """One milestone.

    Attributes:
        pk: of the milestone.
        name: what it is.
        due_on: the day by which it is to be done; None if nobody knows.
        state: ``done``, ``planned``, ``late`` or ``undated``.
        done_on: the day it was done.
        remark: how late it is or was, or nothing.
        url: where it can be changed.

    """

    pk: int
    name: str
    due_on: date | None
    state: str
    done_on: date | None = None
    remark: str = ""
    url: str = ""

    @property
    def on(self) -> date | None:
        """Return where it stands on the line."""
        return self.done_on or self.due_on


def around(marks: Sequence[Mark]) -> list[Mark]:
    """Return the marks that fit: a few that are done, then those to come, in their order."""
    done = [mark for mark in marks if mark.state == "done"]
    rest = [mark for mark in marks if mark.state != "done"]
    kept = done[-max(BEFORE, MOST - len(rest)) :] + rest
    return kept[:MOST]


def draw_milestones(marks: Sequence[Mark], today: date, label: str) -> Drawing:
    """Draw those around today on a line; the table has all."""
    shown = around(marks)
    labels = [_lines_of(mark) for mark in shown]
    canvas = Canvas(WIDTH, LINE + BELOW + STEP * max(map(len, labels), default=1))
    places = _places(shown)
    now = _today_at(shown, places, today)
    if shown:
        _draw_line(canvas, places, now)
    for mark, x, lines in zip(shown, places, labels, strict=True):
        _draw_mark(canvas, mark, x, lines)
    headings = [_("Milestone"), _("Due on"), _("Done on"), _("State")]
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


def _draw_mark(canvas: Canvas, mark: Mark, x: float, lines: Sequence[tuple[str, str]]) -> None:
    if mark.state == "done":
        canvas.circle(x, LINE, 6, "st-done")
    else:
        canvas.mark(TONES.get(mark.state, ""), x, LINE, 7)
    for n, (words, classes) in enumerate(lines):
        canvas.text(x, LINE + BELOW + n * STEP, words, classes)


def _lines_of(mark: Mark) -> list[tuple[str, str]]:
    """Return what stands below a mark, whole: its name, its dates, how late; with classes."""
    tone = TONES.get(mark.state, "")
    muted = f"{tone} c s" if tone else "m c"
    told = [*dates_of(mark), *([mark.remark] if mark.remark else [])]
    names = [(line, "b c s") for line in _broken(mark.name, BOLD_SIZE)]
    return names + [(line, muted) for words in told for line in _broken(words, SIZE)]


def _broken(words: str, size: float) -> list[str]:
    """Break words into lines that fit the room; only a word wider than a line is broken too."""
    lines = [""]
    for piece in _pieces(words, size):
        if lines[-1] and label_width((lines[-1] + piece).rstrip(), size) > ROOM:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def _pieces(words: str, size: float) -> Iterator[str]:
    """Yield words with their spaces, and those wider than a line letter by letter."""
    for word in words.split():
        if label_width(word, size) <= ROOM:
            yield f"{word} "
        else:
            yield from f"{word} "


def dates_of(mark: Mark) -> list[str]:
    """Return the days of a milestone as words, the day it was due apart from that it was done."""
    found = []
    if mark.due_on and mark.due_on != mark.done_on:
        found.append(_("Due %(day)s") % {"day": formats.short_day(mark.due_on)})
    if mark.done_on:
        found.append(_("Done %(day)s") % {"day": formats.short_day(mark.done_on)})
    return found or [_("no date yet")]


def _cells(mark: Mark) -> list[Cell]:
    word = str(STATUSES[mark.state].word)
    days = [formats.short_day(on) if on else "–" for on in (mark.due_on, mark.done_on)]
    return [Cell(mark.name, mark.url), *map(Cell, days), Cell(mark.remark or word)]
