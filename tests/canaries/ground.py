"""What the canaries sit on: the world of the other tests, more of China's, a second programme."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as AdminEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communications.models import (
    Act,
    Addressee,
    Bounce,
    Channel,
    ChannelState,
    Delivery,
    Heartbeat,
    Message,
    PersonalLink,
    Post,
    State,
)
from communications.services import approval as approvals
from communications.services import pump
from communications.services.message import MessageData
from communications.services.question import answer, ask_back
from events.models import EventMail
from events.services.registration import register, walk_in
from feedback.models import Comment, Edition, HeldAnswer, Invitation, Segment
from feedback.services.survey import SurveyData, SurveyTexts, create_survey
from programmes.models import Milestone, Programme, Service, Stream, SupportContact, WaveSite
from programmes.models.stream import week_of
from programmes.queries.moves import moves_of
from programmes.services.texts import mark, publish
from programmes.services.update import UpdateData, send_update
from stakeholders.models import ImportEntry, ImportRun, Persona, Role, User
from stakeholders.services.audience import Lines, save_audience, write_lines
from stakeholders.services.stakeholder import save_stakeholder
from tests import factories
from tests.canaries.digest import changes, digest
from tests.canaries.guesses import guesses
from tests.canaries.owners import OWNERS, rows_of
from tests.canaries.planting import plant
from tests.canaries.walk import Walk
from tests.communications.making import approve, make_message
from tests.communications.posting import make_channel, tell
from tests.events.making import make_event
from tests.test_access import TABLE
from tests.world import make_world

PASSWORD = "correct horse battery"
QUESTIONS = {"csat": "How?", "nps": "Recommend?", "choice": "What?", "comment": "Say"}


@dataclass
class Ground:
    """The world with its canaries.

    Attributes:
        keys: the ids that rows of the table of access name.
        words: owner and column by word.
        rows: the keys of each owner's rows, by model.
        slug: of the second programme.
        walks: what each reader met, by name.

    """

    keys: dict[str, Any]
    users: dict[str, int]
    words: dict[str, str]
    rows: dict[str, dict[str, list[Any]]]
    slug: str
    walks: dict[str, Walk] = field(default_factory=dict)

    def walk(self, name: str) -> Walk:
        """Return the walk of a reader, made once: home, the table of access and whatever follows.

        Pia has no part in the first programme, and an administrator guesses nothing: she may all.
        """
        user = User.objects.get(pk=self.users[name])
        if name not in self.walks:
            tried = {} if name in ("ada", "mei", "pia") else guesses(self.rows, name)
            walk = Walk(Client(headers={"accept-language": "en"}), tried)
            walk.client.force_login(user)
            before = digest()
            walk.go(["/"] if name == "pia" else starts_of(self.keys))
            walk.changed = changes(before, digest())
            self.walks[name] = walk
        # The session went with the test in which it began.
        self.walks[name].client.force_login(user)
        return self.walks[name]


def starts_of(keys: dict[str, Any]) -> list[str]:
    """Return home, and the address of each row of the table that can be asked for."""
    rows = [row for row in TABLE["routes"] if "405" not in str(row.get("GET", 405))]
    return ["/"] + [
        reverse(row["route"], kwargs={n: keys.get(k, k) for n, k in row.get("with", {}).items()})
        for row in rows
    ]


def make_ground(cast) -> Ground:
    """Return a world in which every model with a text has a row to be hidden from somebody."""
    world = make_world(cast)
    now = timezone.now() - timedelta(minutes=20)
    other = make_other_cast(cast)
    make_programme(other, now)
    make_chinese(cast, now)
    for each, sites in ((cast, [cast.shanghai]), (other, ())):
        make_told(each, now, sites)
        make_survey(each, now, sites)
        make_traces(each, now)
        make_posted(each, now)
        make_held(each, now)
    make_widened(cast, now)
    make_machine(cast, now)
    for programme in Programme.objects.all():
        Programme.objects.filter(pk=programme.pk).update(logo=f"logos/{programme.pk}.png")
    users = {**world.users, "mei": cast.mei, "pia": other.ines}
    rows = {owner: rows_of(owner) for owner in OWNERS}
    words = plant(rows)
    other.programme.refresh_from_db()
    pks = {name: user.pk for name, user in users.items()}
    return Ground(world.keys, pks, words, rows, other.programme.slug)


def make_other_cast(cast):
    """Return a cast of the second programme at the same sites: Pia manages it, Cleo is its CIO."""
    two = factories.ProgrammeFactory(slug="two", name="Two")
    sites = [cast.barcelona, cast.shanghai]
    wave = factories.WaveFactory(
        programme=two, name="Second", go_live_on=date(2026, 11, 9), sites=sites
    )
    users = {
        name: User.objects.create_user(f"{name}@onelift.example", PASSWORD, first_name=name)
        for name in ("pia", "cleo", "lars")
    }
    kinds = {"pia": Role.Kind.PROGRAMME_MANAGER, "cleo": Role.Kind.CIO}
    for name, kind in kinds.items():
        Role.objects.create(user=users[name], programme=two, kind=kind)
    return replace(
        cast,
        programme=two,
        wave1=wave,
        wave2=wave,
        ines=users["pia"],
        claire=users["cleo"],
        mei=users["lars"],
    )


def make_programme(other, now: datetime) -> None:
    """Give the second programme streams, personas, services, audiences and objectives."""
    two = other.programme
    stream = Stream.objects.create(programme=two, name="Network", purpose="Nets")
    factories.MemberFactory(stream=stream, email="member@onelift.example", work="Cables")
    factories.MilestoneFactory(stream=stream)
    done = factories.MilestoneFactory(stream=stream, done_on=now.date())
    factories.ObjectiveFactory(programme=two, stream=stream)
    factories.ObjectiveFactory(programme=two)
    Role.objects.create(user=other.mei, programme=two, kind=Role.Kind.STREAM_LEADER, stream=stream)
    moved = moves_of(Milestone.objects.filter(pk=done.pk), [], now.date(), now.date())
    said = UpdateData("risk", "on", "Worry", "Need", moved)
    send_update(stream, week_of(now.date()), said, other.mei, now)
    Service.objects.create(programme=two, stream=stream, name_en="Cloud", benefit_en="Big")
    public = Service.objects.create(programme=two, name_en="Public cloud", benefit_en="Open")
    publish(public, "en", other.ines, now)
    persona = Persona.objects.create(
        programme=two, slug="admin", name_en="Admin", jobs=["Admin"], employers=["Group"]
    )
    lines = Lines(personas=[persona], employers=["Group"], without={"employer": ["Provider"]})
    save_audience(two, "Admins", lines, now)
    SupportContact.objects.create(programme=two, phone="5050", mail="a@onelift.example")
    Channel.objects.create(programme=two, kind="webhook", name="Wall", address="x", secret="y")
    factories.BlackoutFactory(programme=two)
    said = factories.StakeholderFactory(programme=two, stream=stream)
    save_stakeholder(said, {"engagement": "neutral"}, other.ines, now, "Heard")
    factories.ImpactFactory(programme=two, stream=stream, personas=[persona])
    for owner in (other.ines, other.mei):
        factories.PersonalObjectiveFactory(programme=two, owner=owner, unit="%")


def make_chinese(cast, now: datetime) -> None:
    """Add what only China has, and name China where the whole programme looks."""
    factories.BlackoutFactory(programme=cast.programme, region=cast.shanghai.region)
    SupportContact.objects.create(
        programme=cast.programme, site=cast.shanghai, phone="5151", mail="b@onelift.example"
    )
    factories.PersonalObjectiveFactory(programme=cast.programme, owner=cast.mei, unit="%")
    ImportEntry.objects.create(
        run=ImportRun.objects.get(state="applied"),
        kind="changed",
        site=cast.shanghai,
        personnel_number=cast.people[3].personnel_number,
        line=3,
    )
    places = Lines(sites=[cast.shanghai], without={"region": [cast.china]})
    save_audience(cast.programme, "Placed", places, now)
    persona = Persona.objects.create(programme=cast.programme, slug="placed", name_en="Placed")
    persona.sites.add(cast.shanghai)
    persona.regions.add(cast.china)
    picked = Persona.objects.create(
        programme=cast.programme, slug="picked", name_en="Picked", is_hand_picked=True
    )
    picked.people.add(cast.people[0], cast.people[3])


def make_told(cast, now: datetime, sites) -> None:
    """Send a message to some sites, with a question before it and a mail that failed."""
    today = {"fixed_on": now.date() - timedelta(days=1), "latest_hours": 96}
    told = make_message(cast, now, sites=list(sites), key_points="Point", **today)
    asked = approvals.ask(told, cast.ines, now)
    question = ask_back(asked, cast.claire, "Why now?", now)
    answer(question, cast.ines, "Because.", now)
    approvals.approve(asked, cast.claire, asked.fingerprint, now)
    make_message(cast, now, sites=list(sites), purpose="Draft")
    refused = approvals.ask(
        make_message(cast, now, sites=list(sites), purpose="Refused"), cast.ines, now
    )
    approvals.refuse(refused, cast.claire, "No.", now)
    pump.run_pump(timezone.now())
    rows = Delivery.objects.filter(dispatch__message=told)
    back = Bounce(kind="hard", code="5.1.1", reply="Nobody", received_at=now)
    for row in rows:
        address = f"{row.pk}@onelift.example"
        Addressee.objects.create(dispatch=row.dispatch, address=address, delivery=row)
    for row in rows.filter(person__in=(cast.people[0], cast.people[3])):
        back.pk, back.delivery, back.dispatch, back.site = None, row, row.dispatch, row.site
        back.save(force_insert=True)
    rows.update(
        state=State.FAILED,
        reason="550 unknown",
        address="x@onelift.example",
        message_id="<y>",
        ended_at=now,
    )


def make_posted(cast, now: datetime) -> None:
    """Let something wait to be posted by hand in Shanghai, and something be posted there."""
    for name in ("Waits", "Was posted"):
        board = make_channel(
            cast, "by_hand", f"{name}, {cast.programme}", "zh-hans", sites=[cast.shanghai]
        )
        today = {"fixed_on": now.date() - timedelta(days=1), "latest_hours": 96}
        version = tell(cast, now, board, sites=[cast.shanghai], **today)
        pump.run_pump(timezone.now())
    Post.objects.filter(channel=board).update(
        state=State.SENT, place="At the gate", approval=version, ended_at=timezone.now()
    )


def make_widened(cast, now: datetime) -> None:
    """Send a message to China, and ask then whether it may go to everybody."""
    today = {"fixed_on": now.date() - timedelta(days=1), "latest_hours": 96}
    message = make_message(cast, now, sites=[cast.shanghai], purpose="Widened", **today)
    approve(cast, message, now)
    pump.run_pump(timezone.now())
    write_lines(message.audience, Lines(), now)
    approvals.ask(message, cast.ines, now)


def make_survey(cast, now: datetime, sites) -> None:
    """Ask some sites, and hold an answer, a comment and an edition."""
    texts = SurveyTexts("How is it?", "[Say]({{ survey_link }})", QUESTIONS, ["A", "B"])
    frame = MessageData(
        "Pulse",
        "IT",
        fixed_on=now.date() - timedelta(days=1),
        latest_hours=96,
        is_urgent=True,
        sites=list(sites),
    )
    data = SurveyData(f"Pulse of {cast.programme.slug}", frame, {"en": texts})
    survey = create_survey(cast.programme, data, cast.ines, now)
    mark(survey.invitation, "en", "review", cast.ines, now)
    approve(cast, survey.invitation, now)
    pump.run_pump(timezone.now())
    place = WaveSite.objects.get(wave__programme=cast.programme, site=cast.shanghai)
    segment = Segment.objects.create(
        survey=survey, wave=place.wave, region=cast.china, site=cast.shanghai, week="2026-W01"
    )
    delivery = Delivery.objects.filter(
        dispatch__message=survey.invitation, site=cast.shanghai
    ).first()
    link = PersonalLink.objects.create(
        delivery=delivery, purpose="survey", token_hash=f"{survey.pk:064}", expires_at=now
    )
    Invitation.objects.create(link=link, segment=segment, nonce_hash="0")
    HeldAnswer.objects.create(segment=segment, csat=1, comment="Held")
    Comment.objects.create(survey=survey, text="Said")
    Edition.objects.create(survey=survey, number=1, published_at=now, figures=[])


def make_held(cast, now: datetime) -> None:
    """Let somebody and a guest be registered for an event in Shanghai, of which one was told."""
    day = now.date() + timedelta(days=9)
    values = {"site": cast.shanghai, "held_on": day, "invite_on": now.date()}
    values |= {"lines": Lines(sites=[cast.shanghai])}
    event = make_event(cast, now, **values, directions="Gate", remind_days=None)
    told = register(event, cast.people[3], "zh-hans", now)
    walk_in(event, now, person=None, name="Guest")
    EventMail.objects.filter(registration=told).update(
        state=State.FAILED, reason="550 no", address="z@onelift.example", message_id="<z>"
    )


def make_traces(cast, now: datetime) -> None:
    """Leave traces of acts on a mail, and an address that is known twice."""
    message = Message.objects.filter(programme=cast.programme, key_points="Point").get()
    for touched in (message.dispatches.get(), message.dispatches.get().deliveries.first()):
        LogEntry.objects.log_create(
            touched,
            force_log=True,
            action=LogEntry.Action.UPDATE,
            changes={"state": ["a", "b"]},
            additional_data={"act": Act.PAUSE},
            actor=cast.mei,
            actor_email=cast.mei.email,
            timestamp=now,
        )
    ada = User.objects.get(is_superuser=True)
    AdminEntry.objects.log_actions(ada.pk, [message], 2, "Changed", single_object=True)
    EmailAddress.objects.create(user=cast.mei, email=cast.mei.email)


def make_machine(cast, now: datetime) -> None:
    """Give Mei a second factor and an account elsewhere, and the channels a state."""
    Authenticator.objects.create(user=cast.mei, type="totp", data={"secret": "x"})
    ChannelState.objects.create(channel="chat", reason="away")
    Heartbeat.objects.create(name="dance", at=now)
