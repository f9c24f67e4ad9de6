"""How many of those with a seat came."""

from datetime import date

from django.db.models import Count

from events.models import Event, Registration
from programmes.models import Programme


def attendance_of(programme: Programme, today: date) -> tuple[int, int]:
    """Return how many came and how many had a seat, at events before today that took place.

    One query. Seats are places that were given; who walked in had one, too.
    """
    held = Event.objects.past(today).filter(programme=programme, cancelled_at__isnull=True)
    seats = Registration.objects.filter(
        event__in=held.order_by().values("pk"), state=Registration.State.GOING
    )
    found = seats.aggregate(came=Count("check_in"), seats=Count("pk"))
    return found["came"], found["seats"]
