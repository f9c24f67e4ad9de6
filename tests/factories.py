"""Things for tests, each valid as it comes."""

from datetime import UTC, datetime

import factory

from programmes.models import (
    Blackout,
    BusinessLine,
    Member,
    Milestone,
    Move,
    Objective,
    Programme,
    Region,
    Service,
    Site,
    Stream,
    Wave,
    WaveSite,
)
from stakeholders.models import Audience, Impact, Person, PersonalObjective, Severity, Stakeholder
from stakeholders.people.models.names import folded_name
from stakeholders.register.services.impact import take_number
from tests.clock import day

LONG_AGO = datetime(2026, 9, 1, tzinfo=UTC)


class ProgrammeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Programme

    name = factory.Sequence(lambda n: f"Programme {n}")
    slug = factory.Sequence(lambda n: f"programme-{n}")
    purpose_en = "One IT for all."
    starts_on = factory.LazyFunction(lambda: day(2026, 9, 1))
    ends_on = factory.LazyFunction(lambda: day(2028, 6, 30))


class RegionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Region

    name = factory.Sequence(lambda n: f"Region {n}")
    slug = factory.Sequence(lambda n: f"region-{n}")


class SiteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Site

    name = factory.Sequence(lambda n: f"Site {n}")
    region = factory.SubFactory(RegionFactory)
    country = "FR"
    time_zone = "Europe/Paris"
    changed_at = LONG_AGO
    language = "fr"


class BusinessLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BusinessLine

    name = factory.Sequence(lambda n: f"Business line {n}")


def place(wave, site, **fields):
    """Return a site’s place in a wave; the site belongs to the programme from then on."""
    wave.programme.sites.add(site)
    return WaveSite.objects.create(wave=wave, site=site, **{"changed_at": LONG_AGO, **fields})


class WaveFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Wave
        skip_postgeneration_save = True

    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Wave {n}")
    go_live_on = factory.LazyFunction(lambda: day(2027, 1, 18))
    changed_at = LONG_AGO

    @factory.post_generation
    def sites(self, create, extracted, **kwargs):
        for site in extracted or []:
            place(self, site)


class ServiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Service

    programme = factory.SubFactory(ProgrammeFactory)
    name_en = "Service desk"
    benefit_en = "One number for everything."
    how_to_get_en = "Call 1234."


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    personnel_number = factory.Sequence(lambda n: f"P{n:06d}")
    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = factory.Sequence(lambda n: f"Last{n}")
    email = factory.Sequence(lambda n: f"person{n}@onelift.example")
    language = "en"
    site = factory.SubFactory(SiteFactory)
    employer = "Group"
    job = "Analyst"
    folded_name = factory.LazyAttribute(lambda one: folded_name(one.last_name, one.first_name))


class AudienceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Audience

    programme = factory.SubFactory(ProgrammeFactory)


class BlackoutFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Blackout

    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Closing {n}")
    first_on = factory.LazyFunction(lambda: day(2027, 12, 24))
    last_on = factory.LazyFunction(lambda: day(2028, 1, 2))


class MoveFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Move

    wave = factory.SubFactory(WaveFactory)
    before_on = factory.LazyFunction(lambda: day(2027, 1, 11))
    after_on = factory.LazyFunction(lambda: day(2027, 1, 18))
    why = "The line is late."
    kept = {"own": {"handed_over_on": None}}
    moved_at = LONG_AGO


class StreamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Stream

    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Stream {n}")


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member

    stream = factory.SubFactory(StreamFactory)
    name = factory.Sequence(lambda n: f"Member {n}")
    employer = "provider"


class MilestoneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Milestone

    stream = factory.SubFactory(StreamFactory)
    name = factory.Sequence(lambda n: f"Milestone {n}")
    due_on = factory.LazyFunction(lambda: day(2027, 1, 18))


class MeasuredFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Objective {n}")
    measure = "of calls, weekly"
    unit = "%"
    start_value = 0
    target_value = 80
    starts_on = factory.LazyFunction(lambda: day(2026, 11, 1))
    due_on = factory.LazyFunction(lambda: day(2026, 12, 31))


class ObjectiveFactory(MeasuredFactory):
    class Meta:
        model = Objective


class PersonalObjectiveFactory(MeasuredFactory):
    class Meta:
        model = PersonalObjective


class StakeholderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Stakeholder

    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Stakeholder {n}")
    power = 60
    interest = 40


class ImpactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Impact
        skip_postgeneration_save = True

    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Impact {n}")
    number = factory.LazyAttribute(lambda impact: take_number(impact.programme))
    dimension = Impact.Dimension.TOOL
    severity = Severity.HIGH

    @factory.post_generation
    def personas(self, create, extracted, **kwargs):
        self.personas.set(extracted or [])

    @factory.post_generation
    def sites(self, create, extracted, **kwargs):
        self.sites.set(extracted or [])

    @factory.post_generation
    def business_lines(self, create, extracted, **kwargs):
        self.business_lines.set(extracted or [])
