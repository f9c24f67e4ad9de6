"""The Celery app and the whole timetable: one sentence a line, intervals in UTC seconds only."""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import (
    beat_init,
    worker_init,
    worker_process_init,
    worker_ready,
    worker_shutting_down,
)
from django.conf import settings
from kombu import Exchange, Queue

from onelift.logs import stray, tracing  # noqa: F401  they listen to Celery's signals
from onelift.processes import liveness  # noqa: F401  so does it
from onelift.processes.broker import SCHEME
from onelift.processes.launch import launch
from programmes.database.wake import FIRST_QUEUE, ask_to_stop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onelift.settings")

app = Celery("onelift", task_cls="onelift.processes.reconnection:Task")

# A worker takes from all of them, unless ``--queues`` names some. It takes what comes first by name
# before all else: what is short does not wait behind rounds of sending and of documents.
QUEUES = (FIRST_QUEUE, "dispatch", "documents")
# Seconds: what no worker has taken by then is dropped, since the next tick says the same.
EXPIRES = 40


def broker() -> dict[str, Any]:
    """Return the broker settings: Redis where REDIS_URL is given, else files under ``var/``."""
    if settings.REDIS_URL:
        return {
            "broker_url": settings.REDIS_URL,
            "broker_transport_options": {
                "visibility_timeout": 600,
                "queue_order_strategy": "sorted",
            },
        }
    folder = str(settings.BROKER_DIR)
    settings.BROKER_DIR.mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": f"{SCHEME}://localhost//",
        "broker_transport_options": {
            "data_folder_in": folder,
            "data_folder_out": folder,
            "control_folder": folder + "-control",
            "polling_interval": 0.05,
        },
    }


app.conf.update(
    **broker(),
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # however long the broker is away
    task_default_queue=QUEUES[0],
    task_queues=[Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
    task_routes={"communications.kits": {"queue": "documents"}},
    timezone="UTC",
    beat_scheduler="onelift.processes.liveness:Scheduler",
    beat_schedule_filename=str(settings.VAR_DIR / "beat-schedule"),
    beat_schedule={
        "Every 20 seconds, plan what is due, take back what was left, wake the senders": {
            "task": "communications.pump",
            "schedule": 20.0,
            "options": {"expires": EXPIRES},
        },
        "Every minute, read the mails that came back, if there is a place to read them from": {
            "task": "communications.bounces",
            "schedule": 60.0,
            "options": {"expires": EXPIRES},
        },
        "Every day, compare the tally of mails with the ledger": {
            "task": "communications.compare",
            "schedule": 86400.0,
            "options": {"expires": EXPIRES},
        },
        "Every hour, forget failed attempts whose time is over, and forms sent a day ago": {
            "task": "programmes.sweep",
            "schedule": 3600.0,
            "options": {"expires": EXPIRES},
        },
        "Every hour, delete what was typed, or asked for, 30 days ago and never used": {
            "task": "stakeholders.drafts",
            "schedule": 3600.0,
            "options": {"expires": EXPIRES},
        },
        "Every 20 seconds, seal what was written into the audit trail": {
            "task": "programmes.seal",
            "schedule": 20.0,
            "options": {"expires": EXPIRES},
        },
        "Every hour, keep the figures of objectives that the portal measures itself": {
            "task": "programmes.measure",
            "schedule": 3600.0,
            "options": {"expires": EXPIRES},
        },
        "Every 20 seconds, note what kits should hold, and make the files that wait": {
            "task": "communications.kits",
            "schedule": 20.0,
            "options": {"expires": EXPIRES},
        },
        "Every 20 seconds, move held answers to where reports read, and publish editions": {
            "task": "feedback.pump",
            "schedule": 20.0,
            "options": {"expires": EXPIRES},
        },
        "Every 20 seconds, read and write personnel files that wait, and drop forgotten ones": {
            "task": "stakeholders.pump",
            "schedule": 20.0,
            "options": {"expires": EXPIRES},
        },
        "Every 20 seconds, take the files of translations that wait, and drop old reports": {
            "task": "exchange.pump",
            "schedule": 20.0,
            "options": {"expires": EXPIRES},
        },
        "Every 30 seconds, refresh who is informed of their own change": {
            "task": "events.informed",
            "schedule": 30.0,
            "options": {"expires": EXPIRES},
        },
        "Every 30 seconds, count how ready each wave is": {
            "task": "programmes.readiness",
            "schedule": 30.0,
            "options": {"expires": EXPIRES},
        },
        "Every 20 seconds, answer those who asked for a new password": {
            "task": "stakeholders.passwords",
            "schedule": 20.0,
            "options": {"expires": EXPIRES},
        },
    },
)
app.autodiscover_tasks()


PUMPS = (
    "communications.pump",
    "programmes.seal",
    "communications.kits",
    "events.informed",
    "exchange.pump",
    "feedback.pump",
    "programmes.readiness",
    "stakeholders.pump",
    "stakeholders.passwords",
)


@worker_init.connect
@beat_init.connect
def compare_first(**_: Any) -> None:
    """Let no worker and no clock begin with another key than the database's."""
    launch()


@worker_ready.connect
def run_pumps_once(**_kwargs: Any) -> None:
    """Let a worker that gets ready look for what is due, without waiting for the clock."""
    for name in PUMPS:
        app.send_task(name, ignore_result=True, expires=EXPIRES)


@worker_shutting_down.connect
def end_rounds(**_: Any) -> None:
    """Let a sender give back what has not begun, so that a deployment waits for one mail only."""
    ask_to_stop()


@worker_process_init.connect
def leave_termination_to_the_main_process(**_: Any) -> None:
    """Let a SIGTERM to the whole group cut no mail: the main process ends its children itself."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
