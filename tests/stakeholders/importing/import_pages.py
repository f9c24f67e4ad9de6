"""How tests walk through the pages of an import."""

import io
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from programmes.database.clock import database_now
from stakeholders.importing.services import importjob
from stakeholders.models import ImportRun

HEAD = "Matricule;Nom;Prénom;Adresse e-mail;Langue;Site"


def url(name, *args):
    return reverse(f"stakeholders:import-{name}", args=args)


def effect_url(run):
    return reverse("dashboards:import-effect", args=[run.pk])


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


def pump():
    importjob.run_pump(database_now)


def upload(hana, content, name="people.csv"):
    """Upload a file; return the answer, and the run if one was made."""
    answer = hana.post(url("add"), {"file": SimpleUploadedFile(name, content)})
    return answer, ImportRun.objects.order_by("pk").last() if answer.status_code == 302 else None


def chosen(hana, run, **given):
    """Send the page’s form as it stands, with some choices changed."""
    page = hana.get(url("show", run.pk)).content.decode()
    return hana.post(url("choose", run.pk), fields_of(page) | given)


def fields_of(page):
    form = page.split('id="reading"')[1].split("</form>")[0]
    values = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    selects = re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL)
    for name, options in selects:
        shown = re.findall(r'<option value="([^"]*)"( selected)?>', options)
        marked = [value for value, mark in shown if mark]
        values[name] = (marked or [shown[0][0]])[0]
    return values


def ready(hana, content, **given):
    _answer, run = upload(hana, content)
    assert chosen(hana, run, **given).status_code == 302
    pump()
    run.refresh_from_db()
    return run


def workbook_at(hana, run):
    answer = hana.get(url("report", run.pk))
    assert "attachment" in answer["Content-Disposition"]
    return load_workbook(io.BytesIO(answer.content)).active
