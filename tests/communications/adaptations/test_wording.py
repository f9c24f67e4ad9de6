"""A change of the core's wording leaves adaptations standing; one of its meaning does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from communications.adaptations.queries.asked import asked_in
from communications.adaptations.queries.forms import statuses_of
from communications.adaptations.queries.paper import places_of, said_of
from communications.adaptations.services import deciding
from communications.adaptations.services.confirming import confirm_asked
from communications.kits.services.kit_making import make, sheet_of
from communications.messages.queries.adaptation import in_force, papers_of
from communications.messages.queries.adaptation_list import adaptations_in
from communications.messages.queries.adapted_core import Core
from communications.messages.services.copying import delete_draft, frame_of
from communications.messages.services.message import change_with_text, write_ready
from communications.messages.services.refusal import RefusedError
from communications.messages.services.version import restore_version
from communications.models import Adaptation, Approval, ChannelText, Message
from programmes.models import TextState
from programmes.queries.texts import states_of
from programmes.scope import EVERYTHING
from programmes.services.texts import mark
from stakeholders.accounts.access import scope_of
from tests.communications.adaptations.making import (
    CORE,
    POINTS,
    POSTER,
    SPANISH,
    adapt,
    approve_adapted,
    make_core,
)
from tests.communications.adaptations.test_pages import kept
from tests.communications.making import approve, run

pytestmark = pytest.mark.django_db

SUBJECT, BODY = CORE["en"]
COMMA = BODY.replace("December, until", "December until")
LATER = timedelta(minutes=6)


@pytest.fixture
def message(cast, now):
    return make_core(cast, now)


@pytest.fixture
def adaptation(cast, message, now):
    return adapt(cast, message, now, forms={"poster": {"es": POSTER}})


def write(message, cast, now, body, kind="", subject=SUBJECT):
    write_ready(message, "en", subject, body, cast.ines, now, kind=kind)
    return Message.objects.get(pk=message.pk)


def points(message, cast, now, written):
    """Change the key points alone, as the editor does."""
    data = replace(frame_of(message), key_points=written)
    change_with_text(message, data, {"subject": SUBJECT, "body": BODY}, cast.ines, now)
    return Message.objects.get(pk=message.pk)


def states(adaptation):
    adaptation.message.refresh_from_db()
    return {
        form: (texts["es"].state, texts["es"].is_asked)
        for form, texts in statuses_of(adaptation).items()
        if texts["es"].state != "missing"
    }


def test_wording_asks_whether_its_texts_are_still_right(cast, now, message, adaptation):
    write(message, cast, now, COMMA)
    assert states(adaptation) == {"email": ("review", True), "poster": ("review", True)}
    write(message, cast, now, COMMA.replace("Call", "Please call"))
    assert states(adaptation) == {"email": ("review", True), "poster": ("review", True)}
    write(message, cast, now, BODY.replace("14", "15"))
    assert states(adaptation) == {"email": ("stale", False), "poster": ("stale", False)}


def test_an_author_who_calls_it_meaning_is_believed(cast, now, message, adaptation):
    write(message, cast, now, COMMA, kind="meaning")
    assert states(adaptation) == {"email": ("stale", False), "poster": ("stale", False)}


@pytest.mark.parametrize(
    ("written", "state"),
    [
        (POINTS.replace("One number:", "one number,"), "review"),
        (POINTS.replace("Write from your mailbox", "Bring your badge along"), "stale"),
        (f"{POINTS}\nBring your badge", "stale"),
        (POINTS.rpartition("\n")[0], "stale"),
        (POINTS.replace("5050", "5051"), "stale"),
    ],
)
def test_a_key_point_in_other_words_is_another_one(cast, now, message, adaptation, written, state):
    points(message, cast, now, written)
    assert {one for one, _asked in states(adaptation).values()} == {state}


def test_an_approved_one_stays_in_force_beside_a_new_wording(cast, now, message, adaptation):
    version = approve_adapted(cast, adaptation, now)
    approve(cast, message, now)
    write(message, cast, now, COMMA)
    once = approve(cast, message, now)
    assert in_force(once) == {adaptation.pk: version}
    write(message, cast, now, COMMA.replace("Call", "Please call"))
    twice = approve(cast, message, now)
    assert in_force(twice) == {adaptation.pk: version}
    scope = scope_of(cast.ines, cast.programme)
    assert papers_of([twice]) == [version]
    assert [line.is_stale for line in adaptations_in(message, scope)] == [False]


def test_one_made_from_another_meaning_is_in_force_no_more(cast, now, message, adaptation):
    approve_adapted(cast, adaptation, now)
    approve(cast, message, now)
    write(message, cast, now, COMMA)
    message = write(message, cast, now, COMMA.replace("22:00", "21:00"))
    moved = approve(cast, message, now)
    scope = scope_of(cast.ines, cast.programme)
    assert in_force(moved) == {}
    assert papers_of([moved]) == []
    assert [line.is_stale for line in adaptations_in(message, scope)] == [True]


def test_what_nobody_said_of_is_a_change_of_meaning(cast, now, message, adaptation):
    approve_adapted(cast, adaptation, now)
    Message.objects.filter(pk=message.pk).update(body_en=COMMA)
    message = Message.objects.get(pk=message.pk)
    assert states_of(message, ("subject", "body"))["es"].state == "stale"
    write(message, cast, now, COMMA.replace("Call", "Please call"))
    assert in_force(approve(cast, message, now)) == {}


def test_one_that_was_restored_says_what_it_said(cast, now, message, adaptation):
    version = approve_adapted(cast, adaptation, now)
    first = message.history.get(number=1)
    write(message, cast, now, COMMA)
    message = write(message, cast, now, COMMA.replace("22:00", "21:00"))
    restore_version(first, cast.ines, now)
    message = Message.objects.get(pk=message.pk)
    assert states(adaptation)["email"] == ("approved", False)
    write_ready(message, "en", SUBJECT, COMMA, cast.ines, now)
    assert in_force(approve(cast, message, now)) == {adaptation.pk: version}


def test_one_asked_for_after_a_comma_is_told_beside_the_core_before_it(
    cast, now, message, adaptation
):
    core = approve(cast, message, now)
    write(message, cast, now, COMMA)
    adaptation.message.refresh_from_db()
    version = approve_adapted(cast, adaptation, now)
    assert dict(version.frozen.languages["es"]) == SPANISH
    assert in_force(Approval.objects.get(pk=core.pk)) == {adaptation.pk: version}


def test_a_core_that_never_changed_asks_for_no_history(
    cast, now, message, adaptation, django_assert_num_queries
):
    approve_adapted(cast, adaptation, now)
    core = approve(cast, message, now)
    with django_assert_num_queries(1):
        in_force(core)


@pytest.mark.django_db(transaction=True)
def test_a_plant_gets_its_own_words_though_a_comma_came_after_them(cast, now, relay):
    message = make_core(cast, now)
    approve_adapted(cast, adapt(cast, message, now), now)
    write(message, cast, now, COMMA)
    approve(cast, message, now)
    run(now)
    run(now + LATER)
    run(now + 2 * LATER)
    here = {person.email for person in cast.people[:3]}
    told = {one.message["Subject"] for one in relay.accepts if one.recipient in here}
    assert told == {SPANISH["subject"]}


def test_the_writer_of_an_adaptation_confirms_what_a_comma_asks(
    cast, now, message, adaptation, as_user
):
    write(message, cast, now, COMMA)
    client = as_user(cast.nuria)
    address = reverse("communications:adaptation-edit", args=["one-it", adaptation.pk])
    shown = client.get(f"{address}?form=email&language=es")
    assert "Confirm that it is still right" in shown.content.decode()
    seen = ("text_seen", "source_seen")
    sent = {name: shown.context["form"][name].value() for name in seen}
    sent |= kept(0, 1, 2)
    ready = reverse("communications:adaptation-ready", args=["one-it", adaptation.pk])
    client.post(f"{ready}?form=email&language=es", SPANISH | sent)
    assert states(adaptation) == {"email": ("review", False), "poster": ("review", True)}


def test_a_message_whose_adaptation_was_shown_for_decision_is_not_deleted(
    cast, now, message, adaptation
):
    deciding.ask(adaptation, cast.nuria, now)
    with pytest.raises(RefusedError):
        delete_draft(message)
    assert Message.objects.filter(pk=message.pk).exists()


def test_a_draft_takes_the_texts_of_its_adaptations_along(cast, now, message, adaptation):
    delete_draft(message)
    assert not Adaptation.objects.exists()
    kinds = [ContentType.objects.get_for_model(one) for one in (Message, Adaptation, ChannelText)]
    assert not TextState.objects.filter(content_type__in=kinds).exists()


def test_its_poster_says_what_to_do_and_until_when_it_hangs(cast, now, message, adaptation):
    [place] = places_of(Core(adaptation.message), adaptation, EVERYTHING)
    said = said_of(adaptation, "poster", "es", POSTER, place, now, date(2026, 12, 31))
    sheet = sheet_of(said, "poster")
    assert (sheet.action, sheet.is_written) == (POSTER["action"], True)
    assert "31 de diciembre" in sheet.until
    assert make(said, "poster").data.startswith(b"%PDF")


def test_confirming_all_leaves_what_lacks_a_number(cast, now, message):
    Message.objects.filter(pk=message.pk).update(body_es="Desde el 14 de diciembre. Llama.")
    message = Message.objects.get(pk=message.pk)
    mark(message, "es", "review", cast.nuria, now, fields=("subject", "body"))
    write(message, cast, now, COMMA)
    message = Message.objects.get(pk=message.pk)
    asked = asked_in(message, Adaptation.objects.none())
    confirmed = confirm_asked(message, asked, cast.ines, now)
    assert [one.language for one in confirmed] == ["zh-hans"]
    assert states_of(message, ("subject", "body"))["es"].is_asked
