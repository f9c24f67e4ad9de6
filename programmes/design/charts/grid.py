"""Who has power over the change and who cares: marks on two axes, and the ladder of a stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, Cell, Drawing, shortened, text_width

MOST = 100
# Width, height, and whether all five stands fit into one line below.
WIDE, NARROW = (700.0, 618.0), (358.0, 540.0)
LEFT, TOP, FOOT, END = 30.0, 8.0, 34.0, 6.0
RING, GAP = 6.0, 9.0
STANDS = 5
UNAWARE, RESISTANT, NEUTRAL, _SUPPORTIVE, LEADING = range(STANDS)
# Of a name beside its mark: its type, as wide as bold letters are, and the longest that is whole;
# how far its line is from the mark.
SIZE, LONGEST = 12.5, 165.0
ABOVE, BELOW, LEVEL, AWAY = -12.0, 20.0, 4.0, 4.0
LADDER_WIDTH, LADDER_HEIGHT, RUNG = 142.0, 20.0, 31.0


@dataclass(frozen=True)
class GridMark:
    """A stakeholder on the grid.

    Attributes:
        name: as it stands beside the mark.
        power: from 0 to 100, upwards.
        interest: from 0 to 100, to the right; ``wanted`` is aimed for, or None.
        stand: 0 unaware, 1 resistant, 2 neutral, 3 supportive, 4 leading; ``word`` says it.
        action: what is next, empty if nothing is.
        url: of its page.

    """

    name: str
    power: int
    interest: int
    wanted: int | None
    stand: int
    word: str
    action: str
    url: str

    @property
    def sentence(self) -> str:
        values = {
            "name": self.name,
            "power": formats.number(self.power),
            "interest": formats.number(self.interest),
            "stand": self.word,
            "action": self.action or _("no next action"),
        }
        return _("%(name)s: power %(power)s, interest %(interest)s, %(stand)s, %(action)s") % values


@dataclass(frozen=True)
class _Box:
    """What is taken on the picture."""

    left: float
    top: float
    right: float
    low: float

    def shared_with(self, other: "_Box") -> float:
        """Return how much of both is the same."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.low, other.low) - max(self.top, other.top)
        return max(0.0, wide) * max(0.0, high)


@dataclass(frozen=True)
class _Label:
    """A name with the place of its first letter, or of its last where it ``ends`` there."""

    words: str
    x: float
    y: float
    ends: bool

    @property
    def box(self) -> _Box:
        width = text_width(self.words, SIZE)
        left = self.x - width if self.ends else self.x
        return _Box(left, self.y - SIZE, left + width, self.y + 3)


def draw_grid(marks: Sequence[GridMark], label: str) -> Drawing:
    """Draw the grid with a mark for each stakeholder that opens its page."""
    headings = (
        _("Stakeholder"),
        _("Power"),
        _("Interest"),
        _("Target interest"),
        _("Engagement"),
        _("Next action"),
    )
    rows = [
        [
            Cell(mark.name, mark.url),
            Cell(formats.number(mark.power), is_number=True),
            Cell(formats.number(mark.interest), is_number=True),
            Cell("–" if mark.wanted is None else formats.number(mark.wanted), is_number=True),
            Cell(mark.word),
            Cell(mark.action or "–"),
        ]
        for mark in marks
    ]
    wide, narrow = (_picture(marks, label, size) for size in (WIDE, NARROW))
    return Drawing(wide, headings, rows, narrow)


def _picture(marks: Sequence[GridMark], words: str, size: tuple[float, float]) -> SafeString:
    canvas = Canvas(*size)
    _frame(canvas)
    for mark, label in zip(marks, _labels(canvas, marks), strict=True):
        with canvas.thing(mark.sentence, mark.url, "ol-mark"):
            _mark(canvas, mark, label)
    return canvas.svg(words, has_links=True)


def _x(canvas: Canvas, interest: float) -> float:
    return LEFT + interest / MOST * (canvas.width - END - LEFT)


def _y(canvas: Canvas, power: float) -> float:
    low = canvas.height - FOOT
    return low - power / MOST * (low - TOP)


def _frame(canvas: Canvas) -> None:
    """Draw the four fields and the two axes with their words."""
    left, right, middle = (_x(canvas, share) for share in (0, MOST, MOST / 2))
    low, high, level = (_y(canvas, share) for share in (0, MOST, MOST / 2))
    canvas.rect(middle, high, right - middle, level - high, "f-soft", opacity=0.55)
    canvas.line([(left, high), (left, low), (right, low)], "g-axis")
    canvas.line([(middle, high), (middle, low)], "g-line")
    canvas.line([(left, level), (right, level)], "g-line")
    for one in _fields(canvas):
        canvas.text(one.x, one.y, one.words, "m e" if one.ends else "m", "620")
    canvas.text(left, low + 22, _("↑ power over the change"), "m")
    canvas.text(right, low + 22, _("interest in the change →"), "m e")


def _fields(canvas: Canvas) -> list[_Label]:
    """Return what is written in the corner of each field."""
    left, right = _x(canvas, 0) + 8, _x(canvas, MOST) - 8
    low, level = _y(canvas, 0) - 10, _y(canvas, MOST / 2) - 10
    return [
        _Label(_("Keep satisfied"), left, level, ends=False),
        _Label(_("Manage closely"), right, level, ends=True),
        _Label(_("Monitor"), left, low, ends=False),
        _Label(_("Keep informed"), right, low, ends=True),
    ]


def _labels(canvas: Canvas, marks: Sequence[GridMark]) -> list[_Label]:
    """Return for each mark where its name covers least of what is there."""
    taken = [_reach(canvas, mark) for mark in marks] + [one.box for one in _fields(canvas)]
    found = []
    for mark in marks:
        best = min(_places(canvas, mark), key=lambda one: _covered(canvas, one.box, taken))
        taken.append(best.box)
        found.append(best)
    return found


def _reach(canvas: Canvas, mark: GridMark) -> _Box:
    """Return what a mark, its arrow and the ring at its end take."""
    x, y = _x(canvas, mark.interest), _y(canvas, mark.power)
    end = x if mark.wanted is None else _x(canvas, mark.wanted)
    return _Box(min(x, end) - RING, y - RING, max(x, end) + RING, y + RING)


def _places(canvas: Canvas, mark: GridMark) -> Iterator[_Label]:
    """Yield where the name of a mark may stand, the best first."""
    own, y = _reach(canvas, mark), _y(canvas, mark.power)
    x, name = _x(canvas, mark.interest), shortened(mark.name, LONGEST, SIZE)
    for line in (ABOVE, BELOW):
        yield _Label(name, x - RING, y + line, ends=False)
        yield _Label(name, x + RING, y + line, ends=True)
        yield _Label(name, own.left, y + line, ends=False)
        yield _Label(name, own.right, y + line, ends=True)
    yield _Label(name, own.right + AWAY, y + LEVEL, ends=False)
    yield _Label(name, own.left - AWAY, y + LEVEL, ends=True)


def _covered(canvas: Canvas, box: _Box, taken: Sequence[_Box]) -> float:
    """Return how much a name covers of what is taken, and of what is outside the picture."""
    inside = _Box(0, TOP, canvas.width, canvas.height)
    outside = box.shared_with(box) - box.shared_with(inside)
    return sum(map(box.shared_with, taken)) + 9 * outside


def _mark(canvas: Canvas, mark: GridMark, label: _Label) -> None:
    x, y = _x(canvas, mark.interest), _y(canvas, mark.power)
    if mark.wanted is not None and mark.wanted != mark.interest:
        _arrow(canvas, x, _x(canvas, mark.wanted), y)
    draw_stand(canvas, mark.stand, x, y)
    tone = "b s halo" if mark.action else "bad b s halo"
    canvas.text(label.x, label.y, label.words, f"{tone} e" if label.ends else tone)


def _arrow(canvas: Canvas, start: float, end: float, y: float) -> None:
    """Draw the way to what is aimed for, and a ring there."""
    way = 1 if end > start else -1
    tip = end - way * GAP
    if way * (tip - start - way * GAP) > 0:
        canvas.line([(start + way * GAP, y), (tip, y)], "s-arrow")
        canvas.area([(tip, y), (tip - way * 8, y - 4), (tip - way * 8, y + 4)], "f-arrow")
    canvas.circle(end, y, RING, "g-axis")


def draw_stand(canvas: Canvas, stand: int, x: float, y: float) -> None:
    """Draw how somebody stands to the change, each with a shape of its own."""
    if stand == RESISTANT:
        canvas.mark("bad", x, y, RING)
    elif stand in (UNAWARE, NEUTRAL):
        canvas.circle(x, y, RING, "s-unaware" if stand == UNAWARE else "s-neutral")
    else:
        canvas.circle(x, y, RING + (stand == LEADING) * 1.5, "f-acc")
    if stand == LEADING:
        canvas.area(_star(x, y), "g-sf")


def _star(x: float, y: float) -> list[tuple[float, float]]:
    turns = [(n * pi / 5 - pi / 2, 5.0 if n % 2 == 0 else 2.1) for n in range(10)]
    return [(x + far * cos(turn), y + far * sin(turn)) for turn, far in turns]


def draw_stand_alone(stand: int) -> SafeString:
    """Draw the mark of a stand for a legend, whose word stands beside it."""
    canvas = Canvas(16, 16)
    draw_stand(canvas, stand, 8, 8)
    return canvas.svg("")


def draw_ladder(now: int, wanted: int, label: str) -> SafeString:
    """Draw a stand now and the one that is wanted on the five rungs."""
    canvas = Canvas(LADDER_WIDTH, LADDER_HEIGHT)
    level, first = LADDER_HEIGHT / 2, 8.0
    canvas.line([(first, level), (first + 4 * RUNG, level)], "g-line")
    for step in range(STANDS):
        canvas.circle(first + step * RUNG, level, 2.5, "f-line")
    if wanted != now:
        _arrow(canvas, first + now * RUNG, first + wanted * RUNG, level)
    draw_stand(canvas, now, first + now * RUNG, level)
    return canvas.svg(label)
