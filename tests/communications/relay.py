"""A mail server for tests: it logs each accept to disk before it says 250, and fails as told.

In a test: the fixture ``relay``. As a process of its own, which outlives killed workers:
``python -m tests.communications.relay --port 8120 --log accepts.jsonl``. Such a process takes
faults by the command ``XFAULT`` on any connection (see ``tell``).

A fault happens at a place: banner, ehlo, starttls, tls, auth, mail, rcpt, data, body, dot, rset,
quit. Its kinds:

* ``reply``: answer ``reply`` instead (a 5xx or 4xx refuses; at the dot nothing is logged);
* ``hang``: say nothing until the client goes;
* ``drop``: close without an answer; at the dot the mail is not accepted;
* ``drop_after``: answer, then close;
* ``accept_drop``: at the dot: log the accept, then close without an answer;
* ``accept_hang``: at the dot: log the accept, then say nothing;
* ``half``: the first two digits of the answer, then close;
* ``drip``: the first two bytes of an endless answer, one at each ``delay`` seconds.
"""

import argparse
import dataclasses
import email
import email.policy
import hashlib
import json
import os
import signal
import socket
import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.communications.smtp_session import Session
from tests.waiting import HANGS


@dataclass
class Fault:
    """What goes wrong, where, for whom (a part of the recipient's address) and how often."""

    place: str
    kind: str = "reply"
    reply: str = ""
    times: int | None = None
    recipient: str = ""
    after: int = 0
    delay: float = 0.1


@dataclass
class Accept:
    """One mail that was accepted, as the log holds it."""

    message_id: str
    dispatch: str
    recipient: str
    language: str
    at: float
    sha256: str
    connection: int
    raw: str = ""

    @property
    def message(self):
        return email.message_from_bytes(self.raw.encode("latin-1"), policy=email.policy.default)


class FaultRelay:
    """The server. Everything public may be changed while it runs."""

    def __init__(self, log: Path, port: int = 0, *, tls: str = "", certificate: Path | None = None):
        self.log = log
        self.faults: list[Fault] = []
        self.features = ["PIPELINING", "8BITMIME", "SMTPUTF8", "AUTH PLAIN"]
        self.keeps_raw = True
        self.seconds_per_mail = 0.0
        self.mails_per_connection: int | None = None
        self.greylists = False
        self.is_sloppy = False  # waits for a body though it refused the recipient
        self.tls = tls  # "", "starttls" or "implicit"
        self.certificate = certificate
        self.starttls_surplus = ""
        self.connections = 0
        self.envelopes: list[str] = []
        self.commands: Counter[str] = Counter()
        self.seen: set[str] = set()
        self.lock = threading.Lock()
        # It keeps its port while it refuses: a neighbour's server would take what is for this one.
        self.held = hold_port(port)
        self.port = self.held.getsockname()[1]
        self.sessions: set[Session] = set()
        self.listener: socket.socket | None = None
        self._file = log.open("ab")
        self.listen()

    # Switches

    def fault(self, place: str, kind: str = "reply", **options) -> Fault:
        made = Fault(place, kind, **options)
        self.faults.append(made)
        return made

    def heal(self) -> None:
        self.faults.clear()
        self.greylists, self.mails_per_connection, self.seconds_per_mail = False, None, 0.0

    def listen(self) -> None:
        address = ("127.0.0.1", self.port)
        self.listener = socket.create_server(address, backlog=128, reuse_port=True)
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def refuse(self) -> None:
        """Refuse connections until ``listen``; those that stand, stand."""
        listener, self.listener = self.listener, None
        if listener is not None:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def cut(self) -> None:
        """Cut all connections that stand."""
        for session in list(self.sessions):
            session.close()

    def stop(self) -> None:
        self.refuse()
        self.cut()
        self.held.close()
        self._file.close()

    # What was accepted

    @property
    def accepts(self) -> list[Accept]:
        return read_log(self.log)

    @property
    def recipients(self) -> list[str]:
        return [accept.recipient for accept in self.accepts]

    def note(self, message: bytes, recipient: str, connection: int) -> None:
        """Write an accept to the disk: whoever hears 250 finds it there."""
        accept = accept_of(message, recipient, connection, keeps_raw=self.keeps_raw)
        line = json.dumps(dataclasses.asdict(accept)).encode() + b"\n"
        with self.lock:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())

    def due_fault(self, place: str, recipient: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.place == place and fault.recipient in recipient and fault.times != 0:
                    if fault.after:
                        fault.after -= 1
                        continue
                    fault.times = None if fault.times is None else fault.times - 1
                    return fault
        return None

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            self.connections += 1
            session = Session(self, client, self.connections)
            self.sessions.add(session)
            threading.Thread(target=session.run, daemon=True).start()

    def tls_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context


def hold_port(port: int = 0) -> socket.socket:
    """Keep a port of this machine to this test, whether or not somebody listens; 0 finds one.

    Connections are refused until a server listens beside it, with ``reuse_port``.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(("127.0.0.1", port))
    return held


def accept_of(message: bytes, recipient: str, connection: int, *, keeps_raw: bool) -> Accept:
    head = email.message_from_bytes(message.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    return Accept(
        message_id=head.get("Message-ID", ""),
        dispatch=head.get("X-OneLift-Dispatch", ""),
        recipient=recipient,
        language=head.get("Content-Language", ""),
        at=time.time(),
        sha256=hashlib.sha256(message).hexdigest(),
        connection=connection,
        raw=message.decode("latin-1") if keeps_raw else "",
    )


def read_log(log: Path) -> list[Accept]:
    """Return what was accepted; a line that is being written is left out."""
    lines = log.read_bytes().split(b"\n")[:-1] if log.exists() else []
    return [Accept(**json.loads(line)) for line in lines]


def tell(port: int, **order) -> None:
    """Give orders to a relay in another process.

    ``tell(port, faults=[{"place": "rcpt", "reply": "550 5.1.1 no"}], greylists=True)``;
    ``heal=True`` ends all faults first; ``cut=True`` cuts the other connections.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=HANGS) as client:
        lines = client.makefile("rb")
        assert lines.readline().startswith(b"220"), "the relay answers faults at its banner only"
        client.sendall(b"XFAULT " + json.dumps(order).encode() + b"\r\n")
        assert lines.readline().startswith(b"250")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--without-bodies", action="store_true")
    options = parser.parse_args()
    relay = FaultRelay(options.log, options.port)
    relay.keeps_raw = not options.without_bodies
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    print(relay.port, flush=True)  # noqa: T201  whoever started it reads the port
    stop.wait()
    relay.stop()


if __name__ == "__main__":
    main()
