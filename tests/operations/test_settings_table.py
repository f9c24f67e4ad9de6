"""The table of settings names exactly what the code and the compose file read."""

import json
import re

from onelift.configuration.environment import env
from tests.operations.shape import ROOT
from tests.test_settings import GIVEN, run

DOCUMENT = (ROOT / "docs/operating/settings.md").read_text()
IN_COMPOSE = re.compile(r"(?<!\$)\$\{(\w+)")
# COUNTS is what our own processes tell each other, and no setting.
PAST_THE_READER = re.compile(r"os\.(?:environ\.get\(|environ\[|getenv\()(?!COUNTS)")


def rows():
    """Return the cells of each row that begins with a variable, by its name."""
    lines = [line.strip("| ").split(" | ") for line in DOCUMENT.splitlines()]
    return {cells[0].strip("`"): cells for cells in lines if re.fullmatch(r"`[A-Z_]+`", cells[0])}


def test_each_setting_that_is_read_stands_in_the_table_and_no_other():
    compose = (ROOT / "docker-compose.yml").read_text()
    assert set(rows()) == env.known | set(IN_COMPOSE.findall(compose))


def test_it_says_which_may_be_files():
    assert {name for name, cells in rows().items() if cells[-1] == "yes"} == env.known


def test_nothing_reads_the_environment_by_another_way():
    files = [ROOT / "gunicorn.conf.py", ROOT / "manage.py", *(ROOT / "onelift").rglob("*.py")]
    assert [path for path in files if PAST_THE_READER.search(path.read_text())] == []


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
