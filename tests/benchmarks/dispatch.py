"""Personal mails of 20 KB in ten languages, by two worker processes over real SMTP."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from types import SimpleNamespace

from django.conf import settings

from communications.channels.mail import build
from communications.models import Delivery, State
from communications.services import ledger
from communications.services.batch import read_batch
from communications.services.planning import plan_due
from communications.services.sending import ready
from onelift.celery import app
from programmes.models import Site
from programmes.queries.clock import database_now
from stakeholders.models import Person, Role, User
from tests import factories
from tests.benchmarks import sink, smtp_limit
from tests.benchmarks.measure import Figure, Goal, in_turns, report
from tests.benchmarks.stage import Stage, database_url
from tests.communications.making import approve, make_message

LANGUAGES = [code for code, _name in settings.LANGUAGES][:10]
PARAGRAPH = (
    "Hello {{ first_name }}, the desk at {{ site }} opens. " + "It answers in a minute. " * 8
)
BODY = "\n\n".join([PARAGRAPH] * 24)
WORKER = (
    "-m celery --quiet -A onelift worker --include tests.benchmarks.one_task "
    "--queues default,dispatch --concurrency 2 --loglevel WARNING"
)
PATIENCE = 120
FASTER_SINK = 3


def main(stage: Stage) -> bool:
    """Measure the sending of a tenth of the group, one mail each."""
    mails, few = stage.people // 10, max(20, stage.people // 350)
    plan_mails(mails)
    sample = one_built_mail()
    with sink.running_sink() as port, running_worker(port):
        wait_for_worker(port)
        sides: dict[str, Callable[[], float]] = {
            "sink": partial(sink.own_rate, port, sample, mails),
            "one smtplib": partial(smtp_limit.rate, port, sample, mails, 1),
            "smtplib": partial(smtp_limit.rate, port, sample, mails),
            "ours": partial(rate, port, mails, State.PLANNED, wake_senders),
            # Not planned: a sender who was woken for the side before leaves these alone.
            "peer": partial(rate, port, few, State.SKIPPED, partial(send_one_by_one, few)),
        }
        found = {name: Figure(values, "/s") for name, values in in_turns(sides, stage.runs).items()}
    ours, peer, limit = found["ours"], found["peer"], found["smtplib"]
    is_slow_sink = found["sink"].median < FASTER_SINK * found["one smtplib"].median
    return report(
        f"dispatch: {mails:,} mails of {len(sample) / 1000:.0f} KB, {len(LANGUAGES)} languages",
        ours,
        peer=("one Celery task a mail", peer),
        limit=("smtplib, 2 processes", limit),
        goals=(
            Goal("≥ 30 × one task a mail", ours.median >= 30 * peer.median),
            Goal("≥ 0.6 × smtplib", ours.median >= 0.6 * limit.median),
            Goal("7,000 mails in < 5 s", ours.median > 7000 / 5),
        ),
        doubts=(f"the sink takes only {found['sink']} ready mails",) if is_slow_sink else (),
    )


def plan_mails(count: int) -> None:
    """Plan one approved message for some people, due an hour ago."""
    now = database_now()
    programme = factories.ProgrammeFactory(ends_on=date(2099, 1, 1))
    site = factories.SiteFactory(name="Lyon")
    factories.WaveFactory(programme=programme, go_live_on=now.date(), sites=[site])
    Person.objects.bulk_create(people_at(site, count), batch_size=500)
    ines, claire = (User.objects.create_user(f"{n}@onelift.example") for n in ("ines", "claire"))
    Role.objects.create(user=claire, programme=programme, kind=Role.Kind.CIO)
    User.objects.update(approval_notice=User.Notice.NEVER)
    cast = SimpleNamespace(programme=programme, ines=ines, claire=claire)
    texts = {language: (f"The desk opens ({language})", BODY) for language in LANGUAGES}
    earlier, day_before = now - timedelta(hours=1), now.date() - timedelta(days=1)
    message = make_message(cast, earlier, texts, fixed_on=day_before, latest_hours=24 * 10)
    approve(cast, message, earlier)
    assert plan_due(now) == count


def people_at(site: Site, count: int) -> Iterator[Person]:
    for n in range(count):
        language = LANGUAGES[n % len(LANGUAGES)]
        yield factories.PersonFactory.build(site=site, language=language)


def one_built_mail() -> bytes:
    """Return one mail as it will be sent, and give its row back."""
    now = database_now()
    claim = ledger.claim(ready(now), 1, now)
    assert claim is not None
    batch = read_batch(claim, now)
    assert batch is not None
    mail = build(batch.letter(batch.deliveries[0], now))
    ledger.release(claim)
    return mail


@contextmanager
def running_worker(port: int) -> Iterator[None]:
    """Run a worker with two processes on the database of this benchmark."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "onelift.settings",
    }
    command = [sys.executable, *WORKER.split()]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as worker:
        try:
            yield
        finally:
            worker.terminate()


def wait_for_worker(port: int) -> None:
    """Let the worker, which looks for what is due when it is ready, do so once."""
    wait_until(lambda: not ready(database_now()).exists())
    sink.count(port)


def rate(port: int, mails: int, state: State, start: Callable[[], object]) -> float:
    """Return mails a second, from the order to the moment when the last one is written down."""
    Delivery.objects.update(state=state, fence="", message_id="", attempts=0, ended_at=None)
    sink.count(port)
    begin = time.perf_counter()
    start()
    wait_until(lambda: Delivery.objects.filter(state=State.SENT).count() == mails)
    taken = time.perf_counter() - begin
    accepted = sink.count(port)
    assert accepted == mails, f"{accepted} accepts for {mails} mails"
    return mails / taken


def wake_senders() -> None:
    for _sender in range(2):
        app.send_task("communications.deliver", queue="dispatch", ignore_result=True)


def send_one_by_one(count: int) -> None:
    for pk in Delivery.objects.values_list("pk", flat=True)[:count]:
        app.send_task("benchmarks.one_mail", [pk], queue="default", ignore_result=True)


def wait_until(is_done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_done():
        assert time.monotonic() < deadline, f"not done within {PATIENCE} s"
        time.sleep(0.02)
