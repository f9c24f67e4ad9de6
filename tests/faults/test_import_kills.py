"""A worker that is killed while it brings a personnel file in: in full or not at all, once."""

import random
import time

import pytest

from tests.waiting import until

pytestmark = pytest.mark.slow

PEOPLE = 20_000
KILLS = 2  # at the third attempt it must succeed


def test_a_worker_killed_while_it_writes_leaves_all_or_nothing(installation):
    installation.act("personnel", str(PEOPLE))

    def state():
        return installation.query("SELECT state FROM stakeholders_importrun")[0][0]

    def people():
        return installation.query("SELECT COUNT(*) FROM stakeholders_person")[0][0]

    installation.start_beat()
    for _kill in range(KILLS):
        installation.start_worker()
        until(lambda: state() in ("applying", "applied"), "a worker that applies")
        time.sleep(random.uniform(0, 2))  # anywhere in what it does
        installation.kill("worker")
        assert people() in (0, PEOPLE)
        assert (people() == PEOPLE) == (state() == "applied")
    installation.start_worker()
    until(lambda: state() == "applied", f"the end: {state()}")
    assert people() == PEOPLE
    assert installation.query("SELECT COUNT(*) FROM stakeholders_importpart") == [(0,)]
    entries = installation.query("SELECT COUNT(*) FROM stakeholders_importentry")
    assert entries == [(PEOPLE,)]
