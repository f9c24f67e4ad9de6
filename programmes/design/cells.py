"""Making cells harmless before they leave in a CSV or XLSX file, and reading them back."""

import re

# A spreadsheet takes these, also in full width and behind blanks, for the start of a formula; so it
# does behind controls, since a workbook is written without them. Apostrophes before them are
# doubled, so that reading back finds the original.
_FORMULA = re.compile(r"'*[\s\x00-\x1f\x7f]*[=+\-@＝＋－＠]|'*[\t\r\n]")
# What XML, of which a workbook is made, cannot hold: openpyxl itself knows controls alone.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fit_for_xml(text: str) -> str:
    """Return a text without the signs that no file of XML holds; nobody types them."""
    return _NOT_XML.sub("", text)


def fit_for_workbook(value: object) -> object:
    """Return a cell without the signs that no workbook holds; to be defused afterwards."""
    return fit_for_xml(value) if isinstance(value, str) else value


def defused(value: object) -> object:
    """Return a cell that a spreadsheet shows as it is and never computes.

    Only text can be a formula: numbers and dates stay what they are. Our own imports take the
    apostrophe away again, so that “+33 1 58” and “-5” come back as they were. The file itself must
    quote each cell, so that a separator in a cell starts no new one.
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def restored(value: object) -> object:
    """Return a cell as it was before ``defused``."""
    is_defused = isinstance(value, str) and value[:1] == "'" and _FORMULA.match(value[1:])
    return value[1:] if is_defused else value  # type: ignore[index]
