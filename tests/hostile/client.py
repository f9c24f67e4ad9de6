"""A visitor who sends exactly what is said, and keeps what comes back."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

# Any secret will do: a cookie and the header with the same one are what the check compares.
CSRF = "c" * 32
LARGEST = 4 * 1024 * 1024
PATIENCE = 60


@dataclass
class Answer:
    """What came back; ``headers`` by their names in lower case; ``seconds`` to the last byte."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class Client:
    """One browser; ``session`` is the cookie of who has signed in, if anybody."""

    def __init__(self, port: int, session: str = "") -> None:
        self.port, self.session = port, session
        self._line: http.client.HTTPConnection | None = None

    def get(self, address: str) -> Answer:
        return self.send("GET", address)

    def send(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send one request; a connection that the server has closed is opened once more."""
        try:
            return self._send(method, address, headers or {}, body)
        except (http.client.BadStatusLine, BrokenPipeError, ConnectionResetError):
            self.close()
            return self._send(method, address, headers or {}, body)

    def _send(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        cookie = f"csrftoken={CSRF}" + (f"; sessionid={self.session}" if self.session else "")
        own = {"Host": f"127.0.0.1:{self.port}", "Cookie": cookie, "X-CSRFToken": CSRF}
        started = time.monotonic()
        self._line.putrequest(method, address, skip_host=True, skip_accept_encoding=True)
        for name, value in {**own, **headers, "Content-Length": str(len(body))}.items():
            self._line.putheader(name, value.encode("latin-1", "replace"))
        self._line.endheaders(body)
        response = self._line.getresponse()
        content = response.read(LARGEST)
        taken = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, taken, content, time.monotonic() - started)
        if response.will_close or not response.isclosed():
            self.close()
        return answer

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
