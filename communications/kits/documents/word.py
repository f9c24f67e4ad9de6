"""Talking points as a document of Word, which a speaker may change."""

import io
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from communications.kits.documents.office import (
    ARABIC,
    EAST_ASIAN,
    LATIN,
    described,
    is_rtl,
    office_tag,
    packed,
    plain,
)
from communications.kits.documents.sheet import Block, Sheet
from communications.kits.documents.typography import isolated

STYLES = {
    "heading": "Heading 1",
    "question": "Heading 2",
    "item": "List Bullet",
    "text": "Normal",
    "answer": "Normal",
}
SIZES = {"Title": 26, "Heading 1": 15, "Heading 2": 12, "List Bullet": 12, "Normal": 12}
COLOURED = ("Title", "Heading 1")
BLACK = RGBColor(0x13, 0x19, 0x29)


def word_file(sheet: Sheet) -> bytes:
    """Return a page that flows as a DOCX, its bytes always the same for the same words."""
    document = docx.Document()
    _set_language(document, sheet.language)
    _name_neighbours(document)
    for name, size in SIZES.items():
        _set_style(document.styles[name], size, sheet)
    _set_page(document, sheet)
    _write(document, Block("title", sheet.title), "Title", sheet.language)
    for block in sheet.blocks:
        _write(document, block, STYLES[block.kind], sheet.language)
    brand = sheet.brand.name
    described(document.core_properties, plain(sheet.title), brand, sheet.language, sheet.at)
    out = io.BytesIO()
    document.save(out)
    return packed(out.getvalue())


def _set_language(document: Document, language: str) -> None:
    """Tell Word the language of all text: it checks, breaks and reads aloud by it."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    run = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    lang = run.find(qn("w:lang"))
    tag = office_tag(language)
    names = {"val": tag, "eastAsia": tag if language in EAST_ASIAN else "en-US"}
    for name, value in {**names, "bidi": tag if is_rtl(language) else "ar-SA"}.items():
        lang.set(qn(f"w:{name}"), value)


def _name_neighbours(document: Document) -> None:
    """Tell which font stands in where ours is not: one without serifs, as ours is."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = parse_xml(part.blob)
    for name in dict.fromkeys((LATIN, *EAST_ASIAN.values())):
        font = OxmlElement("w:font")
        font.set(qn("w:name"), name)
        _set(font, "w:altName", "Arial" if name == LATIN else "Noto Sans CJK SC")
        _set(font, "w:family", "swiss")
        table.append(font)
    part._blob = serialize_part_xml(table)


def _set_style(style: Any, size: int, sheet: Sheet) -> None:
    accent = RGBColor.from_string(sheet.brand.accent.lstrip("#").upper())
    style.font.size, style.font.name = Pt(size), LATIN
    style.font.bold = style.name not in ("List Bullet", "Normal")
    style.font.color.rgb = accent if style.name in COLOURED else BLACK
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    east = EAST_ASIAN.get(sheet.language, LATIN)
    for name, value in {"eastAsia": east, "cs": ARABIC, "ascii": LATIN, "hAnsi": LATIN}.items():
        fonts.set(qn(f"w:{name}"), value)
        fonts.attrib.pop(qn(f"w:{name}Theme"), None)
    fonts.attrib.pop(qn("w:cstheme"), None)
    # Arabic has a size and a weight of its own.
    _set(properties, "w:szCs", str(size * 2))
    if style.font.bold:
        _set(properties, "w:bCs", "1")


def _set(properties: Any, tag: str, value: str) -> None:
    found = properties.find(qn(tag))
    if found is None:
        found = OxmlElement(tag)
        properties.append(found)
    found.set(qn("w:val"), value)


def _set_page(document: Document, sheet: Sheet) -> None:
    """Make it A4, with the place, the days and whom to ask at the foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    if is_rtl(sheet.language):
        section._sectPr.append(OxmlElement("w:bidi"))
    said = (sheet.brand.name, sheet.site, sheet.since, sheet.until, sheet.phone, sheet.address)
    foot = section.footer.paragraphs[0]
    _fill(foot, " · ".join(plain(one) for one in said if one), sheet.language)
    foot.runs[0].font.size = Pt(9)


def _write(document: Document, block: Block, style: str, language: str) -> None:
    _fill(document.add_paragraph(style=style), plain(block.text), language)


def _fill(paragraph: Any, text: str, language: str) -> None:
    """Put a text into a paragraph, with its language, and from right to left where it is so."""
    run = paragraph.add_run(isolated(text) if is_rtl(language) else text)
    properties = run._r.get_or_add_rPr()
    lang = OxmlElement("w:lang")
    if is_rtl(language):
        # A paragraph of Arabic begins at the right: its start is there.
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        paragraph._p.get_or_add_pPr().insert_element_before(
            OxmlElement("w:bidi"), "w:jc", "w:rPr", "w:sectPr"
        )
        properties.append(OxmlElement("w:rtl"))
        lang.set(qn("w:bidi"), office_tag(language))
    elif language in EAST_ASIAN:
        lang.set(qn("w:eastAsia"), office_tag(language))
    else:
        lang.set(qn("w:val"), office_tag(language))
    properties.append(lang)
