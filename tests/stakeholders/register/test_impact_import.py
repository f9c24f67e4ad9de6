"""Importing impacts: a preview, all or nothing, and a round trip that changes nothing."""

import csv
import io
import re

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from programmes.models import BusinessLine, Service, SupportContact
from programmes.services.texts import TextChangedError
from stakeholders.accounts.access import scope_of
from stakeholders.models import Impact, ImpactBatch, Persona, Role
from stakeholders.register.reading.impacts import read_impacts
from stakeholders.register.services.impact_import import import_impacts
from tests.factories import ImpactFactory, PersonFactory
from tests.world import make_streams

ROOT = "/p/one-it/people/impacts/"


@pytest.fixture
def shift(cast):
    PersonFactory.create_batch(2, site=cast.barcelona, job="Operator")
    return Persona.objects.create(
        programme=cast.programme,
        slug="shift",
        name_en="Shift; day and night",
        name_fr="Équipe",
        jobs=["Operator"],
    )


@pytest.fixture
def full(cast, shift, now):
    """An impact with something in every column, of the kind that spreadsheets spoil."""
    office = Persona.objects.create(programme=cast.programme, slug="office", name_en="Office, HQ")
    made = ImpactFactory(
        programme=cast.programme,
        name="=One badge",
        before="Keys,\nmany keys",
        after="- a badge\n\n- no keys",
        benefit="  spaced   out ",
        risk="'quoted'",
        wave=cast.wave1,
        offset_days=-14,
        until_days=0,
        owner=cast.tom,
        service=Service.objects.create(programme=cast.programme, name="Access"),
        personas=[shift, office],
        sites=[cast.barcelona, cast.shanghai],
        business_lines=[BusinessLine.objects.create(name="Lab; wet")],
        accepted_why="Known\nto all",
        accepted_at=now,
        accepted_by=cast.ines,
    )
    for site in (None, cast.shanghai):
        made.supports.add(
            SupportContact.objects.create(programme=cast.programme, site=site, phone="5050")
        )
    ImpactFactory(programme=cast.programme, name="Plain", personas=[office])
    return made


def export(client, kind="csv"):
    return b"".join(client.get(f"{ROOT}export/{kind}/"))


def send(client, content, name="impacts.csv"):
    return client.post(f"{ROOT}import/", {"file": SimpleUploadedFile(name, content)})


def apply(client, page):
    held = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())[1]
        for name in ("content", "seen", "once")
    }
    return client.post(f"{ROOT}import/", {**held, "apply": "1"}, follow=True)


def table(*rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_was_exported_changes_nothing_when_it_comes_back(cast, as_user, full, kind, language):
    cast.ines.language = language
    cast.ines.save()
    client = as_user(cast.ines)
    file = read_impacts(export(client, kind), cast.programme, scope_of(cast.ines, cast.programme))
    assert (file.lines, file.unchanged, file.reasons) == ([], 2, {})
    page = send(client, export(client, kind), f"impacts.{kind}")
    assert page.status_code == 200
    assert page.context["file"].unchanged == 2


def test_what_was_exported_is_made_again_elsewhere(cast, as_user, full):
    """Without their references the rows add impacts that hold the same."""
    client = as_user(cast.ines)
    book = load_workbook(io.BytesIO(export(client, "xlsx")))
    for row in book.active.iter_rows(min_row=2):
        row[0].value = None
    file = io.BytesIO()
    book.save(file)
    page = send(client, file.getvalue(), "impacts.xlsx")
    assert len(page.context["file"].new) == 2
    assert Impact.objects.count() == 2
    assert "2 impacts imported." in apply(client, page).content.decode()
    again = Impact.objects.get(number=3)
    for name in ("dimension", "severity", "wave", "offset_days", "until_days", "owner", "service"):
        assert getattr(again, name) == getattr(full, name), name
    assert again.accepted_why == full.accepted_why
    for name in ("personas", "sites", "business_lines", "supports"):
        assert set(getattr(again, name).all()) == set(getattr(full, name).all()), name


def test_the_preview_writes_nothing_and_shows_each_change(cast, as_user, full):
    client = as_user(cast.ines)
    content = table(
        ["Reference", "What changes", "Severity", "Owner"],
        ["IMP-001", "Two badges", "low", cast.tom.email],
        ["IMP-002", "Plain", "high", ""],
    )
    page = send(client, content)
    words = page.content.decode()
    assert "The file changes 1 impact" in words
    assert "0 new · 1 changed · 1 unchanged" in words
    assert "=One badge" in words
    assert "Two badges" in words
    full.refresh_from_db()
    assert full.severity == 3
    apply(client, page)
    full.refresh_from_db()
    assert (full.name, full.severity, full.owner) == ("Two badges", 1, cast.tom)
    assert full.personas.count() == 2
    entry = LogEntry.objects.get_for_object(full).get()
    assert entry.changes_dict == {"name": ["=One badge", "Two badges"], "severity": ["3", "1"]}
    assert entry.actor == cast.ines


def test_each_wrong_row_is_told_and_nothing_is_written(cast, as_user, full):
    client = as_user(cast.ines)
    heads = ["Reference", "What changes", "Dimension", "Severity", "Personas"]
    heads += ["Until, days from go-live", "Wave", "Owner"]
    page = send(
        client,
        table(
            heads,
            ["IMP-999", "x", "tool", "low", "Office, HQ", "", "", ""],
            ["", "Fine", "Tool", "very high", "office, hq; Équipe", "10", "wave 2", ""],
            ["", "", "gadget", "low", "Nobody", "soon", "", "Nobody Known"],
            ["IMP-002", "Plain", "tool", "high", "Office, HQ", "", "Wave 9", ""],
            ["IMP-002", "Plain", "tool", "high", "Office, HQ", "", "", ""],
            ["42x", "x", "tool", "low", "Office, HQ", "-1", "", ""],
            ["", "Over", "tool", "low", "Office, HQ", "-1", "", ""],
        ),
    )
    words = page.content.decode()
    for told in (
        "6 rows have errors",
        "There is no impact IMP-999.",
        "“What changes”: Fill in this cell.",
        "Enter one of: Process, Tool, Role, Organisation, Support.",
        "“Nobody” is not known here. Enter a name such as: Office, HQ; Shift; day and night.",
        "“Nobody Known” is not known here. Enter the email address of one of these: ",
        "“soon” is not a number of days.",
        "“Wave 9” is not known here.",
        "IMP-002 is already in row 5.",
        "“42x” is not a reference.",
        "“Matters until” must not be before “Begins”.",
    ):
        assert told in words, told
    assert "Import 1 impact" not in words
    apply(client, page)
    assert Impact.objects.count() == 2


def test_files_that_are_none_are_refused(cast, as_user):
    client = as_user(cast.ines)
    for content, said in (
        (b"", "The file is empty."),
        (b"\x89PNG....", "This is a picture or a document"),
        (table(["Name of cat"], ["Minou"]), "headings such as: What changes"),
        (table(["Reference"], ["IMP-001"]), "The file has no column for: What changes"),
        (b"x" * 700_000, "The file is larger than 600 kB."),
    ):
        page = send(client, content)
        assert page.status_code == 422
        assert said in page.content.decode(), said
    for posted in ({}, {"content": "%%%", "apply": "1"}, {"content": "aGVsbG8=", "apply": "1"}):
        page = client.post(f"{ROOT}import/", posted)
        assert page.status_code == 422
        assert "file" in page.content.decode()


def test_a_leader_imports_the_own_stream_alone(cast, as_user, shift, now):
    streams = make_streams(cast, now)
    ImpactFactory(programme=cast.programme, name="Foreign", personas=[shift])
    samir = as_user(streams["samir"])
    heads = ["Reference", "What changes", "Dimension", "Severity", "Personas", "Stream"]
    new = ["", "Mine", "tool", "low", "Équipe"]
    taken = table(heads, [*new, "Access"], ["IMP-001", "Taken", "tool", "high", "Équipe", ""])
    words = send(samir, taken).content.decode()
    assert "“Access” is not known here." in words
    assert "There is no impact IMP-001." in words
    streams["samir"].roles.create(
        programme=cast.programme, kind=Role.Kind.REGIONAL_IT_MANAGER, region=cast.iberia
    )
    words = send(samir, taken).content.decode()
    assert "You can edit impacts of your own stream only." in words
    apply(samir, send(samir, table(heads, [*new, "Desk"])))
    assert Impact.objects.get(number=2).stream == streams["stream"]


def test_reading_takes_as_many_queries_for_many_rows(
    cast, full, django_assert_max_num_queries, as_user
):
    scope = scope_of(cast.ines, cast.programme)
    rows = [["", f"New {n}", "tool", "low", "Équipe"] for n in range(60)]
    content = table(["Reference", "What changes", "Dimension", "Severity", "Personas"], *rows)
    with django_assert_max_num_queries(26):
        assert len(read_impacts(content, cast.programme, scope).new) == 60


def test_a_workbook_with_numbers_is_read(cast, as_user, full):
    book = Workbook()
    book.active.append(["Reference", "What changes", "Begins, days from go-live"])
    book.active.append(["IMP-001", "=One badge", -7.0])
    book.active.cell(2, 2).data_type = "s"
    file = io.BytesIO()
    book.save(file)
    client = as_user(cast.ines)
    apply(client, send(client, file.getvalue(), "x.xlsx"))
    full.refresh_from_db()
    assert full.offset_days == -7


# Undo, and two at once


def state():
    """Return all that impacts hold."""
    columns = ("name", "before", "benefit", "severity", "wave", "owner", "accepted_why")
    return [
        (
            *(getattr(one, name) for name in columns),
            *(set(getattr(one, name).all()) for name in ("personas", "sites", "supports")),
        )
        for one in Impact.objects.present().order_by("pk")
    ]


def rows(full, column, cell):
    """Return a file that changes one column of one impact."""
    heads = ["Reference", "What changes", column]
    return table(heads, [full.reference, full.name, cell])


def change(full):
    """Return a file that empties and changes one impact, and adds another."""
    heads = "Reference,What changes,Dimension,Severity,Benefit,Personas,Sites,Wave,Accepted because"
    one = [full.reference, "Two badges", "Role", "low", "", "Shift; day and night", "Barcelona"]
    other = ["", "New desk", "Tool", "low", "Light", "Office, HQ", "", "", "Known"]
    return table([*heads.split(","), "Support contacts"], [*one, "", "", ""], [*other, ""])


def test_an_import_is_undone_as_one(cast, as_user, full):
    client, before = as_user(cast.ines), state()
    page = apply(client, send(client, change(full)))
    batch = ImpactBatch.objects.get()
    address = f"{ROOT}bulk/{batch.pk}/undo/"
    assert address in page.content.decode()
    assert len(state()) == 3
    assert state() != before
    offered = client.get(f"{ROOT}import/").content.decode()
    assert "Undo earlier changes" in offered
    assert address in offered
    said = client.post(address, follow=True).content.decode()
    assert "2 impacts restored." in said
    assert state() == before
    assert address not in client.get(f"{ROOT}import/").content.decode()


def test_an_import_and_its_undo_stand_in_the_trail(cast, as_user, full):
    client = as_user(cast.ines)
    apply(client, send(client, change(full)))
    client.post(f"{ROOT}bulk/{ImpactBatch.objects.get().pk}/undo/")
    found = LogEntry.objects.get_for_objects(Impact.objects.exclude(name="Plain"))
    told = [(e.get_action_display(), e.additional_data["why"]) for e in found.order_by("pk")]
    imported, undone = "Imported from a file", "Undone"
    assert told == [
        ("update", imported),
        ("update", imported),
        ("create", imported),
        ("update", imported),
        ("update", undone),
        ("delete", undone),
    ]
    assert len(set(found.values_list("cid", flat=True))) == 2


def test_undoing_an_import_leaves_what_was_changed_since(cast, as_user, full):
    client = as_user(cast.ines)
    apply(client, send(client, change(full)))
    Impact.objects.filter(name="New desk").update(benefit="Much lighter")
    batch = ImpactBatch.objects.get()
    said = client.post(f"{ROOT}bulk/{batch.pk}/undo/", follow=True).content.decode()
    assert "1 impact restored. 1 has changed since and stays as it is." in said
    assert Impact.objects.present().filter(name="New desk").exists()


def test_undoing_leaves_what_named_something_that_is_gone(cast, as_user, full):
    client = as_user(cast.ines)
    apply(client, send(client, rows(full, "Service", "")))
    Service.objects.all().delete()
    batch = ImpactBatch.objects.get()
    said = client.post(f"{ROOT}bulk/{batch.pk}/undo/", follow=True).content.decode()
    assert "0 impacts restored. 1 has changed since and stays as it is." in said


def test_an_impact_that_changed_since_the_preview_is_not_overwritten(cast, as_user, full):
    client = as_user(cast.ines)
    content = rows(full, "Benefit", "Less paper")
    page = send(client, content)
    Impact.objects.filter(pk=full.pk).update(benefit="No keys")
    page = apply(client, page)
    assert "Impacts changed since you saw this preview. Nothing was imported." in (
        page.content.decode()
    )
    assert ("Benefit", "No keys", "Less paper") in page.context["file"].lines[0].changes
    assert Impact.objects.get(pk=full.pk).benefit == "No keys"
    assert "1 impact imported." in apply(client, page).content.decode()
    assert Impact.objects.get(pk=full.pk).benefit == "Less paper"


def test_an_impact_that_changes_while_the_file_is_written_is_not_overwritten(cast, full, now):
    content = rows(full, "Benefit", "Less paper")
    file = read_impacts(content, cast.programme, scope_of(cast.ines, cast.programme))
    Impact.objects.filter(pk=full.pk).update(benefit="No keys")
    with pytest.raises(TextChangedError):
        import_impacts(file, cast.programme, cast.ines, now)
    assert Impact.objects.get(pk=full.pk).benefit == "No keys"
    assert not ImpactBatch.objects.exists()


def test_the_preview_names_impacts_that_may_be_there_already(cast, as_user, full, shift):
    heads = ["What changes", "Dimension", "Severity", "Personas"]
    alike = ["One bagde", "tool", "high", "Office, HQ"]
    content = table(heads, alike, ["Lunch is served later", *alike[1:]])
    client = as_user(cast.ines)
    page = send(client, content).content.decode()
    note = page.split("1 new impact may already exist")[1].split("</div>")[0]
    assert re.findall(r"Row (\d+), ([^:]*):", note) == [("2", "One bagde")]
    typed = client.get(f"{ROOT}alike/", {"name": "One bagde"}).content.decode()
    link = re.compile(r'<a href="([^"]*)"\s*>([^<]*)</a\s*>')
    assert link.findall(note) == link.findall(typed) != []
    full.removed_at = full.accepted_at
    full.save()
    assert "may already exist" not in send(client, content).content.decode()


def test_the_preview_names_rows_that_may_be_the_same_impact(cast, as_user, full, shift):
    heads = ["What changes", "Dimension", "Severity", "Personas"]
    kind = ["tool", "high", "Office, HQ"]
    names = ("Lunch is served later", "Parking moves", "Lunch is served latter")
    content = table(heads, *([name, *kind] for name in names))
    page = send(as_user(cast.ines), content).content.decode()
    note = page.split("1 new impact may already exist, or be in the file twice.")[1]
    said = " ".join(note.split("</div>")[0].split())
    assert said.endswith("Row 4, Lunch is served latter: Row 2 Lunch is served later")


@pytest.mark.parametrize("word", ["medium", "moyen", "some"])
def test_a_severity_is_read_by_its_word_and_by_its_former_one(cast, as_user, full, word):
    client = as_user(cast.ines)
    apply(client, send(client, rows(full, "Severity", word)))
    assert Impact.objects.get(pk=full.pk).severity == 2
    assert "medium" in export(client).decode()
