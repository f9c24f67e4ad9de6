"""Setting a sheet: PDF with all its fonts inside, and a small picture of its first page.

The compiler of a layout is kept, with its fonts and what it has understood so far; it must not be
used before a process forks. Files are PDF/A-2u and PDF/UA-1: that standard refuses a character
that no font has, so that nothing is ever printed as an empty box.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from threading import Lock

import typst

from communications.kits.documents.fonts import fonts
from communications.kits.documents.sheet import FOLDER, Sheet

STANDARDS = ["a-2u", "ua-1"]
# Pixels an inch of pictures: about 190 pixels wide, for A3 and for A5.
PICTURE_PPI = {"poster": 16.0, "flyer": 32.0, "points": 23.0, "notice": 23.0}
# Pixels an inch of the picture of a poster that somebody is writing: about 830 pixels wide.
LOOK_PPI = 71.0
# A compiler is kept, and takes one sheet at a time.
_TURN = Lock()
_NO_GLYPH = re.compile(r"the text `\"(.+?)\"` could not be displayed")
# A document that screen readers can read has a title; a sheet without a headline has none.
NO_TITLE = "missing document title"


class UnfitError(Exception):
    """A sheet cannot be set as it stands.

    Attributes:
        part: what does not fit, such as ``title``, ``text`` or ``site``; ``glyph`` where a
            character is in no font.
        detail: that character.

    """

    def __init__(self, part: str, detail: str = "") -> None:
        super().__init__(part, detail)
        self.part, self.detail = part, detail


@dataclass(frozen=True)
class Made:
    """A PDF, and a PNG of its first page."""

    pdf: bytes
    picture: bytes


@dataclass(frozen=True)
class Look:
    """A PNG of a sheet as it will hang, and the parts of it that do not fit, by their names."""

    picture: bytes
    unfit: Sequence[str]


def set_sheet(layout: str, sheet: Sheet, sharper: float = 1.0) -> Made:
    """Return a sheet in a layout, the name of a file without ``.typ``.

    ``sharper`` is by how much its picture is larger than that of a kit.

    Raises:
        UnfitError: a text is too long, or has a character that no font has.
    """
    compiler = _compiler(layout)
    with _TURN:
        pdf = _compiled(compiler, {"data": sheet.data()}, sheet.at)
        if unfit := _unfit(compiler):
            raise UnfitError(unfit[0])
        return Made(pdf, _picture(compiler, PICTURE_PPI[layout.partition("-")[0]] * sharper))


def look_at(layout: str, sheet: Sheet) -> Look:
    """Return a sheet as it will hang, also where something does not fit: nothing is cut.

    Raises:
        UnfitError: it has a character that no font has.
    """
    compiler = _compiler(layout)
    with _TURN:
        _compiled(compiler, {"data": sheet.data()}, sheet.at)
        scale = LOOK_PPI / sheet.scale
        return Look(_picture(compiler, scale), _unfit(compiler))


def _unfit(compiler: typst.Compiler) -> list[str]:
    parts = json.loads(compiler.query("<fit>", field="value"))
    return list(dict.fromkeys(part["id"] for part in parts if not part["fits"]))


def _picture(compiler: typst.Compiler, ppi: float) -> bytes:
    pages = compiler.compile(format="png", ppi=ppi)
    return pages[0] if isinstance(pages, list) else bytes(pages or b"")


def _compiled(compiler: typst.Compiler, inputs: dict[str, str], at: datetime) -> bytes:
    try:
        made = compiler.compile(
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=STANDARDS,  # type: ignore[arg-type]
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as error:
        if found := _NO_GLYPH.search(error.message):
            raise UnfitError("glyph", found[1]) from error
        if NO_TITLE in error.message:
            raise UnfitError("title") from error
        raise
    return bytes(made)  # type: ignore[arg-type]


@cache
def _compiler(layout: str) -> typst.Compiler:
    return typst.Compiler(
        FOLDER / f"{layout}.typ",
        root=FOLDER,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": "{}"},
    )
