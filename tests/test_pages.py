"""Each page opens on PostgreSQL too, for the first role that may see it.

On SQLite each role opens it (``test_access``), and somebody reads it to its end (``canaries``).
"""

import pytest
from django.urls import reverse

from tests.standing import *  # noqa: F403 - its fixtures
from tests.test_access import NARROWED, ROLES, client_of, expected_of

pytestmark = [pytest.mark.services, pytest.mark.django_db]


@pytest.fixture
def world(standing, db):
    """Return the one world: a look changes nothing of its objects."""
    return standing[1]


@pytest.mark.parametrize("row", NARROWED, ids=lambda row: row["route"])
def test_a_page_opens_for_the_first_who_may(world, row):
    arguments = {name: world.keys.get(key, key) for name, key in row.get("with", {}).items()}
    expected = expected_of(row, "GET")
    role = next((role for role in reversed(ROLES) if expected[role] == "ok"), None)
    if role is None:
        assert {"401", "404", "503", "in"} & set(expected.values()), "nobody may see it"
        return
    answer = client_of(world, role).get(reverse(row["route"], kwargs=arguments), follow=True)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content if answer.streaming else [answer.content])
