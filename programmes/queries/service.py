"""Services that anybody may read of."""

from collections.abc import Iterable

from programmes.models import Programme, Service
from programmes.queries.texts import APPROVED, SOURCE_LANGUAGE, states_of_many


def published_services(services: Iterable[Service]) -> list[Service]:
    """Return those of some services whose English is approved (one query, and the services')."""
    found = list(services)
    states = states_of_many(found, languages=[SOURCE_LANGUAGE])
    return [one for one in found if states[one.pk][SOURCE_LANGUAGE].state == APPROVED]


def is_published(programme: Programme) -> bool:
    """Tell whether the public may know of a programme: it has a published service."""
    return bool(published_services(programme.services.all()))
