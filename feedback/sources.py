"""What the pump asks of this floor: to which group each invited person belongs, and their link."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communications.dispatches.services.link import make_links
from communications.dispatches.sources import Source, register
from communications.models import Delivery, Dispatch, Message, PersonalLink
from feedback.models import Invitation, Segment, Survey
from feedback.queries.invitation import PURPOSE
from feedback.queries.questionnaire import questions_of, texts_of
from programmes.models import Site, WaveSite


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

    def planned(self, dispatch: Dispatch, wave_site: WaveSite, now: datetime) -> None:
        """Fix the group in which a site is counted; who joins the site later is counted there."""
        survey = Survey.objects.get(invitation=dispatch.message_id)
        Survey.objects.filter(pk=survey.pk, closed_at__isnull=False).update(closed_at=None)
        segments = Segment.objects.filter(survey=survey, wave=wave_site.wave)
        if segments.filter(site=wave_site.site).exists():
            return
        invited = Delivery.objects.filter(dispatch=dispatch, site=wave_site.site)
        is_known = Invitation.objects.filter(link__delivery__in=invited).exists()
        is_large = invited.count() >= survey.smallest_group
        _segment_of(survey, wave_site, wave_site.site if is_large and not is_known else None, now)

    def context(self, deliveries: Sequence[Delivery], now: datetime) -> dict[int, dict[str, str]]:
        """Make the links and invitations of a batch; a second call gives the same links."""
        values: dict[int, dict[str, str]] = {}
        with transaction.atomic():
            for survey, asked in _by_survey(deliveries):
                values |= _invite(survey, asked, now)
        return values


def _segment_of(survey: Survey, place: WaveSite, site: Site | None, now: datetime) -> Segment:
    year, week, _day = now.astimezone(ZoneInfo(place.site.time_zone)).isocalendar()
    group: dict[str, Any] = {
        "survey": survey,
        "wave": place.wave,
        "region": place.site.region,
        "site": site,
    }
    segment = Segment.objects.filter(**group).exclude(week="").first()
    return segment or Segment.objects.get_or_create(**group, week=f"{year}-W{week:02}")[0]


def _by_survey(deliveries: Sequence[Delivery]) -> Iterable[tuple[Survey, list[Delivery]]]:
    surveys = Survey.objects.filter(
        invitation__dispatches__in={delivery.dispatch_id for delivery in deliveries}
    ).prefetch_related("invitation__dispatches")
    for survey in surveys.distinct():
        dispatches = {dispatch.pk for dispatch in survey.invitation.dispatches.all()}
        yield survey, [d for d in deliveries if d.dispatch_id in dispatches]


def _invite(survey: Survey, asked: list[Delivery], now: datetime) -> dict[int, dict[str, str]]:
    tokens = make_links(asked, PURPOSE, now + timedelta(days=survey.open_days))
    segments = _segments_by_site(survey, {delivery.site_id for delivery in asked}, now)
    sites = {delivery.pk: delivery.site_id for delivery in asked}
    links = PersonalLink.objects.filter(delivery__in=sites, purpose=PURPOSE)
    Invitation.objects.bulk_create(
        [Invitation(link=link, segment=segments[sites[link.delivery_id]]) for link in links],
        ignore_conflicts=True,
    )
    return {pk: {"survey_link": f"{settings.PUBLIC_URL}/s/{t}/"} for pk, t in tokens.items()}


def _segments_by_site(survey: Survey, sites: set[int], now: datetime) -> dict[int, Segment]:
    """Return the group of each site: its own, else its region's in the site's wave."""
    segments = {(s.wave_id, s.region_id, s.site_id): s for s in survey.segments.order_by("-pk")}
    found = {s.site_id: s for s in segments.values() if s.site_id in sites}
    for place in _places(survey, sites - found.keys()):
        key = (place.wave_id, place.site.region_id, None)
        found[place.site_id] = segments.get(key) or _segment_of(survey, place, None, now)
    return found | {site: _elsewhere(survey) for site in sites - found.keys()}


def _elsewhere(survey: Survey) -> Segment:
    """Return the group of those whose site has left the programme since it was planned."""
    return Segment.objects.get_or_create(survey=survey, wave=None, region=None, site=None, week="")[
        0
    ]


def _places(survey: Survey, sites: set[int]) -> Iterable[WaveSite]:
    places = WaveSite.objects.filter(wave__programme=survey.programme_id, site__in=sites)
    return places.select_related("wave", "site__region")


register(SurveySource())
