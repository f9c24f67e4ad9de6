"""At the door: a scan as a whole request, beside the one statement that it needs at least."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test import Client, override_settings

from communications.dispatches.services.link import hash_of
from events.models import CheckIn, Event, Registration
from events.queries.ticket import token_of
from programmes.database.clock import database_now
from stakeholders.models import Person
from tests import factories
from tests.benchmarks.measure import Figure, Goal, in_turns, report
from tests.benchmarks.stage import Stage, analyse
from tests.conftest import make_cast
from tests.events.making import make_event

SEATS = 800
SCANS = 200
P99_SECONDS = 0.060


def main(stage: Stage) -> bool:
    """Measure two hundred scans in a row at an event of eight hundred."""
    seats = min(SEATS, stage.people)
    cast = make_cast()
    now = database_now()
    event = make_event(cast, now, capacity=seats, held_on=now.date() + timedelta(days=1))
    fill(event, seats, now)
    analyse()
    sides = {"ours": scan(event, cast.ines), "limit": one_statement(event)}
    figures = {side: Figure(v) for side, v in in_turns(sides, stage.runs).items()}
    ours = figures["ours"]
    return report(
        f"A scan at the door, 99 of 100 within: {seats:,} seats",
        ours,
        limit=("one INSERT", figures["limit"]),
        goals=(Goal("at most 60 ms", ours.median <= P99_SECONDS),),
    )


def fill(event: Event, seats: int, now: object) -> None:
    """Give every seat to somebody."""
    people = factories.PersonFactory.build_batch(seats, site=event.site)
    for person in people:
        person.site_id = event.site_id
    Person.objects.bulk_create(people)
    rows = [
        Registration(event=event, person=person, state="going", asked_at=now)
        for person in Person.objects.filter(site=event.site).order_by("pk")[:seats]
    ]
    for row in rows:
        row.ticket_hash = hash_of(token_of(row))
    Registration.objects.bulk_create(rows)


def scan(event: Event, host: object) -> Callable[[], float]:
    """Return how to scan codes that nobody has scanned; it gives the 99th of a hundred."""
    client = Client(headers={"HX-Request": "true"})
    client.force_login(host)
    door = f"/p/{event.programme.slug}/events/{event.slug}/check-in/scan/"

    def measure() -> float:
        CheckIn.objects.all().delete()
        taken = []
        with override_settings(ALLOWED_HOSTS=["testserver"]):
            for code in codes(event):
                start = time.perf_counter()
                response = client.post(door, {"code": code})
                taken.append(time.perf_counter() - start)
                assert response.status_code == 200, response.status_code
        assert CheckIn.objects.count() == len(taken)
        return percentile(taken)

    return measure


def one_statement(event: Event) -> Callable[[], float]:
    """Return how to write bare rows, each in a statement of its own."""
    sql = "INSERT INTO events_checkin (registration_id, at) VALUES (%s, %s)"

    def measure() -> float:
        CheckIn.objects.all().delete()
        now, taken = connection.ops.adapt_datetimefield_value(database_now()), []
        keys = list(event.registrations.values_list("pk", flat=True)[:SCANS])
        with connection.cursor() as cursor:
            for key in keys:
                start = time.perf_counter()
                cursor.execute(sql, [key, now])
                taken.append(time.perf_counter() - start)
        return percentile(taken)

    return measure


def codes(event: Event) -> list[str]:
    return list(event.registrations.values_list("code", flat=True)[:SCANS])


def percentile(taken: list[float]) -> float:
    """Return what 99 of 100 did not exceed."""
    return sorted(taken)[max(0, round(len(taken) * 0.99) - 1)]
