"""Events for tests, made by the services."""

import threading
from dataclasses import replace
from datetime import time, timedelta

from django.db import connection

from communications.approvals.services import approval as approvals
from communications.dispatches.services.link import token_of
from communications.models import Delivery, Dispatch
from events.models import Event
from events.queries.ticket import INVITED
from events.services.event import EventData, create_event, write_texts
from events.services.registration import register
from events.sources import InvitationSource
from stakeholders.audiences.services.audience import Lines
from tests import factories
from tests.clock import day

DAY = timedelta(days=1)
TEXT = {
    "title": "One IT Day",
    "what": "Try the new workplace.",
    "agenda": "10:00 Welcome\n11:00 Ask the desk",
}
SPANISH = {
    "title": "Día de One IT",
    "what": "Pruebe el nuevo puesto.",
    "agenda": "10:00 Bienvenida",
}


def event_data(cast, **changes) -> EventData:
    """Return a site event in Barcelona on a Tuesday in two weeks, 10:00 to 12:00 there."""
    data = EventData(
        kind=Event.Kind.SITE,
        site=cast.barcelona,
        room="Building C",
        held_on=day(2026, 12, 8),
        from_time=time(10),
        until_time=time(12),
        capacity=2,
        text=TEXT,
        lines=Lines(),
        invite_on=day(2026, 11, 24),
        remind_days=2,
    )
    return replace(data, **changes)


def make_event(cast, now, **changes) -> Event:
    """Return an event by Ines with an English and a Spanish text."""
    event = create_event(cast.programme, event_data(cast, **changes), cast.ines, now)
    write_texts(event, "es", SPANISH, cast.ines, now)
    return event


def approve(cast, message, now):
    """Let Ines ask and Claire approve."""
    asked = approvals.ask(message, cast.ines, now)
    return approvals.approve(asked, cast.claire, asked.fingerprint, now)


def invite(event, person, now) -> str:
    """Return the token of the link by which a person is invited."""
    dispatch = Dispatch.objects.create(message=event.invitation, started_at=now)
    delivery = Delivery.objects.create(
        dispatch=dispatch,
        person=person,
        site=person.site,
        due_at=now,
        latest_at=now,
        approval=event.invitation.approvals.get(),
    )
    InvitationSource().context([delivery], now)
    return token_of(delivery, INVITED)


def seat(event, now, count=1, site=None):
    """Return the registrations of so many new people, one after the other."""
    site = site or event.site
    people = [factories.PersonFactory(site=site, language="es") for _ in range(count)]
    return [register(event, one, "es", now + timedelta(seconds=n)) for n, one in enumerate(people)]


def at_once(acts):
    """Run all acts at the same moment in threads of their own; return what they gave or raised."""
    start, results = threading.Barrier(len(acts)), []

    def run(act):
        start.wait()
        try:
            results.append(act())
        except Exception as error:  # noqa: BLE001  told to the test
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
