"""What the canaries sit on: the world of the other tests, more of China's, a second programme."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry as AdminEntry

from communications.approvals.services import approval as approvals
from communications.approvals.services.question import answer, ask_back
from communications.kits.queries.kit import texts_of_kits, wanted_files
from communications.kits.services import kit
from communications.kits.services.kit_link import hand_on
from communications.messages.services.channel_text import text_for, write_channel_text
from communications.models import (
    Addressee,
    Bounce,
    ChannelState,
    Delivery,
    Heartbeat,
    KitDownload,
    KitFile,
    KitVersion,
    Message,
    PersonalLink,
    Post,
    State,
)
from communications.operation.services import pump
from events.models import EventMail
from events.services.registration import register, walk_in
from feedback.models import Comment, Edition, HeldAnswer, Invitation, Segment, SpentMark, Survey
from programmes.models import Override, Programme, Site, SupportContact, Threshold, WaveSite
from programmes.services.value import Bringer, NewValue, record_value
from stakeholders.audiences.services.audience import Lines, save_audience, write_lines
from stakeholders.models import Delegation, ImportEntry, ImportRun, Person, Persona, User
from tests import factories
from tests.canaries.ground import Ground
from tests.canaries.intruding import INTRUDER
from tests.canaries.mingled import approved_survey, mingle, note_pause
from tests.canaries.owners import WAVELESS, rows_of_all
from tests.canaries.planting import plant
from tests.canaries.walls import note_walls
from tests.clock import NOW
from tests.communications.making import approve, make_message
from tests.communications.posting import make_channel, tell
from tests.events.making import make_event
from tests.world import make_world


def make_ground(cast) -> Ground:
    """Return a world in which every model with a text has a row to be hidden from somebody."""
    note_walls()
    world = make_world(cast, NOW)
    now = NOW - timedelta(minutes=20)
    other = world.second.cast
    make_chinese(cast, now)
    for each, sites in ((cast, [cast.shanghai]), (other, ())):
        make_told(each, now, sites)
        make_survey(each, now, sites)
        make_traces(each, now)
        make_judged(each, now)
        make_posted(each, now)
        make_held(each, now)
    make_kit(other, world.second.lagos, now)
    widened = make_widened(cast, now)
    world.keys["delegation"] = make_away(cast, other.claire)
    make_machine(cast, now)
    make_waveless(cast)
    for programme in Programme.objects.all():
        Programme.objects.filter(pk=programme.pk).update(logo=f"logos/{programme.pk}.png")
    users = {**world.users, "mei": cast.mei, "pia": other.ines, "cleo": other.claire}
    users[INTRUDER] = cast.otto
    rows = rows_of_all()
    words = plant(rows)
    other.programme.refresh_from_db()
    pks = {name: user.pk for name, user in users.items()}
    mingled = mingle(cast, world.keys["other-stream"], other.ines, now)
    shared = Person.objects.filter(site__in=[cast.barcelona, cast.shanghai])
    ids = set(shared.values_list("pk", flat=True))
    mingled.append(f"messages/{widened.pk}/?version=1")
    return Ground(world.keys, pks, words, rows, other.programme.slug, ids, mingled=mingled)


def make_chinese(cast, now: datetime) -> None:
    """Add what only China has, and name China where the whole programme looks."""
    factories.BlackoutFactory(programme=cast.programme, region=cast.shanghai.region)
    SupportContact.objects.create(
        programme=cast.programme, site=cast.shanghai, phone="5151", mail="b@onelift.example"
    )
    wish = factories.PersonalObjectiveFactory(programme=cast.programme, owner=cast.mei, unit="%")
    record_value(wish, NewValue(Decimal(4), now.date(), "Counted"), Bringer(cast.mei), now)
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


def make_waveless(cast) -> None:
    """Let a file change people whom no wave reaches, some at a site that the programme has."""
    vigo = factories.SiteFactory(name="Vigo", region=cast.iberia)
    cast.programme.sites.add(vigo)
    factories.PersonFactory(site=vigo)
    run = ImportRun.objects.get(state="applied")
    for site in Site.objects.filter(name__in=WAVELESS):
        ImportEntry.objects.create(run=run, kind="changed", site=site, line=4)


def make_judged(cast, now: datetime) -> None:
    """Set a threshold, and override the states of all waves."""
    Threshold.objects.create(
        programme=cast.programme, rule="informed", steps=[[30, 90]], reason="Set", set_at=now
    )
    for wave in cast.programme.waves.all():
        overridden = {"reason": "Overridden", "until_on": now.date() + timedelta(days=30)}
        Override.objects.update_or_create(
            {"verdict": "at_risk", "made_at": now, **overridden}, wave=wave, ended_at=None
        )


def make_told(cast, now: datetime, sites) -> None:
    """Send a message to some sites, with a question before it and a mail that failed."""
    today = {"fixed_on": now.date() - timedelta(days=1), "latest_hours": 96}
    told = make_message(cast, now, sites=list(sites), key_points="Point", **today)
    asked = approvals.ask(told, cast.ines, now)
    question = ask_back(asked, cast.claire, "Why now?", now)
    answer(question, cast.ines, "Because.", now)
    approvals.approve(asked, cast.claire, asked.fingerprint, now)
    drafted = make_message(cast, now, sites=list(sites), purpose="Draft")
    for message in (told, drafted):
        text = text_for(message, "poster", cast.ines, now)
        write_channel_text(text, "en", {"headline": "Help"}, cast.ines, now)
    refused = approvals.ask(
        make_message(cast, now, sites=list(sites), purpose="Refused"), cast.ines, now
    )
    approvals.refuse(refused, cast.claire, "No.", now)
    pump.run_pump(NOW)
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
        pump.run_pump(NOW)
    Post.objects.filter(channel=board).update(
        state=State.SENT, place="At the gate", approval=version, ended_at=NOW
    )


def make_kit(other, site, now: datetime) -> None:
    """Give a programme the kit of a site, taken along once, with a link for a print shop."""
    kit.note_wanted(other.programme, wanted_files(texts_of_kits(other.programme)), now)
    file = KitFile.objects.filter(place__site=site, message__programme=other.programme).first()
    values = {"size": 4, "content": b"%PDF", "picture": b"PNG", "made_at": now}
    KitVersion.objects.create(file=file, sha256=f"{site.pk:064}", **values)
    place = {"wave": other.wave1, "region": site.region}
    hand_on(place["wave"], place["region"], None, 90, other.ines, now)
    KitDownload.objects.create(user=other.ines, **place, extent="all", at=now)


def make_widened(cast, now: datetime) -> Message:
    """Return a message that was sent to China, and is to go to everybody now."""
    today = {"fixed_on": now.date() - timedelta(days=1), "latest_hours": 96}
    message = make_message(cast, now, sites=[cast.shanghai], purpose="Widened", **today)
    approve(cast, message, now)
    pump.run_pump(NOW)
    write_lines(message.audience, Lines(), now)
    approvals.ask(message, cast.ines, now)
    return message


def make_survey(cast, now: datetime, sites) -> None:
    """Ask some sites, and hold an answer, a comment and an edition."""
    fewest = Survey._meta.get_field("smallest_group").default
    factories.PersonFactory.create_batch(fewest, site=cast.shanghai)
    survey = approved_survey(cast, f"Pulse of {cast.programme.slug}", sites, now)
    pump.run_pump(NOW)
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
    Invitation.objects.create(link=link, segment=segment)
    SpentMark.objects.create(mark=uuid4(), survey=survey, nonce_hash="0")
    HeldAnswer.objects.create(segment=segment, csat=1, comment="Held")
    Comment.objects.create(survey=survey, text="Said", edition=1)
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
        note_pause(touched, now, actor=cast.mei, actor_email=cast.mei.email)
    ada = User.objects.get(is_superuser=True)
    AdminEntry.objects.log_actions(ada.pk, [message], 2, "Changed", single_object=True)
    EmailAddress.objects.create(user=cast.mei, email=cast.mei.email)


def make_away(cast, cio: User) -> int:
    """Return the key of a delegation in the first programme, by the CIO of the second one.

    It is over, so that no page of the first programme names that CIO.
    """
    away = Delegation.objects.get(programme=cast.programme)
    away.pk, away.given_by, away.ended_at = None, cio, away.made_at
    away.save(force_insert=True)
    return away.pk


def make_machine(cast, now: datetime) -> None:
    """Give Mei a second factor and an account elsewhere, and the channels a state."""
    Authenticator.objects.create(user=cast.mei, type="totp", data={"secret": "x"})
    ChannelState.objects.create(channel="chat", reason="away")
    Heartbeat.objects.create(name="dance", at=now)
