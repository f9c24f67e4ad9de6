"""One language of a text is published, taken back, and a change makes it a draft again."""

import re
from datetime import date

import pytest

from programmes.queries.texts import states_of
from programmes.services.publishing import publish
from programmes.services.texts import write_text
from stakeholders.models import Persona
from tests.factories import ProgrammeFactory, ServiceFactory

ENGLISH = {"name": "Desk", "benefit": "One number", "how_to_get": "Call 5050"}
FRENCH = {"name": "Assistance", "benefit": "Un numéro", "how_to_get": "Appelez le 5050"}


def state(thing, language="en"):
    return states_of(type(thing).objects.get(pk=thing.pk))[language].state


@pytest.fixture
def service(cast, now):
    service = ServiceFactory(programme=cast.programme)
    write_text(service, "en", ENGLISH, None, now)
    write_text(service, "fr", FRENCH, None, now)
    return service


@pytest.fixture
def persona(cast, now):
    persona = Persona.objects.create(programme=cast.programme, slug="lab", jobs=["Analyst"])
    write_text(persona, "en", {"name": "Lab", "needs": "", "what_changes": "A bench"}, None, now)
    return persona


def address(thing, verb=""):
    if isinstance(thing, Persona):
        return f"/p/one-it/people/personas/{thing.slug}/{verb or 'edit/'}"
    return f"/p/one-it/setup/services/{thing.pk}/{verb}"


def seen_on(page):
    return re.search(r'name="text_seen" value="([0-9a-f]{64})"', page.split("Public page")[-1])[1]


@pytest.mark.parametrize("name", ["service", "persona"])
def test_what_was_read_is_published_taken_back_and_undone(cast, as_user, request, name):
    thing = request.getfixturevalue(name)
    client = as_user(cast.ines)
    page = client.get(address(thing)).content.decode()
    data = {"language": "en", "text_seen": seen_on(page)}
    answer = client.post(address(thing, "publish/"), data, follow=True)
    assert state(thing) == "approved"
    page = answer.content.decode()
    assert "English is now public." in page
    undo = re.search(r'action="([^"]+withdraw/\?language=en)"', page)[1]
    answer = client.post(undo, follow=True)
    assert state(thing) == "draft"
    assert "English is no longer public." in answer.content.decode()
    again = re.search(r'action="([^"]+publish/\?language=en)"', answer.content.decode())[1]
    client.post(again)
    assert state(thing) == "approved"


def test_a_text_that_changed_meanwhile_is_read_again_first(cast, now, as_user, service):
    client = as_user(cast.ines)
    seen = seen_on(client.get(address(service)).content.decode())
    write_text(service, "en", {**ENGLISH, "name": "Other"}, None, now)
    data = {"language": "en", "text_seen": seen}
    answer = client.post(address(service, "publish/"), data, follow=True)
    assert "The text has changed since you opened it." in answer.content.decode()
    assert state(service) == "draft"


def test_a_stale_text_is_published_as_still_right(cast, now, as_user, service):
    publish(service, "fr", None, now)
    write_text(service, "en", {**ENGLISH, "benefit": "One number, in short"}, None, now)
    assert state(service, "fr") == "stale"
    client = as_user(cast.ines)
    page = client.get(address(service), {"language": "fr"}).content.decode()
    assert "Publish this text if it is still correct." in page
    assert "Publish the English text too" in page
    data = {"language": "fr", "text_seen": seen_on(page)}
    client.post(address(service, "publish/"), data)
    assert state(service, "fr") == "approved"


def test_saving_can_publish_and_a_later_change_is_a_draft(cast, as_user, service):
    client = as_user(cast.ines)
    client.post(address(service), {**ENGLISH, "name": "Help", "publish": "1"})
    assert state(service) == "approved"
    client.post(address(service), {**ENGLISH, "name": "Help for all"})
    assert state(service) == "draft"


def test_saving_can_publish_a_persona(cast, as_user, persona):
    own = ServiceFactory(programme=cast.programme)
    data = {"name": "Lab", "what_changes": "A bench", "kind": "rule", "jobs": ["Analyst"]}
    client = as_user(cast.ines)
    client.post(address(persona), {**data, "services": [own.pk], "publish": "1"})
    assert state(persona) == "approved"
    assert list(persona.services.all()) == [own]
    french = {"name": "Labo", "what_changes": "Une paillasse", "publish": "1"}
    client.post(f"{address(persona)}?language=fr", french)
    assert state(persona, "fr") == "approved"
    assert list(persona.services.all()) == [own]


def test_a_persona_takes_services_of_its_programme_only(cast, as_user, persona):
    other = ServiceFactory(programme=ProgrammeFactory())
    data = {"name": "Lab", "kind": "rule", "jobs": ["Analyst"], "services": [other.pk]}
    answer = as_user(cast.ines).post(address(persona), data)
    assert answer.status_code == 200
    assert not persona.services.exists()


@pytest.mark.parametrize("language", ["xx", ""])
def test_a_language_that_is_none_is_not_found(cast, as_user, service, language):
    answer = as_user(cast.ines).post(address(service, "publish/"), {"language": language})
    assert answer.status_code == 404


def test_nothing_written_cannot_be_published(cast, as_user, service):
    answer = as_user(cast.ines).post(address(service, "publish/"), {"language": "ja"}, follow=True)
    assert "Write it first." in answer.content.decode()
    assert state(service, "ja") == "missing"


def test_a_service_says_from_when_it_is_there(cast, as_user, service):
    client = as_user(cast.ines)
    client.post(address(service), {**ENGLISH, "offset_days": "14"})
    service.refresh_from_db()
    assert service.starts_on(date(2026, 11, 9)) == date(2026, 11, 23)
    assert service.starts_on(None) is None
    client.post(address(service), {**ENGLISH, "fixed_on": "1 Feb 2027"})
    service.refresh_from_db()
    assert service.starts_on(date(2026, 11, 9)) == service.starts_on(None) == date(2027, 2, 1)
    both = {**ENGLISH, "offset_days": "3", "fixed_on": "1 Feb 2027"}
    answer = client.post(address(service), both)
    assert "Enter either days from go-live or a fixed date." in answer.content.decode()
    assert 'value="3"' in answer.content.decode()


def test_the_list_says_whom_services_are_for(cast, now, as_user, service, persona):
    page = as_user(cast.ines).get("/p/one-it/setup/services/").content.decode()
    assert '<td class="not-phone">Everyone</td>' in page
    persona.services.add(service)
    page = as_user(cast.ines).get("/p/one-it/setup/services/").content.decode()
    assert '<td class="not-phone">Lab</td>' in page
