"""The page on which one language of any text is written beside its English."""

from html import unescape

import pytest

from programmes.models import Service
from programmes.queries.texts import states_of
from programmes.services.texts import mark, write_text
from tests.communications.making import TEXTS, make_message
from tests.events.making import make_event
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db

ENGLISH = {
    "name": "Phone",
    "benefit": "One number, 5050, see https://help.example/desk.",
    "how_to_get": "",
}
SPANISH = {
    "name": "Teléfono",
    "benefit": "Un número, 5050, ver https://help.example/es.",
}


@pytest.fixture
def service(cast, now):
    made = ServiceFactory(programme=cast.programme)
    write_text(made, "en", ENGLISH, cast.ines, now)
    mark(made, "en", "approved", cast.ines, now)
    return made


def page(service, language="es"):
    return f"/p/one-it/texts/service/{service.pk}/{language}/"


def seen(client, service):
    """Return what the hidden fields of an opened page hold."""
    form = client.get(page(service)).context["form"]
    return {name: form[name].value() for name in ("text_seen", "source_seen")}


def spanish(service):
    return states_of(Service.objects.get(pk=service.pk))["es"]


def test_a_draft_is_saved_and_then_called_ready(cast, service, as_user):
    client = as_user(cast.nuria)
    shown = client.get(page(service)).content.decode()
    assert "One number, 5050" in shown
    assert "Spanish is still missing" in shown
    client.post(page(service), {"name": "Teléfono", **seen(client, service)})
    assert (spanish(service).state, spanish(service).text["name"]) == ("draft", "Teléfono")
    answer = client.post(page(service), SPANISH | seen(client, service) | {"ready": "1"})
    assert answer.url == "/p/one-it/texts/"
    assert (spanish(service).state, spanish(service).text["benefit"]) == (
        "review",
        SPANISH["benefit"],
    )


@pytest.mark.parametrize(
    ("benefit", "reason"),
    [
        ("Un número, ver https://help.example.", "The English has 5050"),
        ("Un número, 5050.", "The English has https://help.example/desk"),
        ("", "Write the translation first."),
    ],
)
def test_what_is_lost_is_refused_with_the_reason_at_its_field(
    cast, service, as_user, benefit, reason
):
    client = as_user(cast.nuria)
    typed = SPANISH | {"benefit": benefit}
    answer = client.post(page(service), typed | seen(client, service) | {"ready": "1"})
    shown = unescape(answer.content.decode())
    assert reason in shown
    assert answer.context["form"].errors["benefit"]
    assert 'href="#id_benefit"' in shown
    assert "Teléfono" in shown
    assert spanish(service).state == "missing"


def test_the_second_writer_sees_what_the_first_has_saved(cast, now, service, as_user):
    client = as_user(cast.nuria)
    opened = seen(client, service)
    theirs = {"name": "Línea", "benefit": "Otro", "how_to_get": ""}
    write_text(service, "es", theirs, cast.ines, now)
    answer = client.post(page(service), SPANISH | opened)
    shown = answer.content.decode()
    assert "Línea" in shown
    assert "Teléfono" in shown
    assert spanish(service).text["name"] == "Línea"
    again = answer.context["form"]["text_seen"].value()
    client.post(page(service), SPANISH | {"text_seen": again})
    assert spanish(service).text["name"] == "Teléfono"


def test_a_text_of_an_older_english_stays_out_of_date(cast, now, service, as_user):
    client = as_user(cast.nuria)
    opened = seen(client, service)
    write_text(service, "en", ENGLISH | {"name": "Telephone"}, cast.ines, now)
    answer = client.post(page(service), SPANISH | opened | {"ready": "1"}, follow=True)
    assert "The English has changed and this text has not." in answer.content.decode()
    assert spanish(service).state == "stale"
    client.post(f"{page(service)}still/")
    assert spanish(service).state == "review"


def test_a_text_without_the_new_number_is_not_still_right(cast, now, service, as_user):
    client = as_user(cast.nuria)
    client.post(page(service), SPANISH | seen(client, service))
    changed = ENGLISH | {"benefit": ENGLISH["benefit"].replace("5050", "6060")}
    write_text(service, "en", changed, cast.ines, now)
    answer = client.post(f"{page(service)}still/", follow=True)
    assert "The English has 6060, the translation does not." in answer.content.decode()
    assert spanish(service).state == "stale"


def test_checks_answer_while_somebody_types_and_keep_nothing(cast, service, as_user):
    typed = {"name": "Teléfono", "benefit": "Un número, 5051."}
    answer = as_user(cast.nuria).post(f"{page(service)}check/", typed).content.decode()
    assert "English says 5050, Spanish says 5051." in answer
    assert 'hx-swap-oob="true"' in answer
    assert spanish(service).state == "missing"


def test_kinds_with_a_page_of_their_own_lead_there(cast, now, as_user):
    message = make_message(cast, now, {"en": TEXTS["en"]})
    client = as_user(cast.nuria)
    answer = client.get(f"/p/one-it/texts/message/{message.pk}/es/")
    assert answer.url == f"/p/one-it/messages/{message.pk}/es/"
    assert client.post(f"/p/one-it/texts/message/{message.pk}/es/check/").status_code == 404


def test_other_languages_regions_and_kinds_are_closed(cast, now, service, as_user):
    client = as_user(cast.nuria)
    assert client.get(page(service, "de")).status_code == 403
    assert client.get(page(service, "en")).status_code == 404
    assert client.get(page(service, "tlh")).status_code == 404
    assert client.get("/p/one-it/texts/nothing/1/es/").status_code == 404
    event = make_event(cast, now, site=cast.shanghai)
    assert client.get(f"/p/one-it/texts/event/{event.pk}/es/").status_code == 404


def test_hostile_words_are_shown_as_words(cast, now, service, as_user):
    bad = "<script>alert(1)</script>"
    write_text(service, "en", ENGLISH | {"benefit": bad}, cast.ines, now)
    client = as_user(cast.nuria)
    client.post(page(service), {"name": bad, "benefit": bad, **seen(client, service)})
    assert bad not in client.get(page(service)).content.decode()


@pytest.mark.parametrize("typed", ["", "En el mostrador."])
def test_a_field_that_english_no_longer_has_can_be_emptied(cast, now, service, as_user, typed):
    old = SPANISH | {"how_to_get": "Pídalo."}
    write_text(service, "es", old, cast.ines, now)
    client = as_user(cast.nuria)
    # The name is too long, so that the page is shown again.
    sent = {"name": "N" * 200, "benefit": "5050", "how_to_get": typed}
    answer = client.post(page(service), sent | seen(client, service))
    assert answer.status_code == 200
    assert answer.context["form"]["how_to_get"].value() == typed
    shown = unescape(answer.content.decode())
    assert "How to get it" in shown


def test_what_is_typed_stays_where_the_english_was_emptied_meanwhile(cast, now, service, as_user):
    write_text(service, "en", ENGLISH | {"how_to_get": "Ask for it."}, cast.ines, now)
    client = as_user(cast.nuria)
    opened = seen(client, service)
    write_text(service, "en", ENGLISH, cast.ines, now)
    client.post(page(service), SPANISH | {"how_to_get": "Pídalo."} | opened)
    assert spanish(service).text["how_to_get"] == "Pídalo."


def test_english_that_was_not_seen_is_not_confirmed(cast, now, service, as_user):
    client = as_user(cast.nuria)
    client.post(page(service), SPANISH | seen(client, service))
    write_text(service, "en", ENGLISH | {"name": "Telephone"}, cast.ines, now)
    opened = seen(client, service)
    assert client.get(page(service)).content.decode().count(opened["source_seen"]) == 2
    write_text(service, "en", ENGLISH | {"name": "Switchboard"}, cast.ines, now)
    answer = client.post(f"{page(service)}still/", opened, follow=True).content.decode()
    assert "The text has changed since you opened it." in answer
    assert spanish(service).state == "stale"
    client.post(f"{page(service)}still/", seen(client, service))
    assert spanish(service).state != "stale"
