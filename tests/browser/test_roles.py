"""The tasks of further roles with nothing but a keyboard."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.utils import timezone
from playwright.sync_api import expect

from communications.kits.models import KitDownload
from communications.models import Message
from programmes.models import StreamUpdate
from programmes.models.stream import week_of
from programmes.queries.texts import states_of, text_of
from programmes.services.readiness import refresh_readiness
from programmes.services.texts import write_text
from programmes.services.update import UpdateData, hand_over, send_update
from stakeholders.models import Persona, Role, User
from tests.browser.test_keyboard import keyboard  # noqa: F401 - a fixture
from tests.browser.test_kit import fill_kit
from tests.communications.making import TEXTS, approve, make_message
from tests.factories import ImpactFactory, StakeholderFactory, StreamFactory

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
    keys.write("Subject", "Your new service desk")
    keys.write("Text", "Hello {{ first_name }}, it opens on {{ go_live_date }}.")
    keys.write("Purpose", "People know when and how")
    keys.press("Time")
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
    keys.follow("Send me a test")
    assert keys.pages == 2
    assert LogEntry.objects.get(actor=cast.tom).additional_data["act"] == "test"


def test_nuria_opens_the_next_text_and_writes_it(cast, now, keyboard):  # noqa: F811
    told = make_message(cast, now, texts=ENGLISH)
    keys = keyboard(cast.nuria, "/")
    keys.follow(f"/messages/{told.pk}/es/")
    assert keys.pages == 1
    keys.write("Subject", "Tu nuevo centro")
    keys.write("Text 1", "Hola:")
    keys.write("Text 2", "abre en {{ site }}.")
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
    keys.follow("View as email")
    assert keys.pages == 1
    expect(page.frame_locator("iframe").get_by_text("el centro abre")).not_to_have_count(0)


def test_dora_finds_who_looked_at_a_person(cast, now, keyboard, page, as_user):  # noqa: F811
    person = cast.people[0]
    as_user(cast.rosa).get(f"{ROOT}people/{person.pk}/")
    keys = keyboard(cast.dora, "/")
    assert "Viewed: the record of a person" in page.inner_text("main")
    keys.press("Filter")
    keys.write("Person or item", person.last_name)
    keys.follow("Show")
    assert "Rosa Test" in page.inner_text("main")
    assert keys.pages == 1


def test_dora_takes_all_data_of_a_person_along(cast, keyboard, page):  # noqa: F811
    person = cast.people[0]
    keys = keyboard(cast.dora, f"/people/?q={person.personnel_number}")
    keys.follow(f"/people/{person.pk}/")
    with page.expect_download() as download:
        keys.press("Download all data")
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


def test_claire_reads_why_a_wave_is_red_and_opens_the_list(cast, keyboard, page):  # noqa: F811
    analysts = Persona.objects.create(programme=cast.programme, slug="all", jobs=["Analyst"])
    ImpactFactory(programme=cast.programme, personas=[analysts], severity=4)
    cast.programme.waves.update(go_live_on=timezone.localdate() + timedelta(days=12))
    refresh_readiness(cast.programme, timezone.now())
    keys = keyboard(cast.claire, f"{ROOT}overview/")
    reason = "3 people face a high impact with no approved action"
    assert reason in page.inner_text("main")
    keys.follow(reason)
    assert page.locator("[data-total]").get_attribute("data-total") == "3"


def test_ines_sees_who_lacks_an_action(cast, keyboard, page):  # noqa: F811
    way = {"engagement": "resistant", "engagement_wanted": "supportive"}
    StakeholderFactory(programme=cast.programme, name="Works council", **way)
    keys = keyboard(cast.ines, f"{ROOT}plan/")
    keys.follow("People")
    keys.follow("Stakeholders")
    assert keys.pages == 2
    assert "No action" in page.inner_text("main")


def test_otto_confirms_an_impact_and_says_how_his_stream_is(cast, keyboard, page):  # noqa: F811
    stream = StreamFactory(programme=cast.programme, name="Desk")
    kind = Role.Kind.STREAM_LEADER
    Role.objects.create(user=cast.otto, programme=cast.programme, kind=kind, stream=stream)
    impact = ImpactFactory(programme=cast.programme, stream=stream)
    keys = keyboard(cast.otto, "/")
    keys.follow(f"Confirm {impact.name}")
    assert impact.confirmations.get().by == cast.otto
    keys.reach("On track")
    page.keyboard.press("ArrowRight")
    keys.write("Your concerns", "Two desks are not staffed.")
    keys.follow("Send update")
    assert StreamUpdate.objects.sent().get().judgement == "risk"
    assert keys.pages == 2


def test_rosa_downloads_the_new_files_of_the_kit(cast, keyboard, page):  # noqa: F811
    fill_kit(cast)
    keys = keyboard(cast.rosa, "/")
    with page.expect_download() as caught:
        keys.press("new files")
    assert caught.value.suggested_filename.endswith(".zip")
    assert KitDownload.objects.latest("pk").extent == "new"


def test_whoever_a_need_was_handed_to_answers_it(cast, keyboard):  # noqa: F811
    now, stream = timezone.now(), StreamFactory(programme=cast.programme, name="Desk")
    asked = UpdateData("on", "on", need="Two more agents")
    need = send_update(stream, week_of(now.date()), asked, cast.tom, now)
    hand_over(need, cast.ines, cast.claire, now)
    keys = keyboard(cast.ines, f"{ROOT}decisions/?for=me")
    keys.press("Answer need")
    keys.write("Your answer", "They start on Monday.")
    keys.follow("Send answer")
    need.refresh_from_db()
    assert (need.answer, keys.pages) == ("They start on Monday.", 1)


def test_ada_opens_roles_and_languages_from_the_settings(cast, keyboard, page):  # noqa: F811
    ada = User.objects.create_superuser("ada@onelift.example", "correct horse")
    keys = keyboard(ada, "/settings/")
    keys.press("People, accounts and roles")
    keys.follow("/admin/stakeholders/role/")
    assert page.get_by_role("row", name="Tom Test").is_visible()
    keys = keyboard(ada, "/settings/")
    keys.follow("/programmes/")
    keys.follow(f"{len(cast.programme.languages)} languages")
    assert page.locator("[name=languages]").count()
