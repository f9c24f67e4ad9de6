"""The mailroom could be published by itself: it sends in a project without our other apps."""

import json
import os
import subprocess
import sys

from django.conf import settings

PROJECT = "tests.communications.mailroom.alone.project"


def test_the_mailroom_sends_in_a_project_of_its_own(relay, tmp_path):
    relay.fault("rcpt", reply="450 4.2.0 later", recipient="bo@", times=1)
    done = subprocess.run(
        [sys.executable, "-m", PROJECT, str(relay.port), str(tmp_path)],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    first, second = ([(to, state, n) for to, state, n, _id in step] for step in told["steps"])
    ana, bo, cy = (f"{name}@alone.example" for name in ("ana", "bo", "cy"))
    assert first == [(ana, "sent", 1), (bo, "planned", 1), (cy, "sent", 1)]
    assert second == [(ana, "sent", 1), (bo, "sent", 2), (cy, "sent", 1)]
    numbers = {to: number for to, _state, _n, number in told["steps"][0]}
    assert {accept.recipient: accept.message_id for accept in relay.accepts} == numbers
    assert len(relay.accepts) == 3
    assert told["strangers"] == []
