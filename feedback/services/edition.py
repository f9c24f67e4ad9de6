"""From held answers to published figures."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from communications.mailroom.models.ledger import OPEN
from communications.models import Delivery, PersonalLink
from feedback.models import Answer, Edition, Segment, Survey
from feedback.queries.tally import gaining_groups, tally_of
from feedback.services.grouping import segment_of, settle_groups
from feedback.services.moving import lock, move_held, show_comments, wipe_leftovers
from feedback.services.sealed_comments import unseal
from feedback.suppression import AnswerGroup, Figures, comments_due, next_edition


def publish_surveys(now: datetime) -> None:
    """Bring all surveys up to date: move what is held, publish what may be, close what ended."""
    settle_groups()
    move_held()
    publish_all(now)
    close_ended(now)
    wipe_leftovers()


def publish_all(now: datetime) -> int:
    """Publish an edition of each survey that may have one; return how many were published."""
    waiting = Q(segments__in=Answer.objects.filter(edition=None).values("segment"))
    surveys = Survey.objects.filter(waiting | Q(waiting_comments__isnull=False))
    return sum(publish(survey, now) is not None for survey in surveys.distinct())


def publish(survey: Survey, now: datetime) -> Edition | None:
    """Publish what each group has gained, or nothing if no group has gained enough."""
    with transaction.atomic():
        k = lock(survey.pk).smallest_group
        last = survey.editions.first()
        groups = gaining_groups(survey, k)
        comments = _comments_due(survey, k)
        if not groups and not comments:
            return None
        published: list[Figures] = last.figures if last else []
        number = last.number + 1 if last else 1
        figures = next_edition(published, tally_of(survey, groups), k)
        for group in groups:
            _uncounted(survey, group).update(edition=number)
        show_comments(survey.pk, comments, number)
        return Edition.objects.create(
            survey=survey, number=number, published_at=now, figures=figures
        )


def _uncounted(survey: Survey, group: AnswerGroup) -> QuerySet[Answer]:
    segments = Segment.objects.filter(survey=survey, **group._asdict())
    return Answer.objects.filter(segment__in=segments, edition=None)


def _comments_due(survey: Survey, k: int) -> dict[UUID, str]:
    """Return the comments that may be read now, by their keys; those whose key is gone wait on."""
    shown = survey.comments.count()
    if not comments_due(shown, survey.waiting_comments.count(), k):
        return {}
    opened = {row.pk: unseal(row.sealed) for row in survey.waiting_comments.all()}
    texts = {pk: text for pk, text in opened.items() if text is not None}
    return texts if comments_due(shown, len(texts), k) else {}


def close_ended(now: datetime) -> int:
    """Close the surveys whose last link has expired; return how many were closed."""
    ended = [survey for survey in Survey.objects.filter(closed_at=None) if has_ended(survey, now)]
    for survey in ended:
        close(survey, now)
    return len(ended)


def has_ended(survey: Survey, now: datetime) -> bool:
    """Tell whether nothing of a survey is still to be sent, and all its links have expired."""
    deliveries = Delivery.objects.filter(dispatch__message=survey.invitation_id)
    if deliveries.filter(state__in=OPEN).exists() or _is_still_planned(survey, now):
        return False
    links = PersonalLink.objects.filter(delivery__dispatch__message=survey.invitation_id)
    return not links.filter(expires_at__gt=now).exists() and links.exists()


def _is_still_planned(survey: Survey, now: datetime) -> bool:
    """Tell whether a site of a later wave may still be asked, with two weeks for being late."""
    message, rule = survey.invitation, survey.invitation.audience.rule()
    live_on = rule.places().dated().aggregate(last=Max("live_on"))["last"]
    last_on = message.fixed_on or (live_on and live_on + timedelta(days=message.offset_days or 0))
    return last_on is not None and last_on + timedelta(days=14) > now.date()


def close(survey: Survey, now: datetime) -> None:
    """Count what remains in larger groups, publish it where it is enough, and close the survey."""
    with transaction.atomic():
        k = lock(survey.pk).smallest_group
        for coarser in (_without_site, _without_region, _without_wave):
            _coarsen(survey, coarser(_waiting_groups(survey)), k)
        publish(survey, now)
        Survey.objects.filter(pk=survey.pk).update(closed_at=now, is_settled=False)


def _waiting_groups(survey: Survey) -> list[tuple[AnswerGroup, int]]:
    rows = (
        Answer.objects.filter(segment__survey=survey, edition=None)
        .values_list("segment__wave", "segment__region", "segment__site")
        .annotate(n=Count("*"))
    )
    return [(AnswerGroup(*row[:3]), row[3]) for row in rows]


Coarser = Iterable[tuple[AnswerGroup, int, AnswerGroup]]


def _without_site(groups: list[tuple[AnswerGroup, int]]) -> Coarser:
    return [(g, n, g._replace(site=None)) for g, n in groups if g.site]


def _without_region(groups: list[tuple[AnswerGroup, int]]) -> Coarser:
    return [(g, n, AnswerGroup(g.wave, None, None)) for g, n in groups if g.region and not g.site]


def _without_wave(groups: list[tuple[AnswerGroup, int]]) -> Coarser:
    return [(g, n, AnswerGroup(None, None, None)) for g, n in groups if g.wave and not g.region]


def _coarsen(survey: Survey, moves: Coarser, k: int) -> None:
    for group, waiting, target in moves:
        if waiting < k:
            _uncounted(survey, group).update(segment=segment_of(survey, target))
