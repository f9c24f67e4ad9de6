"""The first hour: an empty installation, followed by the buttons of its list alone, on a phone."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from communications.models import Approval
from programmes.database.clock import database_now
from stakeholders.importing.services import importjob
from stakeholders.models import Role
from tests.browser.test_journeys import (
    HEAD,
    PASSWORD,
    SITES,
    press,
    save,
    set_password_by_mail,
    sign_in,
    tick_sites,
)
from tests.communications.conftest import relay  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

NORA, CLARA = "nora@onelift.example", "clara@onelift.example"
PEOPLE = f"{HEAD}B1,Ruiz,Ana,ana@onelift.example,Spanish,IT,Analyst,Barcelona,Group\n"
STEPS = ("programme", "sites", "wave", "people", "roles", "message")


@pytest.fixture
def administrator(db, monkeypatch):
    """Make the first account as the document of the installation says."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", "--email", NORA, verbosity=0)


@pytest.fixture
def the_list(page, assert_accessible, assert_no_sideways_scroll):
    """Return a function that finds the list in order, with these steps done, and looks at it."""

    def look(*done):
        page.wait_for_url("**/start/")
        found = page.locator(".ol-go > li")
        assert [found.nth(n).get_attribute("id") for n in range(found.count())] == list(STEPS)
        ticked = page.locator(".ol-go > li.done")
        assert [ticked.nth(n).get_attribute("id") for n in range(ticked.count())] == list(done)
        assert page.locator(".btn-primary").count() == 1
        assert_no_sideways_scroll(page)
        assert_accessible(page)
        if folder := os.environ.get("ONELIFT_PICTURES"):
            name = f"first-{len(done)}-{page.locator('li[aria-current] a.btn').inner_text()}.png"
            page.screenshot(path=Path(folder) / name, full_page=True)

    return look


def take_next_step(page):
    press(page, page.locator(".ol-go > li[aria-current=step] a.btn-primary"))


def start_programme(page):
    page.locator("[name=name]").fill("One IT")
    page.locator("[name=purpose]").fill("One IT for all of us.")
    today = timezone.now().date()
    page.locator("[name=starts_on]").fill(today.isoformat())
    page.locator("[name=ends_on]").fill((today + timedelta(days=600)).isoformat())
    save(page)


def upload(page, path, content):
    path.write_text(content)
    page.locator("#id_file").set_input_files(path)
    save(page)


def plan_wave(page):
    page.locator("[name=name]").fill("Pilot")
    page.locator("[name=go_live_on]").fill((timezone.now().date() + timedelta(90)).isoformat())
    tick_sites(page)
    save(page)


def choose_importer(page, email):
    page.locator("[name=account]").select_option(label=email)
    save(page)


def import_people(page, path):
    upload(page, path, PEOPLE)
    press(page, page.get_by_role("button", name="Show the effect"))
    importjob.run_pump(database_now)
    page.locator("#apply button").click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    importjob.run_pump(database_now)
    page.locator("h1", has_text="joined").wait_for()
    go_home(page)


def go_home(page):
    press(page, page.locator(".ol-brand"))


def make_cio(page, email):
    page.locator("[name=email]").fill(email)
    page.locator("[name=first_name]").fill("Clara")
    page.locator("[name=last_name]").fill("Chief")
    page.locator("[name=kind]").select_option("cio")
    save(page)


def write_message(page):
    page.locator("[name=purpose]").fill("People know why.")
    page.locator("[name=subject]").fill("Why we do this")
    page.locator("[name=body]").fill("Hello {{ first_name }},\n\none IT, for all of us.")
    page.locator("#time summary").click()
    page.locator("[name=offset_days]").fill("-30")
    page.locator("[name=local_time]").fill("09:00")
    save(page)
    page.wait_for_url(re.compile(r"/messages/\d+/$"))


@pytest.mark.journey
def test_the_list_leads_from_an_empty_installation_to_an_approved_message(
    administrator,
    page,
    live_server,
    relay,  # noqa: F811
    the_list,
    tmp_path,
    settings,
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, live_server, NORA)
    the_list()
    take_next_step(page)
    start_programme(page)
    the_list("programme")
    take_next_step(page)
    upload(page, tmp_path / "sites.csv", SITES)
    the_list("programme")
    take_next_step(page)
    tick_sites(page)
    save(page)
    the_list("programme", "sites")
    take_next_step(page)
    plan_wave(page)
    the_list("programme", "sites", "wave")
    take_next_step(page)
    choose_importer(page, NORA)
    the_list("programme", "sites", "wave")
    take_next_step(page)
    import_people(page, tmp_path / "people.csv")
    the_list("programme", "sites", "wave", "people")
    take_next_step(page)
    make_cio(page, CLARA)
    the_list("programme", "sites", "wave", "people", "roles")
    take_next_step(page)
    write_message(page)
    go_home(page)
    the_list("programme", "sites", "wave", "people", "roles")
    take_next_step(page)
    press(page, page.get_by_role("button", name="Ready for review"))
    go_home(page)
    the_list("programme", "sites", "wave", "people", "roles")
    take_next_step(page)
    press(page, page.locator("form[action$='/ask/'] button").first)
    go_home(page)
    the_list("programme", "sites", "wave", "people", "roles")
    assert Approval.objects.get().state == "waiting"

    set_password_by_mail(page, live_server, CLARA, relay)
    sign_in(page, live_server, CLARA)
    page.wait_for_url("**/overview/")
    press(page, page.locator("form[action$='/approve/'] button").first)
    assert Approval.objects.get().state == "approved"

    sign_in(page, live_server, NORA)
    page.wait_for_url("**/overview/")
    assert page.locator("a[href$='/start/']").count() == 0
    assert Role.objects.filter(kind=Role.Kind.CIO).get().user.email == CLARA
