"""In which group each site is counted: fixed at approval, and made larger where that was too small.

A group is fixed before anybody is asked, by those who can be asked then. Some of them get nothing
after all: they leave, or their address is refused. So once a sending is over, groups that asked
fewer than k join others, with those of their answers that no edition counts.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import ngettext

from communications.mailroom.models import State
from communications.mailroom.models.ledger import OPEN
from communications.models import Delivery
from feedback.grouping import ALL, groups_of, nearest, sizes_of
from feedback.models import Invitation, Segment, Survey, SurveySite
from feedback.services.moving import lock
from feedback.suppression import AnswerGroup
from programmes.models import WaveSite
from stakeholders.people.models.person import PersonQuerySet

Asked = Mapping[AnswerGroup, int]
# Who has no mail of these states has no link.
NOBODY = (State.CANCELLED, State.FAILED)


def asked_at(
    survey: Survey, people: PersonQuerySet, *, is_optional: bool
) -> dict[AnswerGroup, int]:
    """Return how many of these people get a link as things stand, by site (two queries).

    People who share an address count as one.
    """
    reached = people.filter(is_do_not_contact=False).exclude(email="")
    reached = reached.exclude(pk__in=people.with_bad_address().values("pk"))
    if is_optional:
        reached = reached.exclude(pk__in=people.opted_out(survey.programme_id).values("pk"))
    counts = dict(reached.order_by().values_list("site").annotate(n=Count("email", distinct=True)))
    places = groups_at(survey, counts)
    return {place: counts[site] for site, place in places.items()}


def reason_against(survey: Survey, asked: Asked) -> str:
    """Return why a survey may not be sent to so few, or nothing."""
    missing = survey.smallest_group - sum(asked.values())
    if missing <= 0 or survey.sites.exists():
        return ""
    return ngettext(
        "Fewer than %(k)s people would get this survey, so answers would not stay anonymous."
        " Add %(n)s person to its audience.",
        "Fewer than %(k)s people would get this survey, so answers would not stay anonymous."
        " Add %(n)s people to its audience.",
        missing,
    ) % {"k": survey.smallest_group, "n": missing}


@transaction.atomic
def fix_groups(survey: Survey, asked: Asked) -> None:
    """Fix the group of each site; those of sites where people have been asked already stay.

    Sites that are new are grouped among themselves, and join the groups that are there if they
    have fewer than k people together.
    """
    lock(survey.pk)
    if not Invitation.objects.filter(segment__survey=survey).exists():
        survey.segments.all().delete()
    known = set(survey.sites.values_list("site", flat=True))
    new = {place: n for place, n in asked.items() if place.site not in known}
    groups = groups_of(new, survey.smallest_group)
    there = _planned(survey)
    if there and sizes_of(groups, new).get(ALL, survey.smallest_group) < survey.smallest_group:
        groups = {place: nearest(place, there) for place in new}
    _write(survey, groups)


def join_late(survey: Survey, sites: Collection[int]) -> None:
    """Let sites without a group join one that is there; no wave may go to them any more."""
    known = set(survey.sites.filter(site__in=sites).values_list("site", flat=True))
    late = {site: ALL for site in sites if site not in known}
    if late:
        lock(survey.pk)
        late |= groups_at(survey, late)
        there = _planned(survey) or {ALL: 0}
        _write(survey, {place._replace(site=s): nearest(place, there) for s, place in late.items()})


def groups_at(survey: Survey, sites: Collection[int]) -> dict[int, AnswerGroup]:
    """Return each site with its region and its wave, by id."""
    places = WaveSite.objects.filter(wave__programme=survey.programme_id, site__in=sites)
    rows = places.values_list("wave", "site__region", "site")
    return {site: AnswerGroup(wave, region, site) for wave, region, site in rows}


def _planned(survey: Survey) -> Counter[AnswerGroup]:
    """Return how many people have or get a link, by the groups that are fixed."""
    rows = Delivery.objects.filter(dispatch__message=survey.invitation_id)
    at = dict(rows.exclude(state__in=NOBODY).values_list("site").annotate(n=Count("*")).order_by())
    sizes: Counter[AnswerGroup] = Counter()
    for site, *group in survey.sites.values_list(
        "site", "segment__wave", "segment__region", "segment__site"
    ):
        sizes[AnswerGroup(*group)] += at.get(site, 0)
    return sizes


def _write(survey: Survey, groups: Mapping[AnswerGroup, AnswerGroup]) -> None:
    segments = {group: segment_of(survey, group) for group in set(groups.values())}
    SurveySite.objects.bulk_create(
        [
            SurveySite(survey=survey, site_id=place.site, segment=segments[group])
            for place, group in groups.items()
            if place.site
        ],
        ignore_conflicts=True,
    )


def segment_of(survey: Survey, group: AnswerGroup) -> Segment:
    """Return the segment of a group, which whoever comes first makes."""
    return Segment.objects.get_or_create(survey=survey, week="", **_columns(group))[0]


def _columns(group: AnswerGroup) -> dict[str, Any]:
    return {f"{name}_id": pk for name, pk in group._asdict().items()}


def settle_groups() -> int:
    """Let groups that asked fewer than k join others, once a sending is over; return how many."""
    sent = Survey.objects.filter(is_settled=False, invitation__dispatches__isnull=False)
    sending = Delivery.objects.filter(state__in=OPEN).values("dispatch__message")
    return sum(_settle(survey) for survey in sent.exclude(invitation__in=sending).distinct())


@transaction.atomic
def _settle(survey: Survey) -> int:
    survey = lock(survey.pk)
    asked = _asked(survey)
    joining = [one for one in groups_of(asked, survey.smallest_group).items() if one[0] != one[1]]
    for group, larger in joining:
        _join(survey, group, segment_of(survey, larger))
    if survey.closed_at and sum(asked.values()) < survey.smallest_group:
        Invitation.objects.filter(segment__survey=survey).update(segment=None)
    Survey.objects.filter(pk=survey.pk).update(is_settled=True)
    return len(joining)


def _asked(survey: Survey) -> dict[AnswerGroup, int]:
    rows = (
        Invitation.objects.filter(segment__survey=survey)
        .exclude(link__delivery__state__in=NOBODY)
        .values_list("segment__wave", "segment__region", "segment__site")
        .annotate(n=Count("*"))
        .order_by()
    )
    return {AnswerGroup(*row[:3]): row[3] for row in rows}


def _join(survey: Survey, group: AnswerGroup, larger: Segment) -> None:
    """Count a group in a larger one; its answers move with the next shuffle."""
    own = Segment.objects.filter(survey=survey, **_columns(group)).exclude(pk=larger.pk)
    keys = list(own.values_list("pk", flat=True))
    Segment.objects.filter(joined__in=keys).update(joined=larger)
    own.update(joined=larger)
    for model in (Invitation, SurveySite):
        model._default_manager.filter(segment__in=keys).update(segment=larger)
