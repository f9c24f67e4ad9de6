"""The pages of an import, from the upload to the report."""

import html
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from stakeholders.importing.services.personnel import import_people
from stakeholders.models import ImportMapping, ImportPart, ImportRun, Person
from tests.stakeholders.importing.import_pages import (
    HEAD,
    chosen,
    effect_url,
    file_of,
    pump,
    ready,
    row,
    upload,
    url,
    workbook_at,
)


def test_a_file_goes_from_upload_to_report(known, hana):
    answer, run = upload(hana, file_of(*[row(f"P{n}") for n in range(1, 20)], row("P99")))
    assert answer["Location"] == url("show", run.pk)
    page = hana.get(url("show", run.pk)).content.decode()
    assert "All columns are mapped" in page
    assert "Hélène" in page
    answer = chosen(hana, run)
    assert answer["Location"] == effect_url(run)
    assert "Waiting to start" in hana.get(effect_url(run)).content.decode()
    pump()
    page = hana.get(effect_url(run)).content.decode()
    assert "1 person joins, 1 leave and 0 change" in page
    assert Person.objects.filter(personnel_number="P99").count() == 0
    run.refresh_from_db()
    answer = hana.post(url("apply", run.pk), {"fingerprint": run.fingerprint})
    assert answer["Location"] == url("show", run.pk)
    pump()
    run.refresh_from_db()
    assert (run.state, run.confirmed_by.first_name) == ("applied", "Hana")
    assert "1 joined, 1 left and 0 changed" in hana.get(url("show", run.pk)).content.decode()
    assert Person.objects.active().filter(personnel_number="P99").count() == 1
    assert Person.objects.get(personnel_number="P0").left_on is not None
    assert not ImportPart.objects.exists()


def test_what_is_chosen_is_remembered_for_the_next_file_of_the_kind(known, hana):
    head = HEAD.replace("Matricule", "Clef") + ";Poste horaire"
    content = file_of(row("P1") + ";3x8", row("P2") + ";J", head=head)
    _answer, run = upload(hana, content)
    page = hana.get(url("show", run.pk)).content.decode()
    assert "Map 2 columns to continue" in page
    assert "the first file with these headings" in page
    answer = chosen(hana, run)
    assert answer.status_code == 422
    assert "Choose a field for “Clef”, or choose not to import it." in answer.content.decode()
    assert chosen(hana, run, c0="personnel_number", c6="").status_code == 302
    assert ImportMapping.objects.get().by.first_name == "Hana"

    _answer, second = upload(hana, content)
    page = hana.get(url("show", second.pk)).content.decode()
    assert "All columns are mapped" in page
    assert "by Hana Test, 7 columns" in page
    hana.post(url("forget", second.pk))
    assert "Map 2 columns to continue" in hana.get(url("show", second.pk)).content.decode()


def test_a_choice_in_the_address_reads_the_file_again_and_saves_nothing(known, hana):
    content = file_of(row("P1", last="Kovács", first="Őze")).decode().encode("cp1250")
    _answer, run = upload(hana, content)
    before = ImportRun.objects.values().get(pk=run.pk)
    page = hana.get(url("show", run.pk), {"encoding": "cp1250", "missing": "left"})
    assert "Őze" in page.content.decode()
    page = hana.get(url("show", run.pk), {"encoding": "utf-8", "missing": "left"})
    assert "The file cannot be read as “utf-8”" in page.content.decode()
    answer = chosen(hana, run, encoding="cp1250", again="1")
    assert answer["Location"].startswith(url("show", run.pk) + "?")
    assert "csrf" not in answer["Location"]
    assert "Őze" in hana.get(answer["Location"]).content.decode()
    assert ImportRun.objects.values().get(pk=run.pk) == before
    chosen(hana, run, encoding="cp1250")
    run.refresh_from_db()
    assert run.manner["encoding"] == "cp1250"
    assert ImportMapping.objects.get().manner["encoding"] == "cp1250"


def test_settings_are_what_the_job_reads_by(known, hana):
    head = "Employee ID|Last name|First name|Email|Language|Site|Hire date"
    lines = ["Personnel of November", head, "P1|Mo|Ana|p1@x.example|es|Barcelona|03/04/2020"]
    run = ready(hana, "\n".join(lines).encode(), dates="mdy", missing="stay")
    assert (run.manner["line"], run.manner["delimiter"]) == (2, "|")
    change = run.entries.get(kind="changed").fields
    assert change["entered_on"] == ["", "2020-03-04"]
    assert change["last_name"] == ["Garcia", "Mo"]
    assert run.effect["leavers"] == 0


def test_a_file_without_headings_is_read_by_what_is_chosen(known, hana):
    content = b"Site;Nom\n" + b"P1;Mo;p1@x.example;Barcelona\nP2;Li;;Barcelona"
    _answer, run = upload(hana, content)
    names = ["personnel_number", "last_name", "email", "site"]
    given = {"line": "0", "delimiter": ";", "encoding": "utf-8", "dates": "dmy", "missing": "stay"}
    page = hana.get(url("show", run.pk), given).content.decode()
    assert "Column 4" in page
    read = re.search(r'name="read" value="([^"]*)"', page)[1]
    data = given | {"read": read} | {f"c{n}": name for n, name in enumerate(names)}
    assert hana.post(url("choose", run.pk), data).status_code == 302
    pump()
    run.refresh_from_db()
    assert run.effect["rejected"] == {"bad_mail": 1, "no_mail": 1} or run.rejected == 2
    headings = [cell.value for cell in next(workbook_at(hana, run).iter_rows())]
    assert headings[-2:] == ["Row in the file", "Why it was rejected"]


def test_two_columns_for_one_thing_and_a_missing_one_get_a_plain_answer(known, hana):
    _answer, run = upload(hana, file_of(row("P1")))
    answer = chosen(hana, run, c2="last_name")
    assert "“Nom” and “Prénom” are both mapped to “Family name”" in answer.content.decode()
    answer = chosen(hana, run, c3="")
    assert "No column is mapped to: Email." in answer.content.decode()
    run.refresh_from_db()
    assert run.state == "uploaded"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_bad_rows_are_given_out_mended_and_all_taken(known, hana, cast, language):
    cast.hana.language = language
    cast.hana.save()
    everybody = [row(f"P{n}") for n in range(20)]
    bad = [
        row("P30", mail=""),
        row("P31", site="Nowhere", last="=SUM(A1)", first="+33 1"),
        row("P32", mail="a@b@c"),
    ]
    run = ready(hana, file_of(*everybody, *bad), missing="left")
    hana.post(url("apply", run.pk), {"fingerprint": run.fingerprint})
    pump()
    sheet = workbook_at(hana, run)
    head, *rows = [[cell.value for cell in cells] for cells in sheet.iter_rows()]
    assert head[:6] == HEAD.split(";")
    assert [cells[6] for cells in rows] == ["22", "23", "24"]
    assert rows[1][1] == "'=SUM(A1)"
    assert not any(cell.data_type == "f" for cells in sheet.iter_rows() for cell in cells)

    sheet["D2"], sheet["F3"], sheet["D4"] = "p30@x.example", "Barcelona", "p32@x.example"
    file = io.BytesIO()
    sheet.parent.save(file)
    mended = ready(hana, file.getvalue())
    assert (mended.effect["created"], mended.effect["leavers"], mended.rejected) == (3, 0, 0)
    hana.post(url("apply", mended.pk), {"fingerprint": mended.fingerprint})
    pump()
    assert Person.objects.active().count() == 23
    person = Person.objects.get(personnel_number="P31")
    assert (person.last_name, person.first_name) == ("=SUM(A1)", "+33 1")


def test_many_leavers_need_a_tick_with_their_number(known, hana):
    run = ready(hana, file_of(row("P1")))
    page = hana.get(effect_url(run)).content.decode()
    assert "Apply and mark 19 as left" in page
    assert "Yes, 19 people have left" in page
    post = {"fingerprint": run.fingerprint}
    answer = hana.post(url("apply", run.pk), post, follow=True)
    assert "Confirm below" in answer.content.decode()
    hana.post(url("apply", run.pk), post | {"leavers": "19"})
    pump()
    run.refresh_from_db()
    assert run.state == "applied"


def test_a_column_on_those_who_leave_stands_where_something_is_in_it(known, hana):
    run = ready(hana, file_of(*[row(f"P{n}") for n in range(19)]))
    columns = [f'<th scope="col">{word}</th>' for word in ("Site", "What happens")]
    hangs = '<th scope="col">Roles and reports</th>'
    page = hana.get(effect_url(run)).content.decode().split("<h2>1 person leaves</h2>")[1]
    assert [head in page for head in (*columns, hangs)] == [False, False, True]
    Person.objects.filter(personnel_number="P1").update(manager_number="P19")
    page = hana.get(effect_url(run)).content.decode().split("<h2>1 person leaves</h2>")[1]
    assert [head in page for head in (*columns, hangs)] == [True, True, True]


def test_numbers_lead_to_lists_of_as_many(known, hana):
    bad = [row("P40", mail=""), row("P41", site="Nowhere"), row("P1")]
    changed = row("P1", last="Mo", language="fr")
    people = [row(f"P{n}") for n in range(2, 19)]
    run = ready(hana, file_of(changed, *people, row("P50"), *bad))
    page = hana.get(effect_url(run)).content.decode()
    assert "22 rows = 1 new + 1 changed + 17 unchanged + 2 rejected + 1 duplicate" in page
    for kind, total in {"new": 1, "changed": 1, "left": 2, "rejected": 2, "noted": 1}.items():
        assert url("entries", run.pk, kind) in page
        found = hana.get(url("entries", run.pk, kind)).context["page"]
        assert found.paginator.count == total
    for query, total in {"?reason=no_mail": 1, "?reason=nonsense": 2}.items():
        answer = hana.get(url("entries", run.pk, "rejected") + query)
        assert answer.context["page"].paginator.count == total
    fields = hana.get(url("entries", run.pk, "changed") + "?field=language")
    assert "Spanish" in fields.content.decode()
    assert "French" in fields.content.decode()
    assert hana.get(url("entries", run.pk, "nonsense")).status_code == 404


def test_a_line_opens_as_it_stands_in_the_file(known, hana):
    run = ready(hana, file_of(row("P1"), row("P40", mail="")))
    page = hana.get(url("line", run.pk, 3)).content.decode()
    assert "No email address" in page
    assert "P40" in page
    assert "P1" in hana.get(url("line", run.pk, 2)).content.decode()
    assert hana.get(url("line", run.pk, 9)).status_code == 404
    hana.post(url("apply", run.pk), {"fingerprint": run.fingerprint, "leavers": "19"})
    pump()
    assert "P40" in hana.get(url("line", run.pk, 3)).content.decode()
    assert hana.get(url("line", run.pk, 2)).status_code == 404


def test_the_auditor_sees_figures_and_no_person(known, hana, cast, as_user):
    run = ready(hana, file_of(*[row(f"P{n}") for n in range(19)], row("P40", mail="")))
    dora = as_user(cast.dora)
    assert dora.get(url("show", run.pk)).status_code == 403
    hana.post(url("apply", run.pk), {"fingerprint": run.fingerprint})
    pump()
    page = dora.get(url("show", run.pk)).content.decode()
    assert "0 joined, 1 left and 0 changed" in page
    assert "Garcia" not in page
    assert "/effect/" not in page
    assert "report.xlsx" not in page
    assert "/effect/" not in dora.get(url("list")).content.decode()


def test_a_file_given_up_says_so_and_is_gone(known, hana):
    run = ready(hana, file_of(row("P1")))
    answer = hana.post(url("discard", run.pk), follow=True)
    assert "Nothing was imported" in answer.content.decode()
    assert "discarded" in hana.get(url("show", run.pk)).content.decode()
    assert not ImportPart.objects.exists()


def test_choices_outlive_the_end_of_the_session(known, hana, cast):
    content = file_of(row("P1", last="Kovács", first="Őze")).decode().encode("cp1250")
    _answer, run = upload(hana, content)
    page = hana.get(url("show", run.pk), {"encoding": "cp1250", "missing": "stay"})
    action = re.search(r'<form method="post" action="([^"]+)" id="reading"', page.content.decode())
    hana.logout()
    answer = hana.post(html.unescape(action[1]), {"encoding": "cp1250", "missing": "stay"})
    assert answer["Location"].startswith("/accounts/login/?next=")
    hana.force_login(cast.hana)
    there = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    page = hana.get(there, follow=True).content.decode()
    assert "Őze" in page
    assert '<option value="stay" selected>' in page


def test_a_page_that_is_watched_says_what_became_of_it(known, hana, now):
    run = ready(hana, file_of(*[row(f"P{n}") for n in range(1, 20)]))
    hana.post(url("apply", run.pk), {"fingerprint": run.fingerprint})
    import_people(file_of(*[row(f"P{n}", last="Mo") for n in range(20)]), "x.csv", now=now)
    pump()
    watched = hana.get(url("show", run.pk), headers={"HX-Request": "true"}).content.decode()
    assert "People have changed since this import was confirmed" in watched
    assert 'data-live="0"' in watched
    _answer, bad = upload(hana, file_of(row("P1")) + b'\nP2;"')
    ImportRun.objects.filter(pk=bad.pk).update(problem="It cannot be read.")
    watched = hana.get(effect_url(bad), headers={"HX-Request": "true"}).content.decode()
    assert "It cannot be read." in watched


def test_a_file_that_was_brought_in_already_changes_nothing(known, hana):
    run = ready(hana, file_of(*[row(f"P{n}") for n in range(20)]))
    page = hana.get(effect_url(run)).content.decode()
    assert "No changes" in page
    assert "No rows rejected" in page
    assert "Apply" not in page


@pytest.mark.parametrize("page", ["list", "effect", "entries"])
def test_pages_ask_as_often_for_few_as_for_many(known, cast, hana, page, django_assert_num_queries):
    queries = {"list": 7, "effect": 13, "entries": 7}[page]
    for count in (1, 3):
        rows = [row(f"P{n}") for n in range(20)]
        bad = [row(f"P{n}", mail="") for n in range(90, 90 + count)]
        new = [row(f"N{count}{n}") for n in range(count)]
        gone = rows[:count]
        run = ready(hana, file_of(*rows[count:], *gone[1:], *new, *bad))
        address = {
            "list": url("list"),
            "effect": effect_url(run),
            "entries": url("entries", run.pk, "new"),
        }[page]
        hana.get(address)
        with django_assert_num_queries(queries):
            assert hana.get(address).status_code == 200


def test_an_hr_importer_lands_on_the_imports_and_sees_nothing_else(known, hana):
    assert hana.get("/")["Location"] == url("list")
    page = hana.get(url("list")).content.decode()
    words = re.findall(r"<a [^>]*>([^<]+)</a>", page.split('class="ol-nav"')[1].split("</nav>")[0])
    assert words == ["Imports"]
    for elsewhere, status in (("/p/one-it/people/", 404), ("/people/", 403), ("/audit/", 403)):
        assert hana.get(elsewhere).status_code == status
