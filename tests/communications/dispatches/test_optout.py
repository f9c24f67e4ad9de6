"""Opting out by the link of a mail: who may, what it changes, and that nothing else does it."""

import re
from datetime import date, time, timedelta
from html import unescape

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from communications.approvals.services.approval import ask, content_of
from communications.dispatches.services.batch import read_batch
from communications.dispatches.services.optout import link_of
from communications.mailroom.services import ledger
from communications.models import Delivery, Message, State
from communications.operation.services import pump
from stakeholders.importing.reading.person_facts import PersonFacts
from stakeholders.importing.services.upsert import upsert_people
from stakeholders.models import OptOut
from stakeholders.people.services.optout import opt_out
from tests.communications.dispatches.test_sending import LATER, states
from tests.communications.making import TEXTS, approve, make_message, run
from tests.factories import PersonFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db(transaction=True)

OPTIONAL = {"is_optional": True, "is_urgent": False}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ALL = [code for code, _name in settings.LANGUAGES]


@pytest.fixture
def now(now):
    """Return a working hour everywhere: these messages are not urgent."""
    return now.replace(hour=8)


@pytest.fixture
def told(cast, now, relay):
    """Send something optional to everybody."""
    message = tell(cast, now)
    run(now + LATER)
    return message


def tell(cast, now, **data):
    asked = now - timedelta(days=1)
    message = make_message(cast, asked, **{"local_time": time(9)} | OPTIONAL | data)
    approve(cast, message, asked)
    return message


def mails_to(relay, person):
    mails = [each.message for each in relay.accepts if each.recipient == person.email]
    return [mail for mail in mails if mail["X-OneLift-Dispatch"]]


def link_in(mail):
    return mail["List-Unsubscribe"].strip("<>")


def path_of(link):
    return link.removeprefix(settings.PUBLIC_URL)


def page_of(response):
    return unescape(response.content.decode())


def test_the_mail_says_how_in_headers_text_and_html(cast, told, relay):
    person = cast.people[0]
    (mail,) = mails_to(relay, person)
    link = link_in(mail)
    assert link == link_of(Delivery.objects.get(person=person))
    assert link.startswith(settings.PUBLIC_URL)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in mail.get_body(["plain"]).get_content()
    html = mail.get_body(["html"]).get_content().replace("\n", "")
    assert re.search(f'<a href="{re.escape(link)}"[^>]*>[^<]+</a>', html)


@pytest.mark.parametrize("language", ALL)
def test_each_language_has_words_of_its_own(cast, now, relay, language):
    person = PersonFactory(site=cast.barcelona, language=language)
    tell(cast, now, texts=dict.fromkeys(ALL, TEXTS["en"]))
    run(now + LATER)
    (mail,) = mails_to(relay, person)
    said = mail.get_body(["plain"]).get_content().replace("\n", " ")
    with translation.override(language):
        assert translation.gettext("Opt out of these messages") in said


@pytest.mark.parametrize(
    "data",
    [{"is_optional": False}, {"is_optional": False, "is_urgent": True}],
)
def test_other_mails_say_nothing_of_it(cast, now, relay, data):
    tell(cast, now, **data)
    run(now + LATER)
    for person in cast.people:
        (mail,) = mails_to(relay, person)
        assert mail["List-Unsubscribe"] is None
        assert "/o/" not in mail.as_string()


@pytest.mark.parametrize("data", [{"is_urgent": True}, {"level": Message.Level.OPERATIONAL}])
def test_neither_urgent_nor_operational_messages_can_be_optional(cast, now, data):
    with pytest.raises(ValidationError) as refused:
        make_message(cast, now, **OPTIONAL | data)
    assert list(refused.value.message_dict) == ["is_optional"]


def test_what_was_approved_before_keeps_its_fingerprint(cast, now):
    message = make_message(cast, now, is_urgent=False)
    assert "is_optional" not in content_of(message).to_json()
    before = content_of(message).fingerprint
    message.is_optional = True
    assert content_of(message).fingerprint != before


def test_a_get_shows_a_button_and_changes_nothing(cast, told, relay, client):
    (mail,) = mails_to(relay, cast.people[0])
    for method in (client.get, client.head, client.get):
        response = method(path_of(link_in(mail)))
        assert response.status_code == 200
        assert not response.cookies
    assert "Opt out of these messages" in page_of(client.get(path_of(link_in(mail)) + "?lang=en"))
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "same-origin"
    assert not OptOut.objects.exists()


def test_one_click_needs_no_cookie_and_no_second_page(cast, told, relay, now):
    person = cast.people[0]
    (mail,) = mails_to(relay, person)
    poster = Client(enforce_csrf_checks=True)
    for _twice in range(2):
        assert poster.post(path_of(link_in(mail)), ONE_CLICK).status_code == 200
    row = OptOut.objects.get()
    assert (row.person, row.programme) == (person, cast.programme)
    (entry,) = LogEntry.objects.filter(additional_data__act="opt_out")
    assert (entry.object_id, entry.actor) == (person.pk, None)


def test_it_is_taken_back_on_the_same_page(cast, told, relay, client):
    (mail,) = mails_to(relay, cast.people[0])
    page = path_of(link_in(mail)) + "?lang=en"
    assert "You will no longer get these messages" in page_of(
        client.post(page, {"optional": "none"})
    )
    assert "You will no longer get these messages" in page_of(client.get(page))
    assert "You will get these messages again" in page_of(client.post(page, {"optional": "all"}))
    assert "Do you want fewer messages?" in page_of(client.get(page))
    assert not OptOut.objects.exists()
    assert LogEntry.objects.filter(additional_data__act="opt_in").count() == 1


@pytest.mark.parametrize("data", [{}, {"optional": "x"}, {"List-Unsubscribe": "yes"}])
def test_a_post_that_says_nothing_changes_nothing(cast, told, relay, client, data):
    (mail,) = mails_to(relay, cast.people[0])
    assert client.post(path_of(link_in(mail)), data).status_code == 422
    assert not OptOut.objects.exists()


def forged(link):
    """Yield addresses that look like a link and are none."""
    token = link.rstrip("/").rpartition("/")[2]
    number, _dot, tag = token.partition(".")
    yield f"{int(number) + 1}.{tag}"
    yield number
    yield f"{number}."
    yield f".{tag}"
    yield f"{number}.{tag[:-1]}{'A' if tag[-1] != 'A' else 'E'}"
    yield Signer(sep=".", salt="something else").sign(number)
    yield Signer(sep=".", salt="communications.opt-out").sign("x")
    yield Signer(sep=".", salt="communications.opt-out").sign("99999999")
    yield "%00"


def test_forged_links_all_answer_the_same_and_do_nothing(cast, told, relay, client):
    (mail,) = mails_to(relay, cast.people[0])
    answers = set()
    for token in forged(link_in(mail)):
        for response in (client.get(f"/o/{token}/"), client.post(f"/o/{token}/", ONE_CLICK)):
            assert response.status_code == 404
            answers.add(response.content)
    assert len(answers) == 1
    assert not OptOut.objects.exists()


def test_whoever_opted_out_is_skipped_when_their_turn_comes(cast, told, now, relay):
    person, claimed = cast.people[:2]
    opt_out(person, cast.programme, now + LATER)
    tell(cast, now + LATER * 2)
    pump.run_pump(now + LATER * 3)
    assert ledger.claim(Delivery.objects.filter(person=claimed, state="planned"), 1, now)
    opt_out(claimed, cast.programme, now + LATER * 3)
    run(now + LATER * 4)
    for each in (person, claimed):
        assert len(mails_to(relay, each)) == 1
        row = Delivery.objects.filter(person=each).latest("pk")
        assert (row.state, row.reason) == (State.SKIPPED, "opted_out")
    assert states() == {"sent": 10, "skipped": 2}


def test_what_is_not_optional_comes_all_the_same(cast, told, now, relay):
    opt_out(cast.people[0], cast.programme, now + LATER)
    tell(cast, now + LATER * 2, is_optional=False)
    run(now + LATER * 3)
    assert len(mails_to(relay, cast.people[0])) == 2


def test_another_programme_is_another_decision(cast, told, now, relay):
    opt_out(cast.people[0], ProgrammeFactory(), now)
    tell(cast, now + LATER * 2)
    run(now + LATER * 3)
    assert len(mails_to(relay, cast.people[0])) == 2


def test_a_batch_takes_as_many_statements_as_before(cast, now, relay):
    def statements(message):
        pump.run_pump(now + LATER)
        rows = Delivery.objects.filter(dispatch__message=message)
        claim = ledger.claim(rows, 100, now + LATER)
        read_batch(claim, now + LATER)
        with CaptureQueriesContext(connection) as taken:
            assert len(read_batch(claim, now + LATER).rows) == 6
        return len(taken)

    assert statements(tell(cast, now)) == statements(tell(cast, now, is_optional=False))


def test_the_pages_count_them_before_and_after(cast, now, relay, as_user):
    opt_out(cast.people[0], cast.programme, now)
    message = tell(cast, now)
    ines = as_user(cast.ines)
    show = reverse("communications:message-show", args=["one-it", message.pk])
    page = page_of(ines.get(show))
    assert "People can opt out" in page
    assert "1 of them has opted out and gets nothing" in page
    run(now + LATER)
    dispatch = message.dispatches.get()
    page = page_of(ines.get(reverse("communications:dispatch-show", args=["one-it", dispatch.pk])))
    assert "has opted out of these messages" in page
    person = page_of(ines.get(f"/p/one-it/people/{cast.people[0].pk}/"))
    assert "Opted out" in person


def test_personnel_files_keep_it(cast, now):
    person = cast.people[0]
    opt_out(person, cast.programme, now)
    known = {name: getattr(person, name) for name in PersonFacts._fields}
    known |= {"site": person.site_id, "business_line": person.business_line_id}
    for changes in (
        {"job": "Buyer", "email": "new@onelift.example"},
        {"left_on": date(2026, 11, 1)},
        {"left_on": None, "site": cast.shanghai.pk},
    ):
        upsert_people([PersonFacts(**known | changes)])
        assert OptOut.objects.get().person_id == person.pk


def test_the_card_of_a_decision_counts_them_and_leads_to_them(cast, now, as_user):
    opt_out(cast.people[0], cast.programme, now)
    coming = {"fixed_on": now.date() + timedelta(days=30)}
    version = ask(make_message(cast, now, **OPTIONAL | coming), cast.ines, now)
    page = as_user(cast.claire).get("/p/one-it/decisions/").content.decode()
    assert "1 person has opted out and gets nothing" in page
    listed = f"/p/one-it/people/?version={version.pk}&opted_out=1"
    people = as_user(cast.ines).get(listed).content.decode()
    assert str(cast.people[0]) in people
    assert str(cast.people[1]) not in people
