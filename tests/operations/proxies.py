"""The proxies of docs/operating/one-machine.md, with the places of a test in their settings."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.operations.shape import HOST, ROOT, free_port
from tests.waiting import HANGS, until

DOCUMENT = (ROOT / "docs/operating/one-machine.md").read_text()
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
NGINX = """
{user} daemon off; pid {folder}/pid; error_log {folder}/main.log;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/all.log;
    {paths}
    {example}
}}
"""


def example(kind: str) -> str:
    """Return what the document says for a proxy."""
    found = re.search(rf"```{kind}\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found, kind
    return found[1]


@contextmanager
def in_front(kind: str, folder: Path, web: int) -> Iterator[int]:
    """Start a proxy in front of a port; yield the port on which it speaks TLS."""
    folder.mkdir()
    port = free_port()
    make_certificate(folder)
    with (folder / "output.log").open("wb") as output:
        command = {"nginx": nginx, "caddy": caddy}[kind](folder, port, web)
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            until(lambda: is_open(port), "an open port")
            yield port
        finally:
            process.terminate()
            process.wait(timeout=HANGS)


def is_open(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def make_certificate(folder: Path) -> None:
    """Write a certificate that nobody trusts."""
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "certificate")]
    named = ["-subj", f"/CN={HOST}"]
    subprocess.run([*command.split(), *files, *named], check=True, capture_output=True, timeout=60)


def nginx(folder: Path, port: int, web: int) -> list[str]:
    """Write the settings of nginx; return how it is started."""
    places = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80": f"listen 127.0.0.1:{free_port()}",
        "/etc/ssl/onelift.pem": f"{folder}/certificate",
        "/etc/ssl/onelift.key": f"{folder}/key",
        "/var/log/nginx": str(folder),
        "/var/www/onelift": str(folder),
        "127.0.0.1:8000": f"127.0.0.1:{web}",
    }
    paths = " ".join(f"{each}_temp_path {folder}/{each};" for each in TEMPORARY)
    # Else it would work as www-data, which may not write into the folder of a test of root's.
    user = "user root;" if os.getuid() == 0 else ""
    text = placed(example("nginx"), places)
    text = NGINX.format(user=user, folder=folder, paths=paths, example=text)
    (folder / "nginx.conf").write_text(text)
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    return [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)]


def caddy(folder: Path, port: int, web: int) -> list[str]:
    """Write the settings of Caddy; return how it is started."""
    own = f"{{\n admin off\n storage file_system {folder}\n http_port {free_port()}\n"
    places = {
        f"\n{HOST} {{": f"\n{HOST}:{port} {{\n tls {folder}/certificate {folder}/key",
        "/var/www/onelift": str(folder),
        "127.0.0.1:8000": f"127.0.0.1:{web}",
    }
    text = placed(example("caddy"), places).replace("{\n", own, 1)
    (folder / "Caddyfile").write_text(text)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def placed(text: str, places: dict[str, str]) -> str:
    """Return a text with the places of a test; each stood in it."""
    for theirs, ours in places.items():
        assert theirs in text, theirs
        text = text.replace(theirs, ours)
    return text
