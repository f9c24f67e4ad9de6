"""How the tests of this floor send one mail."""

from communications.mailroom.channels.mail import Relay, RelayConfig

SENDER = "onelift@onelift.example"
MAIL = b"Message-ID: <1@onelift.example>\r\nSubject: Hello\r\n\r\nBody\r\n.dot\r\n"
PATIENCE = 1.0  # seconds, where a server falls silent
CALM = 120.0
SILENT = {"hang", "drip", "accept_hang"}
CONNECTING = {"banner", "ehlo", "starttls", "tls", "auth"}
ENVELOPE = {"mail", "rcpt", "data", "rset", "quit"}
BODY = {"body", "dot"}


class Intent:
    """Counts how often a body was announced, and answers as told."""

    def __init__(self, answer=True):
        self.answer, self.asked = answer, 0

    def __call__(self):
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def client(server, **options):
    """Return a connection that loses its patience only where the server falls silent."""
    silent = {fault.place for fault in server.faults if fault.kind in SILENT}
    config = {
        "connect_timeout": PATIENCE if silent & CONNECTING else CALM,
        "timeout": PATIENCE if silent & ENVELOPE else CALM,
        "dot_timeout": PATIENCE if silent & BODY else CALM,
        **options,
    }
    return Relay(RelayConfig(host="127.0.0.1", port=server.port, **config))


def send(relay, recipient="ana@onelift.example", intent=None, message=MAIL):
    return relay.send(SENDER, recipient, message, intent or Intent())
