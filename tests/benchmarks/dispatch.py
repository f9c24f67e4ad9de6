"""Personal mails of 20 KB in ten languages, by two worker processes over real SMTP."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from communications.dispatches.services.batch import read_batch
from communications.dispatches.services.sending import DELIVERIES
from communications.mailroom.channels.mail import build
from communications.mailroom.models.ledger import OPEN
from communications.mailroom.services import ledger
from communications.messages.rendering import prepare, values_for
from communications.messages.rendering.letter import Prepared, marked
from communications.messages.rendering.placeholders import MARK
from communications.models import Approval, Delivery, State
from onelift.celery import app
from onelift.rehearsal.dispatch import rehearse
from programmes.database.clock import database_now
from tests.benchmarks import post_office, sink, smtp_limit
from tests.benchmarks.measure import Figure, Goal, in_turns, report
from tests.benchmarks.processes import family, peak_of, processor_seconds
from tests.benchmarks.stage import Stage, database_url

LANGUAGES = 10
WORKER = (
    "-m celery --quiet -A onelift worker --include tests.benchmarks.one_task "
    "--queues default,dispatch --concurrency 2 --loglevel WARNING"
)
PATIENCE = 120
# Seconds between two looks whether it is done.
LOOKS_EVERY = 0.02
FASTER_SINK = 3


def main(stage: Stage) -> bool:
    """Measure the sending to a fifth of the group, one mail each: to fewer it is mostly a start."""
    mails, few = stage.people // 5, max(20, stage.people // 350)
    rehearse(mails, LANGUAGES, database_now())
    sample = one_built_mail()
    with sink.running_sink() as port, running_worker(port) as worker:
        wait_for_worker(port)
        seconds: list[float] = []
        sides: dict[str, Callable[[], float]] = {
            "sink": partial(sink.own_rate, port, sample, mails),
            "one smtplib": partial(smtp_limit.rate, port, sample, mails, 1),
            "smtplib": partial(smtp_limit.rate, port, sample, mails),
            "ours": partial(rate_and_cost, worker.pid, seconds, port, mails),
            # Not planned: a sender who was woken for the side before leaves these alone.
            "peer": partial(rate, port, few, State.SKIPPED, partial(send_one_by_one, few)),
            "post office": partial(post_office.rate, port, *as_templates(few * 5)),
        }
        found = {name: Figure(values, "/s") for name, values in in_turns(sides, stage.runs).items()}
        peak = max(map(peak_of, family(worker.pid)))
    ours, peer, limit = found["ours"], found["peer"], found["smtplib"]
    other = found["post office"]
    print(f"\n  {'sink, ready mails':<46}{found['sink']}")
    print(f"  {'one smtplib':<46}{found['one smtplib']}")
    print(f"  {'django-post-office, 2 processes':<46}{other}")
    print(f"  {'processor time of the workers':<46}{Figure(tuple(seconds), 'µs a mail')}")
    is_slow_sink = found["sink"].median < FASTER_SINK * found["one smtplib"].median
    return report(
        f"dispatch: {mails:,} mails of {len(sample) / 1000:.0f} KB, {LANGUAGES} languages",
        ours,
        peer=("one Celery task a mail", peer),
        limit=("smtplib, 2 processes", limit),
        goals=(
            Goal("≥ 2,500 mails a second", ours.median >= 2500),
            Goal("≥ 30 × one task a mail", ours.median >= 30 * peer.median),
            Goal("≥ 10 × django-post-office", ours.median >= 10 * other.median),
            Goal("≥ 0.6 × smtplib", ours.median >= 0.6 * limit.median),
            Goal("no process of the worker above 150 MB", peak <= 150),
        ),
        peak=peak,
        doubts=(f"the sink takes only {found['sink']} ready mails",) if is_slow_sink else (),
    )


def rate_and_cost(pid: int, seconds: list[float], port: int, mails: int) -> float:
    """Return mails a second, and add what each cost the worker, in µs of a processor."""
    before = sum(map(processor_seconds, family(pid)))
    found = rate(port, mails, State.PLANNED, wake_senders)
    seconds.append((sum(map(processor_seconds, family(pid))) - before) / mails * 1e6)
    return found


def one_built_mail() -> bytes:
    """Return one mail as it will be sent, and give its row back."""
    now = database_now()
    claim = ledger.claim(DELIVERIES.ready(now), 1, now)
    assert claim is not None
    batch = read_batch(claim, now)
    assert batch is not None
    batch.address(batch.rows[0])
    mail = build(batch.letter(batch.rows[0], now))
    ledger.release(claim)
    return mail


def as_templates(count: int) -> tuple[dict[str, dict[str, str]], list[dict[str, str]]]:
    """Return the texts as approved, in templates by language, and the words of so many people."""
    rows = list(Delivery.objects.select_related("person", "site")[:count])
    approval = Approval.objects.select_related("message__programme").get()
    programme = approval.message.programme
    texts = {
        language: template_of(prepare(programme, language, text["subject"], text["body"]))
        for language, text in approval.content["languages"].items()
    }
    people = [
        values_for(row.person, row.site, None, programme, row.person.language)
        | {"address": row.person.email, "language": row.person.language}
        for row in rows
    ]
    return texts, people


def template_of(prepared: Prepared) -> dict[str, str]:
    """Return what is filled for each person, as a template of Django's."""
    text = "".join(gap + marked(block.pattern) for gap, block in prepared.blocks)
    parts = {"subject": marked(prepared.subject), "content": text}
    parts["html_content"] = marked(prepared.html)
    return {name: MARK.sub(r"{{ \1 }}", part) for name, part in parts.items()}


@contextmanager
def running_worker(port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a worker with two processes on the database of this benchmark."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "onelift.settings",
    }
    command = [sys.executable, *WORKER.split()]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as worker:
        try:
            yield worker
        finally:
            worker.terminate()


def wait_for_worker(port: int) -> None:
    """Let the worker, which looks for what is due when it is ready, do so once."""
    wait_until(lambda: not DELIVERIES.ready(database_now()).exists())
    sink.count(port)


def rate(port: int, mails: int, state: State, start: Callable[[], object]) -> float:
    """Return mails a second, from the order to the moment when the last one is written down."""
    Delivery.objects.update(state=state, fence="", message_id="", attempts=0, ended_at=None)
    sink.count(port)
    begin = time.perf_counter()
    start()
    wait_until(lambda: not waits() and Delivery.objects.filter(state=State.SENT).count() == mails)
    taken = time.perf_counter() - begin
    accepted = sink.count(port)
    assert accepted == mails, f"{accepted} accepts for {mails} mails"
    return mails / taken


def waits() -> bool:
    """Tell whether mails wait; an index knows, while counting would burden what is measured."""
    return Delivery.objects.filter(state__in=OPEN).exists()


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
        time.sleep(LOOKS_EVERY)
