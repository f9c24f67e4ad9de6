"""People as files: the columns that an import reads, and cells that no spreadsheet computes."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES

from programmes.design.cells import defused, fit_for_workbook
from stakeholders.people.models.person import PersonQuerySet

__all__ = ["defused", "people_csv", "people_xlsx", "table_csv", "table_file", "workbook"]

COLUMNS = (
    "personnel_number",
    "last_name",
    "first_name",
    "email",
    "language",
    "business_line__name",
    "job",
    "site__name",
    "employer",
    "manager_number",
    "entered_on",
)
# In words by which an import knows each column (importing.headings).
HEADINGS = {
    "en": (
        "Personnel number",
        "Last name",
        "First name",
        "Mail address",
        "Language",
        "Business line",
        "Job",
        "Site",
        "Employer",
        "Manager number",
        "Date of entry",
    ),
    "fr": (
        "Matricule",
        "Nom",
        "Prénom",
        "Adresse e-mail",
        "Langue",
        "Métier",
        "Poste",
        "Site",
        "Employeur",
        "Matricule du manager",
        "Date d’entrée",
    ),
}
# What spreadsheets expect where the comma stands in numbers.
DELIMITERS = {"fr": ";"}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK = "\ufeff"
_AT_ONCE = 2_000


class _Echo:
    """A file that hands back what is written, line by line."""

    def write(self, text: str) -> str:
        return text


def people_csv(people: PersonQuerySet, language: str) -> Iterator[str]:
    """Return the lines of a CSV file, a few thousand people in memory at a time.

    Args:
        people: who is in it, by name.
        language: of the headings; one that has none gets English.

    """
    return table_csv(_headings(language), _rows(people), language)


def table_csv(
    headings: Iterable[str], rows: Iterable[Iterable[Any]], language: str
) -> Iterator[str]:
    """Yield a CSV file line by line; no cell computes anything, and each is quoted."""
    delimiter = DELIMITERS.get(language, ",")
    writer = csv.writer(_Echo(), delimiter=delimiter, quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK + writer.writerow(headings)
    for row in rows:
        yield writer.writerow(map(defused, row))


def people_xlsx(people: PersonQuerySet, language: str) -> IO[bytes]:
    """Return a workbook as an open file that goes when it is closed; see ``people_csv``."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(_headings(language))
    for row in _rows(people):
        sheet.append([_cell(sheet, value) for value in row])
    file = TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
    book.save(file)
    file.seek(0)
    return file


def workbook(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """Return a workbook of one sheet whose cells are all texts that compute nothing."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in chain([headings], rows):
        sheet.append([_cell(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def table_file(
    name: str, kind: str, headings: Iterable[str], rows: Iterable[Iterable[str]]
) -> HttpResponseBase:
    """Return a table as a file to be saved, in the language of the page.

    Args:
        name: of the file, without its ending.
        kind: ``csv`` or ``xlsx``.
        headings: of the columns.
        rows: the cells as text.

    Raises:
        Http404: for another kind.

    """
    file = f"{name}.{kind}"
    if kind == "csv":
        return StreamingHttpResponse(
            table_csv(headings, rows, get_language() or "en"),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{file}"'},
        )
    if kind != "xlsx":
        raise Http404
    book = io.BytesIO(workbook(headings, rows))
    return FileResponse(book, as_attachment=True, filename=file, content_type=WORKBOOK)


def _headings(language: str) -> tuple[str, ...]:
    return HEADINGS.get(language, HEADINGS["en"])


def _rows(people: PersonQuerySet) -> Iterator[list[Any]]:
    rows = people.order_by("folded_name", "pk").values_list(*COLUMNS)
    for row in rows.iterator(_AT_ONCE):
        yield ["" if value is None else value for value in row]


def _cell(sheet: Any, value: Any) -> Any:
    """Return what a workbook takes for a value: text that looks like an error stays text."""
    if not isinstance(value, str):
        return value
    text: Any = defused(fit_for_workbook(value))
    if text not in ERROR_CODES:
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell
