"""The page on which anybody says what is missing."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from feedback.models import Need, NeedMail
from feedback.needs.services import reporting
from programmes.models import SentForm
from programmes.services.attempt import Limit
from tests.factories import ProgrammeFactory

pytestmark = pytest.mark.django_db
PAGE = "/need/one-it/"
NONCE = re.compile(r'name="nonce" value="([^"]+)"')
VECTORS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><svg onload=alert(1)>",
    "{{ 7|add:7 }}{% debug %}",
]


def nonce_of(answer):
    return NONCE.search(answer.content.decode())[1]


def send(cast, client=None, query="?lang=fr", **more):
    client = client or Client()
    typed = {"what": "Il manque une clé", "site": cast.barcelona.pk, "effect": "stops"}
    typed["nonce"] = nonce_of(client.get(PAGE + query))
    return client.post(PAGE + query, typed | more)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_it_is_there_in_every_language_that_is_shipped(cast, language):
    answer = Client().get(f"{PAGE}?lang={language}")
    page = answer.content.decode()
    assert f'<html lang="{language}"' in page
    assert page.count("hreflang=") == len(settings.LANGUAGES)
    assert answer.cookies == {}
    assert answer["Cache-Control"] == "no-store"


def test_the_browsers_language_is_taken_if_none_is_chosen(cast):
    page = Client(headers={"accept-language": "ja"}).get(PAGE).content.decode()
    assert '<html lang="ja"' in page


def test_a_stranger_reports_without_a_cookie(cast):
    answer = send(cast, address="ana@one.example")
    assert (answer.status_code, answer["Location"]) == (303, f"{PAGE}?lang=fr&sent=1")
    assert answer.cookies == {}
    need = Need.objects.get()
    assert (need.what, need.effect, need.language) == ("Il manque une clé", "stops", "fr")
    assert (need.site, need.reported_by, need.address) == (cast.barcelona, None, "ana@one.example")
    assert not NeedMail.objects.exists()
    assert "data-need-sent" in Client().get(answer["Location"]).content.decode()


def test_the_same_form_is_taken_once(cast):
    client = Client()
    typed = {"what": "No key", "site": cast.barcelona.pk, "effect": "stops"}
    typed["nonce"] = nonce_of(client.get(PAGE))
    for _twice in range(3):
        assert client.post(PAGE, typed).status_code == 303
    assert client.post(PAGE, typed | {"what": "Another"}).status_code == 303
    assert Need.objects.get().what == "No key"


def test_a_form_that_was_not_made_here_comes_back_with_what_was_typed(cast):
    for nonce in ("", "made up", "a:b:c"):
        answer = send(cast, nonce=nonce)
        assert answer.status_code == 422
        assert "Il manque une clé" in answer.content.decode()
    assert not Need.objects.exists()
    assert send(cast, nonce=nonce_of(answer)).status_code == 303


def test_a_form_of_yesterday_is_sent_again_after_a_look(cast):
    old = nonce_of(Client().get(PAGE))
    with time_machine.travel(timedelta(hours=25)):
        answer = send(cast, nonce=old)
    assert answer.status_code == 422


@pytest.mark.parametrize("address", ["nobody", "a b@one.example", "a@b\r\nBcc: c@d.example"])
def test_what_is_no_address_is_refused_and_the_rest_stays(cast, address):
    answer = send(cast, query="?lang=en", address=address)
    assert answer.status_code == 422
    assert "Enter an email address" in answer.content.decode()
    assert "Il manque une clé" in answer.content.decode()


@pytest.mark.parametrize("field", ["what", "site", "effect"])
def test_each_of_the_three_fields_is_needed(cast, field):
    answer = send(cast, **{field: ""})
    assert answer.status_code == 422
    assert not Need.objects.exists()
    assert not SentForm.objects.exists()


def test_a_crowd_is_asked_to_wait_and_keeps_what_it_typed(cast, monkeypatch):
    monkeypatch.setattr(reporting, "BY_PROGRAMME", Limit("few needs", 2, 600))
    assert [send(cast).status_code for _n in range(3)] == [303, 303, 429]
    answer = send(cast)
    assert int(answer["Retry-After"]) > 500
    assert "Il manque une clé" in answer.content.decode()
    assert Need.objects.count() == 2


def test_one_address_cannot_be_flooded(cast, monkeypatch):
    monkeypatch.setattr(reporting, "BY_ADDRESS", Limit("few answers", 1, 600))
    codes = [send(cast, address=one).status_code for one in ("a@x.example", "A@x.example", "")]
    assert codes == [303, 422, 303]


@pytest.mark.parametrize("vector", VECTORS)
def test_hostile_words_are_shown_as_words(cast, as_user, vector):
    refused = send(cast, what=vector, site="").content.decode()
    assert vector not in refused or "{{" in vector
    send(cast, what=vector)
    need = Need.objects.get()
    assert need.what == vector
    client = as_user(cast.ines)
    for page in ("", f"{need.pk}/"):
        shown = client.get(f"/p/one-it/listening/needs/{page}").content.decode()
        assert vector not in shown or "{{" in vector
        assert "14{%" not in shown


def test_a_site_of_the_address_is_chosen(cast):
    page = Client().get(f"{PAGE}?site={cast.shanghai.pk}").content.decode()
    assert re.search(rf'value="{cast.shanghai.pk}"[^>]*checked', page)
    for wrong in ("x", "9" * 30, "%00", "٣"):
        assert Client().get(f"{PAGE}?site={wrong}").status_code == 200


def test_a_programme_without_sites_or_none_opens_nothing(cast):
    ProgrammeFactory(slug="empty")
    assert Client().get("/need/empty/").status_code == 404
    assert Client().get("/need/nothing/").status_code == 404
