"""Each page opens, on each database, for the first role that may see it."""

import pytest
from django.urls import reverse

from tests.standing import *  # noqa: F403 - its fixtures
from tests.test_access import NARROWED, ROLES, client_of, expected_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("row", NARROWED, ids=lambda row: row["route"])
def test_a_page_opens_for_the_first_who_may(world, row):
    arguments = {name: world.keys.get(key, key) for name, key in row.get("with", {}).items()}
    expected = expected_of(row, "GET")
    role = next((role for role in reversed(ROLES) if expected[role] == "ok"), None)
    if role is None:
        assert {"404", "503", "in"} & set(expected.values()), "nobody may see it"
        return
    answer = client_of(world, role).get(reverse(row["route"], kwargs=arguments), follow=True)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content if answer.streaming else [answer.content])
