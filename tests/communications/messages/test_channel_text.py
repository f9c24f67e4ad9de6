"""Texts of channels: what they are made from, what approval freezes, and who reads them."""

from datetime import date

import pytest

from communications.adaptations.queries.asked import asked_in
from communications.adaptations.services.confirming import confirm_asked
from communications.approvals.services import approval as approvals
from communications.approvals.services.undoing import undo_decision
from communications.messages.channels.foreign_words import FOREIGN, PHRASES, foreign_words
from communications.messages.channels.lengths import guide, length_of, too_long
from communications.messages.models.content import Content
from communications.messages.queries.channel_text import own_texts, status_of
from communications.messages.queries.content import changes_between
from communications.messages.rendering import texts_for_group
from communications.messages.rendering.proposal import Core, proposed
from communications.messages.services.channel_text import (
    FormFrame,
    approve_channel_texts,
    confirm_channel_text,
    mark_channel_text,
    propose,
    remove_channel_text,
    text_for,
    write_channel_text,
)
from communications.messages.services.copying import copy_message, delete_draft
from communications.messages.services.message import write_ready
from communications.messages.services.refusal import RefusedError
from communications.models import Adaptation, ChannelText, Message
from onelift.exchange.kinds import KINDS
from onelift.exchange.text_kind import Translation
from programmes.models import TextState
from programmes.queries.texts import SOURCE_LANGUAGE, text_of
from tests.communications.making import approve, make_message

pytestmark = pytest.mark.django_db

POSTER = {"headline": "Help until 22:00", "first": "Call 5050"}
SPANISH = {"headline": "Ayuda hasta las 22:00", "first": "Llama al 5050"}


@pytest.fixture
def message(cast, now):
    return make_message(cast, now)


def write(message, form, values, cast, now, language="en", **more) -> ChannelText:
    """Write a text and call it ready."""
    text = text_for(Message.objects.get(pk=message.pk), form, cast.tom, now)
    write_channel_text(text, language, values, cast.tom, now, **more)
    mark_channel_text(text, language, cast.tom, now)
    return text


def state(text, language="en") -> str:
    fresh = ChannelText.objects.select_related("message").get(pk=text.pk)
    return status_of(fresh, language).state


def test_a_text_is_stale_when_the_english_it_was_made_from_has_changed(cast, message, now):
    text = write(message, "poster", POSTER, cast, now)
    write(message, "poster", SPANISH, cast, now, "es")
    assert (state(text), state(text, "es")) == ("review", "review")
    write_ready(message, "en", "Another desk", "It has moved.", cast.ines, now)
    assert (state(text), state(text, "es")) == ("stale", "stale")
    with pytest.raises(RefusedError):
        mark_channel_text(ChannelText.objects.get(), "en", cast.tom, now)
    assert approvals.content_of(message).forms == {}
    confirm_channel_text(ChannelText.objects.get(), "en", cast.tom, now)
    assert (state(text), state(text, "es")) == ("review", "review")


def in_again(cast, message, now):
    return approvals.ask(Message.objects.get(pk=message.pk), cast.ines, now).authors


def test_who_says_that_a_text_is_still_right_does_not_approve_it(cast, message, now):
    text = write(message, "poster", POSTER, cast, now)
    approve(cast, message, now)
    write_ready(message, "en", "Another desk", "It has moved.", cast.ines, now)
    confirm_channel_text(ChannelText.objects.get(), "en", cast.nuria, now)
    assert state(text) == "approved"
    assert cast.nuria.pk in in_again(cast, message, now)


def test_who_confirms_an_approved_email_does_not_approve_it(cast, message, now):
    approve(cast, message, now)
    comma = "Hello {{ first_name }},\n\nthe desk is open at {{ site }}."
    write_ready(message, "en", "Your new service desk", comma, cast.ines, now)
    message = Message.objects.get(pk=message.pk)
    asked = asked_in(message, Adaptation.objects.none())
    assert "es" in [one.language for one in confirm_asked(message, asked, cast.nuria, now)]
    assert cast.nuria.pk in in_again(cast, message, now)


@pytest.mark.parametrize("act", ["days", "remove"])
def test_who_chooses_the_days_of_a_form_or_removes_it_does_not_approve_that(
    cast, message, now, act
):
    text = write(message, "poster", POSTER, cast, now)
    approve(cast, message, now)
    if act == "days":
        until = FormFrame(until_on=date(2027, 1, 31))
        write_channel_text(text, "en", POSTER, cast.nuria, now, frame=until)
    else:
        remove_channel_text(text, cast.nuria, now)
    assert cast.nuria.pk in in_again(cast, message, now)


def test_who_approved_a_text_has_no_hand_in_the_next_version(cast, message, now):
    write(message, "poster", POSTER, cast, now)
    approve(cast, message, now)
    write_ready(message, "en", "Another desk", "It has moved.", cast.ines, now)
    assert cast.claire.pk not in in_again(cast, message, now)


def test_wording_of_the_email_or_of_the_form_leaves_its_texts_standing(cast, message, now):
    text = write(message, "poster", POSTER, cast, now)
    write(message, "poster", SPANISH, cast, now, "es")
    english = text_of(message, "en", ("subject", "body"))
    body = english["body"].replace("Hello", "Dear")
    assert body != english["body"]
    write_ready(message, "en", english["subject"], body, cast.ines, now)
    assert (state(text), state(text, "es")) == ("review", "review")
    write(message, "poster", POSTER | {"headline": "Get help until 22:00"}, cast, now)
    shown = status_of(ChannelText.objects.select_related("message").get(), "es")
    assert (shown.state, shown.is_asked) == ("review", True)
    write(message, "poster", POSTER | {"headline": "Get help until 21:00"}, cast, now)
    assert state(text, "es") == "stale"


def test_a_text_that_is_written_while_its_version_is_approved_stays_a_draft(cast, message, now):
    text = write(message, "poster", POSTER, cast, now)
    frozen = approvals.ask(message, cast.ines, now).frozen.forms
    read = list(own_texts(message))
    write_channel_text(text, "en", {**POSTER, "first": "Call 6060"}, cast.tom, now)
    approve_channel_texts(read, frozen, cast.claire, now)
    assert state(text) == "draft"


def test_an_approval_freezes_the_texts_that_are_ready_with_their_days(cast, message, now):
    frame = FormFrame(date(2026, 12, 11), date(2027, 1, 31), 6)
    text = write(message, "poster", POSTER, cast, now, frame=frame)
    write(message, "poster", SPANISH, cast, now, "es")
    chat = text_for(message, "chat", cast.tom, now)
    write_channel_text(chat, "en", {"body": "a draft"}, cast.tom, now)
    given = approve(cast, message, now)
    assert list(given.frozen.forms) == ["poster"]
    poster = given.frozen.forms["poster"]
    assert set(poster.texts) == {"en", "es"}
    assert (poster.from_on, poster.until_on, poster.copies) == (
        date(2026, 12, 11),
        date(2027, 1, 31),
        6,
    )
    assert given.frozen.forms_named == [("Poster", ["en", "es"])]
    assert (state(text), state(text, "es")) == ("approved", "approved")
    assert cast.tom.pk in given.writers


def test_the_fingerprint_of_a_message_without_such_texts_stays(cast, message):
    stored = approvals.content_of(message).to_json()
    assert "forms" not in stored
    assert Content.from_json(stored).to_json() == stored


def test_what_was_frozen_comes_back_as_it_was(cast, message, now):
    write(message, "poster", POSTER, cast, now, frame=FormFrame(date(2026, 12, 11)))
    content = approvals.content_of(message)
    assert Content.from_json(content.to_json()) == content


def test_a_version_names_the_channels_and_languages_that_differ(cast, message, now):
    write(message, "poster", POSTER, cast, now)
    first = approve(cast, message, now).frozen
    write(message, "poster", {**POSTER, "headline": "Help until 23:00"}, cast, now)
    write(message, "chat", {"body": "Hello"}, cast, now, "es")
    second = approvals.content_of(message)
    assert changes_between(first, second).forms == [("Chat", ["es"]), ("Poster", ["en"])]
    assert first.fingerprint != second.fingerprint


def test_an_undone_decision_puts_texts_of_channels_back_in_review(cast, message, now):
    text = write(message, "poster", POSTER, cast, now)
    given = approve(cast, message, now)
    undo_decision(given, cast.claire, now)
    assert state(text) == "review"


def test_a_group_reads_its_own_text_in_each_language_else_the_email(cast, message, now):
    write(message, "chat", {"body": "Short"}, cast, now)
    write(message, "post", {"headline": "A title", "body": "Longer"}, cast, now)
    content = approvals.content_of(message)
    in_chat = texts_for_group(content, "teams")
    assert in_chat["en"] == {"subject": "Your new service desk", "body": "Short"}
    assert in_chat["es"]["subject"] == "Tu nuevo centro"
    assert texts_for_group(content, "feed")["en"] == {"subject": "A title", "body": "Longer"}


def test_only_the_fields_of_its_form_are_written(cast, message, now):
    text = text_for(message, "chat", cast.tom, now)
    with pytest.raises(ValueError, match="headline"):
        write_channel_text(text, "en", {"headline": "No"}, cast.tom, now)


def test_a_proposal_is_refused_over_words_that_are_there(cast, message, now):
    write(message, "chat", {"body": "Mine"}, cast, now)
    with pytest.raises(RefusedError):
        propose(message, "chat", cast.tom, now)
    assert ChannelText.objects.get().body_en == "Mine"


def test_a_proposal_shortens_nothing_and_names_what_it_leaves_out():
    long = "A point that is far longer than a field of the poster can hold, " * 5
    core = Core(
        "Help", "Hello {{ first_name }},\n\nWe are there.", f"One\nTwo\nThree\nFour\n{long}"
    )
    poster = proposed("poster", core, "en")
    assert poster.fields == {"headline": "Help", "first": "One", "second": "Two", "third": "Three"}
    assert poster.left_out == ("Four", long.strip(), "We are there.")
    chat = proposed("chat", core, "en")
    assert "{{ first_name }}" not in chat.fields["body"]


def test_a_copy_has_the_texts_as_drafts_and_a_deleted_draft_leaves_none(cast, message, now):
    write(message, "poster", POSTER, cast, now)
    made = copy_message(message, cast.ines, now)
    copied = made.channel_texts.get()
    assert (copied.headline_en, state(copied)) == ("Help until 22:00", "draft")
    delete_draft(made)
    assert ChannelText.objects.count() == 1
    assert TextState.objects.filter(content_type__model="channeltext").count() == 1


def test_texts_of_channels_leave_for_translators_with_the_fields_of_their_form(cast, message, now):
    write(message, "chat", {"body": "Hello"}, cast, now)
    kind = KINDS["channel"]
    text = kind.objects([cast.programme]).get()
    found = kind.statuses([text], [SOURCE_LANGUAGE, "es"])[text.pk]
    assert dict(found["en"].text) == {"body": "Hello"}
    new = Translation("es", {"body": "Hola"}, "review", found["es"].fingerprint)
    kind.write(text, new, cast.nuria, now)
    assert state(text, "es") == "review"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The number is on the posters at your site"),
        ("fr", "Le numéro est sur les affiches de votre site"),
        ("de", "Die Nummer steht auf den Plakaten"),
        ("es", "El número está en los carteles"),
        ("it", "Il numero è sui manifesti"),
        ("pl", "Numer jest na plakatach"),
        ("pt-br", "O número está nos cartazes"),
        ("ru", "Номер указан на плакатах"),
        ("zh-hans", "号码在海报上"),
        ("ja", "番号はポスターにあります"),
        ("ko", "번호는 포스터에 있습니다"),
        ("ar", "الرقم على الملصقات"),
    ],
)
def test_a_poster_that_names_the_posters_is_noticed_in_each_language(language, text):
    assert [hint.kind for hint in foreign_words("poster", language, {"first": text})] == ["poster"]
    assert foreign_words("chat", language, {"body": text}) == []


def test_each_language_has_words_for_each_kind_of_hint():
    kinds = {kind for found in FOREIGN.values() for kind in found}
    assert all(phrases.keys() == kinds for phrases in PHRASES.values())
    assert len(PHRASES) == 12


def test_a_guide_is_shorter_where_signs_are_wide():
    assert guide("poster", "headline", "fr") == 36
    assert guide("poster", "headline", "ja") == 18
    assert guide("poster", "spot", "fr") is None
    assert length_of("e\u0301te\u0301\n") == 3
    assert too_long("poster", "en", {"headline": "x" * 37, "first": "x" * 60}) == ["headline"]


def test_a_poster_s_proposal_names_all_that_it_does_not_say():
    body = (
        "# Good to know\n\nYour number is {{ last_name }}.\n\nOne desk helps you.\n\n"
        "- Call 5050\n\n[See more](https://one.example/me)"
    )
    poster = proposed("poster", Core("Your desk", body), "en")
    assert poster.fields == {"headline": "Your desk", "first": "Call 5050", "action": "See more"}
    assert poster.left_out == (
        "Your number is {{ last_name }}.",
        "Good to know",
        "One desk helps you.",
        "See more: https://one.example/me",
    )
