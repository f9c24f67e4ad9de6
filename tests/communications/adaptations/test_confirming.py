"""Confirming in one click what a change of wording asks: emails, channels and adaptations."""

import pytest
from django.urls import reverse

from communications.adaptations.queries.asked import asked_for
from communications.adaptations.queries.forms import statuses_of
from communications.adaptations.services.points import drop_points
from communications.messages.queries.channel_text import status_of
from communications.messages.services.channel_text import (
    mark_channel_text,
    text_for,
    write_channel_text,
)
from communications.messages.services.message import write_ready
from communications.models import Adaptation, ChannelText, Message
from programmes.queries.texts import states_of
from stakeholders.accounts.access import scope_of
from tests.communications.adaptations.making import (
    CORE,
    POSTER,
    SPANISH,
    adapt,
    make_core,
    make_persona,
)
from tests.communications.desk.test_message_pages import flat
from tests.communications.making import approve

pytestmark = pytest.mark.django_db

SUBJECT, BODY = CORE["en"]
COMMA = BODY.replace("December, until", "December until")
FLYER = {"headline": "Help until 22:00", "first": "Call 5050"}
QUERIES = 8
SPANISH_FLYER = {"headline": "Ayuda hasta las 22:00", "first": "Llama al 5050"}


@pytest.fixture
def message(cast, now):
    """Return a core with a flyer in two languages and an adaptation with a poster."""
    made = make_core(cast, now)
    flyer = text_for(made, "flyer", cast.tom, now)
    for language, text in (("en", FLYER), ("es", SPANISH_FLYER)):
        write_channel_text(flyer, language, text, cast.tom, now)
        mark_channel_text(flyer, language, cast.tom, now)
    adapt(cast, made, now, forms={"poster": {"es": POSTER}})
    return Message.objects.get(pk=made.pk)


def comma(message, cast, now):
    write_ready(message, "en", SUBJECT, COMMA, cast.ines, now, kind="wording")
    return Message.objects.get(pk=message.pk)


def names(texts):
    return [f"{one.group}: {one.language}" for one in texts]


def asked(message, user, cast):
    return asked_for(message, scope_of(user, cast.programme))


def confirm(client, message):
    url = reverse("communications:text-confirm-all", args=["one-it", message.pk])
    return flat(client.post(url, follow=True).content.decode())


def test_a_comma_asks_about_channels_and_adaptations_too(cast, now, message):
    assert asked(message, cast.tom, cast).count == 0
    message = comma(message, cast, now)
    assert names(asked(message, cast.tom, cast).own) == [
        "Email: es",
        "Email: zh-hans",
        "Flyer: en",
        "Barcelona, Email: es",
        "Barcelona, Poster: es",
    ]


def test_all_are_confirmed_in_one_click_and_keep_their_states(cast, now, message, as_user):
    message = comma(message, cast, now)
    client = as_user(cast.tom)
    page = reverse("communications:message-show", args=["one-it", message.pk])
    shown = flat(client.get(page).content.decode())
    assert "Confirm all 5 texts" in shown
    assert "Barcelona, Poster Spanish" in shown
    said = confirm(client, message)
    assert "5 texts confirmed." in said
    assert "still right" not in said
    adapted = statuses_of(Adaptation.objects.get())
    flyer = status_of(ChannelText.objects.get(form="flyer"), "en")
    states = [states_of(message, ("subject", "body"))["es"], flyer]
    states += [adapted["email"]["es"], adapted["poster"]["es"]]
    assert [(one.state, one.is_asked) for one in states] == [("review", False)] * 4
    assert "No text of yours waits for confirmation." in confirm(client, message)


def test_each_confirms_what_they_write(cast, now, message, as_user):
    message = comma(message, cast, now)
    nuria = asked(message, cast.nuria, cast)
    assert names(nuria.own) == ["Email: es", "Barcelona, Email: es", "Barcelona, Poster: es"]
    assert names(nuria.others) == ["Email: zh-hans", "Flyer: en"]


def test_a_regional_manager_confirms_adaptations_once_the_wording_is_approved(
    cast, now, message, as_user
):
    approve(cast, message, now)
    message = comma(message, cast, now)
    rosa = as_user(cast.rosa)
    assert asked(message, cast.rosa, cast).count == 0
    assert "No text of yours waits for confirmation." in confirm(rosa, message)
    approve(cast, message, now)
    found = asked(message, cast.rosa, cast)
    assert names(found.own) == ["Barcelona, Email: es", "Barcelona, Poster: es"]
    assert names(found.others) == []
    assert "2 texts confirmed." in confirm(rosa, message)
    assert asked(message, cast.rosa, cast).count == 0
    assert asked(message, cast.tom, cast).count == 3


def test_what_another_change_made_stale_is_asked_about_no_more(cast, now, message, as_user):
    message = comma(message, cast, now)
    write_ready(message, "en", SUBJECT, COMMA.replace("5050", "5051"), cast.ines, now)
    message = Message.objects.get(pk=message.pk)
    assert asked(message, cast.tom, cast).count == 0
    assert "No text of yours waits for confirmation." in confirm(as_user(cast.tom), message)


def test_what_lacks_a_number_is_to_be_corrected_first(cast, now, message, as_user):
    Adaptation.objects.update(body_es="Desde el 14 de diciembre. Llama.")
    message = comma(message, cast, now)
    found = asked(message, cast.tom, cast)
    assert names(found.lacking) == ["Barcelona, Email: es"]
    assert "5050" in found.lacking[0].lost
    client = as_user(cast.tom)
    page = reverse("communications:message-show", args=["one-it", message.pk])
    shown = flat(client.get(page).content.decode())
    assert "Confirm all 4 texts" in shown
    assert "Correct these first: Barcelona, Email, Spanish A number is missing" in shown
    said = confirm(client, message)
    assert "4 texts confirmed." in said
    assert "Correct these first: Barcelona, Email, Spanish" in said
    assert names(asked(message, cast.tom, cast).lacking) == ["Barcelona, Email: es"]


def test_a_point_that_was_dropped_is_not_asked_for(cast, now, message):
    adaptation = Adaptation.objects.get()
    drop_points(adaptation, {"One number: 5050": "Their own number"}, cast.nuria, now)
    Adaptation.objects.update(body_es=SPANISH["body"].replace("5050", "extensión"))
    found = asked(comma(message, cast, now), cast.tom, cast)
    assert "Barcelona, Email: es" in names(found.own)


def test_the_email_of_people_without_email_is_not_asked_about(cast, now, message):
    Adaptation.objects.update(has_email=False)
    found = asked(comma(message, cast, now), cast.tom, cast)
    assert "Barcelona, Email: es" not in names(found.own)
    assert "Barcelona, Poster: es" in names(found.own)


@pytest.mark.parametrize("count", [1, 3])
def test_asking_costs_a_fixed_number_of_queries(
    cast, now, message, count, django_assert_num_queries
):
    for number in range(count - 1):
        persona = make_persona(cast, cast.people[:1], f"shift-{number}")
        adapt(cast, message, now, persona=persona, site=cast.barcelona)
    message, scope = comma(message, cast, now), scope_of(cast.tom, cast.programme)
    with django_assert_num_queries(QUERIES):
        asked_for(message, scope)
