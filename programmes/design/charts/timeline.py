"""What happens in each region, week by week: dates, messages, events, surveys, and the load."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, shortened, text_width
from programmes.design.charts.lanes import DAYS, START, WIDTH, Band, Calendar, Mark, PlanLane, Strip
from programmes.design.charts.packing import LEAST_LINES, STATUS, Packing, Placed, packed_together

TOP = 42.0
ROW, STRIP, GAP, PAD = 16.0, 12.0, 5.0, 4.0
SQUARE = 14.0
# Names are bold, which is as wide as the next size.
SIZE, BOLD_SIZE, SMALL_BOLD = 11.5, 13.0, 12.0
FEW_WEEKS = 20


def draw_plan(
    lanes: Sequence[PlanLane], first: date, weeks: int, today: date, label: str
) -> SafeString:
    """Draw each region as a lane over weeks from a Monday on, with today as a line."""
    calendar = Calendar(first, weeks)
    packings = packed_together(lanes, calendar)
    heights = [_height(lane, own) for lane, own in zip(lanes, packings, strict=True)]
    canvas = Canvas(WIDTH, TOP + sum(heights) + 2)
    _draw_weeks(canvas, calendar)
    y = TOP
    for lane, own, height in zip(lanes, packings, heights, strict=True):
        _draw_lane(canvas, calendar, lane, own, y)
        y += height
    canvas.line([(0, y), (WIDTH, y)], "g-axis")
    if calendar.has(today):
        _draw_today(canvas, calendar.x(today), y)
    return canvas.svg(label, has_links=True)


def width_of_day(weeks: int) -> float:
    """Return how far from each other two days are in the drawing of some weeks."""
    return (WIDTH - START) / weeks / DAYS


def _lines_height(packing: Packing) -> float:
    """Return how high the lines of a lane are, those that its name needs at least."""
    return max(LEAST_LINES + bool(packing.folded), packing.lines) * ROW + PAD


def _height(lane: PlanLane, packing: Packing) -> float:
    return _lines_height(packing) + (STRIP + GAP if lane.has_load else GAP)


def _draw_weeks(canvas: Canvas, calendar: Calendar) -> None:
    every = 1 if calendar.weeks <= FEW_WEEKS else 2
    edge = START
    canvas.upright(map(calendar.x, calendar.mondays()), TOP - 8, canvas.height - 2, "g-line")
    for index, monday in enumerate(calendar.mondays()):
        x = calendar.x(monday)
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
    canvas: Canvas, calendar: Calendar, lane: PlanLane, packing: Packing, top: float
) -> None:
    canvas.line([(0, top), (WIDTH, top)], "g-axis")
    bottom = top + _lines_height(packing)
    with canvas.group(lane.name):
        _draw_bands(canvas, calendar, lane.bands, top, bottom - top)
        _draw_name(canvas, lane, packing.folded, top)
        for one in packing.placed:
            _draw_mark(canvas, one, top + 2 + one.line * ROW)
        if lane.has_load:
            canvas.text(START - 8, bottom + 10, _("load"), "m e")
            _draw_loads(canvas, calendar, lane, bottom)


def _draw_bands(
    canvas: Canvas, calendar: Calendar, bands: Sequence[Band], top: float, height: float
) -> None:
    for band in bands:
        start, end = _ends(calendar, band)
        with canvas.thing(band.words):
            canvas.hatch(start, top + 1, end - start, height - 1)


def _ends(calendar: Calendar, band: Band) -> tuple[float, float]:
    return calendar.x(band.first), calendar.x(band.last + timedelta(days=1))


def _draw_name(canvas: Canvas, lane: PlanLane, folded: int, top: float) -> None:
    room = START - 8
    is_long = text_width(lane.name, BOLD_SIZE) > room
    name = shortened(lane.name, room, SMALL_BOLD) if is_long else lane.name
    canvas.text(0, top + 15, name, "b s" if is_long else "b")
    canvas.text(0, top + 29, shortened(lane.detail, room, 11), "m")
    if lane.people:
        with canvas.thing(f"{lane.name}{formats.comma()}{lane.people}", lane.url):
            canvas.text(0, top + 43, lane.people, "m")
    if folded:
        words = ngettext("%(n)d more", "%(n)d more", folded) % {"n": folded}
        with canvas.thing(f"{lane.name}{formats.comma()}{words}", lane.more_url):
            canvas.text(0, top + 60, words, "k s")


def _draw_mark(canvas: Canvas, placed: Placed, y: float) -> None:
    mark = placed.mark
    data = {
        "stays": mark.stays,
        "moves": str(mark.on) if mark.moves else "",
        "dated": str(mark.on) if mark.is_dated_by_keys else "",
    }
    with canvas.thing(mark.words, mark.url, data=data):
        if mark.row == "date":
            _draw_flag(canvas, placed, y)
            return
        x = placed.end - placed.head if placed.is_turned else placed.start
        _draw_shape(canvas, placed, x, y)
        at = x - 4 if placed.is_turned else x + placed.head
        classes = ("m" if mark.is_over else "", "e" if placed.is_turned else "")
        canvas.text(at, y + 11, formats.apart(placed.label), " ".join(filter(None, classes)))


def _draw_shape(canvas: Canvas, placed: Placed, x: float, y: float) -> None:
    """Draw what a mark is, and beside it what it waits for: nearest to its day is what it is."""
    mark = placed.mark
    size = placed.head - (0 if mark.is_settled else STATUS)
    at, beside = (x + placed.head - size, x) if placed.is_turned else (x, x + size)
    ink = "on" if mark.is_settled else "k"
    name, drawn = f"{mark.row}{mark.letter}-{ink}", Canvas(SQUARE, SQUARE, is_mirrored=False)
    _draw_kind(drawn, mark, ink)
    canvas.copy(name, (at, y), SQUARE, _fill_of(mark), drawn)
    if not mark.is_settled:
        canvas.stamp(mark.status, (beside, y + 1))


def _draw_kind(canvas: Canvas, mark: Mark, ink: str) -> None:
    """Draw the shape that says what a mark is; its colour is that of the whole."""
    if mark.row == "milestone":
        canvas.area([(5, 1), (11, 7), (5, 13), (-1, 7)], "")
        return
    if mark.letter:
        canvas.rect(0, 0, SQUARE, SQUARE, "", radius=3.5)
    else:
        canvas.circle(7, 7, 6, "")
    if words := mark.letter or ("?" if mark.row == "survey" else ""):
        canvas.text(7, 11, words, f"lt {ink}")


def _fill_of(mark: Mark) -> str:
    if not mark.is_settled:
        return "st-next"
    if mark.is_over:
        return "f-mute"
    if mark.row == "milestone":
        return "f-bad" if mark.status == "late" else "g-ink"
    return "f-plum" if mark.row == "event" else ""


def _draw_flag(canvas: Canvas, placed: Placed, y: float) -> None:
    """Draw a flag at its day: filled once the day has come."""
    mark, x = placed.mark, placed.start
    filled = "f-mute" if mark.is_over else "g-ink"
    canvas.rect(x, y, placed.end - x, 14, filled if mark.is_settled else "st-flag", radius=2)
    if not mark.is_settled:
        canvas.stamp(mark.status, (x + 4, y + 1))
    canvas.text(x + placed.head, y + 11, placed.label, "inv fl" if mark.is_settled else "k fl")


def _draw_loads(canvas: Canvas, calendar: Calendar, lane: PlanLane, y: float) -> None:
    width = calendar.step - 2
    canvas.rect(START, y, WIDTH - START, STRIP, "q0")
    for silence in lane.silences:
        _draw_silence(canvas, calendar, silence, y)
    for monday, strip in lane.loads.items():
        if calendar.has(monday):
            with canvas.thing(strip.words, strip.url):
                _draw_strip(canvas, strip, calendar.x(monday) + 1, y, width)


def _draw_strip(canvas: Canvas, strip: Strip, x: float, y: float, width: float) -> None:
    deep = "over" if strip.is_over else "full" if strip.is_full else ""
    looks = deep or f"q{min(2, (strip.contacts + 1) // 2)}"
    drawn, number = Canvas(width, STRIP, is_mirrored=False), formats.number(strip.contacts)
    drawn.rect(0, 0, width, STRIP, looks, radius=2)
    drawn.text(width / 2, 9.8, number, f"ld is-{deep}" if deep else "ld")
    canvas.copy(f"load-{strip.contacts}", (x, y), width, "", drawn)


def _draw_silence(canvas: Canvas, calendar: Calendar, silence: Band, y: float) -> None:
    start, end = _ends(calendar, silence)
    with canvas.thing(silence.words):
        canvas.rect(start + 1, y + 0.5, end - start - 2, STRIP - 1, "st-silence", radius=2)
        canvas.text((start + end) / 2, y + 9.8, _short(silence), "c s warn")


def _short(silence: Band) -> str:
    weeks = ((silence.last - silence.first).days + 1) // DAYS
    words = ngettext("%(n)d week of silence", "%(n)d weeks of silence", weeks)
    return words % {"n": weeks}
