"""The table of columns in docs/administering.md says what an import reads."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from programmes.models import BusinessLine
from stakeholders.importing.reading.headings import PEOPLE, PEOPLE_NEEDED, columns_of
from stakeholders.people.models import Person

DOCUMENT = (Path(settings.BASE_DIR) / "docs/administering.md").read_text()
TABLE = DOCUMENT.partition("| column | needed |")[2].partition("\n\n")[0].splitlines()[2:]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE]


def column_told(row):
    """Return the column that all headings of a row name."""
    named = {tuple(columns_of([one], PEOPLE)) for one in (row[0], *row[2].split(", "))}
    ((name,),) = named
    return name


def test_each_column_is_told_once():
    assert sorted(map(column_told, ROWS)) == sorted(PEOPLE)
    assert {column_told(row) for row in ROWS if row[1] == "yes"} == set(PEOPLE_NEEDED)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_how_long_a_text_may_be_is_told(row):
    name = column_told(row)
    told = re.match(r"up to (\d+) characters", row[3])
    if name in ("email", "site", "language", "entered_on"):
        assert told is None
        return
    model, field = (BusinessLine, "name") if name == "business_line" else (Person, name)
    assert int(told[1]) == model._meta.get_field(field).max_length
