"""Web, worker and beat start with the key of their database and with no other."""

import os
import sqlite3
import subprocess
import sys
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from django.conf import settings

from programmes.queries.key import fingerprint_of
from tests.migrated import migrated_file
from tests.operations.shape import ROOT, free_port
from tests.test_wrong_settings import PROCESSES
from tests.waiting import HANGS, until
from tests.warden import KEPT

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

FIRST, SECOND = "a" * 60, "b" * 60
SERVING = ("web", "worker", "beat")
# Pages need static files, which nobody has collected here.
WITH_PAGES = [sys.executable, "-m", "gunicorn", f"--config={ROOT / 'gunicorn.conf.py'}"]
WITH_PAGES += ["tests.faults.web"]


class Portal:
    """An embedded installation under a folder; its tables are made when they are asked for."""

    def __init__(self, folder):
        self.folder, self.port, self.started = folder, free_port(), []

    @property
    def file(self):
        return self.folder / "onelift.sqlite3"

    def rows(self, statement):
        connection = sqlite3.connect(self.file, timeout=HANGS)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def keys(self):
        return self.rows("SELECT fingerprint, is_current FROM programmes_usedkey ORDER BY since")

    def changes(self):
        return [each for (each,) in self.rows("SELECT changes FROM auditlog_logentry")]

    def environment(self, key):
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {
            **kept,
            "ONELIFT_VAR": str(self.folder),
            "SECRET_KEY": key,
            "PORT": str(self.port),
            "PYTHONWARNINGS": "ignore",
            "DJANGO_SUPERUSER_PASSWORD": "correct horse battery",
        }

    def manage(self, *words, key):
        subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR,
            env=self.environment(key),
            check=True,
            capture_output=True,
        )

    def start(self, process, key, **environment):
        made = subprocess.Popen(
            WITH_PAGES if process == "pages" else PROCESSES[process],
            cwd=settings.BASE_DIR,
            env={**self.environment(key), **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(made)
        return made

    def asked(self, path):
        """Return the status of a page; 0 where nobody listens yet."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=HANGS) as answer:
                return answer.status
        except HTTPError as error:
            return error.code
        except URLError:
            return 0

    def stop(self):
        """End all that was started; return what it said."""
        for made in self.started:
            made.terminate()
        return "".join(made.communicate(timeout=60)[1] for made in self.started)


@pytest.fixture
def portal(tmp_path):
    made = Portal(tmp_path)
    yield made
    for process in made.started:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    return migrated_file().read_bytes()


@pytest.fixture
def with_tables(portal, migrated):
    portal.file.write_bytes(migrated)
    return portal


def test_whoever_starts_first_records_the_key_and_another_is_refused_in_a_sentence(with_tables):
    portal = with_tables
    for process in (*SERVING, *SERVING):
        portal.start(process, FIRST)
    until(lambda: portal.keys(), "a key")
    assert portal.stop().count("SECRET_KEY") == 0
    assert portal.keys() == [(fingerprint_of(FIRST), 1)]
    sentence = (
        f"SECRET_KEY has the fingerprint {fingerprint_of(SECOND)}, but this database was last used "
        f"with {fingerprint_of(FIRST)}: restore that key, add it to SECRET_KEY_FALLBACKS or, if "
        "it is lost, run manage.py accept_key."
    )
    for process in SERVING:
        refused = portal.start(process, SECOND)
        _stdout, stderr = refused.communicate(timeout=60)
        assert (refused.returncode, stderr) == (1, f"{sentence}\n")
    assert portal.keys() == [(fingerprint_of(FIRST), 1)]


def test_a_change_by_a_fallback_is_recorded_once_by_all_that_start(with_tables):
    portal = with_tables
    portal.start("beat", FIRST)
    until(lambda: portal.keys(), "a key")
    portal.stop()
    for process in SERVING:
        portal.start(process, SECOND, SECRET_KEY_FALLBACKS=FIRST)
    until(lambda: len(portal.keys()) == 2, "two keys")
    said = portal.stop()
    assert portal.keys() == [(fingerprint_of(FIRST), 0), (fingerprint_of(SECOND), 1)]
    changes = [each for each in portal.changes() if fingerprint_of(SECOND) in each]
    assert len(changes) == 1
    now = f"SECRET_KEY is now {fingerprint_of(SECOND)}; it was {fingerprint_of(FIRST)}."
    assert said.count(now) == 1


def first_line_of(process):
    return process.stderr.readline()


@pytest.mark.parametrize("is_away", [False, True])
def test_a_database_that_is_away_or_empty_keeps_nobody_from_starting(portal, is_away):
    nowhere = f"postgres://onelift@127.0.0.1:{free_port()}/onelift"
    beat = portal.start("beat", FIRST, **({"DATABASE_URL": nowhere} if is_away else {}))
    assert "SECRET_KEY could not be compared with the database's: Operational" in first_line_of(
        beat
    )
    assert beat.poll() is None
    portal.stop()


def test_web_that_started_without_its_database_compares_once_the_database_answers(portal, migrated):
    portal.file.mkdir()  # no database can be opened there
    portal.start("pages", SECOND)
    until(lambda: portal.asked("/livez") == 200, "a portal that answers")
    assert portal.asked("/accounts/login/") == 200  # needs no database
    portal.file.rmdir()
    portal.file.write_bytes(migrated)
    portal.start("beat", FIRST)
    until(lambda: portal.keys(), "a key")
    assert [portal.asked("/accounts/login/") for _again in range(3)] == [503] * 3
    assert (portal.asked("/livez"), portal.keys()) == (200, [(fingerprint_of(FIRST), 1)])
    portal.manage("createsuperuser", "--noinput", "--email=ines@example.com", key=SECOND)
    portal.manage("accept_key", "--by=ines@example.com", "--yes", key=SECOND)
    assert portal.asked("/accounts/login/") == 200
    said = portal.stop()
    assert "SECRET_KEY could not be compared with the database's: Operational" in said
    assert said.count("CRITICAL") == 1
    assert f"No page is shown. SECRET_KEY has the fingerprint {fingerprint_of(SECOND)}, " in said


def test_web_with_the_right_key_shows_pages_as_soon_as_its_database_is_there(portal, migrated):
    portal.file.mkdir()
    portal.start("pages", FIRST)
    until(lambda: portal.asked("/livez") == 200, "a portal that answers")
    portal.file.rmdir()
    portal.file.write_bytes(migrated)
    assert portal.asked("/accounts/login/") == 200
    assert portal.keys() == [(fingerprint_of(FIRST), 1)]
    assert "CRITICAL" not in portal.stop()


def test_a_misspelt_variable_is_named_at_the_start(portal):
    beat = portal.start("beat", FIRST, EMAIL_TIMOUT="5")
    assert "EMAIL_TIMOUT is not a setting: did you mean EMAIL_TIMEOUT?" in first_line_of(beat)
    portal.stop()
