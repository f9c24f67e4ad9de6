import re

import pytest

from communications.approvals.services.approval import ask
from communications.messages.services.message import write_ready
from communications.messages.services.refusal import RefusedError
from communications.models import Approval, ChannelText, Message, Notice
from programmes.models import TextState
from programmes.queries.texts import states_of, text_of
from stakeholders.models import Audience, Persona
from tests import factories
from tests.communications.desk.test_message_pages import ROOT, flat, page, typed
from tests.communications.making import TEXTS, approve, make_message, run

FIELDS = ("subject", "body")
TEXTS_TYPED = {"subject": "Your new desk", "body": "It opens."}
QUERIES = 74


def part(answer, name):
    """Return the words of one part of what the editor says while somebody types."""
    found = re.search(rf'id="look-{name}".*?(?=id="look-|\Z)', answer.content.decode(), re.S)
    return flat(f"<{found[0]}")


def test_editor_says_who_gets_it_and_when_while_it_is_typed(cast, as_user):
    data = typed(waves=[cast.wave1.pk], offset_days=None, fixed_on="18 Jan 2027")
    answer = as_user(cast.ines).post(f"{ROOT}new/look/", data)
    assert "Wave 1" in part(answer, "audience")
    assert "3 people" in part(answer, "audience")
    assert "3 people · 18 Jan, 09:00 local" in part(answer, "save")
    assert "Nothing is missing" in part(answer, "missing")
    assert not Message.objects.exists()


def test_editor_says_whom_email_does_not_reach_while_it_is_typed(cast, as_user):
    data, client = typed(offset_days=None, fixed_on="18 Jan 2027"), as_user(cast.ines)
    assert "Email does not reach" not in part(client.post(f"{ROOT}new/look/", data), "without")
    shift = Persona.objects.create(
        programme=cast.programme, slug="shift", name_en="Shift", channels=["briefing"]
    )
    shift.sites.set([cast.barcelona])
    there = cast.barcelona.people.filter(left_on=None).count()
    said = part(client.post(f"{ROOT}new/look/", data), "without")
    assert f"Email does not reach {there} people" in said


def test_editor_says_what_is_missing(cast, as_user):
    data = typed(languages=["fr"])
    answer = as_user(cast.ines).post(f"{ROOT}new/look/", typed(subject="", offset_days=None))
    assert "2 things are missing" in part(answer, "missing")
    assert "The day is missing" in part(answer, "missing")
    unread = as_user(cast.ines).post(f"{ROOT}new/look/", data)
    assert "The audience is not valid" in part(unread, "missing")


def test_an_empty_preview_says_only_what_is_missing(cast, as_user):
    client, url = as_user(cast.ines), f"{ROOT}new/look/"
    empty = client.post(url, typed(subject="", body=""))
    assert "Write a subject and a text to see the email." in part(empty, "mail")
    assert "Write a text to see the email." in part(client.post(url, typed(body="")), "mail")
    unread = client.post(url, typed(languages=["fr"]))
    assert "Choose an audience to see the email." in part(unread, "mail")


def test_editor_tells_how_many_wait_for_their_language(cast, now, as_user):
    message = make_message(cast, now, texts={"en": TEXTS["en"]})
    words = flat(page(as_user(cast.ines), f"{ROOT}{message.pk}/edit/"))
    assert "2 languages are not ready: 6 people read them." in words


def test_preview_is_the_email_of_what_is_typed(cast, now, as_user):
    client, first = as_user(cast.ines), cast.people[0]
    data = typed(body="Dear {{ first_name }}, **new** words", shown_person=first.pk)
    answer = client.post(f"{ROOT}new/draft/", data)
    assert f"Dear {first.first_name}," in answer.content.decode()
    assert "sandbox" in answer["Content-Security-Policy"]
    message = make_message(cast, now)
    spanish = client.post(f"{ROOT}{message.pk}/draft/", data | {"shown_language": "es"})
    assert f"Hola {first.first_name}:" in spanish.content.decode()


def test_preview_shows_nobody_out_of_the_audience(cast, as_user):
    data = typed(body="Dear {{ last_name }}", sites=[cast.shanghai.pk])
    stranger = next(one for one in cast.people if one.site_id == cast.barcelona.pk)
    answer = as_user(cast.ines).post(f"{ROOT}new/draft/", data | {"shown_person": stranger.pk})
    page = answer.content.decode()
    assert "Dear " in page
    assert stranger.last_name not in page


def test_preview_names_nobody_to_a_writer_who_reads_no_records(cast, as_user):
    first = cast.people[0]
    data = typed(body="Dear {{ last_name }}", shown_person=first.pk)
    client = as_user(cast.tom)
    mail = client.post(f"{ROOT}new/draft/", data).content.decode()
    look = client.post(f"{ROOT}new/look/", data).content.decode()
    assert first.last_name not in mail + look
    assert "Dear Taylor" in mail
    assert "shown_person" not in look


def test_saving_with_the_keys_stays_in_the_editor(cast, as_user):
    answer = as_user(cast.ines).post(f"{ROOT}new/", typed(stay="1", shown_language="es"))
    message = Message.objects.get()
    assert answer["Location"] == f"{ROOT}{message.pk}/edit/?shown_language=es"


def test_keys_save_what_is_not_finished_and_say_what_is_still_empty(cast, as_user, now):
    client = as_user(cast.ines)
    answer = client.post(f"{ROOT}new/", typed(stay="1", purpose="", body=""), follow=True)
    message = Message.objects.get()
    assert answer.redirect_chain == [(f"{ROOT}{message.pk}/edit/", 302)]
    assert (message.subject_en, message.purpose, message.body_en) == ("Your new desk", "", "")
    words = flat(answer.content.decode())
    assert "Saved as a draft. Still empty: Text, in English and Purpose." in words
    assert "Fill in “Purpose”" in words
    client.post(f"{ROOT}{message.pk}/later/")
    message.refresh_from_db()
    assert message.offset_days == 0
    again = client.post(f"{ROOT}{message.pk}/edit/", typed(stay="1", purpose=""))
    assert again["Location"] == f"{ROOT}{message.pk}/edit/"
    write_ready(message, "en", **TEXTS_TYPED, user=cast.ines, now=now)
    with pytest.raises(RefusedError, match="Enter the purpose first"):
        ask(message, cast.ines, now)


def test_without_a_day_the_keys_name_what_is_missing_and_lose_nothing(cast, as_user):
    data = typed(stay="1", purpose="", offset_days=None, sites=[cast.barcelona.pk])
    answer = as_user(cast.ines).post(f"{ROOT}new/", data)
    assert not Message.objects.exists()
    form = answer.context["form"]
    assert list(form.errors) == ["offset_days"]
    assert form.open_lines["time"]
    words = answer.content.decode()
    assert '<a href="#id_offset_days">Days from go-live</a>: Enter either days from' in words
    assert "\nYour new desk</textarea>" in words
    assert form["sites"].value() == [str(cast.barcelona.pk)]


def test_the_button_saves_a_whole_message_only(cast, as_user):
    answer = as_user(cast.ines).post(f"{ROOT}new/", typed(purpose="", body=""))
    assert set(answer.context["form"].errors) == {"purpose", "body"}
    assert not Message.objects.exists()


def test_a_new_message_saved_with_the_keys_and_loaded_again_is_made_once(cast, as_user):
    client, data = as_user(cast.ines), typed(stay="1", once="0" * 32)
    first, again = (client.post(f"{ROOT}new/", data) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert Message.objects.count() == 1


@pytest.mark.parametrize("persons", [1, 3])
def test_editor_asks_a_fixed_number_of_queries(
    cast, now, as_user, django_assert_num_queries, persons
):
    client = as_user(cast.ines)
    for _ in range(persons):
        factories.PersonFactory(site=cast.barcelona, language="es")
        message = make_message(cast, now, waves=[cast.wave1])
    page(client, f"{ROOT}{message.pk}/edit/")
    with django_assert_num_queries(QUERIES):
        page(client, f"{ROOT}{message.pk}/edit/")


def test_head_of_a_draft_offers_to_ask_and_of_what_waits_does_not(cast, now, as_user):
    message = make_message(cast, now)
    client = as_user(cast.ines)
    assert "Ask for approval" in page(client, f"{ROOT}{message.pk}/")
    client.post(f"{ROOT}{message.pk}/ask/")
    shown = page(client, f"{ROOT}{message.pk}/")
    assert "Ask for approval" not in shown
    assert "Replace the version in review" not in shown
    Message.objects.filter(pk=message.pk).update(sender="Somebody else")
    shown = page(client, f"{ROOT}{message.pk}/")
    assert "Ask for approval" not in shown
    assert "Replace the version in review" in shown


def test_head_of_a_sent_message_says_when_and_to_how_many(cast, now, as_user, relay):
    message = make_message(cast, now)
    approve(cast, message, now.replace(minute=0))
    run(now)
    shown = page(as_user(cast.ines), f"{ROOT}{message.pk}/")
    assert "Sent 24 Nov to 6 people" in flat(shown)
    Message.objects.filter(pk=message.pk).update(sender="Somebody else")
    assert "Ask for approval" not in page(as_user(cast.ines), f"{ROOT}{message.pk}/")


def test_languages_without_readers_are_folded_and_not_called_missing(cast, now, as_user):
    message = make_message(cast, now)
    shown = page(as_user(cast.ines), f"{ROOT}{message.pk}/")
    languages = shown[shown.index('id="languages"') :].partition("</section>")[0]
    assert "others, no readers" in flat(languages)
    assert "Missing" not in languages


def test_a_button_pressed_twice_makes_one_copy(cast, now, as_user):
    message, client = make_message(cast, now), as_user(cast.ines)
    page = client.get(f"{ROOT}{message.pk}/").content.decode()
    form = page.split(f'action="{ROOT}{message.pk}/copy/"')[1].split("</form>")[0]
    key = re.search(r'name="once" value="([^"]*)"', form)[1]
    first, second = (client.post(f"{ROOT}{message.pk}/copy/", {"once": key}) for _try in range(2))
    assert first["Location"] == second["Location"]
    assert Message.objects.count() == 2


def test_a_copy_is_a_draft_with_audience_time_and_all_texts(cast, now, as_user):
    message = make_message(cast, now, waves=[cast.wave1], employers=["Group"])
    approve(cast, message, now)
    answer = as_user(cast.ines).post(f"{ROOT}{message.pk}/copy/")
    copy = Message.objects.exclude(pk=message.pk).get()
    assert answer["Location"] == f"{ROOT}{copy.pk}/edit/"
    assert copy.audience.rule() == message.audience.rule()
    assert (copy.fixed_on, copy.written_by) == (message.fixed_on, cast.ines)
    assert text_of(copy, "es", FIELDS)["subject"] == TEXTS["es"][0]
    assert states_of(copy, FIELDS)["es"].state == "draft"
    assert not copy.approvals.exists()


def test_a_draft_can_be_deleted_with_all_that_belongs_to_it(cast, now, as_user):
    message = make_message(cast, now, waves=[cast.wave1])
    audience = message.audience_id
    client = as_user(cast.ines)
    assert "Delete draft" in page(client, f"{ROOT}{message.pk}/")
    client.post(f"{ROOT}{message.pk}/delete/")
    assert not Message.objects.exists()
    assert not Audience.objects.filter(pk=audience).exists()
    assert not TextState.objects.filter(object_id=message.pk, language="es").exists()


def test_what_was_ever_in_review_is_not_deleted(cast, now, as_user):
    message = make_message(cast, now)
    client = as_user(cast.ines)
    client.post(f"{ROOT}{message.pk}/ask/")
    Approval.objects.update(state="refused")
    assert "Delete draft" not in page(client, f"{ROOT}{message.pk}/")
    answer = client.post(f"{ROOT}{message.pk}/delete/", follow=True)
    assert "never in review can be deleted" in answer.content.decode()
    assert Message.objects.exists()


def test_the_day_is_the_next_one_and_sites_that_are_past_are_counted(cast, as_user):
    client, url = as_user(cast.ines), f"{ROOT}new/look/"
    late = client.post(url, typed(waves=[cast.wave1.pk], offset_days=None, fixed_on="5 Jan 2021"))
    assert "Too late for 3 people" in part(late, "time")
    data = typed(waves=[cast.wave1.pk], offset_days=None, fixed_on="5 Jan 2100")
    assert "Too late" not in part(client.post(url, data), "time")


def test_a_message_of_the_go_live_day_itself_has_a_day(cast, now, as_user):
    message = make_message(cast, now, offset_days=0, fixed_on=None)
    answer = as_user(cast.ines).get(f"{ROOT}{message.pk}/edit/")
    assert "Choose a day" not in part(answer, "time")
    assert "The day is missing" not in part(answer, "missing")


def test_editor_says_which_channel_lacks_a_key_point(cast, now, as_user):
    message = make_message(cast, now, key_points="Call 4321\nThe desk is open")
    ChannelText.objects.create(message=message, form="chat", body_en="The desk is open.")
    words = part(as_user(cast.ines).get(f"{ROOT}{message.pk}/edit/"), "points")
    assert re.search("Call 4321 .*Chat, not mentioned", words)
    assert re.search("The desk is open .*Chat , mentioned", words)


def test_editor_saves_and_sends_its_writer_a_test(cast, now, as_user):
    message = make_message(cast, now)
    data = typed(subject="Tried", body="Tried before it is asked for", stay="try")
    answer = as_user(cast.ines).post(f"{ROOT}{message.pk}/edit/", data)
    assert answer["Location"] == f"{ROOT}{message.pk}/edit/"
    notice = Notice.objects.get()
    assert (notice.user, notice.text["subject"]) == (cast.ines, "Tried")
