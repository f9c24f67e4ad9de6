"""Forgetting where a stranger wanted an answer: once it has left, or nobody waits any more."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from communications.mailroom.models.ledger import OPEN
from communications.models import State
from feedback.needs.models import Need, NeedMail

# The page promises it: see ``templates/public/need.html``.
KEPT = timedelta(days=365)


def forget(needs: Iterable[int]) -> int:
    """Delete the addresses that strangers left with needs (their ids); return how many."""
    keys = list(needs)
    mails = NeedMail.objects.filter(need__in=keys, user=None)
    mails.filter(reason__contains="@").update(reason="")
    mails.update(address="")
    return Need.objects.filter(pk__in=keys).exclude(address="").update(address="")


def forget_ended(now: datetime) -> int:
    """Delete the addresses to which nothing is to be sent any more, and those a year old.

    An email in doubt keeps its address, for whoever settles it. Return how many.
    """
    ended = NeedMail.objects.filter(kind=NeedMail.Kind.ANSWER, user=None)
    ended = ended.exclude(state__in=[*OPEN, State.IN_DOUBT])
    is_answered = Q(answered_at__isnull=False) | Q(joined_to__answered_at__isnull=False)
    done = Q(is_answered, pk__in=ended.order_by().values("need"))
    held = Need.objects.exclude(address="").filter(done | Q(reported_at__lt=now - KEPT))
    return forget(held.values_list("pk", flat=True))


def forget_address(address: str) -> int:
    """Delete an address wherever somebody left it; return from how many needs."""
    if not address:
        return 0
    left = Need.objects.filter(address__iexact=address).values_list("pk", flat=True)
    sent = NeedMail.objects.filter(user=None, address__iexact=address)
    return forget({*left, *sent.values_list("need", flat=True)})
