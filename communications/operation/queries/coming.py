"""What is to leave next, as things stand."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.utils import timezone

from communications.dispatches.queries.slots import Slot, readable, slots
from communications.messages.models import Approval
from stakeholders.audiences.models.rule import Rule


@dataclass(frozen=True)
class Coming:
    """The next day of the active time zone on which emails leave, and how many."""

    on: date
    mails: int


def next_emails(now: datetime) -> Coming | None:
    """Return the next day with emails; None if nothing that is approved lies ahead.

    The number of queries does not depend on that of messages.
    """
    standing = Approval.objects.standing().select_related("message__programme")
    ahead = [slot for slot in slots(readable(standing)) if slot.next_from(now)[0] > now]
    if not ahead:
        return None
    first = min(_day_of(slot, now) for slot in ahead)
    return Coming(first, _mails(slot for slot in ahead if _day_of(slot, now) == first))


def _day_of(slot: Slot, now: datetime) -> date:
    return timezone.localtime(slot.next_from(now)[0]).date()


def _mails(found: Iterable[Slot]) -> int:
    """Return how many people with an address the slots mean, in one query."""
    sites: dict[int, set[int]] = defaultdict(set)
    rules: dict[int, Rule] = {}
    for slot in found:
        rules[slot.approval.pk] = slot.plan.rule
        sites[slot.approval.pk].add(slot.wave_site.site_id)
    first, *others = [_counted(pk, rule, sites[pk]) for pk, rule in rules.items()]
    return sum(mails for _approval, mails in first.union(*others, all=True))


def _counted(pk: int, rule: Rule, sites: set[int]) -> QuerySet[Any, Any]:
    people = rule.people().filter(site__in=sites).exclude(email="").order_by()
    of = people.annotate(approval=Value(pk)).values("approval")
    return of.annotate(mails=Count("pk", distinct=True)).values_list("approval", "mails")
