"""What events keep of a person is given out with the rest, and goes with it."""

from datetime import date

from communications.desk.queries.dossier import dossier_of
from communications.desk.services.erasure import erase
from communications.dispatches.sources import kept_of
from events.models import CheckIn, EventMail, Registration
from events.services.checkin import check_in
from events.services.registration import register
from stakeholders.models import Person
from tests.events.making import make_event


def registered(cast, now):
    """Return a registration of somebody who has left since, with a mail and a check-in."""
    found = register(make_event(cast, now), cast.people[0], "es", now)
    check_in(found, cast.ines, now)
    told = EventMail.objects.filter(registration=found)
    told.update(state="failed", address="ana@one.example", reason="550 <ana@one.example> unknown")
    Person.objects.filter(pk=found.person_id).update(left_on=date(2026, 11, 1))
    return found


def test_all_that_events_keep_is_given_out(cast, now):
    person = registered(cast, now).person
    found = dossier_of(person, kept_of(person))
    assert found["events.registration"][0]["state"] == "going"
    assert found["events.eventmail"][0]["address"] == "ana@one.example"
    assert len(found["events.checkin"]) == 1
    assert "ticket_hash" not in found["events.registration"][0]


def test_the_seat_stays_and_the_address_goes(cast, now):
    person = registered(cast, now).person
    erase(person, cast.claire, now)
    mail = EventMail.objects.get()
    assert (mail.address, mail.reason, mail.state) == ("", "", "failed")
    assert Registration.objects.get().name == "Erased"
    assert CheckIn.objects.count() == 1
