"""A dispatch row by row, for programs."""

from collections.abc import Iterator

from communications.dispatches.models import Delivery, Dispatch

COLUMNS = ("person", "address", "language", "state", "reason", "message_id", "attempts")
CHUNK = 2000


def delivery_rows(dispatch: Dispatch) -> Iterator[tuple[str | int, ...]]:
    """Yield ``COLUMNS`` of each delivery in the order of planning, in memory that does not grow.

    ``person`` is the personnel number; ``address`` is what the mail went to, empty before.
    """
    rows = Delivery.objects.filter(dispatch=dispatch).order_by("pk")
    own = ("person__personnel_number", *COLUMNS[1:])
    yield from rows.values_list(*own).iterator(chunk_size=CHUNK)
