"""The demonstration's mail server as a process of its own, and somebody who sends to it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from communications.mailroom.channels import Outcome
from communications.mailroom.channels.mail import Relay, RelayConfig
from tests.communications.sending import CALM, MAIL, send
from tests.operations.shape import free_port
from tests.waiting import until

# Some 20 kilobytes, as a mail with a picture in its frame has.
BIG = MAIL + b"A line of seventy-two characters, as the body of a mail usually has..\r\n" * 280


@contextmanager
def catching(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], RelayConfig]]:
    """Start ``catch_mail``, which keeps mails in a folder; yield it and how to reach it."""
    port = free_port()
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "catch_mail", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env={**os.environ, "ONELIFT_VAR": str(folder)},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: listens(port), "the catcher")
        yield process, RelayConfig("127.0.0.1", port, timeout=CALM, dot_timeout=CALM)
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def send_many(config: RelayConfig, name: str, count: int, message: bytes) -> None:
    """Send so many mails over one connection; each must be accepted."""
    with Relay(config) as relay:
        outcomes = {
            send(relay, f"{name}{n}@onelift.example", message=message).outcome for n in range(count)
        }
    assert outcomes == {Outcome.SENT}
