"""Setting a sheet: PDF with all its fonts inside, and a small picture of its first page.

The compiler of a layout is kept, with its fonts and what it has understood so far; it must not be
used before a process forks. Files are PDF/A-2u and PDF/UA-1: that standard refuses a character
that no font has, so that nothing is ever printed as an empty box.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import typst

from communications.kits.documents.fonts import fonts
from communications.kits.documents.sheet import FOLDER, Sheet

STANDARDS = ["a-2u", "ua-1"]
# Pixels an inch of pictures: about 190 pixels wide, for A3 and for A5.
PICTURE_PPI = {"poster": 16.0, "flyer": 32.0}
_NO_GLYPH = re.compile(r"the text `\"(.+?)\"` could not be displayed")


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


def set_sheet(layout: str, sheet: Sheet) -> Made:
    """Return a sheet in a layout, the name of a file without ``.typ``.

    Raises:
        UnfitError: a text is too long, or has a character that no font has.
    """
    compiler = _compiler(layout)
    pdf = _compiled(compiler, {"data": sheet.data()}, sheet.at)
    for part in json.loads(compiler.query("<fit>", field="value")):
        if not part["fits"]:
            raise UnfitError(part["id"])
    pages = compiler.compile(format="png", ppi=PICTURE_PPI[layout.partition("-")[0]])
    return Made(pdf, pages[0] if isinstance(pages, list) else bytes(pages or b""))


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
