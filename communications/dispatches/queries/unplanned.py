"""The people of a sending whose site’s hour has not come: they have no row yet."""

from collections import Counter
from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef

from communications.dispatches.models import Dispatch
from communications.messages.models import Approval
from stakeholders.models import HeadCount
from stakeholders.people.models.person import PersonQuerySet

# So many are counted one by one. Of more, those who have moved here since they got it count too.
ONE_BY_ONE = 5000


def coming_people(approval: Approval, dispatch: Dispatch) -> PersonQuerySet:
    """Return the people whom the rule means now and who have no row."""
    rows = dispatch.deliveries.filter(person=OuterRef("pk"))
    return approval.frozen.rule.people().filter(~Exists(rows))


def coming_at(
    approval: Approval, dispatch: Dispatch, sites: Collection[int]
) -> Counter[tuple[int, str]]:
    """Count those who work at some sites by site and language, in two queries at most."""
    heads = _heads(approval, sites)
    if heads.total() > ONE_BY_ONE or not sites:
        return heads
    people = coming_people(approval, dispatch).filter(site__in=sites).order_by()
    found = people.values_list("site", "language").annotate(n=Count("*"))
    return Counter({(site, language): n for site, language, n in found})


def _heads(approval: Approval, sites: Collection[int]) -> Counter[tuple[int, str]]:
    """Count whom the rule means from the head counts; nobody if it means single persons."""
    rule = approval.frozen.rule
    if rule.is_single or not sites:
        return Counter()
    heads = HeadCount.objects.filter(rule.meant(), site__in=sites).by("site", "language")
    return Counter({(row["site"], row["language"]): row["people"] for row in heads})
