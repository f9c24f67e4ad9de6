"""How far one wave is on its way: its dates on one line, with today."""

from collections.abc import Sequence
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, Cell, Drawing, text_width
from programmes.design.charts.routemap import BOLD_SIZE, Stop

WIDTH, START, END = 420.0, 8.0, 412.0
LINE, WORDS, ROW = 26.0, 50.0, 34.0
GAP = 10.0


def draw_countdown(stops: Sequence[Stop], today: date, label: str) -> Drawing:
    """Draw the dates of a wave, in the order of their days; the way up to today is done."""
    days = [stop.on for stop in stops] + [today]
    first, span = min(days), max(1, (max(days) - min(days)).days)
    places = [START + (stop.on - first).days / span * (END - START) for stop in stops]
    at = START + (today - first).days / span * (END - START)
    rows = [[Cell(stop.word), Cell(formats.short_day(stop.on))] for stop in stops]
    return Drawing(_picture(stops, places, today, at, label), [_("What"), _("When")], rows)


def _picture(
    stops: Sequence[Stop], places: Sequence[float], today: date, at: float, label: str
) -> SafeString:
    levels = _levels(stops, places)
    canvas = Canvas(WIDTH, WORDS + 24 + ROW * max(levels, default=0))
    if at > START:
        canvas.line([(START, LINE), (at, LINE)], "s-done")
    if at < END:
        canvas.line([(at, LINE), (END, LINE)], "s-next")
    for stop, x, level in zip(stops, places, levels, strict=True):
        _draw_stop(canvas, stop, x, WORDS + ROW * level, is_past=stop.on <= today)
    canvas.line([(at, LINE - 12), (at, LINE + 12)], "g-today")
    middle, half = min(max(at, START), END), text_width(_("today"), 11) / 2
    canvas.text(min(max(middle, half), WIDTH - half), 10, _("today"), "m c")
    return canvas.svg(label)


def _draw_stop(canvas: Canvas, stop: Stop, x: float, y: float, *, is_past: bool) -> None:
    if stop.is_go_live:
        canvas.circle(x, LINE, 8, "st-gl")
    if is_past or not stop.is_go_live:
        canvas.circle(x, LINE, 5, "st-done" if is_past else "st-next")
    left, right = _extent(stop, x)
    canvas.text((left + right) / 2, y, stop.word, "b c")
    canvas.text((left + right) / 2, y + 15, formats.short_day(stop.on), "m c")


def _extent(stop: Stop, x: float) -> tuple[float, float]:
    """Return the edges of the words of a stop, within the picture."""
    width = max(text_width(stop.word, BOLD_SIZE), text_width(formats.short_day(stop.on)))
    left = min(max(x - width / 2, 0.0), WIDTH - width)
    return left, left + width


def _levels(stops: Sequence[Stop], places: Sequence[float]) -> list[int]:
    """Return on which row the words of each stop stand, so that none touch."""
    ends: list[float] = []
    levels = []
    for stop, x in zip(stops, places, strict=True):
        left, right = _extent(stop, x)
        level = next((n for n, end in enumerate(ends) if left >= end + GAP), len(ends))
        ends[level:] = [right, *ends[level + 1 :]]
        levels.append(level)
    return levels
