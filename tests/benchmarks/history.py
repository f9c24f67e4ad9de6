"""Fills the ledger and the answers, by a few statements over the people who are there.

Messages, surveys and their approvals are made by the services; only what is counted in millions
is inserted from tables that are there.
"""

from datetime import datetime, timedelta
from itertools import count

from django.db import connection
from django.db.models import Case, F, Value, When
from django.db.models.functions import Mod

from communications.approvals.services import approval as approvals
from communications.dispatches.services.link import present_generation
from communications.messages.services.message import MessageData
from communications.models import Approval, Delivery, Dispatch, State
from feedback.models import Option, Segment, Survey
from feedback.rendering import standard_texts
from feedback.services.edition import publish_all
from feedback.services.survey import KINDS, SurveyData, SurveyTexts, create_survey
from programmes.database.clock import database_now
from programmes.models import Wave, WaveSite
from programmes.services.texts import mark
from stakeholders.models import Contact
from tests.benchmarks.crowd import Crowd
from tests.benchmarks.stage import Stage
from tests.communications.making import approve, make_message

SURVEYS = 4
BETWEEN_MAILS = timedelta(days=6)
# Of a thousand people: who is left out is cancelled, and so on; all others got their mail.
ODD_ENDS = {1: State.FAILED, 2: State.SKIPPED, 3: State.IN_DOUBT, 4: State.CANCELLED}
WAVES_TOLD_LATELY = 4
RECENT = 5


def fill_history(crowd: Crowd, stage: Stage) -> None:
    """Fill the ledger with mails of the past, then the answers to the surveys among them."""
    now = database_now()
    waves = list(Wave.objects.order_by("pk"))
    for number in count():
        at = now - timedelta(days=1) - BETWEEN_MAILS * number
        told = waves[:WAVES_TOLD_LATELY] if number < RECENT else []
        approval = asked(crowd, at, told) if number < SURVEYS else written(crowd, at, told)
        send(approval, at)
        if Delivery.objects.count() >= stage.rows:
            break
    fill_contacts()
    for survey in Survey.objects.all():
        fill_segments(survey)
        fill_links(survey, now + timedelta(days=7))
        fill_answers(survey, stage.rows // SURVEYS)
    publish_all(now)


def written(crowd: Crowd, at: datetime, waves: list[Wave]) -> Approval:
    """Return a version of a message that was approved and due on a day."""
    message = make_message(crowd, at, fixed_on=at.date(), latest_hours=96, waves=waves)
    return approve(crowd, message, at)


def asked(crowd: Crowd, at: datetime, waves: list[Wave]) -> Approval:
    """Return the approved invitation to a survey of a day."""
    frame = MessageData("Pulse", "One IT", fixed_on=at.date(), waves=waves)
    standard = standard_texts("en")
    texts = SurveyTexts(
        standard["subject"],
        standard["body"],
        {kind: standard[kind] for kind in KINDS},
        standard["options"].splitlines(),
    )
    data = SurveyData(f"Pulse of {at:%d %B}", frame, {"en": texts})
    survey = create_survey(crowd.programme, data, crowd.ines, at)
    mark(survey.invitation, "en", "review", crowd.ines, at)
    waiting = approvals.ask(survey.invitation, crowd.ines, at)
    return approvals.approve(waiting, crowd.claire, waiting.fingerprint, at)


def send(approval: Approval, at: datetime) -> None:
    """Put the mails of a version into the ledger, ended on a day."""
    dispatch = Dispatch.objects.create(message=approval.message, started_at=at)
    ends = [When(rest=rest, then=Value(state)) for rest, state in ODD_ENDS.items()]
    people = approval.frozen.rule.people()
    Delivery.objects.insert_from(
        people.annotate(rest=Mod(F("pk") + dispatch.pk, Value(1000))),
        {
            "dispatch_id": dispatch.pk,
            "site_id": F("site"),
            "state": Case(*ends, default=Value(State.SENT)),
            "language": F("language"),
            "address": F("email"),
            "approval_id": approval.pk,
            "attempts": 1,
            "due_at": at,
            "latest_at": at + timedelta(days=4),
            "ended_at": at,
        },
    )


def fill_contacts() -> None:
    """Note for everybody the last mail that they got."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO stakeholders_contact (programme_id, person_id, last_sent_at)
            SELECT message.programme_id, mail.person_id, MAX(mail.ended_at)
            FROM communications_delivery mail
            JOIN communications_dispatch sending ON sending.id = mail.dispatch_id
            JOIN communications_message message ON message.id = sending.message_id
            WHERE mail.state = 'sent'
            GROUP BY message.programme_id, mail.person_id"""
        )
    Contact.objects.follow_people()


def fill_segments(survey: Survey) -> None:
    """Make each site a group of its own."""
    for place in WaveSite.objects.filter(wave__programme=survey.programme).select_related("site"):
        group = {"wave": place.wave, "region_id": place.site.region_id, "site": place.site}
        segment = Segment.objects.create(survey=survey, week="2026-W40", **group)
        survey.sites.update_or_create(site=place.site, defaults={"segment": segment})


def fill_links(survey: Survey, until: datetime) -> None:
    """Make the personal link of each mail of a survey."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO communications_personallink
            (delivery_id, purpose, token_hash, expires_at, generation)
            SELECT mail.id, 'survey', 'hash of ' || mail.id, %s, %s
            FROM communications_delivery mail
            JOIN communications_dispatch sending ON sending.id = mail.dispatch_id
            WHERE sending.message_id = %s""",
            [until, present_generation(), survey.invitation_id],
        )


def fill_answers(survey: Survey, rows: int) -> None:
    """Write answers of all sites: one for each of so many mails, whatever they were about."""
    options = Option.objects.filter(question__survey=survey).order_by("pk")
    key = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO feedback_answer (id, segment_id, csat, nps, choice_id)
            SELECT {key}, own.id, 1 + (mail.id * 7) %% 5, (mail.id * 3) %% 11, %s + mail.id %% %s
            FROM communications_delivery mail
            JOIN feedback_segment own ON own.site_id = mail.site_id AND own.survey_id = %s
            LIMIT %s""",
            [options[0].pk, len(options), survey.pk, rows],
        )
