"""What the pump asks of this floor: to which group each invited person belongs, and their link."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communications.dispatches.services.link import make_links
from communications.dispatches.sources import Source, register
from communications.messages.models.content import Content
from communications.models import Approval, Delivery, Dispatch, Message, PersonalLink
from feedback.models import Invitation, Survey
from feedback.queries.invitation import PURPOSE
from feedback.queries.questionnaire import questions_of, texts_of
from feedback.services.grouping import asked_at, fix_groups, join_late, reason_against
from feedback.suppression import AnswerGroup
from programmes.models import WaveSite
from stakeholders.models import User


class SurveySource(Source):
    """A message that asks: each delivery carries a link of its own."""

    key = "survey"
    informs = False
    page_words = _("This is the invitation to a survey")
    edit_words = _("Edit the survey")
    page_action = "survey.translate"
    placeholders = frozenset({"survey_link"})

    def content(self, message: Message) -> dict[str, Any]:
        """Return the questions and answers in each language: they are approved with the mail."""
        questions = questions_of(Survey.objects.get(invitation=message))
        return {code: texts_of(questions, code) for code in message.programme.languages}

    def page(self, message: Message) -> str:
        survey = Survey.objects.get(invitation=message)
        return reverse("feedback:survey-edit", args=[message.programme.slug, survey.pk])

    def reason_against(self, message: Message, content: Content) -> str:
        """Return how many people are missing for answers to stay anonymous."""
        survey = Survey.objects.get(invitation=message)
        return reason_against(survey, _asked(survey, content))

    def approved(self, approval: Approval, user: User, now: datetime) -> None:
        """Fix in which group each site is counted."""
        survey = Survey.objects.get(invitation=approval.message_id)
        fix_groups(survey, _asked(survey, approval.frozen))

    def planned(self, dispatch: Dispatch, wave_site: WaveSite, now: datetime) -> None:
        """Count a site that is new in a group that is there, and open the survey again."""
        survey = Survey.objects.get(invitation=dispatch.message_id)
        Survey.objects.filter(pk=survey.pk).update(closed_at=None, is_settled=False)
        join_late(survey, [wave_site.site_id])

    def context(self, deliveries: Sequence[Delivery], now: datetime) -> dict[int, dict[str, str]]:
        """Make the links and invitations of a batch; a second call gives the same links."""
        values: dict[int, dict[str, str]] = {}
        with transaction.atomic():
            for survey, asked in _by_survey(deliveries):
                values |= _invite(survey, asked, now)
        return values


def _asked(survey: Survey, content: Content) -> dict[AnswerGroup, int]:
    return asked_at(survey, content.rule.people(), is_optional=content.is_optional)


def _by_survey(deliveries: Sequence[Delivery]) -> Iterable[tuple[Survey, list[Delivery]]]:
    surveys = Survey.objects.filter(
        invitation__dispatches__in={delivery.dispatch_id for delivery in deliveries}
    ).prefetch_related("invitation__dispatches")
    for survey in surveys.distinct():
        dispatches = {dispatch.pk for dispatch in survey.invitation.dispatches.all()}
        yield survey, [d for d in deliveries if d.dispatch_id in dispatches]


def _invite(survey: Survey, asked: list[Delivery], now: datetime) -> dict[int, dict[str, str]]:
    tokens = make_links(asked, PURPOSE, now + timedelta(days=survey.open_days))
    segments = _segments_by_site(survey, {delivery.site_id for delivery in asked})
    sites = {delivery.pk: delivery.site_id for delivery in asked}
    links = PersonalLink.objects.filter(delivery__in=sites, purpose=PURPOSE)
    Invitation.objects.bulk_create(
        [Invitation(link=link, segment_id=segments[sites[link.delivery_id]]) for link in links],
        ignore_conflicts=True,
    )
    return {pk: {"survey_link": f"{settings.PUBLIC_URL}/s/{t}/"} for pk, t in tokens.items()}


def _segments_by_site(survey: Survey, sites: set[int]) -> dict[int, int]:
    """Return the id of the segment in which each site is counted."""
    rows = survey.sites.filter(site__in=sites).values_list("site", "segment")
    known = dict(rows)
    if sites <= known.keys():
        return known
    join_late(survey, sites - known.keys())
    return dict(rows.all())


register(SurveySource())
