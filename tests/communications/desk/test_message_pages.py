import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from communications.approvals.services.approval import ask
from communications.desk.queries.message import message_rows
from communications.messages.services.message import MessageData, change_message
from communications.models import Message
from feedback.services.survey import SurveyData, SurveyTexts, create_survey
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.models import Programme, fingerprint
from programmes.queries.texts import states_of, text_of
from programmes.scope import EVERYTHING
from programmes.services.texts import write_text
from tests import factories
from tests.communications.making import TEXTS, approve, make_message, run

ROOT = "/p/one-it/messages/"
FIELDS = ("subject", "body")


def typed(**changes):
    """Return what the form posts of a new message."""
    values = {
        "purpose": "People know the desk",
        "key_points": "One number\nOne chat",
        "level": "tactical",
        "sender": "One IT",
        "offset_days": "-7",
        "local_time": "09:00",
        "subject": "Your new desk",
        "body": "Hello {{ first_name }},\n\nit opens.",
    }
    return {k: v for k, v in (values | changes).items() if v is not None}


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def flat(text):
    """Return the words of a page, without tags and line breaks."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_list_shows_state_people_languages_and_first_moment(cast, as_user):
    now = database_now()
    day = {"fixed_on": now.date() - timedelta(days=1)}
    make_message(cast, now, texts={"en": ("Draft one", "Hello")}, waves=[cast.wave2], **day)
    approve(cast, make_message(cast, now, sites=[cast.barcelona], **day), now)
    words = flat(page(as_user(cast.ines), ROOT))
    assert "Draft one" in words
    assert "Wave 2" in words
    assert "0 of 1 languages" in words
    assert "1 of 1 languages" in words
    assert f"{formats.day(day['fixed_on'])}, 00:01" in words
    assert "1 of 2 open messages is late" in words


def test_list_narrows_by_state_level_and_wave(cast, now, as_user):
    make_message(cast, now, texts={"en": ("Low", "x")}, level="operational", waves=[cast.wave1])
    make_message(cast, now, texts={"en": ("Strategy", "x")}, level="strategic", waves=[cast.wave2])
    client = as_user(cast.ines)
    assert "Strategy" not in page(client, f"{ROOT}?level=operational")
    assert "Low" not in page(client, f"{ROOT}?wave={cast.wave2.pk}")
    assert "Low" in page(client, f"{ROOT}?wave={cast.wave1.pk}&state=draft")
    assert "No messages match" in page(client, f"{ROOT}?state=sent")


def test_the_title_is_that_of_the_list_shown(cast, now, as_user):
    for wave in (cast.wave1, cast.wave2):
        later = now.date() + timedelta(days=30)
        ask(make_message(cast, now, waves=[wave], fixed_on=later), cast.ines, now)
    client = as_user(cast.ines)
    assert "2 messages are waiting for the CIO" in page(client, ROOT)
    chosen = flat(page(client, f"{ROOT}?wave={cast.wave1.pk}&state=waiting"))
    assert "1 message is waiting for the CIO" in chosen
    assert "1 message, 1 not yet sent" in chosen


def test_list_shows_sending_and_sent(cast, now, as_user, relay):
    message = make_message(cast, now - timedelta(hours=1))
    approve(cast, message, now - timedelta(minutes=30))
    run(now)
    words = flat(page(as_user(cast.ines), ROOT))
    assert "All messages are sent" in words
    assert len(relay.accepts) == 6


def test_a_message_between_two_sendings_is_scheduled_for_the_next_day(cast, now, as_user, relay):
    message = make_message(cast, now, fixed_on=None, offset_days=15)
    approve(cast, message, now)
    later = now + timedelta(hours=1)
    run(later)
    scope = replace(EVERYTHING, programme=cast.programme.pk)
    [row] = message_rows(cast.programme, scope, later)
    assert (row.state, row.waves_sent, row.waves_due) == ("scheduled", 1, 2)
    assert row.next_on == date(2027, 2, 2)
    words = flat(render_to_string("communications/_message_state.html", {"row": row}))
    assert "Scheduled, next 2 Feb" in words
    assert "1 of 2 waves sent" in words
    client = as_user(cast.ines)
    assert "Scheduled, next 2 Feb" in flat(page(client, f"{ROOT}?state=scheduled"))
    head = flat(page(client, f"{ROOT}{message.pk}/"))
    assert "Next 2 Feb, sent to 3 people since 24 Nov" in head
    assert "Sending" not in head


def test_a_message_whose_mails_wait_is_sending(cast, now, relay):
    approve(cast, make_message(cast, now, fixed_on=None, offset_days=15), now)
    relay.refuse()
    later = now + timedelta(hours=1)
    run(later)
    [row] = message_rows(cast.programme, replace(EVERYTHING, programme=cast.programme.pk), later)
    assert (row.state, row.next_on) == ("sending", None)
    words = render_to_string("communications/_message_state.html", {"row": row})
    assert "0 of 2 waves sent" in flat(words)


def test_a_message_of_one_day_has_no_waves_to_count(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    later = now + timedelta(hours=1)
    run(later)
    [row] = message_rows(cast.programme, replace(EVERYTHING, programme=cast.programme.pk), later)
    assert (row.waves_sent, row.waves_due) == (0, 0)


def test_list_asks_the_same_number_of_queries_for_one_and_three(
    cast, now, as_user, django_assert_num_queries
):
    client = as_user(cast.ines)
    approve(cast, make_message(cast, now), now)
    page(client, ROOT)
    with CaptureQueriesContext(connection) as one:
        page(client, ROOT)
    for _ in range(2):
        approve(cast, make_message(cast, now, sites=[cast.shanghai]), now)
    with django_assert_num_queries(len(one)):
        page(client, ROOT)
    assert len(one) <= 23


def test_regional_manager_sees_approved_messages_and_people_of_the_own_region(cast, now, as_user):
    make_message(cast, now, texts={"en": ("Not approved", "x")})
    approve(cast, make_message(cast, now, texts={"en": ("For all", "x")}), now)
    approve(
        cast,
        make_message(cast, now, texts={"en": ("For China", "x")}, sites=[cast.shanghai]),
        now,
    )
    words = flat(page(as_user(cast.rosa), ROOT))
    assert "For all" in words
    assert "Not approved" not in words
    assert "For China" not in words
    assert re.search(r"languages 3\b", words)


def test_region_reads_approved_titles_in_its_own_language(cast, as_user, now):
    approve(cast, make_message(cast, now, {**TEXTS, "fr": ("Un seul numéro", "Bonjour")}), now)
    assert "Your new service desk" in page(as_user(cast.rosa), ROOT)
    cast.rosa.language = "fr"
    cast.rosa.save()
    assert "Un seul numéro" in page(as_user(cast.rosa), ROOT)


def test_regional_manager_sees_the_approved_text_not_the_next_draft(cast, now, as_user):
    message = make_message(cast, now)
    approve(cast, message, now)
    write_text(message, "en", {"subject": "Secret", "body": "Secret"}, cast.ines, now)
    client = as_user(cast.rosa)
    for path in (ROOT, f"{ROOT}{message.pk}/", f"{ROOT}{message.pk}/en/preview/"):
        assert "Secret" not in page(client, path)
    assert "Your new service desk" in page(client, f"{ROOT}{message.pk}/")


def test_form_makes_a_message_and_says_how_many_it_is_for(cast, as_user):
    client = as_user(cast.ines)
    answer = client.post(f"{ROOT}new/", typed(waves=[cast.wave1.pk]), follow=True)
    message = Message.objects.get()
    assert answer.redirect_chain[-1][0] == f"{ROOT}{message.pk}/"
    assert "3 people get it." in answer.content.decode()
    assert list(message.audience.waves.all()) == [cast.wave1]
    assert message.offset_days == -7
    assert text_of(message, "en", FIELDS)["subject"] == "Your new desk"
    assert message.written_by == cast.ines


def test_form_takes_sites_business_lines_employers_and_a_date(cast, as_user):
    line = factories.BusinessLineFactory()
    factories.PersonFactory(site=cast.barcelona, employer="Norstrand", business_line=line)
    data = typed(
        offset_days=None,
        fixed_on="18 Jan 2027",
        sites=[cast.barcelona.pk],
        business_lines=[line.pk],
        employers=["Norstrand"],
        latest_hours="24",
        is_urgent="on",
    )
    as_user(cast.ines).post(f"{ROOT}new/", data)
    message = Message.objects.get()
    assert str(message.fixed_on) == "2027-01-18"
    assert message.audience.people().count() == 1
    assert message.is_urgent


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": "Hi {{ boss }}"}, "{{ boss }} is not a placeholder"),
        ({"body": "**a " * 20_000}, "Shorten it to at most 20,000."),
        ({"body": "Hi {{ boss }}"}, "{{ first_name }}, {{ last_name }}"),
        ({"body": "[x](javascript:alert)"}, "An email cannot link to javascript:alert"),
        ({"subject": "{% load x %}"}, "is not a placeholder"),
        ({"offset_days": None}, "Enter either days from go-live or one date."),
        ({"fixed_on": "18 Jan 2027"}, "Enter either days from go-live or one date."),
        ({"fixed_on": "31 Feb", "offset_days": None}, "This date does not exist."),
    ],
)
def test_form_refuses_and_keeps_what_was_typed(cast, as_user, changes, sentence):
    answer = as_user(cast.ines).post(f"{ROOT}new/", typed(purpose="My purpose", **changes))
    assert sentence in answer.content.decode()
    assert "My purpose" in answer.content.decode()
    assert not Message.objects.exists()


def test_edit_begins_with_what_is_there_and_saves_it_unchanged(cast, now, as_user):
    message = make_message(cast, now, waves=[cast.wave1], employers=["Group"])
    client = as_user(cast.ines)
    form = client.get(f"{ROOT}{message.pk}/edit/").context["form"]
    data = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    data |= {"sites": [], "business_lines": [], "is_urgent": "on"}
    answer = client.post(f"{ROOT}{message.pk}/edit/", data)
    assert answer.status_code == 302
    before = message.audience.rule()
    message = Message.objects.get(pk=message.pk)
    assert message.audience.rule() == before
    assert states_of(message, FIELDS)["es"].state == "review"


def test_the_two_signs_that_a_browser_sends_for_a_line_change_nothing(cast, as_user):
    client = as_user(cast.ines)
    client.post(f"{ROOT}new/", typed(key_points="One number\r\nOne chat", purpose="One\r\ntwo"))
    made = Message.objects.get()
    assert (made.key_points, made.purpose) == ("One number\nOne chat", "One\ntwo")


def test_edit_shows_both_texts_when_somebody_was_faster(cast, now, as_user):
    message = make_message(cast, now)
    seen = fingerprint(text_of(message, "en", FIELDS))
    write_text(message, "en", {"subject": "Theirs", "body": "Theirs"}, cast.claire, now)
    answer = as_user(cast.ines).post(
        f"{ROOT}{message.pk}/edit/", typed(subject="Mine", text_seen=seen)
    )
    words = answer.content.decode()
    assert "Theirs" in words
    assert "Mine" in words
    assert f"{cast.claire} has changed this text" in words
    message.refresh_from_db()
    assert text_of(message, "en", FIELDS)["subject"] == "Theirs"
    assert message.offset_days is None


def test_workspace_counts_readers_states_and_fallbacks(cast, now, as_user):
    factories.PersonFactory(site=cast.barcelona, language="fr")
    message = make_message(cast, now)
    words = flat(page(as_user(cast.ines), f"{ROOT}{message.pk}/"))
    assert "6 of 7 people get it in their language" in words
    assert "1 reader of French gets English" in words
    assert "Spanish: 3 people" in words
    assert re.search(r"French 1 Missing readers get English", words)
    assert "also outside working hours" in words


def test_count_of_people_opens_a_list_that_adds_up_to_it(cast, now, as_user):
    message = make_message(cast, now, waves=[cast.wave1])
    version = approve(cast, message, now)
    change_message(message, MessageData(purpose="x", sender="y", offset_days=3), now)
    for user, query, count in [
        (cast.ines, f"audience={message.audience_id}", 6),
        (cast.rosa, f"version={version.pk}", 3),
    ]:
        client = as_user(user)
        link = re.search(
            rf'"([^"]*people/\?{query})"\s+data-count="{count}">{count} people',
            page(client, f"{ROOT}{message.pk}/"),
        )
        assert f"{count} people" in flat(page(client, link[1]))


def test_workspace_says_what_has_changed_since_the_approved_version(cast, now, as_user):
    message = make_message(cast, now)
    approve(cast, message, now)
    change_message(message, MessageData(purpose="x", sender="Somebody else", offset_days=3), now)
    write_text(message, "es", {"subject": "Otro", "body": "Otro"}, cast.ines, now)
    words = flat(page(as_user(cast.ines), f"{ROOT}{message.pk}/"))
    assert "Since version 1, which is approved" in words
    assert "Changed: Purpose · Sender" in words
    assert "Languages removed: Spanish" in words


def test_workspace_has_the_people_of_the_reader_in_the_preview(cast, now, as_user):
    message = make_message(cast, now)
    approve(cast, message, now)
    client = as_user(cast.rosa)
    words = page(client, f"{ROOT}{message.pk}/?language=zh-hans")
    assert cast.people[0].first_name in page(client, f"{ROOT}{message.pk}/es/preview/?format=text")
    mail = page(client, f"{ROOT}{message.pk}/zh-hans/preview/?format=text")
    for person in cast.people[3:]:
        assert person.last_name not in words
        assert person.first_name not in mail
        wished = f"{ROOT}{message.pk}/es/preview/?format=text&person={person.pk}"
        assert person.first_name not in page(client, wished)


def test_preview_is_the_mail_of_a_reader_of_that_language(cast, now, as_user):
    message = make_message(cast, now)
    answer = as_user(cast.ines).get(f"{ROOT}{message.pk}/es/preview/")
    first = cast.people[0]
    assert f"Hola {first.first_name}:" in answer.content.decode()
    assert "el centro abre en Barcelona." in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert {"sandbox", "default-src 'none'", "style-src 'unsafe-inline'"} <= set(policy.split("; "))
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    text = as_user(cast.ines).get(f"{ROOT}{message.pk}/es/preview/?format=text")
    assert text["Content-Type"].startswith("text/plain")
    assert f"Hola {first.first_name}:" in text.content.decode()


def test_preview_shows_a_logo_as_what_it_is(cast, now, as_user, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cast.programme.logo.save("logo.jpg", ContentFile(b"\xff\xd8\xff\xe0 pixels"))
    message = make_message(cast, now)
    answer = page(as_user(cast.ines), f"{ROOT}{message.pk}/es/preview/")
    assert "data:image/jpeg;base64,/9j/" in answer


def test_preview_names_nobody_to_who_reads_no_records(cast, now, as_user):
    message = make_message(cast, now)
    approve(cast, message, now)
    for user in (cast.claire, cast.tom, cast.nuria):
        mail = page(as_user(user), f"{ROOT}{message.pk}/es/preview/?format=text")
        assert "Hola Alex:" in mail
        assert "el centro abre en Barcelona" in mail


def test_preview_of_a_language_without_text_is_not_there(cast, now, as_user):
    message = make_message(cast, now)
    client = as_user(cast.ines)
    assert client.get(f"{ROOT}{message.pk}/ja/preview/").status_code == 404
    assert client.get(f"{ROOT}{message.pk}/xx/").status_code == 404


def test_values_of_people_are_escaped_in_preview_and_workspace(cast, now, as_user):
    person = cast.people[0]
    person.first_name = "<script>{{ site }}"
    person.save()
    message = make_message(cast, now)
    for path in (f"{ROOT}{message.pk}/es/preview/", f"{ROOT}{message.pk}/?language=es"):
        words = page(as_user(cast.ines), path)
        assert "<script>{{" not in words
        assert "&lt;script&gt;{{ site }}" in words


def test_text_is_saved_as_draft_and_then_ready(cast, now, as_user):
    message = make_message(cast, now, texts={"en": TEXTS["en"]})
    client = as_user(cast.ines)
    data = {"subject": "Le centre", "body": "Bonjour,\n\nle centre ouvre à {{ site }}"}
    client.post(f"{ROOT}{message.pk}/fr/", data)
    message.refresh_from_db()
    assert states_of(message, FIELDS)["fr"].state == "draft"
    answer = client.post(f"{ROOT}{message.pk}/fr/ready/", data, follow=True)
    assert "French is ready for review." in answer.content.decode()
    assert states_of(message, FIELDS)["fr"].state == "review"


def test_text_page_shows_what_the_english_was_and_takes_still_right(cast, now, as_user):
    message = make_message(cast, now)
    approve(cast, message, now)
    changed = TEXTS["en"][1].replace("desk", "counter")
    write_text(message, "en", {"subject": TEXTS["en"][0], "body": changed}, cast.ines, now)
    client = as_user(cast.ines)
    words = " ".join(page(client, f"{ROOT}{message.pk}/es/").split())
    assert "1 sentence has changed in English but not in Spanish" in words
    assert '<del class="ol-del">desk</del' in words
    assert '<ins class="ol-ins">counter</ins' in words
    client.post(f"{ROOT}{message.pk}/es/confirm/")
    message.refresh_from_db()
    assert states_of(message, FIELDS)["es"].state == "approved"
    assert states_of(message, FIELDS)["zh-hans"].state == "stale"


def test_stale_text_does_not_become_ready_without_a_change(cast, now, as_user):
    message = make_message(cast, now)
    write_text(message, "en", {"subject": "New", "body": "New"}, cast.ines, now)
    client = as_user(cast.ines)
    subject, body = TEXTS["es"]
    data = {"subject": subject, "body": body}
    answer = client.post(f"{ROOT}{message.pk}/es/ready/", data, follow=True)
    assert "Update it, or choose “No change needed”" in answer.content.decode()
    message.refresh_from_db()
    assert states_of(message, FIELDS)["es"].state == "stale"


def test_two_translators_see_both_texts_and_nothing_is_overwritten(cast, now, as_user):
    message = make_message(cast, now)
    client = as_user(cast.ines)
    form = client.get(f"{ROOT}{message.pk}/es/").context["form"]
    seen = {name: form.initial[name] for name in ("text_seen", "source_seen")}
    write_text(message, "es", {"subject": "Suyo", "body": "Suyo"}, cast.claire, now)
    data = {"subject": "Mío", "body": "Mío", **seen}
    answer = client.post(f"{ROOT}{message.pk}/es/", data)
    words = answer.content.decode()
    assert "Suyo" in words
    assert "Mío" in words
    message.refresh_from_db()
    assert text_of(message, "es", FIELDS)["subject"] == "Suyo"
    again = {
        "subject": "Mío",
        "body": "Mío",
        "text_seen": answer.context["form"]["text_seen"].value(),
    }
    client.post(f"{ROOT}{message.pk}/es/", again)
    message.refresh_from_db()
    assert text_of(message, "es", FIELDS)["subject"] == "Mío"


def test_survey_invitation_is_in_the_list_and_edited_with_its_survey(cast, now, as_user):
    texts = SurveyTexts("How is it?", "[Say]({{ survey_link }})", {}, ["A", "B"])
    survey = create_survey(
        cast.programme,
        SurveyData("Pulse", MessageData("Pulse", "IT", offset_days=7), {"en": texts}),
        cast.ines,
        now,
    )
    client, pk = as_user(cast.ines), survey.invitation_id
    assert "How is it?" in page(client, ROOT)
    edit = f"/p/one-it/listening/{survey.pk}/edit/"
    assert client.get(f"{ROOT}{pk}/edit/")["Location"] == edit
    assert edit in page(client, f"{ROOT}{pk}/")
    assert "https://link.example/" in page(client, f"{ROOT}{pk}/en/preview/")
    data = {"subject": "x", "body": "No link"}
    answer = client.post(f"{ROOT}{pk}/en/", data)
    assert "Add {{ survey_link }} where the personal link should appear." in answer.content.decode()


def test_message_of_another_programme_is_not_there(cast, now, as_user):
    other = factories.ProgrammeFactory(slug="other")
    message = make_message(cast, now)
    Message.objects.filter(pk=message.pk).update(programme=other)
    assert as_user(cast.ines).get(f"{ROOT}{message.pk}/").status_code == 404
    assert Programme.objects.count() == 2


@pytest.mark.parametrize("number", ["²", "٣", "9" * 5000, "-1"])
def test_a_version_that_is_no_number_shows_the_texts_as_they_are(cast, as_user, now, number):
    message = make_message(cast, now)
    for address in (f"{message.pk}/", f"{message.pk}/en/preview/"):
        answer = as_user(cast.ines).get(f"{ROOT}{address}", {"version": number})
        assert answer.status_code == 200


def test_purpose_and_key_points_show_as_they_were_approved(cast, now, as_user):
    said = {"purpose": "What was approved", "key_points": "One desk", "level": "strategic"}
    message = make_message(cast, now, **said)
    approve(cast, message, now)
    later = MessageData(purpose="Changed since", sender="IT", key_points="Two", offset_days=3)
    change_message(message, later, now)
    for user in (cast.rosa, cast.ines):
        words = flat(page(as_user(user), f"{ROOT}{message.pk}/?version=1"))
        assert "What was approved" in words
        assert "One desk" in words
        assert "Strategic" in words
        assert "Changed since" not in words
    assert "Changed since" in flat(page(as_user(cast.ines), f"{ROOT}{message.pk}/"))


def test_form_says_what_a_message_informs_about_and_its_page_shows_it(cast, now, as_user):
    impact = factories.ImpactFactory(programme=cast.programme, name="One desk for all")
    gone = factories.ImpactFactory(programme=cast.programme, name="Gone", removed_at=now)
    service = factories.ServiceFactory(programme=cast.programme, name_en="Phone support")
    client = as_user(cast.ines)
    about = {"answers": [impact.pk], "services": [service.pk], "stage": "go_live"}
    answer = client.post(f"{ROOT}new/", typed(**about), follow=True)
    message = Message.objects.get()
    assert list(message.answers.all()) == [impact]
    assert list(message.services.all()) == [service]
    shown = flat(answer.content.decode())
    assert "Topics One desk for all Phone support The go-live" in shown
    message.answers.add(gone)
    form = page(client, f"{ROOT}{message.pk}/edit/")
    assert "Impacts: 1 chosen" in flat(form)
    client.post(f"{ROOT}{message.pk}/edit/", typed())
    message.refresh_from_db()
    assert (list(message.answers.all()), message.stage) == ([gone], "")


def test_what_a_message_informs_about_is_no_part_of_what_is_approved(cast, now, as_user):
    message = make_message(cast, now)
    approve(cast, message, now)
    message.answers.add(factories.ImpactFactory(programme=cast.programme))
    Message.objects.filter(pk=message.pk).update(stage="before")
    words = flat(page(as_user(cast.ines), f"{ROOT}{message.pk}/"))
    assert "Version 1 is approved and goes on" not in words
    assert "Before the go-live" in words
