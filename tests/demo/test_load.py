"""The demonstration as a whole: what it has behind it, and what leaves when the worker starts."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from communications.approvals.services import approval as approvals
from communications.groups.queries.post import tasks
from communications.groups.services.post_sending import POSTS
from communications.kits.queries.kit_board import kit_board
from communications.kits.queries.kit_choice import where_of
from communications.mailroom.channels.mail import RelayConfig
from communications.messages.models.adaptation import core_of
from communications.models import (
    AdaptationVersion,
    Approval,
    Channel,
    Delivery,
    KitDownload,
    KitFile,
    Message,
    PersonalLink,
    Post,
    State,
)
from communications.operation.services import pump
from events.models import CheckIn, Event, Registration
from feedback.models import Invitation, Need, NeedMail, SpentMark, Survey
from feedback.queries.mark import unspent
from onelift.dashboards.impacts.queries.impacts import ImpactFilter, impacts_of
from onelift.demo import story
from programmes.models import Milestone, Objective, Programme, Stream, Wave
from programmes.queries.texts import states_of
from stakeholders.accounts.access import scope_of
from stakeholders.models import (
    Audience,
    Engagement,
    Impact,
    OptOut,
    Persona,
    PersonalObjective,
    Stakeholder,
    User,
)
from tests.communications.relay import FaultRelay
from tests.communications.sending import CALM
from tests.demo.figures import FigureWalk
from tests.selection import IS_THOROUGH

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def start(django_db_setup, django_db_blocker, tmp_path_factory):
    """Load the demonstration as of now, whenever that is, and let the pump run seconds later."""
    now = timezone.now()
    folder = tmp_path_factory.mktemp("demonstration")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=folder / "media"),
        transaction.atomic(),
    ):
        story.load(now)
        yield now, folder
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def accepts(start):
    """What a real mail server took within a few seconds of the start."""
    now, folder = start
    relay = FaultRelay(folder / "accepts.jsonl")
    relay.keeps_raw = False
    soon = now + timedelta(seconds=5)
    config = RelayConfig(host="127.0.0.1", port=relay.port, timeout=CALM, dot_timeout=CALM)
    pump.run_pump(soon)
    pump.deliver(lambda: soon, config)
    relay.stop()
    return [accept for accept in relay.accepts if accept.dispatch]


def test_the_past_ended_well_before_the_start(start):
    now, _folder = start
    counts = Counter(Delivery.objects.filter(ended_at__lt=now).values_list("state", "reason"))
    # Email misses some personas.
    assert set(counts) == {("sent", ""), ("skipped", "no_email")}
    assert counts["sent", ""] > 3000
    sent = Delivery.objects.filter(state="sent")
    assert not sent.exclude(message_id__contains="@").exists()
    pilot, first, second, *later = Wave.objects.all()
    assert [pilot.state_on(now.date()), first.state_on(now.date())] == ["run", "live"]
    assert {wave.state_on(now.date()) for wave in (second, *later)} == {"planned"}


def test_answers_are_published_and_plausible(start):
    survey = Survey.objects.get(name="One week after go-live")
    invited = Invitation.objects.filter(segment__survey=survey)
    share = SpentMark.objects.filter(survey=survey).count() / invited.count()
    assert 0.25 < share < 0.5
    assert sum(figures["n"] for figures in survey.editions.first().figures) > 300
    assert survey.comments.count() >= 8


def test_personas_have_people_and_messages_are_made_from_saved_audiences(start):
    personas = {persona.slug: persona for persona in Persona.objects.with_rule()}
    assert len(personas) == 6
    assert all(persona.matching().exists() for persona in personas.values())
    assert personas["it-ambassadors"].is_hand_picked
    lacking = [p for p in personas.values() if states_of(p)["ko"].state == "missing"]
    assert lacking == [personas["office-staff"]]
    assert Audience.objects.saved().count() == 3
    made = Message.objects.filter(audience__follows__isnull=False)
    assert made.count() == 2
    assert all(one.audience.rule() == one.audience.follows.rule() for one in made)
    frozen = Audience.objects.get(frozen_at__isnull=False)
    assert frozen.people().count() == personas["it-ambassadors"].matching().count() > 10


def test_five_streams_have_a_team_and_have_spoken(start):
    streams = list(Stream.objects.all())
    assert len(streams) == 5
    for stream in streams:
        employers = set(stream.members.values_list("employer", flat=True))
        assert employers == {"group", "provider", "consultancy"}
        assert stream.updates.sent().filter(opened_at__isnull=False).exists()
        assert stream.roles.get().user.is_demonstration
    assert Milestone.objects.count() >= 30
    assert not Objective.objects.filter(value=None).exists()
    assert PersonalObjective.objects.values("owner").distinct().count() >= 5


def test_a_region_has_taken_its_kit_and_something_in_it_is_new(start):
    now, _folder = start
    programme, download = Programme.objects.get(), KitDownload.objects.get()
    assert set(KitFile.objects.values_list("state", flat=True)) == {"ready"}
    assert len(download.files) == KitFile.objects.count() > 100
    scope = scope_of(download.user, programme)
    where = where_of(programme, scope, download.region.slug, "", now.date())
    board = kit_board(programme, where.wave, where.region, where.own, scope)
    assert board.since == download.at
    assert {item.file.place.site.name for item in board.new} == {"Dublin"}
    assert {item.file.kind for item in board.new} == {"poster", "flyer"}


def test_events_are_past_and_coming_and_one_had_eight_hundred_registrations(start):
    now, _folder = start
    past, coming = Event.objects.past(now.date()), Event.objects.upcoming(now.date())
    assert (past.count(), coming.count()) == (3, 3)
    assert set(Event.objects.values_list("kind", flat=True)) == set(Event.Kind.values)
    going = Counter(Registration.objects.going().values_list("event", flat=True))
    assert max(going.values()) == 800
    assert all(going[event.pk] <= event.capacity for event in Event.objects.all())
    came = Counter(CheckIn.objects.values_list("registration__event", flat=True))
    assert all(0 < came[event.pk] <= going[event.pk] for event in past)
    assert not any(came[event.pk] for event in coming)
    assert Registration.objects.waiting().filter(event__in=coming).exists()


def test_thirteen_stakeholders_have_a_history_and_forty_impacts_have_gaps(start):
    register = Stakeholder.objects.all()
    assert register.count() == 13
    assert not register.filter(assessments=None).exists()
    assert {one.engagement for one in register} == set(Engagement.values)
    assert register.filter(next_action="").exists()
    assert Impact.objects.count() == 40
    assert set(Impact.objects.values_list("dimension", flat=True)) == set(Impact.Dimension.values)
    ines = User.objects.get(email="ines.duarte@onelift.example")
    programme = Programme.objects.get()
    today = start[0].date()
    found = impacts_of(programme, scope_of(ines, programme), ImpactFilter(), today)
    forgotten = found.heads(lambda hit: hit.is_gap)
    assert 0 < forgotten < found.heads() <= found.crowd.people
    assert any(hit.answers and hit.impact.is_high for hit in found.felt)
    assert {one.kind for hit in found.felt for one in hit.answers} == {
        *("message", "event", "support")
    }
    assert {hit.place.wave.name for hit in found.felt if hit.is_in_run} == {"Pilot"}
    assert Impact.objects.filter(accepted_at__isnull=False).count() == 1
    changed = Impact.objects.get(name="First line moves to the provider")
    assert changed.confirmations.get().is_stale
    assert Impact.objects.filter(confirmations__isnull=True).count() == 3


def test_one_approval_waits_with_a_stale_and_a_missing_text(start):
    waiting = Approval.objects.waiting().get()
    states = {code: status.state for code, status in states_of(waiting.message).items()}
    assert {"stale", "missing", "review"} == set(states.values())
    claire = User.objects.get(email="claire.fontanel@onelift.example")
    approvals.check_decidable(waiting, claire, waiting.fingerprint)
    draft = Message.objects.get(level="strategic", approvals=None)
    assert {status.state for status in states_of(draft).values()} == {"draft", "missing"}


def test_the_present_reaches_thousands_in_many_languages(accepts):
    assert 1000 <= len(accepts) <= 5000
    assert len({accept.language for accept in accepts}) >= 8


def test_nobody_gets_a_message_twice(accepts):
    copies = Counter((accept.dispatch, accept.recipient) for accept in accepts)
    addresses = Delivery.objects.values_list("dispatch__message", "address")
    shared = Counter((f"{message}.1", address) for message, address in addresses)
    assert all(copies[key] <= shared[key] for key in copies)
    assert len(accepts) == len({accept.message_id for accept in accepts})


def test_links_wait_for_answers(accepts, start):
    survey = Survey.objects.get(name="Monthly pulse")
    open_links = PersonalLink.objects.filter(
        invitation__segment__survey=survey, expires_at__gt=start[0]
    )
    waiting = unspent(survey, open_links.select_related("delivery"))
    assert len(waiting) >= 100
    assert {link.delivery.state for link in waiting} == {"sent"}


def test_groups_were_told_and_one_post_waits_for_somebody(start):
    now, _folder = start
    states = Counter(Post.objects.values_list("channel__kind", "state"))
    sent = [(kind, "sent") for kind in ("teams", "wecom", "feed", "by_hand")]
    assert states == Counter([*sent, ("by_hand", "planned")])
    assert tasks(now).get().latest_at > now
    assert not [channel for channel in Channel.objects.all() if channel.address]
    assert not POSTS.ready(now).exists()


def test_some_opted_out_by_what_they_got_and_may_leave_out(start):
    got = Delivery.objects.filter(dispatch__message__is_optional=True, state="sent")
    out = OptOut.objects.all()
    assert set(out.values_list("person", flat=True)) < set(got.values_list("person", flat=True))
    assert 0 < out.count() < got.count()


def test_demonstration_accounts_are_marked(start):
    assert User.objects.filter(is_demonstration=True).count() == User.objects.count() == 16


def signed_in(name):
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(email=f"{name}@onelift.example"))
    return client


# The two who see most and least of a programme, each other role, and a leader of another stream.
READERS = ("ines.duarte", "rosa.vidal")
OTHERS = (
    *("claire.fontanel", "mei.lin", "samir.haddad", "elena.petrov", "hana.weiss", "hugo.martin"),
    *("tom.keller", "nuria.costa", "dora.lind", "adam.novak"),
)


@pytest.mark.parametrize(
    "name", [*READERS, *(pytest.param(name, marks=pytest.mark.thorough) for name in OTHERS)]
)
def test_every_figure_is_the_size_of_the_list_it_opens(start, name):
    names = frozenset(Wave.objects.values_list("name", flat=True))
    walk = FigureWalk(signed_in(name), is_thorough=IS_THOROUGH, names=names)
    assert walk.go() == []
    assert walk.pages


NAV = re.compile(r'<nav class="(?:ol-nav|ol-tabs)".*?</nav>', re.DOTALL)


@pytest.mark.parametrize("name", ["ines.duarte", "claire.fontanel", "rosa.vidal"])
def test_no_board_is_empty_whatever_the_day(start, name):
    client, waiting, seen = signed_in(name), ["/"], {}
    while waiting:
        address = waiting.pop()
        seen[address] = client.get(address, follow=True).content.decode()
        ways = re.findall(r'href="(/p/[^"?#]+)"', "".join(NAV.findall(seen[address])))
        waiting += set(ways) - set(seen) - set(waiting)
    assert len(seen) > 5
    assert [address for address, page in seen.items() if 'class="ol-empty"' in page] == []


def test_the_plan_shows_a_wave_whatever_the_day(start):
    board = signed_in("claire.fontanel").get("/p/onelift/plan/").context["board"]
    assert [one for one in board.chosen if one.kind == "go_live"]


def test_the_shift_teams_of_a_plant_get_a_poster_and_a_briefing(start):
    version = AdaptationVersion.objects.standing().get()
    content, adaptation = version.frozen, version.adaptation
    assert (content.has_email, sorted(content.forms)) == (False, ["points", "poster"])
    assert [one.agreed_by for one in content.dropped] == ["Ines Duarte"]
    assert content.source == core_of(adaptation.message)
    shift = adaptation.persona.jobs
    people = adaptation.message.audience.rule().people().filter(content.criteria.condition())
    told = people.filter(site=adaptation.site, job__in=shift)
    assert people.count() == told.count() == 46
    # By poster and briefing, and not by email.
    emails = Delivery.objects.filter(dispatch__message=adaptation.message, person__in=people)
    assert not emails.filter(state=State.SENT).exists()


def test_needs_are_told_in_many_languages_and_stand_in_every_state(start):
    now, _folder = start
    needs = list(Need.objects.select_related("joined_to"))
    assert {need.stage for need in needs} == {"received", "studied", "answered"}
    assert len({need.language for need in needs}) >= 8
    assert {need.outcome for need in needs} == {"", "done", "will", "will_not"}
    assert sum(need.is_overdue(now.date()) for need in needs) >= 2
    assert any(need.joined_to for need in needs)
    told = NeedMail.objects.filter(kind="answer")
    assert set(told.values_list("state", flat=True)) == {"sent"}
    answered = [need for need in needs if need.stage == "answered"]
    assert not any(need.address for need in answered)
