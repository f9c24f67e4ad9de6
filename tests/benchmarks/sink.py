"""A mail server that takes everything and keeps nothing: ``python -m tests.benchmarks.sink``.

It prints its port. The command ``XCOUNT`` answers how many mails it took since the last
``XCOUNT``. It must be much faster than any client, or a benchmark measures the sink.
"""

import asyncio
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

END = b"\r\n.\r\n"
OK, START = b"250 OK\r\n", b"354 go\r\n"
EHLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
taken = 0


class Sink(asyncio.Protocol):
    """One connection: commands line by line, a body up to its dot."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.waiting = bytearray()
        self.is_body = False
        transport.write(b"220 sink\r\n")  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        searched = max(0, len(self.waiting) - len(END))
        self.waiting += data
        answers = []
        while answer := self._step(searched):
            answers.append(answer)
            searched = 0
        self.transport.write(b"".join(answers))  # type: ignore[attr-defined]
        if b"221 bye\r\n" in answers:
            self.transport.close()

    def _step(self, searched: int) -> bytes:
        """Take one command or one body off what waits; nothing if neither is whole."""
        mark = END if self.is_body else b"\r\n"
        at = self.waiting.find(mark, searched)
        if at < 0:
            return b""
        line = bytes(self.waiting[:4]).upper()
        del self.waiting[: at + len(mark)]
        return self._end_body() if self.is_body else self._answer(line)

    def _end_body(self) -> bytes:
        global taken
        taken, self.is_body = taken + 1, False
        return OK

    def _answer(self, verb: bytes) -> bytes:
        global taken
        if verb == b"XCOU":
            answer, taken = b"250 %d\r\n" % taken, 0
            return answer
        self.is_body = verb == b"DATA"
        return {b"EHLO": EHLO, b"DATA": START, b"QUIT": b"221 bye\r\n"}.get(verb, OK)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def running_sink() -> Iterator[int]:
    """Run a sink in a process of its own; yield its port."""
    command = [sys.executable, "-m", "tests.benchmarks.sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def count(port: int) -> int:
    """Return how many mails the sink took since it was last asked."""
    with smtplib.SMTP("127.0.0.1", port) as client:
        return int(client.docmd("XCOUNT")[1])


def own_rate(port: int, mail: bytes, mails: int) -> float:
    """Return how many ready-made mails a second the sink can take."""
    body = mail.replace(b"\n.", b"\n..")
    one = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n" + body + END
    with socket.create_connection(("127.0.0.1", port)) as client:
        answers = client.makefile("rb")
        answers.readline()
        start = time.perf_counter()
        for _ in range(mails):
            client.sendall(one)
            for _answer in range(4):
                answers.readline()
        return mails / (time.perf_counter() - start)


if __name__ == "__main__":
    asyncio.run(serve())
