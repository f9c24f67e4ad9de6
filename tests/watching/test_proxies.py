"""The proxies of the documentation let nobody read the figures, however the path is written."""

import re
import shutil
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings

from tests.faults import proxies
from tests.waiting import HANGS

DOCUMENT = (settings.BASE_DIR / "docs/operating/one-machine.md").read_text()
PROGRAMS = {"nginx": "/usr/sbin/nginx", "caddy": "caddy"}
WAYS = ("/metrics", "//metrics", "/%6detrics", "/x/../metrics", "/metrics?a=b")


class Web(BaseHTTPRequestHandler):
    """Answers each request with its path."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_):
        pass


@contextmanager
def web():
    with ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def documented(kind: str) -> str:
    """Return what the documentation adds to a proxy of the tests for this."""
    pattern = {
        "nginx": r"    location = /metrics \{.*?\n    \}\n",
        "caddy": r"    respond /metrics 404\n",
    }[kind]
    return re.search(pattern, DOCUMENT, re.DOTALL)[0]


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_proxy_refuses_the_figures_and_nothing_else(kind, tmp_path: Path, monkeypatch):
    if shutil.which(PROGRAMS[kind]) is None:
        pytest.skip(f"{kind} is not installed")
    given = documented(kind).replace("{", "{{").replace("}", "}}")
    for name, mark in (("NGINX", "        location / {{"), ("CADDY", "    reverse_proxy ")):
        text = getattr(proxies, name)
        monkeypatch.setattr(proxies, name, text.replace(mark, given + mark))
    with web() as upstream, proxies.in_front(kind, tmp_path / "proxy", upstream) as port:
        assert {way: status(port, way) for way in WAYS} == dict.fromkeys(WAYS, 404)
        assert [status(port, path) for path in ("/livez", "/metrics/", "/x/metrics")] == [200] * 3


def status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=HANGS)
    connection.putrequest("GET", path)
    connection.endheaders()
    found = connection.getresponse().status
    connection.close()
    return found
