"""A second programme beside the first: at its two sites, and at one that is its own.

Pia manages it, Cleo is its CIO, Lars leads its stream; Lagos is its own site. The people of Oslo
belong to no programme.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from communications.models import Channel
from programmes.models import ApiToken, BusinessLine, Milestone, Service, Stream, SupportContact
from programmes.models.stream import week_of
from programmes.queries.moves import moves_of
from programmes.services.publishing import publish
from programmes.services.token import make_token
from programmes.services.update import UpdateData, send_update
from programmes.services.value import Bringer, NewValue, record_value
from stakeholders.audiences.services.audience import Lines, save_audience
from stakeholders.models import Persona, Role, User
from stakeholders.register.services.stakeholder import save_stakeholder
from tests import factories
from tests.clock import day
from tests.feedback.needs.making import answered, left, studied, told

PASSWORD = "correct horse battery"


@dataclass
class Second:
    """The second programme: its cast stands where the first one has Ines, Claire and Mei."""

    cast: Any
    lagos: Any
    oslo: Any


def make_second(cast: Any, now: datetime) -> Second:
    """Return the second programme with its own people, plan, texts and register."""
    other, lagos = _make_cast(cast), _make_place("Lagos", "Africa")
    other.programme.sites.add(lagos)
    other.wave1.wave_sites.create(site=lagos, changed_at=now)
    _make_plan(other, now)
    _make_register(other, lagos, now)
    _make_needs(other, lagos, now - timedelta(days=9))
    return Second(other, lagos, _make_place("Oslo", "Nordics"))


def _make_cast(cast: Any) -> Any:
    two = factories.ProgrammeFactory(slug="two", name="Two")
    wave = factories.WaveFactory(
        programme=two,
        name="Second",
        go_live_on=day(2026, 11, 9),
        sites=[cast.barcelona, cast.shanghai],
    )
    users = {
        name: User.objects.create_user(f"{name}@onelift.example", PASSWORD, first_name=name)
        for name in ("pia", "cleo", "lars")
    }
    kinds = {"pia": Role.Kind.PROGRAMME_MANAGER, "cleo": Role.Kind.CIO}
    for name, kind in kinds.items():
        Role.objects.create(user=users[name], programme=two, kind=kind)
    theirs = {"ines": users["pia"], "claire": users["cleo"], "mei": users["lars"]}
    return replace(cast, programme=two, wave1=wave, wave2=wave, **theirs)


def _make_place(name: str, region: str) -> Any:
    """Return a site in a region of its own, with two people of a business line of their own."""
    made = factories.RegionFactory(name=region, slug=region.lower())
    site = factories.SiteFactory(name=name, region=made, language="en")
    line = BusinessLine.objects.create(name=f"{name} works")
    for _ in range(2):
        factories.PersonFactory(
            site=site, business_line=line, employer=f"{name} Ltd", job=f"{name} smith"
        )
    return site


def _make_plan(other: Any, now: datetime) -> None:
    two = other.programme
    stream = Stream.objects.create(programme=two, name="Network", purpose="Nets")
    factories.MemberFactory(stream=stream, email="member@onelift.example", work="Cables")
    factories.MilestoneFactory(stream=stream)
    done = factories.MilestoneFactory(stream=stream, done_on=now.date())
    desired = factories.ObjectiveFactory(programme=two, stream=stream)
    factories.ObjectiveFactory(programme=two)
    counted = NewValue(Decimal(4), now.date(), "Counted")
    record_value(desired, counted, Bringer(other.ines), now)
    until = now + timedelta(days=30)
    make_token(two, "Reports", ApiToken.Right.values, until, other.ines, now)
    Role.objects.create(user=other.mei, programme=two, kind=Role.Kind.STREAM_LEADER, stream=stream)
    moved = moves_of(Milestone.objects.filter(pk=done.pk), [], now.date(), now.date())
    said = UpdateData("risk", "on", "Worry", "Need", moved)
    send_update(stream, week_of(now.date()), said, other.mei, now)
    Service.objects.create(programme=two, stream=stream, name_en="Cloud", benefit_en="Big")
    public = Service.objects.create(programme=two, name_en="Public cloud", benefit_en="Open")
    publish(public, "en", other.ines, now)
    SupportContact.objects.create(programme=two, phone="5050", mail="a@onelift.example")
    Channel.objects.create(programme=two, kind="webhook", name="Wall", address="x", secret="y")
    factories.BlackoutFactory(programme=two)
    for owner in (other.ines, other.mei):
        wish = factories.PersonalObjectiveFactory(programme=two, owner=owner, unit="%")
        record_value(wish, counted, Bringer(owner), now)


def _make_register(other: Any, lagos: Any, now: datetime) -> None:
    two, stream = other.programme, other.programme.streams.get()
    persona = Persona.objects.create(
        programme=two, slug="admin", name_en="Admin", jobs=["Admin"], employers=["Group"]
    )
    lines = Lines(personas=[persona], employers=["Group"], without={"employer": ["Provider"]})
    save_audience(two, "Admins", lines, now)
    smiths = Persona.objects.create(programme=two, slug="smiths", name_en="S", is_hand_picked=True)
    smiths.people.add(lagos.people.first(), other.people[0])
    said = factories.StakeholderFactory(programme=two, stream=stream)
    save_stakeholder(said, {"engagement": "neutral"}, other.ines, now, "Heard")
    factories.StakeholderFactory(programme=two, region=lagos.region)
    factories.ImpactFactory(programme=two, stream=stream, personas=[persona])
    factories.ImpactFactory(programme=two, personas=[smiths], sites=[lagos])


def _make_needs(other: Any, lagos: Any, now: datetime) -> None:
    lacking = told(other, lagos, other.ines, now, what="Generators")
    studied(lacking, other.ines, other.ines, now, stream=other.programme.streams.get())
    answered(left(other, lagos, now), other.ines, now)
