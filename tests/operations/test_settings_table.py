"""The table of settings names exactly what the code and the compose file read."""

import json
import re

from tests.operations.shape import ROOT
from tests.test_settings import GIVEN, run

DOCUMENT = (ROOT / "docs/operating/settings.md").read_text()
IN_FILE = re.compile(r"\benv(?:\.\w+)?\(\s*f?[\"'](\w+)[\"']")
PLAIN = re.compile(r"os\.environ\.get\(\s*[\"'](\w+)[\"']")
IN_COMPOSE = re.compile(r"(?<!\$)\$\{(\w+)")
# gunicorn reads it by itself.
ELSEWHERE = {"WEB_CONCURRENCY"}


def code():
    files = [ROOT / "gunicorn.conf.py", *(ROOT / "onelift").rglob("*.py")]
    return "\n".join(path.read_text() for path in files)


def rows():
    """Return the cells of each row that begins with a variable, by its name."""
    lines = [line.strip("| ").split(" | ") for line in DOCUMENT.splitlines()]
    return {cells[0].strip("`"): cells for cells in lines if re.fullmatch(r"`[A-Z_]+`", cells[0])}


def test_each_setting_that_is_read_stands_in_the_table_and_no_other():
    compose = (ROOT / "docker-compose.yml").read_text()
    read = {*IN_FILE.findall(code()), *PLAIN.findall(code()), *IN_COMPOSE.findall(compose)}
    assert set(rows()) == read | ELSEWHERE


def test_it_says_which_may_be_files():
    may_be_files = {name for name, cells in rows().items() if cells[-1] == "yes"}
    assert may_be_files == set(IN_FILE.findall(code()))


def test_the_named_defaults_are_those_of_production(tmp_path):
    show = """
import json
from django.conf import settings as s
print(json.dumps({
    "EMAIL_TIMEOUT": s.EMAIL_TIMEOUT, "EMAIL_DOT_TIMEOUT": s.EMAIL_DOT_TIMEOUT,
    "CLAIM_LEASE_SECONDS": s.CLAIM_LEASE_SECONDS, "PORT": s.PORT,
    "TRUSTED_PROXY_COUNT": s.ALLAUTH_TRUSTED_PROXY_COUNT,
}))
"""
    done = run(["-c", show], tmp_path, ONELIFT_MODE="production", **GIVEN)
    found = {name: rows()[name][2] for name in json.loads(done.stdout)}
    assert found == {name: str(value) for name, value in json.loads(done.stdout).items()}
