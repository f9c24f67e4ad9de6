"""Drafts by a machine: off by default, and never more than a draft that says where it is from."""

import json

import pytest

from communications.models import Message
from onelift.exchange.services.machine import hide, show
from programmes.models import Service
from programmes.queries.texts import states_of
from programmes.services.texts import mark, write_text
from tests.communications.making import make_message
from tests.dashboards.test_plan import make_survey
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(cast, now):
    made = ServiceFactory(programme=cast.programme)
    english = {"name": "Phone", "benefit": "Dial 5050, see https://help.example.", "how_to_get": ""}
    write_text(made, "en", english, None, now)
    mark(made, "en", "approved", cast.ines, now)
    return made


@pytest.fixture
def machine(recorder, settings):
    """Let a service on this machine translate."""
    settings.TRANSLATION_URL, settings.TRANSLATION_KEY = f"{recorder.address}/translate", "secret"
    return recorder


def says(machine, *texts):
    machine.answer = (200, json.dumps({"translatedText": texts}).encode(), {})


def page(obj, kind="service"):
    return f"/p/one-it/texts/{kind}/{obj.pk}/es/"


def spanish(obj):
    return states_of(type(obj).objects.get(pk=obj.pk))["es"]


def test_without_an_address_there_is_no_button_and_no_draft(cast, service, as_user):
    client = as_user(cast.nuria)
    assert "Draft by machine" not in client.get(page(service)).content.decode()
    assert client.post(f"{page(service)}machine/").status_code == 404


def test_what_is_empty_is_drafted_and_marked_until_a_person_saves(cast, service, as_user, machine):
    says(machine, "Teléfono", "Marca 5050, ver ⟦0⟧")
    client = as_user(cast.nuria)
    assert "Draft by machine" in client.get(page(service)).content.decode()
    client.post(f"{page(service)}machine/")
    [request] = machine.requests
    assert request.line.startswith("POST /translate ")
    assert request.json == {
        "q": ["Phone", "Dial 5050, see ⟦0⟧."],
        "source": "en",
        "target": "es",
        "format": "text",
        "api_key": "secret",
    }
    found = spanish(service)
    assert (found.state, found.by_machine) == ("draft", True)
    assert found.text["benefit"] == "Marca 5050, ver https://help.example"
    shown = client.get(page(service))
    assert "A machine wrote this draft." in shown.content.decode()
    assert "Draft by machine" not in shown.content.decode()
    form = shown.context["form"]
    client.post(page(service), {name: form[name].value() for name in form.fields})
    assert (spanish(service).state, spanish(service).by_machine) == ("draft", False)


def test_a_machine_overwrites_nobody(cast, now, service, as_user, machine):
    write_text(service, "es", {"name": "Línea", "benefit": "", "how_to_get": ""}, cast.ines, now)
    says(machine, "Marca 5050.")
    client = as_user(cast.nuria)
    client.post(f"{page(service)}machine/")
    assert dict(spanish(service).text) == {
        "name": "Línea",
        "benefit": "Marca 5050.",
        "how_to_get": "",
    }
    client.post(f"{page(service)}machine/")
    assert len(machine.requests) == 1


def test_a_message_is_drafted_with_its_placeholders(cast, now, as_user, machine):
    message = make_message(cast, now, {"en": ("Hello", "Dear {{ first_name }}, at {{ site }}.")})
    says(machine, "Hola", "A ⟦ 1 ⟧, ⟦0⟧.")
    client = as_user(cast.nuria)
    there = f"/p/one-it/messages/{message.pk}/es/"
    assert page(message, "message") + "machine/" in client.get(there).content.decode()
    answer = client.post(f"{page(message, 'message')}machine/")
    assert answer.url == there
    message = Message.objects.get(pk=message.pk)
    assert message.body_es == "A {{ site }}, {{ first_name }}."
    assert "A machine wrote this draft." in client.get(there).content.decode()
    assert spanish(message).state == "draft"
    client.post(f"{there}ready/", {"subject": "Hola", "body": message.body_es})
    assert (spanish(message).state, spanish(message).by_machine) == ("review", False)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((503, b"busy", {}), "The translation service refused (503)."),
        ((200, b"<html>", {}), "an answer that cannot be read"),
        ((200, b'{"translatedText": ["one"]}', {}), "an answer that cannot be read"),
        ((200, json.dumps({"translatedText": ["x" * 121, "y"]}).encode(), {}), "is too long"),
    ],
)
def test_what_goes_wrong_is_said_and_nothing_is_saved(
    cast, service, as_user, machine, answer, reason
):
    machine.answer = answer
    shown = as_user(cast.nuria).post(f"{page(service)}machine/", follow=True)
    assert reason in shown.content.decode()
    assert spanish(service).state == "missing"


def test_a_service_that_is_silent_or_not_public_is_named(cast, service, as_user, machine, settings):
    settings.CHANNEL_TIMEOUT = 1
    machine.fault = "hang_up"
    client = as_user(cast.nuria)
    shown = client.post(f"{page(service)}machine/", follow=True).content.decode()
    assert "The translation service did not answer." in shown
    settings.TRANSLATION_URL = "http://inside.example/translate"
    shown = client.post(f"{page(service)}machine/", follow=True).content.decode()
    assert "must begin with https://" in shown
    assert Service.objects.get(pk=service.pk).name_es in ("", None)


def test_other_languages_and_surveys_get_no_draft(cast, now, service, as_user, machine):
    client = as_user(cast.nuria)
    assert client.post(f"/p/one-it/texts/service/{service.pk}/de/machine/").status_code == 403
    survey = make_survey(cast, now, fixed_on=now.date())
    answer = as_user(cast.ines).post(f"{page(survey, 'survey')}machine/")
    assert answer.status_code == 404
    assert machine.requests == []


def test_what_must_stay_is_hidden_from_the_machine():
    text = "See [help](https://help.example/a?b=1) or {{ me_link }}, 5050."
    hidden, kept = hide(text)
    assert "example" not in hidden
    assert "me_link" not in hidden
    assert show(hidden, kept) == text
    assert show("⟦7⟧ ⟦1⟧", kept) == " {{ me_link }}"


def test_a_machine_makes_no_old_text_current(cast, now, service, as_user, machine):
    write_text(service, "es", {"name": "Línea", "benefit": "", "how_to_get": ""}, cast.ines, now)
    english = {"name": "Mobile phone", "benefit": "Dial 5050.", "how_to_get": ""}
    write_text(service, "en", english, None, now)
    mark(service, "en", "approved", cast.ines, now)
    says(machine, "Marca 5050.")
    as_user(cast.nuria).post(f"{page(service)}machine/")
    found = spanish(service)
    assert (found.state, found.text["benefit"]) == ("stale", "Marca 5050.")
