"""What happens in each region, week by week: dates, messages, events, surveys, and the load."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, shortened, text_width

WIDTH, START, TOP = 1362.0, 230.0, 42.0
ROW, STRIP, GAP = 22.0, 15.0, 8.0
LONGEST_LABEL, SHORTEST_LABEL = 176.0, 26.0
# Letters of the labels; names are bold, which is as wide as the next size.
SIZE, BOLD_SIZE = 11.5, 14.0
FEW_WEEKS = 20
ONE_WEEK = timedelta(weeks=1)
DAYS = 7


@dataclass(frozen=True)
class Mark:
    """One thing in a lane.

    Attributes:
        on: its day.
        row: ``date``, ``message``, ``event`` or ``survey``.
        label: its name, written beside it.
        letter: of its level, in the square; empty where it has none.
        status: a key of ``marks.STATUSES``, drawn where it is not settled.
        is_settled: whether nobody has to do anything about it: drawn filled.
        words: all that is known about it, in one sentence.
        url: its page; empty where the reader may not open it.
        moves: below which address arrow keys move it by a week; empty where they do not.

    """

    on: date
    row: str
    label: str
    letter: str
    status: str
    is_settled: bool
    words: str
    url: str = ""
    moves: str = ""


@dataclass(frozen=True)
class Strip:
    """The load of one week: how many contacts, in words too, and whether that is too many."""

    contacts: int
    words: str
    is_over: bool
    url: str = ""


@dataclass(frozen=True)
class Band:
    """Days on which a region rests, in words too."""

    first: date
    last: date
    words: str


@dataclass(frozen=True)
class PlanLane:
    """A region with its marks, its rests, and its load by the Monday of a week."""

    name: str
    detail: str
    people: str
    marks: Sequence[Mark]
    loads: Mapping[date, Strip]
    url: str = ""
    bands: Sequence[Band] = ()


@dataclass(frozen=True)
class _Placed:
    """A mark with its place: from the start of the line, in which row below the first, how long."""

    mark: Mark
    x: float
    down: int
    label: str


@dataclass(frozen=True)
class _Calendar:
    first: date
    weeks: int

    @property
    def step(self) -> float:
        """Return how wide a week is."""
        return (WIDTH - START) / self.weeks

    def x(self, day: date) -> float:
        return START + (day - self.first).days / DAYS * self.step

    def mondays(self) -> list[date]:
        """Return the first day of each week."""
        return [self.first + n * ONE_WEEK for n in range(self.weeks)]

    def has(self, day: date) -> bool:
        """Tell whether a day is in the picture."""
        return self.first <= day < self.first + self.weeks * ONE_WEEK


def draw_plan(
    lanes: Sequence[PlanLane], first: date, weeks: int, today: date, label: str
) -> SafeString:
    """Draw each region as a lane over weeks from a Monday on, with today as a line."""
    calendar = _Calendar(first, weeks)
    rows = [_rows(lane, calendar) for lane in lanes]
    canvas = Canvas(WIDTH, TOP + sum(_height(own) for own in rows) + 2)
    _draw_weeks(canvas, calendar)
    y = TOP
    for lane, own in zip(lanes, rows, strict=True):
        _draw_lane(canvas, calendar, lane, own, y)
        y += _height(own)
    canvas.line([(0, y), (WIDTH, y)], "g-axis")
    if calendar.has(today):
        _draw_today(canvas, calendar.x(today), y)
    return canvas.svg(label, has_links=True)


def _rows(lane: PlanLane, calendar: _Calendar) -> dict[str, list[_Placed]]:
    """Return the marks of each row that holds some, placed so that no two overlap."""
    kept = ("date", "message", "event", "survey")
    found = {row: [mark for mark in lane.marks if mark.row == row] for row in kept}
    return {r: _placed(marks, calendar) for r, marks in found.items() if marks or r == "message"}


def _placed(marks: Iterable[Mark], calendar: _Calendar) -> list[_Placed]:
    ends: list[float] = []
    placed = []
    for mark in sorted(marks, key=lambda mark: mark.on):
        x = calendar.x(mark.on)
        room = WIDTH - x - _head(mark) - 4
        label = shortened(mark.label, min(LONGEST_LABEL, room), SIZE)
        label = label if room >= SHORTEST_LABEL else ""
        end = x + _head(mark) + text_width(label, SIZE) + 6
        down = next((n for n, taken in enumerate(ends) if taken <= x), len(ends))
        ends[down : down + 1] = [end]
        placed.append(_Placed(mark, x, down, label))
    return placed


def _head(mark: Mark) -> float:
    """Return how wide what stands before the label is."""
    return (6.0 if mark.row == "date" else 19.0) + (0.0 if mark.is_settled else 15.0)


def _lines(placed: Sequence[_Placed]) -> int:
    return max((one.down for one in placed), default=0) + 1


def _height(rows: Mapping[str, Sequence[_Placed]]) -> float:
    lines = sum(_lines(placed) for placed in rows.values())
    return max(2, lines) * ROW + STRIP + GAP + 4


def _draw_weeks(canvas: Canvas, calendar: _Calendar) -> None:
    every = 1 if calendar.weeks <= FEW_WEEKS else 2
    edge = START
    for index, monday in enumerate(calendar.mondays()):
        x = calendar.x(monday)
        canvas.line([(x, TOP - 8), (x, canvas.height - 2)], "g-line")
        if index % every == 0:
            number = _("W%(week)d") % {"week": monday.isocalendar().week}
            canvas.text(x + 4, TOP - 10, number, "s k")
            canvas.text(x + 10 + text_width(number, 12.5), TOP - 10, str(monday.day), "m")
        is_new = index == 0 or monday.day <= DAYS
        words = formats.month(monday, with_year=index == 0 or monday.month == 1)
        if is_new and x >= edge and x + text_width(words, BOLD_SIZE) < WIDTH:
            canvas.text(x + 4, TOP - 27, words, "b")
            edge = x + text_width(words, BOLD_SIZE) + 12


def _draw_today(canvas: Canvas, x: float, bottom: float) -> None:
    words = _("Today")
    half = text_width(words, 11) / 2 + 8
    middle = max(START + half, min(x, WIDTH - half))
    line = Canvas(canvas.width, canvas.height, canvas.is_mirrored)
    line.line([(x, TOP - 22), (x, bottom)], "g-today", dashed=True)
    canvas.parts[:0] = line.parts
    canvas.rect(middle - half, TOP - 40, half * 2, 17, "g-ink", radius=4)
    canvas.text(middle, TOP - 28, words, "inv c s", "600")


def _draw_lane(
    canvas: Canvas,
    calendar: _Calendar,
    lane: PlanLane,
    rows: Mapping[str, Sequence[_Placed]],
    top: float,
) -> None:
    canvas.line([(0, top), (WIDTH, top)], "g-axis")
    _draw_bands(canvas, calendar, lane.bands, top, _height(rows) - STRIP - GAP)
    _draw_name(canvas, lane, top)
    words = {
        "date": _("dates"),
        "message": _("messages"),
        "event": _("events"),
        "survey": _("surveys"),
    }
    y = top + 4
    for row, placed in rows.items():
        canvas.text(START - 8, y + 15, words[row], "m e")
        for one in placed:
            _draw_mark(canvas, one, y + one.down * ROW)
        y += _lines(placed) * ROW
    y = top + _height(rows) - STRIP - GAP
    canvas.text(START - 8, y + 12, _("load"), "m e")
    _draw_loads(canvas, calendar, lane, y + 1)


def _draw_bands(
    canvas: Canvas, calendar: _Calendar, bands: Sequence[Band], top: float, height: float
) -> None:
    for band in bands:
        start, end = calendar.x(band.first), calendar.x(band.last + timedelta(days=1))
        with canvas.thing(band.words):
            canvas.hatch(start, top + 1, end - start, height - 1)


def _draw_name(canvas: Canvas, lane: PlanLane, top: float) -> None:
    room = START - 78
    canvas.text(0, top + 18, shortened(lane.name, room, BOLD_SIZE), "b")
    canvas.text(0, top + 33, shortened(lane.detail, room, 11), "m")
    with canvas.thing(f"{lane.name}, {lane.people}", lane.url, "ol-at"):
        canvas.text(0, top + 48, lane.people, "m")


def _draw_mark(canvas: Canvas, placed: _Placed, y: float) -> None:
    mark, x = placed.mark, placed.x
    with canvas.thing(mark.words, mark.url, "ol-at", moves=mark.moves):
        if mark.row == "date":
            _draw_flag(canvas, placed, y)
            return
        if mark.letter:
            ink = "on" if mark.is_settled else "k"
            canvas.rect(x, y + 3, 15, 15, "f-acc" if mark.is_settled else "st-next", radius=3.5)
            canvas.text(x + 7.5, y + 14.5, mark.letter, f"c s {ink}", "680")
        else:
            canvas.circle(x + 7.5, y + 10.5, 6.5, "f-plum" if mark.is_settled else "st-next")
        if not mark.is_settled:
            canvas.status(mark.status, x + 19, y + 4.5, 12)
        canvas.text(x + _head(mark), y + 14.5, placed.label, "k halo s")


def _draw_flag(canvas: Canvas, placed: _Placed, y: float) -> None:
    """Draw a flag at its day: filled once the day has come."""
    mark, x, head = placed.mark, placed.x, _head(placed.mark)
    width = head + text_width(placed.label, SIZE) + 6
    canvas.rect(x, y + 2, width, 17, "g-ink" if mark.is_settled else "st-flag", radius=2)
    if not mark.is_settled:
        canvas.status(mark.status, x + 5, y + 5, 11)
    classes = "inv s" if mark.is_settled else "k s"
    canvas.text(x + head, y + 14.5, placed.label, classes, "620")


def _draw_loads(canvas: Canvas, calendar: _Calendar, lane: PlanLane, y: float) -> None:
    width = calendar.step - 2
    for monday in calendar.mondays():
        x, strip = calendar.x(monday) + 1, lane.loads.get(monday)
        if strip is None:
            canvas.rect(x, y, width, STRIP, "q0", radius=2)
            continue
        with canvas.thing(strip.words, strip.url, "ol-at"):
            deep = "over" if strip.is_over else f"q{min(2, (strip.contacts + 1) // 2)}"
            canvas.rect(x, y, width, STRIP, deep, radius=2)
            classes = "c s warn" if strip.is_over else "c s k"
            weight = "640" if strip.is_over else ""
            canvas.text(x + width / 2, y + 11.5, formats.number(strip.contacts), classes, weight)
