"""The page of a channel's text: proposed, written, looked at, warned of, and what is asked for."""

import pytest
from django.urls import reverse

from communications.messages.queries.channel_text import own_texts, status_of
from communications.messages.services.message import write_ready
from communications.models import ChannelText
from programmes.models import TextState
from tests.communications.making import make_message

pytestmark = pytest.mark.django_db

TEXTS = {
    "en": (
        "Your service desk answers until 22:00",
        "Hello {{ first_name }},\n\nfrom Monday the desk opens at {{ site }}.\n\n"
        "- Call 5050\n- Open the chat\n- Ask your team\n- Write a mail\n\n"
        "[See what changes](https://one.example/me)",
    ),
    "es": ("El centro atiende hasta las 22:00", "Hola:\n\nabre el lunes."),
}
POSTER = {"headline": "Help until 22:00", "first": "Call 5050", "action": "Keep the label"}


@pytest.fixture
def message(cast, now):
    return make_message(cast, now, texts=TEXTS)


def url(cast, message, form="poster", language="en", act="edit"):
    names = {"form": form} if act in ("propose", "remove") else {"form": form, "language": language}
    route = f"communications:channel-text-{act}"
    return reverse(route, kwargs={"programme": cast.programme.slug, "pk": message.pk, **names})


def signed_in(client, user):
    client.force_login(user)
    return client


def test_an_empty_poster_is_proposed_from_the_email_and_is_a_draft_until_it_is_saved(
    client, cast, message, now
):
    signed_in(client, cast.tom)
    page = client.get(reverse("communications:message-edit", args=["one-it", message.pk]))
    assert "Empty" in page.content.decode()
    shown = client.post(url(cast, message, act="propose"), follow=True)
    text = own_texts(message).get(form="poster")
    assert (text.headline_en, text.first_en, text.third_en) == (
        "Your service desk answers until 22:00",
        "Call 5050",
        "Ask your team",
    )
    assert text.action_en == "See what changes"
    assert text.is_proposed
    assert status_of(text, "en").state == "draft"
    words = shown.content.decode()
    assert "Proposed from the email. It is a draft until you save it." in words
    assert "Write a mail" in words, "what has no field is said"
    client.post(url(cast, message), {"headline": text.headline_en, "first": "Call 5050"})
    text.refresh_from_db()
    assert not text.is_proposed


def test_a_text_that_is_ready_is_marked_and_its_page_says_how_long_it_is(client, cast, message):
    signed_in(client, cast.tom)
    answer = client.post(url(cast, message, act="ready"), POSTER, follow=True)
    text = own_texts(message).get(form="poster")
    assert status_of(text, "en").state == TextState.State.REVIEW
    words = answer.content.decode()
    assert "16 of 36" in words
    assert "Fits its page" in words


def test_what_is_too_long_is_said_and_kept_whole(client, cast, message):
    signed_in(client, cast.tom)
    long = "The service desk of all sites answers until 22:00 in the night"
    words = client.post(url(cast, message), {"headline": long}, follow=True).content.decode()
    assert "Headline: longer than the guide. Nothing is cut." in words
    assert own_texts(message).get().headline_en == long


@pytest.mark.parametrize(
    ("form", "language", "field", "words"),
    [
        ("poster", "en", "first", "The number is on the posters at your site"),
        ("poster", "en", "action", "Reply to this email"),
        ("flyer", "en", "first", "Click here to see more"),
        ("poster", "es", "first", "Haz clic aquí"),
    ],
)
def test_words_of_another_channel_are_warned_of_and_hold_nothing_up(
    client, cast, message, form, language, field, words
):
    signed_in(client, cast.tom)
    typed = {"headline": "Help", field: words}
    page = client.post(url(cast, message, form, language, "ready"), typed, follow=True)
    assert len(page.context["hints"]) == 1
    assert page.context["hints"][0].field == field
    assert getattr(own_texts(message).get(), f"{field}_{language}") == words


def test_a_placeholder_that_the_channel_cannot_fill_is_refused_and_the_words_are_kept(
    client, cast, message
):
    signed_in(client, cast.tom)
    page = client.post(url(cast, message, "chat"), {"body": "Hello {{ first_name }}"})
    assert "has no value on this channel" in page.content.decode()
    assert "Hello {{ first_name }}" in page.content.decode()
    assert not ChannelText.objects.exists()


def test_nothing_is_ready_without_its_headline(client, cast, message):
    signed_in(client, cast.tom)
    page = client.post(url(cast, message, act="ready"), {"first": "Call"})
    assert "Write the headline and the text first." in page.content.decode()


def test_a_translator_writes_their_language_and_is_shown_the_english(client, cast, message):
    signed_in(client, cast.tom)
    client.post(url(cast, message, act="ready"), POSTER)
    signed_in(client, cast.nuria)
    assert "Help until 22:00" in client.get(url(cast, message, language="es")).content.decode()
    client.post(url(cast, message, language="es", act="ready"), {"headline": "Ayuda"})
    assert status_of(own_texts(message).get(), "es").state == TextState.State.DRAFT
    whole = {"headline": "Ayuda hasta las 22:00", "first": "Llame al 5050"}
    client.post(url(cast, message, language="es", act="ready"), whole)
    text = own_texts(message).get()
    assert status_of(text, "es").state == TextState.State.REVIEW
    signed_in(client, cast.tom)
    client.post(url(cast, message), {**POSTER, "headline": "Help until 23:00"})
    assert status_of(own_texts(message).get(), "es").state == "stale"


def test_two_at_once_see_both_texts(client, cast, message):
    signed_in(client, cast.tom)
    client.post(url(cast, message), POSTER)
    page = client.get(url(cast, message))
    seen = page.context["form"].initial["text_seen"]
    client.post(url(cast, message), {**POSTER, "headline": "Theirs", "text_seen": seen})
    page = client.post(url(cast, message), {**POSTER, "headline": "Mine", "text_seen": seen})
    assert "Theirs" in page.content.decode()
    assert "Mine" in page.content.decode()
    assert own_texts(message).get().headline_en == "Theirs"


def test_the_poster_is_shown_as_it_will_hang_and_given_in_two_sizes(client, cast, message):
    signed_in(client, cast.tom)
    client.post(url(cast, message), POSTER)
    page = client.get(url(cast, message)).content.decode()
    assert url(cast, message, act="picture") in page
    picture = client.get(url(cast, message, act="picture"))
    assert picture.content.startswith(b"\x89PNG")
    sizes = []
    for size in ("a3", "a4"):
        made = client.get(url(cast, message, act="file"), {"size": size})
        assert made.content.startswith(b"%PDF")
        sizes.append(made.content)
    assert sizes[0] != sizes[1]


def test_a_page_that_cannot_hold_its_text_says_so_and_is_shown(client, cast, message):
    signed_in(client, cast.tom)
    long = dict.fromkeys(("first", "second", "third"), "宽" * 200) | {"headline": "宽" * 160}
    page = client.post(url(cast, message, language="zh-hans"), long, follow=True)
    assert page.context["unfit"]
    picture = client.get(url(cast, message, language="zh-hans", act="picture"))
    assert picture.content.startswith(b"\x89PNG")


def test_a_text_can_be_removed(client, cast, message):
    signed_in(client, cast.tom)
    client.post(url(cast, message), POSTER)
    client.post(url(cast, message, act="remove"))
    assert not ChannelText.objects.exists()
    assert not TextState.objects.filter(content_type__model="channeltext").exists()


def test_english_that_was_not_seen_is_not_confirmed(client, cast, message):
    signed_in(client, cast.tom)
    client.post(url(cast, message, act="ready"), POSTER)
    spanish = {"headline": "Ayuda hasta las 22:00", "first": "Llama al 5050", "action": "Guarda"}
    client.post(url(cast, message, language="es", act="ready"), spanish)
    client.post(url(cast, message, act="ready"), POSTER | {"action": "Call on Monday"})
    page = client.get(url(cast, message, language="es"))
    form = page.context["form"]
    seen = {name: form[name].value() for name in ("text_seen", "source_seen")}
    assert page.content.decode().count(seen["source_seen"]) == 2
    client.post(url(cast, message, act="ready"), POSTER | {"action": "Call on Tuesday"})
    there = url(cast, message, language="es", act="confirm")
    shown = client.post(there, seen, follow=True).content.decode()
    assert "The text has changed since you opened it." in shown
    assert status_of(own_texts(message).get(), "es").state == "stale"


def test_a_translation_leaves_the_english_a_proposal(client, cast, message):
    signed_in(client, cast.tom)
    client.post(url(cast, message, act="propose"))
    client.post(url(cast, message, language="es"), {"headline": "Ayuda hasta las 22:00"})
    assert own_texts(message).get().is_proposed


def test_a_translator_waits_for_the_english_of_the_channel(client, cast, message, now):
    signed_in(client, cast.tom)
    client.post(url(cast, message, act="ready"), POSTER)
    spanish = {"headline": "Ayuda hasta las 22:00", "first": "Llama al 5050", "action": "Guarda"}
    client.post(url(cast, message, language="es", act="ready"), spanish)
    write_ready(message, "en", "Another desk", "It has moved.", cast.ines, now)
    page = client.get(url(cast, message, language="es")).content.decode()
    assert "The English of this channel is out of date." in page
    assert "No change needed" not in page
    for act in ("confirm", "ready"):
        said = client.post(url(cast, message, language="es", act=act), spanish, follow=True)
        assert "The English of this channel is out of date." in said.content.decode()
    assert "No change needed" in client.get(url(cast, message)).content.decode()
    client.post(url(cast, message, act="confirm"))
    assert status_of(own_texts(message).get(), "es").state == "review"
