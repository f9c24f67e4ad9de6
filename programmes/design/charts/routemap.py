"""Where each wave stands on its way from announcement to Run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, Cell, Drawing, shortened, text_width
from programmes.design.charts.reach import people_text
from programmes.design.marks import STATUSES

WIDTH = 910.0
START, END, TOP, STEP, BOTTOM = 212.0, 904.0, 26.0, 46.0, 44.0
MOST_MONTHS = 12
# Bold letters are about as wide as those of this size.
BOLD_SIZE = 14.0
# Of their room that bold letters fill when plain ones would fill it all.
BOLD_SHARE = 0.93
# What stands between the facts of a remark.
FACTS = " · "
MOST_LINES = 2
# Of room for sites or a region beside a name; with less they are left to the table.
LEAST_DETAIL = 60.0


@dataclass(frozen=True)
class Stop:
    """A date on a lane.

    Attributes:
        on: the day.
        word: what it is, written once below the last lane.
        is_go_live: whether it is the release itself, drawn large and dated.

    """

    on: date
    word: str
    is_go_live: bool = False


@dataclass(frozen=True)
class Lane:
    """A wave, or its part in one region.

    Attributes:
        name: of the wave.
        detail: its sites or its region.
        people: how many it has.
        status: a key of ``marks.STATUSES``.
        stops: in the order of their days; the first begins the lane, the last ends it.
        remark: the reason of the status, or the figure that matters; a few words.
        warned_on: the day at which the shape of a bad status is drawn.
        url: the list of its people.
        wave_url: the page of the wave, to which its name leads.
        reached: the share informed of its people, a fraction from 0 to 1.
        possible: the share that is informed at most, measured included.

    """

    name: str
    detail: str
    people: int
    status: str
    stops: Sequence[Stop]
    remark: str = ""
    warned_on: date | None = None
    url: str = ""
    wave_url: str = ""
    reached: float | None = None
    possible: float | None = None

    @property
    def tone(self) -> str:
        return STATUSES[self.status].tone

    @property
    def word(self) -> str:
        return str(STATUSES[self.status].word)

    @property
    def go_live_on(self) -> date | None:
        """Return the day of the release."""
        return next((stop.on for stop in self.stops if stop.is_go_live), None)


@dataclass(frozen=True)
class _Calendar:
    """Where days lie on the picture."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """Return the place of a day; what is outside stands at the edge."""
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return START + min(1.0, max(0.0, share)) * (END - START)

    def months(self) -> Iterator[date]:
        """Yield the first day of each month."""
        month = self.first
        while month < self.last:
            yield month
            month = _next_month(month)


def draw_routemap(lanes: Sequence[Lane], today: date, label: str) -> Drawing:
    """Draw one lane a wave over a common calendar, with today as a line."""
    canvas = Canvas(WIDTH, TOP + 24 + max(0, len(lanes) - 1) * STEP + BOTTOM)
    calendar = _calendar(lanes, today)
    _draw_months(canvas, calendar, today)
    for index, lane in enumerate(lanes):
        _draw_lane(canvas, calendar, lane, TOP + 24 + index * STEP, today)
    if lanes:
        _draw_legend(canvas, calendar, lanes[-1], canvas.height - BOTTOM + 22)
    _draw_today(canvas, calendar, today)
    headings = [_("Wave"), _("People"), _("State"), _("Go-live"), _("Informed"), _("Possibly")]
    headings.append(_("Remark"))
    svg = canvas.svg(label, has_links=any(lane.wave_url for lane in lanes))
    return Drawing(svg, headings, [_cells(lane) for lane in lanes])


def _calendar(lanes: Sequence[Lane], today: date) -> _Calendar:
    """Return whole months that hold all stops and today, with room for the last remarks."""
    days = [stop.on for lane in lanes for stop in lane.stops] + [today]
    first = min(days).replace(day=1)
    span = max(days) - first
    return _Calendar(first, _next_month(max(days) + span * 0.2))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _draw_months(canvas: Canvas, calendar: _Calendar, today: date) -> None:
    months = list(calendar.months())
    every = max(1, -(-len(months) // MOST_MONTHS))
    pill = _pill(calendar, today)
    for index, month in enumerate(months):
        x = calendar.x(month)
        canvas.line([(x, TOP - 6), (x, canvas.height - 14)], "g-line")
        words = formats.month(month, with_year=month.month == 1)
        is_clear = x + text_width(words, 11) + 8 < pill[0] or x > pill[1]
        if index % every == 0 and is_clear and x + text_width(words, 11) < WIDTH:
            canvas.text(x + 4, TOP - 10, words, "m")


def _today_words(today: date) -> str:
    return _("Today, %(day)s") % {"day": formats.short_day(today)}


def _pill(calendar: _Calendar, today: date) -> tuple[float, float]:
    """Return the edges of the mark that says which day is today."""
    half = text_width(_today_words(today), 11) / 2 + 8
    middle = min(calendar.x(today), WIDTH - half)
    return middle - half, middle + half


def _draw_today(canvas: Canvas, calendar: _Calendar, today: date) -> None:
    x, (left, right) = calendar.x(today), _pill(calendar, today)
    line = Canvas(canvas.width, canvas.height, canvas.is_mirrored)
    line.line([(x, TOP - 6), (x, canvas.height - 14)], "g-today")
    # Below the lanes, so that their words stay readable.
    canvas.parts[:0] = line.parts
    canvas.rect(left, TOP - 22, right - left, 18, "g-ink", radius=4)
    canvas.text((left + right) / 2, TOP - 9, _today_words(today), "inv c s", "600")


def _draw_lane(canvas: Canvas, calendar: _Calendar, lane: Lane, y: float, today: date) -> None:
    with canvas.linked(f"{lane.name}{formats.comma()}{lane.word}", lane.wave_url):
        canvas.rect(0, y - 18, START - 8, 38, "g-hit")
        _draw_name(canvas, lane, y)
    if not lane.stops:
        return
    _draw_track(canvas, calendar, lane, y, today)
    for stop in lane.stops:
        _draw_stop(canvas, calendar.x(stop.on), y, stop, is_past=stop.on <= today)
    if lane.warned_on and lane.tone in ("warn", "bad"):
        canvas.mark(lane.tone, calendar.x(lane.warned_on), y, 7.5)
    _draw_remark(canvas, calendar, lane, y)


def _draw_name(canvas: Canvas, lane: Lane, y: float) -> None:
    """Write what a lane is; its detail gives way to a long name."""
    name = shortened(lane.name, START - 12, BOLD_SIZE)
    offset = max(48.0, text_width(name, BOLD_SIZE) + 8)
    people = people_text(lane.people)
    canvas.text(0, y - 3, name, "b")
    if START - 8 - offset >= LEAST_DETAIL:
        canvas.text(offset, y - 3, shortened(lane.detail, START - 8 - offset), "k")
    canvas.text(0, y + 13, people, "m")
    x = max(86.0, text_width(people, 11) + 14)
    canvas.mark(lane.tone, x, y + 9, 4.2)
    canvas.text(x + 8, y + 13, lane.word, f"{_ink(lane.tone)} s", "620")


def _ink(tone: str) -> str:
    return tone if tone in ("good", "warn", "bad") else "m"


def _draw_track(canvas: Canvas, calendar: _Calendar, lane: Lane, y: float, today: date) -> None:
    first, last = lane.stops[0].on, lane.stops[-1].on
    cut = min(max(today, first), last)
    if cut > first:
        canvas.line([(calendar.x(first), y), (calendar.x(cut), y)], "s-done")
    if cut < last:
        canvas.line([(calendar.x(cut), y), (calendar.x(last), y)], "s-next")


def _draw_stop(canvas: Canvas, x: float, y: float, stop: Stop, *, is_past: bool) -> None:
    if not stop.is_go_live:
        canvas.circle(x, y, 5, "st-done" if is_past else "st-next")
        return
    canvas.circle(x, y, 8, "st-gl")
    if is_past:
        canvas.circle(x, y, 4, "g-ink")
    canvas.text(x, y - 13, formats.short_day(stop.on), "b c halo")


def _draw_remark(canvas: Canvas, calendar: _Calendar, lane: Lane, y: float) -> None:
    """Write the remark behind the lane, or before it where there is more room."""
    after = calendar.x(lane.stops[-1].on) + 12
    before = calendar.x(lane.stops[0].on) - 12
    classes = f"{lane.tone} halo" if lane.tone in ("warn", "bad") else "halo s"
    weight = "580" if lane.tone in ("warn", "bad") else ""
    share = BOLD_SHARE if weight else 1.0
    is_behind = WIDTH - after >= min(text_width(lane.remark), before - START)
    lines = _whole_facts(lane.remark, (WIDTH - after if is_behind else before - START) * share)
    x, classes = (after, classes) if is_behind else (before, f"{classes} e")
    for n, words in enumerate(lines):
        canvas.text(x, y + 4 - (len(lines) - 1) * 6.5 + n * 13, words, classes, weight)


def _whole_facts(remark: str, width: float) -> list[str]:
    """Return as many facts of a remark as fit on two lines, and how many more there are.

    The first is cut only where there is no room for it.
    """
    facts = remark.split(FACTS)
    for n in range(len(facts), 0, -1):
        rest = len(facts) - n
        more = [ngettext("%(n)d more", "%(n)d more", rest) % {"n": rest}] if rest else []
        lines = _wrapped(FACTS.join([*facts[:n], *more]), width)
        if len(lines) <= MOST_LINES and all(text_width(line) <= width for line in lines):
            return lines
    return [shortened(remark, width)]


def _wrapped(words: str, width: float) -> list[str]:
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _draw_legend(canvas: Canvas, calendar: _Calendar, lane: Lane, y: float) -> None:
    """Say below the last lane what its stops are, on the first of two lines that has room."""
    edges = [0.0, 0.0]
    for stop in lane.stops:
        half = text_width(stop.word, 11) / 2
        x = min(calendar.x(stop.on), WIDTH - half)
        row = next((n for n, edge in enumerate(edges) if x - half > edge), None)
        if row is not None:
            canvas.text(x, y + row * 13, stop.word, "m c")
            edges[row] = x + half + 6


def _cells(lane: Lane) -> list[Cell]:
    go_live = lane.go_live_on
    # Beside the measured share, and never added to it.
    further = None if lane.possible is None else lane.possible - (lane.reached or 0)
    written = ["–" if one is None else formats.percent(one) for one in (lane.reached, further)]
    return [
        Cell(formats.comma().join(filter(None, (lane.name, lane.detail))), lane.wave_url),
        Cell(formats.number(lane.people), lane.url, is_number=True, count=lane.people),
        Cell(lane.word),
        Cell(formats.day(go_live) if go_live else "–"),
        *(Cell(text, is_number=True) for text in written),
        Cell(lane.remark),
    ]
