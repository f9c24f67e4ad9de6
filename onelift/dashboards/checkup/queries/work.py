"""What drives the sending: the broker, the clock that calls, the workers that come."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.connection import parse_url

from communications.mailroom.services import watermark
from communications.models import Heartbeat, Sign, Watermark
from onelift.backups.target import target
from onelift.celery import QUEUES
from onelift.dashboards.checkup.queries.finding import Finding, fine, trouble, warning
from onelift.dashboards.checkup.queries.health import OK, health
from onelift.watching.pump import LONGEST_PUMP_SECONDS
from programmes.database.clock import database_now
from programmes.database.giving_way import tasks_waiting
from programmes.database.wake import FIRST_QUEUE
from programmes.services.sealing import unsealed

HEARTBEATS = ("pump", "feedback")
# More than the clock and the senders leave lying around while workers take what comes.
MANY_TASKS = 30
LATE_SECONDS = 90
LONGEST_UNSEALED = timedelta(minutes=10)


def check_broker() -> Finding:
    """Ask the broker as the monitors' page does."""
    found = health().broker == OK
    if not settings.REDIS_URL:
        folder = settings.BROKER_DIR
        if found:
            return fine(_("Tasks are queued in %(folder)s.") % {"folder": folder})
        words = _("%(folder)s is missing or not writable: give this user write access.")
        return trouble(words % {"folder": folder})
    place = {"place": _place()}
    if found and settings.REDIS_URL.startswith("rediss:") and "ssl_" not in settings.REDIS_URL:
        return warning(
            _(
                "Redis at %(place)s is running, but workers do not verify its certificate: add "
                "?ssl_cert_reqs=required to REDIS_URL."
            )
            % place
        )
    if found:
        return fine(_("Redis at %(place)s is running.") % place)
    words = _(
        "Redis at %(place)s is not responding or rejects the password: start it, or correct "
        "REDIS_URL."
    )
    return trouble(words % place)


def _place() -> str:
    parts = parse_url(settings.REDIS_URL)  # type: ignore[no-untyped-call]
    return f"{parts.get('host', parts.get('path', 'localhost'))}:{parts.get('port', 6379)}"


def check_pump() -> Finding:
    """Ask when the recurring jobs ran last, and who is missing if it is long ago."""
    now, beats = database_now(), dict(Heartbeat.objects.values_list("name", "at"))
    never = [name for name in HEARTBEATS if name not in beats]
    if never:
        words = _("The job “%(name)s” has never run: start a worker and beat.")
        return trouble(words % {"name": never[0]})
    seconds = max(int((now - beats[name]).total_seconds()) for name in HEARTBEATS)
    said = {"n": max(0, seconds)}
    late = _("The recurring jobs last ran %(n)s s ago instead of every 20 s: %(advice)s")
    if seconds > LONGEST_PUMP_SECONDS:
        return trouble(late % {**said, "advice": _who_is_missing()})
    if seconds > LATE_SECONDS:
        return warning(late % {**said, "advice": _("add workers, or check their logs.")})
    return fine(_("The recurring jobs last ran %(n)s s ago.") % said)


def check_trail() -> Finding:
    """Look whether entries of the audit trail wait longer for their seal than a backlog takes."""
    waiting = unsealed().filter(timestamp__lt=database_now() - LONGEST_UNSEALED).count()
    if waiting:
        words = _("Entries not yet sealed: %(n)s. Start a worker and beat.")
        return warning(words % {"n": waiting})
    return fine(_("All entries are sealed, or have only just been written."))


def check_restore() -> Finding:
    """Judge whether a restore has ended that was begun, and whose database this is."""
    if target().half_of:
        return trouble(_("A restore was interrupted: run the same restore command again."))
    return check_watermark()


def check_watermark() -> Finding:
    """Judge whether this is the database that workers left, or a copy of it."""
    mark, hold = Watermark.objects.first(), watermark.held()
    if hold:
        return trouble(
            _(
                "Nothing is sent: %(sign)s. If a backup was restored, run hold_after_restore; if "
                "nothing was lost, run go_on_after_restore."
            )
            % {"sign": Sign(hold.reason).label}
        )
    if mark is None:
        return fine(_("No worker has run yet, so nothing has been sent."))
    sign = watermark.sign_of(mark, database_now())
    if sign:
        return warning(
            _(
                "Workers will send nothing: %(sign)s. If a backup was restored, run "
                "hold_after_restore; if nothing was lost, start a worker, then run "
                "go_on_after_restore."
            )
            % {"sign": sign.label}
        )
    return fine(_("The database is the one that workers last used."))


def _who_is_missing() -> str:
    """Tell a dead clock from dead workers: what the one sends lies there until the others come."""
    try:
        waiting = tasks_waiting(FIRST_QUEUE)
    except (OperationalError, OSError):
        return _("fix the broker first.")
    if waiting:
        return _("start a worker, tasks are waiting.")
    return _("start beat, nothing triggers the workers.")


def check_workers() -> Finding:
    """Count what waits in each queue."""
    try:
        waiting = {queue: tasks_waiting(queue) for queue in QUEUES}
    except (OperationalError, OSError):
        return warning(_("Not checked: the broker is not responding."))
    piled = [queue for queue, count in waiting.items() if count > MANY_TASKS]
    if piled:
        return warning(
            _(
                "%(n)s tasks are waiting in the queue %(queue)s: start a worker with "
                "--queues=%(queue)s, unless a large sending is in progress."
            )
            % {"n": waiting[piled[0]], "queue": piled[0]}
        )
    said = {"n": sum(waiting.values()), "queues": len(QUEUES)}
    return fine(_("Tasks waiting: %(n)s, in %(queues)s queues.") % said)
