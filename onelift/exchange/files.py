"""The kinds of file in which texts travel: how each is written, and how any of them is read."""

from collections.abc import Callable, Iterator, Sequence

from onelift.exchange import workbook, xliff
from onelift.exchange.units import Unit

WRITERS: dict[str, Callable[[Sequence[Unit]], bytes]] = {
    "xliff": xliff.written,
    "xlsx": workbook.written,
}
# The ending of a file and what it says it is, by format.
ENDINGS = {"xliff": "xlf", "xlsx": "xlsx"}
TYPES = {
    "xliff": "application/x-xliff+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ZIPPED = b"PK"


def units_in(content: bytes) -> Iterator[Unit]:
    """Return the units of a file of either kind.

    Raises:
        FileRefusedError: it is of neither kind.

    """
    return workbook.read(content) if content.startswith(ZIPPED) else xliff.read(content)
