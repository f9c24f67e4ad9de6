"""Why a whole file is not taken."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.design.formats import number

# More are counted: whoever corrects so many rows sees the pattern.
MOST_TOLD = 20


class ImportRefusedError(Exception):
    """A file that cannot be brought in; the message says what to do. Nothing was written."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))


class WrongRowsError(ImportRefusedError):
    """Rows that cannot be imported, in the order of the file.

    Attributes:
        title: how many there are, and what to do.
        told: the first ones, each with its number and what is wrong.
        others: how many rows are not told; empty if all are.

    """

    def __init__(self, reasons: Mapping[int, Sequence[str]]) -> None:
        self.title = _title(len(reasons))
        self.told = [_row(line, reasons[line]) for line in sorted(reasons)[:MOST_TOLD]]
        self.others = _others(len(reasons) - len(self.told))
        super().__init__("\n".join(filter(None, [self.title, *self.told, self.others])))


def _title(count: int) -> str:
    text = ngettext(
        "%(n)s row has an error. Nothing was imported. Correct it and import the file again.",
        "%(n)s rows have errors. Nothing was imported. Correct them and import the file again.",
        count,
    )
    return text % {"n": number(count)}


def _row(line: int, reasons: Sequence[str]) -> str:
    return _("Row %(row)s, %(reasons)s") % {"row": line, "reasons": " ".join(reasons)}


def _others(count: int) -> str:
    text = ngettext("And %(n)s more row.", "And %(n)s more rows.", count)
    return text % {"n": number(count)} if count else ""
