"""How many wait for their language, or get another: not those whom an adaptation serves."""

import pytest
from django.urls import reverse

from communications.adaptations.services.writing import AdaptationData, change_criteria
from communications.approvals.services.approval import ask, content_of
from communications.desk.queries.glance import glance_of
from communications.messages.queries.content import facts_of
from communications.messages.queries.text_wait import text_wait_of
from communications.messages.services.message import write_ready
from communications.models import Message
from programmes.timing import Schedule
from stakeholders.accounts.access import scope_of
from tests.communications.adaptations.making import (
    CORE,
    POSTER,
    adapt,
    approve_adapted,
    make_core,
    make_persona,
)
from tests.communications.desk.test_message_pages import flat
from tests.communications.making import approve
from tests.figures import differences

pytestmark = pytest.mark.django_db

ENGLISH = {"subject": "Local: 22:00", "body": "From 14 December until 22:00. Call 5050."}
WAITS = {"waits_for_text": True, "latest_hours": 30}
PAGE = "communications:message-show"


@pytest.fixture
def message(cast, now):
    """Return a core in English whose six people read Spanish or Chinese, and wait."""
    return make_core(cast, now, texts={"en": CORE["en"]}, **WAITS)


def facts(message, cast):
    message = Message.objects.get(pk=message.pk)
    content = content_of(message)
    return content, facts_of(content, scope_of(cast.ines, cast.programme), message.pk)


def waiting(message, cast):
    return text_wait_of(*facts(message, cast), cast.programme.languages).people


def others(message, cast):
    return sum(one.people for one in facts(message, cast)[1].fallbacks)


def in_editor(message, cast):
    message = Message.objects.get(pk=message.pk)
    scope = scope_of(cast.ines, cast.programme)
    return glance_of(message, message.audience.rule(), Schedule.of(message), scope)


def test_who_gets_an_adaptation_in_their_language_is_not_counted(cast, now, message):
    assert (waiting(message, cast), others(message, cast)) == (6, 6)
    approve_adapted(cast, adapt(cast, message, now), now)
    assert (waiting(message, cast), others(message, cast)) == (3, 3)
    assert in_editor(message, cast).others == 3


def test_one_in_another_language_serves_nobody(cast, now, message):
    approve_adapted(cast, adapt(cast, message, now, texts={"en": ENGLISH}), now)
    assert (waiting(message, cast), others(message, cast)) == (6, 6)


def test_a_draft_serves_nobody(cast, now, message):
    adapt(cast, message, now)
    assert waiting(message, cast) == 6


def test_one_that_is_out_of_date_serves_nobody(cast, now, message):
    approve_adapted(cast, adapt(cast, message, now), now)
    subject, body = CORE["en"]
    write_ready(message, "en", subject, body.replace("22:00", "21:00"), cast.ines, now)
    assert waiting(message, cast) == 6


def test_people_told_without_email_wait_for_none(cast, now, message):
    adaptation = adapt(cast, message, now, forms={"poster": {"es": POSTER}})
    whom = AdaptationData(site=cast.barcelona, has_email=False)
    approve_adapted(cast, change_criteria(adaptation, whom, cast.nuria, now), now)
    assert (waiting(message, cast), others(message, cast)) == (3, 3)


def test_the_most_specific_one_decides(cast, now, message):
    approve_adapted(cast, adapt(cast, message, now), now)
    persona = make_persona(cast, cast.people[:1])
    english = adapt(cast, message, now, texts={"en": ENGLISH}, persona=persona, site=cast.barcelona)
    approve_adapted(cast, english, now)
    assert waiting(message, cast) == 4


def test_a_text_of_the_core_makes_nobody_wait_twice(cast, now, message):
    approve_adapted(cast, adapt(cast, message, now), now)
    write_ready(message, "es", *CORE["es"], cast.nuria, now)
    assert (waiting(message, cast), others(message, cast)) == (3, 3)


def test_figures_of_the_message_and_the_decision_open_lists_that_count_the_same(
    cast, now, message, as_user
):
    approve_adapted(cast, adapt(cast, message, now), now)
    version = ask(message, cast.ines, now)
    ines, claire = as_user(cast.ines), as_user(cast.claire)
    page = reverse(PAGE, args=["one-it", message.pk])
    for address in (page, f"{page}?version={version.pk}"):
        shown = flat(ines.get(address).content.decode())
        assert "3 people wait for their language until" in shown
        assert "3 people get an adaptation instead" in shown
        assert "3 of 6 people get it in their language" in shown
        assert differences(ines, address) == []
    decisions = "/p/one-it/decisions/"
    shown = flat(claire.get(decisions).content.decode())
    assert "3 people will get a language other than their own" in shown
    assert "3 people wait for their language until the latest time" in shown
    assert differences(claire, decisions) == []


def test_the_list_of_an_approved_version_counts_for_its_readers(cast, now, message, as_user):
    approve_adapted(cast, adapt(cast, message, now), now)
    approve(cast, message, now)
    rosa = as_user(cast.rosa)
    assert differences(rosa, reverse(PAGE, args=["one-it", message.pk])) == []


@pytest.mark.parametrize("query", ["lacks=own", "lacks=x", "audience=0&lacks=own"])
def test_a_list_of_who_lacks_a_text_needs_a_message(cast, message, as_user, query):
    assert as_user(cast.ines).get(f"/p/one-it/people/?{query}").status_code == 404
