import os
import subprocess
import sys
from queue import Empty

import pytest
from django.conf import settings
from kombu import Connection

from onelift.processes.broker import SCHEME
from tests.waiting import until


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
