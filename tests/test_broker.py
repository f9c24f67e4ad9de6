import os
import subprocess
import sys
from queue import Empty

import pytest
from django.conf import settings
from kombu import Connection

from onelift.celery import QUEUES, app, broker
from onelift.processes.broker import SCHEME
from tests.redis_databases import redis_url
from tests.waiting import HANGS, until

TASK_QUEUES = app.conf.task_queues


class LooksWhileWritten:
    """Reads the queue in the middle of being written to it."""

    def __init__(self, channel):
        self.channel = channel

    def __json__(self):
        with pytest.raises(Empty):
            self.channel._get("default")
        return "whole"


def test_a_worker_never_reads_half_a_message(tmp_path):
    folders = ("data_folder_in", "data_folder_out", "control_folder")
    options = dict.fromkeys(folders, str(tmp_path))
    with Connection(f"{SCHEME}://localhost//", transport_options=options) as broker:
        channel = broker.channel()
        channel._put("default", {"task": LooksWhileWritten(channel)})
        assert channel._get("default") == {"task": "whole"}
        assert list(tmp_path.iterdir()) == []


@pytest.fixture(params=["files", pytest.param("redis", marks=pytest.mark.services)])
def shipped(request, settings, tmp_path, worker_id):
    """Return an empty broker, with the settings of the portal."""
    settings.BROKER_DIR = tmp_path / "broker"
    settings.REDIS_URL = redis_url(worker_id, "passing") if request.param == "redis" else ""
    given = broker()
    with Connection(
        given["broker_url"], transport_options=given["broker_transport_options"]
    ) as connection:
        # What this process has bound in the folder of another test, it would not bind here.
        connection.transport.state.clear()
        for queue in TASK_QUEUES:
            queue(connection.default_channel).declare()
            queue(connection.default_channel).purge()
        yield connection


def test_short_tasks_are_taken_before_all_others(shipped):
    taken = []
    producer = shipped.Producer()
    for queue in [*reversed(QUEUES), *QUEUES]:
        producer.publish(queue, exchange=queue, routing_key=queue)
    with shipped.Consumer(reversed(TASK_QUEUES), prefetch_count=1) as consumer:
        consumer.register_callback(lambda body, message: (taken.append(body), message.ack()))
        while len(taken) < 2 * len(QUEUES):
            shipped.drain_events(timeout=HANGS)
    assert taken == [queue for queue in QUEUES for _twice in range(2)]


def test_a_worker_that_is_told_no_queues_takes_from_all(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "onelift.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3",
        "REDIS_URL": "",
        "ONELIFT_VAR": str(tmp_path),
    }
    send = """
from onelift.celery import QUEUES, app
for queue in QUEUES:
    app.send_task("nothing", queue=queue, ignore_result=True)
"""
    options = {"cwd": settings.BASE_DIR, "env": environment}
    subprocess.run([sys.executable, "-c", send], check=True, **options)
    assert len(list((tmp_path / "broker").glob("*.msg"))) == 3
    command = ["celery", "--quiet", "--app=onelift", "worker", "--pool=solo", "--without-mingle"]
    log = (tmp_path / "log").open("w")
    with log, subprocess.Popen([sys.executable, "-m", *command], stderr=log, **options) as worker:
        try:
            until(
                lambda: (tmp_path / "log").read_text().count("unregistered task") == 3,
                "three words about tasks that nobody knows",
            )
        finally:
            worker.terminate()
