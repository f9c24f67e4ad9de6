"""The disk of PostgreSQL is full while a kit is made anew: the old one stays, and it passes.

Kits are kept in the database, so that its disk is theirs. Its files may not grow further, which is
refused to the server in the same place as a block of a full disk.
"""

import hashlib

import pytest

from tests.faults.harness import Installation
from tests.faults.shapes import Services

pytestmark = [pytest.mark.services, pytest.mark.slow]

FILES = 18  # of one message at three sites, in a language each
SHEETS = 6  # a poster and a flyer of each
MEGABYTE = 1024 * 1024
ROOM = 96 * 1024  # for a poster or two more
LARGEST = """
    SELECT max(pg_relation_size(reltoastrelid)) FROM pg_class
    WHERE relname = 'communications_kitversion'
"""
# The server must be able to write each other file.
OTHERS = """
    SELECT max(pg_relation_size(oid)) FROM pg_class WHERE relkind IN ('r', 'i', 't') AND oid <> (
        SELECT reltoastrelid FROM pg_class WHERE relname = 'communications_kitversion')
"""


@pytest.fixture
def installation(tmp_path, cluster):
    made = Installation(tmp_path, Services(tmp_path, cluster.template))
    yield made
    made.stop()


def kit_of(installation) -> dict[int, str]:
    """Return the hash of each file that a reader would take, and see that it is whole."""
    rows = installation.query(
        "SELECT file_id, sha256, content FROM communications_kitversion WHERE superseded_at IS NULL"
    )
    for _file, sha256, content in rows:
        assert hashlib.sha256(bytes(content)).hexdigest() == sha256
    return {file: sha256 for file, sha256, _content in rows}


def paint(installation, colour: str) -> None:
    """Give the programme another colour: every sheet must be made anew."""
    installation.query(f"UPDATE programmes_programme SET accent = '{colour}'")


def test_a_full_disk_of_postgres_leaves_the_old_kit_and_is_over_by_itself(installation, cluster):
    installation.act("people", "3")
    for number in range(30):
        paint(installation, f"#{number:02}00FF")
        assert installation.act("kits") == "['ready']"
        [(size,)] = installation.query(LARGEST)
        [(others,)] = installation.query(OTHERS)
        if size > max(MEGABYTE, others):
            break
    before = kit_of(installation)
    assert len(before) == FILES

    cluster.break_down()
    cluster.room = size + ROOM
    cluster.start()
    paint(installation, "#800080")
    assert "waiting" in installation.act("kits")
    problems = installation.query("SELECT DISTINCT problem FROM communications_kitfile")
    assert ("room",) in problems
    meanwhile = kit_of(installation)
    assert meanwhile.keys() == before.keys()
    kept = {file for file in before if meanwhile[file] == before[file]}
    rooms = "SELECT id FROM communications_kitfile WHERE problem = 'room'"
    assert {file for (file,) in installation.query(rooms)} <= kept

    cluster.break_down()
    cluster.room = None
    cluster.start()
    installation.query("UPDATE communications_kitfile SET lease_until = now() - interval '1 hour'")
    assert installation.act("kits") == "['ready']"
    after = kit_of(installation)
    assert after.keys() == before.keys()
    assert sum(after[file] != before[file] for file in before) >= SHEETS
