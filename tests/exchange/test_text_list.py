"""One list of everything that is translated: whose, how far, when, and where it is written."""

import re
from datetime import date

import pytest

from communications.messages.services.channel_text import (
    FormFrame,
    mark_channel_text,
    text_for,
    write_channel_text,
)
from communications.models import ChannelText, Message
from onelift.exchange.kinds import KINDS
from programmes.queries.texts import states_of
from programmes.services.texts import mark, write_text
from stakeholders.accounts.access import scope_of
from tests.communications.making import TEXTS, make_message
from tests.dashboards.test_plan import make_survey
from tests.events.making import make_event
from tests.factories import ServiceFactory
from tests.stakeholders.audiences.test_audience import make_persona

pytestmark = pytest.mark.django_db

ROOT = "/p/one-it/texts/"


def settled(obj, by, now):
    """Let the English of an object be approved."""
    mark(obj, "en", "approved", by, now)
    return obj


@pytest.fixture
def world(cast, now):
    """Return one object of each kind; the event has a Spanish text in review."""
    service = settled(ServiceFactory(programme=cast.programme, name_en="Phone"), cast.ines, now)
    persona = settled(make_persona(cast, "lab"), cast.ines, now)
    write_text(cast.programme, "en", {"purpose": "One desk for all"}, cast.ines, now)
    message = make_message(cast, now, {"en": TEXTS["en"]})
    event = make_event(cast, now)
    survey = make_survey(cast, now, offset_days=-3, waves=[cast.wave2])
    return {
        "service": service,
        "persona": persona,
        "programme": cast.programme,
        "message": message,
        "event": event,
        "survey": survey,
    }


def rows(client, **query):
    return client.get(ROOT, query).context["found"]


def states(client, **query):
    found = rows(client, **query)
    return {(row.kind.key, row.pk): row.state for row in found if row.kind.key != "message"}


def test_each_kind_is_there_with_its_state_and_the_page_where_it_is_written(cast, world, as_user):
    client = as_user(cast.nuria)
    found = {(row.kind.key, row.pk): row for row in rows(client)}
    assert {row.language for row in found.values()} == {"es"}
    told = {key: found[key, obj.pk].state for key, obj in world.items() if (key, obj.pk) in found}
    assert told == {
        "service": "missing",
        "persona": "missing",
        "programme": "missing",
        "message": "missing",
        "event": "review",
    }
    for row in found.values():
        assert client.get(row.url).status_code == 200
    assert str(found["message", world["message"].pk].due_on) == "2026-11-24"
    assert found["event", world["event"].pk].due_on == world["event"].held_on
    surveys = [(row.pk, row.language, row.state) for row in rows(as_user(cast.ines), kind="survey")]
    assert surveys == [(world["survey"].pk, "zh-hans", "waits")]


def test_a_manager_sees_all_languages_but_english(cast, world, as_user):
    found = rows(as_user(cast.ines), kind="service")
    codes = set(cast.programme.languages) - {"en"}
    assert {row.language for row in found} == codes
    assert len(found) == len(codes)


def test_a_message_is_wanted_in_the_languages_that_its_people_read(cast, world, as_user):
    found = rows(as_user(cast.ines), kind="message")
    own = {row.language for row in found if row.pk == world["message"].pk}
    assert own == {"es", "zh-hans"}


def test_a_draft_in_english_is_named_and_not_asked_for(cast, now, world, as_user):
    draft = ServiceFactory(programme=cast.programme, name_en="Chat")
    client = as_user(cast.nuria)
    assert states(client)["service", draft.pk] == "waits"
    assert ("service", draft.pk) not in states(client, state="todo")
    assert "English is still a draft" in client.get(ROOT).content.decode()


def test_what_is_over_or_has_no_english_is_not_there(cast, now, world, as_user):
    empty = settled(make_persona(cast, "empty"), cast.ines, now)
    empty.name_en = ""
    empty.save()
    world["event"].cancelled_at = now
    world["event"].save(update_fields=["cancelled_at"])
    found = states(as_user(cast.nuria))
    assert ("persona", empty.pk) not in found
    assert ("event", world["event"].pk) not in found


def test_what_is_meant_for_other_regions_is_not_there(cast, now, as_user):
    elsewhere = make_message(cast, now, {"en": TEXTS["en"]}, sites=[cast.shanghai])
    event = make_event(cast, now, site=cast.shanghai)
    found = [(row.kind.key, row.pk) for row in rows(as_user(cast.nuria))]
    assert ("message", elsewhere.pk) not in found
    assert ("event", event.pk) not in found


def poster(message, by, now, **frame):
    """Return a poster whose English is ready."""
    text = text_for(message, "poster", by, now)
    frame = FormFrame(**frame)
    write_channel_text(text, "en", {"headline": "Call 5050"}, by, now, frame=frame)
    mark_channel_text(text, "en", by, now)
    return text


def test_a_text_of_a_channel_is_there_for_who_writes_its_languages(cast, now, as_user):
    message = make_message(cast, now, {"en": TEXTS["en"]})
    text = poster(message, cast.tom, now, from_on=date(2026, 11, 10))
    (row,) = rows(as_user(cast.nuria), kind="channel")
    assert (row.pk, row.language, row.state) == (text.pk, "es", "missing")
    assert row.due_on == date(2026, 11, 10)
    assert row.title.endswith("(Poster)")
    assert as_user(cast.nuria).get(row.url).status_code == 200
    codes = {row.language for row in rows(as_user(cast.ines), kind="channel")}
    assert codes == {"es", "zh-hans"}
    ChannelText.objects.update(from_on=None)
    (row,) = rows(as_user(cast.nuria), kind="channel")
    assert str(row.due_on) == "2026-11-24"


def test_a_text_of_a_channel_for_other_regions_is_not_there(cast, now, as_user):
    elsewhere = make_message(cast, now, {"en": TEXTS["en"]}, sites=[cast.shanghai])
    text = poster(elsewhere, cast.tom, now)
    assert rows(as_user(cast.nuria), kind="channel") == []
    assert {row.pk for row in rows(as_user(cast.ines), kind="channel")} == {text.pk}
    kind, scope = KINDS["channel"], scope_of(cast.nuria, cast.programme)
    assert not kind.within(cast.programme, scope).filter(pk=text.pk).exists()


def test_the_oldest_due_comes_first_and_what_is_ready_last(cast, now, world, as_user):
    found = rows(as_user(cast.nuria))
    todo = [row.due_on for row in found if row.is_to_write and row.due_on]
    assert todo == sorted(todo)
    assert [row.is_to_write for row in found] == sorted(
        (row.is_to_write for row in found), reverse=True
    )


def test_each_count_of_the_filter_is_the_size_of_its_list(cast, world, as_user):
    client = as_user(cast.ines)
    for start in ("", "?state=todo", "?kind=event", "?language=es&state=missing"):
        page = client.get(ROOT + start).content.decode()
        chips = re.findall(r'href="([^"]*)" data-count="(\d+)"', page)
        assert chips
        for url, count in chips:
            there = client.get(ROOT + url.replace("&amp;", "&")).content.decode()
            assert re.search(r'data-total="(\d+)"', there)[1] == count, url


def test_a_stale_text_is_to_write_again(cast, now, world, as_user):
    service = world["service"]
    write_text(service, "es", {"name": "Teléfono", "benefit": "", "how_to_get": ""}, None, now)
    mark(service, "es", "review", cast.ines, now)
    client = as_user(cast.nuria)
    assert states(client)["service", service.pk] == "review"
    service.name_en = "Telephone"
    service.save(update_fields=["name_en"])
    settled(service, cast.ines, now)
    assert states_of(service)["es"].state == "stale"
    assert states(client, state="todo")["service", service.pk] == "stale"


def test_more_texts_need_no_more_queries(
    cast, now, world, as_user, django_assert_num_queries, django_assert_max_num_queries
):
    client = as_user(cast.nuria)
    with django_assert_max_num_queries(60) as first:
        client.get(ROOT)
    for _n in range(2):
        settled(ServiceFactory(programme=cast.programme), cast.ines, now)
        settled(make_persona(cast, f"lab-{_n}"), cast.ines, now)
        make_message(cast, now, {"en": TEXTS["en"]})
        make_event(cast, now)
        make_survey(cast, now, offset_days=-3, waves=[cast.wave2])
    assert Message.objects.count() > 5
    with django_assert_num_queries(len(first.captured_queries)):
        client.get(ROOT)


def test_english_that_is_out_of_date_is_named_so(cast, now, as_user):
    message = make_message(cast, now, {"en": TEXTS["en"]})
    poster = text_for(message, "poster", cast.ines, now)
    write_channel_text(poster, "en", {"headline": "Help"}, cast.ines, now)
    mark_channel_text(poster, "en", cast.ines, now)
    write_text(message, "en", {"subject": "Other", "body": "Words"}, cast.ines, now)
    client = as_user(cast.nuria)
    assert [row.state for row in rows(client, kind="channel")] == ["behind"]
    page = client.get(ROOT, {"kind": "channel"}).content.decode()
    assert "English is out of date" in page
    assert "English is still a draft" not in page
