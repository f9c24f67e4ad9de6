"""A worker that is killed while it makes a kit: what is there is whole, and the rest is made."""

import hashlib
import random
import time

import pytest

from tests.waiting import until

pytestmark = pytest.mark.slow

FILES = 18  # of one message at three sites, in a language each
KILLS = 3


def test_a_worker_killed_while_it_makes_a_kit_leaves_whole_files_and_no_other(installation):
    installation.act("people", "3")

    def made():
        return installation.query(
            "SELECT file_id, sha256, size, content FROM communications_kitversion"
            " WHERE superseded_at IS NULL"
        )

    def states():
        return [s for (s,) in installation.query("SELECT state FROM communications_kitfile")]

    installation.start_beat()
    for _kill in range(KILLS):
        installation.start_worker()
        until(lambda: set(states()) & {"making", "ready"}, "a worker that makes files")
        time.sleep(random.uniform(0, 0.5))  # anywhere in what it does
        installation.kill("worker")
        for _file, sha256, size, content in made():
            assert hashlib.sha256(bytes(content)).hexdigest() == sha256
            assert len(bytes(content)) == size
    installation.start_worker()
    until(lambda: states() == ["ready"] * FILES, f"the end: {states()}")
    assert len({file for file, *_rest in made()}) == len(made()) == FILES
