"""The script of the document: it backs up each night, also the one after it was tried."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from onelift.backups.manifest import NAME
from tests.migrated import migrated_file
from tests.warden import KEPT

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

DOCUMENT = (settings.BASE_DIR / "docs/operating/backup.md").read_text()
SCRIPT = re.search(r"onelift-backup <<'END'\n(.*?)\nEND\n", DOCUMENT, re.DOTALL)[1]


@pytest.fixture
def script(tmp_path):
    """Return the path of the script, with an installation under a folder of ours."""
    (tmp_path / "var").mkdir()
    (tmp_path / "backups").mkdir()
    shutil.copy(migrated_file(), tmp_path / "var/onelift.sqlite3")
    command = tmp_path / "onelift"
    command.write_text(
        f'#!/bin/sh\ncd {settings.BASE_DIR} && exec {sys.executable} manage.py "$@"\n'
    )
    path = tmp_path / "onelift-backup"
    words = SCRIPT.replace("/usr/local/bin/onelift", str(command))
    path.write_text(words.replace("/var/backups/onelift", str(tmp_path / "backups")))
    for each in (command, path):
        each.chmod(0o755)
    return path


def test_it_backs_up_twice_on_one_day_and_is_silent(script):
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    around = {**kept, "ONELIFT_VAR": str(script.parent / "var")}
    for count in (1, 2):
        done = subprocess.run([script], env=around, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert len([*(script.parent / "backups").glob(f"20*/{NAME}")]) == count
