"""Writing down who is informed, so that boards need not read the whole ledger."""

from datetime import datetime, timedelta

from django.db import transaction

from communications.models import Delivery
from events.models import CheckIn
from events.queries.informed import knowing_in
from programmes.database.statistics import look_at_new_rows
from programmes.models import Programme
from stakeholders.models import Informed, InformedAsOf, InformedCount, Person

# Rows are at most a minute old: the clock comes twice in that time.
EVERY = timedelta(seconds=25)
BATCH = 5000
COLUMNS = ("site_id", "informed_at")


def refresh_all(now: datetime) -> int:
    """Refresh who is informed in each programme that is due; return how many these are."""
    return sum(refresh_in_turn(programme, now) for programme in Programme.objects.order_by("pk"))


def refresh_in_turn(programme: Programme, now: datetime) -> bool:
    """Do so for one programme, unless somebody has begun to just now; return whether it was done.

    Whoever began and died is followed by the next.
    """
    InformedAsOf.objects.get_or_create(
        programme=programme, defaults={"asked_at": now - 2 * EVERY, "as_of": None}
    )
    turn = InformedAsOf.objects.filter(programme=programme, asked_at__lte=now - EVERY)
    if not turn.update(asked_at=now):
        return False
    refresh_informed(programme, now)
    return True


def refresh_informed(programme: Programme, now: datetime) -> None:
    """Refresh who is informed in a programme; rows that did not change are left alone.

    After a bulk load the server would take the ledger for empty, and look for days.
    """
    look_at_new_rows(Delivery, Person, CheckIn)
    with transaction.atomic():
        _refresh(programme, now)


def _refresh(programme: Programme, now: datetime) -> None:
    stands = InformedAsOf.objects.select_for_update(no_key=True).filter(programme=programme)
    list(stands)
    wanted = _wanted(programme)
    rows = Informed.objects.of(programme).order_by()
    held = {pk: tuple(values) for pk, *values in rows.values_list("person", *COLUMNS)}
    _remove(programme, held.keys() - wanted.keys())
    changed = [pk for pk, values in wanted.items() if held.get(pk) != values]
    Informed.objects.bulk_create(
        (
            Informed(
                programme=programme, person_id=pk, **dict(zip(COLUMNS, wanted[pk], strict=True))
            )
            for pk in sorted(changed)
        ),
        batch_size=BATCH,
        update_conflicts=True,
        update_fields=COLUMNS,
        unique_fields=["programme", "person"],
    )
    InformedCount.objects.renew(programme)
    InformedAsOf.objects.update_or_create(
        programme=programme,
        defaults={"as_of": now},
        create_defaults={"as_of": now, "asked_at": now},
    )


def _wanted(programme: Programme) -> dict[int, tuple[int, datetime | None]]:
    """Return the site and the instant of each row that there should be, by person."""
    found = knowing_in(programme)
    people = Person.objects.active().of(programme.pk).order_by().values_list("pk", "site")
    return {
        pk: (site, found.informed.get(pk))
        for pk, site in people
        if pk in found.informed or pk in found.possibly
    }


def _remove(programme: Programme, people: set[int]) -> None:
    gone = sorted(people)
    for start in range(0, len(gone), BATCH):
        batch = gone[start : start + BATCH]
        Informed.objects.of(programme).filter(person__in=batch).delete()
