"""People of another programme, or of none, are nobody for a programme's pages."""

import pytest
from django.apps import apps

from events.queries.checkin import person_called
from programmes.models import BusinessLine
from stakeholders.accounts.access import scope_of
from stakeholders.audiences.queries.picking import picked_in
from stakeholders.models import Persona
from tests.events.making import make_event
from tests.factories import BusinessLineFactory, PersonFactory
from tests.second import make_second

PAGES = "/p/one-it"


@pytest.fixture
def second(cast, now):
    return make_second(cast, now)


@pytest.fixture
def strangers(second):
    """Return somebody of the second programme alone, and somebody of none."""
    return [second.lagos.people.first(), second.oslo.people.first()]


def test_nobody_elsewhere_is_picked_by_number_or_address(cast, strangers):
    words = [word for one in strangers for word in (one.personnel_number, one.email)]
    found = picked_in(" ".join([*words, cast.people[0].email]), cast.programme.pk)
    assert (found.people, found.unknown) == ([cast.people[0]], words)


def test_the_form_of_a_persona_takes_nobody_elsewhere(cast, strangers, as_user):
    typed = {"name": "Picked", "kind": "picked", "picked": strangers[0].email}
    page = as_user(cast.ines).post(f"{PAGES}/people/personas/new/", typed)
    assert strangers[0].email in page.content.decode()
    assert not Persona.objects.filter(programme=cast.programme).exists()


def test_who_comes_to_a_door_from_elsewhere_is_a_guest(cast, now, strangers):
    event = make_event(cast, now)
    of_another_region = cast.people[-1]
    assert of_another_region.site == cast.shanghai
    for one in (*strangers, of_another_region):
        assert person_called(one.email, event) is None
        assert person_called(one.personnel_number, event) is None
    assert person_called(cast.people[0].email, event) == cast.people[0]


@pytest.mark.parametrize("page", ["/messages/new/", "/people/personas/new/", "/people/audience/"])
def test_forms_offer_no_word_of_people_elsewhere(cast, strangers, as_user, page):
    text = as_user(cast.ines).get(PAGES + page).content.decode()
    assert "Group" in text
    for word in ("Lagos", "Oslo"):
        assert word not in text


def test_business_lines_of_people_elsewhere_do_not_open(cast, strangers, as_user):
    client = as_user(cast.ines)
    own = BusinessLineFactory(name="Own")
    PersonFactory(site=cast.barcelona, business_line=own)
    assert client.get(f"{PAGES}/people/business-lines/{own.pk}/").status_code == 200
    elsewhere = BusinessLine.objects.exclude(pk=own.pk)
    assert elsewhere
    for line in elsewhere:
        assert client.get(f"{PAGES}/people/business-lines/{line.pk}/").status_code == 404
        assert client.get(f"{PAGES}/people/?business_line={line.pk}").status_code == 404


def test_people_at_a_shared_site_belong_to_both(cast, second, as_user):
    for programme, user in ((cast.programme, cast.ines), (second.cast.programme, second.cast.ines)):
        page = f"/p/{programme.slug}/people/{cast.people[0].pk}/"
        assert as_user(user).get(page).status_code == 200


def test_people_elsewhere_are_not_found(cast, strangers, as_user):
    assert as_user(cast.ines).get(f"{PAGES}/people/{cast.people[0].pk}/").status_code == 200
    for one in strangers:
        assert as_user(cast.ines).get(f"{PAGES}/people/{one.pk}/").status_code == 404


# How each row that belongs to a programme leads to it.
PATHS = {
    **dict.fromkeys(("programmes.Wave", "programmes.Stream", "programmes.Objective"), ""),
    **dict.fromkeys(("programmes.Blackout", "programmes.SupportContact"), ""),
    **dict.fromkeys(("programmes.Member", "programmes.Milestone"), "stream__"),
    **{"programmes.StreamUpdate": "stream__", "programmes.WaveSite": "wave__"},
    **dict.fromkeys(("stakeholders.Persona", "stakeholders.Audience"), ""),
    **dict.fromkeys(("stakeholders.Impact", "stakeholders.Stakeholder"), ""),
    "stakeholders.PersonalObjective": "",
    "communications.Channel": "",
}


@pytest.mark.parametrize(("label", "path"), list(PATHS.items()))
def test_rows_are_those_of_the_programme_in_view(second, cast, label, path):
    objects, lookup = apps.get_model(label).objects, f"{path}programme"
    one, two = cast.programme, second.cast.programme
    theirs = objects.within(scope_of(second.cast.ines, two))
    assert set(theirs.values_list(lookup, flat=True)) == {two.pk}
    assert not objects.within(scope_of(cast.ines, one)).filter(**{lookup: two}).exists()
