"""Many files as one ZIP that is written while it is sent: nothing is kept on a disk."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from zipstream import ZIP_STORED, ZipStream

from programmes.design.cells import defused

MANIFEST = "MANIFEST.csv"


@dataclass(frozen=True)
class Entry:
    """One file of a bundle; ``read`` brings its content when its turn comes.

    ``about`` is what the manifest says of it beside name, size and hash, by the manifest's columns.
    """

    name: str
    size: int
    sha256: str
    about: Sequence[object]
    read: Callable[[], bytes]


def bundle(entries: Sequence[Entry], columns: Sequence[str]) -> ZipStream:
    """Return a ZIP to be iterated over, whose length is known before: the manifest, then all.

    What is inside is compressed already, so nothing is compressed again.
    """
    stream = ZipStream(compress_type=ZIP_STORED, sized=True)
    stream.add(manifest(entries, columns), MANIFEST)
    for entry in entries:
        stream.add(_content(entry), entry.name, size=entry.size)
    return stream


def manifest(entries: Sequence[Entry], columns: Sequence[str]) -> bytes:
    """Return a CSV, each cell quoted, with a line for each file; spreadsheets open it."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(["file", "bytes", "sha256", *columns])
    lines = ([one.name, one.size, one.sha256, *one.about] for one in entries)
    writer.writerows([defused(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _content(entry: Entry) -> Iterator[bytes]:
    yield entry.read()
