"""Looking into PDFs: their words and where these stand, their fonts, the code on a page."""

from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as raw
import zxingcpp

INVISIBLE = "\u2060\u200b\ufffe\u00ad"


@dataclass(frozen=True)
class Char:
    """A character with its box, in fractions of the page from its lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


def chars_of(page: pypdfium2.PdfPage) -> list[Char]:
    text = page.get_textpage()
    width, height = page.get_size()
    found = []
    for index in range(text.count_chars()):
        char = text.get_text_range(index, 1).strip(INVISIBLE)
        left, bottom, right, top = text.get_charbox(index)
        if char.strip():
            box = (left / width, bottom / height, right / width, top / height)
            found.append(Char(char, *box))
    return found


def squeezed(text: str) -> str:
    """Return a text without blanks and without what is not seen."""
    return "".join(char for char in text if not char.isspace() and char not in INVISIBLE)


def said(pdf: bytes) -> str:
    """Return all that stands in a PDF, without blanks."""
    pages = pypdfium2.PdfDocument(pdf)
    return squeezed("".join(page.get_textpage().get_text_range() for page in pages))


def fonts_embedded(pdf: bytes) -> Iterator[bool]:
    """Yield for each piece of text whether its font is in the file."""
    for page in pypdfium2.PdfDocument(pdf):
        for piece in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            yield bool(raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(piece.raw)))


def codes_of(pdf: bytes) -> list[tuple[str, float]]:
    """Return what each code says, and where its middle is, as a fraction of the page's width."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        picture = page.render(scale=1000 / page.get_width()).to_pil()
        for code in zxingcpp.read_barcodes(picture):
            corners = (code.position.top_left.x, code.position.bottom_right.x)
            found.append((code.text, sum(corners) / 2 / picture.width))
    return found
