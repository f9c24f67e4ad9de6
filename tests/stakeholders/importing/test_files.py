import contextlib
import io
import zipfile
from dataclasses import replace
from datetime import datetime
from itertools import chain

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from programmes.reading import workbook
from programmes.reading.refusal import ImportRefusedError
from programmes.reading.workbook import MOST_PARTS, sheets_of
from stakeholders.importing.reading.files import read_table
from stakeholders.importing.reading.headings import PEOPLE, PEOPLE_NEEDED
from stakeholders.importing.reading.manner import PEOPLE_FILE, Manner
from stakeholders.importing.reading.person_facts import BusinessLines, Places, Workplace
from stakeholders.importing.reading.rows import read_people
from tests.examples import examples

MOST = PEOPLE_FILE.unpacked_bytes
HEAD = "Matricule;Nom;Prénom;Adresse e-mail;Langue;Site\r\n"


def table_of(content, encoding=""):
    """Return the table in a file with all its rows read."""
    table = read_table(content, PEOPLE, PEOPLE_NEEDED, Manner(encoding=encoding))
    return replace(table, rows=list(table.rows))


def names_of(table):
    return [table.values(cells)["last_name"] for _line, cells in table.rows]


def book_of(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Szczubełek"),
        ("utf-8-sig", "Ясин"),
        ("utf-16", "王"),
        ("utf-16-le", "Lefèvre"),
        ("utf-16-be", "Lefèvre"),
        ("cp1252", "Lefèvre"),
        ("cp1250", "Szczubełek żółć"),
        ("gb18030", "王小明"),
    ],
)
def test_each_encoding_keeps_the_names(encoding, name):
    content = (HEAD + f"P1;{name};A;a@x.example;fr;Dreux\r\n" * 30).encode(encoding)
    assert set(names_of(table_of(content))) == {name}


@pytest.mark.parametrize("encoding", ["utf-16", "hex", "no-such", "\0"])
def test_an_encoding_that_cannot_be_right_is_refused(encoding):
    content = (HEAD + "P1;Lefèvre;A;a@x.example;fr;Dreux\r\n").encode()
    with pytest.raises(ImportRefusedError, match="cannot be read as"):
        table_of(content, encoding)


def test_a_named_encoding_beats_the_guess():
    content = b"ID;Surname;Email;Site\n" + "1;Łoś;a@x.example;Dreux".encode("cp1250")
    with pytest.raises(ImportRefusedError, match="no column for: Personnel number"):
        table_of(content, "cp1250")
    content = content.replace(b"ID;", b"Employee ID;")
    assert names_of(table_of(content, "cp1250")) == ["Łoś"]
    with pytest.raises(ImportRefusedError, match="no-such"):
        table_of(content, "no-such")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_each_delimiter_is_found(delimiter):
    text = HEAD.replace(";", delimiter) + delimiter.join(["P1", "Mo", "A", "a@x", "fr", "D"])
    table = table_of(text.encode())
    assert (table.delimiter, names_of(table)) == (delimiter, ["Mo"])


def test_lines_are_those_of_the_file_and_blank_rows_do_not_count():
    text = 'sep=;\n"a title\nof two lines"\n' + HEAD + 'P1;"Mo\nMa";A\n;; ;\n\nP2;B\n;;;;;\n'
    assert [line for line, _cells in table_of(text.encode()).rows] == [5, 9]


def test_a_sheet_below_a_cover_is_read():
    rows = [["Employee ID", "Last name", "Email", "Work location"], [17, "Mo", "a@x", "D"]]
    table = table_of(book_of([["Read me"]], [["Export of May"], [], *rows, [None, ""]]))
    assert (table.kind, names_of(table), table.rows[0][0]) == ("xlsx", ["Mo"], 4)


def zip_of(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_many_parts(book):
    out = io.BytesIO(book)
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(MOST_PARTS):
            archive.writestr(str(number), "")
    return out.getvalue()


BROKEN = {
    "nothing": (b"", "empty"),
    "blanks": (b" \r\n\t", "empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00", "picture or a document"),
    "prose": (b"Dear all,\nplease find below", "No known column"),
    "headings alone": (HEAD.encode(), "no rows"),
    "no mail column": (b"Matricule;Nom;Site\n1;A;B", "no column for: Email"),
    "a program": (b"\x7fELF" + bytes(range(256)) * 9, "neither CSV nor XLSX"),
    "a sound": (b"\x98\x81\xff" * 900, "neither CSV nor XLSX"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", "Save it as .xlsx"),
    "another archive": (zip_of(hello="x"), "an archive, not a workbook"),
    "half a letter": ((HEAD + "P1;Lefè").encode()[:-1], "middle of a character"),
    "half a workbook": (book_of([["Matricule"]])[:900], "damaged or cut off"),
    "hollow workbook": (zip_of(**{"xl__workbook.xml": "<a/>"}), "damaged or cut off"),
    "many parts": (with_many_parts(book_of([HEAD.split(";")])), "damaged or cut off"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_of_another_kind_gets_a_plain_answer(kind):
    content, answer = BROKEN[kind]
    with pytest.raises(ImportRefusedError, match=answer):
        table_of(content)


@pytest.mark.parametrize(
    ("content", "most", "answer"),
    [
        (book_of([["Matricule"]]), {"unpacked_bytes": 1000}, "unpacks to more"),
        ((HEAD + "P1;A;B;a@x;fr;D\n" * 40).encode(), {"rows": 20}, "more than 20 rows"),
        (HEAD.encode() * 3, {"file_bytes": 100}, "larger"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_unpacked(content, most, answer):
    with pytest.raises(ImportRefusedError, match=answer):
        list(read_table(content, PEOPLE, (), most=replace(PEOPLE_FILE, **most)).rows)


PLACES = Places([Workplace(1, "Dreux", "fr"), Workplace(2, "İstanbul", "tr")])
SCRAPS = st.lists(
    st.sampled_from([*'";,\t\r\n\x00', "Dreux", "P1", "a@x.example", "31/02/2019", "é", "中"])
    | st.text(max_size=5)
).map("".join)


@settings(max_examples=examples(300))
@given(st.binary() | SCRAPS.map(lambda text: (HEAD + text).encode("utf-8", "ignore")))
@example(b"PK\x03\x04")
@example(HEAD.encode() + b'P1;"' + b"x" * 200_000)
def test_any_bytes_are_read_or_refused(content):
    try:
        table = table_of(content)
    except ImportRefusedError:
        return
    reading = read_people(table, PLACES, BusinessLines([]))
    duplicates = sum(note.reason == "duplicate_rows" for note in reading.notes)
    assert len(reading.people) + len(reading.rejected) + duplicates == len(table.rows)


SMALL_BOOK = book_of([["Matricule", "Nom", "Email", "Site"], ["P1", "A", "a@x", "D"]])
DAMAGE = st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=4)


@settings(max_examples=examples(200))
@given(DAMAGE)
def test_a_damaged_workbook_is_read_or_refused(damage):
    content = bytearray(SMALL_BOOK)
    for place, byte in damage:
        content[4 + int(place * (len(content) - 4))] = byte
    with contextlib.suppress(ImportRefusedError):
        table_of(bytes(content))


CELLS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(-1e9, 1e9)
    | st.datetimes(datetime(1901, 1, 1), datetime(2099, 1, 1)).map(
        lambda d: d.replace(microsecond=0)
    )
    | st.times().map(lambda t: t.replace(microsecond=0))
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9)
    | st.sampled_from(["#N/A", "=1+1", " kept ", "a\nb", "_x0041_", "x005F_"])
)


@settings(max_examples=examples(100))
@given(st.lists(st.lists(CELLS, max_size=6), min_size=1, max_size=5))
def test_cells_are_what_openpyxl_reads(rows):
    content = book_of(rows)
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    expected = {
        (cell.row, cell.column): cell.value
        for cells in book.active.iter_rows()
        for cell in cells
        if cell.value not in (None, "")
    }
    found = {
        (number, column): cell
        for number, cells in next(sheets_of(content, MOST))
        for column, cell in enumerate(cells, start=1)
        if cell not in (None, "")
    }
    assert found == expected


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def book_with(sheet, strings="", entities=""):
    """Return a workbook of which the only sheet and the shared texts are given as XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book_of([["x"]]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "[Content_Types].xml":
                override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{STRINGS}"/>'
                part = part.replace(b"</Types>", f"{override}</Types>".encode())
            if name == "xl/worksheets/sheet1.xml":
                data = f"<sheetData>{sheet}</sheetData>"
                part = f'{entities}<worksheet xmlns="{MAIN}">{data}</worksheet>'.encode()
            new.writestr(name, part)
        new.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
    return out.getvalue()


def test_cells_as_other_programs_write_them():
    strings = (
        "<si><t>Mo</t></si><si><r><t>Ma</t></r><r><t>rie</t></r>"
        '<rPh sb="0" eb="1"><t>no</t></rPh></si>'
    )
    sheet = (
        '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c/><c t="e"><v>#REF!</v></c></row>'
        '<row r="7"><c r="C7" t="str"><f>A1</f><v>sum</v></c><c t="b"><v>1</v></c>'
        '<c r="ZZZ7" t="inlineStr"><is><t>far</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="A1048576"><v>2.5</v></c></row>'
    )
    (rows,) = sheets_of(book_with(sheet, strings), MOST)
    first, second, last = [(number, cells[:4]) for number, cells in rows]
    assert first == (1, ["Mo", "Marie", None, "#REF!"])
    assert second == (7, [None, None, "sum", True])
    assert last == (1048576, [2.5, None, None, None])


def test_texts_that_grow_when_they_are_read_are_refused():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    entities = f'<!DOCTYPE x [<!ENTITY l0 "{"ha" * 500}">{laughs}]>'
    cell = '<row><c t="inlineStr"><is><t>&l9;</t></is></c></row>'
    with pytest.raises(ImportRefusedError, match="damaged"):
        table_of(book_with(cell, entities=entities))


NAMED = '<row r="{}"><c t="inlineStr"><is><t>x</t></is></c></row>'
CROWDS = {
    "elements beside the rows": ("</sheetData>" + "<a/>" * 1_000_001 + "<sheetData>", ""),
    "cells in a row": ("<row>" + "<c/>" * 1_000_001 + "</row>", ""),
    "elements beside the texts": (NAMED.format(1), "<a/>" * 1_000_001),
    "a row that no sheet has": (NAMED.format("1e300"), ""),
    "a row before the first": (NAMED.format(-1), ""),
}


@pytest.mark.parametrize("kind", CROWDS)
def test_a_sheet_that_would_fill_the_memory_is_refused(kind):
    with pytest.raises(ImportRefusedError, match="damaged"):
        list(chain(*sheets_of(book_with(*CROWDS[kind]), MOST)))


def test_texts_that_would_fill_the_memory_are_refused(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_STRINGS", 2)
    rows = NAMED.format(1)
    assert list(chain(*sheets_of(book_with(rows, "<si><t>x</t></si>" * 2), MOST)))
    with pytest.raises(ImportRefusedError, match="damaged"):
        list(chain(*sheets_of(book_with(rows, "<si><t>x</t></si>" * 3), MOST)))


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_a_part_that_would_fill_the_memory_is_refused(part):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book_of([["x"]]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            crowd = b"<x>" + b"<a/>" * 200_000 + b"</x>"
            new.writestr(name, crowd if name == part else old.read(name))
    with pytest.raises(ImportRefusedError, match="damaged"):
        list(chain(*sheets_of(out.getvalue(), MOST)))


def test_rows_are_forgotten_once_they_are_read():
    sheet = "<row><c><v>1</v></c></row>" * 400_000
    (rows,) = sheets_of(book_with(sheet), MOST)
    assert sum(1 for _row in rows) == 400_000
