"""Making cells harmless before they leave in a CSV or XLSX file."""

import re

# A spreadsheet takes these, also in full width and behind blanks, for the start of a formula.
# Apostrophes before them are doubled, so that reading back (importing.cells) finds the original.
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*[\t\r\n]")


def defused(value: object) -> object:
    """Return a cell that a spreadsheet shows as it is and never computes.

    Only text can be a formula: numbers and dates stay what they are. Our own import takes the
    apostrophe away again, so that “+33 1 58” and “-5” come back as they were. The file itself must
    quote each cell, so that a separator in a cell starts no new one.
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
