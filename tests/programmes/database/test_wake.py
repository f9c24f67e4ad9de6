"""Waking the workers while the broker is away, in a process of its own."""

import contextlib
import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings

from tests.waiting import HANGS

WAKE = """
import django, onelift
django.setup()
from programmes.database.wake import wake
wake("communications.pump")
"""


@pytest.mark.parametrize("takes_connections", [True, False])
def test_a_broker_that_says_nothing_or_is_away_is_called_once_and_is_no_error(
    tmp_path, takes_connections
):
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        if takes_connections:
            broker.listen()
        done = subprocess.run(
            [sys.executable, "-c", WAKE],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "onelift.settings",
                "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3",
                "REDIS_URL": f"redis://127.0.0.1:{broker.getsockname()[1]}/0",
                "ONELIFT_VAR": str(tmp_path),
            },
            capture_output=True,
            text=True,
            timeout=HANGS,
        )
        calls = calls_of(broker) if takes_connections else 0
    assert done.returncode == 0, done.stderr
    assert calls <= 1
    assert "Could not wake communications.pump: OperationalError" in done.stderr


def calls_of(broker):
    """Return how many connections somebody has opened that nobody has taken yet."""
    broker.settimeout(0)
    count = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            broker.accept()[0].close()
            count += 1
    return count
