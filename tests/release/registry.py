"""A registry that speaks the distribution API over HTTP, as far as an image's digest needs it."""

import json
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

INDEX = "application/vnd.oci.image.index.v1+json"


class Registry(ThreadingHTTPServer):
    """Holds an index for each image; with ``wants_token`` it sends visitors for one first."""

    def __init__(self, images, *, wants_token=True, tells_digest=True):
        super().__init__(("127.0.0.1", 0), Handler)
        self.indexes = {name: index_of(name) for name in images}
        self.wants_token, self.tells_digest = wants_token, tells_digest
        self.asked = []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"

    def digest(self, name):
        return f"sha256:{sha256(self.indexes[name]).hexdigest()}"

    def move(self, name):
        """Let a tag mean another image from now on."""
        self.indexes[name] = index_of(f"{name}, built again")


def index_of(name):
    image = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "annotations": name}
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [image]}).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        parts, server = urlsplit(self.path), self.server
        server.asked.append((self.command, parts.path))
        if parts.path == "/token":
            scope = parse_qs(parts.query)["scope"][0]
            return self.answer(200, json.dumps({"token": f"for {scope}"}).encode())
        name, _slash, tag = parts.path.removeprefix("/v2/").partition("/manifests/")
        if server.wants_token and self.headers["Authorization"] != self.bearer(name):
            return self.answer(401, b"{}", ("WWW-Authenticate", self.challenge(name)))
        body = server.indexes.get(f"{name}:{tag}")
        if body is None or INDEX not in self.headers["Accept"]:
            return self.answer(404, b"{}")
        told = ("Docker-Content-Digest", server.digest(f"{name}:{tag}"))
        return self.answer(200, body, ("Content-Type", INDEX), *[told] * server.tells_digest)

    def bearer(self, name):
        return f"Bearer for repository:{name}:pull"

    def challenge(self, name):
        realm = f'Bearer realm="{self.server.address}/token",service="registry"'
        return f'{realm},scope="repository:{name}:pull"'

    def answer(self, status, body, *headers):
        self.send_response(status)
        for header in (("Content-Length", str(len(body))), *headers):
            self.send_header(*header)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_words):
        """Say nothing."""


@contextmanager
def registry(*images, **given):
    """Start a registry with these images; stop it at the end."""
    with Registry(images, **given) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
