"""One client of the mail server for tests: the dialogue, and what goes wrong in it."""

import json
import socket
import ssl
import time
from contextlib import suppress
from typing import Any

READY = {
    "banner": "220 test relay",
    "starttls": "220 go on",
    "auth": "235 2.7.0 welcome",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go on",
    "dot": "250 2.0.0 kept",
    "rset": "250 2.0.0 ok",
    "quit": "221 2.0.0 bye",
}


class Gone(Exception):  # noqa: N818
    """The connection is over."""


class Session:
    """One client."""

    def __init__(self, relay: Any, client: socket.socket, number: int):
        self.relay, self.socket, self.number = relay, client, number
        self.received = b""
        self.recipient = ""
        self.mails = 0
        self.has_sender = False
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def run(self) -> None:
        with suppress(Gone, OSError):
            if self.relay.tls == "implicit":
                self.wrap()
            self.answer("banner")
            while True:
                self.command(self.until(b"\r\n").decode("utf-8", "replace"))
        self.relay.sessions.discard(self)
        self.close()

    # The wire

    def until(self, end: bytes) -> bytes:
        while end not in self.received:
            chunk = self.socket.recv(65536)
            if not chunk:
                raise Gone
            self.received += chunk
        found, _, self.received = self.received.partition(end)
        return found

    def say(self, reply: str) -> None:
        self.socket.sendall(reply.encode() + b"\r\n")

    def hang(self) -> None:
        while self.socket.recv(65536):
            pass
        raise Gone

    def wrap(self) -> None:
        fault = self.relay.due_fault("tls", self.recipient)
        if fault:
            self.misbehave(fault, "")
        self.socket = self.relay.tls_context().wrap_socket(self.socket, server_side=True)
        self.received = b""

    # The dialogue

    def answer(self, place: str) -> bool:
        """Say what is usual at a place, or do what a fault wants; True when all went well."""
        self.relay.commands[place] += 1
        fault = self.relay.due_fault(place, self.recipient)
        if fault is None:
            self.say(READY.get(place, "250 ok"))
            return True
        self.misbehave(fault, READY.get(place, "250 ok"))
        return False

    def misbehave(self, fault: Any, usual: str) -> None:
        if fault.kind == "reply":
            self.say(fault.reply)
            if fault.reply.startswith("421"):
                raise Gone
            return
        if fault.kind == "drop_after":
            self.say(fault.reply or usual)
        elif fault.kind == "half":
            self.socket.sendall(usual[:2].encode())
        elif fault.kind == "drip":
            self.drip(fault.delay)
        elif fault.kind.endswith("hang"):
            self.hang()
        raise Gone

    def drip(self, delay: float) -> None:
        while True:
            self.socket.sendall(b"2")
            time.sleep(delay)

    def command(self, line: str) -> None:
        verb = line.partition(" ")[0].lower()
        usual = {
            "ehlo": self.greet,
            "helo": self.greet,
            "starttls": self.start_tls,
            "rcpt": self.receive_recipient,
            "data": self.receive_data,
            "quit": self.leave,
            "xfault": self.obey,
        }
        usual.get(verb, self.envelope)(line)

    def envelope(self, line: str) -> None:
        self.recipient = ""
        place = line.partition(" ")[0].lower()
        limit = self.relay.mails_per_connection
        if place == "mail":
            self.relay.envelopes.append(line)
            if limit is not None and self.mails >= limit:
                self.say("421 4.7.0 enough mails on this connection")
                raise Gone
        self.has_sender = self.answer(place) and place == "mail"

    def start_tls(self, _line: str) -> None:
        if self.relay.starttls_surplus:  # what somebody in the middle slips in
            self.socket.sendall(b"220 go on\r\n" + self.relay.starttls_surplus.encode())
            self.wrap()
        elif self.answer("starttls"):
            self.wrap()

    def leave(self, _line: str) -> None:
        self.answer("quit")
        raise Gone

    def receive_data(self, _line: str) -> None:
        if self.recipient == "" and not self.relay.is_sloppy:
            self.say("503 5.5.1 no recipient")
        elif self.answer("data"):
            self.receive_body()

    def greet(self, _line: str) -> None:
        fault = self.relay.due_fault("ehlo", "")
        features = list(self.relay.features)
        if self.relay.tls == "starttls" and not isinstance(self.socket, ssl.SSLSocket):
            features.append("STARTTLS")
        *first, last = ["test relay", *features]
        usual = "".join(f"250-{line}\r\n" for line in first) + f"250 {last}"
        if fault:
            self.misbehave(fault, usual)
        else:
            self.say(usual)

    def receive_recipient(self, line: str) -> None:
        self.recipient = line.partition("<")[2].partition(">")[0]
        if not self.has_sender:
            self.say("503 5.5.1 no sender")
            self.recipient = ""
        elif self.relay.greylists and self.recipient not in self.relay.seen:
            self.relay.seen.add(self.recipient)
            self.say("451 4.7.1 Greylisted, come back later")
            self.recipient = ""
        elif not self.answer("rcpt"):
            self.recipient = ""

    def receive_body(self) -> None:
        fault = self.relay.due_fault("body", self.recipient)
        if fault:
            self.until(b"\r\n")
            self.misbehave(fault, "")
        message = self.until(b"\r\n.\r\n") + b"\r\n"
        message = (b"\r\n" + message).replace(b"\r\n..", b"\r\n.")[2:]
        fault = self.relay.due_fault("dot", self.recipient)
        time.sleep(min(self.relay.seconds_per_mail, 5))
        if fault is None or fault.kind.startswith("accept") or fault.kind == "drop_after":
            self.relay.note(message, self.recipient, self.number)
        if fault is None:
            self.say(READY["dot"])
        else:
            self.misbehave(fault, READY["dot"])
        self.mails += 1
        self.has_sender, self.recipient = False, ""

    def obey(self, line: str) -> None:
        """Take an order from a test in another process, see ``tell`` in relay.py."""
        order = json.loads(line.partition(" ")[2])
        if order.pop("heal", False):
            self.relay.heal()
        for fault in order.pop("faults", []):
            self.relay.fault(**fault)
        if order.pop("cut", False):
            for other in list(self.relay.sessions - {self}):
                other.close()
        for name, value in order.items():
            setattr(self.relay, name, value)
        self.say("250 done")
