"""The values of objectives: their history, what counts, files of them, and who may write."""

import html
import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from programmes.forms.stream import ValueForm
from programmes.models import Objective, ObjectiveValue
from programmes.services.value import (
    Bringer,
    NewValue,
    record_value,
    remove_value,
    restore_value,
)
from stakeholders.models import Role, User
from stakeholders.register.reading.values import number_of
from tests.examples import examples
from tests.factories import ObjectiveFactory, PersonalObjectiveFactory, StreamFactory

OBJECTIVES = "/p/one-it/people/streams/objectives/"
MINE = "/p/one-it/people/objectives/"


def text_of(answer):
    return " ".join(html.unescape(answer.content.decode()).split())


@pytest.fixture
def desk(cast):
    return StreamFactory(programme=cast.programme, name="Desk")


@pytest.fixture
def samir(cast, desk):
    made = User.objects.create_user("samir@onelift.example", first_name="Samir", last_name="Test")
    Role.objects.create(
        user=made, programme=cast.programme, kind=Role.Kind.STREAM_LEADER, stream=desk
    )
    return made


@pytest.fixture
def calls(cast, desk):
    return ObjectiveFactory(programme=cast.programme, stream=desk, name="Calls answered")


def write(objective, value, day, user, now, note=""):
    return record_value(objective, NewValue(Decimal(value), day, note), Bringer(user), now)


def stands_at(objective):
    return type(objective).objects.values_list("value", "measured_on").get(pk=objective.pk)


def test_the_value_of_the_latest_day_counts_and_of_a_day_the_last(calls, samir, now):
    today = now.date()
    write(calls, "61", today, samir, now)
    write(calls, "52", today - timedelta(days=7), samir, now)
    assert stands_at(calls) == (61, today)
    corrected = write(calls, "62.5", today, samir, now + timedelta(minutes=1), "Recounted")
    assert stands_at(calls) == (Decimal("62.5"), today)
    assert [row.value for row in calls.values.all()] == [Decimal("62.5"), 61, 52]
    remove_value(corrected, samir, now)
    assert stands_at(calls) == (61, today)
    restore_value(corrected, samir, now)
    assert stands_at(calls) == (Decimal("62.5"), today)


def test_an_objective_without_a_value_that_counts_has_none(calls, samir, now):
    remove_value(write(calls, "61", now.date(), samir, now), samir, now)
    assert stands_at(calls) == (None, None)


def test_a_value_of_a_day_to_come_is_refused(calls, samir, now):
    with pytest.raises(ValidationError, match="today or an earlier date"):
        write(calls, "61", now.date() + timedelta(days=1), samir, now)
    assert not ObjectiveValue.objects.exists()


def test_the_same_value_of_the_same_author_is_written_once(calls, cast, samir, now):
    first = write(calls, "61", now.date(), samir, now)
    assert write(calls, "61", now.date(), samir, now + timedelta(hours=1)) == first
    assert write(calls, "61", now.date(), cast.ines, now) != first


def test_a_value_leaves_a_trace_with_what_was_before(calls, samir, now):
    write(calls, "61", now.date(), samir, now)
    row = write(calls, "62", now.date(), samir, now)
    remove_value(row, samir, now)
    entries = LogEntry.objects.filter(object_id=calls.pk).order_by("pk")
    assert [(e.actor, e.changes["value"]) for e in entries] == [
        (samir, ["", "61.00"]),
        (samir, ["61.00", "62.00"]),
        (samir, ["62.00", "61.00"]),
    ]


@settings(max_examples=examples(100))
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(-500, 500), st.booleans()), min_size=1, max_size=12
    )
)
def test_what_an_objective_stands_at_equals_plain_sql(calls, samir, now, acts):
    """Whatever is written and removed, in whatever order of days."""
    ObjectiveValue.objects.all().delete()
    Objective.objects.filter(pk=calls.pk).update(value=None, measured_on=None)
    for ago, value, is_removed in acts:
        row = write(calls, value, now.date() - timedelta(days=ago), samir, now)
        if is_removed and row.removed_at is None:
            remove_value(row, samir, now)
    plain = ObjectiveValue.objects.raw(
        "SELECT * FROM programmes_objectivevalue WHERE objective_id = %s AND removed_at IS NULL"
        " ORDER BY measured_on DESC, id DESC LIMIT 1",
        [calls.pk],
    )
    expected = [(row.value, row.measured_on) for row in plain] or [(None, None)]
    assert stands_at(calls) == expected[0]


def test_the_page_shows_course_history_and_who_wrote_it(calls, cast, samir, as_user, now):
    for ago in range(60):
        write(calls, ago, now.date() - timedelta(days=ago), samir, now, f"Note {ago}")
    page = as_user(cast.claire).get(f"{OBJECTIVES}{calls.pk}/")
    text = text_of(page)
    assert "Calls answered: 0%, target 80%" in text
    assert "Samir Test" in text
    assert "Note 0<" in text
    assert "Note 49" in text
    assert "Note 50" not in text
    assert "Enter value" not in text
    assert "1 to 50 of 60" in text
    assert "Note 59" in text_of(as_user(cast.claire).get(f"{OBJECTIVES}{calls.pk}/?page=2"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_needs_the_same_queries(
    calls, cast, samir, as_user, now, count, django_assert_num_queries
):
    for ago in range(count):
        write(calls, ago, now.date() - timedelta(days=ago), samir, now)
    client = as_user(samir)
    client.get(f"{OBJECTIVES}{calls.pk}/")
    with django_assert_num_queries(11):
        client.get(f"{OBJECTIVES}{calls.pk}/")


def test_a_leader_removes_and_restores_a_value_and_no_other_leader_does(
    calls, cast, samir, as_user, now
):
    row = write(calls, "61", now.date(), samir, now)
    leader = as_user(samir)
    answer = leader.post(f"{OBJECTIVES}values/{row.pk}/remove/", follow=True)
    assert "The value was removed." in text_of(answer)
    assert stands_at(calls) == (None, None)
    leader.post(f"{OBJECTIVES}values/{row.pk}/restore/")
    assert stands_at(calls) == (61, now.date())
    other = StreamFactory(programme=cast.programme, name="Access")
    Role.objects.filter(user=samir).update(stream=other)
    for act in ("remove", "restore"):
        assert leader.post(f"{OBJECTIVES}values/{row.pk}/{act}/").status_code == 403
    assert stands_at(calls) == (61, now.date())


def test_what_was_typed_stays_with_an_error(calls, samir, as_user):
    answer = as_user(samir).post(
        f"{OBJECTIVES}{calls.pk}/measure/",
        {"value": "61", "measured_on": "31 Dec 2099", "note": "Guess"},
    )
    page = text_of(answer)
    assert "today or an earlier date" in page
    assert 'value="Guess"' in page
    assert not ObjectiveValue.objects.exists()


def test_own_values_are_kept_with_note_and_read_by_few(cast, as_user, now):
    own = PersonalObjectiveFactory(programme=cast.programme, owner=cast.rosa)
    rosa = as_user(cast.rosa)
    typed = {"value": "20", "measured_on": str(now.date()), "note": "Two of ten"}
    rosa.post(f"{MINE}{own.pk}/measure/", typed)
    row = own.values.get()
    assert (row.value, row.author, row.note) == (20, cast.rosa, "Two of ten")
    assert "Two of ten" in text_of(rosa.get(f"{MINE}{own.pk}/show/"))
    assert as_user(cast.mei).get(f"{MINE}{own.pk}/show/").status_code == 404
    assert as_user(cast.claire).get(f"{MINE}{own.pk}/show/").status_code == 403
    manager = as_user(cast.ines)
    assert "Two of ten" in text_of(manager.get(f"{MINE}{own.pk}/show/"))
    assert manager.post(f"{MINE}values/{row.pk}/remove/").status_code == 403
    rosa.post(f"{MINE}values/{row.pk}/remove/")
    assert stands_at(own) == (None, None)


def upload(client, text, encoding="utf-8"):
    file = SimpleUploadedFile("values.csv", text.encode(encoding), "text/csv")
    return client.post(f"{OBJECTIVES}import/", {"file": file}, follow=True)


@pytest.mark.parametrize(
    "text",
    [
        "objective,measured_on,value,note\nCalls answered,2026-11-23,71.5,Weekly\n",
        "\ufeffObjective;Measured_on;Value;Note\r\n"
        "calls ANSWERED;23 Nov 2026;71,5;Weekly\r\n;;;\r\n",
        "value\tobjective\tmeasured_on\tnote\n71.5 %\t{pk}\t23.11.2026\tWeekly",
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(calls, samir, as_user, text):
    answer = upload(as_user(samir), text.replace("{pk}", str(calls.pk)))
    assert "1 value was imported." in text_of(answer)
    row = calls.values.get()
    assert (row.value, str(row.measured_on), row.note) == (Decimal("71.5"), "2026-11-23", "Weekly")
    assert (row.source, row.author) == ("file", samir)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8"])
def test_a_file_is_read_in_any_encoding(calls, samir, as_user, encoding):
    text = "Objectif|Date|Valeur|Note\nCalls answered|23/11/2026|71,5|Année entière\n"
    assert "1 value was imported." in text_of(upload(as_user(samir), text, encoding))
    row = calls.values.get()
    assert (str(row.measured_on), row.note) == ("2026-11-23", "Année entière")


def test_a_workbook_is_read(calls, samir, as_user):
    book, content = Workbook(), io.BytesIO()
    book.active.append(["objective", "measured_on", "value", "note"])
    book.active.append([calls.name, date(2026, 11, 23), 71.5, None])
    book.active.append([calls.name, datetime(2026, 11, 22), 70, "Short week"])
    book.save(content)
    file = SimpleUploadedFile("values.xlsx", content.getvalue())
    answer = as_user(samir).post(f"{OBJECTIVES}import/", {"file": file}, follow=True)
    assert "2 values were imported." in text_of(answer)
    found = [(str(row.measured_on), row.value, row.note) for row in calls.values.all()]
    assert found == [
        ("2026-11-23", Decimal("71.5"), ""),
        ("2026-11-22", Decimal(70), "Short week"),
    ]


def test_a_formula_without_a_result_is_to_be_entered_as_a_value(calls, samir, as_user):
    book, content = Workbook(), io.BytesIO()
    book.active.append(["objective", "measured_on", "value"])
    book.active.append([calls.name, date(2026, 11, 23), "=SUM(1, 2)"])
    book.save(content)
    file = SimpleUploadedFile("values.xlsx", content.getvalue())
    answer = as_user(samir).post(f"{OBJECTIVES}import/", {"file": file}, follow=True)
    assert "The value is missing. Formulas are not read: enter the value." in text_of(answer)
    assert not ObjectiveValue.objects.exists()


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1,5", Decimal("1.5")), ("2 600", Decimal(2600)), (" 71.5 %", Decimal("71.5"))],
)
def test_a_typed_value_is_read_as_one_in_a_file(typed, value):
    form = ValueForm({"value": typed, "measured_on": "2026-11-23"})
    assert form.is_valid()
    assert form.cleaned_data["value"] == number_of(typed) == value


@pytest.mark.parametrize("typed", ["1e5", "2,600", "NaN", "1_000", "."])
def test_what_is_no_value_in_a_file_is_none_on_the_page(typed):
    form = ValueForm({"value": typed, "measured_on": "2026-11-23"})
    assert form.errors["value"][0].startswith(f"“{typed}” is not a number.")
    with pytest.raises(ValidationError):
        number_of(typed)


def test_every_wrong_row_is_named_and_none_is_imported(calls, cast, samir, as_user):
    ObjectiveFactory(programme=cast.programme, name="Of the programme")
    ObjectiveFactory(
        programme=cast.programme, stream=calls.stream, name="Live", computed_by="people_live"
    )
    rows = [
        "objective,measured_on,value,note",
        "Calls answered,2026-11-23,71.5,",
        "Of the programme,2026-11-23,71.5,",
        'Calls answered,2026-11-23,"2,600",',
        "Calls answered,30 Feb 2026,1e5000,",
        "Calls answered,2099-01-01,1,",
        "Live,2026-11-23,5,",
        f"Calls answered,2026-11-23,1,{'n' * 241}",
    ]
    page = text_of(upload(as_user(samir), "\n".join(rows)))
    assert "6 rows have errors. Nothing was imported." in page
    assert "You cannot edit an objective “Of the programme”." in page
    assert "“2,600” is not a number." in page
    assert "This date does not exist." in page
    assert "“1e5000” is not a number." in page
    assert "The note is longer than 240 characters." in page
    assert "today or an earlier date" in page
    assert "The portal measures this objective." in page
    assert not ObjectiveValue.objects.exists()


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("objective,value\na,1", "utf-8", "has no column for: measured_on."),
        ("objective,measured_on,value,date\na,b,c,d", "utf-8", "the same meaning"),
        ("objective,measured_on,value\n", "utf-8", "headings but no rows"),
        ("one,two\n1,2", "utf-8", "No known column was found"),
        ("objective,measured_on,value\n" + "a,b,c\n" * 2001, "utf-8", "into several files"),
        ("%PDF", "utf-8", "a picture or a document"),
        ("", "utf-8", "The file is empty."),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(calls, samir, as_user, text, encoding, said):
    assert said in text_of(upload(as_user(samir), text, encoding))
    assert not ObjectiveValue.objects.exists()


@pytest.mark.parametrize("app", ["programmes", "stakeholders"])
def test_an_objective_of_an_older_version_begins_its_history_with_its_value(cast, now, app):
    values = {"programme": cast.programme, "value": 40, "measured_on": now.date()}
    one, none = (
        (ObjectiveFactory(**values), ObjectiveFactory(programme=cast.programme))
        if app == "programmes"
        else (
            PersonalObjectiveFactory(owner=cast.rosa, **values),
            PersonalObjectiveFactory(owner=cast.rosa, programme=cast.programme),
        )
    )
    name = "0006" if app == "programmes" else "0004"
    migration = import_module(f"{app}.migrations.{name}_keep_values_of_objectives")
    migration.begin_history(apps, None)
    row = one.values.get()
    assert (row.value, row.measured_on, row.source, row.author) == (40, now.date(), "typed", None)
    assert not none.values.exists()
    remove_value(write(one, "50", now.date(), cast.ines, now), cast.ines, now)
    assert stands_at(one) == (40, now.date())
