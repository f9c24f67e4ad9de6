"""Slides for a team meeting, with what to say in their notes: a PPTX on a master of our own.

Colours and fonts are those of its theme, so that whoever changes the theme changes all.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pptx import Presentation

from communications.kits.documents.master import LAYOUTS, designed
from communications.kits.documents.office import described, is_rtl, office_tag, packed, plain
from communications.kits.documents.sheet import Block, Sheet
from communications.kits.documents.typography import isolated

# More lines than a room reads: the rest goes on the next slide.
MOST_POINTS = 6


@dataclass(frozen=True)
class Slide:
    """A slide: its title, its points, and what the speaker says to it."""

    title: str
    points: Sequence[str] = ()
    notes: Sequence[str] = ()


def slides_of(blocks: Sequence[Block], title: str) -> Iterator[Slide]:
    """Yield the slides: each heading begins one, items stand on it, and the rest is said.

    A heading with nothing below it is a slide too, but not where it only repeats the title.
    """
    heading, points, notes = title, list[str](), list[str]()
    for block in blocks:
        if block.kind == "heading":
            if points or notes or heading != title:
                yield from _parted(heading, points, notes)
            heading, points, notes = block.text, [], []
        else:
            (points if block.kind == "item" else notes).append(block.text)
    if points or notes or heading != title:
        yield from _parted(heading, points, notes)


def _parted(title: str, points: Sequence[str], notes: Sequence[str]) -> Iterator[Slide]:
    """Yield a slide, or several with one title where it has too many points; notes come once."""
    for start in range(0, max(len(points), 1), MOST_POINTS):
        part = points[start : start + MOST_POINTS]
        yield Slide(title, part, notes if start == 0 else ())


def slides_file(sheet: Sheet) -> bytes:
    """Return a deck as a PPTX, its bytes always the same for the same words."""
    deck = Presentation()
    layouts = designed(deck, sheet)
    first = deck.slides.add_slide(layouts[LAYOUTS[0]])
    _fill(first, 0, [sheet.title], sheet.language)
    _fill(first, 1, [" · ".join(s for s in (sheet.site, sheet.since) if s)], sheet.language)
    for slide in slides_of(sheet.blocks, sheet.title):
        made = deck.slides.add_slide(layouts[LAYOUTS[1] if slide.points else LAYOUTS[2]])
        _fill(made, 0, [slide.title], sheet.language)
        if slide.points:
            _fill(made, 1, slide.points, sheet.language)
        if slide.notes:
            _say(made, slide.notes, sheet.language)
    described(deck.core_properties, plain(sheet.title), sheet.brand.name, sheet.language, sheet.at)
    out = io.BytesIO()
    deck.save(out)
    return packed(out.getvalue())


def _fill(slide: Any, idx: int, lines: Sequence[str], language: str) -> None:
    holder = next(one for one in slide.placeholders if one.placeholder_format.idx == idx)
    _write(holder.text_frame, lines, language)


def _say(slide: Any, lines: Sequence[str], language: str) -> None:
    _write(slide.notes_slide.notes_text_frame, lines, language)


def _write(frame: Any, lines: Sequence[str], language: str) -> None:
    """Put a paragraph for each line into a frame, with its language and its direction."""
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = isolated(plain(line)) if is_rtl(language) else plain(line)
        run._r.get_or_add_rPr().set("lang", office_tag(language))
        if is_rtl(language):
            properties = paragraph._p.get_or_add_pPr()
            properties.set("rtl", "1")
            properties.set("algn", "r")
