from datetime import date

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.models import BusinessLine
from stakeholders.importing.reading.person_facts import PersonFacts
from stakeholders.importing.services.upsert import (
    add_people,
    row_by_row,
    through_staging,
    upsert_people,
)
from stakeholders.models import Person
from tests import factories
from tests.examples import examples

FIELDS = [Person._meta.get_field(name) for name in PersonFacts._fields]
WAYS = {"row by row": row_by_row}
if connection.vendor == "postgresql":
    WAYS["through staging"] = through_staging

# What means something to COPY, CSV, SQL, a terminal or a spreadsheet.
SIGNS = ["\\", "\\.", "\\N", "\\x00", "\t", "\n", "\r", "\r\n", "\n\\.\n", '"', '""', "'", ",", ";"]
WORDS = [
    "",
    " ",
    "NULL",
    "null",
    "%s",
    "%",
    "{}",
    "$1",
    "--",
    "=1+1",
    "é",
    "e\u0301",
    "中",
    "𝔘",
    "\u2028",
]
TEXT = st.lists(
    st.sampled_from(SIGNS + WORDS)
    | st.characters(exclude_categories=["Cs"], exclude_characters="\0")
).map(lambda parts: "".join(parts)[:40])
DAYS = st.none() | st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.fixture
def keys(db):
    """Return the key of a site and that of a business line."""
    return factories.SiteFactory().pk, BusinessLine.objects.create(name="Legal").pk


def written(rows):
    """Return what the table holds of the people in some rows, by personnel number."""
    numbers = [row[0] for row in rows]
    people = Person.objects.filter(personnel_number__in=numbers).order_by()
    return {row[0]: row for row in people.values_list(*PersonFacts._fields)}


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=examples(100))
@given(data=st.data())
def test_hostile_values_arrive_as_they_are(way, keys, data):
    site, line = keys
    texts = st.tuples(TEXT, TEXT, TEXT, TEXT, TEXT.map(lambda text: text[:12]))
    rest = st.tuples(st.sampled_from([None, line]), TEXT, TEXT, TEXT, DAYS, DAYS)
    row = st.tuples(texts, rest).map(lambda parts: (*parts[0], site, *parts[1]))
    # The first half is written twice, so that it is both added and overwritten.
    rows = data.draw(st.lists(row, min_size=1, max_size=8, unique_by=lambda values: values[0]))
    half = [(row[0], *rows[-1][1:]) for row in rows[: len(rows) // 2]]
    with connection.cursor() as cursor:
        WAYS[way](cursor, FIELDS, [half] if half else [])
        WAYS[way](cursor, FIELDS, [rows])
    assert written(rows) == {row[0]: row for row in rows}


def facts(number, site, job="Analyst"):
    return (number, "Mo", "", "mo@x.example", "fr", site, None, job, "", "", None, None)


def test_more_than_one_chunk_is_written_and_known_people_keep_their_key(keys):
    site, _line = keys
    upsert_people(facts(f"P{n}", site) for n in range(10_001))
    before = dict(Person.objects.values_list("personnel_number", "pk"))
    assert len(before) == 10_001
    upsert_people([facts("P7", site, job="Buyer"), facts("NEW", site)])
    after = dict(Person.objects.values_list("personnel_number", "pk"))
    assert {**before, "NEW": after["NEW"]} == after
    assert list(Person.objects.filter(job="Buyer").values_list("pk", flat=True)) == [before["P7"]]


def test_new_people_are_added_and_who_came_meanwhile_is_updated(keys):
    site, _line = keys
    add_people([facts("A", site), facts("B", site)])
    known = Person.objects.get(personnel_number="A").pk
    Person.objects.filter(pk=known).update(is_do_not_contact=True)
    add_people([facts("C", site), facts("A", site, job="Buyer"), facts("D", site)])
    assert set(Person.objects.values_list("personnel_number", flat=True)) == {"A", "B", "C", "D"}
    mo = Person.objects.get(personnel_number="A")
    assert (mo.pk, mo.job, mo.is_do_not_contact, mo.folded_name) == (known, "Buyer", True, "mo")
