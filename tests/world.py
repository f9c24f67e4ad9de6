"""One programme with something of everything, for tests that visit every page."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from communications.models import Delivery, Dispatch, State
from communications.services import approval as approvals
from communications.services import pump
from communications.services.message import MessageData
from communications.services.question import ask_back
from feedback.services.survey import SurveyData, SurveyTexts, create_survey
from programmes.models import BusinessLine, Service, Stream
from programmes.models.stream import week_of
from programmes.services.texts import publish
from programmes.services.update import UpdateData, send_update
from stakeholders.models import ImportRun, Persona, Role, User
from stakeholders.services.audience import Lines, save_audience
from stakeholders.services.importrun import receive
from tests.communications.making import approve, make_message
from tests.factories import (
    MemberFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PersonalObjectiveFactory,
)

CANARY = "Canary"


@dataclass
class World:
    """The users by name, the keys that rows of the table use, and words of China only."""

    users: dict[str, User]
    keys: dict[str, Any]
    canaries: list[str]


def make_imports(cast, now) -> tuple[ImportRun, ImportRun]:
    """Return an applied import, with a line of China that was rejected, and an open one."""
    run = ImportRun.objects.create(
        file_name="october.csv",
        at=now,
        ended_at=now,
        by=cast.hana,
        headings=["Matricule", "Nom", "Email", "Site"],
        effect={
            **dict.fromkeys(("created", "updated", "unchanged", "leavers", "returned"), 0),
            "rows": 1,
            "rejected": {"no_mail": 1},
            "notes": {"duplicate_rows": 0},
        },
    )
    cells = ["P3", f"{CANARY}3", "", "Shanghai"]
    run.entries.create(kind="rejected", line=2, name=cells[1], reason="no_mail", cells=cells)
    file = b"Matricule;Nom;Email;Site\nP1;Mo;p1@x.example;Shanghai"
    return run, receive(file, "november.csv", cast.hana, now)


def make_streams(cast, now) -> dict[str, Any]:
    """Return Samir, his stream and another one with something of everything, by their keys."""
    samir = User.objects.create_user(
        "samir@onelift.example", "correct horse battery", first_name="Samir", last_name="Test"
    )
    stream = Stream.objects.create(programme=cast.programme, name="Desk")
    other = Stream.objects.create(programme=cast.programme, name="Access")
    Role.objects.create(
        user=samir, programme=cast.programme, kind=Role.Kind.STREAM_LEADER, stream=stream
    )
    found = {"samir": samir, "stream": stream, "other-stream": other}
    for key, of in (("", stream), ("other-", other)):
        found[f"{key}member"] = MemberFactory(stream=of)
        found[f"{key}milestone"] = MilestoneFactory(stream=of)
        found[f"{key}objective"] = ObjectiveFactory(programme=cast.programme, stream=of)
        found[f"{key}update"] = send_update(
            of, week_of(now.date()), UpdateData("on", "on"), samir, now
        )
    found["whole-objective"] = ObjectiveFactory(programme=cast.programme)
    for user, keyed in ((cast.rosa, "rosas"), (samir, "samirs"), (cast.ines, "ines-own")):
        found[keyed] = PersonalObjectiveFactory(programme=cast.programme, owner=user)
    return found


def make_world(cast) -> World:
    """Return the cast's programme with messages in each state, a dispatch and a survey."""
    now = timezone.now()
    past = now - timedelta(minutes=30)
    for person in cast.people[3:]:
        person.last_name = f"{CANARY}{person.pk}"
        person.save()
    today = {"fixed_on": now.date() - timedelta(days=1), "latest_hours": 96}
    sent = make_message(cast, past, **today)
    approval = approve(cast, sent, past)
    pump.run_pump(now)
    Delivery.objects.filter(site=cast.barcelona).update(
        state=State.IN_DOUBT, message_id="<x@onelift.example>", ended_at=now
    )
    chinese = {"en": (f"{CANARY} of China", "Hello"), "zh-hans": ("中国", "您好")}
    hidden = make_message(cast, past, texts=chinese, sites=[cast.shanghai], **today)
    hidden_approval = approve(cast, hidden, past)
    pump.run_pump(now)
    draft = make_message(cast, past)
    asked = approvals.ask(make_message(cast, past, purpose="Asked"), cast.ines, past)
    questions = {"csat": "How?", "nps": "Recommend?", "choice": "What?", "comment": "Say"}
    texts = SurveyTexts("How is it?", "[Say]({{ survey_link }})", questions, ["A", "B"])
    survey = create_survey(
        cast.programme,
        SurveyData("Pulse", MessageData("Pulse", "IT", fixed_on=now.date()), {"en": texts}),
        cast.ines,
        past,
    )
    Persona.objects.create(
        programme=cast.programme, slug="analyst", name_en="Analyst", jobs=["Analyst"]
    )
    streams = make_streams(cast, past)
    ada = User.objects.create_superuser("ada@onelift.example", "correct horse battery")
    service = Service.objects.create(programme=cast.programme, name="Desk")
    publish(service, "en", cast.ines, past)
    publish(Persona.objects.get(), "en", cast.ines, past)
    dispatch = Dispatch.objects.get(message=sent)
    applied, uploaded = make_imports(cast, past)
    lines = [BusinessLine.objects.create(name=name) for name in ("Legal", f"{CANARY} labs")]
    for person, line in zip((cast.people[0], cast.people[3]), lines, strict=True):
        person.business_line = line
        person.save()
    return World(
        users={
            "otto": cast.otto,
            "ines": cast.ines,
            "claire": cast.claire,
            "rosa": cast.rosa,
            "ada": ada,
            "hana": cast.hana,
            "samir": streams["samir"],
        },
        keys={
            "wave1": cast.wave1.pk,
            "barcelona": cast.wave1.wave_sites.get().pk,
            "barcelona-site": cast.barcelona.pk,
            "shanghai-site": cast.shanghai.pk,
            "person": cast.people[0].pk,
            "hidden-person": cast.people[3].pk,
            "line": lines[0].pk,
            "hidden-line": lines[1].pk,
            "service": service.pk,
            **{name: one.pk for name, one in streams.items()},
            "role": Role.objects.get(user=cast.mei).pk,
            "sent": sent.pk,
            "draft": draft.pk,
            "hidden": hidden.pk,
            "waiting": asked.pk,
            "question": ask_back(asked, cast.claire, "Why now?", past).pk,
            "approved": approval.pk,
            "hidden-approval": hidden_approval.pk,
            "dispatch": dispatch.pk,
            "hidden-dispatch": Dispatch.objects.get(message=hidden).pk,
            "doubt": dispatch.deliveries.filter(state=State.IN_DOUBT)[0].pk,
            "hidden-delivery": dispatch.deliveries.filter(site=cast.shanghai)[0].pk,
            "survey": survey.pk,
            "saved": save_audience(cast.programme, "Iberia", Lines(), now).pk,
            "import": applied.pk,
            "open-import": uploaded.pk,
        },
        canaries=[CANARY, "Shanghai", "person3@", "中国"],
    )
