"""People as files, which an import reads back."""

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from programmes.models import BusinessLine
from stakeholders.importing.reading.headings import PEOPLE, columns_of
from stakeholders.importing.services.personnel import plan_people
from stakeholders.models import Person
from stakeholders.people.exports import HEADINGS, people_csv, people_xlsx, workbook
from tests.factories import PersonFactory

ADDRESS = "/p/one-it/people/export/"
HOSTILE = ["=1+1", "+33 1 58", "-5", "@SUM(A1)", "＝1", "'=x", 'a";"=1', "#N/A", "O’Brien", "b,=1"]


def content_of(client, kind, query=""):
    answer = client.get(f"{ADDRESS}{kind}/{query}")
    assert answer.status_code == 200
    return answer.getvalue()


def rows_of(content, delimiter=","):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


@pytest.fixture
def hostile(cast):
    lines = [BusinessLine.objects.create(name=name) for name in HOSTILE]
    return [
        PersonFactory(
            site=cast.barcelona,
            last_name=text,
            first_name=text,
            job=text,
            employer=text,
            manager_number=text,
            personnel_number=text,
            business_line=line,
            language="pt-br",
            entered_on=date(1999, 12, 31),
        )
        for text, line in zip(HOSTILE, lines, strict=True)
    ]


@pytest.mark.parametrize("language", HEADINGS)
def test_an_import_knows_every_heading(language):
    assert len(columns_of(HEADINGS[language], PEOPLE)) == len(PEOPLE) == len(HEADINGS[language])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_bringing_the_file_in_again_changes_nobody(cast, hostile, as_user, kind, language):
    cast.ines.language = language
    cast.ines.save()
    plan = plan_people(content_of(as_user(cast.ines), kind))
    assert plan.reading.rejected == plan.reading.notes == []
    assert [change.fields for change in plan.changes] == []
    assert (plan.unchanged, plan.created, plan.leavers) == (Person.objects.count(), [], [])


def test_no_cell_of_a_csv_begins_a_formula(cast, hostile, as_user):
    content = content_of(as_user(cast.ines), "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    for row in rows_of(content)[1:]:
        for cell in row:
            assert cell[:1] not in set("=+-@＝＋－＠") or not cell
    for line in content.decode("utf-8-sig").splitlines():
        assert line.startswith('"')
        assert line.endswith('"')


def test_no_cell_of_a_workbook_is_a_formula_or_an_error(cast, hostile, as_user):
    PersonFactory(site=cast.barcelona, last_name="a\x07b", first_name="\x07=1+1")
    sheet = load_workbook(io.BytesIO(content_of(as_user(cast.ines), "xlsx"))).active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"inlineStr", "s", "d", "n"}
    days = {row[10].value for row in sheet.iter_rows(min_row=2)} - {None}
    assert {day.date() for day in days} == {date(1999, 12, 31)}


@pytest.mark.parametrize("sign", ["\uffff", "\ufffe", "\ud800", "\x00", "\x1f", "\x0b"])
def test_a_workbook_leaves_out_what_no_xml_holds(sign):
    book = workbook(["A", "B", "C"], [[f"a{sign}b", f"{sign}=1+1", "\U0010ffff\x7f\n"]])
    cells = load_workbook(io.BytesIO(book)).active[2]
    assert [cell.value for cell in cells] == ["ab", "'=1+1", "\U0010ffff\x7f\n"]
    assert {cell.data_type for cell in cells} == {"s"}


def test_it_holds_whom_the_list_shows(cast, as_user):
    PersonFactory(site=cast.barcelona, last_name="Gone", left_on=date(2026, 1, 1))
    client = as_user(cast.ines)
    numbers = [person.personnel_number for person in cast.people]

    def found(client, query=""):
        return sorted(row[0] for row in rows_of(content_of(client, "csv", query))[1:])

    assert found(client) == numbers
    assert found(client, "?region=china") == numbers[3:]
    assert found(client, f"?q={cast.people[0].email}") == numbers[:1]
    assert len(found(client, "?left=1")) == 1
    assert found(as_user(cast.rosa)) == numbers[:3]
    assert as_user(cast.rosa).get(f"{ADDRESS}csv/?region=china").status_code == 404


def test_it_is_a_file_with_a_name(cast, as_user):
    for kind in ("csv", "xlsx"):
        answer = as_user(cast.ines).get(f"{ADDRESS}{kind}/")
        assert answer["Content-Disposition"].startswith('attachment; filename="people-one-it-')
        assert answer["Content-Disposition"].endswith(f'.{kind}"')
    content_of(as_user(cast.ines), "xlsx")


def test_the_csv_is_streamed_a_row_at_a_time(cast, django_assert_num_queries):
    rows = people_csv(Person.objects.all(), "de")
    with django_assert_num_queries(0):
        next(rows)
    with django_assert_num_queries(1):
        assert len(list(rows)) == len(cast.people)


def test_the_file_of_a_workbook_goes_when_it_is_closed(cast):
    with people_xlsx(Person.objects.all(), "en") as file:
        assert file.read(2) == b"PK"
