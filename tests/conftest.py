"""The cast: the same few people in every test, in one small organisation.

Claire is the CIO, Ines manages the programme, Rosa is Iberia's regional IT manager, Mei is the
regional IT manager of China, Hana brings personnel files in, Tom is of the communication team,
Nuria writes Iberia's Spanish texts, Dora is the auditor, Hugo hosts events, Otto is an outsider
with an account and no role.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import timezone
from time_machine import TimeMachineFixture

from communications.mailroom.services.refusals import RUN
from onelift import celery_app
from programmes.models import Programme, Region, Site, Wave
from stakeholders.accounts.models.user import INSTALLATION_KINDS
from stakeholders.models import Person, Role, User
from tests import factories
from tests.clock import clock_of, day
from tests.emptying import empty_database
from tests.examples import be_patient
from tests.migrated import drop_old_templates, migrated_file, migrated_template
from tests.warden import take_folder
from tests.world import World, make_world

pytest_plugins = ["tests.selection", "tests.handing_out", "tests.recording"]

PASSWORD = "correct horse battery"


def pytest_configure(config: pytest.Config) -> None:
    celery_app.conf.broker_url = "memory://"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True
    settings.WHITENOISE_USE_FINDERS = True
    TransactionTestCase._fixture_teardown = empty_database
    be_patient()
    # Side by side with others (pytest-xdist), this process finds both done.
    if not hasattr(config, "workerinput"):
        take_folder()
        compile_catalogues()
        if connection.vendor == "postgresql":
            drop_old_templates()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Set the clock before the first fixture of a test, and let it go after the last."""
    with clock_of(item.path):
        return (yield)


def compile_catalogues() -> None:
    """Compile the catalogues that were changed, so that pytest alone is enough."""
    for source in settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as read, compiled.open("wb") as write:
                write_mo(write, read_po(read))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Begin with tables that are made already; in a file, as in life: in memory, threads of SQLite
    lock each other out.
    """
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()
    else:
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        shutil.copy(migrated_file(), path)
        connection.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """Take the tables of the copy as they are."""
    return django_db_keepdb or connection.vendor == "sqlite"


@dataclass
class Cast:
    """One programme with two regions, two waves, six people and the users of each role."""

    programme: Programme
    iberia: Region
    china: Region
    barcelona: Site
    shanghai: Site
    wave1: Wave
    wave2: Wave
    claire: User
    ines: User
    rosa: User
    mei: User
    hana: User
    tom: User
    nuria: User
    dora: User
    hugo: User
    otto: User
    people: list[Person]


@pytest.fixture(autouse=True)
def _no_refusals() -> None:
    """Forget what mail servers of other tests refused: a process remembers it."""
    RUN.end()
    RUN.patient_until = None


@pytest.fixture
def now() -> datetime:
    """Return the instant (UTC) at which the test begins: NOW, but at the real clock."""
    return timezone.now()


@pytest.fixture
def wait(time_machine: TimeMachineFixture) -> Callable[..., None]:
    """Return a function that moves the clock on, by seconds or as ``timedelta`` names units."""

    def pass_by(seconds: float = 0, **units: float) -> None:
        later = timezone.now() + timedelta(seconds=seconds, **units)
        time_machine.move_to(later, tick=False)

    return pass_by


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def make_cast() -> Cast:
    programme = factories.ProgrammeFactory(slug="one-it", name="One IT")
    iberia = factories.RegionFactory(name="Iberia", slug="iberia")
    china = factories.RegionFactory(name="China", slug="china")
    barcelona = factories.SiteFactory(
        name="Barcelona", region=iberia, country="ES", time_zone="Europe/Madrid", language="es"
    )
    shanghai = factories.SiteFactory(
        name="Shanghai", region=china, country="CN", time_zone="Asia/Shanghai", language="zh-hans"
    )
    wave1 = factories.WaveFactory(
        programme=programme, name="Wave 1", order=1, go_live_on=day(2026, 11, 9), sites=[barcelona]
    )
    wave2 = factories.WaveFactory(
        programme=programme, name="Wave 2", order=2, go_live_on=day(2027, 1, 18), sites=[shanghai]
    )
    people = [factories.PersonFactory(site=barcelona, language="es") for _ in range(3)]
    people += [factories.PersonFactory(site=shanghai, language="zh-hans") for _ in range(3)]

    def user(name: str, **role: object) -> User:
        made = User.objects.create_user(
            f"{name.lower()}@onelift.example", PASSWORD, first_name=name, last_name="Test"
        )
        if role:
            where = None if role["kind"] in INSTALLATION_KINDS else programme
            Role.objects.create(user=made, programme=where, **role)
        return made

    return Cast(
        programme=programme,
        iberia=iberia,
        china=china,
        barcelona=barcelona,
        shanghai=shanghai,
        wave1=wave1,
        wave2=wave2,
        claire=user("Claire", kind=Role.Kind.CIO),
        ines=user("Ines", kind=Role.Kind.PROGRAMME_MANAGER),
        rosa=user("Rosa", kind=Role.Kind.REGIONAL_IT_MANAGER, region=iberia),
        mei=user("Mei", kind=Role.Kind.REGIONAL_IT_MANAGER, region=china),
        hana=user("Hana", kind=Role.Kind.HR_IMPORTER),
        tom=user("Tom", kind=Role.Kind.COMMUNICATION_TEAM),
        nuria=user("Nuria", kind=Role.Kind.LOCAL_COMMUNICATION, region=iberia, languages=["es"]),
        dora=user("Dora", kind=Role.Kind.AUDITOR),
        hugo=user("Hugo", kind=Role.Kind.EVENT_HOST),
        otto=user("Otto"),
        people=people,
    )


@pytest.fixture
def as_user():
    """Return a function that signs a user in and returns the client."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def world(cast: Cast, now: datetime) -> World:
    return make_world(cast, now)
