"""A small surface to draw charts on, as SVG with classes only.

Themes, brand and print reach the marks through the stylesheet. Everything is drawn as if it read
from left to right; on a mirrored canvas each x is counted from the right edge, and texts turn
by themselves, because the anchor of a text follows the direction of its page.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from unicodedata import east_asian_width

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

from programmes.design.marks import SHAPES, STATUSES

Point = tuple[float, float]

# What the class ``hatch`` is filled with; a page of several pictures says it more than once.
HATCH = SafeString(
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><path d="M0 0V6" class="h-stroke"/></pattern></defs>'
)
# Widths of letters as a share of the size of the type; measured on the system's sans serif.
NARROW, WIDE = 0.54, 1.0
TYPE_SIZE = 12


@dataclass(frozen=True)
class Cell:
    """One cell of the table that says the same as a chart; ``count``: of the list at ``url``."""

    text: str
    url: str = ""
    is_number: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Drawing:
    """A chart and the table that says the same.

    Attributes:
        svg: the picture.
        headings: of the table's columns; the first column names the row.
        rows: the table's cells.
        narrow: the picture for a phone, where the first is too wide for one.

    """

    svg: SafeString
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    narrow: SafeString | str = ""

    def named_rows(self) -> list[list[tuple[str, Cell]]]:
        """Return each row's cells with the heading above them."""
        return [list(zip(self.headings, row, strict=True)) for row in self.rows]


@dataclass
class Canvas:
    """Collects marks; ``svg`` returns them as a picture.

    Attributes:
        width: in units of the drawing, which are pixels at full width.
        height: in the same units.
        is_mirrored: whether it reads from right to left, by default as the active language.
        defined: what parts refer to, by its name.

    """

    width: float
    height: float
    is_mirrored: bool = field(default_factory=get_language_bidi)
    parts: list[SafeString] = field(default_factory=list)
    defined: dict[str, SafeString] = field(default_factory=dict)

    def svg(self, label: str, *, stretches: bool = False, has_links: bool = False) -> SafeString:
        """Return the picture with a sentence that says what is seen; it keeps its shape or not.

        One that has links is a group of them, not one image.
        """
        return format_html(
            '<svg viewBox="0 0 {} {}"{} role="{}" aria-label="{}">{}</svg>',
            _n(self.width),
            _n(self.height),
            format_html(' preserveAspectRatio="{}"', "none") if stretches else "",
            "group" if has_links else "img",
            label,
            format_html_join("", "{}", ((part,) for part in (*self.defined.values(), *self.parts))),
        )

    def text(self, x: float, y: float, words: str, classes: str = "", weight: str = "") -> None:
        """Write words; class ``e`` ends at x, ``c`` centres on it, otherwise they begin there."""
        self._add(
            '<text x="{}" y="{}"{}{}>{}</text>',
            _n(self._x(x)),
            _n(y),
            _class(classes),
            format_html(' font-weight="{}"', weight) if weight else "",
            words,
        )

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        classes: str,
        *,
        radius: float = 0,
        opacity: float = 1,
    ) -> None:
        """Draw a rectangle from its upper corner at the start of the line."""
        left = self.width - x - width if self.is_mirrored else x
        self._add(
            '<rect x="{}" y="{}" width="{}" height="{}"{}{}{}/>',
            *(_n(value) for value in (left, y, max(0, width), height)),
            format_html(' rx="{}"', _n(radius)) if radius else "",
            _class(classes),
            format_html(' opacity="{}"', _n(opacity)) if opacity != 1 else "",
        )

    def hatch(self, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle with thin lines, as ``rect`` places it."""
        self.rect(x, y, width, height, "hatch")
        self.defined["hatch"] = HATCH

    def line(self, points: Iterable[Point], classes: str, *, dashed: bool = False) -> None:
        """Draw a line through points."""
        self._add(
            '<path d="{}" class="{}"{}/>',
            self._path(points),
            classes,
            format_html(' stroke-dasharray="{}"', "3 3") if dashed else "",
        )

    def upright(self, places: Iterable[float], top: float, bottom: float, classes: str) -> None:
        """Draw alike lines from top to bottom at some places."""
        drawn = "".join(f"M{_n(self._x(x))} {_n(top)}V{_n(bottom)}" for x in places)
        self._add('<path d="{}"{}/>', drawn, _class(classes))

    def area(self, points: Iterable[Point], classes: str) -> None:
        """Fill the area between points."""
        own = _class(classes)
        self._add('<path d="{}Z"{}/>', self._path(points), own)

    def circle(self, x: float, y: float, radius: float, classes: str) -> None:
        """Draw a disc or a ring, as its class says."""
        self._add(
            '<circle cx="{}" cy="{}" r="{}"{}/>',
            *(_n(value) for value in (self._x(x), y, radius)),
            _class(classes),
        )

    def mark(self, tone: str, x: float, y: float, radius: float) -> None:
        """Draw the shape of a status: disc good, triangle warn, diamond bad, else a ring."""
        if tone == "warn":
            up, side, low = radius * 1.1, radius * 1.15, radius * 0.9
            self.area([(x, y - up), (x + side, y + low), (x - side, y + low)], "f-warn")
        elif tone == "bad":
            reach = radius * 1.2
            corners = [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]
            self.area(corners, "f-bad")
        else:
            self.circle(x, y, radius, "f-good" if tone == "good" else "st-next")

    def status(self, key: str, x: float, y: float, size: float) -> None:
        """Draw the shape of a state (a key of ``marks.STATUSES``) from its upper corner."""
        look = STATUSES[key]
        left = self.width - x - size if self.is_mirrored else x
        self._add(
            '<svg x="{}" y="{}" width="{}" height="{}" viewBox="0 0 12 12" class="ol-shape {}">'
            "{}</svg>",
            *(_n(value) for value in (left, y, size, size)),
            f"is-{look.tone}" if look.tone else "",
            SafeString(SHAPES[look.shape]),
        )

    def stamp(self, key: str, place: Point) -> None:
        """Draw the shape of a state as ``status`` does, 12 wide, for a picture of many."""
        look, drawn = STATUSES[key], Canvas(12, 12, is_mirrored=False)
        drawn.parts.append(SafeString(SHAPES[look.shape]))
        classes = f"ol-shape is-{look.tone}" if look.tone else "ol-shape"
        self.copy(f"shape-{look.shape}", place, 12, classes, drawn)

    def copy(self, name: str, place: Point, width: float, classes: str, drawn: "Canvas") -> None:
        """Draw again what another canvas holds, from its upper corner; it is written out once.

        Shapes in it without a class of their own take on ``classes``.
        """
        parts = format_html_join("", "{}", ((part,) for part in drawn.parts))
        self.defined[name] = format_html('<defs><g id="{}">{}</g></defs>', name, parts)
        x, y = place
        left = self.width - x - width if self.is_mirrored else x
        own = _class(classes)
        self._add('<use href="#{}" x="{}" y="{}"{}/>', name, _n(left), _n(y), own)

    @contextmanager
    def group(self, name: str) -> Iterator[None]:
        """Gather several things under one name, which theirs need not repeat."""
        outside, self.parts = self.parts, []
        yield
        inside, self.parts = format_html_join("", "{}", ((part,) for part in self.parts)), outside
        self._add('<g role="group" aria-label="{}">{}</g>', name, inside)

    @contextmanager
    def thing(
        self, words: str, url: str = "", classes: str = "", data: Mapping[str, str] | None = None
    ) -> Iterator[None]:
        """Gather what is drawn inside as one thing named by words: a link, given its page.

        ``data`` are attributes that scripts read, empty ones are left out.
        """
        outside, self.parts = self.parts, []
        yield
        inside, self.parts = format_html_join("", "{}", ((part,) for part in self.parts)), outside
        if url:
            kept = ((name, value) for name, value in (data or {}).items() if value)
            own = format_html_join("", ' data-{}="{}"', kept)
            looks = _class(classes)
            link = '<a href="{}"{}{}><title>{}</title>{}</a>'
            self._add(link, url, looks, own, words, inside)
        else:
            self._add('<g role="img"><title>{}</title>{}</g>', words, inside)

    @contextmanager
    def linked(self, words: str, url: str) -> Iterator[None]:
        """Gather what is drawn inside as one link, where there is a page for it."""
        with self.thing(words, url) if url else nullcontext():
            yield

    def _add(self, markup: str, *values: object) -> None:
        self.parts.append(format_html(markup, *values))

    def _x(self, x: float) -> float:
        return self.width - x if self.is_mirrored else x

    def _path(self, points: Iterable[Point]) -> str:
        return "M" + " L".join(f"{_n(self._x(x))} {_n(y)}" for x, y in points)


def _class(names: str) -> SafeString | str:
    return format_html(' class="{}"', names) if names else ""


def text_width(words: str, size: float = TYPE_SIZE) -> float:
    """Return about how wide words are, in units of a drawing."""
    return sum(size * (WIDE if east_asian_width(c) in "WF" else NARROW) for c in words)


def shortened(words: str, width: float, size: float = TYPE_SIZE) -> str:
    """Return words cut with an ellipsis to fit a width; the table beside has them whole."""
    if text_width(words, size) <= width:
        return words
    kept = words
    while kept and text_width(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _n(value: float) -> str:
    """Return a number as SVG reads it, whatever the language of the page."""
    return f"{value:.1f}".removesuffix(".0")
