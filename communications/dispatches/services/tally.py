"""Keeping the tally of the ledger small, and comparing it with the rows that it counts."""

import logging

from communications.dispatches.models import Dispatch, Tally
from communications.dispatches.models.counting import mend_tally
from communications.dispatches.models.tally import WAITING

log = logging.getLogger(__name__)


def tidy() -> None:
    """Merge what has piled up, and compare what has come to rest. Safe to run at any time."""
    for dispatch in sorted(Tally.objects.merge()):
        if Tally.objects.filter(dispatch=dispatch, part=WAITING).mails() <= 0:
            compare(dispatch)


def compare_all() -> int:
    """Compare all dispatches, one by one; return how many counts differed."""
    return sum(compare(pk) for pk in Dispatch.objects.order_by("pk").values_list("pk", flat=True))


def compare(dispatch: int) -> int:
    """Compare the tally of a dispatch with its rows, and mend it; return how often they differ."""
    differing = mend_tally(dispatch)
    if differing:
        log.error(
            "The tally of dispatch %s differed in %s counts: corrected",
            dispatch,
            differing,
        )
    return differing
