"""Odd and hostile files through the pages: a report with line numbers or a plain answer, no 500."""

import io
import tracemalloc
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import LimitedStream
from django.test import RequestFactory
from openpyxl import Workbook

from stakeholders.importing.forms import upload as uploads
from stakeholders.importing.forms.importrun import UploadForm
from stakeholders.models import ImportPart, ImportRun, Person
from tests.stakeholders.importing.import_pages import (
    HEAD,
    chosen,
    effect_url,
    file_of,
    pump,
    row,
    upload,
    url,
    workbook_at,
)

MEGABYTE = 1024 * 1024
CHINESE = file_of(row("P1", last="王", first="芳"), row("P2", mail="nowhere")).decode()
ENGLISH = "Employee ID;Last name;First name;Email;Language;Site"
JAPANESE = file_of(
    row("P1", last="山田", first="桃子"), row("P2", first="花", mail="nowhere"), head=ENGLISH
).decode()
LONG = file_of(row("P1"), row("P2", last="x" * MEGABYTE), row("P3", mail="y" * MEGABYTE))

# name → content, and what is rejected: (line, reason).
READ = {
    "quotes": (
        file_of('P1;"Gar""cia";"Ana;\r\nMaria";p1@x.example;es;Barcelona', row("P2", mail="")),
        [(4, "no_mail")],
    ),
    "ragged": (file_of("P1;Mo", row("P2") + ";;;more", "P3"), [(2, "no_mail"), (4, "no_mail")]),
    "nul": (file_of(row("P1", last="G\x00arcia"), row("P2", mail="a\x00")), [(3, "bad_mail")]),
    "utf-16": (CHINESE.encode("utf-16"), [(3, "bad_mail")]),
    "utf-16 unmarked": (CHINESE.encode("utf-16-le"), [(3, "bad_mail")]),
    "gb18030": (CHINESE.encode("gb18030"), [(3, "bad_mail")]),
    "shift_jis": (JAPANESE.encode("shift_jis"), [(3, "bad_mail")]),
    "cells of a megabyte": (LONG, [(3, "too_long"), (4, "bad_mail")]),
    "a quote that is never closed": (file_of(row("P1"), 'P2;"Mo;x'), [(3, "no_mail")]),
    "old line ends": (file_of(row("P1"), row("P2", site="?")).replace(b"\r\n", b"\r"), None),
    "formulas": (file_of(row("=P1"), row("@P2", mail="=1+1")), [(3, "bad_mail")]),
    "reversed writing": (file_of(row("P1", last="\u202egnirts"), row("P2", mail="-")), None),
}


@pytest.mark.parametrize("kind", READ)
def test_an_odd_file_gives_a_report_with_line_numbers(known, hana, kind):
    content, rejected = READ[kind]
    _answer, run = upload(hana, content)
    page = hana.get(url("show", run.pk))
    assert page.status_code == 200
    for other in "12":
        assert hana.get(url("show", run.pk), {"other": other}).status_code == 200
    assert chosen(hana, run).status_code == 302
    pump()
    run.refresh_from_db()
    assert run.state == "ready", run.problem
    found = run.entries.filter(kind="rejected").order_by("line")
    if rejected is not None:
        assert list(found.values_list("line", "reason")) == rejected
    for address in (
        effect_url(run),
        url("report", run.pk),
        *(url("entries", run.pk, kind) for kind in ("rejected", "new", "changed", "noted")),
        *(url("line", run.pk, entry.line) for entry in found),
    ):
        assert hana.get(address).status_code == 200
    tick = {"fingerprint": run.fingerprint, "leavers": run.effect["leavers"]}
    hana.post(url("apply", run.pk), tick)
    pump()
    run.refresh_from_db()
    assert run.state == "applied", (run.state, run.effect)
    if kind in ("utf-16", "gb18030"):
        assert Person.objects.get(personnel_number="P1").last_name == "王"


def bomb():
    book = Workbook()
    book.active.append(HEAD.split(";"))
    file = io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", b"0" * (450 * MEGABYTE))
    return file.getvalue()


def archive():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("readme.txt", "Hello")
    return file.getvalue()


REFUSED = {
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "picture or a document"),
    "a photograph": (b"\xff\xd8\xff\xe0" + bytes(range(255, 0, -1)) * 99, "picture or a document"),
    "an empty file": (b"", "The file is empty"),
    "blanks": (b" \r\n \r\n", "The file is empty"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + bytes(600), "Save it as .xlsx"),
    "an archive": (archive(), "an archive, not a workbook"),
    "a broken workbook": (b"PK\x03\x04" + bytes(60), "damaged or cut off"),
    "a web page": (b"<!doctype html><title>Sign in</title>", "No known column was found"),
    "headings alone": (HEAD.encode(), "headings but no rows"),
    "another table": (b"a;b;c\n1;2;3\n", "No known column was found"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_of_another_kind_gets_a_plain_answer(known, hana, kind):
    content, words = REFUSED[kind]
    answer, _run = upload(hana, content, "people.csv")
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (ImportRun.objects.count(), ImportPart.objects.count()) == (1, 0)


def test_a_bomb_is_not_unpacked(known, hana):
    answer, _run = upload(hana, bomb(), "people.xlsx")
    assert answer.status_code == 422
    assert "unpacks to more than" in answer.content.decode()


class Stream:
    """A body of many megabytes that is made while it is read, from one piece over and over."""

    def __init__(self, size, piece):
        begin = b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nsecret\r\n--x\r\n'
        head = b'Content-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
        body = [piece * (65536 // len(piece))] * (size // 65536)
        self.parts = iter([begin + head, *body, b"\r\n--x--\r\n"])
        self.rest = b""

    def read(self, size=-1):
        while len(self.rest) < size and (part := next(self.parts, None)) is not None:
            self.rest += part
        given, self.rest = self.rest[:size], self.rest[size:]
        return given

    def readline(self, size=-1):
        """Refuse: a web server holds a whole line, which may be as long as the body."""
        assert not self.read(1)
        return b""


@pytest.mark.parametrize("piece", [b"a;b\n", b"\x00"])
def test_a_file_beyond_the_limit_is_neither_held_nor_stored(piece, monkeypatch, settings, tmp_path):
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", MEGABYTE)
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    stream = Stream(400 * MEGABYTE, piece)
    request = RequestFactory().post("/", content_type="multipart/form-data; boundary=x")
    request.META["CONTENT_LENGTH"] = str(401 * MEGABYTE)
    request._stream = LimitedStream(stream, 401 * MEGABYTE)
    tracemalloc.start()
    post, files = request.POST, request.FILES
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (post["token"], len(files), next(stream.parts, None)) == ("secret", 0, None)
    assert peak < 12 * MEGABYTE
    assert list(tmp_path.iterdir()) == []
    assert request.is_upload_too_large


def test_a_file_beyond_the_limit_gets_a_plain_answer(known, hana, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 100_000)
    answer = hana.post(url("add"), {"file": SimpleUploadedFile("a.csv", b"a;b\n" * 100_000)})
    assert answer.status_code == 422
    assert "The file is larger than" in answer.content.decode()
    assert ImportRun.objects.count() == 1
    page = hana.get(url("add")).content.decode()
    assert page.index("csrfmiddlewaretoken") < page.index('type="file"')


def test_no_file_is_a_plain_answer_too(known, hana):
    answer = hana.post(url("add"), {})
    assert "Choose a file first" in answer.content.decode()
    assert isinstance(answer.context["form"], UploadForm)


def test_columns_beyond_those_that_are_read_are_left_out(known, hana):
    """A workbook holds no 20,000 columns, and a form sends no such number of fields."""
    head = ";".join([HEAD, *(f"More {n}" for n in range(20_000))])
    _answer, run = upload(hana, file_of(row("P1"), row("", mail="x") + ";" * 20_000, head=head))
    assert chosen(hana, run).status_code == 302
    pump()
    run.refresh_from_db()
    assert (len(run.headings), run.effect["rejected"]) == (200, {"no_number": 1})
    assert hana.get(effect_url(run)).status_code == 200
    assert workbook_at(hana, run).max_column == 202
