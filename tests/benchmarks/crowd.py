"""Fills the database with an organisation: its people, and a programme in six waves for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from onelift.demo.crowds import make_personas
from onelift.demo.frame import make_services
from programmes.database.clock import database_now
from programmes.models import Programme, Region, Site
from programmes.services.publishing import publish
from stakeholders.importing.services.personnel import import_people
from stakeholders.importing.services.places import import_sites
from stakeholders.models import Role, User
from tests import factories
from tests.benchmarks.stage import Stage
from tests.personnel_file import DATA, PersonnelFile

WAVES = 6
BETWEEN_WAVES = timedelta(weeks=5)


@dataclass(frozen=True)
class Crowd:
    """The programme, and those who work in it: manager, CIO and one regional IT manager."""

    programme: Programme
    ines: User
    claire: User
    rosa: User
    region: Region


def fill_crowd(stage: Stage) -> Crowd:
    """Bring the people in, and put every site into a wave; half of the waves are live.

    It was all done yesterday: nothing is sent within minutes of a change of a site.
    """
    now = database_now() - timedelta(days=1)
    import_sites((DATA / "sites.csv").read_bytes(), now=now)
    people = PersonnelFile.of(stage.people).as_csv()
    import_people(people, "people", now=now, confirm_leavers=True)
    programme = factories.ProgrammeFactory(
        name="One IT",
        slug="one-it",
        languages=[code for code, _name in settings.LANGUAGES],
        ends_on=now.date() + timedelta(days=600),
    )
    make_waves(programme, now)
    ines, claire, rosa = (
        User.objects.create_user(f"{name}@onelift.example") for name in ("ines", "claire", "rosa")
    )
    User.objects.update(approval_notice=User.Notice.NEVER)
    region = Site.objects.get(name="Boulogne").region
    Role.objects.create(user=ines, programme=programme, kind=Role.Kind.PROGRAMME_MANAGER)
    Role.objects.create(user=claire, programme=programme, kind=Role.Kind.CIO)
    regional = Role.Kind.REGIONAL_IT_MANAGER
    Role.objects.create(user=rosa, programme=programme, kind=regional, region=region)
    services = make_services(programme, ines, now)
    make_personas(programme, services, ines, now)
    for service in services.values():
        publish(service, "en", ines, now)
    return Crowd(programme, ines, claire, rosa, region)


def make_waves(programme: Programme, now: datetime) -> None:
    """Deal the sites out, so that waves are of one size; one wave goes live next week."""
    sites = list(Site.objects.order_by("pk"))
    first = now.date() + timedelta(weeks=1) - BETWEEN_WAVES * (WAVES // 2)
    for number in range(WAVES):
        factories.WaveFactory(
            programme=programme,
            name=f"Wave {number + 1}",
            order=number + 1,
            go_live_on=first + BETWEEN_WAVES * number,
            sites=sites[number::WAVES],
        )
