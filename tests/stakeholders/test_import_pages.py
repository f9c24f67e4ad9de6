"""The pages of an import, from the upload to the report."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from programmes.queries.clock import database_now
from stakeholders.models import ImportPart, ImportRun, Person
from stakeholders.services import importjob
from stakeholders.services.personnel import import_people

HEAD = "Matricule;Nom;Prénom;Adresse e-mail;Langue;Site"


def url(name, *args):
    return reverse(f"stakeholders:import-{name}", args=["one-it", *args])


def effect_url(run):
    return reverse("dashboards:import-effect", args=["one-it", run.pk])


def row(number, **given):
    cells = {
        "last": "Garcia",
        "first": "Hélène",
        "mail": f"{number.lower()}@onelift.example",
        "language": "es",
        "site": "Barcelona",
    }
    return ";".join([number, *(cells | given).values()])


def file_of(*rows, head=HEAD):
    return "\r\n".join([head, *rows]).encode()


@pytest.fixture
def known(cast, now):
    """Three people of the cast’s sites, known by an import."""
    Person.objects.all().delete()
    import_people(file_of(*[row(f"P{n}") for n in range(20)]), "first.csv", now=now)


@pytest.fixture
def client(cast, as_user):
    return as_user(cast.hana)


def pump():
    importjob.run_pump(database_now)


def upload(client, content, name="people.csv"):
    """Upload a file; return the answer, and the run if one was made."""
    answer = client.post(url("add"), {"file": SimpleUploadedFile(name, content)})
    return answer, ImportRun.objects.order_by("pk").last() if answer.status_code == 302 else None


def chosen(client, run, **given):
    """Send the page’s form as it stands, with some choices changed."""
    page = client.get(url("show", run.pk)).content.decode()
    return client.post(url("choose", run.pk), fields_of(page) | given)


def fields_of(page):
    form = page.split('id="reading"')[1].split("</form>")[0]
    values = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    for name, options in re.findall(
        r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        shown = re.findall(r'<option value="([^"]*)"( selected)?>', options)
        marked = [value for value, mark in shown if mark]
        values[name] = (marked or [shown[0][0]])[0]
    return values


def ready(client, content, **given):
    _answer, run = upload(client, content)
    assert chosen(client, run, **given).status_code == 302
    pump()
    run.refresh_from_db()
    return run


def test_a_file_goes_from_upload_to_report(known, client):
    answer, run = upload(client, file_of(*[row(f"P{n}") for n in range(1, 20)], row("P99")))
    assert answer["Location"] == url("show", run.pk)
    page = client.get(url("show", run.pk)).content.decode()
    assert "The file reads well" in page
    assert "Hélène" in page
    answer = chosen(client, run)
    assert answer["Location"] == effect_url(run)
    assert "Waiting for a worker" in client.get(effect_url(run)).content.decode()
    pump()
    page = client.get(effect_url(run)).content.decode()
    assert "1 person joins, 1 leave and 0 change" in page
    assert Person.objects.filter(personnel_number="P99").count() == 0
    run.refresh_from_db()
    answer = client.post(url("apply", run.pk), {"fingerprint": run.fingerprint})
    assert answer["Location"] == url("show", run.pk)
    pump()
    run.refresh_from_db()
    assert (run.state, run.confirmed_by.first_name) == ("applied", "Hana")
    assert "1 joined, 1 left and 0 changed" in client.get(url("show", run.pk)).content.decode()
    assert Person.objects.active().filter(personnel_number="P99").count() == 1
    assert Person.objects.get(personnel_number="P0").left_on is not None
    assert not ImportPart.objects.exists()
