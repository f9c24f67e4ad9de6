"""Where the marks of a lane stand: each with its whole label on the first line that is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from programmes.design.charts.lanes import WIDTH, Calendar, Mark, PlanLane

# So many letters of a name are always written; the page of what is marked has all.
LONGEST_LABEL = 40
MOST_LINES, LEAST_LINES = 9, 3
# Of all lanes, so that six regions keep to a page; and of each where there are more.
LINES_OF_A_PAGE, LINES_OF_A_LANE = 43, 6
# Letters of the labels; between two things on a line.
SIZE, GAP = 11.5, 7.0
HEADS = {"date": 6.0, "milestone": 14.0}
HEAD, STATUS, BEHIND = 19.0, 15.0, 6.0
# Widths of letters as a share of the size of the type, of the widest sans serif that readers have.
WIDTHS = {
    **dict.fromkeys("iljI.,:;’'|! ", 0.3),
    **dict.fromkeys("tfr()-·‹›/1", 0.42),
    **dict.fromkeys("acegksvxyz?", 0.57),
    **dict.fromkeys("mwMWOQG@%…—", 0.94),
}
USUAL, CAPITAL, IDEOGRAPH = 0.63, 0.7, 1.0


@dataclass(frozen=True)
class Placed:
    """A mark with its line from the top, its label, and from where to where both reach.

    ``is_turned``: the label stands before the mark, as behind it there is no room.
    """

    mark: Mark
    line: int
    label: str
    start: float
    end: float
    is_turned: bool

    @property
    def head(self) -> float:
        """Return how wide what stands beside the label is."""
        return head_of(self.mark)


@dataclass(frozen=True)
class Packing:
    """The marks of a lane that found a line, and how many did not."""

    placed: Sequence[Placed]
    folded: int

    @property
    def lines(self) -> int:
        return max((one.line for one in self.placed), default=-1) + 1


def packed_together(lanes: Sequence[PlanLane], calendar: Calendar) -> list[Packing]:
    """Pack lanes so that all together keep to a page; what is over gives way first."""
    room = max(LINES_OF_A_PAGE, LINES_OF_A_LANE * len(lanes))
    found: list[Packing] = []
    for most in range(MOST_LINES, LEAST_LINES, -1):
        found = [packed(lane.marks, calendar, most) for lane in lanes]
        if sum(max(LEAST_LINES, own.lines) for own in found) <= room:
            break
    return found


def packed(marks: Sequence[Mark], calendar: Calendar, most: int = MOST_LINES) -> Packing:
    """Give each mark of the picture the first line where it overlaps none; dates come first."""
    lines: list[list[tuple[float, float]]] = []
    placed = []
    shown = [mark for mark in marks if calendar.has(mark.on)]
    for mark in sorted(shown, key=lambda mark: (mark.row != "date", mark.is_over, mark.on)):
        label, x = cut(mark.label, mark.ahead), calendar.x(mark.on)
        start, end, is_turned = _reach(mark, label, x)
        line = next((n for n, own in enumerate(lines) if _is_free(own, start, end)), len(lines))
        if line >= most:
            continue
        if line == len(lines):
            lines.append([])
        lines[line].append((start, end))
        placed.append(Placed(mark, line, label, start, end, is_turned))
    return Packing(placed, len(shown) - len(placed))


def cut(label: str, ahead: int = 0) -> str:
    """Return a label, cut where its name, which ``ahead`` letters precede, is too long."""
    longest = LONGEST_LABEL + ahead
    if len(label) <= longest:
        return label
    kept, chip, rest = label.partition("‹")
    named, close, _behind = rest.partition("›")
    if chip and close and len(kept) < longest <= len(kept) + len(named) + 2:
        # The name of a placeholder says more than the words before it, and half of it nothing.
        return kept[: longest - len(named) - 4].rstrip() + f"… ‹{named}›"
    return label[: longest - 1].rstrip() + "…"


def head_of(mark: Mark) -> float:
    """Return how wide the shapes of a mark are."""
    return HEADS.get(mark.row, HEAD) + (0.0 if mark.is_settled else STATUS)


def label_width(words: str, size: float = SIZE) -> float:
    """Return how wide words are at most, in units of a drawing."""
    return size * sum(map(_letter_width, words))


def _letter_width(letter: str) -> float:
    if east_asian_width(letter) in "WF":
        return IDEOGRAPH
    return WIDTHS.get(letter, CAPITAL if letter.isupper() else USUAL)


def _reach(mark: Mark, label: str, x: float) -> tuple[float, float, bool]:
    """Return from where to where a mark and its label reach, and whether the label goes first."""
    width = head_of(mark) + label_width(label) + (BEHIND if mark.row == "date" else 0)
    if x + width <= WIDTH:
        return x, x + width, False
    end = min(WIDTH, x + HEADS.get(mark.row, HEAD))
    return end - width, end, True


def _is_free(taken: Sequence[tuple[float, float]], start: float, end: float) -> bool:
    return all(end + GAP <= other or start >= until + GAP for other, until in taken)
