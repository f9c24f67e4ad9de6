import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from programmes.models import BusinessLine
from programmes.reading.refusal import ImportRefusedError
from stakeholders.importing.services.personnel import import_people, plan_people
from stakeholders.importing.services.places import import_sites
from stakeholders.models import ImportRun, Person
from tests import factories

DATA = Path(settings.BASE_DIR) / "onelift" / "demo" / "data"
TRUTH = json.loads((DATA / "truth.json").read_text())
HEAD = "Matricule;Nom;Prénom;Adresse e-mail;Langue;Métier;Fonction;Site;Date d'entrée"


@pytest.fixture
def dreux(db):
    factories.SiteFactory(name="İstanbul", country="TR", language="tr")
    return factories.SiteFactory(name="Dreux", language="fr")


def row(number="P1", **given):
    cells = {
        "last": "Morin",
        "first": "Laure",
        "mail": f"{number.lower()}@onelift.example",
        "language": "fr",
        "line": "Medical affairs",
        "job": "Analyst",
        "site": "Dreux",
        "entered": "15/01/1992",
    }
    return ";".join([number, *(cells | given).values()])


def file_of(*rows, head=HEAD):
    return "\r\n".join([head, *rows]).encode()


def bring(*rows, now, **given):
    return import_people(file_of(*rows), "people.csv", now=now, **given)


def everything():
    return list(Person.objects.order_by("pk").values()), ImportRun.objects.count()


def command(name, **options):
    """Run the command on a file of the demonstration; return its last line, read as JSON."""
    from io import StringIO

    out = StringIO()
    call_command("import_people", str(DATA / name), format="json", stdout=out, **options)
    return json.loads(out.getvalue().splitlines()[-1])


def test_two_months_of_files_bring_what_is_true_of_them(db, now):
    import_sites((DATA / "sites.csv").read_bytes(), now=now)

    assert command("people.csv", dry_run=True).items() >= TRUTH["people.csv"].items()
    assert everything() == ([], 0)
    assert not BusinessLine.objects.exists()

    report = command("people.csv")
    assert report.items() >= TRUTH["people.csv"].items()
    assert len(report["rejected_rows"]) == 49
    first = {"line": 196, "reason": "no_mail", "personnel_number": "P002956", "value": ""}
    assert report["rejected_rows"][0] == first
    assert Person.objects.get(personnel_number="P005347").job.startswith("=HYPERLINK(")
    assert Person.objects.get(personnel_number="P002158").job.endswith('semicolon" second line')
    assert Person.objects.get(personnel_number="P006509").language == "ja"
    assert command("people.csv")["unchanged"] == 6949

    true = dict(TRUTH["people.xlsx"])
    at_least = true.pop("at_least_updated")
    report = command("people.xlsx")
    assert report.items() >= true.items()
    assert report["updated"] >= at_least
    assert Person.objects.active().count() == 7007
    assert ImportRun.objects.count() == 3


def test_names_and_texts_are_kept_as_typed(dreux, now):
    decomposed = "LEFE\u0300VRE"
    bring(row(last=f" {decomposed}\u00a0D'Or ", site="  DREUX ", job="@SUM(A1)"), now=now)
    person = Person.objects.get()
    assert (person.last_name, person.job) == ("LEFÈVRE D'Or", "@SUM(A1)")
    assert (person.site, person.entered_on) == (dreux, date(1992, 1, 15))
    assert person.business_line.name == "Medical affairs"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"mail": ""}, "no_mail"),
        ({"mail": "\u00a0"}, "no_mail"),
        ({"mail": "n/a"}, "bad_mail"),
        ({"mail": "a at x.example"}, "bad_mail"),
        ({"mail": "a@"}, "bad_mail"),
        ({"mail": '"a@x.example;b@y.example"'}, "bad_mail"),
        ({"mail": '"a@x.example\r\nBcc: b@y.example"'}, "bad_mail"),
        ({"site": "Genève"}, "unknown_site"),
        ({"site": "???"}, "unknown_site"),
        ({"number": ""}, "no_number"),
        ({"last": "", "first": ""}, "no_name"),
        ({"last": "x" * 121}, "too_long"),
    ],
)
def test_a_bad_row_is_rejected_with_line_and_reason(dreux, now, given, reason):
    report = bring(row("P0"), row(**given), now=now)
    assert report.rejected == {reason: 1}
    assert (report.rejected_rows[0].line, report.imported) == (3, 1)


@pytest.mark.parametrize(
    "mail", [" P1@Onelift.Example", "p1@onelift.example\u00a0", "o'neil+x@sub.onelift.example"]
)
def test_a_good_address_is_kept_as_typed_without_blanks(dreux, now, mail):
    assert bring(row(mail=mail), now=now).imported == 1
    assert Person.objects.get().email == mail.strip()


def test_unknown_languages_and_dates_are_noted_and_the_person_is_taken(dreux, now):
    rows = [row(language="XX", site="istanbul"), row("P2", entered="31/02/2019"), row("P3")]
    report = bring(*rows, row("P3", last="MORIN"), now=now)
    assert report.notes == {"duplicate_rows": 1, "unknown_language": 1, "bad_date": 1}
    assert [remark.line for remark in report.noted_rows] == [2, 3, 5]
    assert Person.objects.get(personnel_number="P1").language == "tr"
    assert Person.objects.get(personnel_number="P2").entered_on is None
    assert Person.objects.get(personnel_number="P3").last_name == "Morin"


def test_a_good_row_counts_though_a_bad_one_of_the_same_person_stands_above(dreux, now):
    report = bring(
        row(mail=""), row(), row(mail=""), row("P2", mail=""), row("P2", mail=""), now=now
    )
    assert (report.rows, report.imported, report.rejected) == (5, 1, {"no_mail": 2})
    assert report.notes["duplicate_rows"] == 2


def test_only_what_differs_is_updated_and_named(dreux, now):
    bring(row("P1"), row("P2"), row("P3"), now=now)
    content = file_of(
        row("P1", mail="P1@ONELIFT.EXAMPLE"),
        row("P2", site="İSTANBUL", language="Türkçe", line="Legal"),
        row("P3", entered="N/A"),
    )
    plan = plan_people(content)
    assert (plan.unchanged, len(plan.changes)) == (2, 1)
    assert set(plan.changes[0].fields) == {"site", "language", "business_line"}
    keys = set(Person.objects.values_list("pk", "personnel_number"))
    report = import_people(content, "people.csv", now=now)
    assert (report.updated, report.unchanged) == (1, 2)
    assert set(Person.objects.values_list("pk", "personnel_number")) == keys
    moved = Person.objects.get(personnel_number="P2")
    assert (moved.site.name, moved.language, moved.business_line.name) == (
        "İstanbul",
        "tr",
        "Legal",
    )
    assert Person.objects.get(personnel_number="P3").entered_on == date(1992, 1, 15)


def test_what_a_file_has_no_column_for_stays_known(dreux, now):
    bring(row(language="de"), now=now)
    head = "Employee ID,Surname,Work email,Location"
    content = file_of("P1,Morin,p1@onelift.example,Dreux", head=head)
    assert import_people(content, "short.csv", now=now).unchanged == 1
    person = Person.objects.get()
    assert (person.first_name, person.language, person.job) == ("Laure", "de", "Analyst")


def test_who_leaves_is_kept_and_who_returns_is_the_same_person(dreux, now):
    rows = [row(f"P{n}") for n in range(10)]
    bring(*rows, now=now)
    before = Person.objects.get(personnel_number="P9").pk
    assert bring(*rows[:9], now=now).leavers == 1
    left = Person.objects.get(personnel_number="P9")
    assert (left.pk, left.left_on) == (before, date(2026, 11, 24))
    assert bring(*rows[:9], now=now + timedelta(days=30)).leavers == 0
    left.refresh_from_db()
    assert left.left_on == date(2026, 11, 24)
    report = bring(*rows, now=now + timedelta(days=60))
    assert (report.created, report.updated, report.returned) == (0, 1, 1)
    left.refresh_from_db()
    assert (left.pk, left.left_on) == (before, None)


def test_a_known_person_in_a_rejected_row_has_not_left(dreux, now):
    bring(row("P1"), row("P2"), now=now)
    report = bring(row("P1", mail="n/a"), row("P2"), now=now)
    assert (report.leavers, report.rejected) == (0, {"bad_mail": 1})
    assert Person.objects.get(personnel_number="P1").email == "p1@onelift.example"


def test_more_than_a_tenth_missing_is_refused_unless_confirmed(dreux, now):
    rows = [row(f"P{n}") for n in range(20)]
    bring(*rows, now=now)
    before = everything()
    fewer = [row("P0", last="Changed"), *rows[1:17], row("NEW")]
    with pytest.raises(ImportRefusedError, match=r"3 of 20 known people.*--confirm-leavers"):
        bring(*fewer, now=now)
    assert everything() == before
    report = bring(*fewer, now=now, confirm_leavers=True)
    assert (report.leavers, report.created, report.updated) == (3, 1, 1)


def test_the_command_ends_with_an_error_and_writes_nothing(dreux, now, tmp_path, capsys):
    bring(*[row(f"P{n}") for n in range(5)], now=now)
    before = everything()
    path = tmp_path / "cut.csv"
    path.write_bytes(file_of(row("P0")))
    for options in ({}, {"dry_run": True}):
        with pytest.raises(CommandError, match="confirm"):
            call_command("import_people", str(path), format="json", **options)
        assert "refused" in json.loads(capsys.readouterr().out.splitlines()[-1])
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("import_people", str(tmp_path / "no-such.csv"))
    assert everything() == before
    call_command("import_people", str(path), confirm_leavers=True)
    assert "leavers: 4" in capsys.readouterr().out
    assert Person.objects.active().count() == 1


def test_one_address_for_two_and_swapped_addresses_are_taken(dreux, now):
    bring(row("P1", mail="a@x.example"), row("P2", mail="b@x.example"), now=now)
    swapped = [row("P1", mail="b@x.example"), row("P2", mail="a@x.example")]
    assert bring(*swapped, now=now).updated == 2
    assert bring(row("P1", mail="b@x.example"), row("P2", mail="b@x.example"), now=now).updated == 1
    assert set(Person.objects.values_list("email", flat=True)) == {"b@x.example"}


def test_without_sites_the_answer_says_what_to_do(db, now):
    with pytest.raises(ImportRefusedError, match="Import the sites first"):
        bring(row(), now=now)


def test_two_sites_that_differ_in_accents_alone_need_them_typed(dreux, now):
    factories.SiteFactory(name="Dreüx")
    report = bring(row("P1"), row("P2", site="Dreüx"), row("P3", site="DREUX"), now=now)
    assert report.rejected == {"unknown_site": 1}
    assert Person.objects.get(personnel_number="P2").site.name == "Dreüx"


def test_an_import_is_a_constant_number_of_queries(dreux, now, django_assert_num_queries):
    bring(row("P0"), now=now)
    queries = {"sqlite": 16, "postgresql": 20}[connection.vendor]
    new = []
    for count in (1, 3):
        new += [row(f"N{count}-{n}") for n in range(count)]
        with django_assert_num_queries(queries):
            bring(row("P0", job=f"Job {count}"), *new, now=now)


@pytest.mark.parametrize("is_back", [False, True])
def test_a_language_chosen_by_hand_is_kept_and_what_the_file_says_is_noted(dreux, now, is_back):
    bring(row("P1"), row("P2"), now=now)
    left_on = date(2026, 1, 1) if is_back else None
    chosen = Person.objects.filter(personnel_number="P1")
    chosen.update(language="pl", language_chosen_at=now, left_on=left_on)
    report = bring(row("P1", language="de"), row("P2", language="de"), now=now)
    assert (report.updated, report.unchanged) == (2, 0) if is_back else (1, 1)
    assert report.notes["kept_language"] == 1
    assert [note[:4] for note in report.noted_rows] == [(2, "kept_language", "P1", "de")]
    assert dict(Person.objects.values_list("personnel_number", "language")) == {
        "P1": "pl",
        "P2": "de",
    }
    report = bring(row("P1", language="pl", job="Buyer"), row("P2", language="de"), now=now)
    assert (report.updated, report.noted_rows) == (1, [])


def test_a_file_without_languages_says_nothing_of_one_that_was_chosen(dreux, now):
    bring(row("P1"), now=now)
    Person.objects.update(language="pl", language_chosen_at=now)
    head = HEAD.replace("Langue", "Remarque")
    report = import_people(file_of(row("P1"), head=head), "people.csv", now=now)
    assert (report.unchanged, report.noted_rows) == (1, [])
