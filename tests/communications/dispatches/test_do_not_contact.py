"""Who is not to be contacted gets nothing, whenever that was said."""

import pytest
from django.urls import reverse

from communications.mailroom.services import ledger
from communications.models import Delivery, State
from communications.operation.services import pump
from stakeholders.models import Contact
from stakeholders.people.services.person import contact_again, stop_contact
from tests.communications.dispatches.test_sending import LATER, states
from tests.communications.making import approve, make_message, run
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


def recipients(relay):
    return {mail.recipient for mail in relay.accepts if mail.message["X-OneLift-Dispatch"]}


def others(cast, person):
    return {each.email for each in cast.people if each != person}


def test_it_is_honoured_by_what_is_planned_later(cast, now, relay):
    person = cast.people[0]
    stop_contact(person, "On long leave", cast.ines, now)
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    assert recipients(relay) == others(cast, person)
    delivery = Delivery.objects.get(person=person)
    assert (delivery.state, delivery.reason) == (State.SKIPPED, "do_not_contact")
    assert delivery.ended_at == now + LATER
    assert not Contact.objects.filter(person=person).exists()


def test_it_is_honoured_by_what_was_planned_or_claimed_before(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    pump.run_pump(now + LATER)
    planned, claimed = cast.people[:2]
    assert ledger.claim(Delivery.objects.filter(person=claimed), 1, now + LATER)
    for person in (planned, claimed):
        stop_contact(person, "Asked for it", cast.ines, now + LATER)
    run(now + LATER * 2)
    assert recipients(relay) == {each.email for each in cast.people[2:]}
    assert states() == {"sent": 4, "skipped": 2}


def test_taking_it_back_sends_nothing_of_what_was_skipped_but_what_comes_next(cast, now, relay):
    person = cast.people[0]
    stop_contact(person, "On long leave", cast.ines, now)
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    contact_again(person, cast.ines, now + LATER)
    for n in (2, 3):
        run(now + LATER * n)
    assert person.email not in recipients(relay)
    approve(cast, make_message(cast, now), now + LATER * 3)
    run(now + LATER * 5)
    assert person.email in recipients(relay)
    assert states() == {"sent": 11, "skipped": 1}


def test_the_page_of_the_dispatch_says_why(cast, now, relay, as_user):
    person = PersonFactory(site=cast.barcelona, language="es")
    stop_contact(person, "On long leave", cast.ines, now)
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    dispatch = Delivery.objects.get(person=person).dispatch_id
    address = reverse("communications:dispatch-show", args=["one-it", dispatch])
    page = as_user(cast.claire).get(address)
    assert "must not be contacted" in page.content.decode()
