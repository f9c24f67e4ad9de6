"""The tasks of communication, local communication and the auditor with nothing but a keyboard."""

import json
from pathlib import Path

import pytest
from auditlog.models import LogEntry

from communications.models import Message
from programmes.queries.texts import states_of, text_of
from programmes.services.texts import write_text
from tests.browser.test_keyboard import keyboard  # noqa: F401 - a fixture
from tests.communications.making import TEXTS, approve, make_message

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "/p/one-it/"
ENGLISH = {"en": TEXTS["en"]}


def change_english(message, cast, now):
    """Make the translations of a message stale."""
    text = {"subject": "Your new desk opens", "body": TEXTS["en"][1]}
    write_text(message, "en", text, cast.ines, now)


def test_tom_writes_a_core_message(cast, keyboard):  # noqa: F811
    keys = keyboard(cast.tom, f"{ROOT}messages/")
    keys.follow("New message")
    keys.write("Purpose", "People know when and how")
    keys.write("Subject", "Your new service desk")
    keys.write("Text", "Hello {{ first_name }}, it opens on {{ go_live_date }}.")
    keys.write("Days from go-live", "-14")
    keys.follow("Save message")
    assert Message.objects.get().written_by == cast.tom
    assert keys.pages == 2


def test_tom_sees_what_is_stale_on_top_of_his_home(cast, now, keyboard, page):  # noqa: F811
    change_english(make_message(cast, now), cast, now)
    keyboard(cast.tom, "/")
    assert "Spanish, Your new desk opens" in page.inner_text("main")


def test_tom_sends_a_test_to_himself(cast, now, keyboard, page, mailoutbox):  # noqa: F811
    make_message(cast, now)
    keys = keyboard(cast.tom, f"{ROOT}messages/")
    keys.follow("Your new service desk")
    keys.follow("Send a test to me")
    assert keys.pages == 2
    assert LogEntry.objects.get(actor=cast.tom).additional_data["act"] == "test"


def test_nuria_opens_the_next_text_and_writes_it(cast, now, keyboard):  # noqa: F811
    told = make_message(cast, now, texts=ENGLISH)
    keys = keyboard(cast.nuria, "/")
    keys.follow(f"/messages/{told.pk}/es/")
    assert keys.pages == 1
    keys.write("Subject", "Tu nuevo centro")
    keys.write("Text", "Hola, abre.")
    keys.follow("Ready for review")
    assert text_of(Message.objects.get(), "es")["subject"] == "Tu nuevo centro"


def test_nuria_updates_a_stale_text_with_the_change_marked(cast, now, keyboard, page):  # noqa: F811
    told = make_message(cast, now)
    approve(cast, told, now)
    change_english(told, cast, now)
    keys = keyboard(cast.nuria, "/")
    keys.follow(f"/messages/{told.pk}/es/")
    assert "opens" in " ".join(page.locator("ins").all_inner_texts())
    keys.write("Subject", " de servicio")
    keys.follow("Ready for review")
    assert keys.pages == 2
    states = states_of(Message.objects.get(), ("subject", "body"), ["es"])
    assert states["es"].state == "review"


def test_nuria_previews_her_text_on_a_phone(cast, now, keyboard, page):  # noqa: F811
    told = make_message(cast, now)
    keys = keyboard(cast.nuria, f"{ROOT}messages/{told.pk}/es/")
    keys.follow("See as mail")
    assert keys.pages == 1
    assert page.frame_locator("iframe").get_by_text("el centro abre").count()


def test_dora_finds_who_looked_at_a_person(cast, now, keyboard, page, as_user):  # noqa: F811
    person = cast.people[0]
    as_user(cast.rosa).get(f"{ROOT}people/{person.pk}/")
    keys = keyboard(cast.dora, "/")
    assert "Looked at: the record of a person" in page.inner_text("main")
    keys.press("Filter")
    keys.write("To whom or what", person.last_name)
    keys.follow("Show")
    assert "Rosa Test" in page.inner_text("main")
    assert keys.pages == 1


def test_dora_takes_all_data_of_a_person_along(cast, keyboard, page):  # noqa: F811
    person = cast.people[0]
    keys = keyboard(cast.dora, f"/people/?q={person.personnel_number}")
    keys.follow(f"/people/{person.pk}/")
    with page.expect_download() as download:
        keys.press("All data as a file")
    assert keys.pages == 1
    found = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert found["stakeholders.person"][0]["email"] == person.email


def test_dora_reads_the_roles(cast, keyboard, page):  # noqa: F811
    keys = keyboard(cast.dora, f"{ROOT}plan/")
    keys.follow("Waves")
    keys.follow("Roles")
    assert "Tom Test" in page.inner_text("main")
    assert "Remove role" not in page.inner_text("main")
    assert keys.pages == 2
