"""Fill an installation for the fault tests, and act on it: ``python -m tests.faults.seed VERB``.

``people N`` makes N people at three sites in three languages, and an urgent message that the CIO
approved an hour ago: the next run of the pump plans it. ``more N`` makes further people there, who
are meant too. ``session`` signs the CIO in and prints the key, ``importer`` an importer of
personnel files. ``kits`` makes
what waits of the kits. ``personnel N`` makes a personnel file of N people, confirmed and not yet
applied. ``announce`` approves another urgent message, and ``calm`` makes all that there are less
urgent. ``forget`` asks for a new password for the CIO. ``answer`` asks a worker for a sign of life
and prints how long that took (seconds). The other verbs run one service.
"""

import sys
from datetime import timedelta
from time import monotonic
from types import SimpleNamespace

import django

SITES = [
    ("Barcelona", "ES", "Europe/Madrid", "es"),
    ("Shanghai", "CN", "Asia/Shanghai", "zh-hans"),
    ("Dublin", "IE", "Europe/Dublin", "en"),
]


def people(count: str) -> None:
    from programmes.database.clock import database_now
    from stakeholders.models import Role, User
    from tests import factories

    now = database_now()
    programme = factories.ProgrammeFactory(slug="one-it", ends_on=now.date() + timedelta(days=600))
    region = factories.RegionFactory()
    sites = [
        factories.SiteFactory(name=name, region=region, country=c, time_zone=zone, language=code)
        for name, c, zone, code in SITES
    ]
    factories.WaveFactory(programme=programme, go_live_on=now.date(), sites=sites)
    more(count)
    _ines, claire = (User.objects.create_user(f"{n}@onelift.example") for n in ("ines", "claire"))
    Role.objects.create(user=claire, programme=programme, kind=Role.Kind.CIO)
    User.objects.update(approval_notice=User.Notice.NEVER)
    announce()


def announce() -> None:
    from programmes.database.clock import database_now
    from programmes.models import Programme
    from stakeholders.models import User
    from tests.communications.making import approve, make_message

    earlier = database_now() - timedelta(hours=1)
    ines, claire = (User.objects.get(email__startswith=name) for name in ("ines", "claire"))
    cast = SimpleNamespace(programme=Programme.objects.get(), ines=ines, claire=claire)
    schedule = {"fixed_on": earlier.date() - timedelta(days=1), "latest_hours": 24 * 10}
    approve(cast, make_message(cast, earlier, **schedule), earlier)


def calm() -> None:
    from communications.models import Message

    Message.objects.update(is_urgent=False)


def forget() -> None:
    from django.test import Client

    visitor = Client(headers={"host": "127.0.0.1"})
    visitor.post("/accounts/password/reset/", {"email": "claire@onelift.example"})


def answer() -> None:
    from communications.operation.services.answer import TASK, has_answered
    from programmes.database.wake import wake
    from tests.waiting import until

    begun = monotonic()
    wake(TASK, "asked")
    until(lambda: has_answered("asked"), "an answer")
    print(monotonic() - begun)  # noqa: T201  it is what was asked for


def more(count: str) -> None:
    from programmes.models import Site
    from stakeholders.models import Person
    from tests import factories

    sites, known = list(Site.objects.order_by("pk")), Person.objects.count()
    factories.PersonFactory.reset_sequence(known)
    Person.objects.bulk_create(
        factories.PersonFactory.build(site=sites[n % 3], language=SITES[n % 3][3])
        for n in range(int(count))
    )


def session() -> None:
    from django.test import Client

    from stakeholders.models import User

    client = Client()
    client.force_login(User.objects.get(email__startswith="claire"))
    print(client.cookies["sessionid"].value)  # noqa: T201  it is what was asked for


def importer() -> None:
    from django.test import Client

    from stakeholders.models import Role, User

    hana = User.objects.create_user("hana@onelift.example")
    Role.objects.create(user=hana, kind=Role.Kind.HR_IMPORTER)
    client = Client()
    client.force_login(hana)
    print(client.cookies["sessionid"].value)  # noqa: T201  it is what was asked for


def personnel(count: str) -> None:
    from programmes.database.clock import database_now
    from stakeholders.importing.reading.manner import Manner
    from stakeholders.importing.services import importjob
    from stakeholders.importing.services.importrun import choose, confirm, receive
    from stakeholders.models import ImportRun, User
    from tests import factories

    factories.SiteFactory(name="Barcelona")
    hana = User.objects.create_user("hana@onelift.example")
    rows = "".join(f"P{n};Mo;Ana;p{n}@x.example;Barcelona\n" for n in range(int(count)))
    content = f"Matricule;Nom;Prénom;E-mail;Site\n{rows}".encode()
    run = receive(content, "people.csv", hana, database_now())
    choose(run, Manner(), Manner(), hana, database_now())
    importjob.run_pump(database_now)
    run = ImportRun.objects.get()
    confirm(run, run.fingerprint, None, hana)


def pump() -> None:
    from communications.operation.services.pump import run_pump
    from programmes.database.clock import database_now

    run_pump(database_now())


def kits() -> None:
    from communications.kits.services import kit
    from communications.models import KitFile
    from programmes.database.clock import database_now
    from programmes.models import Programme

    programme = Programme.objects.get()
    kit.keep(programme, database_now, database_now() + timedelta(seconds=50))
    kit.sweep(database_now())
    print(sorted(set(KitFile.objects.values_list("state", flat=True))))  # noqa: T201


def hold() -> None:
    from communications.operation.services.restore import copy_made_at, hold_after_restore
    from programmes.database.clock import database_now

    hold_after_restore(copy_made_at(), database_now())


def stop(verb: str) -> None:
    from communications.dispatches.services import dispatch
    from communications.models import Dispatch
    from programmes.database.clock import database_now
    from stakeholders.models import User

    ines = User.objects.get(email__startswith="ines")
    getattr(dispatch, verb)(Dispatch.objects.get(), ines, database_now())


def withdraw() -> None:
    from communications.approvals.services import approval
    from communications.models import Approval
    from programmes.database.clock import database_now
    from stakeholders.models import User

    claire = User.objects.get(email__startswith="claire")
    approval.withdraw(Approval.objects.standing().get(), claire, "A typo", database_now())


if __name__ == "__main__":
    django.setup()
    acts = (people, more, announce, calm, forget, answer, session, importer, personnel)
    acts += (pump, kits, hold, stop, withdraw)
    verbs = {each.__name__: each for each in acts}
    verbs[sys.argv[1]](*sys.argv[2:])
