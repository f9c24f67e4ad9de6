"""The master of our slides: a theme in a programme's colours, and three layouts.

The first begins a deck, the second has a title and points, the third a statement alone. For Arabic
all is mirrored.
"""

from typing import Any

from lxml import etree
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Inches

from communications.kits.documents.office import (
    ARABIC,
    EAST_ASIAN,
    LATIN,
    is_rtl,
    office_tag,
    plain,
)
from communications.kits.documents.sheet import Sheet

LAYOUTS = ("Beginning", "Points", "Statement")
# Inches: a wide screen.
WIDTH, HEIGHT = 13.333, 7.5
INK, WHITE, SUN = "131929", "FFFFFF", "FFC42E"
# Below this contrast white on a colour cannot be read.
READABLE = 4.5
NAMESPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{name}/2006/main"'
    for prefix, name in (("a", "drawingml"), ("p", "presentationml"))
)


def designed(deck: Any, sheet: Sheet) -> dict[str, Any]:
    """Give a deck our master in place of its own; return the layouts by name."""
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    _theme(deck, sheet)
    layouts = list(deck.slide_layouts)
    for layout in layouts[len(LAYOUTS) :]:
        deck.slide_layouts.remove(layout)
    _emptied(deck.slide_master)
    found = dict(zip(LAYOUTS, layouts, strict=False))
    for name, layout in found.items():
        layout.name = name
        _emptied(layout)
    _Drawing(sheet).draw(found)
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour of six hexadecimal digits, from 0 to 1 (WCAG)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    lit = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * lit[0] + 0.7152 * lit[1] + 0.0722 * lit[2]


def text_on(colour: str) -> str:
    """Return the name of the theme's colour that can be read on a colour: white, else ink."""
    return "bg1" if 1.05 / (luminance(colour) + 0.05) >= READABLE else "tx1"


def _theme(deck: Any, sheet: Sheet) -> None:
    part = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = etree.fromstring(part.blob)
    strong, soft, accent = (_hex(getattr(sheet.brand, n)) for n in ("strong", "soft", "accent"))
    named = {"dk1": INK, "lt1": WHITE, "dk2": strong, "lt2": soft, "accent1": accent}
    named |= {"accent2": SUN, "accent3": "8C9AD8", "hlink": accent, "folHlink": strong}
    scheme = theme.find(f".//{qn('a:clrScheme')}")
    for name, colour in named.items():
        entry = scheme.find(qn(f"a:{name}"))
        entry.clear()
        etree.SubElement(entry, qn("a:srgbClr")).set("val", colour)
    fonts = {"latin": LATIN, "ea": EAST_ASIAN.get(sheet.language, ""), "cs": ARABIC}
    for kind in ("a:majorFont", "a:minorFont"):
        font = theme.find(f".//{qn(kind)}")
        for name, face in fonts.items():
            font.find(qn(f"a:{name}")).set("typeface", face)
        for other in font.findall(qn("a:font")):
            font.remove(other)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _hex(colour: str) -> str:
    return colour.lstrip("#").upper()


def _emptied(page: Any) -> None:
    """Take all shapes off a layout; of a master those that no layout of ours refers to."""
    for shape in list(page.shapes):
        shape._element.getparent().remove(shape._element)


class _Drawing:
    """What stands on the layouts; all measures are inches from the corner where lines begin."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.is_rtl = sheet, is_rtl(sheet.language)
        self.on_strong = text_on(_hex(sheet.brand.strong))

    def draw(self, layouts: dict[str, Any]) -> None:
        """Draw all three."""
        beginning, points, statement = (layouts[name] for name in LAYOUTS)
        self._ground(beginning, "tx2")
        self._way(beginning)
        self._name(beginning, self.on_strong)
        self._holder(beginning, 0, "ctrTitle", 0.75, 1.5, 11.8, 2.6, 54, self.on_strong)
        self._holder(beginning, 1, "subTitle", 6.7, 5.35, 6.0, 0.8, 22, self.on_strong)
        for layout in (points, statement):
            self._ground(layout, "bg1")
            self._bar(layout)
            self._name(layout, "tx1")
        self._holder(points, 0, "title", 0.75, 1.25, 11.8, 1.3, 34, "tx1")
        self._holder(points, 1, "body", 0.75, 2.75, 11.8, 4.1, 24, "tx1", is_list=True)
        self._holder(statement, 0, "title", 0.75, 2.0, 11.8, 3.2, 48, "tx2")

    def _x(self, x: float, width: float) -> float:
        return WIDTH - x - width if self.is_rtl else x

    def _ground(self, layout: Any, colour: str) -> None:
        ground = parse_xml(
            f'<p:bg {NAMESPACES}><p:bgPr><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>'
            "<a:effectLst/></p:bgPr></p:bg>"
        )
        data = layout._element.cSld
        for old in data.findall(qn("p:bg")):
            data.remove(old)
        data.insert(0, ground)

    def _shape(
        self, layout: Any, kind: str, box: tuple[float, ...], colour: str, turn: int = 0
    ) -> None:
        x, y, width, height = box
        tree = layout.shapes._spTree
        turn = (turn if self.is_rtl else -turn) % 360
        tree.append(
            parse_xml(
                f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{_next(tree)}" name="{kind}"/>'
                '<p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>'
                f"{_box(self._x(x, width), y, width, height, turn)}"
                f'<a:prstGeom prst="{kind}"><a:avLst/></a:prstGeom>'
                f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln>'
                "</p:spPr></p:sp>"
            )
        )

    def _bar(self, layout: Any) -> None:
        """Draw the line on top, and the moment of change at its end."""
        self._shape(layout, "rect", (0, 0, WIDTH, 0.14), "accent1")
        self._shape(layout, "ellipse", (12.2, 6.7, 0.4, 0.4), "accent2")

    def _way(self, layout: Any) -> None:
        """Draw the way: low, the moment of change, high."""
        self._shape(layout, "rect", (0, 6.35, 4.52, 0.16), "accent3")
        self._shape(layout, "rect", (4.17, 5.6, 2.2, 0.16), "accent3", turn=45)
        self._shape(layout, "rect", (5.98, 4.85, WIDTH - 5.98, 0.16), "accent3")
        self._shape(layout, "ellipse", (5.55, 4.5, 0.86, 0.86), "accent2")

    def _name(self, layout: Any, colour: str) -> None:
        """Write the programme's name where it signs."""
        tree = layout.shapes._spTree
        tree.append(
            parse_xml(
                f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{_next(tree)}" name="Programme"/>'
                '<p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>'
                f"{_box(self._x(0.75, 8), 0.5, 8, 0.4)}"
                '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
                f"{self._text(14, colour, 'ctr')}"
            )
        )
        said = tree[-1].find(f".//{qn('a:t')}")
        said.text = plain(self.sheet.brand.name)

    def _holder(
        self,
        layout: Any,
        idx: int,
        kind: str,
        x: float,
        y: float,
        width: float,
        height: float,
        size: int,
        colour: str,
        *,
        is_list: bool = False,
    ) -> None:
        """Make a place for words; they shrink where they are too long, and are never cut."""
        tree = layout.shapes._spTree
        at = f' idx="{idx}"' if idx else ""
        tree.append(
            parse_xml(
                f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{_next(tree)}" name="{kind}"/>'
                '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
                f'<p:nvPr><p:ph type="{kind}"{at}/></p:nvPr></p:nvSpPr>'
                f"<p:spPr>{_box(self._x(x, width), y, width, height)}</p:spPr>"
                f"{self._text(size, colour, 't' if is_list else 'b', is_list=is_list)}"
            )
        )

    def _text(self, size: int, colour: str, anchor: str, *, is_list: bool = False) -> str:
        side, rtl = ("r", ' rtl="1"') if self.is_rtl else ("l", "")
        disc = '<a:buClr><a:schemeClr val="accent1"/></a:buClr><a:buChar char="•"/>'
        indent = 'marL="342900" indent="-342900"' if is_list else 'marL="0" indent="0"'
        space = 900 if is_list else 0
        return (
            f'<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}">'
            f'<a:normAutofit/></a:bodyPr><a:lstStyle><a:lvl1pPr {indent} algn="{side}"{rtl}>'
            f'<a:spcBef><a:spcPts val="{space}"/></a:spcBef>{disc if is_list else "<a:buNone/>"}'
            f'<a:defRPr sz="{size * 100}" b="{int(not is_list)}"><a:solidFill>'
            f'<a:schemeClr val="{colour}"/></a:solidFill><a:latin typeface="+mn-lt"/>'
            '<a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/></a:defRPr></a:lvl1pPr></a:lstStyle>'
            f'<a:p><a:r><a:rPr lang="{office_tag(self.sheet.language)}" sz="{size * 100}"/>'
            "<a:t> </a:t></a:r></a:p></p:txBody></p:sp>"
        )


def _next(tree: Any) -> int:
    """Return an id that no shape of a layout has yet."""
    return 2 + len(list(tree.iter(qn("p:cNvPr"))))


def _box(x: float, y: float, width: float, height: float, turn: int = 0) -> str:
    """Return a place and a size in inches, turned by so many degrees."""
    return (
        f'<a:xfrm rot="{turn * 60000}"><a:off x="{Inches(x)}" y="{Inches(y)}"/>'
        f'<a:ext cx="{Inches(width)}" cy="{Inches(height)}"/></a:xfrm>'
    )
