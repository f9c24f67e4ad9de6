"""The production shape without Docker: what Dockerfile and docker-compose.yml say, run here.

Each service's command runs with its environment, in a copy of what the image would hold. Only the
names of machines, ports and folders are replaced by those of the test.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import yaml

from tests.waiting import HANGS

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if "build" in each}
HOST = "onelift.example.com"
# What an operator writes into .env.
GIVEN = {
    "ALLOWED_HOSTS": HOST,
    "PUBLIC_URL": f"https://{HOST}",
    "EMAIL_URL": "smtp://mail:2525",
    "DEFAULT_FROM_EMAIL": "OneLift <onelift@example.com>",
    "TRUSTED_PROXIES": "127.0.0.0/8",
}
EMPTY = ["email_password", "secret_key_fallbacks"]
EMPTY += ["bounce_imap_password", "bounce_webhook_secret"]
EMPTY += ["alarm_email_password", "metrics_token"]
SECRETS = {
    "secret_key": "only-for-the-tests-" + 40 * "k",
    "database_password": "p@ss:w/rd",
    **dict.fromkeys(EMPTY, ""),
}


def dockerfile() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile, each a word and its text on one line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [tuple(line.split(" ", 1)) for line in lines if line.strip()]  # type: ignore[misc]


def final_stage() -> list[tuple[str, str]]:
    """Return the instructions of the stage that becomes the image."""
    instructions = dockerfile()
    last = max(n for n, (word, _text) in enumerate(instructions) if word == "FROM")
    return instructions[last:]


def environment_of_image() -> dict[str, str]:
    words = " ".join(text for word, text in final_stage() if word == "ENV").split()
    return dict(word.split("=", 1) for word in words)


def build_step() -> str:
    """Return the command that compiles the catalogues and collects the static files."""
    return next(text for word, text in dockerfile() if word == "RUN" and "collectstatic" in text)


def in_image() -> list[str]:
    """Return the files and folders that .dockerignore lets into the image."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line[1:] for line in lines if line.startswith("!")]


def fill_in(text: str, given: dict[str, str]) -> str:
    """Replace variables as Compose does."""

    def value(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"]
        return given.get(name) or (default or "" if match["mark"] == "-" else given[name])

    pattern = r"\$\{(?P<name>\w+)(:?(?P<mark>[-?])(?P<default>[^}]*))?\}"
    return re.sub(pattern, value, text).replace("$$", "$")


def free_port() -> int:
    """Return a port that stays free until it is used.

    Linux gives those from 32768 to outgoing connections, of which other tests open many meanwhile.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port


class Shape:
    """All services of an installation under one folder, with a database of its own."""

    def __init__(self, folder: Path, database_url: str, redis_url: str, **given: str) -> None:
        self.folder, self.given = folder, {**GIVEN, **given}
        self.port, self.mail_port = free_port(), free_port()
        self.server = urlsplit(database_url)
        self.database = f"onelift_shape_{os.getpid()}_{self.port}"
        self.redis_url = redis_url
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.app, self.home = folder / "app", folder / "home"
        for name in ("var/mail", "var/media", "secrets", "home", "logs"):
            (folder / name).mkdir(parents=True)
        for name, value in SECRETS.items():
            (folder / "secrets" / name).write_text(value + "\n")

    # Names of the network and of the image, and what stands for them here

    def here(self, text: str, service: str) -> str:
        """Return a text of the compose file with the places of this test."""
        server = self.server
        account = f"{server.username}@{server.hostname}:{server.port or 5432}"
        places = {
            "onelift@postgres:5432/onelift": f"{account}/{self.database}",
            "redis://redis:6379/0": self.redis_url,
            "smtp://mail:2525": f"smtp://127.0.0.1:{self.mail_port}",
            "2525": str(self.mail_port),
            "0.0.0.0": "127.0.0.1",
            "/run/secrets": str(self.folder / "secrets"),
            "/var/lib/onelift": str(self.folder / "var"),
            "/var/backups/onelift": str(self.folder / "var/backups"),
            "/app": str(self.app),
            "/tmp": str(self.folder / "tmp" / service),
        }
        pattern = "|".join(re.escape(place) for place in places)
        return re.sub(pattern, lambda found: places[found[0]], fill_in(text, self.given))

    def environment(self, service: str) -> dict[str, str]:
        """Return what a service finds in its environment."""
        own = {**environment_of_image(), **OURS[service]["environment"]}
        if self.server.password:
            (self.folder / "secrets" / "database_password").write_text(self.server.password)
        return {
            **{name: self.here(str(value), service) for name, value in own.items() if value},
            # Those without a value are passed on where .env names them.
            **{n: self.given[n] for n, value in own.items() if value is None and n in self.given},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "TMPDIR": os.environ["TMPDIR"],
            "PORT": str(self.port),
            # The image runs as nobody; whoever tests may be root, which Celery would remark on.
            "PYTHONWARNINGS": "ignore:You're running the worker",
        }

    def command(self, service: str) -> list[str]:
        return [self.here(word, service) for word in OURS[service]["command"]]

    # What the image and Compose do

    def build(self) -> None:
        """Copy what the image holds, run its build step, and forbid writing to it."""
        ignored = shutil.ignore_patterns("__pycache__", "*.mo")
        self.app.mkdir()
        for name in in_image():
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.app / name, ignore=ignored)
            else:
                shutil.copy(source, self.app)
        step = build_step().replace("/opt/venv", "").replace("/app", str(self.app))
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {"PATH": path, "ONELIFT_VAR": str(self.folder / "build")}
        subprocess.run(["sh", "-ec", step], cwd=self.app, env=environment, check=True, timeout=300)
        for path in (self.app, *self.app.rglob("*"), self.home):
            path.chmod(0o555 if path.is_dir() else 0o444)

    def create_database(self) -> None:
        self.as_server(f'CREATE DATABASE "{self.database}"')

    def drop_database(self) -> None:
        self.as_server(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')

    def as_server(self, statement: str, database: str = "postgres") -> None:
        """Run a statement as the operator of the server."""
        connection = psycopg2.connect(self.server._replace(path=f"/{database}").geturl())
        connection.autocommit = True
        try:
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def run(self, service: str, command: list[str] | None = None, cwd: Path | None = None) -> str:
        """Run a command, by default the service's own, to its end; return what it printed."""
        done = subprocess.run(
            command or self.command(service),
            cwd=cwd or self.app,
            env=self.environment(service),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def start(self, service: str, name: str = "", **environment: str) -> None:
        """Start a service, or a second one under a name, with something else around it."""
        name = name or service
        (self.folder / "tmp" / service).mkdir(parents=True, exist_ok=True)
        self.processes[name] = subprocess.Popen(
            self.command(service),
            cwd=self.app,
            env={**self.environment(service), **environment},
            stdout=self.log(name).open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def is_healthy(self, service: str) -> bool:
        """Run the health check of a service, as Docker would."""
        check = OURS[service].get("healthcheck", {}).get("test") or [
            *next(yaml.safe_load(t[t.index("[") :]) for w, t in final_stage() if w == "HEALTHCHECK")
        ]
        words = [self.here(word, service) for word in check]
        command = ["sh", "-c", words[1]] if words[0] == "CMD-SHELL" else words
        command = command[1:] if command[0] == "CMD" else command
        done = subprocess.run(
            command, env=self.environment(service), capture_output=True, timeout=HANGS
        )
        return done.returncode == 0

    def terminate(self, name: str, seconds: float = 40) -> int:
        """End the main process of a service, as Docker does; return its exit code."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(timeout=seconds)

    def stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=HANGS)

    # What is seen from outside

    def log(self, service: str) -> Path:
        return self.folder / "logs" / f"{service}.log"

    def mails(self) -> list[Path]:
        return list((self.folder / "var/mail/new").glob("*"))

    def files(self) -> dict[str, float]:
        """Return the files of the image and of the home folder, with when they changed."""
        paths = [*self.app.rglob("*"), *self.home.rglob("*")]
        return {str(path): path.stat().st_mtime for path in paths}
