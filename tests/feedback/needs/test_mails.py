"""The emails about needs: to whom, in which language, once; and the address that goes with them."""

from datetime import date, timedelta

import pytest

from communications.desk.queries.dossier import dossier_of
from communications.desk.services.erasure import erase
from communications.dispatches.sources import kept_of
from communications.models import State
from communications.operation.services.pump import deliver
from feedback.models import Need, NeedMail
from feedback.needs.services.answering import reopen
from feedback.needs.services.forgetting import forget_ended
from feedback.needs.services.joining import join
from stakeholders.models import Person, User
from tests.communications.relay import Fault
from tests.feedback.needs.making import answered, strange, studied, told

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=6)
DAY = timedelta(days=1)


def send(now):
    return deliver(lambda: now)


def texts(relay):
    return {
        accept.recipient: accept.message.get_body(("plain",)).get_content()
        for accept in relay.accepts
    }


def test_a_stranger_is_told_once_in_their_language_and_forgotten(cast, now, relay):
    need = strange(
        cast, cast.barcelona, now, what="Faltan llaves", language="es", address="ana@one.example"
    )
    assert send(now + DAY) == 0
    answered(need, cast.rosa, now, "will_not", es="No por ahora.\n\nPregunte en mayo.")
    assert send(now) == 0
    assert send(now + LATER) == 1
    assert send(now + LATER) == 0
    (accept,) = relay.accepts
    assert (accept.recipient, accept.language) == ("ana@one.example", "es")
    text = texts(relay)["ana@one.example"]
    for words in ("Faltan llaves", "No por ahora.", "Pregunte en mayo.", "Rosa Test"):
        assert words in text
    assert "/listening/" not in text
    need.refresh_from_db()
    mail = NeedMail.objects.get()
    assert (need.address, mail.address, mail.state) == ("", "", State.SENT)


def test_a_user_is_told_where_they_read_it(cast, now, relay):
    need = told(cast, cast.barcelona, cast.nuria, now, language="es")
    answered(need, cast.rosa, now, es="En mayo.")
    send(now + LATER)
    assert f"/p/one-it/listening/needs/{need.pk}/" in texts(relay)[cast.nuria.email]


def test_nobody_is_told_what_they_wrote(cast, now, relay):
    answered(told(cast, cast.barcelona, cast.rosa, now), cast.rosa, now)
    assert send(now + LATER) == 0
    assert not NeedMail.objects.exists()


def test_each_reads_the_answer_in_their_own_language(cast, now, relay):
    need = strange(cast, cast.barcelona, now, "a", language="es", address="ana@one.example")
    for nonce, language, address in (
        ("b", "zh-hans", "wu@x.example"),
        ("c", "fr", "lea@x.example"),
    ):
        same = strange(cast, cast.shanghai, now, nonce, language=language, address=address)
        join(same, need, cast.ines, now)
    answered(need, cast.ines, now, **{"es": "En mayo.", "zh-hans": "五月。"})
    assert send(now + LATER) == 3
    found = texts(relay)
    assert "五月。" in found["wu@x.example"]
    # Without words in French, those of the need it is answered with.
    assert "En mayo." in found["lea@x.example"]
    assert {a.recipient: a.language for a in relay.accepts}["lea@x.example"] == "fr"
    assert not Need.objects.exclude(address="").exists()


def test_an_answer_that_was_taken_back_tells_nobody(cast, now, relay):
    need = told(cast, cast.barcelona, cast.nuria, now)
    answered(need, cast.rosa, now)
    reopen(need, cast.rosa, now)
    assert send(now + LATER) == 0
    assert relay.accepts == []


def test_a_new_owner_is_told_as_often_as_they_want(cast, now, relay):
    need = told(cast, cast.barcelona, cast.nuria, now, what="Lamps")
    User.objects.filter(pk=cast.rosa.pk).update(language="fr")
    cast.rosa.refresh_from_db()
    studied(need, cast.rosa, cast.ines, now)
    assert send(now) == 1
    (accept,) = relay.accepts
    assert (accept.recipient, accept.language) == (cast.rosa.email, "fr")
    assert "Lamps" in texts(relay)[cast.rosa.email]
    cast.nuria.approval_notice = "never"
    studied(need, cast.nuria, cast.ines, now)
    studied(need, cast.rosa, cast.ines, now)
    studied(need, cast.ines, cast.ines, now)
    assert send(now + LATER) == 0


def test_who_owns_it_no_more_is_not_told(cast, now, relay):
    need = told(cast, cast.barcelona, cast.nuria, now)
    studied(need, cast.rosa, cast.ines, now)
    studied(need, cast.ines, cast.ines, now)
    assert send(now) == 0


def test_who_must_not_be_contacted_is_not(cast, now, relay):
    person = cast.people[0]
    Person.objects.filter(pk=person.pk).update(is_do_not_contact=True)
    need = strange(cast, cast.barcelona, now, address=person.email.upper())
    answered(need, cast.rosa, now)
    assert send(now + LATER) == 0
    assert NeedMail.objects.get().reason == "do_not_contact"
    assert forget_ended(now + LATER) == 1


def test_what_is_refused_or_a_year_old_is_forgotten(cast, now, relay):
    relay.faults.append(Fault("rcpt", reply="550 5.1.1 <ana@one.example> unknown"))
    need = strange(cast, cast.barcelona, now, address="ana@one.example")
    waiting = strange(cast, cast.barcelona, now, "b", address="bo@one.example")
    answered(need, cast.rosa, now)
    send(now + LATER)
    assert NeedMail.objects.get().state == State.FAILED
    assert forget_ended(now + LATER) == 1
    mail = NeedMail.objects.get()
    assert (mail.address, "@" in mail.reason) == ("", False)
    waiting.refresh_from_db()
    assert waiting.address
    assert forget_ended(now + timedelta(days=366)) == 1


def test_an_email_in_doubt_keeps_its_address_until_somebody_settles_it(cast, now):
    need = strange(cast, cast.barcelona, now, address="ana@one.example")
    answered(need, cast.rosa, now)
    NeedMail.objects.update(state=State.IN_DOUBT, ended_at=now)
    assert forget_ended(now) == 0
    NeedMail.objects.update(state=State.SENT)
    assert forget_ended(now) == 1


def test_hostile_words_stay_words(cast, now, relay):
    what = "<img src=x onerror=alert(1)> {{ need_link }} **bold** [x](https://evil.example)"
    need = strange(cast, cast.barcelona, now, what=what, address="ana@one.example")
    answered(need, cast.rosa, now, en="<script>alert(2)</script> {{ first_name }}")
    send(now + LATER)
    (accept,) = relay.accepts
    page = accept.message.get_body(("html",)).get_content()
    assert "<img src=x" not in page
    assert "<script>" not in page
    assert 'href="https://evil.example' not in page
    assert "{{ need_link }}" in texts(relay)["ana@one.example"]


def test_an_erased_person_leaves_no_address(cast, now):
    person = cast.people[0]
    need = strange(cast, cast.barcelona, now, address=person.email.upper())
    kept = dossier_of(person, kept_of(person))
    assert kept["feedback.need"][0]["id"] == need.pk
    Person.objects.filter(pk=person.pk).update(left_on=date(2026, 11, 1))
    erase(person, cast.dora, now)
    need.refresh_from_db()
    assert need.address == ""


def test_a_reporter_whose_account_is_gone_gets_nothing(cast, now, relay):
    need = told(cast, cast.barcelona, cast.nuria, now)
    cast.nuria.delete()
    answered(need, cast.rosa, now)
    assert send(now + LATER) == 0
    assert Need.objects.get().stage == "answered"
