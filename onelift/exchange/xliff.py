"""Units as XLIFF 1.2 (OASIS, 2008): one ``file`` for each language."""

import io
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import IO
from xml.etree.ElementTree import Element, ElementTree, SubElement, TreeBuilder, XMLParser, indent
from xml.etree.ElementTree import ParseError as BrokenError

from django.utils.translation import gettext as _

from onelift.exchange.refusal import FileRefusedError
from onelift.exchange.units import Unit
from programmes.queries.texts import APPROVED, DRAFT, MISSING, REVIEW, SOURCE_LANGUAGE, STALE

SPACE = "urn:oasis:names:tc:xliff:document:1.2"
XML = "{http://www.w3.org/XML/1998/namespace}space"
STATES = {
    MISSING: "new",
    DRAFT: "needs-review-translation",
    STALE: "needs-adaptation",
    REVIEW: "translated",
    APPROVED: "signed-off",
}
# What a translator's tool calls finished.
DONE = {"translated", "signed-off", "final"}


def write(units: Sequence[Unit], file: IO[bytes]) -> None:
    """Write units, those of one language after the other."""
    root = Element("xliff", {"version": "1.2", "xmlns": SPACE})
    for language, own in groupby(sorted(units, key=attrgetter("language")), attrgetter("language")):
        named = {"original": "onelift", "datatype": "plaintext"}
        languages = {"source-language": SOURCE_LANGUAGE, "target-language": language}
        body = SubElement(SubElement(root, "file", named | languages), "body")
        for unit in own:
            _append(body, unit)
    indent(root)
    ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _append(body: Element, unit: Unit) -> None:
    made = SubElement(body, "trans-unit", {"id": unit.id, "extradata": unit.seen, XML: "preserve"})
    SubElement(made, "source").text = unit.source
    target = SubElement(made, "target", {"state": STATES[unit.state]})
    target.text = unit.target
    SubElement(made, "note").text = unit.note


class _Builder(TreeBuilder):
    """Builds no document that declares entities: they may stand for gigabytes."""

    def doctype(self, *_declared: object) -> None:
        raise FileRefusedError(_("The file declares a document type. Save it as plain XLIFF 1.2."))


def read(content: bytes) -> Iterator[Unit]:
    """Yield the units of a file; ``state`` is ``review`` where the tool calls one finished.

    Raises:
        FileRefusedError: this is no XLIFF 1.2.

    """
    parser = XMLParser(target=_Builder())  # noqa: S314  no document type is taken
    try:
        parser.feed(content)
        root = parser.close()
    except BrokenError as error:
        words = _("This is no XML file: %(error)s.")
        raise FileRefusedError(words % {"error": error}) from error
    except (LookupError, ValueError) as error:
        # The parser reads encodings of one byte a sign, UTF-8 and UTF-16.
        words = _("The encoding of the file cannot be read. Save it as UTF-8.")
        raise FileRefusedError(words) from error
    if root.tag != f"{{{SPACE}}}xliff":
        raise FileRefusedError(_("This is no XLIFF 1.2 file. Save it as XLIFF 1.2."))
    for file in root.iter(f"{{{SPACE}}}file"):
        language = file.get("target-language", "").lower()
        for unit in file.iter(f"{{{SPACE}}}trans-unit"):
            yield _read(unit, language)


def _read(unit: Element, language: str) -> Unit:
    source, target = (unit.find(f"{{{SPACE}}}{name}") for name in ("source", "target"))
    state = "" if target is None else target.get("state", "")
    return Unit(
        unit.get("id", ""),
        language,
        source=_text(source),
        target=_text(target),
        state=REVIEW if state in DONE else DRAFT,
        seen=unit.get("extradata", ""),
    )


def _text(element: Element | None) -> str:
    return "" if element is None else "".join(element.itertext())


def written(units: Sequence[Unit]) -> bytes:
    """Return the file as bytes."""
    file = io.BytesIO()
    write(units, file)
    return file.getvalue()
