"""A form that is sent twice is taken once: a double click, a second try after a lost answer."""

import csv
import io
import re
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from programmes.database.clock import database_now
from programmes.models import ObjectiveValue, SentForm
from programmes.tasks import sweep
from stakeholders.models import Impact, ImpactBatch, Persona, Stakeholder
from tests.factories import ImpactFactory, ObjectiveFactory

PEOPLE = "/p/one-it/people/"
IMPACTS = f"{PEOPLE}impacts/"
FORMS = [
    f"{IMPACTS}new/",
    f"{PEOPLE}stakeholders/new/",
    f"{PEOPLE}streams/objectives/import/",
    "/p/one-it/messages/new/",
    "/p/one-it/events/new/",
    "/p/one-it/listening/new/",
]


@pytest.fixture
def shift(cast):
    return Persona.objects.create(
        programme=cast.programme, slug="shift", name_en="Shift", jobs=["Operator"]
    )


def key_in(page):
    return re.search(r'name="once" value="(\w{32})"', page.content.decode())[1]


def typed(shift, key, **more):
    values = {"name": "One badge", "dimension": "tool", "severity": "3", "personas": [shift.pk]}
    return {**values, "once": key, **more}


def test_a_form_that_is_sent_twice_leads_to_one_page(cast, as_user, shift):
    client = as_user(cast.ines)
    key = key_in(client.get(f"{IMPACTS}new/"))
    first = client.post(f"{IMPACTS}new/", typed(shift, key))
    again = client.post(f"{IMPACTS}new/", typed(shift, key))
    assert again["Location"] == first["Location"] == f"{IMPACTS}{Impact.objects.get().pk}/"
    page = client.get(again["Location"]).content.decode()
    assert page.count("“One badge” is saved.") == 1


def test_the_answer_that_was_lost_is_given_again(cast, as_user, shift):
    """With what it said, also where no cookie of the first came back."""
    key = key_in(as_user(cast.ines).get(f"{IMPACTS}new/"))
    as_user(cast.ines).post(f"{IMPACTS}new/", typed(shift, key))
    again = as_user(cast.ines).post(f"{IMPACTS}new/", typed(shift, key), follow=True)
    assert "“One badge” is saved." in again.content.decode()
    assert Impact.objects.count() == 1


def test_another_form_is_another_one(cast, as_user, shift):
    """Who goes back and types on, another user, and another key all send their own."""
    client = as_user(cast.ines)
    client.post(f"{IMPACTS}new/", typed(shift, "a" * 32))
    client.post(f"{IMPACTS}new/", typed(shift, "a" * 32, name="Two badges"))
    client.post(f"{IMPACTS}new/", typed(shift, "b" * 32))
    as_user(cast.tom).post(f"{IMPACTS}new/", typed(shift, "a" * 32))
    assert Impact.objects.count() == 4


def test_what_was_refused_may_be_sent_again(cast, as_user, shift):
    client = as_user(cast.ines)
    wrong = typed(shift, "a" * 32, name="")
    assert client.post(f"{IMPACTS}new/", wrong).status_code == 200
    assert client.post(f"{IMPACTS}new/", wrong).status_code == 200
    assert not SentForm.objects.exists()
    client.post(f"{IMPACTS}new/", typed(shift, "a" * 32))
    assert Impact.objects.count() == 1


@pytest.mark.parametrize("address", FORMS)
def test_forms_that_make_something_have_a_key(cast, as_user, address):
    page = as_user(cast.ines).get(address)
    assert key_in(page) != key_in(as_user(cast.ines).get(address))


def test_a_stakeholder_is_made_once(cast, as_user):
    client, entry = as_user(cast.ines), {"name": "Directors", "kind": "group", "once": "a" * 32}
    entry |= {"power": 80, "interest": 30, "engagement": "unaware"}
    entry |= {"engagement_wanted": "supportive"}
    for _turn in range(2):
        answer = client.post(f"{PEOPLE}stakeholders/new/", entry)
        assert answer["Location"].endswith(f"/{Stakeholder.objects.get().pk}/")


def test_a_bulk_edit_is_made_once_and_offers_its_undo_again(cast, as_user):
    impact = ImpactFactory(programme=cast.programme)
    sent = {"impacts": [impact.pk], "until_days": 30, "once": "a" * 32}
    for _turn in range(2):
        page = as_user(cast.ines).post(f"{IMPACTS}bulk/", sent, follow=True).content.decode()
        assert f"{IMPACTS}bulk/{ImpactBatch.objects.get().pk}/undo/" in page


def test_a_file_of_impacts_is_imported_once(cast, as_user, shift):
    text = io.StringIO()
    heads = ["What changes", "Dimension", "Severity", "Personas"]
    csv.writer(text).writerows([heads, ["New badge", "Tool", "Low", "Shift"]])
    file = SimpleUploadedFile("impacts.csv", text.getvalue().encode())
    page = as_user(cast.ines).post(f"{IMPACTS}import/", {"file": file})
    names = ("content", "seen", "once")
    held = {n: re.search(rf'name="{n}" value="([^"]*)"', page.content.decode())[1] for n in names}
    for _turn in range(2):
        answer = as_user(cast.ines).post(f"{IMPACTS}import/", {**held, "apply": "1"}, follow=True)
        assert "1 impact imported." in answer.content.decode()
    assert Impact.objects.count() == 1


def test_a_file_of_values_is_imported_once_but_another_file_too(cast, as_user):
    ObjectiveFactory(programme=cast.programme, name="Calls")
    client = as_user(cast.ines)
    for value in ("1", "1", "2"):
        rows = f"objective,measured_on,value\nCalls,2026-11-20,{value}\n".encode()
        sent = {"file": SimpleUploadedFile("values.csv", rows), "once": "a" * 32}
        assert client.post(f"{PEOPLE}streams/objectives/import/", sent).status_code == 302
    assert SentForm.objects.count() == ObjectiveValue.objects.count() == 2


def test_what_was_sent_is_forgotten_after_a_day(cast, as_user, shift):
    as_user(cast.ines).post(f"{IMPACTS}new/", typed(shift, "a" * 32))
    SentForm.objects.update(at=database_now() - timedelta(hours=23))
    sweep()
    assert SentForm.objects.exists()
    SentForm.objects.update(at=database_now() - timedelta(hours=25))
    sweep()
    assert not SentForm.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_tries_at_once_make_one(cast, shift):
    answers, start = [], threading.Barrier(4)

    def send():
        client = Client()
        client.force_login(cast.ines)
        start.wait()
        answers.append(client.post(f"{IMPACTS}new/", typed(shift, "a" * 32)))
        connection.close()

    tries = [threading.Thread(target=send) for _turn in range(4)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    assert {answer["Location"] for answer in answers} == {f"{IMPACTS}{Impact.objects.get().pk}/"}
