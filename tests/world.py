"""Two programmes, one with something of everything, for tests that visit every page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F

from communications.adaptations.services import deciding
from communications.adaptations.services.writing import call_ready, write_adapted
from communications.approvals.services import approval as approvals
from communications.approvals.services.comment import comment_on
from communications.approvals.services.question import ask_back
from communications.approvals.services.review import ReviewData, ask_review
from communications.approvals.services.sender import add_sender, consent
from communications.groups.queries.feed import feed_token
from communications.kits.queries.kit import texts_of_kits, wanted_files
from communications.kits.queries.kit_link import token_of as token_of_kit
from communications.kits.services import kit
from communications.kits.services.kit_link import hand_on
from communications.messages.services.answer import answer_impact
from communications.messages.services.channel_text import text_for, write_channel_text
from communications.messages.services.message import MessageData
from communications.models import (
    Channel,
    Delivery,
    Dispatch,
    DroppedPoint,
    KitDownload,
    KitFile,
    KitVersion,
    Post,
    State,
)
from communications.operation.services import pump
from events.models import CheckIn, EventMail, Registration
from events.queries.ticket import token_of
from events.services.registration import register
from feedback.services.survey import SurveyData, SurveyTexts, create_survey
from onelift.exchange.models import TextImport
from onelift.exchange.services.term import save_term
from programmes.models import ApiToken, BusinessLine, Override, Service, Stream, Term
from programmes.models.stream import week_of
from programmes.services.publishing import publish
from programmes.services.token import make_token
from programmes.services.update import UpdateData, send_update
from programmes.services.value import Bringer, NewValue, record_value
from stakeholders.accounts.services.delegation import Absence, name_delegate
from stakeholders.audiences.services.audience import Lines, save_audience
from stakeholders.importing.services.importrun import receive
from stakeholders.models import ImportRun, Person, Persona, Role, User
from stakeholders.register.services.impact_batch import edit_together
from stakeholders.register.services.stakeholder import place
from tests.communications.adaptations.making import adapt
from tests.communications.making import approve, make_message
from tests.communications.posting import make_channel, tell
from tests.events.making import make_event
from tests.factories import (
    BlackoutFactory,
    ImpactFactory,
    MemberFactory,
    MilestoneFactory,
    MoveFactory,
    ObjectiveFactory,
    PersonalObjectiveFactory,
    StakeholderFactory,
)
from tests.feedback.needs.making import make_needs
from tests.second import Second, make_second

CANARY = "Canary"


@dataclass
class World:
    """The users by name, the keys that rows of the table use, words hidden from Rosa, and Two."""

    users: dict[str, User]
    keys: dict[str, Any]
    canaries: list[str]
    second: Second


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


def make_channels(cast) -> dict[str, Channel]:
    """Return a channel of Barcelona and one of China, whose hosts nobody has allowed."""
    found = {}
    values = {"kind": "webhook", "address": "https://signs.example.com/hook", "secret": "s3cret"}
    for key, name, site in (
        ("channel", "Signs", cast.barcelona),
        ("hidden-channel", f"{CANARY} chat", cast.shanghai),
    ):
        found[key] = Channel.objects.create(
            programme=cast.programme, name=name, language=site.language, **values
        )
        found[key].sites.add(site)
    return found


def make_posts(cast, now) -> dict[str, Any]:
    """Return what waits to be posted by hand in both regions, a post in doubt, and a feed."""
    past = now - timedelta(minutes=30)
    kinds = {
        "post": make_channel(cast, "by_hand", "Board", sites=[cast.barcelona]),
        "hidden-post": make_channel(
            cast, "by_hand", f"{CANARY} group", "zh-hans", sites=[cast.shanghai]
        ),
        "doubtful-post": make_channel(cast, "slack", "Talk", sites=[cast.barcelona]),
        "feed": make_channel(cast, "feed", "Intranet", sites=[cast.barcelona]),
    }
    today = {"fixed_on": now.date() - timedelta(days=1), "latest_hours": 96}
    tell(cast, past, *kinds.values(), **today)
    pump.run_pump(now)
    Post.objects.filter(channel=kinds["doubtful-post"]).update(
        state=State.IN_DOUBT, message_id="x.1", ended_at=now
    )
    feed = kinds.pop("feed")
    posts = {key: Post.objects.get(channel=channel).pk for key, channel in kinds.items()}
    return {**posts, "feed": feed.pk, "token": feed_token(feed.pk)}


def make_kits(cast, now) -> dict[str, Any]:
    """Return a file that is there, one that could not be made, and a link, of both regions."""
    kit.note_wanted(cast.programme, wanted_files(texts_of_kits(cast.programme)), now)
    found: dict[str, Any] = {}
    tokens: dict[str, str] = {}
    for prefix, site in (("", cast.barcelona), ("hidden-", cast.shanghai)):
        files = KitFile.objects.filter(place__site=site)
        files.filter(kind="chat").update(state="refused", problem="glyph")
        files.filter(kind="poster").update(state="ready")
        found[f"{prefix}kit-file"] = files.filter(kind="chat").first()
        poster = files.filter(kind="poster").first()
        found[f"{prefix}kit-version"] = KitVersion.objects.create(
            file=poster,
            sha256=f"{site.pk:064}",
            size=4,
            content=b"%PDF",
            picture=b"PNG",
            made_at=now,
        )
        region, wave = site.region, site.wave_sites.get().wave
        link = hand_on(wave, region, None, 90, cast.ines, now)
        found |= {f"{prefix}kit-link": link, f"{prefix}kit-poster": poster}
        tokens[f"{prefix}kit-token"] = token_of_kit(link)
    for user, wave in ((cast.rosa, cast.wave1), (cast.mei, cast.wave2)):
        region = user.roles.get().region
        KitDownload.objects.create(user=user, wave=wave, region=region, extent="all", at=now)
    return {**{key: one.pk for key, one in found.items()}, **tokens}


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
        found[f"{key}value"] = value_of(found[f"{key}objective"], samir, now)
        found[f"{key}update"] = send_update(
            of, week_of(now.date()), UpdateData("on", "on"), samir, now
        )
    found["whole-objective"] = ObjectiveFactory(programme=cast.programme)
    for user, keyed in ((cast.rosa, "rosas"), (samir, "samirs"), (cast.ines, "ines-own")):
        found[keyed] = PersonalObjectiveFactory(programme=cast.programme, owner=user)
        found[f"{keyed}-value"] = value_of(found[keyed], user, now)
    found["api-token"] = token_of_another_system(cast.programme, cast.ines, now)[0]
    return found


def make_decisions(cast, streams, now) -> dict[str, int]:
    """Return a need, an override that expires, and a delegation that is to come."""
    last_week = week_of(now.date()) - timedelta(days=7)
    need = UpdateData("on", "on", need="Two more agents")
    days = now.date() + timedelta(days=40), now.date() + timedelta(days=50)
    away = name_delegate(cast.programme, cast.claire, cast.tom, Absence(*days, "UTC"), now)
    override = Override.objects.create(
        wave=cast.wave2,
        verdict="at_risk",
        reason="The pilot decides",
        until_on=now.date() + timedelta(days=3),
        made_at=now,
        made_by=cast.ines,
    )
    update = send_update(streams["stream"], last_week, need, streams["samir"], now)
    return {"need": update.pk, "override": override.pk, "delegation": away.pk}


def value_of(objective, user, now) -> Any:
    """Return an objective value, with a note."""
    return record_value(objective, NewValue(Decimal(4), now.date(), "Counted"), Bringer(user), now)


def token_of_another_system(programme, user, now) -> tuple[Any, str]:
    """Return a token that opens all, and what another system shows."""
    until = now + timedelta(days=30)
    return make_token(programme, "Reports", ApiToken.Right.values, until, user, now)


def make_register(cast, streams, now) -> dict[str, Any]:
    """Return who has a say and what changes, of Samir's stream, of China, and of nobody's."""
    analyst = Persona.objects.get(programme=cast.programme, slug="analyst")
    of_desk = {"programme": cast.programme, "stream": streams["stream"]}
    of_access = {"programme": cast.programme, "stream": streams["other-stream"]}
    found = {
        "stakeholder": StakeholderFactory(**of_desk, region=cast.iberia, notes=f"{CANARY} notes"),
        "hidden-stakeholder": StakeholderFactory(
            **of_access, region=cast.china, name=f"{CANARY} heads"
        ),
        "whole-stakeholder": StakeholderFactory(
            programme=cast.programme, name=f"{CANARY} committee", persona=analyst
        ),
        "impact": ImpactFactory(**of_desk, personas=[analyst]),
        "other-impact": ImpactFactory(**of_access, personas=[analyst]),
        "hidden-impact": ImpactFactory(
            **of_access, name=f"{CANARY} shift", personas=[analyst], sites=[cast.shanghai]
        ),
    }
    chosen = [found["impact"].pk]
    found["impact-batch"] = edit_together(
        cast.programme, chosen, {"until_days": 90}, cast.ines, now
    )
    for each in ("stakeholder", "hidden-stakeholder", "whole-stakeholder"):
        place(found[each], 70, 70, cast.ines, now)
    return found


def make_events(cast, streams, now) -> dict[str, Any]:
    """Return an event in Barcelona that Hugo hosts and one of China, each with somebody there."""
    day = now.date() + timedelta(days=7)
    found: dict[str, Any] = {}
    for key, site, person, more in (
        ("", cast.barcelona, cast.people[0], {"stream": streams["stream"], "hosts": [cast.hugo]}),
        ("hidden-", cast.shanghai, cast.people[3], {"stream": streams["other-stream"]}),
    ):
        title = f"{CANARY} day" if key else "One IT Day"
        text = {"title": title, "what": f"{title}: come and see.", "agenda": "10:00 Welcome"}
        more |= {"lines": Lines(sites=[site])}
        more |= {"site": site, "held_on": day, "invite_on": now.date(), "text": text}
        event = make_event(cast, now, **more)
        approve(cast, event.invitation, now)
        registration = register(event, person, "en", now)
        came = Registration.objects.create(
            event=event,
            guest_name=f"Guest of {title}",
            state="going",
            asked_at=now,
            ticket_hash=f"{event.pk:064}",
        )
        found[f"{key}event"] = event.slug
        found[f"{key}attendee"] = registration.pk
        doubt = EventMail(registration=registration, kind="confirmed", occasion=9, due_at=now)
        doubt.state = State.IN_DOUBT
        doubt.save()
        found[f"{key}event-mail"] = doubt.pk
        found[f"{key}came"] = CheckIn.objects.create(registration=came, at=now, by=cast.mei).pk
        found[f"{key}ticket"] = token_of(registration)
        found[f"{key}code"] = registration.code
    return found


def make_reviews(cast, sent, hidden, now) -> dict[str, Any]:
    """Return a text that Rosa reads and one of China, with a comment on each, and two senders."""
    found: dict[str, Any] = {}
    for key, message, reviewer in (("", sent, cast.rosa), ("hidden-", hidden, cast.mei)):
        data = ReviewData("en", "facts", reviewer, now.date())
        review = ask_review(message, data, cast.ines, now)
        found[f"{key}review"] = review.pk
        found[f"{key}comment"] = comment_on(review, "Hello", "Which?", reviewer, now).pk
    role = add_sender(cast.programme, "One IT team", None, cast.ines, now)
    own = add_sender(cast.programme, "Claire Test", cast.claire, cast.ines, now)
    return {**found, "sender": role.pk, "own-sender": consent(own, cast.claire, now).pk}


def make_adaptations(cast, sent, leader, now) -> dict[str, int]:
    """Return a version that waits and a dropped point, the same of China, and a leader's draft."""
    words = {"subject": "Local", "body": "Words"}
    poster = {"headline": "Help", **dict.fromkeys(("first", "second", "third", "action"), "Call")}
    local = {"en": {"subject": "For the desk", "body": "Words of the desk"}}
    led = adapt(cast, sent, now, texts=local, user=leader, region=cast.iberia)
    found = {"led-adaptation": led}
    for key, site, user in (
        ("", cast.barcelona, cast.nuria),
        ("hidden-", cast.shanghai, cast.tom),
    ):
        mine = words if not key else {"subject": f"{CANARY} plant", "body": CANARY}
        found[f"{key}adaptation"] = made = adapt(
            cast, sent, now, texts={site.language: mine}, user=user, site=site
        )
        write_adapted(made, "poster", site.language, poster, user, now)
        call_ready(made, "poster", site.language, user, now)
        found[f"{key}adapted"] = deciding.ask(made, user, now)
        found[f"{key}dropped"] = DroppedPoint.objects.create(
            adaptation=made, point=f"Write {site}", reason="None", by=user, asked_at=now
        )
    return {key: one.pk for key, one in found.items()}


def make_desk(cast, now) -> dict[str, Any]:
    """Return a term of the glossary, and a file of translations that Ines has brought."""
    words = {"en": "Help desk", "es": "centro de ayuda"}
    term = save_term(Term(programme=cast.programme), words, now, cast.ines)
    brought = TextImport.objects.create(
        programme=cast.programme,
        by=cast.ines,
        at=now,
        file_name="texts.xlf",
        content=b"",
        state=TextImport.State.REFUSED,
        problem="Too long",
        refused=[{"id": "persona/1/name", "language": "es", "text": "Lab", "reason": "Changed"}],
    )
    persona = Persona.objects.get(programme=cast.programme)
    return {"term": term.pk, "text-import": brought.pk, "text-persona": persona.pk}


def make_world(cast, now: datetime) -> World:
    """Return the cast's programme with messages in each state, a dispatch and a survey."""
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
    poster = text_for(draft, "poster", cast.ines, past)
    write_channel_text(poster, "en", {"headline": "Help"}, cast.ines, past)
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
    register = make_register(cast, streams, past)
    answer_impact(sent, register["impact"])
    answer_impact(hidden, register["impact"])
    kits = make_kits(cast, past)
    dispatch = Dispatch.objects.get(message=sent)
    applied, uploaded = make_imports(cast, past)
    lines = [BusinessLine.objects.create(name=name) for name in ("Legal", f"{CANARY} labs")]
    for person, line in zip((cast.people[0], cast.people[3]), lines, strict=True):
        person.business_line = line
        person.save()
    Person.objects.filter(pk__in=[cast.people[0].pk, cast.people[3].pk]).update(
        refused_address=F("email"), address_refused_reason="5.1.1 nobody", address_refused_at=now
    )
    return World(
        users={
            "otto": cast.otto,
            "ines": cast.ines,
            "claire": cast.claire,
            "rosa": cast.rosa,
            "ada": ada,
            "hana": cast.hana,
            "samir": streams["samir"],
            "tom": cast.tom,
            "nuria": cast.nuria,
            "dora": cast.dora,
            "hugo": cast.hugo,
        },
        keys={
            "wave1": cast.wave1.pk,
            "wave2": cast.wave2.pk,
            "move": MoveFactory(wave=cast.wave2, moved_by=cast.ines).pk,
            "barcelona": cast.wave1.wave_sites.get().pk,
            "barcelona-site": cast.barcelona.pk,
            "shanghai-site": cast.shanghai.pk,
            "person": cast.people[0].pk,
            "hidden-person": cast.people[3].pk,
            "line": lines[0].pk,
            "hidden-line": lines[1].pk,
            "iberia-region": cast.iberia.pk,
            "china-region": cast.china.pk,
            "service": service.pk,
            **make_desk(cast, past),
            **make_decisions(cast, streams, now),
            "blackout": BlackoutFactory(programme=cast.programme).pk,
            **{name: one.pk for name, one in streams.items()},
            **{name: one.pk for name, one in make_channels(cast).items()},
            **{name: one.pk for name, one in register.items()},
            **kits,
            **make_adaptations(cast, sent, streams["samir"], past),
            **make_posts(cast, now),
            **make_events(cast, streams, past),
            **make_needs(cast, streams, past - timedelta(days=9), CANARY),
            "role": Role.objects.get(user=cast.mei).pk,
            "sent": sent.pk,
            "draft": draft.pk,
            "hidden": hidden.pk,
            "waiting": asked.pk,
            **make_reviews(cast, sent, hidden, past),
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
        canaries=[CANARY, "Shanghai", "person3@", "中国", "Lagos", "Oslo"],
        second=make_second(cast, past),
    )
