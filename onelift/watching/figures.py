"""What the rows and the broker say of the installation: the same whichever web is asked."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from celery import current_app
from django.db import DatabaseError, connection
from django.db.models import Count, Model
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from redis.exceptions import RedisError

from communications.dispatches.models.tally import WAITING
from communications.dispatches.queries.ledger import channel_down, is_held
from communications.models import (
    Delivery,
    Heartbeat,
    KitFile,
    Post,
    Proof,
    State,
    Sweeper,
    Swept,
    Tally,
    postings,
)
from communications.operation.queries.outage import mails_due, outage, relay_answers
from feedback.models import Edition
from onelift.version import VERSION
from onelift.watching.broker import tasks_waiting, workers_alive
from onelift.watching.patience import patiently
from programmes.database.clock import database_now
from stakeholders.models import ImportRun

# Seconds that a scrape waits for each.
DATABASE_PATIENCE, BROKER_PATIENCE = 5.0, 1.0
IN_HAND = (State.CLAIMED, State.SENDING)


class Figures:
    """All of them, read at each scrape; what cannot be read is left out."""

    def collect(self) -> Iterator[Metric]:
        """Yield what the database and the broker say, and whether they say anything."""
        rows = patiently(read_rows, None, DATABASE_PATIENCE)
        tasks = patiently(read_broker, None, BROKER_PATIENCE)
        yield labelled("info", "Version of OneLift", "version", {VERSION: 1})
        yield gauge("database_up", "Whether the database answers", rows is not None)
        yield gauge("broker_up", "Whether the broker answers", tasks is not None)
        yield from rows or []
        yield from tasks or []


def read_rows() -> list[Metric] | None:
    """Return what the database says; None if it cannot be asked."""
    try:
        return [*of_sending(database_now()), *of_mails(), *of_jobs(), of_backup()]
    except DatabaseError:
        return None
    finally:
        connection.close()


def read_broker() -> list[Metric] | None:
    """Return what the broker says; None if it cannot be asked."""
    try:
        queues = tuple(queue.name for queue in current_app.conf.task_queues)
        tasks, workers = tasks_waiting(queues), workers_alive()
    except (RedisError, OSError):
        return None
    return [
        labelled("queue_tasks", "Tasks that no worker has taken", "queue", tasks),
        gauge("workers", "Workers seen within the last 35 seconds", workers),
    ]


def of_sending(now: datetime) -> Iterator[Metric]:
    """Yield whether mails leave, and what waits."""
    due, down = mails_due(now), channel_down()
    trouble = outage(now, due)
    is_on_hold = down is not None and is_held(down)
    age = (now - due.since).total_seconds() if due.since else 0
    yield gauge("mails_due", "Emails due now", due.mails)
    yield gauge("mails_due_oldest_seconds", "How long the oldest has been due", max(0.0, age))
    yield gauge("mails_refused", "Emails refused for now, to be tried again later", due.refused)
    yield gauge("mail_server_reachable", "Whether the mail server accepts emails", relay_answers())
    yield gauge("restore_hold", "Whether sending is on hold after a restore", is_on_hold)
    yield gauge("sending_degraded", "Whether emails are due and none are being sent", bool(trouble))


def of_mails() -> Iterator[Metric]:
    """Yield how many mails and posts are in each state."""
    help_text = "Emails and posts to groups by kind and state"
    found = GaugeMetricFamily("onelift_mails", help_text, labels=["kind", "state"])
    sent = 0
    for model in postings():
        kind = str(model._meta.model_name)
        counts = states_of_deliveries() if model is Delivery else by_column(model, "state")
        for state in State.values:
            found.add_metric([kind, state], counts[state])
        sent += 0 if model is Post else counts[State.SENT]
    yield found
    yield CounterMetricFamily("onelift_mails_sent", "Emails the mail server accepted", value=sent)


def states_of_deliveries() -> Counter[str]:
    """Count the ledger by state: its tally, and the few rows that workers have in hand."""
    parts = Counter({row["part"]: row["n"] for row in Tally.objects.by("part")})
    rows = Delivery.objects.filter(state__in=IN_HAND).order_by()
    in_hand = Counter(dict(rows.values_list("state").annotate(n=Count("pk"))))
    waiting = parts.pop(WAITING, 0)
    return parts + in_hand + Counter({State.PLANNED: waiting - in_hand.total()})


def of_jobs() -> Iterator[Metric]:
    """Yield what the jobs behind the pages have done and have before them."""
    now, beats = database_now(), Heartbeat.objects.values_list("name", "at")
    ages = {name: max(0.0, (now - at).total_seconds()) for name, at in beats}
    yield labelled("pump_age_seconds", "How long ago a recurring job last ran", "task", ages)
    yield swept()
    imports, files = by_column(ImportRun, "state"), by_column(KitFile, "state")
    yield labelled("imports", "Personnel files by state", "state", imports)
    yield labelled("kit_files", "Kit files by state", "state", files)
    yield gauge("editions", "Published editions of survey figures", Edition.objects.count())


def of_backup() -> GaugeMetricFamily:
    """Return the age of the newest backup; of none there is no figure."""
    words = "How long ago the newest backup was made"
    found = GaugeMetricFamily("onelift_backup_age_seconds", words)
    at = Proof.objects.filter(kind=Proof.Kind.BACKUP).values_list("at", flat=True).first()
    if at:
        found.add_metric([], max(0.0, (database_now() - at).total_seconds()))
    return found


def swept() -> CounterMetricFamily:
    """Return what sweepers have moved, 0 too: else no rate would see the first death."""
    found = CounterMetricFamily("onelift_swept", "Rows moved by a sweeper", labels=["sweeper"])
    moved = dict(Swept.objects.values_list("sweeper", "rows"))
    for sweeper in Sweeper.values:
        found.add_metric([sweeper], moved.get(sweeper, 0))
    return found


def by_column(model: type[Model], column: str) -> Counter[str]:
    """Count rows by a column."""
    rows = model._default_manager.order_by().values_list(column)
    return Counter(dict(rows.annotate(n=Count("pk"))))


def gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"onelift_{name}", words, value=float(value))


def labelled(
    name: str, words: str, label: str, values: dict[str, float] | dict[str, int] | Counter[str]
) -> GaugeMetricFamily:
    """Return a figure for each value of a label."""
    found = GaugeMetricFamily(f"onelift_{name}", words, labels=[label])
    for value, count in values.items():
        found.add_metric([value], float(count))
    return found
