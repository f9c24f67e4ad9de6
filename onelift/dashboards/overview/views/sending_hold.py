"""What every signed-in page says while nothing is sent."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from communications.dispatches.queries.ledger import database_hold


def hold_for_page(_request: HttpRequest) -> dict[str, object]:
    """Give templates ``hold``, an interruption or nothing; asked for only where it is shown."""
    return {"hold": SimpleLazyObject(database_hold)}
