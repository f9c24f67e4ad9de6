"""Waking the workers while the broker is away, in a process of its own."""

import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings

# The start of a process, which takes long on a busy machine, is not counted.
WAKE = """
import django, onelift, time
django.setup()
from programmes.database.wake import wake
began = time.monotonic()
wake("communications.pump")
print(time.monotonic() - began)
"""
MOST_SECONDS = 20


@pytest.mark.parametrize("takes_connections", [True, False])
def test_a_broker_that_says_nothing_or_is_away_costs_seconds_and_no_error(
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
            timeout=300,
        )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < MOST_SECONDS
    assert "Could not wake communications.pump: OperationalError" in done.stderr
