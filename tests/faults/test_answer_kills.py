"""A server that is killed while it takes an answer: answer and mark both or none, and once."""

import json

import pytest

pytestmark = pytest.mark.slow


def test_an_answer_stands_with_its_mark_or_not_at_all(installation):
    stored = json.loads(installation.run("tests.faults.answering"))
    assert set(map(tuple, stored)) == {(0, 0), (1, 1)}
    assert stored == sorted(stored)
    killed = stored[:-2]
    assert len(killed) > 1, "PostgreSQL takes an answer in one statement, SQLite in several"
