"""Bringing a personnel file in, in Chromium: from the upload to the report that is kept."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from programmes.database.clock import database_now
from stakeholders.importing.services import importjob
from stakeholders.importing.services.personnel import import_people
from stakeholders.importing.services.places import import_sites
from stakeholders.models import ImportRun, Person, Role
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

DATA = Path(settings.BASE_DIR) / "onelift" / "demo" / "data"
ROOT = "/imports/"
WORDS = {
    "en": {
        "bring": "Import file",
        "upload": "Upload",
        "becomes": "Map Poste horaire to",
        "left out": "Do not import",
        "effect": "Show the effect",
        "apply": "Apply",
        "joined": "joined",
        "download": "rejected row",
    },
    "fr": {
        "bring": "Importer un fichier",
        "upload": "Envoyer",
        "becomes": "Poste horaire correspond à",
        "left out": "Ne pas importer",
        "effect": "Afficher l’effet",
        "apply": "Appliquer",
        "joined": "arrivées",
        "download": "Télécharger les",
    },
}


def picture(page, name):
    """Keep a picture where one is asked for, to be looked at beside its model."""
    if folder := os.environ.get("ONELIFT_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def pump():
    importjob.run_pump(database_now)


@pytest.fixture
def known(cast):
    """The people of the demonstration’s first month, some of whom sign in."""
    now = database_now()
    Person.objects.all().delete()
    import_sites((DATA / "sites.csv").read_bytes(), now=now)
    import_people((DATA / "people.csv").read_bytes(), "personnel-october.csv", now=now)


@pytest.fixture
def next_month(known, cast, tmp_path):
    """Write a file in which some people are new, gone or moved, with a column nobody knows."""
    text = (DATA / "people.csv").read_bytes().decode("utf-8-sig")
    head, *rows = text.split("\r\n")
    gone, moved = rows[20:81], rows[100:188]
    rows = [*rows[:20], *rows[81:100], *[_moved(r) for r in moved], *rows[188:]]
    new = [row.replace(";", "9;", 1).replace("@", ".9@", 1) for row in gone[:54]]
    shifts = ["3x8", "J", "N"]
    lines = [f"{r};{shifts[n % 3]}" for n, r in enumerate([*rows, *new]) if r.count(";") == 12]
    path = tmp_path / "personnel-november.csv"
    path.write_bytes("\r\n".join([f"{head};Poste horaire", *lines]).encode("utf-8-sig"))
    leaver = Person.objects.get(personnel_number=gone[3].split(";")[0])
    cast.otto.email = leaver.email.lower()
    cast.otto.save()
    Role.objects.create(
        user=cast.otto,
        programme=cast.programme,
        kind=Role.Kind.STREAM_LEADER,
        stream=cast.programme.streams.create(name="Service desk"),
    )
    factories.WaveFactory(programme=cast.programme, name="Wave 3", sites=[leaver.site], order=3)
    return path


def _moved(row):
    cells = row.split(";")
    if len(cells) == 13:
        cells[7] = "Dreux" if cells[7] != "Dreux" else "Milano"
    return ";".join(cells)


@pytest.mark.journey
def test_a_file_comes_in(next_month, cast, page, live_server, signed_in):
    language = "fr"
    words = WORDS[language]
    cast.hana.language = language
    cast.hana.save()
    page.set_viewport_size({"width": 1440, "height": 1000})
    signed_in(page, cast.hana).goto(live_server.url)
    page.wait_for_url(f"**{ROOT}")
    with page.expect_navigation():
        page.get_by_role("link", name=words["bring"], exact=True).click()
    page.locator("#id_file").set_input_files(next_month)
    too_large = "field => { field.dataset.limit = 1000; }"
    page.locator("#id_file").evaluate(too_large)
    page.get_by_role("button", name=words["upload"]).click()
    assert page.locator("#id_file").evaluate("field => field.validationMessage")
    assert not ImportRun.objects.filter(state="uploaded").exists()
    page.locator("#id_file").evaluate("field => { field.dataset.limit = 1e8; }")
    page.get_by_role("button", name=words["upload"]).click()
    open_column = page.get_by_label(words["becomes"])
    picture(page, f"read-{language}")

    with page.expect_navigation():
        page.get_by_role("button", name=words["effect"]).click()
    page.get_by_role("alert").wait_for()
    expect(page.locator("[name=c13]")).to_be_focused()
    open_column.select_option(label=words["left out"])
    page.locator("tr.is-warn").wait_for(state="detached")
    expect(page).to_have_url(re.compile("c13="))
    expect(page.locator("[name=c13]")).to_be_focused()
    page.go_back()
    page.locator("tr.is-warn").wait_for()
    page.go_forward()
    page.locator("tr.is-warn").wait_for(state="detached")
    page.get_by_role("button", name=words["effect"]).click()
    page.locator("[data-live='1']").wait_for()
    pump()
    page.locator("#apply").wait_for()
    picture(page, f"effect-{language}")

    page.locator("#apply button").click()
    page.wait_for_url(f"**{ROOT}*/")
    pump()
    page.locator("h1", has_text=words["joined"]).wait_for()
    picture(page, f"report-{language}")
    with page.expect_download() as download:
        page.get_by_role("link", name=words["download"]).click()
    assert download.value.suggested_filename == "personnel-november-rejected.xlsx"
    run = ImportRun.objects.order_by("pk").last()
    assert (run.state, run.confirmed_by) == ("applied", cast.hana)


def test_pages_are_readable_and_fit(
    next_month, cast, page, live_server, signed_in, assert_accessible, assert_no_sideways_scroll
):
    page.set_viewport_size({"width": 320, "height": 900})
    signed_in(page, cast.hana).goto(live_server.url + ROOT + "new/")

    def look(name):
        picture(page, f"{name}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)

    look("new")
    page.locator("#id_file").set_input_files(next_month)
    page.locator("form[enctype] button").click()
    page.locator("#reading").wait_for()
    look("read")
    page.locator("#c13").select_option("")
    page.locator("tr.is-warn").wait_for(state="detached")
    page.get_by_role("button", name="Show the effect").click()
    page.locator("[data-live='1']").wait_for()
    look("wait")
    pump()
    page.locator("#apply").wait_for()
    look("effect")
    run = ImportRun.objects.order_by("pk").last()
    address = f"{live_server.url}{ROOT}{run.pk}/"
    for kind in ("new", "changed", "left", "rejected", "noted"):
        page.goto(f"{address}effect/{kind}/")
        look(kind)
    page.locator("tbody a").first.click()
    page.wait_for_url("**/line/**")
    look("line")
    page.goto(f"{address}effect/")
    page.locator("#apply button").click()
    page.locator("[data-live='1']").wait_for()
    pump()
    page.goto(address)
    look("report")
    page.goto(live_server.url + ROOT)
    look("list")
