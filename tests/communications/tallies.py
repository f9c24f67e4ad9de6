"""The tally of the ledger, compared with a plain count of its rows."""

from collections import defaultdict

from communications.dispatches.models.tally import KEY, WAITING
from communications.mailroom.models.ledger import OPEN
from communications.models import Delivery, Tally


def key_of(row):
    """Return in what a row counts, as ``Tally`` says it."""
    is_open = row.state in OPEN
    is_cut = row.state == "planned" and row.next_try_at is not None
    return (
        row.dispatch_id,
        row.site_id,
        WAITING if is_open else row.state,
        "" if is_open else row.language,
        row.reason if row.state in ("skipped", "cancelled") else "",
        row.delay,
        row.due_at if is_open or row.delay else None,
        row.next_try_at.replace(second=0, microsecond=0) if is_cut else None,
    )


def counted():
    """Return how many rows are alike, by the columns of the tally."""
    found = defaultdict(int)
    for row in Delivery.objects.all():
        found[key_of(row)] += 1
    return dict(found)


def tallied():
    """Return the same from the tally."""
    return {tuple(row[column] for column in KEY): row["n"] for row in Tally.objects.by(*KEY)}


def ends():
    """Return the first and the last end of rows that are alike."""
    found = defaultdict(list)
    for row in Delivery.objects.filter(ended_at__isnull=False):
        found[key_of(row)].append(row.ended_at)
    return {key: (min(all_of_them), max(all_of_them)) for key, all_of_them in found.items()}


def tallied_ends():
    """Return the same from the tally."""
    rows = (row for row in Tally.objects.groups() if row["last"])
    return {tuple(row[column] for column in KEY): (row["first"], row["last"]) for row in rows}
