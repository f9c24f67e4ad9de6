"""An HTTPS server on this machine that records what it gets, byte for byte, and fails as told.

Set ``answer`` to what it says (status, body, headers), or ``fault`` to what goes wrong:

* ``mute``: it takes the connection and never speaks TLS;
* ``deaf``: it reads the head and then nothing more;
* ``silent``: it reads all and never answers;
* ``hang_up``: it reads all and closes without an answer;
* ``cut``: its answer ends before its length;
* ``drip``: its answer comes a byte at a time, endlessly.
"""

import datetime
import ipaddress
import json
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Recorded:
    """One request: its first line, its headers in lower case, and its body."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


# OpenSSL goes by the real clock, whichever a test has.
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
FAR_AWAY = datetime.datetime(2060, 1, 1, tzinfo=datetime.UTC)


def certificate_in(folder: Path, *names: str) -> Path:
    """Write a key and a certificate that signs itself, for these names; return their file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    alternatives = [x509.DNSName(each) for each in names]
    alternatives.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(LONG_AGO)
        .not_valid_after(FAR_AWAY)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, no_password = serialization.Encoding.PEM, serialization.NoEncryption()
    written = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, no_password)
    file = folder / f"{names[0]}.pem"
    file.write_bytes(written + made.public_bytes(encoding))
    return file


PIECE = 65_536


@dataclass
class Recorder:
    """The server. Everything public may be changed while it runs."""

    certificate: Path
    answer: tuple = (200, b"ok", {})
    fault: str = ""
    requests: list[Recorded] = field(default_factory=list)
    connections: int = 0
    taken: int = 0  # bytes of the last body that the client let in

    def __post_init__(self):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=32)
        self.port = self.listener.getsockname()[1]
        self.open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self):
        return f"https://localhost:{self.port}"

    @property
    def last(self):
        return self.requests[-1]

    def says(self, status, body="", headers=None):
        self.answer = (status, body.encode() if isinstance(body, str) else body, headers or {})

    def stop(self):
        self.listener.close()
        for client in self.open:
            client.close()

    def _accept(self):
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        if self.fault == "mute":
            return
        try:
            with self.context.wrap_socket(client, server_side=True) as line:
                self.open.append(line)
                self._converse(line)
        except OSError:
            pass  # the client has gone, which some tests are about

    def _converse(self, line):
        stream = line.makefile("rb")
        first = stream.readline().decode().strip()
        headers = {}
        while text := stream.readline().decode().strip():
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        if self.fault == "deaf":
            return self._wait(line)
        body = stream.read(int(headers.get("content-length", 0)))
        if len(body) == int(headers.get("content-length", 0)):
            self.requests.append(Recorded(first, headers, body))
            self._reply(line)
        return None

    def _reply(self, line):
        if self.fault == "silent":
            return self._wait(line)
        if self.fault == "hang_up":
            return None
        status, body, headers = self.answer
        named = {"Content-Length": len(body), **headers}
        if self.fault == "cut":
            named["Content-Length"] = len(body) + 50
        lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in named.items())]
        line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        self.taken = 0
        for start in range(0, len(body), PIECE):
            line.sendall(body[start : start + PIECE])
            self.taken += len(body[start : start + PIECE])
        return self._drip(line) if self.fault == "drip" else None

    def _drip(self, line):
        """Go on until the client has had enough."""
        stop = threading.Event()
        while not stop.wait(0.05):
            line.sendall(b"x")

    def _wait(self, line):
        """Hold the line until the client lets go."""
        while line.recv(4096):
            pass
