"""What concerns Barcelona and Shanghai alike, of which a reader of one region sees a part.

It holds no words of its own: it is added when they are planted. A number, or a name of China that
is written into it, gives away that a wall is gone.
"""

from datetime import datetime, timedelta
from typing import Any

from auditlog.models import LogEntry
from django.db.models import Model

from communications.dispatches.models.dispatch import trail_id
from communications.messages.services.message import MessageData
from communications.models import Act, Bounce, Delivery, Dispatch, Message, State
from communications.operation.services import pump
from events.models import CheckIn
from events.services.registration import register
from feedback.models import Survey
from feedback.needs.services.joining import join
from feedback.services.survey import SurveyData, SurveyTexts, create_survey
from programmes.models import Programme
from programmes.services.texts import mark
from programmes.timing import Delay
from stakeholders.audiences.services.audience import Lines, save_audience
from stakeholders.models import ImportRun, OptOut, Role
from tests import factories
from tests.canaries.sharing import share_register, share_wave
from tests.clock import NOW
from tests.communications.making import approve, make_message
from tests.communications.posting import make_channel, tell
from tests.events.making import make_event
from tests.feedback.needs.making import told

QUESTIONS = {"csat": "How?", "nps": "Recommend?", "choice": "What?", "comment": "Say"}


def mingle(cast, stream: int, pia, now: datetime) -> list[str]:
    """Add it to the first programme; return where it is met, under the address of a programme.

    ``stream`` is one that Samir does not lead. Pia gets a programme that has no wave yet.
    """
    today = {"fixed_on": now.date() - timedelta(days=1), "latest_hours": 96}
    cast.programme.refresh_from_db()
    of_wave = share_wave(cast, now)
    strangers = [factories.PersonFactory(site=cast.shanghai, language="zh-hans") for _ in range(3)]
    both = [cast.iberia, cast.china]
    message = make_message(cast, now, regions=both, **today)
    optional = make_message(cast, now, regions=both, is_optional=True, is_urgent=False)
    paused = make_message(cast, now, regions=both, **today)
    for one in (message, optional, paused):
        approve(cast, one, now)
    survey = approved_survey(cast, "Pulse of both", (), now)
    boards = [
        make_channel(cast, "by_hand", f"Of {len(sites)}", "en", sites=sites)
        for sites in ([cast.barcelona, cast.shanghai], [cast.shanghai])
    ]
    posted = tell(cast, now, *boards, **today).message
    pump.run_pump(NOW)
    dispatch = Dispatch.objects.get(message=message)
    spread(dispatch, cast, now)
    held = pause(paused, cast, now)
    Delivery.objects.filter(dispatch__message=survey.invitation).update(
        state=State.SENT, language="en", ended_at=now
    )
    reminder = make_guests(cast, strangers, now)
    lacking = lack(cast, now)
    share_register(cast, message, optional, now)
    make_people(cast, strangers, stream, now)
    Programme.objects.filter(pk=cast.programme.pk).update(mails_a_week=2)
    first, second = (save_audience(cast.programme, n, Lines(), now).pk for n in ("All", "Each"))
    three = factories.ProgrammeFactory(slug="three", name="Three")
    Role.objects.create(user=pia, programme=three, kind=Role.Kind.PROGRAMME_MANAGER)
    page = f"dispatches/{dispatch.pk}/"
    return [
        *(f"messages/{one.pk}/" for one in (message, optional, reminder)),
        *(page, f"{page}reach/", f"listening/{survey.pk}/"),
        *of_wave,
        *(f"listening/needs/{pk}/" for pk in lacking),
        f"dispatches/{Dispatch.objects.get(message=posted).pk}/",
        *(f"{page}deliveries/?part={part}" for part in ("failed", "bounced")),
        f"dispatches/{held.pk}/deliveries/?part=held",
        f"people/streams/{stream}/",
        f"people/audiences/compare/?first={first}&second={second}",
    ]


def lack(cast, now: datetime) -> list[int]:
    """Let both lack the same, and one need of each be joined with one of the other's."""
    what = {"what": "Spare cables for the meeting rooms"}
    alike = [told(cast, site, cast.ines, now, **what) for site in (cast.barcelona, cast.shanghai)]
    pairs = (cast.barcelona, cast.shanghai), (cast.shanghai, cast.barcelona)
    for first, other in pairs:
        lead, one = (
            told(cast, site, cast.ines, now, what=f"{site} {first}") for site in (first, other)
        )
        alike += [lead, join(one, lead, cast.ines, now)]
    return [need.pk for need in alike if need.site == cast.barcelona]


def approved_survey(cast, name: str, sites, now: datetime) -> Survey:
    """Return a survey of some sites, or of all, that is about to be sent."""
    texts = SurveyTexts("How is it?", "[Say]({{ survey_link }})", QUESTIONS, ["A", "B"])
    frame = MessageData(
        "Pulse",
        "IT",
        fixed_on=now.date() - timedelta(days=1),
        latest_hours=96,
        is_urgent=True,
        sites=list(sites),
    )
    data = SurveyData(name, frame, {"en": texts})
    survey = create_survey(cast.programme, data, cast.ines, now)
    mark(survey.invitation, "en", "review", cast.ines, now)
    approve(cast, survey.invitation, now)
    return survey


def spread(dispatch: Dispatch, cast, now: datetime) -> None:
    """Let the mails to Shanghai be in all states, one of them in the trail.

    One to Barcelona is refused for now as well: a page without held emails shows no reasons.
    """
    rows = list(dispatch.deliveries.filter(site=cast.shanghai).order_by("pk"))
    rows += dispatch.deliveries.filter(site=cast.barcelona)[:1]
    refused = {"reason": "451 later", "attempts": 1, "next_try_at": now + timedelta(hours=1)}
    ended = {"language": "en", "message_id": "<b>", "ended_at": now}
    values = [
        {"state": State.FAILED, "reason": "550 no", **ended},
        {"state": State.SENT, **ended},
        {"delay": Delay.BUDGET, "next_try_at": now + timedelta(days=1)},
        *[refused] * (len(rows) - 3),
    ]
    for row, value in zip(rows, values, strict=True):
        Delivery.objects.filter(pk=row.pk).update(**value)
    failed, back = rows[:2]
    kind = {"kind": "hard", "code": "5.1.1", "reply": "Nobody", "received_at": now}
    Bounce.objects.create(delivery=back, dispatch=dispatch, site=back.site, **kind)
    OptOut.objects.create(programme=cast.programme, person=failed.person, at=now)
    note_pause(failed, now, cid=trail_id(dispatch.pk))


def note_pause(touched: Model, now: datetime, **more: Any) -> None:
    """Let the trail say that somebody paused a sending or a mail."""
    LogEntry.objects.log_create(
        touched,
        force_log=True,
        action=LogEntry.Action.UPDATE,
        changes={"state": ["a", "b"]},
        additional_data={"act": Act.PAUSE},
        timestamp=now,
        **more,
    )


def pause(message: Message, cast, now: datetime) -> Dispatch:
    """Pause a sending while a mail to Shanghai is on its way; return it."""
    dispatch = Dispatch.objects.get(message=message)
    sending = dispatch.deliveries.filter(site=cast.shanghai).first()
    Delivery.objects.filter(pk=sending.pk).update(state=State.SENDING)
    Dispatch.objects.filter(pk=dispatch.pk).update(paused_at=now)
    return dispatch


def make_guests(cast, strangers, now: datetime) -> Message:
    """Let somebody of Shanghai come to an event of Barcelona; return its reminder."""
    day = now.date() + timedelta(days=5)
    values = {"held_on": day, "invite_on": now.date(), "capacity": 9}
    event = make_event(cast, now, site=cast.barcelona, **values)
    register(event, strangers[0], "en", now)
    newcomer = factories.PersonFactory(site=cast.shanghai)
    coming = register(event, newcomer, "en", now)
    CheckIn.objects.create(registration=coming, at=now)
    return event.reminder


def make_people(cast, strangers, stream: int, now: datetime) -> None:
    """Let somebody of Shanghai leave, lead one of Barcelona, and have an aim in a stream."""
    factories.ServiceFactory(programme=cast.programme, stream_id=stream)
    factories.PersonFactory(site=cast.shanghai, left_on=now.date())
    cast.people[0].refresh_from_db()
    cast.people[0].manager_number = strangers[0].personnel_number
    cast.people[0].save(update_fields=["manager_number"])
    factories.PersonalObjectiveFactory(
        programme=cast.programme, owner=cast.mei, stream_id=stream, name="Aim"
    )
    run = ImportRun.objects.get(state="applied")
    run.effect["known"] = 6
    run.save(update_fields=["effect"])
