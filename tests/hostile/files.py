"""Files that nobody should open without care."""

import io
import struct
import zipfile
import zlib

from tests.hostile.values import ALL, FORMULAS, SCRIPTS

HEAD = "Personnel number;First name;Last name;Email;Site;Language\n"


def hostile() -> list[tuple[str, bytes]]:
    """Return each file with a word for it."""
    people = "\n".join(
        f"H{n};{one};{one};h{n}@onelift.example;{one};en" for n, one in enumerate(ALL)
    )
    rows = HEAD + "".join(
        f"F{n};{one};x;f{n}@x.example;Lyon;en\n" for n, one in enumerate(FORMULAS)
    )
    return [
        ("nothing", b""),
        ("hostile people", (HEAD + people).encode("utf-8", "surrogatepass")),
        ("formulas", rows.encode()),
        ("half UTF-16", HEAD.encode("utf-16")[:-1]),
        ("NUL bytes", b"\0" * 100_000),
        ("one long line", b"a" * 1_000_000),
        ("many columns", b";" * 200_000 + b"\n"),
        ("quotes without end", b'"' + b"a;\n" * 50_000),
        ("a workbook that unfolds", _bomb()),
        ("a workbook with a path out", _workbook("../../../outside.xml")),
        ("a workbook with entities", _workbook("xl/workbook.xml", _entities())),
        ("a picture that unfolds", _picture(13_000, 13_000)),
        ("a picture without end", _picture(2**31 - 1, 2**31 - 1)),
        ("half a picture", _picture(20, 20)[:40]),
        ("a script as a picture", b"\x89PNG\r\n\x1a\n" + SCRIPTS[0].encode()),
        ("SVG", f"<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPTS[0]}</svg>".encode()),
        ("PostScript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run\n"),
        ("HTML", f"<!doctype html>{SCRIPTS[0]}".encode()),
    ]


def _workbook(name: str, content: bytes = b"<x/>") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        # Named by hand they have no time, and the file is the same each time.
        for inner, text in (("[Content_Types].xml", b"<Types/>"), (name, content)):
            archive.writestr(zipfile.ZipInfo(inner), text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _bomb() -> bytes:
    return _workbook("xl/worksheets/sheet1.xml", b" " * 60_000_000)


def _entities() -> bytes:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x"}">' for n in range(9))
    return f"<!DOCTYPE x [{lines}<!ENTITY f SYSTEM 'file:///etc/passwd'>]><x>&e8;&f;</x>".encode()


def _picture(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 200_000, 9)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts
