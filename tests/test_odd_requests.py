"""What no browser of ours sends: TRACE, folders of static files, a parameter that is sent twice."""

import pytest
from django.urls import reverse

from tests.standing import *  # noqa: F403 - its fixtures
from tests.test_access import TABLE, client_of

pytestmark = pytest.mark.django_db
SECRET = "do-not-send-this-back"


@pytest.mark.parametrize("role", ["anonymous", "ada"])
def test_no_page_knows_trace(standing, role):
    world = standing[1]
    client, known = client_of(world, role), []
    for row in TABLE["routes"]:
        arguments = {name: world.keys.get(key, key) for name, key in row.get("with", {}).items()}
        address = reverse(row["route"], kwargs=arguments)
        answer = client.generic("TRACE", address, headers={"x-seen": SECRET})
        if answer.status_code < 300:
            known.append(row["route"])
        assert SECRET not in getattr(answer, "content", b"").decode(), row["route"]
    assert known == []


@pytest.mark.parametrize("folder", ["/static/", "/static/css/", "/static/js", "/static/../static/"])
def test_no_folder_is_listed(client, folder):
    assert client.get("/static/css/base.css").status_code == 200
    assert client.get(folder, follow=True).status_code == 404


@pytest.mark.parametrize(
    ("body", "query", "kept"),
    [
        ({"language": ["tlh", "fr"]}, "", "fr"),
        ({"language": ["fr", "tlh"]}, "", "en"),
        ({}, "?language=fr", "en"),
        ({"language": "en"}, "?language=fr", "en"),
    ],
)
def test_of_what_is_sent_twice_the_checked_value_counts(cast, as_user, body, query, kept):
    """The last of the form is checked and kept; an address fills in no form (ASVS 15.3.7)."""
    as_user(cast.ines).post(f"/profile/language/{query}", body)
    cast.ines.refresh_from_db()
    assert cast.ines.language == kept
