"""nginx and Caddy from Debian in front of web, with no more settings than they need."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.slow import is_served
from tests.operations.shape import free_port
from tests.waiting import HANGS, until

NGINX = """
{user} daemon off; pid {folder}/pid; error_log {folder}/errors; worker_processes 1;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    {paths}
    upstream portal {{ server 127.0.0.1:{web}; keepalive 16; }}
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 101m;
        location / {{
            proxy_pass http://portal;
            # Connections to web are kept, and shared by all visitors.
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
        }}
    }}
}}
"""
CADDY = """
{{
    admin off
    auto_https off
    storage file_system {folder}
}}
http://127.0.0.1:{port} {{
    bind 127.0.0.1
    reverse_proxy 127.0.0.1:{web}
}}
"""
KINDS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@contextmanager
def in_front(kind: str, folder: Path, web: int) -> Iterator[int]:
    """Start a proxy, or none; yield the port that visitors ask."""
    if kind == "none":
        yield web
        return
    folder.mkdir(exist_ok=True)
    port = free_port()
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command(kind, folder, port, web), stdout=output, stderr=output)
        try:
            until(lambda: is_served(port, "/livez"), kind)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=HANGS)


def command(kind: str, folder: Path, port: int, web: int) -> list[str]:
    """Write the settings of a proxy; return how it is started."""
    paths = " ".join(f"{each}_temp_path {folder}/{each};" for each in KINDS)
    text, settings = (NGINX, "nginx.conf") if kind == "nginx" else (CADDY, "Caddyfile")
    file = folder / settings
    # Else it would work as www-data, which may not write into the folder of a test of root's.
    user = "user root;" if os.getuid() == 0 else ""
    file.write_text(text.format(folder=folder, port=port, web=web, paths=paths, user=user))
    if kind == "nginx":
        return ["/usr/sbin/nginx", "-c", str(file), "-p", str(folder)]
    return ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"]
