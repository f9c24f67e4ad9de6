"""A reader of a region meets messages as they were approved for it, and nothing that only waits."""

import pytest
from django.utils import timezone

from communications.services.approval import ask
from communications.services.message import write_ready
from tests.communications.making import approve, make_message

PEOPLE = "/p/one-it/people/"


@pytest.fixture
def moment():
    """An instant of the real clock, since pages ask the database's."""
    return timezone.now()


def test_a_filter_names_a_message_to_a_region_as_it_was_approved(cast, as_user, moment):
    message = make_message(cast, moment, sites=[cast.barcelona])
    given = approve(cast, message, moment)
    write_ready(message, "en", "Not yet said", "Not yet", cast.ines, moment)
    message.audience.sites.set([cast.barcelona, cast.shanghai])
    asked = ask(message, cast.ines, moment)
    rosa, ines = as_user(cast.rosa), as_user(cast.ines)
    for query in (f"?audience={message.audience_id}", f"?version={given.pk}"):
        page = rosa.get(f"{PEOPLE}{query}").content.decode()
        assert "Your new service desk" in page
        assert "Not yet said" not in page
    assert rosa.get(f"{PEOPLE}?version={asked.pk}").status_code == 404
    assert "Not yet said" in ines.get(f"{PEOPLE}?version={asked.pk}").content.decode()
