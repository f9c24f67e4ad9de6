"""Posters and briefings of adaptations in the kits of the sites that they are for."""

import io
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlsplit

import docx
import pytest
from django.urls import reverse

from communications.adaptations.services import deciding
from communications.adaptations.services.writing import (
    AdaptationData,
    call_ready,
    change_criteria,
    write_adapted,
)
from communications.kits.queries.kit import texts_of_kits, wanted_files
from communications.kits.queries.kit_board import kit_board
from communications.kits.queries.kit_choice import where_of
from communications.kits.queries.kit_item import LEAD_DAYS, Use
from communications.kits.queries.kit_link import link_url
from communications.kits.services import kit
from communications.kits.services.kit_download import Choice, take
from communications.kits.services.kit_link import hand_on
from communications.messages.services.channel_text import FormFrame
from communications.models import KitFile, KitVersion
from programmes.models import WaveSite
from stakeholders.accounts.access import scope_of
from tests import factories
from tests.communications.adaptations.making import (
    CORE,
    POSTER,
    adapt,
    approve_adapted,
    make_persona,
)
from tests.communications.making import approve, make_message
from tests.communications.pdf import said, squeezed

pytestmark = pytest.mark.django_db(transaction=True)

TO_GO_LIVE = {"fixed_on": None, "offset_days": 0, "is_urgent": False}
BRIEFING = {
    "headline": "Dos minutos al empezar el turno",
    "body": "- Desde el 14, hasta las 22:00\n- Llama al 5050\n\n¿Quién ayuda?\nTu equipo local.",
}
SPOT = {**POSTER, "spot": "Vestuario, puerta 3"}
UNTIL = date(2027, 1, 31)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def message(cast, now):
    made = make_message(cast, now, texts=CORE, key_points="", **TO_GO_LIVE)
    approve(cast, made, now)
    return made


@pytest.fixture
def plant(cast, now, message):
    """The approved adaptation of a plant without email: poster, briefing, and until when."""
    shift = make_persona(cast, cast.people[:2])
    forms = {"poster": {"es": SPOT}, "points": {"es": BRIEFING}}
    whom = {"site": cast.barcelona, "persona": shift, "has_email": False}
    made = adapt(cast, message, now, forms=forms, **whom)
    made.channel_texts.filter(form="poster").update(until_on=UNTIL, copies=6)
    made.channel_texts.filter(form="points").update(until_on=UNTIL)
    return approve_adapted(cast, made, now)


def make(cast, at):
    return kit.keep(cast.programme, lambda: at, at + MINUTE)


def board_of(cast, user, slug="iberia", today=None):
    scope = scope_of(user, cast.programme)
    where = where_of(cast.programme, scope, slug, "", date(2026, 11, 24))
    return kit_board(cast.programme, where.wave, where.region, where.own, scope, today=today)


def adapted_files(**which):
    versions = KitVersion.objects.current().exclude(file__adaptation=None).filter(**which)
    return {one.file.kind: bytes(one.content) for one in versions.select_related("file")}


def test_poster_and_briefing_are_made_for_the_site_beside_those_of_the_core(cast, now, plant):
    make(cast, now)
    own = KitFile.objects.filter(adaptation=plant.adaptation)
    assert set(own.values_list("place__site__name", "language", "kind")) == {
        ("Barcelona", "es", kind) for kind in ("poster", "points", "docx")
    }
    assert KitFile.objects.filter(adaptation=None, place__site=cast.barcelona).exists()
    files = adapted_files()
    words = said(files["poster"])
    for line in (POSTER["headline"], POSTER["first"], POSTER["action"]):
        assert squeezed(line) in words
    assert squeezed("31 de enero de 2027") in words
    assert "Vestuario" not in words
    assert squeezed("¿Quién ayuda? Tu equipo local.") in said(files["points"])
    document = docx.Document(io.BytesIO(files["docx"]))
    assert document.paragraphs[0].text == BRIEFING["headline"]
    assert document.core_properties.language == "es-ES"


def test_the_kit_says_whose_they_are_and_when_where_and_how_many(cast, now, as_user, plant):
    make(cast, now)
    parts = board_of(cast, cast.rosa).parts
    core, own = parts
    assert (core.voice.people, own.voice.people) == ("", "Barcelona, Shift")
    assert [group.kind for group in own.groups] == ["poster", "points"]
    poster, points = ([*group.uses] for group in own.groups)
    live_on = WaveSite.objects.dated().get(site=cast.barcelona).live_on
    assert poster == [Use(live_on, UNTIL, SPOT["spot"], 6)]
    assert points == [Use(live_on, UNTIL)]
    page = " ".join(as_user(cast.rosa).get("/p/one-it/kit/").content.decode().split())
    assert "Only for Barcelona, Shift" in page
    assert "· no email" in page
    assert "6 copies a site" in page
    assert "Vestuario, puerta 3" in page
    assert reverse("communications:adaptation-show", args=["one-it", plant.adaptation_id]) in page


def test_they_enter_the_kit_on_their_day(cast, now, plant):
    make(cast, now)
    opens_on = board_of(cast, cast.rosa).parts[1].groups[0].uses[0].opens_on
    early = board_of(cast, cast.rosa, today=opens_on - timedelta(days=1)).parts[1]
    there = board_of(cast, cast.rosa, today=opens_on).parts[1]
    assert LEAD_DAYS < 30
    assert not any(item.is_there for item in early.items)
    assert all(item.is_there for item in there.items)


def test_they_are_taken_along_in_a_folder_of_their_own(cast, now, plant):
    make(cast, now)
    taken = take(board_of(cast, cast.rosa), Choice("all"), cast.rosa, now)
    names = [entry.name for entry in taken.entries if "Shift" in entry.name]
    assert sorted(name.partition("/")[2] for name in names) == [
        "es/Barcelona-poster-A3.pdf",
        "es/Barcelona-talking-points.docx",
        "es/Barcelona-talking-points.pdf",
    ]
    title = "Your desk answers until 22:00"
    assert {entry.about[0] for entry in taken.entries} == {title, f"{title}, Barcelona, Shift"}


def test_each_reads_its_language_and_no_other_site_has_them(cast, now, message):
    factories.PersonFactory(site=cast.barcelona, language="en")
    forms = {"points": {"es": BRIEFING, "en": BRIEFING, "zh-hans": BRIEFING}}
    made = adapt(cast, message, now, texts={}, forms=forms, has_email=False, region=cast.iberia)
    approve_adapted(cast, made, now)
    found = wanted_files(texts_of_kits(cast.programme))
    own = {(place, language) for _m, adaptation, place, language, _k in found if adaptation}
    assert {language for _place, language in own} == {"es", "en"}
    assert len({place for place, _language in own}) == 1


def test_what_is_withdrawn_or_for_other_people_by_now_leaves_the_kit(cast, now, plant):
    make(cast, now)
    change_criteria(plant.adaptation, AdaptationData(site=cast.shanghai), cast.ines, now)
    assert [part.voice.people for part in board_of(cast, cast.rosa).parts] == [""]
    change_criteria(plant.adaptation, AdaptationData(cast.barcelona.region, None), cast.ines, now)
    plant.refresh_from_db()
    deciding.withdraw(plant, cast.claire, "Wrong", now)
    assert not KitFile.objects.wanted().exclude(adaptation=None).exists()
    make(cast, now + MINUTE)
    assert set(KitFile.objects.exclude(adaptation=None).values_list("state", flat=True)) == {
        "retired"
    }


def test_what_changed_shows_the_words_of_the_adaptation(cast, now, plant):
    make(cast, now)
    take(board_of(cast, cast.rosa), Choice("all"), cast.rosa, now + MINUTE)
    later = now + timedelta(hours=1)
    text = {**SPOT, "headline": "Ayuda hasta las 22:00, todos los días"}
    write_adapted(
        plant.adaptation, "poster", "es", text, cast.nuria, later, frame=FormFrame(until_on=UNTIL)
    )
    call_ready(plant.adaptation, "poster", "es", cast.nuria, later)
    approve_adapted(cast, plant.adaptation, later)
    make(cast, later)
    board = board_of(cast, cast.rosa)
    [news] = [one for one in board.parts[1].news if one.kind == "poster"]
    said_now = "".join(piece.text for piece in news.pieces)
    assert "todos los días" in said_now


def test_a_print_shop_finds_them_under_their_people(cast, client, now, plant):
    make(cast, now)
    link = hand_on(cast.wave1, cast.iberia, None, 365, cast.ines, now)
    page = " ".join(client.get(urlsplit(link_url(link)).path).content.decode().split())
    assert "Only for Barcelona, Shift" in page


@pytest.mark.parametrize("count", [1, 3])
def test_a_kit_takes_the_same_queries_for_one_adaptation_and_for_three(
    cast, now, message, count, django_assert_num_queries
):
    for number in range(count):
        shift = make_persona(cast, cast.people[:2], f"shift-{number}")
        forms = {"points": {"es": BRIEFING}}
        made = adapt(cast, message, now, texts={}, forms=forms, persona=shift, has_email=False)
        approve_adapted(cast, made, now)
    kit.note_wanted(cast.programme, wanted_files(texts_of_kits(cast.programme)), now)
    scope = replace(scope_of(cast.rosa, cast.programme))
    where = where_of(cast.programme, scope, "iberia", "", date(2026, 11, 24))
    with django_assert_num_queries(7):
        board = kit_board(cast.programme, where.wave, where.region, where.own, scope)
    assert len(board.parts) == 1 + count
