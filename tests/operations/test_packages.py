"""The documents of the installation name each Debian package whose programs they call."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

DOCUMENTS = Path(settings.BASE_DIR) / "docs" / "operating"
PATHS = "/usr/bin:/bin:/usr/sbin:/sbin"
FIRST_WORD = re.compile(r"(?:^|[|;{(]|&&|\s--\s)\s*([a-z][a-z_-]+)(?=\s)", re.MULTILINE)
# Of a Debian that boots, whatever else is chosen; psql and pg_dump come with the server.
GIVEN = {"systemd", "postgresql-client-common"}
pytestmark = pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="no Debian")


def commands(text):
    """Return the lines of a document that are to be typed, as one text."""
    return "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))


def package_of(program):
    """Return which package has a program; nothing for what Debian does not know here."""
    found = shutil.which(program, path=PATHS)
    for path in (found, f"/usr{found}", str(Path(found).resolve())) if found else ():
        done = subprocess.run(["dpkg-query", "--search", path], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.split(":")[0]
    return ""


def is_essential(package):
    done = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Essential} ${Priority}", package],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.startswith("yes") or done.stdout.endswith("required")


def listed(*names):
    """Return the packages that the documents tell to install."""
    text = "\n".join((DOCUMENTS / name).read_text(encoding="utf-8") for name in names)
    return set(re.findall(r"\S+", " ".join(re.findall(r"^apt install (.*)$", text, re.MULTILINE))))


@pytest.mark.parametrize("names", [("one-machine.md", "backup.md"), ("compose.md",)])
def test_each_program_that_is_called_comes_with_a_package_that_is_named(names):
    named = listed(*names)
    assert {"openssl", "git"} <= named
    called = set()
    for name in names:
        text = (DOCUMENTS / name).read_text(encoding="utf-8")
        part = text.split("## With Docker")[0] if name == "backup.md" else text
        called |= set(FIRST_WORD.findall(commands(part)))
    assert "openssl" in called
    packages = {package_of(program) for program in called} - {""} - GIVEN
    missing = {one for one in packages if one not in named and not is_essential(one)}
    assert missing == set()


def test_what_no_command_shows_is_named_too():
    named = listed("one-machine.md")
    assert {"ca-certificates", "cron", "python3-venv", "postgresql", "redis-server"} <= named
    text = (DOCUMENTS / "one-machine.md").read_text(encoding="utf-8")
    assert "`apt install nginx`" in text
    assert "`apt install caddy`" in text
