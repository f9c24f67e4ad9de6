"""The commands of docs/operating/one-machine.md, run as they stand, under a folder of the test.

Not run are those that need a network or an account of the machine: packages, a user, systemd. What
they make is put there; the units are checked by systemd-analyze, and their commands started.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from onelift.configuration.environment import env
from programmes.queries.key import fingerprint_of
from tests.communications.relay import FaultRelay
from tests.operations.proxies import DOCUMENT
from tests.operations.shape import ROOT, free_port
from tests.redis_databases import redis_url
from tests.waiting import until
from tests.warden import KEPT

pytestmark = [pytest.mark.services, pytest.mark.slow]

# Commands of which nothing remains here.
IDLE = ("apt", "adduser", "systemctl")
AS_SOMEBODY = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n'
SETTINGS = re.search(r"Write into `settings`.*?```\n(.*?)```", DOCUMENT, re.DOTALL)[1]


class Machine:
    """A machine on which all of the document has been done."""

    def __init__(self, folder: Path, worker_id: str) -> None:
        self.folder, self.port = folder, free_port()
        self.relay = FaultRelay(folder / "accepts.jsonl")
        self.server = urlsplit(env("DATABASE_URL"))
        self.name = f"onelift_installed_{os.getpid()}"
        self.redis = redis_url(worker_id, "installed")
        made = ("opt", "etc/systemd/system", "etc/cron.daily", "var/lib/onelift", "usr/local/bin")
        for path in (*made, "bin"):
            (folder / path).mkdir(parents=True)
        for name in (*IDLE, "runuser"):
            (folder / "bin" / name).write_text(AS_SOMEBODY if name == "runuser" else "#!/bin/sh\n")
            (folder / "bin" / name).chmod(0o755)

    def here(self, text: str) -> str:
        """Return a text of the document with the places of this test."""
        server = f"{self.server.hostname}:{self.server.port or 5432}"
        group = subprocess.run(["id", "-gn"], capture_output=True, text=True, check=True).stdout
        places = {
            "/usr/bin/python3 -m venv .venv": f"ln -s {Path(sys.executable).parent.parent} .venv",
            "\n.venv/bin/pip install ": "\n: ",
            # What is tested is not released yet.
            "\ngit checkout ": "\n: ",
            "onelift@127.0.0.1:5432/onelift": f"{self.name}@{server}/{self.name}",
            "ROLE onelift": f"ROLE {self.name}",
            "DATABASE onelift OWNER onelift": f"DATABASE {self.name} OWNER {self.name}",
            "redis://127.0.0.1:6379/0": self.redis,
            "smtp+tls://robot@mail.example.com:587": f"smtp://127.0.0.1:{self.relay.port}",
            "smtp+tls://robot@mail.example.net:587": f"smtp://127.0.0.1:{self.relay.port}",
            "<onelift@example.com>": "<onelift@portal.test>",
            "--group onelift": f"--group {group.strip()}",
            "--owner onelift ": "",
            "chgrp onelift": f"chgrp {group.strip()}",
            "onelift createsuperuser": "onelift createsuperuser --noinput --email ada@example.com",
        }
        for theirs, ours in places.items():
            text = text.replace(theirs, ours)
        roots = "opt/onelift|etc/(?:onelift|systemd|cron.daily)|var/(?:backups|www|lib/onelift)"
        found = rf"(?<![\w/.])/({roots}|usr/local/bin)"
        return re.sub(found, rf"{self.folder}/\1", text)

    def environment(self) -> dict[str, str]:
        server, path = self.server, os.environ["PATH"]
        return {
            "PATH": f"{self.folder}/bin:{self.folder}/usr/local/bin:{path}",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "ONELIFT": str(ROOT),
            "PGHOST": server.hostname or "",
            "PGPORT": str(server.port or 5432),
            "PGUSER": server.username or "",
            "PGPASSWORD": server.password or "",
            "PGDATABASE": "postgres",
            "DJANGO_SUPERUSER_PASSWORD": "correct horse battery",
        }

    def run(self, command: str) -> str:
        """Run lines of a shell to their end, each of which must succeed; return what they print."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.here(command)],
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        return done.stdout

    def install(self) -> None:
        """Do what the document says, from its first command to the units."""
        before, after = DOCUMENT.split(SETTINGS)
        self.run("\n".join(blocks(before)))
        (self.folder / "etc/onelift/settings").write_text(
            self.here(SETTINGS) + f"PORT={self.port}\n"
        )
        self.run("\n".join(blocks(after.partition("## 9.")[0])))

    def units(self) -> list[Path]:
        return sorted((self.folder / "etc/systemd/system").glob("*.service"))

    @contextmanager
    def start(self, unit: Path):
        """Start what a unit starts, with the settings that it names; yield the process."""
        told = dict(re.findall(r"^(\w+)=(.*)$", unit.read_text(), re.MULTILINE))
        settings = Path(told["EnvironmentFile"]).read_text().splitlines()
        given = dict(shlex.split(line)[0].split("=", 1) for line in settings)
        kept = {name: os.environ[name] for name in KEPT}
        environment = {**kept, "HOME": str(self.folder), **given}
        log = (self.folder / f"{unit.stem}.log").open("ab")
        command, folder = shlex.split(told["ExecStart"]), told["WorkingDirectory"]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=int(told["TimeoutStopSec"]))

    def drop(self) -> None:
        self.relay.stop()
        self.run(
            f'psql --quiet -c "DROP DATABASE IF EXISTS {self.name} WITH (FORCE)"'
            f' -c "DROP ROLE IF EXISTS {self.name}"'
        )


def blocks(text: str) -> list[str]:
    """Return the commands of a part of the document, in their order."""
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def machine(tmp_path_factory, worker_id):
    made = Machine(tmp_path_factory.mktemp("installed"), worker_id)
    try:
        made.install()
        yield made
    finally:
        made.drop()


def test_the_units_are_what_systemd_expects(machine):
    units = machine.units()
    assert [unit.stem for unit in units] == ["onelift-beat", "onelift-web", "onelift-worker"]
    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [unit.stem for unit in units if "ExecReload" in unit.read_text()] == ["onelift-web"]
    hidden = f"InaccessiblePaths=-{machine.folder}/opt/onelift/.git\n"
    assert all(hidden in unit.read_text() for unit in units)
    spool = re.search(r"BOUNCE_SPOOL=(\S+?)`", (ROOT / "docs/operating/bounces.md").read_text())[1]
    assert all(f"ReadWritePaths=-{spool}\n" in unit.read_text() for unit in units)


def test_the_page_for_a_restart_is_where_the_proxy_looks(machine):
    page = machine.folder / "var/www/onelift/maintenance.html"
    assert "Back in a moment" in page.read_text()
    assert [path.stat().st_mode & 0o777 for path in (page, page.parent)] == [0o644, 0o755]


def test_what_was_installed_runs_and_doctor_finds_nothing(machine):
    beat, web, worker = machine.units()
    with machine.start(beat), machine.start(worker), machine.start(web) as process:
        until(lambda: children_of(process), "children")
        before = children_of(process)
        reload_by = re.search(r"^ExecReload=(.*)$", web.read_text(), re.MULTILINE)[1]
        subprocess.run(reload_by.replace("$MAINPID", str(process.pid)).split(), check=True)
        until(lambda: not before & children_of(process), "new children")
        until(
            lambda: "trouble" not in machine.run("onelift doctor || true"),
            "a doctor without trouble",
        )
        assert "trouble" not in machine.run("onelift doctor --mail-to you@example.com")
        assert machine.relay.recipients == 2 * ["you@example.com"], "one by each server"


def children_of(process: subprocess.Popen[bytes]) -> set[str]:
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return set(path.read_text().split())


def test_the_backup_of_each_night_is_restored_by_the_commands_of_the_document(machine):
    text = (ROOT / "docs/operating/backup.md").read_text()
    backing_up, restoring = text.split("## Restore")[0], text.partition("3. Restore;")[2]
    said = machine.run("\n".join(blocks(backing_up)))
    (folder,) = (machine.folder / "var/backups/onelift").iterdir()
    assert said == "", "else cron would send an email each night"
    command = textwrap.dedent(re.search(r" *```sh\n(.*?)```", restoring, re.DOTALL)[1]).strip()
    key = (machine.folder / "etc/onelift/secret_key").read_text().strip()
    # The minute that the document lets one wait.
    ago = "UPDATE communications_heartbeat SET at = at - interval '1 minute'"
    machine.run(f'psql --quiet --dbname {machine.name} -c "{ago}"')
    said = machine.run(command.replace("2026-11-25", folder.name))
    assert "On hold: everything that may have been sent since" in said
    assert said.endswith(f"{fingerprint_of(key)}, which is set.\n")
    assert key.encode() not in b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    old, *others = (folder.with_name(name) for name in ("2020-01-01", "mine", "2099-01-01"))
    for made in (old, *others):
        made.mkdir()
    os.utime(old, (0, 0))
    shutil.rmtree(folder)
    machine.run(f"{machine.folder}/etc/cron.daily/onelift-backup")
    assert {*folder.parent.iterdir()} == {folder, *others}
