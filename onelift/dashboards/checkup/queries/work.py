"""What drives the sending: the broker, the clock that calls, the workers that come."""

from django.conf import settings
from kombu.exceptions import OperationalError
from redis.connection import parse_url

from communications.mailroom.services import watermark
from communications.models import Heartbeat, Sign, Watermark
from onelift.backups.target import target
from onelift.celery import QUEUES, app
from onelift.dashboards.checkup.queries.finding import Finding, fine, trouble, warning
from onelift.dashboards.checkup.queries.health import LONGEST_PUMP_SECONDS, OK, health
from programmes.database.clock import database_now

HEARTBEATS = ("pump", "feedback")
# More than the clock and the senders leave lying around while workers take what comes.
MANY_TASKS = 30
LATE_SECONDS = 90


def check_broker() -> Finding:
    """Ask the broker as the monitors' page does."""
    found = health().broker == OK
    if not settings.REDIS_URL:
        folder = settings.BROKER_DIR
        if found:
            return fine(f"Tasks are passed through {folder}.")
        return trouble(f"{folder} is missing or cannot be written to: give it to this user.")
    place = _place()
    if found and settings.REDIS_URL.startswith("rediss:") and "ssl_" not in settings.REDIS_URL:
        return warning(
            f"Redis at {place} answers, but workers do not look at its certificate: "
            "put ?ssl_cert_reqs=required behind REDIS_URL."
        )
    if found:
        return fine(f"Redis at {place} answers.")
    return trouble(
        f"Redis at {place} does not answer or refuses the password: start it, or mend REDIS_URL."
    )


def _place() -> str:
    parts = parse_url(settings.REDIS_URL)  # type: ignore[no-untyped-call]
    return f"{parts.get('host', parts.get('path', 'localhost'))}:{parts.get('port', 6379)}"


def check_pump() -> Finding:
    """Ask when the recurring jobs ran last, and who is missing if it is long ago."""
    now, beats = database_now(), dict(Heartbeat.objects.values_list("name", "at"))
    never = [name for name in HEARTBEATS if name not in beats]
    if never:
        return trouble(f"The job “{never[0]}” has never run: start worker and beat.")
    seconds = max(int((now - beats[name]).total_seconds()) for name in HEARTBEATS)
    found = f"The recurring jobs ran {max(0, seconds)} s ago"
    if seconds > LONGEST_PUMP_SECONDS:
        return trouble(f"{found} and should every 20 s: {_who_is_missing()}")
    if seconds > LATE_SECONDS:
        return warning(f"{found} and should every 20 s: add workers, or look at their logs.")
    return fine(f"{found}.")


def check_restore() -> Finding:
    """Judge whether a restore has ended that was begun."""
    if target().half_of:
        return trouble("A restore was interrupted: run the same restore command again.")
    return fine("None was interrupted.")


def check_watermark() -> Finding:
    """Judge whether this is the database that workers left, or a copy of it."""
    mark, hold = Watermark.objects.first(), watermark.held()
    if hold:
        return trouble(
            f"Nothing is sent: {Sign(hold.reason).label}. If a backup was restored, run "
            "hold_after_restore; if it has lost nothing, go_on_after_restore."
        )
    if mark is None:
        return fine("No worker has been here: nothing can have left.")
    sign = watermark.sign_of(mark, database_now())
    if sign:
        return warning(
            f"Workers will send nothing: {sign.label}. If a backup was restored, run "
            "hold_after_restore; if it has lost nothing, start a worker, then go_on_after_restore."
        )
    return fine("It is the one that the workers left.")


def _who_is_missing() -> str:
    """Tell a dead clock from dead workers: what the one sends lies there until the others come."""
    try:
        waiting = waiting_in("default")
    except (OperationalError, OSError):
        return "mend the broker first."
    return "start a worker, tasks wait." if waiting else "start beat, nothing calls the workers."


def check_workers() -> Finding:
    """Count what waits in each queue."""
    try:
        waiting = {queue: waiting_in(queue) for queue in QUEUES}
    except (OperationalError, OSError):
        return warning("Not looked at: the broker cannot be asked.")
    piled = [queue for queue, count in waiting.items() if count > MANY_TASKS]
    if piled:
        return warning(
            f"{waiting[piled[0]]} tasks wait in the queue {piled[0]}: start a worker with "
            f"--queues={piled[0]}, unless much is being sent just now."
        )
    return fine(f"{sum(waiting.values())} tasks wait in {len(QUEUES)} queues.")


def waiting_in(queue: str) -> int:
    """Return how many tasks nobody has taken.

    Raises:
        OperationalError: the broker cannot be asked.
    """
    with app.connection_for_read(connect_timeout=1, transport_options=_patience()) as connection:
        connection.ensure_connection(max_retries=1, timeout=2)
        channel = connection.default_channel  # type: ignore[attr-defined]
        try:
            return int(channel.queue_declare(queue=queue, passive=True).message_count)
        except connection.channel_errors:  # type: ignore[attr-defined]  # a queue that nobody has used yet
            return 0


def _patience() -> dict[str, object]:
    options = dict(app.conf.broker_transport_options)
    return {**options, "socket_connect_timeout": 2, "socket_timeout": 2}
